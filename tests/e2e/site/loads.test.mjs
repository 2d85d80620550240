// The built folder works as it is: at a host's root, under a sub-path, and with the network off.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { rrgscore } from "../harness/cli.mjs";
import { site, siteBelow } from "../harness/environment.mjs";
import { openSite, screenshot, setOffline } from "../harness/page.mjs";

for (const [place, base] of Object.entries({ "the root": site, "a sub-path": siteBelow })) {
  test(`the page starts quietly at ${place}`, async (t) => {
    const { page, watch, origin } = await openSite(t, { base });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    assert.match(await page.title(), /RRGScore/);
    const outside = watch.requests.filter(({ url }) => /^http/.test(url) && !url.startsWith(base));
    assert.deepEqual(outside, [], "requests above the site's folder");
    watch.assertQuiet(origin);
  });

  test(`splits and packs are what their lists say at ${place}`, async () => {
    const get = async (path) => {
      const response = await fetch(new URL(path, base));
      assert.equal(response.status, 200, path);
      return Buffer.from(await response.arrayBuffer());
    };
    const json = async (path) => JSON.parse((await get(path)).toString("utf8"));
    const check = (bytes, { bytes: length, sha256 }, what) => {
      assert.equal(bytes.length, length, what);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256, what);
    };
    const { splits, samples } = await json("data/index.json");
    const reports = [...splits, ...samples.map((sample) => sample.reports)];
    for (const one of reports) check(await get(`data/${one.file}`), one, one.file);
    const { packs } = await json("packs/index.json");
    for (const { folder, id } of packs) {
      const manifest = await json(`packs/${folder}/pack.json`);
      assert.equal(manifest.id, id);
      for (const part of manifest.files.flatMap(({ parts }) => parts)) {
        check(await get(`packs/${folder}/${part.name}`), part, part.name);
      }
    }
  });
}

test("the page stays up when the network goes", async (t) => {
  const { page, context, watch, origin } = await openSite(t);
  const heading = page.getByRole("heading", { level: 1 });
  await heading.waitFor();
  await page.waitForLoadState("networkidle");
  await setOffline(context);
  assert.equal(await heading.isVisible(), true);
  watch.assertQuiet(origin);
});

const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
};
for (const [look, options] of Object.entries(LOOKS)) {
  test(`the first view is accessible and fits its width: ${look}`, async (t) => {
    const { page } = await openSite(t, options);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await screenshot(page, `first-view-${look}`);
    await assertAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px wider than its window`);
  });
}

test("the command line that numbers are compared with runs", async () => {
  const { code, stdout } = await rrgscore(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^rrgscore \d+\.\d+\.\d+/);
});
