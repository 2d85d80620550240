// All cores: two of the page's workers beside onnxruntime-web on as many threads as there are cores,
// in a page that is cross-origin isolated. Whole batches, wall time.
import { cpus } from "node:os";
import { median, spread, table } from "../shared/tables.mjs";

const WORKERS = 2;
/** Texts at a time: one for each worker, and more. */
const BATCHES = [2, 8];

/** Measures in a new page of `browser`; gives the table. */
export async function allThreads({ browser, url, runs, lengths, precision }) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.addScriptTag({ url: `${url}here/engines.js` });
  if (!(await page.evaluate(() => self.crossOriginIsolated))) throw new Error("the page is not isolated");
  const names = Array.from({ length: WORKERS }, (_, at) => `worker ${at}`);
  for (const name of names) {
    await page.evaluate(([of, pack]) => window.addRrgscore(of, pack), [name, `CheXbert-${precision}`]);
  }
  const threads = cpus().length;
  await page.evaluate((count) => window.addOnnxruntime("theirs", "/graphs/int8.onnx", count), threads);
  for (const name of [...names, "theirs"]) await page.evaluate((of) => window.engines[of].load(), name);

  const time = (engines, batch, tokens) =>
    page.evaluate(
      async ([all, texts, length]) => {
        const began = performance.now();
        await Promise.all(all.map((name) => window.engines[name].run(texts / all.length, length)));
        return performance.now() - began;
      },
      [engines, batch, tokens],
    );
  const rows = [];
  for (const batch of BATCHES) {
    for (const tokens of lengths) {
      const [ours, theirs] = [[], []];
      for (let run = -1; run < runs; run++) {
        const turns = [
          [names, ours],
          [["theirs"], theirs],
        ];
        if (run % 2) turns.reverse();
        for (const [engines, times] of turns) {
          const took = await time(engines, batch, tokens);
          if (run >= 0) times.push(took);
        }
      }
      const ratio = (median(ours) / median(theirs)).toFixed(2);
      rows.push([`${batch}×${tokens}`, spread(ours), spread(theirs), ratio]);
      console.log(`${batch}×${tokens}, all cores: ${ratio}`);
    }
  }
  await page.close();
  const head = [
    "texts × tokens",
    `RRGScore ${precision}, ${WORKERS} workers`,
    `onnxruntime-web int8, ${threads} threads`,
    "ratio",
  ];
  return table(head, rows);
}
