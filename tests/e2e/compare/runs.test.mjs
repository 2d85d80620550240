// A first-time user's path, counted in clicks: the sample, its result, a study, the second sample,
// both beside each other, and the table for the paper.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore, score } from "../harness/cli.mjs";
import { download, drop } from "../harness/files.mjs";
import { openSite, screenshot } from "../harness/page.mjs";
import { ready } from "../harness/models.mjs";
import { computeOnly, downloads, runToEnd } from "../harness/scoring.mjs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const samples = new URL("../../../crates/data/samples/", import.meta.url);
const MOST_CLICKS = 12;

test("from the first view to a LaTeX table of two runs in at most 12 clicks", async (t) => {
  const { page, watch, origin } = await openSite(t);
  await ready(page);
  let clicks = 0;
  const click = async (locator) => {
    clicks += 1;
    await locator.click();
  };
  const run = async () => {
    await page.locator("#run-control:enabled").filter({ hasText: /^Run$/ }).waitFor();
    await click(page.locator("#run-control"));
    await page.getByRole("heading", { name: "Results" }).waitFor({ timeout: 60_000 });
  };
  await click(page.locator("#try-sample"));
  await run();
  // The set-up has folded, so that the results are what is seen.
  assert.equal(await page.locator("#setup").isVisible(), false);
  await click(page.locator("#study-0"));
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  await click(page.getByRole("link", { name: "Score", exact: true }));
  await click(page.locator("#fold"));
  await click(page.getByRole("radio", { name: "model-b" }));
  await page.getByText(/40 of 40 studies/).first().waitFor();
  await run();
  await click(page.getByRole("link", { name: "Compare with another run" }));
  await click(page.locator("#compare-control:enabled"));
  await page.locator("#compared ~ .table-scroll table").waitFor({ timeout: 60_000 });
  const { name, text } = await download(page, () => click(page.getByRole("button", { name: "LaTeX", exact: true })));
  assert.equal(name, "comparison.tex");
  assert.match(text, /\\begin\{tabular\}[\s\S]*\\toprule[\s\S]*model-a[\s\S]*model-b[\s\S]*\\bottomrule/);
  assert.ok(clicks <= MOST_CLICKS, `it took ${clicks} clicks`);
  t.diagnostic(`${clicks} clicks`);
  watch.assertQuiet(origin);
});

test("a comparison in the page equals the command line's, and a dropped run is compared", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-compare-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const runs = [];
  for (const file of ["model-a.json", "model-b.csv"]) {
    const predictions = { name: file, text: await readFile(new URL(file, samples), "utf8") };
    const args = ["--task", "report", "--metrics", "bleu2"];
    const { csv, summary } = await score({ predictions, references: "sample", args });
    const out = join(folder, file.split(".")[0]);
    await mkdir(out);
    await writeFile(join(out, "scores.csv"), csv);
    await writeFile(join(out, "summary.json"), JSON.stringify(summary));
    runs.push(out);
  }
  const cli = await rrgscore(["compare", ...runs, "--format", "json"]);
  assert.equal(cli.code, 0, cli.stderr);
  const [theirs] = JSON.parse(cli.stdout);

  const { page, watch, origin } = await openSite(t);
  await ready(page);
  await page.locator("#try-sample").click();
  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  await downloads(page);
  await page.goto(new URL("#/compare", page.url()).href);
  await page.getByText("Two runs are needed.").waitFor();
  const files = async (names) =>
    Promise.all(names.map(async (name) => ({ name, text: await readFile(join(runs[1], name), "utf8") })));
  await drop(page, page.locator(".run-drop"), await files(["scores.csv"]));
  await page.getByRole("alert").filter({ hasText: "not the files of one run" }).waitFor();
  await screenshot(page, "compare-refused");
  await assertAccessible(page);
  await drop(page, page.locator(".run-drop"), await files(["summary.json", "scores.csv"]));
  await page.locator(".runs .choice").nth(1).waitFor();
  await page.locator("#compare-control:enabled").click();
  const row = page.locator("#compared ~ .table-scroll table tbody tr").first();
  await row.waitFor({ timeout: 60_000 });
  const cells = (await row.locator("td").allTextContents()).map((text) => text.replace("\u2212", "-"));
  const { difference, p_holm: holm } = theirs.metrics[0];
  assert.equal(cells[0], difference.first.toFixed(4));
  assert.equal(cells[1], difference.second.toFixed(4));
  assert.equal(Number(cells[2]).toFixed(4), difference.difference.toFixed(4));
  assert.equal(cells[4], difference.p.toFixed(4));
  assert.equal(cells[5], holm.toFixed(4));
  const csv = await download(page, () => page.getByRole("button", { name: "CSV", exact: true }).click());
  const [, numbers] = csv.text.trim().split("\n").map((line) => line.split(","));
  // Every digit, so that the page's random draws are the command line's.
  assert.deepEqual(numbers.slice(3, 11), [
    difference.n, difference.first, difference.second, difference.difference, ...difference.interval,
    difference.p, holm,
  ].map(String));
  watch.assertQuiet(origin);
});

