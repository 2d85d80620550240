// The site kept in the browser: only where the user wants it, whole and as it was built, in one version
// until the user changes it, below a path as a project page has it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { siteFolder } from "../harness/environment.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, screenshot, sealed, setOffline } from "../harness/page.mjs";
import { runToEnd } from "../harness/scoring.mjs";

const BELOW = "/some/lab/page/";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

/** A host of the built site whose release can be changed, and whose files can be spoiled. */
async function host(t) {
  const now = { title: "RRGScore: score", build: undefined, spoiled: undefined };
  const body = async (name) => {
    const bytes = await readFile(join(siteFolder, name));
    if (name === now.spoiled) return Buffer.concat([bytes, Buffer.from("\n")]);
    if (name === "index.html") {
      const text = bytes.toString().replace("<title>RRGScore: score", `<title>${now.title}`);
      return Buffer.from(now.build ? text.replace(/offline\.json\?v=\w+/, `offline.json?v=${now.build}`) : text);
    }
    if (name !== "offline.json" || !now.build) return bytes;
    const list = JSON.parse(bytes);
    const index = list.files.find((file) => file.name === "index.html");
    const page = await body("index.html");
    Object.assign(index, { bytes: page.length, sha256: createHash("sha256").update(page).digest("hex") });
    return Buffer.from(JSON.stringify({ ...list, build: now.build }));
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    const name = pathname.startsWith(BELOW) ? pathname.slice(BELOW.length) || "index.html" : "none";
    try {
      if (name === "sw.js") await now.held;
      const bytes = await body(name);
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  return { now, base: `http://127.0.0.1:${server.address().port}${BELOW}` };
}

test("the seal waits for a release that is being kept", async (t) => {
  const { now, base } = await host(t);
  const { page } = await openSite(t, { base, path: "#/models" });
  await ready(page);
  let release;
  now.held = new Promise((resolve) => (release = resolve));
  await page.locator("#offline").getByRole("button", { name: "Install for offline use" }).click();
  await page.goto(new URL("#/", page.url()).href);
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => window.rrgscoreSeal.report().closed), false);
  release();
  await sealed(page);
  await page.locator("#offline").getByText("is installed for offline use. It is sealed now").waitFor();
});

/** What the browser keeps for the page beyond a visit. */
const kept = (page) =>
  page.evaluate(async () => ({
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    caches: (await caches.keys()).length,
  }));

test("a release is kept on request, works without a network, and changes on request only", async (t) => {
  const { now, base } = await host(t);
  const { page, context } = await openSite(t, { base, path: "#/models" });
  await ready(page);
  const line = page.locator("#offline");
  const says = (text) => line.getByText(text).waitFor({ timeout: 60_000 });
  const press = (name) => line.getByRole("button", { name }).press("Enter");
  await says("can be kept in this browser");
  assert.deepEqual(await kept(page), { workers: 0, caches: 0 });
  await assertAccessible(page);

  await press("Install for offline use");
  await says("Installed for offline use");
  await screenshot(page, "offline-installed");
  await assertAccessible(page);

  await setOffline(context);
  await page.reload();
  await ready(page);
  await page.goto(new URL("#/", page.url()).href);
  await page.locator("#try-sample").click();
  await runToEnd(page);
  await setOffline(context, false);

  // A sealed page asks the service worker for nothing: it would ask the host.
  await says("It is sealed now");
  await assertAccessible(page);
  const ask = () => navigator.serviceWorker.controller.postMessage("offered");
  await assert.rejects(page.evaluate(ask), /postMessage is closed/);

  // The host has another release: nothing changes until it is asked for.
  Object.assign(now, { title: "Second release: score", build: "0123456789ab" });
  await press("Reload");
  await says("Installed for offline use");
  await ready(page);
  assert.match(await page.evaluate(async () => (await fetch("./")).text()), /<title>RRGScore: score/);
  await press("Look for a new version");
  await says("this site has 0123456789ab now");
  assert.match(await page.evaluate(async () => (await fetch("./")).text()), /<title>RRGScore: score/);
  await press("Change to the new version");
  await says("Version 0123456789ab is kept");
  await press("Reload");
  await says("version 0123456789ab");
  assert.match(await page.evaluate(async () => (await fetch("./")).text()), /<title>Second release/);

  // A file that is not the one that was built: what was kept stays.
  Object.assign(now, { build: "ba9876543210", spoiled: "boot.js" });
  await press("Look for a new version");
  await press("Change to the new version");
  await says("boot.js is not the file that was built");
  await setOffline(context);
  await page.reload();
  await ready(page);
  await says("version 0123456789ab");
  await setOffline(context, false);

  await press("Remove it");
  await says("can be kept in this browser");
  const left = await kept(page);
  assert.deepEqual(left, { workers: 0, caches: 0 });
});
