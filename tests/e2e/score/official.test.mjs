// The official code's end-to-end runs on tiny checkpoints (../shared, beside the repository),
// scored in the page with packs that the command line built: the official values of every study,
// and the command line's own.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { rrgscore, score } from "../harness/cli.mjs";
import { sentenceRules } from "../harness/environment.mjs";
import { installPacks, openModels, ready } from "../harness/models.mjs";
import { rows } from "../harness/reports.mjs";
import { chooseColumns, downloads, dropPredictions, runToEnd } from "../harness/scoring.mjs";

const shared = fileURLToPath(new URL("../../../../shared/golden/", import.meta.url));
const skip = existsSync(shared) ? false : "the official code's outputs (../shared) are not here";
const models = join(shared, "tiny_models");
const beside = (path) => ["--with", path];
/** Checkpoints and what is read beside them. */
const LEADERBOARD = [
  ["distilroberta-base"],
  ["chexbert.pth"],
  ["physionet_model.tar.gz", ...beside(join(models, "bert-base-uncased", "vocab.txt"))],
];
const RATESCORE = [["RaTE-NER-Deberta", ...beside(sentenceRules)], ["BioLORD-2023-C"]];

/** The columns of a run: id of the metric, column of scores.csv, the golden's value. */
const COLUMNS = [
  ["bleu2", "bleu_score", (golden) => golden.bleu2],
  ["bertscore", "bertscore", (golden) => golden.bertscore_rescaled.idf_off[2]],
  ["bertscore-idf", "bertscore_idf", (golden) => golden.bertscore_rescaled.idf_on[2]],
  ["semb", "semb_score", (golden) => golden.semb_score],
  ["radgraph-f1", "radgraph_combined", (golden) => golden.radgraph_combined],
  ["radcliq-v0", "RadCliQ-v0", (golden) => golden.radcliq_v0.idf_off],
  ["radcliq-v1", "RadCliQ-v1", (golden) => golden.radcliq_v1.idf_off],
];
const RATESCORES = [
  ["ratescore-2025-05-long", "ratescore_2025_05_long", (golden) => golden.ratescore_long],
  ["ratescore-2025-05-short", "ratescore_2025_05_short", (golden) => golden.ratescore_short],
];

/** A golden file as text. */
const golden = (file) => readFile(join(shared, "dev", file), "utf8");
/** The records of a golden file of JSON Lines. */
const records = async (file) => (await golden(file)).trimEnd().split("\n").map((line) => JSON.parse(line));

/**
 * Scores pairs in the page and on the command line, and compares with each other and with the
 * official values. `begin` is what the page is given to decide before it runs.
 */
async function compare(t, goldens, { checkpoints, columns, commandLine, begin = () => {} }) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-official-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [checkpoint, ...more] of checkpoints) {
    const from = ["--from", join(models, checkpoint), ...more];
    const to = ["--precision", "f32", "--single-file", "--out", folder, "--no-measure"];
    const run = await rrgscore(["packs", "build", ...from, ...to]);
    assert.equal(run.code, 0, run.stderr);
  }
  const { page, watch, origin } = await openModels(t);
  await installPacks(page, (await readdir(folder)).map((name) => join(folder, name)));
  await page.goto(new URL("#/", page.url()).href);
  await ready(page);

  const pair = ({ reference, candidate }, at) => ({ id: `s${at}`, prediction: candidate, reference });
  const pairs = goldens.map((golden, at) => `${JSON.stringify(pair(golden, at))}\n`).join("");
  const predictions = { name: "pairs.jsonl", text: pairs };
  await dropPredictions(page, predictions);
  await begin(page);
  await chooseColumns(page, columns.map(([id]) => id));
  await runToEnd(page);
  const ours = rows((await downloads(page)).csv);
  assert.equal(ours.length, goldens.length);
  const theirs = new Map();
  for (const args of commandLine) {
    const { csv } = await score({ predictions, args: ["--packs", folder, ...args] });
    for (const [at, row] of rows(csv).entries()) theirs.set(at, { ...theirs.get(at), ...row });
  }
  const farthest = { official: 0, cli: 0 };
  ours.forEach((row, at) => {
    for (const [, column, official] of columns) {
      const gaps = {
        official: Math.abs(Number(row[column]) - official(goldens[at])),
        cli: Math.abs(Number(row[column]) - Number(theirs.get(at)[column])),
      };
      const far = `${column} of study ${at} is ${gaps.official} off, ${gaps.cli} off the CLI`;
      assert.ok(row[column] !== "" && gaps.official < 1e-5 && gaps.cli < 1e-6, far);
      for (const which of ["official", "cli"]) farthest[which] = Math.max(farthest[which], gaps[which]);
    }
  });
  t.diagnostic(`farthest from the official values ${farthest.official}, from the CLI ${farthest.cli}`);
  watch.assertQuiet(origin);
}

test("the page gives CXR-Report-Metric's numbers", { skip }, async (t) =>
  compare(t, await records("e2e_calc_metric.jsonl"), {
    checkpoints: LEADERBOARD,
    columns: COLUMNS,
    commandLine: [
      ["--metrics", "bleu2,bertscore,semb,radgraph-f1,radcliq-v0,radcliq-v1"],
      ["--metrics", "bertscore-idf"],
    ],
  }));

const rules = existsSync(sentenceRules) ? skip : "medspacy's rules for sentences are not here";
const ratescore = (version) => ["--metrics", `ratescore-${version}`];

test("the page gives RaTEScore's numbers", { skip: rules }, async (t) =>
  compare(t, await records("e2e_ratescore.jsonl"), {
    checkpoints: RATESCORE,
    columns: RATESCORES,
    commandLine: [ratescore("2025-05-long"), ratescore("2025-05-short")],
  }));

/**
 * Calls with reports that have no sentence, which the official code leaves out of its lists: such
 * a pair scores 0.5 here, and the pairs that the official code compares score what it says.
 */
async function withoutSentences() {
  const survives = (report) => report.trim().length >= 3;
  const goldens = [];
  for (const { references, candidates, scores } of Object.values(
    JSON.parse(await golden("e2e_ratescore_empty.json")),
  )) {
    references.forEach((text, at) => {
      if (survives(text) && survives(candidates[at])) return;
      // A reference without any text is no reference; one of two letters has no sentence either.
      const reference = text === "" ? "ok" : text;
      goldens.push({ reference, candidate: candidates[at], ratescore_long: 0.5 });
    });
    const shifted = candidates.filter(survives);
    const left = references.filter(survives);
    (scores ?? []).forEach((score, at) => {
      goldens.push({ reference: left[at], candidate: shifted[at], ratescore_long: score });
    });
  }
  return goldens;
}

test("in the page a report without a sentence shifts nothing", { skip: rules }, async (t) =>
  compare(t, await withoutSentences(), {
    checkpoints: RATESCORE,
    columns: RATESCORES.slice(0, 1),
    commandLine: [[...ratescore("2025-05-long"), "--missing", "empty"]],
    begin: (page) => page.getByRole("radio", { name: "Score as empty" }).check(),
  }));
