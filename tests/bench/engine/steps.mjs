// Where the engine's time goes, by its own counters: a worker that was built with them, in a page
// that is cross-origin isolated, because its clock is finer.
import { table } from "../shared/tables.mjs";

/** Counted step, by name and widths as the engine tells them, to a line of the table. */
const PARTS = [
  [/^Linear 768 2304$/, "linear: query, key and value"],
  [/^Linear 3072 768$/, "linear: second of the feed-forward network"],
  [/^Linear 768 3072$/, "linear with GELU: first of the feed-forward network"],
  [/^Linear/, "linear: the attention's output, and others"],
  [/Attention/, "attention"],
  [/Norm/, "residual and norm"],
  [/Embedding/, "embeddings"],
  [/Gelu/, "GELU alone"],
  [/./, "other steps"],
];

/** Runs each length `runs` times with the pack of a precision; gives the table. */
export async function stepTimes({ browser, url, runs, lengths, precision }) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.addScriptTag({ url: `${url}here/engines.js` });
  const pack = `CheXbert-${precision}`;
  await page.evaluate((of) => window.addRrgscore("counted", of, "counted"), pack);
  await page.evaluate(() => window.engines.counted.load());
  const [worker] = page.workers();
  const columns = [];
  for (const tokens of lengths) {
    const run = () => page.evaluate((length) => window.engines.counted.run(1, length), tokens);
    await run();
    await worker.evaluate(() => wasm_bindgen.begin_counting());
    let wall = 0;
    for (let at = 0; at < runs; at++) wall += await run();
    const lines = await worker.evaluate(() => wasm_bindgen.end_counting());
    columns.push(shares(lines, wall));
  }
  await page.close();
  const names = [...new Set([...PARTS.map(([, name]) => name), "all else"])];
  const cell = (value) => (value === undefined ? "" : `${(100 * value).toFixed(1)} %`);
  const rows = names
    .filter((name) => columns.some((column) => column.has(name)))
    .map((name) => [name, ...columns.map((column) => cell(column.get(name)))]);
  return table(["part of the time", ...lengths.map((tokens) => `1×${tokens}`)], rows);
}

/** Each part's share of a run's wall time. */
function shares(lines, wall) {
  const found = new Map();
  let sum = 0;
  for (const line of lines.trimEnd().split("\n")) {
    const fields = line.split(" ");
    const time = Number(fields.at(-1));
    const name = PARTS.find(([step]) => step.test(fields.slice(0, -2).join(" ")))[1];
    found.set(name, (found.get(name) ?? 0) + time / wall);
    sum += time / wall;
  }
  return found.set("all else", 1 - sum);
}
