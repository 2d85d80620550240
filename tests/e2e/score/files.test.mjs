// Files as people bring them, dropped on the page: each is paired as it means, or refused in words
// that name a control which then helps. Every study but one repeats its reference, so that a score
// tells whose report it was compared with.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drop } from "../harness/files.mjs";
import { openSite, sealed } from "../harness/page.mjs";
import { rows } from "../harness/reports.mjs";
import { chooseColumns, downloads, openSetup, runToEnd } from "../harness/scoring.mjs";
import { archive, workbook } from "../harness/workbook.mjs";

const lines = (list) => `${list.join("\n")}\n`;
const panel = (page, title) =>
  page.locator(".panel", { has: page.getByRole("heading", { name: title, exact: true }) });

/** Opens the page and drops the files: predictions, then references. */
async function dropped(t, predictions, references) {
  const { page, watch, origin } = await openSite(t);
  await drop(page, page.locator(".drop-zone"), [predictions]);
  await page.getByRole("heading", { name: "Predictions", exact: true }).waitFor();
  if (references) {
    await recognised(page, "Predictions");
    await drop(page, panel(page, "References"), [references]);
  }
  return { page, quiet: () => watch.assertQuiet(origin) };
}

/** Waits until a side's file is read, or refused. */
const recognised = (page, title) =>
  panel(page, title).locator(".recognised, .problem").first().waitFor();

/** Waits for the check's verdict. */
async function passes(page, studies) {
  await page.locator(".verdict.is-good").getByText(`${studies} will be scored`).waitFor();
}

/** Waits until the check refuses, in words that hold these. */
async function refuses(page, words) {
  await page.locator(".verdict.is-bad").filter({ hasText: words }).waitFor();
}

const says = (page, words) => page.locator(".findings").getByText(words).first().waitFor();

/** Scores by BLEU-2, and compares each study's score: 1, 0, or another number to four digits. */
async function scores(page, expected) {
  await chooseColumns(page, ["bleu2"]);
  await runToEnd(page);
  const { csv, summary } = await downloads(page);
  const found = rows(csv).map((row) => [row.study_id, Number(Number(row.bleu_score).toFixed(4))]);
  assert.deepEqual(found, expected);
  return summary;
}

/** Chooses how a side's file is to be read. */
async function readDifferently(page, title, choose) {
  const form = panel(page, title).locator(".overrides");
  if ((await form.getAttribute("open")) === null) {
    await form.getByText("Read it differently", { exact: true }).click();
  }
  await choose(form);
}

test("references of all splits: the split that the predictions are of is taken and named", async (t) => {
  const annotation = {
    train: [{ id: "t1", report: "old report of another split", split: "train" }],
    val: [],
    test: [
      { id: "s1", report: "the lungs are clear", split: "test" },
      { id: "s2", report: "the heart is large", split: "test" },
    ],
  };
  const predictions = lines(["id,report", "s2,the heart is large", "s1,no mass at all"]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: predictions },
    { name: "annotation.json", text: JSON.stringify(annotation) },
  );
  await passes(page, "2 studies");
  await says(page, /test/);
  await scores(page, [["s2", 1], ["s1", 0]]);
  quiet();
});

test("predictions in sections are compared section by section", async (t) => {
  const predictions = ["findings,impression,study_id", "no mass seen here,the heart is large,s1"];
  const references = ["study_id,findings,impression", "s1,no mass seen here,stable since last year"];
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: lines(predictions) },
    { name: "references.csv", text: lines(references) },
  );
  await passes(page, "1 study");
  await page.getByRole("radio", { name: "Findings", exact: true }).check();
  await passes(page, "1 study");
  const summary = await scores(page, [["s1", 1]]);
  assert.equal(summary.task, "findings");
  quiet();
});

test("one report per line: a blank line is a study without a prediction", async (t) => {
  const { page, quiet } = await dropped(
    t,
    { name: "hyp.tok", text: "no acute process seen\n\nmild cardiomegaly , stable\n" },
    { name: "ref.tok", text: "no acute process seen\nclear lungs today\nmild cardiomegaly , stable\n" },
  );
  await refuses(page, /missing|prediction/i);
  await page.getByRole("radio", { name: "Score as empty" }).check();
  await passes(page, "3 studies");
  await scores(page, [["1", 1], ["2", 0], ["3", 1]]);
  quiet();
});

