// The official code's end-to-end run on tiny checkpoints (../shared, beside the repository),
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
import { installPacks, openModels, ready } from "../harness/models.mjs";
import { rows } from "../harness/reports.mjs";
import { downloads, dropPredictions, runToEnd } from "../harness/scoring.mjs";

const shared = fileURLToPath(new URL("../../../../shared/golden/", import.meta.url));
const skip = existsSync(shared) ? false : "the official code's outputs (../shared) are not here";
const models = join(shared, "tiny_models");
/** Checkpoints and what is read beside them. */
const CHECKPOINTS = [
  ["distilroberta-base"],
  ["chexbert.pth"],
  ["physionet_model.tar.gz", "--with", join(models, "bert-base-uncased", "vocab.txt")],
];
const METRICS = "bleu2,bertscore,semb,radgraph-f1,radcliq-v1";
/** Columns of scores.csv and where a record of the golden keeps their values. */
const COLUMNS = {
  bleu_score: (golden) => golden.bleu2,
  bertscore: (golden) => golden.bertscore_rescaled.idf_off[2],
  semb_score: (golden) => golden.semb_score,
  radgraph_combined: (golden) => golden.radgraph_combined,
  "RadCliQ-v1": (golden) => golden.radcliq_v1.idf_off,
};

test("the page gives the official run's numbers", { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-official-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [checkpoint, ...beside] of CHECKPOINTS) {
    const from = ["--from", join(models, checkpoint), ...beside];
    const to = ["--precision", "f32", "--single-file", "--out", folder, "--no-measure"];
    const run = await rrgscore(["packs", "build", ...from, ...to]);
    assert.equal(run.code, 0, run.stderr);
  }
  const { page, watch, origin } = await openModels(t);
  const packs = (await readdir(folder)).map((name) => join(folder, name));
  await installPacks(page, packs);
  await page.goto(new URL("#/", page.url()).href);
  await ready(page);

  const text = await readFile(join(shared, "dev", "e2e_calc_metric.jsonl"), "utf8");
  const goldens = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const pair = ({ reference, candidate }, at) => ({ id: `s${at}`, prediction: candidate, reference });
  const pairs = goldens.map((golden, at) => `${JSON.stringify(pair(golden, at))}\n`).join("");
  const file = { name: "pairs.jsonl", text: pairs };
  await dropPredictions(page, file);
  await runToEnd(page);
  const ours = rows((await downloads(page)).csv);
  const args = ["--packs", folder, "--metrics", METRICS];
  const cli = rows((await score({ predictions: file, args })).csv);

  assert.equal(ours.length, goldens.length);
  const farthest = { official: 0, cli: 0 };
  ours.forEach((row, at) => {
    for (const [column, official] of Object.entries(COLUMNS)) {
      const gaps = {
        official: Math.abs(Number(row[column]) - official(goldens[at])),
        cli: Math.abs(Number(row[column]) - Number(cli[at][column])),
      };
      const far = `${column} of study ${at} is ${gaps.official} off, ${gaps.cli} off the CLI`;
      assert.ok(row[column] !== "" && gaps.official < 1e-5 && gaps.cli < 1e-6, far);
      for (const which of ["official", "cli"]) farthest[which] = Math.max(farthest[which], gaps[which]);
    }
  });
  t.diagnostic(`farthest from the official values ${farthest.official}, from the CLI ${farthest.cli}`);
  watch.assertQuiet(origin);
});