test("a long comparison is told, and can be stopped", async (t) => {
  const studies = 20_000;
  const csv = ["study_id,bleu_score"];
  const scores = [];
  for (let at = 0; at < studies; at += 1) {
    scores.push(((at * 7919) % 10_007) / 10_007);
    csv.push(`s${at},${scores[at]}`);
  }
  const { page, watch, origin } = await openSite(t);
  await ready(page);
  await page.locator("#try-sample").click();
  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  const { summary } = await downloads(page);
  const [metric] = summary.metrics;
  Object.assign(metric, { n: studies, mean: scores.reduce((sum, score) => sum + score, 0) / studies });
  const file = (name, text) => ({ name, text });
  const text = JSON.stringify({ ...summary, n: studies, inputs: [] });
  await page.goto(new URL("#/compare", page.url()).href);
  for (const more of [1, 2]) {
    await drop(page, page.locator(".run-drop"), [
      file("summary.json", text), file("scores.csv", `${csv.join("\n")}\n`),
    ]);
    await page.locator(".runs .choice").nth(more).waitFor();
  }
  await page.locator("#run-1").uncheck();
  await page.locator("#compare-control:enabled").click();
  await page.getByRole("progressbar", { name: "Comparing" }).waitFor();
  await screenshot(page, "comparing");
  await page.locator("#compare-control").filter({ hasText: "Stop" }).click();
  await page.locator("#compare-control").filter({ hasText: "Compare" }).waitFor({ timeout: 1000 });
  assert.equal(await page.locator("#compared ~ .table-scroll table").count(), 0);
  // The page's own runs go on being compared afterwards.
  await page.locator("#compare-control").click();
  await page.locator("#compared ~ .table-scroll table").waitFor({ timeout: 120_000 });
  watch.assertQuiet(origin);
});

test("a run is shared without report text, opened where it is dropped, and equals the command line's", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-share-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page, watch, origin } = await openSite(t);
  await ready(page);
  await page.locator("#try-sample").click();
  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  const { csv, summary } = await downloads(page);
  await page.getByText("For a paper, a leaderboard, a colleague").click();
  const form = (name) => download(page, () => page.getByRole("button", { name }).click());
  const shared = await form("Share file");
  assert.equal(shared.name, "run.share.json");
  assert.doesNotMatch(shared.text, /effusion|consolidation|cardiomegaly/i);
  const run = JSON.parse(shared.text);
  assert.deepEqual(run.summary, summary);
  assert.equal(run.studies.length, 40);
  const column = csv.trim().split("\n").slice(1).map((line) => Number(line.split(",")[1]));
  assert.deepEqual(run.scores.bleu2, column);
  const methods = await form("Methods paragraph");
  for (const part of [summary.version, "profile rexrank", summary.signature, summary.inputs[0].sha256]) {
    assert.ok(methods.text.includes(part), part);
  }
  const latex = await form("LaTeX table");
  assert.match(latex.text, /\\toprule[\s\S]*BLEU-2 & 0\.\d{3} & /);
  await screenshot(page, "results-forms");
  await assertAccessible(page);

  // The command line reads the page's file, and writes the same.
  const path = join(folder, "model-a.share.json");
  await writeFile(path, shared.text);
  for (const [as, ours] of [["share", shared], ["methods", methods], ["latex", latex]]) {
    const cli = await rrgscore(["export", path, "--as", as]);
    assert.equal(cli.code, 0, cli.stderr);
    assert.equal(cli.stdout, ours.text, as);
  }

  // Another page opens it, wherever it is dropped.
  const other = await openSite(t);
  await ready(other.page);
  await drop(other.page, other.page.locator(".drop-zone"), [{ name: "model-a.share.json", text: shared.text }]);
  await other.page.locator(".runs .choice").first().waitFor();
  await other.page.getByText("Its results").click();
  await other.page.getByText(summary.signature).waitFor();
  await other.page.getByRole("cell", { name: summary.metrics[0].mean.toFixed(4) }).first().waitFor();
  await screenshot(other.page, "compare-shared");
  await assertAccessible(other.page);
  watch.assertQuiet(origin);
  other.watch.assertQuiet(other.origin);
});
