// Ten thousand studies: scored in seconds, scrolled smoothly, memory flat.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSite, screenshot } from "../harness/page.mjs";
import { pairList } from "../harness/reports.mjs";
import { dropPredictions, runButton, runToEnd } from "../harness/scoring.mjs";

const STUDIES = 10_000;

test("BLEU-2 of 10,000 studies within 5 seconds while the page answers", async (t) => {
  const { page, context, watch, origin } = await openSite(t);
  await page.waitForLoadState("networkidle");
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(STUDIES) });
  await page.locator("#run-control:enabled").waitFor();
  const bertscore = page.locator("#metric-bertscore-minilm");
  if (await bertscore.isChecked()) await bertscore.uncheck();

  // The longest time that the page's own thread does not answer.
  await page.evaluate(() => {
    let last = performance.now();
    globalThis.longest = 0;
    setInterval(() => {
      const now = performance.now();
      globalThis.longest = Math.max(globalThis.longest, now - last);
      last = now;
    }, 10);
  });
  const began = Date.now();
  await runButton(page).click();
  await page.getByRole("heading", { name: "Results" }).waitFor();
  const seconds = (Date.now() - began) / 1000;
  const longest = await page.evaluate(() => globalThis.longest);
  t.diagnostic(`${STUDIES} studies in ${seconds.toFixed(2)} s, longest pause ${longest.toFixed(0)} ms`);
  assert.ok(seconds < 5, `took ${seconds} s`);
  assert.ok(longest < 500, `the page did not answer for ${longest} ms`);

  // Only a window of the table is in the document.
  const table = page.locator("#studies");
  assert.equal(await table.getAttribute("aria-rowcount"), String(STUDIES + 1));
  assert.ok((await table.locator("tbody tr").count()) < 200);
  await table.focus();
  await page.keyboard.press("End");
  await page.locator(`#study-${STUDIES - 1}`).getByText(`study-${STUDIES - 1}`).waitFor();
  await screenshot(page, "ten-thousand");

  // Runs do not pile up in the page's memory.
  const cdp = await context.newCDPSession(page);
  const heap = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    return usedSize / 2 ** 20;
  };
  const before = await heap();
  for (let run = 0; run < 3; run += 1) await runToEnd(page);
  const after = await heap();
  t.diagnostic(`page heap ${before.toFixed(1)} MiB after one run, ${after.toFixed(1)} MiB after four`);
  assert.ok(after < before + 5, `the page's heap grew from ${before} to ${after} MiB`);
  watch.assertQuiet(origin);
});
