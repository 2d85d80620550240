// What metrics see of minimal pairs: scored in the page as on the command line, changed, restored.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore } from "../harness/cli.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, screenshot } from "../harness/page.mjs";

for (const colorScheme of ["light", "dark"]) {
  test(`minimal pairs are the command line's, and can be changed: ${colorScheme}`, async (t) => {
    const { page, watch, origin } = await openSite(t, { path: "#/models", colorScheme });
    await ready(page);
    await page.locator("#to-sanity").press("Enter");
    await page.getByRole("heading", { name: "What metrics see" }).waitFor();
    const score = page.getByRole("button", { name: "Score the pairs" });
    await score.press("Enter");
    const table = page.locator(".sanity table");
    await table.waitFor({ timeout: 60_000 });
    const bleu = async () => {
      const cells = await table.getByRole("row", { name: /^BLEU-2/ }).getByRole("cell").allTextContents();
      return cells.map((text) => text.trim().replaceAll("\u2212", "-"));
    };
    const cli = await rrgscore(["sanity", "--metrics", "bleu2"]);
    assert.equal(cli.code, 0, cli.stderr);
    const line = cli.stdout.split("\n").find((row) => row.startsWith("BLEU-2"));
    assert.deepEqual((await bleu()).join(" "), line.replace("BLEU-2", "").trim().replaceAll(/ +/g, " "));
    await screenshot(page, `sanity-${colorScheme}`);
    await assertAccessible(page);

    const report = await page.getByLabel("The report").inputValue();
    await page.getByLabel("paraphrase").fill(report);
    await score.press("Enter");
    await table.getByText("1.000 (unseen)").first().waitFor();
    assert.equal((await bleu())[1], "1.000 (unseen)");
    await page.getByRole("button", { name: "Restore the pairs" }).press("Enter");
    await page.waitForFunction((text) => document.querySelector("#pair-1").value !== text, report);
    assert.notEqual((await bleu())[1], "1.000 (unseen)");
    watch.assertQuiet(origin);
  });
}