test("a table without a header is refused, and read when that is said", async (t) => {
  const { page, quiet } = await dropped(t, {
    name: "res.csv",
    text: "no effusion is seen,no effusion is seen\nthe heart is normal,lungs are quite clear\n",
  });
  await page.locator(".problem p").getByText(/First line of a table/).waitFor();
  await readDifferently(page, "Predictions", (form) =>
    form.getByLabel("First line of a table").selectOption({ label: "is a study: no header" }),
  );
  for (const [role, column] of [["prediction", "#1"], ["reference", "#2"]]) {
    await readDifferently(page, "Predictions", async (form) => {
      const field = form.getByLabel(`Column or key: ${role}`, { exact: true });
      await field.fill(column);
      await field.press("Tab");
    });
  }
  await passes(page, "2 studies");
  await scores(page, [["1", 1], ["2", 0]]);
  quiet();
});

test("ids that differ by a prefix are joined when the button is pressed, and not before", async (t) => {
  const references = lines(["study_id,report", "s50000001,lungs are clear", "s50000002,effusion is large"]);
  const predictions = lines(["study_id,report", "50000002.0,no mass at all", "50000001,lungs are clear"]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: predictions },
    { name: "references.csv", text: references },
  );
  await page.locator(".verdict.is-bad").waitFor();
  await page.getByRole("button", { name: "Join the ids loosely" }).first().click();
  await passes(page, "2 studies");
  // The studies are called as the references call them.
  const summary = await scores(page, [["s50000002", 0], ["s50000001", 1]]);
  assert.match(summary.signature, /loose/);
  quiet();
});

test("a study with two texts is refused until the user settles it", async (t) => {
  const predictions = lines([
    "study_id,report",
    "a,lungs are clear",
    "b,no mass at all",
    "a,another text of this study",
  ]);
  const references = lines(["study_id,report", "a,lungs are clear", "b,heart is large"]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: predictions },
    { name: "references.csv", text: references },
  );
  await page.locator(".verdict.is-bad").waitFor();
  await says(page, "See: Studies with different texts.");
  await page.getByRole("radio", { name: "Keep the first" }).check();
  await passes(page, "2 studies");
  await scores(page, [["a", 1], ["b", 0]]);
  quiet();
});

test("parallel lists are scored as given, and refused when they are of different length", async (t) => {
  const references = ["lungs are clear", "no effusion is seen"];
  const hypotheses = ["lungs are clear", "heart looks quite large"];
  const { page, quiet } = await dropped(t, {
    name: "radeval.json",
    text: JSON.stringify({ references, hypotheses }),
  });
  await passes(page, "2 studies");
  assert.ok(await page.getByRole("radio", { name: "As given" }).isChecked());
  const summary = await scores(page, [["1", 1], ["2", 0]]);
  assert.equal(summary.task, null);
  const uneven = JSON.stringify({ references, hypotheses: hypotheses.slice(1) });
  await openSetup(page);
  await drop(page, panel(page, "Predictions"), [{ name: "uneven.json", text: uneven }]);
  await page.locator(".problem").getByText(/has 2 values and the field hypotheses has 1|hypotheses has 1/).waitFor();
  quiet();
});

test("a file in another encoding names the control that reads it", async (t) => {
  const text = lines(["path_to_image,section_findings", "a/b.jpg,le café est très clair"]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: lines(["path_to_image,report", "a/b.jpg,le café est très clair"]) },
    { name: "references.csv", bytes: Buffer.from(text, "latin1") },
  );
  await page.locator(".problem p").getByText(/Read it differently \(references\), Encoding/).waitFor();
  await readDifferently(page, "References", (form) =>
    form.getByLabel("Encoding").selectOption({ label: "Windows-1252" }),
  );
  await passes(page, "1 study");
  await scores(page, [["a/b.jpg", 1]]);
  quiet();
});

