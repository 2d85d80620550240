// What the command line offers, the page offers: the other profile, the variants of BERTScore and
// RaTEScore, rewards, and RadGraph annotations that the user brings. The numbers are the same.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { score } from "../harness/cli.mjs";
import { choose } from "../harness/files.mjs";
import { installPacks, openModels, ready } from "../harness/models.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";
import { rows } from "../harness/reports.mjs";
import { chooseColumns, downloads, openSetup, runToEnd } from "../harness/scoring.mjs";

const samples = new URL("../../../crates/data/samples/", import.meta.url);
const predictions = {
  name: "model-a.json",
  text: await readFile(new URL("model-a.json", samples), "utf8"),
};
const CHECKPOINTS = [
  "chexbert.pth",
  "radgraph.tar.gz",
  "radgraph-xl.tar.gz",
  "distilroberta-base",
  "RaTE-NER-Deberta",
  "BioLORD-2023-C",
];

/** Opens the sample in a page with these packs. */
async function withSample(t, checkpoints) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-profiles-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const packs = await buildPacks(checkpoints, folder);
  const open = await openModels(t);
  await installPacks(open.page, packs);
  await open.page.goto(new URL("#/", open.page.url()).href);
  await ready(open.page);
  await open.page.locator("#try-sample").click();
  await open.page.getByRole("heading", { name: "Check" }).waitFor();
  return { folder, ...open };
}

/** Scores on the command line, and asserts that its columns are the page's. */
async function compare(t, page, args) {
  const ours = await downloads(page);
  const theirs = await score({ predictions, references: "sample", args: ["--task", "report", ...args] });
  const cli = rows(theirs.csv);
  let largest = 0;
  rows(ours.csv).forEach((row, at) => {
    for (const [column, text] of Object.entries(cli[at]).slice(1)) {
      assert.ok(row[column], `${row.study_id} has no ${column}`);
      largest = Math.max(largest, Math.abs(Number(row[column]) - Number(text)));
    }
  });
  const columns = theirs.summary.metrics.map(({ id }) => id).join(", ");
  t.diagnostic(`${columns}: at most ${largest} apart`);
  assert.ok(largest <= 5e-6);
  assert.equal(ours.summary.profile, theirs.summary.profile);
  return { ours: ours.summary, theirs: theirs.summary };
}

test("the radeval profile, variants and rewards are the command line's", async (t) => {
  const { folder, page, watch, origin } = await withSample(t, CHECKPOINTS);
  await page.getByRole("radio", { name: "radeval", exact: true }).check();
  await chooseColumns(page, ["radcliq-v1-radeval"]);
  await assertAccessible(page);
  await screenshot(page, "profile-radeval");
  await runToEnd(page);
  await screenshot(page, "results-radeval");
  const packs = ["--packs", folder];
  const radeval = ["--profile", "radeval", "--metrics", "radcliq-v1"];
  const { ours } = await compare(t, page, [...packs, ...radeval]);
  assert.match(ours.signature, /\|profile:radeval\|/);

  await openSetup(page);
  await page.getByRole("radio", { name: "rexrank", exact: true }).check();
  await page.getByText("Files or settings have changed since this run.").waitFor();
  const variants = ["bertscore-idf", "ratescore-2025-05-long", "radgraph-xl-partial"];
  await chooseColumns(page, variants);
  await runToEnd(page);
  await compare(t, page, [...packs, "--metrics", variants.join(",")]);
  await page.locator("#study-0").click();
  await page.locator(".lenses").getByRole("radio", { name: "RadGraph-XL partial" }).check();
  await page.getByRole("table", { name: "How the reward is made" }).waitFor();
  await assertAccessible(page);
  watch.assertQuiet(origin);
});

/** Annotations in the official form, made up of a report's words. */
function annotations(reports) {
  const annotate = (text) => {
    const words = text.split(" ");
    const entities = {};
    words.forEach((tokens, at) => {
      if (at % 3 !== 0) return;
      const label = at % 2 === 0 ? "OBS-DP" : "ANAT-DP";
      const next = at + 3 < words.length ? [["modify", String(at + 4)]] : [];
      entities[at + 1] = { tokens, label, start_ix: at, end_ix: at, relations: next };
    });
    return { text, entities, data_source: null, data_split: "inference" };
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(reports).map(([id, text]) => [id, annotate(text)])),
  );
}

test("RadGraph-F1 of annotations that the user brings needs no pack", async (t) => {
  const { folder, page, watch, origin } = await withSample(t, []);
  const of = (records, field) =>
    Object.fromEntries(Object.entries(records).map(([id, record]) => [id, record[field]]));
  const split = JSON.parse(await readFile(new URL("sample-split.json", samples), "utf8"));
  const pred = annotations(of(JSON.parse(predictions.text), "model_prediction"));
  const ref = annotations(of(split, "report"));
  const radgraph = page.locator("#metric-radgraph-f1");
  assert.equal(await radgraph.isDisabled(), true);
  await page.getByText("Bring annotations that you have already").click();

  await choose(page.locator("#predictions-graphs-file"), [{ name: "bad.json", text: "[1]" }]);
  await page.getByRole("alert").filter({ hasText: "not a JSON object" }).waitFor();
  await choose(page.locator("#predictions-graphs-file"), [{ name: "pred.json", text: pred }]);
  await page.getByText("Used once both files are there.").waitFor();
  await choose(page.locator("#references-graphs-file"), [{ name: "ref.json", text: ref }]);
  await page.locator("#metric-radgraph-f1:enabled").waitFor();
  await chooseColumns(page, ["radgraph-f1"]);
  await assertAccessible(page);
  await screenshot(page, "brought-annotations");
  await runToEnd(page);
  const files = [join(folder, "pred.json"), join(folder, "ref.json")];
  await writeFile(files[0], pred);
  await writeFile(files[1], ref);
  const args = ["--radgraph-annotations", files.join(","), "--metrics", "radgraph-f1"];
  const { ours, theirs } = await compare(t, page, args);
  assert.equal(ours.signature, theirs.signature);

  // The annotation is drawn in the report.
  await page.locator("#study-0").click();
  await page.getByRole("table", { name: "How RadGraph-F1 is made" }).waitFor();
  assert.ok((await page.locator(".side-by-side .mark").count()) > 0);
  // Relations are marked where they begin, and told when pointed at.
  const tied = page.locator(".side-by-side .mark.is-tied, .side-by-side .mark.is-tied-here");
  assert.match(await tied.first().getAttribute("title"), /^(OBS|ANAT)-DP; modify .* \((in both|missing)\)$/);
  watch.assertQuiet(origin);
});
