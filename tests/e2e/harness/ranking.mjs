// Where a run over IU X-ray's reports stands in the paper's table.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const PUBLISHED = new URL("../../../crates/results/data/paper.json", import.meta.url);

/** Hundredths, as the tables are printed. */
const printed = (value) => Math.round(value * 100);

/**
 * Asserts that the page ranks a metric of a finished run over IU X-ray's reports (findings and
 * impression) where its value, rounded as the published ones, belongs: on its card and in the
 * leaderboard. `metric` is an entry of summary.json; the page stays on the leaderboard.
 */
export async function assertRanked(page, metric) {
  const { columns, tables } = JSON.parse(await readFile(PUBLISHED, "utf8"));
  const at = columns.indexOf(metric.published_as);
  assert.ok(at >= 0, `${metric.id} has a published column`);
  const table = tables.find(({ dataset, task }) => dataset === "IU X-ray" && task === "report");
  const value = metric.published_as.startsWith("1/") ? metric.reciprocal.value : metric.mean;
  const better = table.rows.filter(({ scores }) => printed(scores[at][0]) > printed(value)).length;
  await page.goto(new URL("#/", page.url()).href);
  const card = page.locator("article.card", { has: page.locator(`#result-${metric.id}`) });
  const standing = await card.locator(".standing").textContent();
  const place = `Would rank ${better + 1} of ${table.rows.length + 1} on IU X-ray, findings + impression: ReXrank paper`;
  assert.ok(standing.includes(place), `${metric.id}: ${standing}`);
  await page.goto(new URL("#/leaderboard", page.url()).href);
  const own = page.locator("table.published tr.is-own td.number").nth(at);
  assert.match(await own.textContent(), new RegExp(`^${(printed(value) / 100).toFixed(2)}`));
}
