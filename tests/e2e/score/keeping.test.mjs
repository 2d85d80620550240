// Annotations from one session to the next: nothing is stored unless the user wants it; what is
// stored is not made again; damage is said; switching off deletes.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { installPacks, openModels, ready } from "../harness/models.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { screenshot, sealed } from "../harness/page.mjs";
import { computeOnly, downloads, openSetup, runToEnd, shownMean } from "../harness/scoring.mjs";

const CHECKPOINTS = ["chexbert.pth", "radgraph.tar.gz", "RaTE-NER-Deberta", "BioLORD-2023-C"];
const FILE = "annotations.bin";

/** The stored annotations as text of one letter per byte; null when nothing is stored. */
const stored = (page) =>
  page.evaluate(async (name) => {
    try {
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getFileHandle(name)).getFile();
      return new TextDecoder("latin1").decode(await file.arrayBuffer());
    } catch {
      return null;
    }
  }, FILE);

const go = async (page, path) => {
  await page.goto(new URL(path, page.url()).href);
  await ready(page);
};

/** Scores the sample's reports with models alone; gives how many texts were read, and scores. */
async function run(page) {
  await go(page, "#/");
  const sample = page.locator("#try-sample");
  if (await sample.count()) await sample.click();
  await openSetup(page);
  await page.getByRole("heading", { name: "Check" }).waitFor();
  await page.locator("#run-control:enabled").waitFor();
  for (const id of ["bleu2", "bertscore-minilm"]) {
    const box = page.locator(`#metric-${id}`);
    if (await box.isChecked()) await box.uncheck();
  }
  await runToEnd(page);
  const facts = await page.locator(".circumstances").textContent();
  const [, texts] = /([\d,]+) texts? read by models/.exec(facts);
  return { texts: Number(texts.replaceAll(",", "")), csv: (await downloads(page)).csv };
}

/** Begins a new session: all that the page held in memory is gone. */
async function again(page) {
  await page.reload();
  await ready(page);
}

test("annotations outlive a session only where the user wants it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-keeping-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page, watch, origin } = await openModels(t);
  await installPacks(page, await buildPacks(CHECKPOINTS, folder));
  const first = await run(page);
  assert.ok(first.texts > 80);
  assert.equal(await stored(page), null, "off: nothing is stored");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes("annotations"));

  await again(page);
  assert.equal((await run(page)).texts, first.texts, "off: the next session reads all anew");
  await go(page, "#/models");
  const toggle = page.getByLabel("Keep runs and what models have read for the next session");
  assert.equal(await toggle.isChecked(), false);
  await toggle.check();
  const line = page.locator("#annotations-stored");
  await line.filter({ hasText: /^[1-9].* annotations stored/ }).waitFor();
  await assertAccessible(page);
  await screenshot(page, "models-annotations");
  const bytes = await stored(page);
  t.diagnostic(`${await line.textContent()} ${bytes.length} bytes`);
  await page.getByText("graphs and entities hold their words").waitFor();

  await again(page);
  const second = await run(page);
  assert.equal(second.texts, 0, "on: nothing is read again");
  assert.equal(second.csv, first.csv);

  // A changed byte: the store is not used, and that is said.
  await page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle(name);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[bytes.length >> 1] ^= 1;
    const stream = await handle.createWritable();
    await stream.write(bytes);
    await stream.close();
  }, FILE);
  await again(page);
  await go(page, "#/models");
  await page.getByText("The stored annotations are damaged and are not used.").waitFor();
  assert.equal((await run(page)).texts, first.texts);
  await again(page);
  assert.equal((await run(page)).texts, 0, "the damaged store was replaced");

  await go(page, "#/models");
  await page.getByRole("button", { name: "Forget everything" }).click();
  await line.filter({ hasText: "0 annotations stored" }).waitFor();
  assert.equal(await stored(page), null);
  assert.equal((await run(page)).texts, first.texts, "deleted here too");
  await go(page, "#/models");
  await line.filter({ hasText: /^[1-9].* annotations stored/ }).waitFor();
  await toggle.uncheck();
  await line.waitFor({ state: "detached" });
  await page.waitForFunction(async (name) => {
    const root = await navigator.storage.getDirectory();
    return root.getFileHandle(name).then(() => false, () => true);
  }, FILE);
  assert.equal(await page.evaluate(() => localStorage.getItem("annotations")), null);
  watch.assertQuiet(origin);
});

/** The names of the stored runs; none without their folder. */
const storedRuns = (page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("runs").catch(() => undefined);
    const names = [];
    if (folder) for await (const name of folder.keys()) names.push(name);
    return names;
  });

test("runs outlive a session only where the user wants it, without report text", async (t) => {
  const { page, watch, origin } = await openModels(t);
  await go(page, "#/");
  await page.locator("#try-sample").click();
  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  const mean = await shownMean(page, "bleu2");
  await again(page);
  await go(page, "#/compare");
  await page.locator("#no-runs").waitFor();
  assert.deepEqual(await storedRuns(page), [], "off: nothing is stored");

  await go(page, "#/");
  await page.locator("#try-sample").click();
  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  await go(page, "#/models");
  await page.getByLabel("Keep runs and what models have read for the next session").check();
  const table = page.getByRole("table", { name: "Runs that are kept" });
  await table.getByRole("rowheader", { name: /^model-a/ }).waitFor();
  await screenshot(page, "models-kept");
  await assertAccessible(page);
  const [name, ...more] = await storedRuns(page);
  assert.equal(more.length, 0);
  const text = await page.evaluate(async (file) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("runs");
    return (await (await folder.getFileHandle(file)).getFile()).text();
  }, name);
  assert.doesNotMatch(text, /effusion|consolidation|cardiomegaly/i);

  await again(page);
  // What is kept is read once the page is sealed, which Models, opened first, is not.
  await go(page, "#/");
  await sealed(page);
  await go(page, "#/models");
  await table.getByRole("button", { name: "Open" }).press("Enter");
  await page.locator(".runs .choice").getByText(/model-a/).first().waitFor();
  await page.getByText("Its results").click();
  await page.getByRole("cell", { name: mean, exact: true }).waitFor();

  await go(page, "#/models");
  await page.getByRole("button", { name: "Forget everything" }).press("Enter");
  await table.waitFor({ state: "detached" });
  await again(page);
  // What is kept is read once the page is sealed, which Models, opened first, is not.
  await go(page, "#/");
  await sealed(page);
  await go(page, "#/models");
  await page.locator("#annotations-stored").waitFor();
  assert.equal(await table.count(), 0);
  assert.deepEqual(await storedRuns(page), []);
  watch.assertQuiet(origin);
});
