// A walk over the table of metrics, as docs/metrics.md has it (made from the table, and held to it
// by a test): each row stands in the command line's help, in the npm package's types, on the page
// under each profile that lists it, and in scores.csv.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { rrgscore, score } from "../harness/cli.mjs";
import { npmPackage } from "../harness/environment.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { openSite } from "../harness/page.mjs";

const page = await readFile(new URL("../../../docs/metrics.md", import.meta.url), "utf8");
const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());
// Up to the line behind the table: further down there are others.
const [all] = page.slice(page.indexOf("| id |")).split("\n\n");
const lines = all.split("\n");
const names = cells(lines[0]);
const profiles = names.slice(names.indexOf("needs") + 1, names.indexOf("leaderboard"));
const table = lines
  .filter((line) => line.startsWith("| `"))
  .map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at], cell])))
  .map((row) => ({ ...row, id: row.id.slice(1, -1), column: row.column.slice(1, -1) }));
const ids = (rows) => rows.map(({ id }) => id);

test("the table is read whole", () => {
  assert.ok(table.length >= 25, `${table.length} rows`);
  assert.ok(profiles.includes("rexrank") && profiles.includes("radeval"));
  assert.deepEqual(ids(table.filter((row) => profiles.every((name) => row[name] === ""))), []);
});

test("each id stands in the command line's help and in the npm package's types", async () => {
  const { stdout } = await rrgscore(["score", "--help"]);
  const words = new Set(stdout.split(/[\s,.;:`()[\]]+/));
  const types = await readFile(join(npmPackage, "rrgscore.d.ts"), "utf8");
  const [, union] = /export type Metric =([^;]*);/.exec(types);
  assert.deepEqual(ids(table).filter((id) => !words.has(id)), []);
  assert.deepEqual([...union.matchAll(/"([^"]+)"/g)].map(([, id]) => id), ids(table));
});

test("each profile's rows stand on the page", async (t) => {
  const { page } = await openSite(t);
  await page.locator("#try-sample").click();
  await page.getByRole("heading", { name: "Check" }).waitFor();
  for (const profile of profiles) {
    await page.getByRole("radio", { name: new RegExp(`^${profile}`) }).check();
    const boxes = page.locator(".metrics input[type=checkbox]");
    const shown = await boxes.evaluateAll((all) => all.map((box) => box.id.replace("metric-", "")));
    const listed = ids(table.filter((row) => row[profile] !== ""));
    assert.deepEqual(shown.toSorted(), listed.toSorted(), profile);
  }
});

test("each row has its column in scores.csv", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-metrics-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const checkpoints = [
    "chexbert.pth",
    "radgraph.tar.gz",
    "radgraph-xl.tar.gz",
    "modern-radgraph-xl.tar.gz",
    "distilroberta-base",
    "distilbert-base-uncased",
    "RadEvalModernBERT",
    "SRR-BERT-Leaves-with-Statuses",
    "SRRG-BERT-Upper-with-Statuses",
    "RadBERT-CT",
    "RaTE-NER-Deberta",
    "BioLORD-2023-C",
  ];
  await buildPacks(checkpoints, folder);
  const answers = join(folder, "answers.jsonl");
  await writeFile(answers, JSON.stringify({ id: "a", response: "none" }));
  const judges = ["green", "fineradscore", "crimson"];
  // Columns whose packs have no tiny checkpoint: MiniLM's comes with a site that has been set up,
  // and SRR-BERT's other two differ from those here in their number of outputs alone.
  const lacking = ["bertscore-minilm", "srr-bert-leaves", "srr-bert-upper"];
  const without = table.filter(({ needs }) => lacking.includes(needs));
  const metrics = ids(table.filter((row) => !without.includes(row)));
  const pair = { id: "a", prediction: "No effusion.", reference: "Small effusion." };
  const { csv } = await score({
    predictions: { name: "pairs.json", text: JSON.stringify([pair]) },
    args: [
      ...["--packs", folder, "--metrics", metrics.join(",")],
      ...judges.flatMap((judge) => [`--${judge}-responses`, answers]),
    ],
  });
  const header = csv.split("\n")[0].split(",");
  const columns = table.filter((row) => !without.includes(row)).map(({ column }) => column);
  assert.deepEqual(header.slice(1).toSorted(), columns.toSorted());
  assert.equal(new Set(header).size, header.length);
  assert.deepEqual(ids(without).toSorted(), [
    "bertscore-minilm",
    "bertscore-minilm-idf",
    "srr-bert-leaves",
    "srr-bert-upper",
  ]);
});
