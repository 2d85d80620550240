// The published leaderboard in its editions: every figure as published, sortable by any column,
// drawn, and to be had as pictures.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { assertAccessible } from "../harness/accessibility.mjs";
import { siteFolder } from "../harness/environment.mjs";
import { download } from "../harness/files.mjs";
import { openSite, screenshot } from "../harness/page.mjs";

const data = async (name) =>
  JSON.parse(await readFile(new URL(`../../../crates/results/data/${name}`, import.meta.url), "utf8"));

const board = async (page) => {
  await page.getByRole("heading", { level: 1, name: "Leaderboard" }).waitFor();
  await page.locator("table.published").waitFor();
};
const pick = (page, group, name) =>
  page.getByRole("group", { name: group }).getByRole("radio", { name, exact: true }).check();

/** What the table shows: `{ model: [text of each score] }`, with the places. */
const shown = (page) =>
  page.locator("table.published tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      model: row.querySelector("th").textContent,
      place: row.cells[0].textContent,
      scores: [...row.cells].slice(2, 10).map((cell) => cell.textContent),
    })));

test("all figures of both editions are shown as their sources have them", async (t) => {
  const { page, watch, origin } = await openSite(t, { path: "#/leaderboard" });
  await board(page);
  let figures = 0;
  for (const [name, label] of [["paper.json", "ReXrank paper"], ["site-2025-09.json", "Public site, 2025-09-05"]]) {
    const edition = await data(name);
    await pick(page, "Edition", label);
    for (const { dataset, task, rows } of edition.tables) {
      await pick(page, "Dataset", dataset);
      await pick(page, "Compared", task === "report" ? "Findings + impression" : "Findings");
      const table = new Map((await shown(page)).map((row) => [row.model, row]));
      assert.equal(table.size, rows.length);
      for (const { model, scores } of rows) {
        const texts = scores.map((score) => {
          if (score === null) return "\u2013";
          const [mean, ci] = score.map((value) => value?.toFixed(edition.decimals).replace("-", "\u2212"));
          return ci === undefined ? mean : `${mean}\u00a0\u00b1\u00a0${ci}`;
        });
        assert.deepEqual(table.get(model).scores, texts, `${dataset} ${task} ${model}`);
        figures += texts.length;
      }
    }
  }
  assert.equal(figures, 704 + 128 * 8);
  // Where the two differ beyond rounding is said in either.
  await page.getByText("696 of the 704 figures").waitFor();
  assert.equal(await page.locator("table.disagreements tbody tr").count(), 8);
  await screenshot(page, "leaderboard-site");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});

test("the table sorts by any column, and says how", async (t) => {
  const { page, watch, origin } = await openSite(t, { path: "#/leaderboard" });
  await board(page);
  await page.getByRole("radio", { name: "MIMIC-CXR", exact: true }).check();
  await pick(page, "Compared", "Findings");
  const head = (name) => page.locator("table.published thead th:not(.place)").filter({ hasText: name });
  const column = async (name) => {
    const at = await head(name).evaluate((cell) => cell.cellIndex);
    return page.locator("table.published tbody tr").evaluateAll(
      (rows, place) => rows.map((row) => row.cells[place].textContent),
      at,
    );
  };
  const sorted = async (name, order) => {
    assert.equal(await head(name).getAttribute("aria-sort"), order, name);
    assert.equal(await page.locator("table.published th[aria-sort]").count(), 1);
    const values = await column(name);
    const number = (text) => Number.parseFloat(text.replace("\u2212", "-"));
    const compare = name === "Model" || name === "Institution"
      ? (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : Number(a.toLowerCase() > b.toLowerCase()))
      : (a, b) => number(a) - number(b);
    const expected = [...values].sort(compare);
    if (order === "descending") expected.reverse();
    assert.deepEqual(values.map((v) => v.toLowerCase()), expected.map((v) => v.toLowerCase()), `${name} ${order}`);
  };
  for (const name of ["BLEU-2", "GREEN", "1/FineRadScore", "Year"]) {
    await head(name).getByRole("button").click();
    await sorted(name, "descending");
    await head(name).getByRole("button").click();
    await sorted(name, "ascending");
  }
  for (const name of ["Model", "Institution"]) {
    await head(name).getByRole("button").click();
    await sorted(name, "ascending");
    await head(name).getByRole("button").click();
    await sorted(name, "descending");
  }
  // Where intervals overlap a place is a range; the table is ranked by what was sorted last.
  const places = await page.locator("table.published tbody td.place").allTextContents();
  assert.match(places.join(" "), /\d\u2013\d/);
  await page.getByText("What the columns measure").click();
  assert.equal(await page.locator("#columns-help dt").count(), 8);
  assert.equal(await page.locator("#columns-help").getByText("Blind spots:").count(), 8);
  await page.getByText("The models: who made them").click();
  await page.locator("#model-cards").getByText("arXiv:2405.07988").waitFor();
  // Addresses of others are text.
  assert.equal(await page.locator("#main a[href^=http]").count(), 0);
  await screenshot(page, "leaderboard-sorted");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});

