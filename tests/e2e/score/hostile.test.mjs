// Bad and hostile input: a clear message, nothing lost, nothing run, nothing sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSite } from "../harness/page.mjs";
import { download, drop } from "../harness/files.mjs";
import { dropPredictions, runToEnd } from "../harness/scoring.mjs";

const HOSTILE = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script>";

test("markup in reports and ids is shown as text", async (t) => {
  const { page, watch, origin } = await openSite(t);
  const line = JSON.stringify({ id: "=cmd|<b>x</b>", prediction: HOSTILE, reference: HOSTILE });
  await dropPredictions(page, { name: "pairs.jsonl", text: `${line}\n` });
  const bertscore = page.locator("#metric-bertscore-minilm");
  if (await bertscore.isChecked()) await bertscore.uncheck();
  await runToEnd(page);
  await page.locator("#study-0").click();
  // The study view cuts the text into the metric's tokens, so it is looked for in pieces.
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  const shown = await page.locator("#main").textContent();
  for (const piece of ["<img", "onerror=", "<script>"]) {
    assert.ok(shown.includes(piece), `${piece} as text`);
  }
  assert.match(await page.title(), /RRGScore/);
  assert.equal(await page.locator("#main img, #main script").count(), 0);
  watch.assertQuiet(origin);
  watch.assertNeverSent("onerror");
});

test("a broken file says what is wrong, and what was open stays", async (t) => {
  const { page, watch, origin } = await openSite(t);
  await dropPredictions(page, {
    name: "pairs.jsonl",
    text: '{"id":"a","prediction":"no effusion","reference":"no effusion"}\n',
  });
  await drop(page, page.locator(".panel").first(), [{ name: "broken.json", text: '{"a": ' }]);
  const problem = page.locator(".problem").first();
  await problem.waitFor();
  assert.ok((await problem.textContent()).trim().length > 10);
  await page.getByText("pairs.jsonl").first().waitFor();
  watch.assertQuiet(origin);
});

test("an id that a spreadsheet would run is made harmless in the download", async (t) => {
  const { page } = await openSite(t);
  const line = JSON.stringify({ id: "=1+1", prediction: "no effusion", reference: "effusion" });
  await dropPredictions(page, { name: "pairs.jsonl", text: `${line}\n` });
  const bertscore = page.locator("#metric-bertscore-minilm");
  if (await bertscore.isChecked()) await bertscore.uncheck();
  await runToEnd(page);
  const csv = await download(page, () => page.getByRole("button", { name: /scores\.csv/ }).click());
  assert.match(csv.text, /^'=1\+1,/m);
});
