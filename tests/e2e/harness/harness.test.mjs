// The harness must notice what it is there to notice: each helper against a page made to break it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { assertAccessible } from "./accessibility.mjs";
import { drop, choose } from "./files.mjs";
import { recordMessages, recordedMessages } from "./messages.mjs";
import { openSite, setOffline } from "./page.mjs";

/** Serves one page, and `/ok` beside it, on the loopback address. */
async function serve(t, html) {
  const server = createServer((request, response) => {
    const known = { "/": html, "/ok": "ok" }[request.url];
    response.writeHead(known === undefined ? 404 : 200, { "Content-Type": "text/html" });
    response.end(known ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

const page = (body) =>
  `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A page</title><main><h1>A page</h1>${body}</main>`;

async function opened(t, body, options = {}) {
  const base = await serve(t, page(body));
  const open = await openSite(t, { base, ...options });
  await open.page.waitForLoadState("networkidle");
  return open;
}

test("a quiet page is quiet", async (t) => {
  const { watch, origin } = await opened(t, "<script>fetch('ok')</script>");
  assert.equal(watch.requests.length, 2);
  watch.assertQuiet(origin);
});

const NOISES = {
  "a console error": "<script>console.error('x')</script>",
  "a console warning": "<script>console.warn('x')</script>",
  "an uncaught error": "<script>null.x</script>",
  "an unhandled rejection": "<script>Promise.reject(new Error('x'))</script>",
  "a missing file": "<img alt='' src='none.png'>",
  "a call of another host": "<script>fetch('https://host.invalid/').catch(() => 0)</script>",
  "a call of another host by a worker": `<script>
    const text = "fetch('https://host.invalid/').catch(() => 0)";
    new Worker(URL.createObjectURL(new Blob([text])));
  </script>`,
  "a web socket": "<script>new WebSocket('ws://host.invalid/')</script>",
  "data posted to its own origin": "<script>fetch('ok', {method: 'POST', body: 'x'})</script>",
  "a call that the policy stopped": `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">
    <script>fetch('https://host.invalid/').catch(() => 0)</script>`,
};
for (const [name, body] of Object.entries(NOISES)) {
  test(`${name} is noticed`, async (t) => {
    const { watch, origin } = await opened(t, body);
    assert.throws(() => watch.assertQuiet(origin), assert.AssertionError);
    const leaves = /call|web socket|posted/.test(name);
    assert.equal(watch.foreign(origin).length, leaves ? 1 : 0);
  });
}

test("text in a URL is noticed", async (t) => {
  const { watch } = await opened(t, "<script>fetch('ok?q=no%20effusion')</script>");
  assert.throws(() => watch.assertNeverSent("no effusion"), assert.AssertionError);
  watch.assertNeverSent("pneumothorax");
});

test("messages to the page are recorded, of a worker and through a port", async (t) => {
  const worker = `self.onmessage = ({ data }) => {
    self.postMessage({ text: "of a worker" });
    data.port.postMessage({ bytes: [new TextEncoder().encode("through a port").buffer] });
  };`;
  const recording = `<script>
    window.begin = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {};
      const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));
      worker.postMessage({ port: port2 }, [port2]);
    };
  </script>`;
  const { page } = await opened(t, recording, { init: recordMessages });
  await page.evaluate(() => window.begin());
  await page.waitForFunction(() => window.recordedMessages.length === 2);
  const recorded = (await recordedMessages(page)).sort();
  assert.deepEqual(recorded, ["of a worker", "through a port"]);
});

const READER = `<div id="zone">drop</div><label>File <input type="file"></label><output></output>
  <script>
    const show = async ([file]) =>
      (document.querySelector("output").textContent = file.name + ":" + (await file.text()));
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => show(event.dataTransfer.files));
    document.querySelector("input").addEventListener("change", (event) => show(event.target.files));
  </script>`;

test("a file is dropped and chosen byte for byte", async (t) => {
  const { page, watch, origin } = await opened(t, READER);
  const output = page.locator("output");
  await drop(page, page.locator("#zone"), [{ name: "a.json", text: "naïve \u2264 3 mm" }]);
  await output.filter({ hasText: "a.json:naïve \u2264 3 mm" }).waitFor();
  await choose(page.locator("input"), [{ name: "b.csv", bytes: Buffer.from("x,y") }]);
  await output.filter({ hasText: "b.csv:x,y" }).waitFor();
  watch.assertQuiet(origin);
});

test("offline is offline", async (t) => {
  const { page, context } = await opened(t, "");
  const reached = () => page.evaluate(() => fetch("ok").then(() => true, () => false));
  assert.equal(await reached(), true);
  await setOffline(context);
  assert.equal(await reached(), false);
  await setOffline(context, false);
  assert.equal(await reached(), true);
});

test("axe passes a good page and notices a picture without a text", async (t) => {
  const { page } = await opened(t, "<p>Text</p>");
  await assertAccessible(page);
  const bad = await opened(t, "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>");
  await assert.rejects(assertAccessible(bad.page), assert.AssertionError);
});
