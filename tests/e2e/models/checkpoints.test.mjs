// Official checkpoints, in miniature: dropped as published, converted in the page to the very
// pack that the command line builds.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { choose } from "../harness/files.mjs";
import { card, convert, give, installed, installedId, openModels, ready, zone } from "../harness/models.mjs";
import { checkpoints, nativeId, noOfficial, officialCheckpoints } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";

/** What is chosen, one after the other: files, or a folder; and the card that it lands in. */
const CHECKPOINTS = {
  "chexbert.pth": { steps: ["chexbert.pth", "bert-base-uncased/"], title: "CheXbert" },
  "radgraph.tar.gz": { steps: ["radgraph.tar.gz", "tiny-pubmedbert/"], title: "RadGraph" },
  "model.tar.gz": { steps: ["model.tar.gz", "tiny-pubmedbert/"], title: "RadGraph" },
  "radgraph-xl.tar.gz": { steps: ["radgraph-xl.tar.gz", "tiny-pubmedbert/"], title: "RadGraph-XL" },
  "modern-radgraph-xl.tar.gz": {
    steps: ["modern-radgraph-xl.tar.gz", "tiny-modernbert/"],
    title: "ModernRadGraph-XL",
  },
  "distilroberta-base": { steps: ["distilroberta-base/"], title: "distilroberta-base" },
  "BioLORD-2023-C": { steps: ["BioLORD-2023-C/"], title: "BioLORD-2023-C" },
  "BioLORD-2023-C-legacy": { steps: ["BioLORD-2023-C-legacy/"], title: "BioLORD-2023-C" },
  "RaTE-NER-Deberta": { steps: ["RaTE-NER-Deberta/"], title: "RaTE-NER" },
};

for (const [name, { steps, title }] of Object.entries(CHECKPOINTS)) {
  test(`${name} becomes the pack that the command line builds`, async (t) => {
    const { page, watch, origin } = await openModels(t);
    const int8 = await convert(page, steps, "int8");
    assert.equal(int8, await nativeId(name, "int8"));
    const item = installed(page, int8);
    await card(page, title).locator(`li[data-pack="${int8}"]`).waitFor();
    await item.getByText("Against the checkpoint in f32").waitFor();
    assert.match(await page.locator("#bench-took").textContent(), /Converted in .* of memory/);

    await page.getByRole("button", { name: "Install another" }).click();
    const f32 = await convert(page, steps, "f32", [int8]);
    assert.equal(f32, await nativeId(name, "f32"));
    await installed(page, f32).getByText("In use").waitFor();
    await item.getByRole("button", { name: "Use" }).click();
    await item.getByText("In use").waitFor();
    await page.reload();
    await ready(page);
    await installed(page, int8).getByText("In use").waitFor();
    watch.assertQuiet(origin);
  });
}

const OFFICIAL = {
  "chexbert.pth": ["chexbert.pth", "bert-base-uncased/"],
  "radgraph.tar.gz": ["radgraph.tar.gz", "tiny-pubmedbert/"],
  "radgraph-xl.tar.gz": ["radgraph-xl.tar.gz", "tiny-pubmedbert/"],
  "physionet_model.tar.gz": ["physionet_model.tar.gz", "tiny-pubmedbert/"],
  "distilroberta-base": ["distilroberta-base/"],
  "BioLORD-2023-C": ["BioLORD-2023-C/"],
  "RaTE-NER-Deberta": ["RaTE-NER-Deberta/"],
};

test("the official run's become the command line's packs", { skip: noOfficial }, async (t) => {
  const folder = await officialCheckpoints(t);
  const { page, watch, origin } = await openModels(t);
  const ids = [];
  for (const [name, steps] of Object.entries(OFFICIAL)) {
    const paths = steps.map((step) => `${folder}/${step}`);
    for (const precision of ["f32", "int8"]) {
      const id = await convert(page, paths, precision, ids);
      assert.equal(id, await nativeId(join(folder, name), precision), name);
      ids.push(id);
      await page.getByRole("button", { name: "Install another" }).click();
    }
  }
  watch.assertQuiet(origin);
});

test("what is missing is named, and what was dropped is kept", async (t) => {
  const { page, watch, origin } = await openModels(t);
  await give(page, "chexbert.pth");
  const lacking = zone(page).locator(".lacking");
  await lacking.getByText("bert-base-uncased/config.json").waitFor();
  await lacking.getByText("huggingface.co/").first().waitFor();
  await screenshot(page, "models-lacking");
  await assertAccessible(page);
  await give(page, "bert-base-uncased/");
  await page.locator("#accept-dropped").waitFor();
  await screenshot(page, "models-found");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Forget this drop" }).click();
  await page.getByText("Drop a checkpoint or a model pack here").waitFor();
  watch.assertQuiet(origin);
});

/** The files of a checkpoint's folder, one of them changed. */
async function folderFiles(folder, change) {
  const names = await readdir(join(checkpoints, folder));
  const read = async (name) => ({ name, bytes: await readFile(join(checkpoints, folder, name)) });
  const files = await Promise.all(names.filter((name) => name.includes(".")).map(read));
  return files.map((file) => ({ ...file, bytes: change(file) ?? file.bytes }));
}

const DAMAGES = {
  "cut off": ({ name, bytes }) =>
    name === "model.safetensors" ? bytes.subarray(0, bytes.length >> 1) : undefined,
  "of another architecture": ({ name, bytes }) =>
    name === "config.json"
      ? Buffer.from(bytes.toString("utf8").replace('"roberta"', '"gpt2"'))
      : undefined,
};
for (const [what, change] of Object.entries(DAMAGES)) {
  test(`a checkpoint that is ${what} is refused with the reason`, async (t) => {
    const { page, watch, origin } = await openModels(t);
    await choose(page.locator("#model-files"), await folderFiles("distilroberta-base", change));
    const alert = zone(page).getByRole("alert");
    await alert.waitFor();
    t.diagnostic(await alert.textContent());
    assert.match(await alert.textContent(), /model\.safetensors|config\.json/);
    watch.assertQuiet(origin);
  });
}

test("a folder dropped from the desktop is read with the folders in it", async (t) => {
  const { page, context, watch, origin } = await openModels(t);
  const box = await zone(page).boundingBox();
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + 20) };
  const cdp = await context.newCDPSession(page);
  const files = ["chexbert.pth", "bert-base-uncased"].map((name) => join(checkpoints, name));
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
  }
  await page.locator("#accept-dropped").waitFor();
  await zone(page).getByText("bert-base-uncased/config.json").waitFor();
  watch.assertQuiet(origin);
});

test("a conversion can be cancelled, and what was dropped is kept", async (t) => {
  const { page, watch, origin } = await openModels(t);
  // The pack's lock, held as if by another tab, holds the conversion up for a moment.
  const lock = `rrgscore-pack-${await nativeId("distilroberta-base", "int8")}`;
  await page.evaluate((name) => {
    navigator.locks.request(name, () => new Promise((resolve) => (globalThis.letGo = resolve)));
  }, lock);
  await give(page, "distilroberta-base/");
  await page.locator("#bench-go").click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("#bench-go").waitFor();
  assert.equal(await page.locator("li[data-pack]").count(), 0);
  await page.evaluate(() => globalThis.letGo());
  await page.locator("#bench-go").click();
  await installedId(page);
  watch.assertQuiet(origin);
});
