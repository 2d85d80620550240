// GREEN and FineRadScore from files of a judge's answers: the command line's numbers in every
// output, and reasons on the study, without the page asking anybody.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { answerLines, fineradscoreAnswer, greenAnswer } from "../harness/answers.mjs";
import { score } from "../harness/cli.mjs";
import { choose, download, drop } from "../harness/files.mjs";
import { openSite, screenshot, setOffline } from "../harness/page.mjs";
import { assertRanked } from "../harness/ranking.mjs";
import { predictionsFor, rows, split } from "../harness/reports.mjs";
import {
  chooseReferences, computeOnly, downloads, dropPredictions, openSetup, runButton, runToEnd, shownMean,
} from "../harness/scoring.mjs";

const SAMPLE = new URL("../../../crates/data/samples/model-a.json", import.meta.url);
const CANARY = "CANARYjudge <img src=x onerror=alert(1)>";

/** Answers for the sample's studies; one of each metric does not parse as intended. */
function answers(ids) {
  const green = {};
  const fine = {};
  ids.forEach((id, at) => {
    const significant = [at % 2, at % 3, 0, at % 5 === 0 ? 1 : 0, 0, 0];
    green[id] = greenAnswer({ significant, matched: at % 4, explanation: CANARY });
    fine[id] = fineradscoreAnswer(
      at % 6 === 0 ? [] : [["0", CANARY, 1 + (at % 4)], ["None", "Small effusion.", 2]],
    );
  });
  green[ids[1]] = `${CANARY} The reports agree in most points.`;
  fine[ids[1]] = "```json\n{}\n```";
  // The first study is the one that is looked at.
  green[ids[0]] = greenAnswer({ significant: [1, 2, 0, 0, 0, 0], matched: 3, explanation: CANARY });
  fine[ids[0]] = fineradscoreAnswer([["1", CANARY, 3], ["None", "Small effusion.", 2]]);
  return {
    green: { name: "green.jsonl", text: answerLines(green) },
    fine: { name: "fineradscore.jsonl", text: answerLines(fine) },
  };
}

const panel = (page, name) => page.locator(".answers .panel", { hasText: name });

async function openSample(t, options = {}) {
  const opened = await openSite(t, options);
  await opened.page.waitForLoadState("networkidle");
  await setOffline(opened.context);
  await opened.page.locator("#try-sample").click();
  await opened.page.getByRole("heading", { name: "Check" }).waitFor();
  return opened;
}

/** Leaves only the columns that need no model, and those of a judge. */
const onlyJudged = (page) => computeOnly(page, ["bleu2", "green", "fineradscore"]);

