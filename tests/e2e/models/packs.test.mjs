// Finished packs that the user drops: as one file and as a folder; damaged ones are refused.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { siteFolder } from "../harness/environment.mjs";
import { choose, drop } from "../harness/files.mjs";
import { installed, installedId, openModels, sitePacks, stored, zone } from "../harness/models.mjs";
import { packFiles, rrgpack } from "../harness/packs.mjs";
import { openSite } from "../harness/page.mjs";

const [pack] = await sitePacks();
const skip = pack ? false : "the site was built without a pack";
const files = pack ? await packFiles(join(siteFolder, "packs", pack.folder)) : [];
const name = "all-MiniLM-L6-v2.rrgpack";

/** The pack with its manifest's text changed. */
const changed = (from, to) =>
  files.map((file) =>
    file.name === "pack.json"
      ? { ...file, bytes: Buffer.from(file.bytes.toString("utf8").replace(from, to)) }
      : file,
  );

async function refused(t, bytes, reason, { after = false } = {}) {
  const { page, watch, origin } = await openModels(t);
  await choose(page.locator("#model-files"), [{ name, bytes }]);
  if (after) await page.locator("#bench-go").click();
  await zone(page).getByRole("alert").filter({ hasText: reason }).waitFor();
  assert.equal((await stored(page, pack.id))?.["pack.json"], undefined);
  assert.equal(await installed(page, pack.id).count(), 0);
  watch.assertQuiet(origin);
}

test("a dropped .rrgpack is installed", { skip }, async (t) => {
  const { page, watch, origin } = await openModels(t);
  await drop(page, zone(page), [{ name, bytes: rrgpack(files) }]);
  await page.locator("#bench-go").click();
  assert.equal(await installedId(page), pack.id);
  await installed(page, pack.id).getByText("from a pack you dropped").waitFor();
  await installed(page, pack.id).getByRole("button", { name: "Verify" }).click();
  await installed(page, pack.id).getByText("all is as it was built").waitFor();
  watch.assertQuiet(origin);
});

test("a pack's folder is installed, and a part that is not in it is named", { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const put = ({ name: file, bytes }) => writeFile(join(folder, file), bytes);
  await Promise.all(files.filter((file) => file.name !== "tokenizer.json").map(put));
  const { page, watch, origin } = await openModels(t);
  await page.locator("#model-folder").setInputFiles(folder);
  await zone(page).locator(".lacking").getByText("tokenizer.json").waitFor();
  await Promise.all(files.map(put));
  await page.locator("#model-folder").setInputFiles(folder);
  await page.locator("#bench-go").click();
  assert.equal(await installedId(page), pack.id);
  watch.assertQuiet(origin);
});

test("a truncated pack is refused", { skip }, async (t) => {
  const whole = rrgpack(files);
  await refused(t, whole.subarray(0, whole.length - 600_000), "cut off");
});

test("a pack with a flipped byte is refused", { skip }, async (t) => {
  const whole = rrgpack(files);
  whole[whole.length >> 1] ^= 1;
  await refused(t, whole, "is damaged", { after: true });
});

test("a pack of a newer format is refused", { skip }, async (t) => {
  const newer = changed('"format_version": 2', '"format_version": 9');
  await refused(t, rrgpack(newer), "format version 9");
});

test("a pack without one of its parts is refused", { skip }, async (t) => {
  await refused(t, rrgpack(files.slice(0, -1)), "is missing");
});

test("reports dropped on the Models view, and models on the Score view, are told where to go", async (t) => {
  const { page, watch, origin } = await openModels(t);
  await drop(page, zone(page), [{ name: "predictions.json", text: "{}" }]);
  await page.getByText("predictions.json looks like reports").waitFor();
  const other = await openSite(t);
  await drop(other.page, other.page.locator(".drop-zone"), [{ name: "chexbert.pth", text: "PK" }]);
  await other.page.getByText("chexbert.pth looks like a model").waitFor();
  watch.assertQuiet(origin);
  other.watch.assertQuiet(other.origin);
});
