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
  // A worker may be given a job while it is still at another: then it begins when that is done.
  const [given, free] = [new Map(), new Map()];
  const found = [];
  for (const { at, worker, kind } of events) {
    if (kind === "work") given.set(worker, [...(given.get(worker) ?? []), at]);
    if (kind !== "outcome") continue;
    const from = Math.max(given.get(worker).shift(), free.get(worker) ?? 0);
    found.push({ pack: held(worker, at), from, to: at });
    free.set(worker, at);
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

/** What "a few seconds" is at the most, in seconds. */
const FEW = 10;
const FEW_SECONDS = "a few";

/**
 * The time left as the page showed it beside what was really left, from the moment when a tenth of
 * the time was over, for each model's column and for the whole run: `{ column, at, shown, left,
 * share }` in seconds, `share` the error's share of what was really left. "A few seconds" counts
 * only where more than that were left. Where no time was shown, `shown` and `share` are undefined.
 */
export function estimates(run) {
  const { log, began, ended } = run;
  const scoring = phases(run).map((model) => model.scoring);
  const lines = [
    ...MODELS.map(({ column }, at) => ({ column, from: scoring[at][0].from, to: scoring[at].at(-1).to })),
    { column: "whole run", from: began, to: ended },
  ];
  return lines.flatMap(({ column, from, to }) =>
    log.shown.flatMap(({ at, said }) => {
      const left = (to - at) / 1000;
      if (at < from + (to - from) / 10 || left <= 0) return [];
      const shown = secondsIn(said.find(([name]) => name === column)?.[1] ?? "");
      if (shown === FEW_SECONDS && left <= FEW) return [];
      const least = shown === FEW_SECONDS ? FEW : shown;
      const share = shown === undefined ? undefined : (least - left) / left;
      return [{ column, at: (at - from) / (to - from), shown, left, share }];
    }),
  );
}

/** The seconds in "… about 1 min 20 s left", "a few", or nothing where no time is shown. */
function secondsIn(facts) {
  if (facts.includes("a few seconds left")) return FEW_SECONDS;
  const said = /about ([^\u00b7]*) left/.exec(facts)?.[1];
  if (!said) return undefined;
  const of = (unit) => Number(new RegExp(`(\\d+)\\s${unit}\\b`).exec(said)?.[1] ?? 0);
  return of("h") * 3600 + of("min") * 60 + of("s");
}
