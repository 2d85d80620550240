// Checkpoints of the official sizes, converted in the page. Needs the files that
// make_full_size.py writes, in the folder RRGSCORE_FULL_SIZE; without it nothing is done.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { card, installedId, openModels, ready, stored, zone } from "../harness/models.mjs";

const folder = process.env.RRGSCORE_FULL_SIZE;
const skip = folder ? false : "RRGSCORE_FULL_SIZE is not set";
const MB = 1e6;

const MODELS = {
  "BERT-base as chexbert.pth": {
    steps: [["#model-files", "chexbert.pth"], ["#model-folder", "bert-base-uncased"]],
    title: "CheXbert",
    most: 112 * MB,
  },
  "distilroberta-base": {
    steps: [["#model-folder", "distilroberta-base"]],
    title: "distilroberta-base",
    most: 84 * MB,
  },
  "BERT-base in radgraph.tar.gz": {
    steps: [["#model-files", "radgraph.tar.gz"], ["#model-folder", "tiny-pubmedbert"]],
    title: "RadGraph",
    most: 116 * MB,
  },
};

for (const [name, { steps, title, most }] of Object.entries(MODELS)) {
  test(`${name} converts in the page in under 60 s`, { skip }, async (t) => {
    const { page, watch, origin } = await openModels(t);
    for (const [at, [input, file]] of steps.entries()) {
      await page.locator(input).setInputFiles(join(folder, file));
      if (at + 1 < steps.length) await zone(page).locator(".lacking").waitFor();
    }
    await page.locator("#bench-go").waitFor();
    const terms = page.locator("#accept-dropped");
    if (await terms.count()) await terms.check();
    const began = Date.now();
    await page.locator("#bench-go").click();
    await page.locator("#bench-took").waitFor({ timeout: 300_000 });
    const seconds = (Date.now() - began) / 1000;
    t.diagnostic(`${seconds.toFixed(1)} s. ${await page.locator("#bench-took").textContent()}`);
    const measuring = Date.now();
    await page.locator(".bench .drop-title.is-good").waitFor({ timeout: 900_000 });
    const id = await installedId(page);
    t.diagnostic(`measured in ${((Date.now() - measuring) / 1000).toFixed(1)} s`);
    t.diagnostic(await page.locator(`li[data-pack="${id}"] > p.note`).first().textContent());
    const files = await stored(page, id);
    const size = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
    t.diagnostic(`${(size / MB).toFixed(1)} MB: ${JSON.stringify(files)}`);
    assert.ok(size < most, `the pack has ${size} bytes`);
    assert.ok(seconds < 60, `took ${seconds} s`);
    await page.reload();
    await ready(page);
    await card(page, title).locator(`li[data-pack="${id}"]`).waitFor();
    watch.assertQuiet(origin);
  });
}
