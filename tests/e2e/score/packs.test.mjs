// The leaderboard's columns with packs that the page has made of checkpoints: the command line's
// numbers, and a study that says why.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore, score } from "../harness/cli.mjs";
import { convert, openModels, ready } from "../harness/models.mjs";
import { checkpoints } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";
import { rows } from "../harness/reports.mjs";
import { computeOnly, downloads, runToEnd } from "../harness/scoring.mjs";

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
  const { page, context, watch, origin } = await openModels(t);
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
  await computeOnly(page, METRICS.split(","));
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

  // F1-CheXbert of both subsets, with uncertain mentions taken both ways.
  await page.locator(".results summary").filter({ hasText: /^F1-CheXbert$/ }).click();
  for (const average of theirs.summary.chexbert_f1.averages) {
    const uncertain = average.uncertain_is_positive ? "as present" : "as absent";
    const title = `${average.observations} observations, uncertain ${uncertain}`;
    const row = page.locator("tr", { has: page.getByRole("rowheader", { name: title }) });
    const shown = await row.getByRole("cell").allTextContents();
    const { micro, macro, weighted, samples, exact_match: exact } = average;
    const f1s = [micro.f1, macro.f1, weighted.f1];
    const numbers = [...f1s, samples.precision, samples.recall, samples.f1, exact];
    assert.deepEqual(shown, numbers.map((number) => number.toFixed(4)), title);
  }
  assert.equal(theirs.summary.chexbert_f1.averages.length, 4);
  const { observations, observations_uncertain_as_negative: alone } = theirs.summary.chexbert_f1;
  for (const [rows, uncertain] of [[observations, "as present"], [alone, "as absent"]]) {
    const table = page.getByRole("table", { name: `Each observation, uncertain ${uncertain}` });
    const expected = rows.flatMap(({ scores: { precision, recall, f1 }, support }) => [
      ...[precision, recall, f1].map((number) => number.toFixed(4)),
      String(support),
    ]);
    assert.equal(expected.length, 14 * 4);
    assert.deepEqual(await table.getByRole("cell").allTextContents(), expected);
  }

  // The signature, in sacreBLEU's grammar, is the command line's, and is copied whole.
  const { signature } = ours.summary;
  const behind = (text) => text.slice(text.indexOf("|"));
  assert.equal(behind(signature), behind(theirs.summary.signature));
  assert.match(signature, /^[^:|]+:[^|]+(\|[^:|]+:[^|]+)+$/);
  for (const key of ["profile:rexrank", "n:40", "missing:refuse", "task:report", "split:sample@"]) {
    assert.ok(signature.includes(`|${key}`), `${key} is in ${signature}`);
  }
  assert.equal(signature.match(/\|pack:[^|]+-f32@[0-9a-f]{12}/g).length, ids.length);

  // The page's summary is verified by the command line.
  const put = async (name, text) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const [summary, predictions] = [
    await put("summary.json", JSON.stringify(ours.summary)),
    await put(file.name, file.text),
  ];
  const inputs = ["--predictions", predictions, "--references", "sample", "--packs", folder];
  const verified = await rrgscore(["verify", summary, ...inputs]);
  assert.equal(verified.code, 0, `${verified.stdout}${verified.stderr}`);

  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await page.getByRole("button", { name: "Copy the signature" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), signature);

  // Why this score: every column's reasons are drawn on the study.
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  const lens = async (label) => {
    await page.locator(".lenses").getByRole("radio", { name: label, exact: true }).check();
    await assertAccessible(page);
  };
  const cells = (row) => row.getByRole("cell").allTextContents();
  const number = (text) => Number(text.replace("\u2212", "-"));
  const shown = rows(ours.csv)[0];
  await lens("BERTScore");
  await page.locator(".token[id^=candidate-]").first().focus();
  await page.locator(".match-line").getByText(/is most similar to/).waitFor();
  await lens("SembScore");
  const labels = page.getByRole("table", { name: "CheXbert's labels" });
  assert.equal(await labels.locator("tbody tr").count(), 14);
  for (const row of await labels.locator("tbody tr").all()) {
    const [reference, candidate, verdict] = await cells(row);
    assert.match(`${reference}, ${candidate}`, /^((not mentioned|present|absent|uncertain)(, |$)){2}$/);
    assert.equal(verdict, reference === candidate ? "same" : "differs");
  }
  await lens("RadCliQ-v1");
  const parts = page.getByRole("table", { name: /How RadCliQ is made/ }).locator("tbody tr");
  const added = await Promise.all((await parts.all()).map(async (row) => number((await cells(row)).pop())));
  const total = added.pop();
  assert.equal(added.length, 5, "four components and the constant");
  assert.ok(Math.abs(added.reduce((sum, part) => sum + part, 0) - total) < 5e-4, `${added}: ${total}`);
  assert.ok(Math.abs(total - Number(shown["RadCliQ-v1"])) < 5e-5);
  await lens("RaTEScore");
  await page.getByText("candidate to reference").waitFor();
  assert.ok((await page.locator(".side-by-side .mark").count()) > 0, "entities are marked");
  for (const summary of await page.locator(".annotation summary").all()) await summary.click();
  const entities = page.locator(".annotation tbody tr");
  const kinds = /^(ABNORMALITY|NON-ABNORMALITY|DISEASE|NON-DISEASE|ANATOMY)$/;
  for (const row of await entities.all()) {
    const [kind, best, similarity, weight, contradiction] = await cells(row);
    assert.match(kind, kinds);
    assert.match(best, /\((NON-)?[A-Z]+\)$/);
    assert.ok(Math.abs(number(similarity)) <= 1.001 && number(weight) >= 0, `${similarity} ${weight}`);
    const [, other] = /\(([A-Z-]+)\)$/.exec(best);
    const denied = [kind, other].filter((name) => name.startsWith("NON-")).length;
    const opposed = denied === 1 && kind !== "ANATOMY" && other !== "ANATOMY";
    // The negation weight of 2024-10.
    assert.equal(contradiction, opposed ? "\u00d7 0.361" : "", `${kind} beside ${other}`);
  }
  assert.ok((await entities.count()) > 0);
  await lens("RadGraph-F1");
  await page.getByRole("table", { name: "How RadGraph-F1 is made" }).waitFor();
  assert.ok((await page.locator(".side-by-side .mark").count()) > 0, "entities are marked");
  await screenshot(page, "study-radgraph");
  watch.assertQuiet(origin);
});
