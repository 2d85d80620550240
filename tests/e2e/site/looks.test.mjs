// Every view at the widths of a desk, a tablet and a phone, light and dark: it fits its width and is
// accessible. The pictures lie in the cache, for people to look at.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { drop } from "../harness/files.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, screenshot } from "../harness/page.mjs";
import { computeOnly, downloads, runToEnd } from "../harness/scoring.mjs";

const WIDTHS = { desk: [1440, 900], tablet: [1024, 768], phone: [390, 844] };

// Ids that differ in spelling, a study with two texts, and one without a prediction.
const PREDICTIONS = "study_id,prediction\ns1.png,lungs are clear\ns1.png,no effusion\ns2.png,large heart\n";
const REFERENCES = "study_id,reference\ns1,lungs are clear\ns2,the heart is large\ns3,no effusion\n";

for (const colorScheme of ["light", "dark"]) {
  for (const [place, [width, height]] of Object.entries(WIDTHS)) {
    test(`every view fits and is accessible: ${place}, ${colorScheme}`, async (t) => {
      const { page } = await openSite(t, { colorScheme, viewport: { width, height } });
      await ready(page);
      const look = async (view) => {
        await screenshot(page, `${view}-${place}-${colorScheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${view} is ${wide} px wider than its window`);
        await assertAccessible(page);
      };
      const go = (address) => page.goto(new URL(address, page.url()).href);

      await look("welcome");
      await drop(page, page.locator(".drop-zone"), [{ name: "model.csv", text: PREDICTIONS }]);
      await page.locator(".recognised").first().waitFor();
      await drop(page, page.locator(".panel").nth(1), [{ name: "references.csv", text: REFERENCES }]);
      await page.getByRole("button", { name: "Join the ids loosely" }).first().click();
      await page.getByRole("radio", { name: "Keep the first" }).waitFor();
      await page.getByText("Read it differently", { exact: true }).first().click();
      await look("refused");
      await page.getByRole("button", { name: "Start over" }).click();
      await page.locator("#try-sample").click();
      await page.locator("#run-control:enabled").waitFor();
      await look("ready");
      await computeOnly(page, ["bleu2"]);
      await runToEnd(page);
      await look("results");
      const { csv, summary } = await downloads(page);
      const run = [
        { name: "scores.csv", text: csv },
        { name: "summary.json", text: JSON.stringify(summary) },
      ];
      await page.locator("#study-0").click();
      await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
      await look("study");
      await go("#/compare");
      await drop(page, page.locator(".run-drop"), run);
      await page.locator(".runs .choice").nth(1).waitFor();
      await page.locator("#compare-control:enabled").click();
      await page.locator("#compared ~ .table-scroll table").waitFor();
      await look("compare");
      await go("#/leaderboard");
      await page.locator("figure.ranked").waitFor();
      await look("leaderboard");
      await page.getByRole("radio", { name: "Impression", exact: true }).check();
      await page.locator("#no-table").waitFor();
      await look("leaderboard-impression");
      await go("#/models");
      await page.locator("#guide .checklist").first().waitFor();
      await look("models");
      await go("#/sanity");
      await page.getByRole("button", { name: "Score the pairs" }).click();
      await page.locator(".sanity table").waitFor({ timeout: 60_000 });
      await look("sanity");
      await go("#/about");
      await page.getByRole("heading", { name: "About and privacy" }).waitFor();
      await look("about");
    });
  }
}