test("pictures are drawn, told, and downloaded as SVG and PNG", async (t) => {
  const { page, watch, origin } = await openSite(t, { path: "#/leaderboard" });
  await board(page);
  await pick(page, "Compared", "Findings");
  await pick(page, "Metric", "BLEU-2");
  await page.locator("#against").selectOption("SembScore");
  const bars = page.locator("figure.ranked");
  assert.equal(await bars.locator("svg rect.bar").count(), 16);
  assert.equal(await page.locator("figure.spread svg rect.box").count(), 8);
  assert.equal(await page.locator("figure.scatter svg circle").count(), 16);
  // Ranks of BLEU-2 and SembScore on IU X-ray, findings, of the paper: scipy.stats.spearmanr.
  assert.match(await page.locator("#rank-correlation").textContent(), /over 16 published models: 0\.83\./);
  for (const [figure, name] of [["ranked", "leaderboard-bleu-2"], ["spread", "spread-bleu-2"], ["scatter", "scatter-bleu-2-sembscore"]]) {
    const button = (label) => page.locator(`figure.${figure}`).getByRole("button", { name: label });
    const svg = await download(page, () => button("SVG").click());
    assert.equal(svg.name, `${name}.svg`);
    assert.match(svg.text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(svg.text, /<title>[^<]*BLEU-2/);
    const png = await download(page, () => button("PNG").click());
    assert.equal(png.name, `${name}.png`);
    const size = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)];
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(size[0], 1760);
    assert.ok(size[1] > 400, `${size}`);
    assert.ok(inkOf(png.bytes) > 0.01, `${figure} is drawn`);
  }
  // The numbers of each picture stand in its table.
  await bars.getByText("As a table").click();
  assert.equal(await bars.locator("tbody tr").count(), 16);
  await screenshot(page, "leaderboard-pictures");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});

/** The share of a PNG's bytes that are not white's, once inflated: whether anything is on it. */
function inkOf(png) {
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.subarray(at + 4, at + 8).toString() === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const bytes = inflateSync(Buffer.concat(parts));
  let ink = 0;
  for (const byte of bytes) ink += byte !== 0 && byte !== 255;
  return ink / bytes.length;
}

test("an operator's own rows are an edition", async (t) => {
  const file = JSON.parse(await readFile(join(siteFolder, "data", "leaderboard.json"), "utf8"));
  const scores = Array(8).fill(null);
  scores[1] = [0.25, 0.01];
  const own = {
    id: "own", title: "This site's own", source: "added by a test", date: "", decimals: 3,
    tables: [{ dataset: "IU X-ray", task: "report", rows: [{ model: "ours", scores }] }],
  };
  file.editions.push(own);
  const files = { "data/leaderboard.json": file };
  const { page, watch, origin } = await openSite(t, { path: "#/leaderboard", files });
  await board(page);
  await pick(page, "Edition", "This site's own");
  const [row] = await shown(page);
  assert.deepEqual([row.model, row.scores[1]], ["ours", "0.250\u00a0\u00b1\u00a00.010"]);
  await pick(page, "Metric", "BLEU-2");
  assert.equal(await page.locator("figure.ranked svg rect.bar").count(), 1);
  await screenshot(page, "leaderboard-own");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});
