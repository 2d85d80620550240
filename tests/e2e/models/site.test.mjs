// Packs of the page's own site: installed, kept over a reload, verified, deleted, evicted.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { siteBelow } from "../harness/environment.mjs";
import {
  card, evict, flipStored, installed, openModels, ready, sitePacks, stored,
} from "../harness/models.mjs";
import { offerPacks } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";
import { dropPredictions, runToEnd, shownMean } from "../harness/scoring.mjs";
import { pairList } from "../harness/reports.mjs";

const [pack] = await sitePacks();
const skip = pack ? false : "the site was built without a pack";

async function install(page) {
  await page.getByRole("button", { name: `Install: ${pack.name}` }).click();
  await installed(page, pack.id).waitFor({ timeout: 60_000 });
}

/** Requests of the pack's parts, its manifest left out. */
const parts = (watch) =>
  watch.requests.filter(({ url }) => url.includes(`/packs/${pack.folder}/`) && !/pack\.json/.test(url));

test("a pack of the site is installed, kept, and scored with", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t, { base: siteBelow });
  await install(page);
  const files = await stored(page, pack.id);
  assert.ok(files["pack.json"] > 0 && files["model.onnx"] > 20_000_000, JSON.stringify(files));
  await page.locator("#storage-used").filter({ hasText: "1 pack takes" }).waitFor();
  assert.match(await page.locator("#storage-kept").textContent(), /browser/);
  const kept = await page.evaluate(() => Object.keys(localStorage));
  assert.deepEqual(kept, ["packs"]);

  const before = parts(watch).length;
  await page.reload();
  await ready(page);
  await installed(page, pack.id).waitFor();
  assert.equal(parts(watch).length, before, "parts asked for again");

  await page.goto(new URL("#/", page.url()).href);
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(3) });
  await page.getByText(`Model ${pack.name}, ${pack.precision}`).first().waitFor();
  await runToEnd(page);
  assert.match(await shownMean(page, "bertscore-minilm"), /^0\.\d+$/);
  assert.equal(parts(watch).length, before, "parts asked for again");
  watch.assertQuiet(origin);
});

test("a download that broke off is gone on with", { skip }, async (t) => {
  const { page, context, watch, origin } = await openModels(t);
  let broken = 0;
  await context.route("**/model.onnx*", (route) => {
    broken += 1;
    return route.abort();
  });
  await page.getByRole("button", { name: `Install: ${pack.name}` }).click();
  await page.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
  assert.ok(broken > 0);
  assert.equal((await stored(page, pack.id))["pack.json"], undefined, "it counts as unfinished");
  await context.unroute("**/model.onnx*");
  await page.reload();
  await ready(page);
  await page.getByText("are here already").waitFor();
  const before = parts(watch).map(({ url }) => url);
  await page.getByRole("button", { name: `Go on installing: ${pack.name}` }).click();
  await installed(page, pack.id).waitFor({ timeout: 60_000 });
  const again = parts(watch).map(({ url }) => url).slice(before.length);
  // model.json was there already.
  assert.deepEqual(again.map((url) => url.split("/").pop()), ["model.onnx", "tokenizer.json"]);
  assert.deepEqual(watch.foreign(origin), []);
});

const SPOILT = {
  "with a flipped byte": (bytes) => {
    bytes[bytes.length >> 1] ^= 1;
    return bytes;
  },
  "cut off": (bytes) => bytes.subarray(0, bytes.length - 1000),
};
for (const [what, spoil] of Object.entries(SPOILT)) {
  test(`a part that comes ${what} is refused, and is loaded anew`, { skip }, async (t) => {
    const { page, context, watch, origin } = await openModels(t);
    await context.route("**/model.onnx*", async (route) => {
      const bytes = await (await route.fetch()).body();
      await route.fulfill({ body: spoil(bytes) });
    });
    await page.getByRole("button", { name: `Install: ${pack.name}` }).click();
    await page.getByRole("alert").filter({ hasText: "model.onnx is damaged" }).waitFor();
    const kept = await stored(page, pack.id);
    assert.equal(kept["pack.json"], undefined, "it counts as unfinished");
    assert.equal(kept["model.onnx"], undefined, "nothing of the part is kept");
    await context.unroute("**/model.onnx*");
    await page.reload();
    await ready(page);
    await page.getByRole("button", { name: `Go on installing: ${pack.name}` }).click();
    await installed(page, pack.id).waitFor({ timeout: 60_000 });
    watch.assertQuiet(origin);
  });
}

