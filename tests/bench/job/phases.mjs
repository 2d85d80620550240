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

/** Every job that a worker had: `{ pack, from, to }`, moments in milliseconds. */
export function jobs(events) {
  const all = loadings(events);
  const held = (worker, at) => all.findLast((one) => one.worker === worker && one.ready <= at)?.pack;
  const begun = new Map();
  const found = [];
  for (const { at, worker, kind } of events) {
    if (kind === "work") begun.set(worker, at);
    if (kind === "outcome") found.push({ pack: held(worker, at), from: begun.get(worker), to: at });
  }
  return found;
}

/** The stretches in which at least one of the spans `{ from, to }` was under way. */
export function union(spans) {
  const stretches = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else stretches.push({ from, to });
  }
  return stretches;
}

/**
 * A run of the page by model: `{ loading, scoring }`, stretches of time. A model is loading from the
 * moment when its pack is first asked for until the first worker has it, and scoring while a worker
 * has a job of its.
 */
export function phases({ log }) {
  const [loaded, done] = [loadings(log.events), jobs(log.events)];
  return MODELS.map(({ pack }) => {
    const mine = loaded.filter((loading) => loading.pack === pack);
    if (mine.length === 0) throw new Error(`the page did not load ${pack}`);
    const least = (what) => Math.min(...mine.map((loading) => loading[what]));
    return {
      loading: [{ from: least("asked"), to: least("ready") }],
      scoring: union(done.filter((job) => job.pack === pack)),
    };
  });
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
    const from = column === "whole run" ? began : working[0].at;
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
