// 22 ways out, and their siblings, are closed in the sealed page: each is tried while every packet is
// recorded. Each is tried in a build without policy and seal too, where the same check must find it.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { siteFolder } from "../harness/environment.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, sealed } from "../harness/page.mjs";
import { noWire, openWire } from "../harness/wire.mjs";
import { CHANNELS, DETOURS } from "./channels.mjs";
import { leakySite } from "./leaky.mjs";

const TRIED = { ...CHANNELS, ...DETOURS };

/** Closes the pages of before. One that is being loaded anew may never say that it is closed. */
async function closed(wire) {
  for (const other of wire.context.pages().slice(1)) await Promise.race([other.close(), sleep(3000)]);
}

/** Opens a page of a site on the wire, in the place of those before, and waits until it is sealed. */
async function opened(t, wire, base, path = "") {
  await closed(wire);
  const { page } = await openSite(t, { base, path, context: wire.context });
  // A browser lets go of what it downloads when its network changes, as it does while the cable is laid.
  await page.locator(".loading.is-ready").waitFor({ timeout: 15_000 }).catch(() => page.reload());
  await ready(page);
  if (!path) await sealed(page);
  await sleep(500);
  return page;
}

// A browser asks again for a name that nobody knows, half a minute later too.
const LEAKY = "leakyite";
// What the browser says in its own network for WebRTC may be of the channel before.
const left = (wire, from, begins) =>
  wire.packets(from)
    .filter((packet) => !packet.includes(":5353") && (begins === LEAKY || !packet.includes(LEAKY)));

/** Tries a channel in a page; gives the packets that left, once there is one or patience is over. */
async function attempt(wire, page, name, { host, own, patience, begins = "zanzibarite" }) {
  const word = `${begins}${name.length}x`;
  const from = Date.now();
  // What is closed may throw, and what is open may take the page away, and the answer with it.
  const tried = page.evaluate(TRIED[name], { to: `http://${host}/${word}`, host, own, word });
  await Promise.race([tried.catch(() => 0), sleep(patience)]);
  const seen = () => left(wire, from, begins);
  for (let waited = 0; waited < patience && seen().length === 0; waited += 50) await sleep(50);
  return seen();
}

const nothing = (packets, name) => assert.deepEqual(packets, [], `left the machine by ${name}`);

test("22 channels are closed in the sealed page", { skip: noWire }, async (t) => {
  assert.equal(Object.keys(CHANNELS).length, 22);
  const wire = await openWire(t);
  const world = await mkdtemp(join(tmpdir(), "rrgscore-world-"));
  t.after(() => rm(world, { recursive: true, force: true }));
  const host = await wire.serveForeign(world);

  await t.test("what leaves a leaky build is noticed", async (t) => {
    const own = await wire.serve(await leakySite(t));
    let page;
    for (const name of Object.keys(TRIED)) {
      page ??= await opened(t, wire, own);
      const packets = await attempt(wire, page, name, { host, own, patience: 4000, begins: LEAKY });
      assert.throws(() => nothing(packets, name), assert.AssertionError, name);
      // Some take the page away, open windows, go on, or change what is in it.
      if (name in DETOURS || /navigation|popup|WebRTC|form|iframe/.test(name)) page = undefined;
    }
    await closed(wire);
  });

  const own = await wire.serve(siteFolder);
  const page = await opened(t, wire, own);
  const open = wire.context.pages().length;
  const from = Date.now();
  for (const name of Object.keys(TRIED)) {
    await t.test(`closed: ${name}`, async () => {
      nothing(await attempt(wire, page, name, { host, own, patience: 300 }), name);
    });
  }
  await sleep(2000);
  nothing(left(wire, from), "any of them, late");
  assert.equal(wire.context.pages().length, open, "no window was opened");
  const { requests, stopped } = await page.evaluate(() => window.rrgscoreSeal.report());
  assert.equal(requests, 0);
  const line = await page.locator("#seal").textContent();
  assert.match(line, /^Sealed since .+, 0 requests since, \d+ attempts stopped\./);
  t.diagnostic(JSON.stringify(stopped));
});

test("a worker of before does not outlive the closing", { skip: noWire }, async (t) => {
  const wire = await openWire(t);
  const asks = async (site) => {
    const own = await wire.serve(site);
    const page = await opened(t, wire, own, "#/models");
    await page.evaluate(() => {
      const text = "onmessage = ({ data }) => void fetch(data).catch(() => 0);";
      window.early = new Worker(URL.createObjectURL(new Blob([text])));
    });
    await page.goto(new URL("#/", own).href);
    await sealed(page);
    await sleep(500);
    const from = Date.now();
    await page.evaluate((address) => window.early.postMessage(address), `${own}index.html`);
    for (let waited = 0; waited < 2000 && left(wire, from).length === 0; waited += 50) await sleep(50);
    return left(wire, from);
  };
  assert.notDeepEqual(await asks(await leakySite(t)), [], "a leaky build that does not leak");
  assert.deepEqual(await asks(siteFolder), []);
});

test("a sealed page takes no cookie, and stays sealed", async (t) => {
  const { page } = await openSite(t);
  await sealed(page);
  await assert.rejects(page.evaluate(() => void (document.cookie = "a=b")), /cookie is closed/);
  await assert.rejects(
    page.evaluate(() => {
      "use strict";
      window.rrgscoreSeal = null;
    }),
    /read only/,
  );
  await page.evaluate(() => document.querySelectorAll("meta").forEach((meta) => meta.remove()));
  assert.equal(await page.evaluate(() => fetch("index.html").then(() => "open", () => "closed")), "closed");
  // As docs/security.md has the reader try it.
  const { stopped } = await page.evaluate(() => window.rrgscoreSeal.report());
  assert.equal(stopped.fetch, 1);
  assert.match(await page.locator("#seal").textContent(), /attempts? stopped/);
});

test("the page looks as before once its stylesheets are without links", async (t) => {
  const { page } = await openSite(t, { path: "#/models" });
  await ready(page);
  const looks = () =>
    page.evaluate(() => {
      const all = [...document.querySelectorAll("header *, footer *, .colophon *")];
      return all.map((one) => {
        const style = getComputedStyle(one);
        return [...style].map((key) => `${key}: ${style.getPropertyValue(key)}`).join("; ");
      });
    });
  const rules = () =>
    page.evaluate(() => [...document.styleSheets, ...document.adoptedStyleSheets]
      .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)));
  const [before, written] = [await looks(), await rules()];
  assert.ok(before.length > 20 && written.length > 200);
  await page.evaluate(() => window.rrgscoreSeal.close());
  assert.deepEqual(await rules(), written);
  assert.deepEqual(await looks(), before);
  assert.equal(await page.locator("link").count(), 1, "the icon");
});
