// Files as people bring them, given to the installed package in Node: each is paired as it means,
// or refused. Every study but one repeats its reference, so that a score tells whose report it was
// compared with.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rows } from "../harness/reports.mjs";
import { workbook } from "../harness/workbook.mjs";
import { scratchProject } from "./project.mjs";

const lines = (list) => `${list.join("\n")}\n`;
const file = (content, options) => ({ base64: Buffer.from(content).toString("base64"), options });
let project;

before(async () => {
  project = await scratchProject();
});
after(() => project.remove());

/** What comes of the cases, in their order. */
async function tried(...cases) {
  const script = fileURLToPath(new URL("files.mjs", import.meta.url));
  await writeFile(join(project.folder, "files.mjs"), await readFile(script, "utf8"));
  await writeFile(join(project.folder, "cases.json"), JSON.stringify(cases));
  const { stdout } = await project.node("files.mjs", "cases.json");
  return JSON.parse(stdout);
}

/** Each study's id and BLEU-2, to four digits. */
const scores = ({ csv, message }) => {
  assert.equal(message, undefined);
  return rows(csv).map((row) => [row.study_id, Number(Number(row.bleu_score).toFixed(4))]);
};

test("workbooks and Parquet files are read", async () => {
  const sheet = workbook([
    ["study_id", "report"],
    [1, "lungs are clear & wide"],
    [2, "no mass at all"],
  ]);
  const references = lines(["study_id,report", "1,lungs are clear & wide", "2,heart is quite large"]);
  const parquet = await readFile(new URL("../score/files/reports.parquet", import.meta.url));
  const predictions = lines(["study_id,prediction", "p2,no mass at all", "p1,Lungs are clear today."]);
  const [first, second] = await tried(
    { predictions: file(sheet), references: file(references) },
    { predictions: file(predictions), references: file(parquet) },
  );
  assert.deepEqual(scores(first), [["1", 1], ["2", 0]]);
  assert.equal(first.formats[0], "workbook");
  assert.deepEqual(scores(second), [["p2", 0], ["p1", 1]]);
  assert.equal(second.formats[1], "parquet");
});

test("ids that differ by a prefix are joined when that is asked for, and not before", async () => {
  const references = lines(["study_id,report", "s50000001,lungs are clear", "s50000002,effusion is large"]);
  const predictions = lines(["study_id,report", "50000002.0,no mass at all", "50000001,lungs are clear"]);
  const files = { predictions: file(predictions), references: file(references) };
  const [exact, loose] = await tried(files, { ...files, request: { join: { ids: "loose" } } });
  assert.equal(exact.step, "check");
  assert.deepEqual(scores(loose), [["s50000002", 0], ["s50000001", 1]]);
  assert.match(loose.summary.signature, /loose/);
});

test("a study with two texts is refused until it is said what to do", async () => {
  const predictions = lines([
    "study_id,report",
    "a,lungs are clear",
    "b,no mass at all",
    "a,another text of this study",
  ]);
  const references = lines(["study_id,report", "a,lungs are clear", "b,heart is large"]);
  const files = { predictions: file(predictions), references: file(references) };
  const [refused, first, dropped] = await tried(
    files,
    { ...files, request: { join: { repeated: "first" } } },
    { ...files, request: { join: { repeated: "drop" } } },
  );
  assert.equal(refused.step, "check");
  assert.ok(!JSON.stringify(refused).includes("another text"), "no report text in an error");
  assert.deepEqual(scores(first), [["a", 1], ["b", 0]]);
  assert.ok(!scores(dropped).some(([id]) => id === "a"));
});

test("parallel lists are scored as given, and refused when they are of different length", async () => {
  const references = ["lungs are clear", "no effusion is seen"];
  const hypotheses = ["lungs are clear", "heart looks quite large"];
  const [even, uneven] = await tried(
    { predictions: file(JSON.stringify({ references, hypotheses })) },
    { predictions: file(JSON.stringify({ references, hypotheses: hypotheses.slice(1) })) },
  );
  assert.deepEqual(scores(even), [["1", 1], ["2", 0]]);
  assert.equal(even.summary.task, null);
  assert.equal(uneven.step, "predictions");
  assert.match(uneven.message, /has 2 values and the field hypotheses has 1|hypotheses has 1/);
});

test("references in another encoding are read when it is named", async () => {
  const text = lines(["path_to_image,section_findings", "a/b.jpg,le café est très clair"]);
  const predictions = file(lines(["path_to_image,report", "a/b.jpg,le café est très clair"]));
  const bytes = Buffer.from(text, "latin1");
  const [refused, read] = await tried(
    { predictions, references: file(bytes) },
    { predictions, references: file(bytes, { encoding: "windows1252" }) },
  );
  assert.equal(refused.step, "references");
  assert.deepEqual(scores(read), [["a/b.jpg", 1]]);
});

test("of two id fields the one that joins is taken", async () => {
  const predictions = JSON.stringify([
    { dicom_id: "d2", study_id: 8, report: "no mass at all" },
    { dicom_id: "d1", study_id: 7, report: "lungs are clear" },
  ]);
  const references = JSON.stringify([
    { dicom_id: "d1", report: "lungs are clear" },
    { dicom_id: "d2", report: "heart is large" },
  ]);
  const [joined] = await tried({ predictions: file(predictions), references: file(references) });
  assert.deepEqual(scores(joined), [["d2", 0], ["d1", 1]]);
});
