// What one run of the page was made of, told from the messages between page and workers.

/** The models in the order in which a run uses them: pack, and what the page calls its column. */
export const MODELS = [
  { pack: "bertscore-distilroberta", name: "distilroberta", column: "BERTScore" },
  { pack: "chexbert", name: "CheXbert", column: "SembScore" },
  { pack: "radgraph", name: "RadGraph", column: "RadGraph-F1" },
];

/** Every loading of a pack by a worker: `{ worker, pack, asked, sent, ready }`. */
export function loadings(events) {
  // The keeper is asked for files in the order in which annotators then get them.
  const asked = events.filter(({ kind }) => kind === "read").map(({ at }) => at);
  const sent = events.filter(({ kind }) => kind === "load");
  return sent.map(({ worker, at }, place) => {
    const is = (event) => event.kind === "loaded" && event.worker === worker && event.at >= at;
    const { at: ready, pack } = events.find(is);
    return { worker, pack, asked: asked[place] ?? at, sent: at, ready };
  });
}

/**
 * A run's time by model: `{ pack, begun, ready, done }`. A model's part begins when its pack is
 * first asked for and ends where the next one's begins; it is ready when the first worker has it.
 */
export function phases({ log, ended }) {
  const all = loadings(log.events);
  const parts = MODELS.map(({ pack }) => {
    const mine = all.filter((loading) => loading.pack === pack);
    if (mine.length === 0) throw new Error(`the page did not load ${pack}`);
    const least = (what) => Math.min(...mine.map((loading) => loading[what]));
    return { pack, begun: least("asked"), ready: least("ready") };
  });
  return parts.map((part, at) => ({ ...part, done: parts[at + 1]?.begun ?? ended }));
}

/**
 * The time left as the page showed it beside what was really left, from the moment when a tenth of
 * the time was over: `{ column, at, shown, left, share }` in seconds, `share` the error's share of
 * what was left. Only what is shown in seconds and minutes counts, not "a few seconds".
 */
export function estimates({ log, began, ended }) {
  const found = [];
  for (const column of new Set(log.shown.flatMap(({ said }) => said.map(([name]) => name)))) {
    const told = log.shown.flatMap(({ at, said }) => {
      const facts = said.find(([name]) => name === column)?.[1] ?? "";
      return [{ at, facts, left: secondsIn(facts) }];
    });
    const working = told.filter(({ facts }) => !/waiting|done|^0 of/.test(facts));
    if (working.length === 0) continue;
    const from = column === "Whole run" ? began : working[0].at;
    const until = told.find(({ at, facts }) => at > from && /done/.test(facts))?.at ?? ended;
    for (const { at, left: shown } of working) {
      const left = (until - at) / 1000;
      if (shown === undefined || at < from + (until - from) / 10 || left <= 0) continue;
      found.push({ column, at: (at - from) / (until - from), shown, left, share: (shown - left) / left });
    }
  }
  return found;
}

/** The seconds in "… about 1 min 20 s left"; none where no number is shown. */
function secondsIn(facts) {
  const said = /about ([^\u00b7]*) left/.exec(facts)?.[1];
  if (!said) return undefined;
  const of = (unit) => Number(new RegExp(`(\\d+)\\s${unit}\\b`).exec(said)?.[1] ?? 0);
  return of("h") * 3600 + of("min") * 60 + of("s");
}
