// When the page is sealed: before anything is read, and in the Models view, which needs the network,
// not before there is something to read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { drop } from "../harness/files.mjs";
import { ready, sitePacks } from "../harness/models.mjs";
import { openSite, screenshot, sealed } from "../harness/page.mjs";
import { pairList } from "../harness/reports.mjs";

const [pack] = await sitePacks();
const closed = (page) => page.evaluate(() => window.rrgscoreSeal.report().closed);

test("the Models view is open until another view is gone to", async (t) => {
  const { page } = await openSite(t, { path: "#/models" });
  await ready(page);
  assert.equal(await closed(page), false);
  await page.locator("#seal").getByText("No report is read before it is").waitFor();
  await page.goto(new URL("#/", page.url()).href);
  await sealed(page);
  await page.locator("#seal").getByText(/^Sealed since .+, 0 requests since\./).waitFor();
  await page.goto(new URL("#/models", page.url()).href);
  await page.locator("#main").waitFor();
  assert.equal(await closed(page), true, "nothing opens it but loading the page anew");
  await page.reload();
  await ready(page);
  assert.equal(await closed(page), false);
});

for (const colorScheme of ["light", "dark"]) {
  for (const [place, width] of Object.entries({ desk: 1280, phone: 390 })) {
    const skip = pack ? false : "the site was built without a pack";
    test(`a sealed page says how packs of the site are had: ${place}, ${colorScheme}`, { skip }, async (t) => {
      const { page, watch, origin } = await openSite(t, { colorScheme, viewport: { width, height: 900 } });
      await sealed(page);
      await drop(page, page.locator(".drop-zone"), [{ name: "pairs.jsonl", text: pairList(3) }]);
      await page.getByRole("heading", { name: "Check" }).waitFor();
      await page.goto(new URL("#/models", page.url()).href);
      const reload = page.locator("#unseal");
      await page.getByText("which forgets the reports and results in this tab.").first().waitFor();
      assert.equal(await page.getByRole("button", { name: "Install: " }).count(), 0);
      await screenshot(page, `sealed-models-${place}-${colorScheme}`);
      await assertAccessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than its window`);
      await reload.press("Enter");
      await page.getByRole("button", { name: `Install: ${pack.name}` }).waitFor();
      assert.equal(await closed(page), false);
      watch.assertQuiet(origin);
    });
  }
}

/** Notes the workers that are started before the closing, and when that is. */
const noteClosing = () => {
  window.early = [];
  const { Worker } = window;
  window.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      if (!window.rrgscoreSeal.report().closed) window.early.push(options?.name);
    }
  };
  addEventListener("sealed", () => (window.closedAt = performance.now()));
};

test("what is dropped early waits unread until the page is sealed", async (t) => {
  const { page, context } = await openSite(t, { path: "#/about", init: noteClosing });
  await sealed(page);
  const closing = await page.evaluate(() => window.closedAt);
  t.diagnostic(`sealed ${closing.toFixed(0)} ms after the address was opened`);

  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route("**/reader_bg.wasm*", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(new URL("#/", page.url()).href);
  await page.reload();
  await drop(page, page.locator(".drop-zone"), [{ name: "pairs.jsonl", text: pairList(3) }]);
  await page.waitForTimeout(500);
  assert.equal(await closed(page), false);
  release();
  await page.locator(".verdict.is-good").getByText("3 studies").waitFor();
  assert.equal(await closed(page), true);
  assert.deepEqual(await page.evaluate(() => window.early), ["pack-store"], "nobody who reads reports");
});
