// A run looked at closely: best and worst studies, filters, groups, correlation. Each number is held
// against the command line's or against the files that were given.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore } from "../harness/cli.mjs";
import { drop } from "../harness/files.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, screenshot } from "../harness/page.mjs";
import { chooseColumns, downloads, runToEnd } from "../harness/scoring.mjs";

const WORDS = ["lungs", "clear", "heart", "normal", "lung", "small", "left", "right", "opacity", "no"];
const STUDIES = 60;
/** A report of words that follow from its number. */
const report = (seed, words) =>
  Array.from({ length: words }, (_, at) => WORDS[(seed * (at + 3) + at * at) % WORDS.length]).join(" ");
const rows = Array.from({ length: STUDIES }, (_, at) => ({
  id: `s${at}`,
  reference: `${report(at, 12)}${at % 4 ? "" : " effusion"}`,
  prediction: `${report(at, 2 + (at % 9))} ${report(at + 1, 6)}`,
  view: at % 3 ? "PA" : "AP",
  age: `${String(20 + at).padStart(3, "0")}Y`,
}));
const csv = (names, cells) => `${names.join(",")}\n${rows.map((row) => cells(row).join(",")).join("\n")}\n`;
const PREDICTIONS = csv(["study_id", "prediction"], (row) => [row.id, row.prediction]);
const REFERENCES = csv(["study_id", "reference", "view", "age"], (row) => [row.id, row.reference, row.view, row.age]);

/** The texts of a table's cells, row by row; a real minus is a hyphen again. */
const cells = async (table) => {
  const lines = await table.locator("tbody tr").all();
  return Promise.all(lines.map(async (line) =>
    (await line.locator("th, td").allTextContents()).map((text) => text.trim().replace("\u2212", "-"))));
};
const look = (page, at) => page.locator(`section[aria-labelledby=look-${at}]`);
const filter = (page, label) => page.getByRole("search").getByLabel(label, { exact: true });

async function scored(t, options = {}) {
  const opened = await openSite(t, options);
  const { page } = opened;
  await ready(page);
  await drop(page, page.locator(".drop-zone"), [{ name: "model.csv", text: PREDICTIONS }]);
  await page.locator(".recognised").first().waitFor();
  await drop(page, page.locator(".panel").nth(1), [{ name: "references.csv", text: REFERENCES }]);
  await page.getByText(`${STUDIES} of ${STUDIES} studies`).first().waitFor();
  await page.getByRole("radio", { name: "coco", exact: true }).check();
  await chooseColumns(page, ["coco-bleu1", "coco-bleu2"]);
  await runToEnd(page);
  await look(page, 2).waitFor();
  return opened;
}

test("what is seen of a run is the command line's, and a study at an end is opened", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-explore-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page, watch, origin } = await scored(t);
  const { csv: scores, summary } = await downloads(page);
  await writeFile(join(folder, "scores.csv"), scores);
  await writeFile(join(folder, "summary.json"), JSON.stringify(summary));
  const cli = await rrgscore(["explore", folder, "--json", "--studies", "5"]);
  assert.equal(cli.code, 0, cli.stderr);
  const theirs = JSON.parse(cli.stdout);

  const shown = await cells(look(page, 0).locator("table").last());
  const [{ best, worst }] = theirs.extremes;
  const row = ({ id, score }) => [id, score.toFixed(4)];
  assert.deepEqual(shown, [0, 1, 2, 3, 4].map((at) => [String(at + 1), ...row(best[at]), ...row(worst[at])]));

  // The histogram's table has every study once.
  await look(page, 0).getByText("As a table").click();
  const bins = await cells(look(page, 0).locator("figure table"));
  assert.equal(bins.reduce((sum, [, , count]) => sum + Number(count), 0), STUDIES);

  // By keyboard: the worst study, and from it the next worst.
  await look(page, 0).getByRole("button", { name: worst[0].id, exact: true }).last().press("Enter");
  await page.getByRole("heading", { name: worst[0].id, exact: true }).waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("heading", { name: worst[1].id, exact: true }).waitFor();
  await page.getByRole("link", { name: "All studies" }).click();

  // Groups by a field of the references, ages in bands.
  const groups = () => cells(look(page, 1).locator("table"));
  assert.deepEqual((await groups()).map(([name, count]) => [name, count]), [["AP", "20"], ["PA", "40"]]);
  const column = new Map(scores.trim().split("\n").slice(1).map((line) => line.split(",").slice(0, 2)));
  const ap = rows.filter((row) => row.view === "AP").map((row) => Number(column.get(row.id)));
  const mean = ap.reduce((sum, score) => sum + score, 0) / ap.length;
  assert.ok((await groups())[0][2].startsWith(`${mean.toFixed(4)} \u00b1 `));
  await look(page, 1).getByLabel("Studies by", { exact: true }).selectOption("age");
  await look(page, 1).getByRole("rowheader", { name: "20 to under 25" }).waitFor();
  assert.equal((await groups()).reduce((sum, [, count]) => sum + Number(count), 0), STUDIES);

  // Which metrics go together.
  await look(page, 2).getByLabel("Coefficient", { exact: true }).selectOption("Kendall's tau-b");
  await look(page, 2).getByText("Kendall's tau-b, n = 60").waitFor();
  const kendall = await rrgscore(["explore", folder, "--json", "--correlation", "kendall"]);
  const { correlations } = JSON.parse(kendall.stdout);
  const coefficient = correlations.rows[0][1].value.toFixed(2);
  assert.deepEqual((await cells(look(page, 2).locator("table")))[0].slice(1), ["1.00", coefficient]);

  await screenshot(page, "explore");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});

test("studies are filtered by what their reports say and what they score", async (t) => {
  const { page, watch, origin } = await scored(t, { colorScheme: "dark" });
  const { csv: scores } = await downloads(page);
  const column = new Map(scores.trim().split("\n").slice(1).map((line) => line.split(",").slice(0, 2)));
  const count = async (expected) =>
    page.getByRole("status").filter({ hasText: new RegExp(`^${expected} stud(y|ies)$`) }).waitFor();
  const first = (await page.locator("#studies thead th").allTextContents())[2].trim();
  await filter(page, "A report has the word").fill("effus");
  const says = rows.filter((row) => `${row.reference} ${row.prediction}`.includes("effus"));
  await count(says.length);
  assert.ok(says.length > 0 && says.length < STUDIES);
  await filter(page, "Score of").selectOption(first);
  await filter(page, "at least").fill("0.3");
  const both = says.filter((row) => Number(column.get(row.id)) >= 0.3);
  await count(both.length);
  const [shown, others] = await cells(page.locator(".filter ~ .table-scroll table.plain"));
  assert.deepEqual([shown[1], others[1]], [String(both.length), String(STUDIES - both.length)]);
  await screenshot(page, "explore-filtered");
  await assertAccessible(page);
  await filter(page, "at most").fill("a lot");
  await page.getByRole("alert").filter({ hasText: "A range needs numbers" }).waitFor();
  await page.getByRole("button", { name: "Show all studies" }).press("Enter");
  await count(STUDIES);
  assert.equal(await filter(page, "at most").inputValue(), "");
  watch.assertQuiet(origin);
});