test("dropped answers give the command line's columns, exports and reasons", async (t) => {
  const text = await readFile(SAMPLE, "utf8");
  const ids = Object.keys(JSON.parse(text));
  const files = answers(ids);
  const { page, watch, origin } = await openSample(t);
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  await assertAccessible(page);
  await drop(page, panel(page, "GREEN"), [files.green]);
  await panel(page, "GREEN").getByText("40 answers").waitFor();
  await choose(page.locator("#fineradscore-answers-file"), [files.fine]);
  await panel(page, "FineRadScore").getByText("40 answers").waitFor();
  await panel(page, "GREEN").getByText("Did not parse as intended: 1 study.").waitFor();
  await onlyJudged(page);
  await screenshot(page, "judges-setup");
  await assertAccessible(page);
  await runToEnd(page);
  await assertAccessible(page);
  await screenshot(page, "judges-results");

  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-judges-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const put = async ({ name, text: content }) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const args = ["--task", "report", "--metrics", "bleu2"];
  args.push("--green-responses", await put(files.green));
  args.push("--fineradscore-responses", await put(files.fine));
  const predictions = { name: "model-a.json", text };
  const theirs = await score({ predictions, references: "sample", args });
  const ours = await downloads(page);
  assert.equal(ours.csv, theirs.csv, "scores.csv is the command line's to the byte");
  assert.equal(ours.summary.signature, theirs.summary.signature);
  assert.match(ours.summary.signature, /green-answers:[0-9a-f]{12}\|fineradscore-answers:/);
  assert.deepEqual(ours.summary.metrics, theirs.summary.metrics);
  for (const metric of ours.summary.metrics) {
    assert.equal(await shownMean(page, metric.id), metric.mean.toFixed(4), metric.id);
  }
  const [, green, fine] = ours.summary.metrics;
  assert.deepEqual(green.judge.not_as_intended, { [ids[1]]: ["missing-part"] });
  assert.deepEqual(fine.judge.not_as_intended, { [ids[1]]: ["not-json"] });
  assert.equal(fine.failed, 1, "a refused answer has no score and is not 0");
  assert.ok(Math.abs(fine.reciprocal.value - 1 / fine.mean) < 1e-12);
  const judgements = await download(page, () =>
    page.getByRole("button", { name: /judgements\.csv/ }).click(),
  );
  const [first] = rows(judgements.text);
  assert.equal(first.green_matched_findings, "3");
  assert.equal(first.green_significant_b, "2");
  assert.equal(first.fineradscore_urgent, "1");
  for (const output of [ours.csv, JSON.stringify(ours.summary), judgements.text]) {
    assert.ok(!output.includes("CANARY"), "no output holds an answer's text");
  }
  await page.getByText("GREEN: 1 of 40 answers did not parse as intended").click();
  await page.locator(".results details.annotation table", { hasText: ids[1] }).first().waitFor();

  // Why this score: the judge's words stand on the study as text.
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  const lens = (label) =>
    page.locator(".lenses").getByRole("radio", { name: label, exact: true }).check();
  await lens("GREEN");
  await page.getByRole("heading", { name: "What the judge says" }).waitFor();
  await page.getByText(CANARY).waitFor();
  const errors = page.getByRole("table", { name: "Errors that the judge has counted" });
  await errors.getByText("error b1; error b2").waitFor();
  await page.getByRole("heading", { name: "Matched findings" }).waitFor();
  await page.getByText("finding 3", { exact: true }).waitFor();
  await assertAccessible(page);
  await screenshot(page, "judges-study-green");
  await lens("FineRadScore");
  const corrections = page.getByRole("table", { name: /The judge's corrections/ });
  await corrections.getByText("Urgent error", { exact: true }).waitFor();
  await corrections.getByText("inserted").waitFor();
  await page.locator(".lines .is-lone").waitFor();
  await assertAccessible(page);
  await screenshot(page, "judges-study-fineradscore");
  assert.equal(await page.locator("img").count(), 0, "an answer is never markup");
  watch.assertNeverSent("CANARY");
  watch.assertQuiet(origin);
});

test("a judged run over a published split is ranked in its columns", async (t) => {
  const references = await split("iu-xray-test");
  if (!references) {
    t.skip("the site was built without the IU X-ray split");
    return;
  }
  const { page, watch, origin } = await openSite(t);
  await page.waitForLoadState("networkidle");
  await dropPredictions(page, { name: "model.json", text: predictionsFor(references) });
  await chooseReferences(page, /^IU X-ray/);
  await page.getByText(/590 of 590 studies/).first().waitFor();
  const green = {};
  const fine = {};
  Object.keys(references).forEach((id, at) => {
    green[id] = greenAnswer({ significant: [at % 3, 0, 0, 0, 0, 0], matched: at % 4 });
    fine[id] = fineradscoreAnswer([["0", "Changed.", 1 + (at % 4)]]);
  });
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  for (const [file, answered] of [["green", green], ["fineradscore", fine]]) {
    const answersFile = { name: `${file}.jsonl`, text: answerLines(answered) };
    await choose(page.locator(`#${file}-answers-file`), [answersFile]);
    await page.locator(`#metric-${file}:enabled`).waitFor();
  }
  await onlyJudged(page);
  await runToEnd(page);
  const { summary } = await downloads(page);
  assert.equal(summary.n, 590);
  for (const id of ["green", "fineradscore"]) {
    await assertRanked(page, summary.metrics.find((metric) => metric.id === id));
  }
  watch.assertQuiet(origin);
});

test("bad files are named by line and study, and a policy settles what is missing", async (t) => {
  const text = await readFile(SAMPLE, "utf8");
  const ids = Object.keys(JSON.parse(text));
  const { page, watch, origin } = await openSample(t, { colorScheme: "dark" });
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  const green = panel(page, "GREEN");
  const file = page.locator("#green-answers-file");
  const cases = [
    [`{"id": "${ids[0]}", "response": "x"}\n${CANARY}\n`, /line 2 is not a JSON object/],
    [answerLines({ elsewhere: CANARY }), /1 studies, none of which is scored here/],
    [
      answerLines({ [ids[0]]: "CANARY one" }) + answerLines({ [ids[0]]: "CANARY two" }),
      new RegExp(`line 2 answers for study ${ids[0]}`),
    ],
    [`{"custom_id": "green-1", "response": "x"}`, /no file says for which studies/],
    [answerLines({ [ids[2]]: greenAnswer({ matched: 2 }) }), /39 of 40 studies have no GREEN answer/],
  ];
  for (const [content, message] of cases) {
    await choose(file, [{ name: "answers.jsonl", text: content }]);
    await green.getByRole("alert").filter({ hasText: message }).waitFor();
    assert.ok(!(await page.content()).includes("CANARY"), "no message holds an answer's text");
    assert.ok(await page.locator("#metric-green").isDisabled());
  }
  await assertAccessible(page);
  await screenshot(page, "judges-bad-dark");
  // Studies without an answer: refused, until the user decides.
  await page.getByRole("radio", { name: "Exclude" }).check();
  await green.getByText("No answer for 39 studies: no score there.").waitFor();
  assert.ok(await page.locator("#metric-green").isChecked());
  await onlyJudged(page);
  await runToEnd(page);
  const { csv, summary } = await downloads(page);
  const column = rows(csv).map((row) => row.green_score);
  assert.deepEqual(column.filter((value) => value !== ""), ["1"]);
  const metric = summary.metrics.find(({ id }) => id === "green");
  assert.deepEqual([metric.n, metric.missing, metric.failed], [1, 39, 0]);
  // Removing the answers takes the column away and says that the results are old.
  await openSetup(page);
  await page.getByRole("button", { name: "Remove the answers for GREEN" }).click();
  await page.getByText("Files or settings have changed since this run.").waitFor();
  assert.ok(await page.locator("#metric-green").isDisabled());
  await runButton(page).waitFor();
  watch.assertQuiet(origin);
});

test("the set-up fits a narrow screen", async (t) => {
  const { page, watch, origin } = await openSample(t, { viewport: { width: 360, height: 740 } });
  const ids = Object.keys(JSON.parse(await readFile(SAMPLE, "utf8")));
  const files = answers(ids);
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  await drop(page, panel(page, "GREEN"), [files.green]);
  await drop(page, panel(page, "FineRadScore"), [files.fine]);
  await panel(page, "FineRadScore").getByText("40 answers").waitFor();
  await onlyJudged(page);
  await screenshot(page, "judges-narrow");
  await runToEnd(page);
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  await page.locator(".lenses").getByRole("radio", { name: "FineRadScore" }).check();
  await screenshot(page, "judges-narrow-study");
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(over <= 0, `the page is ${over} pixels wider than the screen`);
  watch.assertQuiet(origin);
});