test("what a model left in its texts is counted, and the texts are scored as they are", async (t) => {
  const predictions = lines(["study_id,report", "1,small effusion seen </s>", "2,no effusion is seen"]);
  const references = lines(["study_id,report", "1,small effusion seen", "2,no effusion is seen"]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: predictions },
    { name: "references.csv", text: references },
  );
  await passes(page, "2 studies");
  await says(page, /special token/i);
  await chooseColumns(page, ["bleu2"]);
  await runToEnd(page);
  const found = rows((await downloads(page)).csv).map((row) => Number(row.bleu_score));
  assert.ok(found[0] < 0.95 && found[1] > 0.9999, `${found}`);
  quiet();
});

test("files that are exchanged are noticed and taken for each other at a press", async (t) => {
  const predictions = lines(["study_id,prediction", "a,lungs are clear", "b,no mass at all"]);
  const references = lines(["study_id,reference", "a,lungs are clear", "b,heart is large"]);
  const { page, quiet } = await dropped(
    t,
    { name: "references.csv", text: references },
    { name: "model.csv", text: predictions },
  );
  await page.locator(".verdict.is-bad").waitFor();
  await page.getByRole("button", { name: "Exchange the two files" }).first().click();
  await passes(page, "2 studies");
  await panel(page, "Predictions").getByText("model.csv").waitFor();
  await scores(page, [["a", 1], ["b", 0]]);
  quiet();
});

test("a workbook is read by a program of its own, which comes with the page", async (t) => {
  const sheet = workbook([
    ["study_id", "report"],
    [1, "lungs are clear & wide"],
    [2, "no mass at all"],
  ]);
  const references = lines(["study_id,report", "1,lungs are clear & wide", "2,heart is quite large"]);
  const { page, context, watch, origin } = await openSite(t);
  await sealed(page);
  const asked = watch.requests.filter(({ url }) => /\/reader/.test(url));
  assert.equal(asked.length, 2, "its glue and its module");
  await context.setOffline(true);
  await drop(page, page.locator(".drop-zone"), [{ name: "references.csv", text: references }]);
  await recognised(page, "Predictions");
  await drop(page, panel(page, "Predictions"), [{ name: "model.xlsx", bytes: sheet }]);
  await panel(page, "Predictions").locator(".recognised .note").getByText("workbook").waitFor();
  await drop(page, panel(page, "References"), [{ name: "references.csv", text: references }]);
  await passes(page, "2 studies");
  await drop(page, panel(page, "Predictions"), [{ name: "again.xlsx", bytes: sheet }]);
  await panel(page, "Predictions").getByText("again.xlsx").waitFor();
  await passes(page, "2 studies");
  await scores(page, [["1", 1], ["2", 0]]);
  watch.assertQuiet(origin);
  watch.assertNeverSent("no mass at all");
});

test("a Parquet file is read, and a damaged one refused", async (t) => {
  const parquet = await readFile(new URL("files/reports.parquet", import.meta.url));
  const predictions = lines(["study_id,prediction", "p2,no mass at all", "p1,Lungs are clear today."]);
  const { page, quiet } = await dropped(
    t,
    { name: "model.csv", text: predictions },
    { name: "test-00000.parquet", bytes: parquet },
  );
  await panel(page, "References").locator(".recognised .note").getByText("Parquet").waitFor();
  await passes(page, "2 studies");
  await scores(page, [["p2", 0], ["p1", 1]]);
  const damaged = Buffer.from(parquet);
  damaged.fill(0xff, 40, damaged.length - 20);
  await openSetup(page);
  await drop(page, panel(page, "References"), [{ name: "damaged.parquet", bytes: damaged }]);
  await page.locator(".problem").getByText(/Parquet file is damaged/).waitFor();
  quiet();
});

test("an archive of one file is read, one of several is refused", async (t) => {
  const table = lines(["id,prediction,reference", "a,lungs are clear,lungs are clear"]);
  const { page, quiet } = await dropped(t, {
    name: "pairs.zip",
    bytes: archive({ "pairs.csv": table }),
  });
  await passes(page, "1 study");
  const several = archive({ "a.csv": table, "b.csv": table });
  await drop(page, panel(page, "Predictions"), [{ name: "several.zip", bytes: several }]);
  await page.locator(".problem").getByText("the zip archive holds 2 files").waitFor();
  quiet();
});
