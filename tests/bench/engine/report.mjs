// The tables of docs/benchmarks.md.

/** The middle of the values. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** "median (least–most)", in whole milliseconds. */
function spread(values) {
  const whole = (value) => value.toFixed(0);
  return `${whole(median(values))} (${whole(Math.min(...values))}–${whole(Math.max(...values))})`;
}

/** A Markdown table. */
function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

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
