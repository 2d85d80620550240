// The tables of docs/benchmarks.md.

import { median, spread, table } from "../shared/tables.mjs";

/** Times of all engines by shape; `what` is `cpu` or `wall`. */
export function times(shapes, engines, what) {
  const rows = shapes.map(({ batch, tokens, results }) => [
    `${batch}×${tokens}`,
    ...engines.map((name) => spread(results[name].map((run) => run[what]))),
  ]);
  return table(["texts × tokens", ...engines], rows);
}

/** Ratios of medians of CPU time, each with the ratio that is aimed at. */
export function ratios(shapes, pairs) {
  const rows = shapes.map(({ batch, tokens, results }) => [
    `${batch}×${tokens}`,
    ...pairs.map(({ ours, theirs }) => {
      const of = (name) => median(results[name].map((run) => run.cpu));
      return (of(ours) / of(theirs)).toFixed(2);
    }),
  ]);
  const head = pairs.map(({ ours, theirs, aim }) => `${ours} / ${theirs} (aim ${aim.toFixed(2)})`);
  return table(["texts × tokens", ...head], rows);
}
