// The leaderboard's columns with packs that the page has made of checkpoints: the command line's
// numbers, and a study that says why.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore, score } from "../harness/cli.mjs";
import { convert, openModels, ready } from "../harness/models.mjs";
import { checkpoints } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";
import { rows } from "../harness/reports.mjs";
import { downloads, runToEnd } from "../harness/scoring.mjs";

const SAMPLE = new URL("../../../crates/data/samples/model-a.json", import.meta.url);
/** Checkpoints with what is chosen for each. */
const CHECKPOINTS = {
  "chexbert.pth": ["chexbert.pth", "bert-base-uncased/"],
  "radgraph.tar.gz": ["radgraph.tar.gz", "tiny-pubmedbert/"],
  "distilroberta-base": ["distilroberta-base/"],
  "RaTE-NER-Deberta": ["RaTE-NER-Deberta/"],
  "BioLORD-2023-C": ["BioLORD-2023-C/"],
};
const COLUMNS = [
  "bleu_score",
  "bertscore",
  "semb_score",
  "radgraph_combined",
  "RadCliQ-v1",
  "ratescore",
];
const METRICS = "bleu2,bertscore,semb,radgraph-f1,radcliq-v1,ratescore";

test("packs made in the page give the command line's numbers, and reasons", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-columns-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page, watch, origin } = await openModels(t);
  const ids = [];
  for (const [name, steps] of Object.entries(CHECKPOINTS)) {
    ids.push(await convert(page, steps, "f32", ids));
    await page.getByRole("button", { name: "Install another" }).click();
    const from = join(checkpoints, name);
    const args = ["packs", "build", "--from", from, "--precision", "f32", "--out", folder];
    const run = await rrgscore([...args, "--no-measure"]);
    assert.equal(run.code, 0, run.stderr);
  }
  await page.goto(new URL("#/", page.url()).href);
  await ready(page);

  await page.locator("#try-sample").click();
  await page.getByRole("heading", { name: "Check" }).waitFor();
  await runToEnd(page);
  await screenshot(page, "results-all-columns");
  const ours = await downloads(page);
  const file = { name: "model-a.json", text: await readFile(SAMPLE, "utf8") };
  const args = ["--task", "report", "--packs", folder, "--metrics", METRICS];
  const theirs = await score({ predictions: file, references: "sample", args });
  const cli = rows(theirs.csv);
  rows(ours.csv).forEach((row, at) => {
    for (const column of COLUMNS) {
      const gap = Math.abs(Number(row[column]) - Number(cli[at][column]));
      assert.ok(row[column] !== "" && gap < 1e-5, `${row.study_id}: ${column} differs by ${gap}`);
    }
  });

  // Why this score: every column's reasons are drawn on the study.
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference" }).waitFor();
  const lens = async (label) => {
    await page.locator(".lenses").getByRole("radio", { name: label, exact: true }).check();
    await assertAccessible(page);
  };
  await lens("SembScore");
  await page.getByRole("table", { name: "CheXbert's labels" }).waitFor();
  await lens("RadCliQ-v1");
  await page.getByRole("table", { name: /How RadCliQ is made/ }).waitFor();
  await lens("RaTEScore");
  await page.getByText("candidate to reference").waitFor();
  await lens("RadGraph-F1");
  await page.getByRole("table", { name: "How RadGraph-F1 is made" }).waitFor();
  await screenshot(page, "study-radgraph");
  watch.assertQuiet(origin);
});
