// Which ways out of the page are closed, and which are not: each of 22 channels, and of their
// siblings, is tried while every packet is recorded. Each is tried in a build without a policy too,
// where the same check must find it. What is open is told in docs/security.md.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { siteFolder } from "../harness/environment.mjs";
import { ready } from "../harness/models.mjs";
import { openSite } from "../harness/page.mjs";
import { noWire, openWire } from "../harness/wire.mjs";
import { CHANNELS, DETOURS } from "./channels.mjs";
import { leakySite } from "./leaky.mjs";

const TRIED = { ...CHANNELS, ...DETOURS };

/** Known to be open, to any host or to the page's own: see docs/security.md. */
const OPEN = new Set([
  "preconnect", "worker by address", "top navigation", "popup", "WebRTC", "WebRTC by its other name",
  "WebRTC of a frame's window", "WebRTC of a frame made from text", "a lookup of a name", "a click on a link",
  "a made-up click on a link to a new window", "a click on a link in a drawing", "a download of a link",
  "location.replace", "the navigation API", "a reload under another address", "a refresh",
  "fetch of the own site", "import() of the own site", "importScripts in a worker", "a service worker",
]);

/** Whether they open a connection depends on the moment; nothing is sent in it. */
const EMPTY = new Set(["form", "iframe"]);

/** Tries channels one after the other in pages of a site; gives what left the machine, by channel. */
async function attempts(t, wire, own, host, patience) {
  const found = {};
  let page;
  for (const name of Object.keys(TRIED)) {
    // Some channels take the page away, others open windows or go on.
    if (page?.url() !== own || wire.context.pages().length > 2 || OPEN.has(name) || EMPTY.has(name)) {
      for (const other of wire.context.pages().slice(1)) await other.close();
      ({ page } = await openSite(t, { base: own, context: wire.context }));
      // A browser lets go of what it downloads when its network changes.
      await page.locator(".loading.is-ready").waitFor({ timeout: 15_000 }).catch(() => page.reload());
      await ready(page);
      await page.waitForLoadState("networkidle");
      await sleep(300);
    }
    const word = `zanzibarite${name.length}x`;
    const from = Date.now();
    // What is closed may throw, and what is open may take the page away.
    await page.evaluate(TRIED[name], { to: `http://${host}/${word}`, host, own, word }).catch(() => 0);
    // What the browser says in its own network for WebRTC may be of the channel before.
    const left = () => wire.packets(from).filter((packet) => !packet.includes(":5353"));
    const wait = patience(name);
    for (let waited = 0; waited < wait && left().length === 0; waited += 50) await sleep(50);
    await sleep(200);
    found[name] = { left: left(), sent: wire.bytes(from).includes(word) };
  }
  for (const other of wire.context.pages().slice(1)) await other.close();
  return found;
}

const nothing = (left, name) => assert.deepEqual(left, [], `left the machine by ${name}`);

test("what is closed is closed, and what is open is known", { skip: noWire }, async (t) => {
  assert.equal(Object.keys(CHANNELS).length, 22);
  const wire = await openWire(t);
  const world = await mkdtemp(join(tmpdir(), "rrgscore-world-"));
  t.after(() => rm(world, { recursive: true, force: true }));
  const host = await wire.serveForeign(world);

  await t.test("what leaves a page without a policy is noticed", async (t) => {
    const own = await wire.serve(await leakySite(t));
    const found = await attempts(t, wire, own, host, () => 4000);
    for (const [name, { left }] of Object.entries(found)) {
      assert.throws(() => nothing(left, name), assert.AssertionError, name);
    }
  });

  const found = await attempts(t, wire, await wire.serve(siteFolder), host, (name) => (OPEN.has(name) ? 4000 : 500));
  for (const [name, { left, sent }] of Object.entries(found)) {
    await t.test(`${OPEN.has(name) ? "known to be open" : "closed"}: ${name}`, () => {
      if (OPEN.has(name)) assert.notDeepEqual(left, [], "closed now: say so in docs/security.md");
      else if (EMPTY.has(name)) assert.equal(sent, false);
      else nothing(left, name);
    });
  }
});
