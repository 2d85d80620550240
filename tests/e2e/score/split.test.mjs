// The main job: drop a predictions file for a split, get both columns, and the command line's
// numbers. With the IU X-ray split where the site has it, with the synthetic one always.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { score } from "../harness/cli.mjs";
import { openSite, screenshot, setOffline } from "../harness/page.mjs";
import { hasPack, predictionsFor, rows, split } from "../harness/reports.mjs";
import {
  chooseReferences,
  downloads,
  dropPredictions,
  runButton,
  runToEnd,
  shownMean,
} from "../harness/scoring.mjs";

const SAMPLE = new URL("../../../crates/data/samples/model-a.json", import.meta.url);
const CANARY = "no focal consolidation";

/** Page and command line agree: BLEU to the last digit of the file, BERTScore as printed. */
function assertSame(page, cli) {
  const [ours, theirs] = [rows(page.csv), rows(cli.csv)];
  assert.equal(ours.length, theirs.length);
  ours.forEach((row, at) => {
    assert.equal(row.study_id, theirs[at].study_id);
    assert.equal(row.bleu_score, theirs[at].bleu_score, row.study_id);
    if (row.bertscore_minilm !== undefined) {
      const gap = Math.abs(Number(row.bertscore_minilm) - Number(theirs[at].bertscore_minilm));
      assert.ok(gap < 1e-5, `${row.study_id}: BERTScore differs by ${gap}`);
    }
  });
  assert.equal(page.summary.signature, cli.summary.signature);
  page.summary.metrics.forEach((metric, at) => {
    assert.equal(metric.mean.toFixed(4), cli.summary.metrics[at].mean.toFixed(4), metric.id);
    assert.equal(metric.n, cli.summary.metrics[at].n, metric.id);
  });
}

test("590 IU X-ray studies by drag and drop: both columns, cancelled and gone on with", async (t) => {
  const references = await split("iu-xray-test");
  if (!references) {
    t.skip("the site was built without the IU X-ray split");
    return;
  }
  const text = predictionsFor(references);
  const file = { name: "model.json", text };
  const { page, context, watch, origin } = await openSite(t);
  await page.waitForLoadState("networkidle");
  await setOffline(context);
  await dropPredictions(page, file);
  await chooseReferences(page, /IU X-ray/);
  await page.getByText(/590 of 590 studies/).first().waitFor();

  // Begin, cancel in the middle, see it stop at once.
  await page.locator("#run-control:enabled").filter({ hasText: "Run" }).waitFor({ timeout: 60_000 });
  await runButton(page).click();
  const slowest = page.locator(".progress-row").last().locator(".progress-facts");
  await slowest.filter({ hasText: /^[1-9]/ }).waitFor({ timeout: 60_000 });
  await screenshot(page, "running");
  const pressed = Date.now();
  await runButton(page).click();
  await page.locator("#run-control:enabled").filter({ hasText: "Resume" }).waitFor();
  const stopped = Date.now() - pressed;
  assert.ok(stopped < 1000, `cancel took ${stopped} ms`);

  await runToEnd(page);
  const both = await hasPack("bertscore-minilm");
  const cli = await score({
    predictions: file,
    references: { name: "references.json", text: JSON.stringify(references) },
    args: ["--task", "report", "--metrics", both ? "bleu2,bertscore-minilm" : "bleu2"],
  });
  assert.equal(cli.summary.n, 590);
  assertSame(await downloads(page), cli);
  assert.equal(await shownMean(page, "bleu2"), cli.summary.metrics[0].mean.toFixed(4));
  await page.getByText(/published/i).filter({ visible: true }).first().waitFor();
  await screenshot(page, "results-iu-xray");
  await assertAccessible(page);
  watch.assertQuiet(origin);
  watch.assertNeverSent(CANARY);
});

test("the sample needs no download and equals the command line", async (t) => {
  const { page, watch, origin } = await openSite(t);
  await page.locator("#try-sample").click();
  await page.getByRole("heading", { name: "Check" }).waitFor();
  await runToEnd(page);
  const fromPage = await downloads(page);
  assert.equal(fromPage.summary.n, 40);
  assert.equal(fromPage.summary.split.key, "sample");
  const both = await hasPack("bertscore-minilm");
  const cli = await score({
    predictions: { name: "model-a.json", text: await readFile(SAMPLE, "utf8") },
    references: "sample",
    args: ["--task", "report", "--metrics", both ? "bleu2,bertscore-minilm" : "bleu2"],
  });
  assertSame(fromPage, cli);
  await screenshot(page, "results-sample");

  // A study: both texts side by side, the way back where one came from.
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  await page.getByRole("heading", { name: "Candidate" }).waitFor();
  await screenshot(page, "study");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});