test("a pack with terms waits until they are accepted, and shows how far it is", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-terms-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page, context, watch, origin } = await openModels(t);
  const [offered] = await offerPacks(context, ["chexbert.pth"], "int8", folder);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route(`**/packs/${offered.place}/tokenizer.json*`, async (route) => {
    await held;
    await route.fallback();
  });
  await page.reload();
  await ready(page);
  const { id, name, terms } = offered.manifest;
  const of = card(page, "CheXbert");
  await of.getByText(terms).waitFor();
  const button = of.getByRole("button", { name: `Install: ${name}` });
  assert.equal(await button.isDisabled(), true, "terms come first");
  await page.locator(`[id="accept-${id}"]`).check();
  await assertAccessible(page);
  await button.click();
  const bar = of.getByRole("progressbar", { name: `Installing ${name}` });
  await bar.waitFor();
  await of.locator(".under-way").getByText(/[1-9].* of /).waitFor();
  release();
  await installed(page, id).waitFor({ timeout: 60_000 });
  await installed(page, id).getByText("Details").click();
  await installed(page, id).getByText("(accepted when it was installed)").waitFor();
  watch.assertQuiet(origin);
});

test("verify finds a flipped byte, and such a pack is not scored with", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await install(page);
  const item = installed(page, pack.id);
  await item.getByRole("button", { name: "Verify" }).click();
  await item.getByText("all is as it was built").waitFor();
  await flipStored(page, pack.id, "model.onnx");
  await item.getByRole("button", { name: "Verify" }).click();
  await item.getByRole("alert").filter({ hasText: "model.onnx is damaged" }).waitFor();

  await page.goto(new URL("#/", page.url()).href);
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(3) });
  await runToEnd(page);
  await page.getByText("is damaged").first().waitFor();
  watch.assertQuiet(origin);
});

test("a pack that is not whole is not used, and can be deleted", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await install(page);
  await page.evaluate(async (id) => {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle("packs")).getDirectoryHandle(id);
    await folder.removeEntry("tokenizer.json");
  }, pack.id);
  await page.reload();
  await ready(page);
  await page.getByText("A stored pack cannot be used: part tokenizer.json").waitFor();
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByText("A stored pack cannot be used").waitFor({ state: "detached" });
  assert.equal(await stored(page, pack.id), null);
  watch.assertQuiet(origin);
});

test("a pack of a newer format is refused with the reason", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await install(page);
  await page.evaluate(async (id) => {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle("packs")).getDirectoryHandle(id);
    const handle = await folder.getFileHandle("pack.json");
    const text = await (await handle.getFile()).text();
    const stream = await handle.createWritable();
    await stream.write(text.replace('"format_version": 2', '"format_version": 3'));
    await stream.close();
  }, pack.id);
  await page.reload();
  await ready(page);
  await page.getByText("this pack has format version 3").waitFor();
  watch.assertQuiet(origin);
});

test("deleting asks first, and gives the page's own copy back", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await install(page);
  const item = installed(page, pack.id);
  await item.getByRole("button", { name: "after asking" }).click();
  await item.getByRole("button", { name: "Keep" }).click();
  await item.getByRole("button", { name: "after asking" }).click();
  await item.getByRole("button", { name: "Delete", exact: false }).first().click();
  await item.waitFor({ state: "detached" });
  assert.equal(await stored(page, pack.id), null);
  await card(page, "all-MiniLM-L6-v2").getByText("Loaded with the page").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  watch.assertQuiet(origin);
});

test("that the browser has removed a pack is noticed and said", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await install(page);
  await evict(page);
  await page.reload();
  await ready(page);
  const notice = page.locator(".notice").filter({ hasText: "The browser has removed the pack" });
  await notice.getByRole("button", { name: "Install again" }).click();
  await installed(page, pack.id).waitFor({ timeout: 60_000 });
  await notice.waitFor({ state: "detached" });
  watch.assertQuiet(origin);
});

test("without space nothing is installed, and the reason is said", { skip }, async (t) => {
  const { page, context, watch, origin } = await openModels(t);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 8_000_000 });
  await page.getByRole("button", { name: `Install: ${pack.name}` }).click();
  await page.getByRole("alert").filter({ hasText: /no space left/i }).waitFor();
  assert.equal((await stored(page, pack.id))?.["pack.json"], undefined);
  watch.assertQuiet(origin);
});

test("two tabs do not install the same pack at once", { skip }, async (t) => {
  const { page, context, watch, origin } = await openModels(t);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const other = await context.newPage();
  await other.goto(page.url());
  await ready(other);
  await context.route("**/model.onnx*", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("button", { name: `Install: ${pack.name}` }).click();
  await page.getByRole("button", { name: "Stop installing" }).waitFor();
  await other.getByRole("button", { name: `Install: ${pack.name}` }).click();
  await other.getByRole("alert").filter({ hasText: "nother tab" }).waitFor();
  release();
  await installed(page, pack.id).waitFor({ timeout: 60_000 });
  await installed(page, pack.id).getByRole("button", { name: "Verify" }).click();
  await installed(page, pack.id).getByText("all is as it was built").waitFor();
  watch.assertQuiet(origin);
});

const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
};
for (const [look, options] of Object.entries(LOOKS)) {
  test(`the view is accessible and fits its width: ${look}`, async (t) => {
    const { page } = await openModels(t, options);
    if (pack) await install(page);
    await page.locator("summary").first().click();
    await screenshot(page, `models-${look}`);
    await assertAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px wider than its window`);
  });
}
