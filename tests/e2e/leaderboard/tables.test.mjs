// The published tables: every cell as published, sortable, with the session's own run among them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { openSite, screenshot } from "../harness/page.mjs";

const PUBLISHED = new URL("../../../crates/results/data/published.json", import.meta.url);

test("the leaderboard shows the published numbers and sorts by any of them", async (t) => {
  const { page, watch, origin } = await openSite(t, { path: "#/leaderboard" });
  await page.getByRole("heading", { level: 1, name: "Leaderboard" }).waitFor();
  await page.getByRole("radio", { name: "MIMIC-CXR" }).check();
  await page.getByRole("radio", { name: "BLEU-2" }).check();
  assert.ok((await page.locator("#main svg").count()) > 0, "bars are drawn");

  const table = page.getByRole("group", { name: /Published scores/ }).locator("table");
  const head = table.getByRole("columnheader").filter({ hasText: "BLEU-2" });
  const column = async () => {
    const at = await head.evaluate((cell) => cell.cellIndex);
    const cells = await table.locator("tbody tr").evaluateAll(
      (rows, place) => rows.map((row) => Number.parseFloat(row.cells[place].textContent)),
      at,
    );
    return cells;
  };
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  const best = await column();
  assert.deepEqual(best, [...best].sort((a, b) => b - a));
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await column(), [...best].sort((a, b) => a - b));

  // The shown values are those of the data file, which a crate's test holds against the paper's.
  const text = await readFile(PUBLISHED, "utf8");
  for (const value of best) assert.ok(text.includes(String(value)), `${value} is published`);
  await screenshot(page, "leaderboard");
  await assertAccessible(page);
  watch.assertQuiet(origin);
});
