// All models in one sitting: files and folders dropped at once in any order, a checklist that
// fills, what is missing named, and one button that installs them one after the other.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { installed, openModels, ready, zone } from "../harness/models.mjs";
import { checkpoints, nativeId } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";

const DROPPED = [
  "BioLORD-2023-C", "tiny-pubmedbert", "radgraph.tar.gz", "RaTE-NER-Deberta", "bert-base-uncased",
  "distilroberta-base",
];
const MODELS = {
  "chexbert.pth": "CheXbert",
  "radgraph.tar.gz": "RadGraph",
  "distilroberta-base": "distilroberta-base",
  "RaTE-NER-Deberta": "RaTE-NER",
  "BioLORD-2023-C": "BioLORD-2023-C",
};

/** Drops files and folders from the desktop. */
async function dropFromDesktop(page, context, names) {
  const box = await zone(page).boundingBox();
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + 20) };
  const cdp = await context.newCDPSession(page);
  const files = names.map((name) => join(checkpoints, name));
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
  }
}

/** A line of the checklist. */
const line = (page, title) =>
  page.locator(".checklist > li", { has: page.locator(".check b", { hasText: new RegExp(`^${title}$`) }) });

test("five checkpoints dropped at once become five packs, and the checklist fills", async (t) => {
  const { page, context, watch, origin } = await openModels(t);
  const standing = page.locator("#guide-standing");
  await standing.filter({ hasText: /Still missing: .*CheXbert.*RadGraph/ }).waitFor();
  assert.match(await line(page, "CheXbert").locator(".command code").textContent(), /^hf download \S+/);
  await screenshot(page, "models-guide");

  // One file first: the checklist says what it still needs.
  await dropFromDesktop(page, context, ["chexbert.pth"]);
  await line(page, "CheXbert").getByText("still needs bert-base-uncased/config.json").waitFor();
  assert.equal(await page.locator("#bench-go").count(), 0, "nothing is complete yet");
  await dropFromDesktop(page, context, DROPPED);
  await page.locator(".found > li").nth(4).waitFor();
  assert.equal(await page.locator(".found > li").count(), 5);
  await page.locator("#bench-go").filter({ hasText: "Convert and install 2 of 5" }).waitFor();
  for (const box of await page.locator(".found input[type=checkbox]").all()) await box.check();
  await screenshot(page, "models-all-dropped");
  await assertAccessible(page);
  await page.locator("#bench-go").filter({ hasText: "Convert and install all 5" }).click();
  await page.getByText(/models are to come|model is to come/).first().waitFor();
  await page.getByText("5 models are installed").waitFor({ timeout: 240_000 });
  for (const [checkpoint, title] of Object.entries(MODELS)) {
    await line(page, title).getByText("installed", { exact: false }).first().waitFor();
    assert.match(await line(page, title).getAttribute("class"), /is-here/);
    await installed(page, await nativeId(checkpoint, "int8")).waitFor();
  }
  assert.doesNotMatch(await standing.textContent(), /CheXbert|RadGraph|RaTE-NER|BioLORD|distilroberta/);
  await screenshot(page, "models-all-installed");
  await assertAccessible(page);

  await page.goto(new URL("#/", page.url()).href);
  await ready(page);
  await page.locator("#try-sample").click();
  await page.locator("#run-control:enabled").waitFor();
  for (const id of ["semb", "radgraph-f1", "radcliq-v1", "bertscore"]) {
    assert.equal(await page.locator(`#metric-${id}`).isEnabled(), true, id);
  }
  watch.assertQuiet(origin);
});
