// 590 studies with every pack installed: progress moves, cancel keeps what is there, resume goes
// on from it, and in the end the numbers are the command line's.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { score } from "../harness/cli.mjs";
import { installPacks, openModels, ready } from "../harness/models.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";
import { assertRanked } from "../harness/ranking.mjs";
import { pairList, predictionsFor, rows, split } from "../harness/reports.mjs";
import { chooseReferences, downloads, dropPredictions, runButton } from "../harness/scoring.mjs";

const STUDIES = 590;
const METRICS = "bleu2,bertscore,semb,radgraph-f1,radcliq-v1,ratescore";
const CHECKPOINTS = [
  "chexbert.pth",
  "radgraph.tar.gz",
  "distilroberta-base",
  "RaTE-NER-Deberta",
  "BioLORD-2023-C",
];

/** How far each column is, by its name: `[done, total]`. */
async function progress(page) {
  const rows = await page.locator(".progress-row").evaluateAll((all) =>
    all.map((row) => [
      row.querySelector(".progress-name").textContent,
      row.querySelector(".progress-facts").textContent,
    ]),
  );
  return Object.fromEntries(
    rows.map(([name, facts]) => {
      const [, done, total] = /^([\d,]+) of ([\d,]+)/.exec(facts);
      return [name, [done, total].map((number) => Number(number.replaceAll(",", "")))];
    }),
  );
}

const sum = (progress) => Object.values(progress).reduce((total, [done]) => total + done, 0);

/** Waits until so many cells are filled, and gives how far it is then. */
async function reach(page, cells) {
  for (;;) {
    const now = await progress(page);
    if (sum(now) >= cells) return now;
    await page.waitForTimeout(20);
  }
}

test("590 studies with all packs: progress, cancel, resume, the command line's numbers", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-resume-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const packs = await buildPacks(CHECKPOINTS, folder);
  const { page, watch, origin } = await openModels(t);
  await installPacks(page, packs);
  await page.goto(new URL("#/", page.url()).href);
  await ready(page);

  const references = await split("iu-xray-test");
  if (!references) t.diagnostic("the site has no IU X-ray split: synthetic reports instead");
  const file = references
    ? { name: "predictions.json", text: predictionsFor(references) }
    : { name: "pairs.jsonl", text: pairList(STUDIES) };
  await dropPredictions(page, file);
  if (references) await chooseReferences(page, /^IU X-ray/);
  const minilm = page.locator("#metric-bertscore-minilm");
  if (await minilm.isChecked()) await minilm.uncheck();
  await page.locator("#run-control:enabled").waitFor();

  // Cancelled in the middle.
  const began = Date.now();
  await runButton(page).click();
  const first = await reach(page, 1);
  const columns = Object.keys(first).length;
  const third = await reach(page, (columns * STUDIES) / 3);
  assert.ok(sum(third) > sum(first), "progress moves");
  assert.ok(sum(third) < columns * STUDIES, "there is something left to cancel");
  await screenshot(page, "running-all-columns");
  await runButton(page).click();
  await page.getByText("The run was cancelled").waitFor();
  const before = rows((await downloads(page)).csv);
  const filled = (table) =>
    table.flatMap((row) => Object.values(row).slice(1)).filter((text) => text !== "").length;
  t.diagnostic(`cancelled with ${filled(before)} of ${columns * STUDIES} cells`);
  assert.ok(filled(before) >= sum(third));
  await assertAccessible(page);
  await screenshot(page, "cancelled");

  // Goes on with what is left.
  await page.locator("#run-control:enabled").filter({ hasText: "Resume" }).click();
  const again = await reach(page, 1);
  assert.ok(sum(again) >= filled(before), "what was computed is not computed again");
  // A run that is over folds the set-up away, and the button with it.
  await page.locator("#fold[aria-expanded=false]").waitFor({ timeout: 240_000 });
  await page.getByRole("heading", { name: "Results" }).waitFor();
  t.diagnostic(`run, cancelled and resumed, in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const ours = await downloads(page);
  assert.equal(ours.summary.complete, true);
  const after = rows(ours.csv);
  before.forEach((row, at) => {
    for (const [column, text] of Object.entries(row)) {
      if (text !== "") assert.equal(after[at][column], text, `${row.study_id}: ${column}`);
    }
  });

  // The command line's numbers.
  const args = ["--task", "report", "--packs", folder, "--metrics", METRICS];
  const theirs = await score({
    predictions: file,
    references: references
      ? { name: "references.json", text: JSON.stringify(references) }
      : undefined,
    args,
  });
  const cli = rows(theirs.csv);
  assert.equal(after.length, STUDIES);
  // By column: the largest difference, and how many numbers are not the very same.
  const gaps = {};
  after.forEach((row, at) => {
    assert.equal(row.study_id, cli[at].study_id);
    for (const [column, text] of Object.entries(cli[at]).slice(1)) {
      assert.ok(row[column] !== "", `${row.study_id}: ${column} is missing`);
      const gap = Math.abs(Number(row[column]) - Number(text));
      const known = (gaps[column] ??= { largest: 0, apart: 0 });
      known.largest = Math.max(known.largest, gap);
      if (row[column] !== text) known.apart += 1;
    }
  });
  t.diagnostic(`differences from the command line: ${JSON.stringify(gaps)}`);
  for (const [column, { largest }] of Object.entries(gaps)) {
    assert.ok(largest <= 1e-6, `${column} differs by ${largest}`);
  }
  // RaTEScore among the published columns; that of random weights, but at its place.
  if (references) {
    await assertRanked(page, ours.summary.metrics.find(({ id }) => id === "ratescore"));
  }
  watch.assertQuiet(origin);
});
