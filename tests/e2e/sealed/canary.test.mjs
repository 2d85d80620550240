// Reports with a word of their own go through metrics of every profile, those that need no model and
// the one whose model comes with the site; through views, downloads and errors. Not one packet leaves
// once the page is sealed, and the word is nowhere but on the screen. Each check is shown to find
// what it looks for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { answerLines, greenAnswer } from "../harness/answers.mjs";
import { siteFolder } from "../harness/environment.mjs";
import { choose, download, drop } from "../harness/files.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, sealed } from "../harness/page.mjs";
import { hasPack } from "../harness/reports.mjs";
import { chooseColumns, downloads, openSetup, runToEnd } from "../harness/scoring.mjs";
import { noWire, openWire } from "../harness/wire.mjs";
import { leakySite } from "./leaky.mjs";

const CANARY = "zanzibarite";
const STUDIES = 12;
const prediction = (at) => `No effusion. ${CANARY} in the left lung. The heart is large, ${at}.`;
const reference = (at) => `Small effusion. ${CANARY} in the right lung. Heart size ${at} is normal.`;
const studies = Array.from({ length: STUDIES }, (_, at) => at);
const pairs = studies
  .map((at) => JSON.stringify({ id: `study-${at}`, prediction: prediction(at), reference: reference(at) }))
  .join("\n");

/** Opens a site on the wire and waits until it has loaded; `heard` is all that its console has said. */
async function opened(t, wire, base) {
  const heard = [];
  wire.context.on("console", (message) => heard.push(message.text()));
  wire.context.on("weberror", (error) => heard.push(`${error.error()}`));
  const { page } = await openSite(t, { base, context: wire.context });
  // A browser lets go of what it downloads when its network changes, as it does while the cable is laid.
  await page.locator(".loading.is-ready").waitFor({ timeout: 15_000 }).catch(() => page.reload());
  await ready(page);
  await sealed(page);
  await sleep(500);
  return { page, heard, from: Date.now() };
}

/** All that the page's origin keeps, as text by where it is. */
const kept = (page) =>
  page.evaluate(async () => {
    const found = {
      cookies: document.cookie,
      localStorage: JSON.stringify({ ...localStorage }),
      sessionStorage: JSON.stringify({ ...sessionStorage }),
      databases: JSON.stringify(await indexedDB.databases()),
      caches: "",
      files: "",
      "service workers": (await navigator.serviceWorker.getRegistrations()).map(String).join(),
      title: document.title,
      history: JSON.stringify(history.state),
    };
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.caches += `${name} ${request.url}\n`;
    }
    const walk = async (folder) => {
      for await (const [name, handle] of folder.entries()) {
        found.files += `${name}\n`;
        if (handle.kind === "directory") await walk(handle);
        else found.files += new TextDecoder("latin1").decode(await (await handle.getFile()).arrayBuffer());
      }
    };
    await walk(await navigator.storage.getDirectory());
    return found;
  });

/** Where the word, or anything at all, has got out since the page had loaded; one line each. */
async function leaks(wire, { page, heard, from }) {
  const found = wire.packets(from).map((packet) => `packet: ${packet}`);
  if (wire.bytes(0).includes(CANARY)) found.push("the word on the wire");
  for (const open of wire.context.pages()) {
    if (open.url().includes(CANARY)) found.push(`address: ${open.url()}`);
  }
  if (heard.some((text) => text.includes(CANARY))) found.push("console");
  for (const [where, text] of Object.entries(await kept(page))) {
    if (text.includes(CANARY)) found.push(where);
  }
  return found;
}

test("nothing leaves while reports are read, scored, shown and saved", { skip: noWire }, async (t) => {
  const wire = await openWire(t);
  const open = await opened(t, wire, await wire.serve(siteFolder));
  const { page } = open;
  const panel = page.locator(".panel").first();

  // A file that cannot be read, then what is scored.
  await drop(page, page.locator(".drop-zone"), [{ name: "broken.jsonl", text: `${pairs}\n{"id": "a", ${CANARY}` }]);
  await page.locator(".problem").first().waitFor();
  await drop(page, panel, [{ name: "pairs.jsonl", text: pairs }]);
  await page.locator(".recognised").getByText("pairs.jsonl").waitFor();
  await page.locator(".verdict.is-good").getByText(`${STUDIES} studies`).waitFor();
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  const answer = (at) => [`study-${at}`, greenAnswer({ matched: at % 3, explanation: CANARY })];
  await choose(page.locator("#green-answers-file"), [
    { name: "green.jsonl", text: answerLines(Object.fromEntries(studies.map(answer))) },
  ]);
  await page.getByText(`${STUDIES} answers`, { exact: true }).waitFor();

  const pack = (await hasPack("bertscore-minilm")) ? ["bertscore-minilm"] : [];
  const profiles = { rexrank: ["bleu2", "green", ...pack], coco: null, radeval: null };
  for (const [profile, columns] of Object.entries(profiles)) {
    await openSetup(page);
    await page.getByRole("radio", { name: profile, exact: true }).check();
    if (columns) await chooseColumns(page, columns);
    await runToEnd(page);
    const { csv } = await downloads(page);
    assert.equal(csv.trim().split("\n").length, STUDIES + 1);
  }
  await page.locator(".more-forms summary").click();
  for (const button of await page.locator(".more-forms .actions button").all()) {
    await download(page, () => button.click());
  }
  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  assert.ok((await page.locator("#main").textContent()).includes(CANARY), "it is on the screen");
  for (const view of ["#/compare", "#/leaderboard", "#/models", "#/about", "#/"]) {
    await page.goto(new URL(view, page.url()).href);
    await page.locator("#main").waitFor();
    await sleep(300);
  }
  await sleep(1500);
  assert.deepEqual(await leaks(wire, open), []);
  assert.deepEqual(await page.evaluate(() => window.rrgscoreSeal.report()), { closed: true, requests: 0, stopped: {} });
});

// What each check must find, done in a build without a policy.
const LEAKS = {
  packet: () => void fetch("index.html"),
  "the word on the wire": (word) => void fetch(`index.html?${word}`),
  address: (word) => history.replaceState(null, "", `#${word}`),
  console: (word) => console.log(word),
  cookies: (word) => void (document.cookie = `probe=${word}`),
  localStorage: (word) => localStorage.setItem("probe", word),
  sessionStorage: (word) => sessionStorage.setItem("probe", word),
  databases: (word) => new Promise((resolve) => (indexedDB.open(word).onsuccess = resolve)),
  caches: async (word) => (await caches.open("probe")).put(`/${word}`, new Response("")),
  files: async (word) => {
    const root = await navigator.storage.getDirectory();
    const stream = await (await root.getFileHandle("probe", { create: true })).createWritable();
    await stream.write(word);
    await stream.close();
  },
  title: (word) => void (document.title = word),
  history: (word) => history.replaceState({ word }, ""),
};

test("each of these checks finds what it looks for", { skip: noWire }, async (t) => {
  const wire = await openWire(t);
  const open = await opened(t, wire, await wire.serve(await leakySite(t)));
  assert.deepEqual(await leaks(wire, open), [], "a leaky build that does not leak");
  for (const [where, leak] of Object.entries(LEAKS)) {
    await open.page.evaluate(leak, CANARY);
    let found = [];
    // A busy machine takes its time.
    for (let tries = 0; tries < 50 && !found.some((line) => line.startsWith(where)); tries += 1) {
      await sleep(200);
      found = await leaks(wire, open);
    }
    assert.ok(found.some((line) => line.startsWith(where)), `${where}: ${found}`);
  }
});
