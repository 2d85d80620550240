// The Models view, worked as a user works it, and what lies in the browser's own file system.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { siteFolder } from "./environment.mjs";
import { checkpoints } from "./packs.mjs";
import { openSite } from "./page.mjs";

/** Opens the Models view and waits until it knows what is installed. */
export async function openModels(t, options = {}) {
  const open = await openSite(t, { path: "#/models", ...options });
  await ready(open.page);
  return open;
}

/** Waits until the page has loaded all that comes with it and knows what is installed. */
export async function ready(page) {
  await page.locator(".loading.is-ready").waitFor({ timeout: 60_000 });
}

/** The site's packs. */
export async function sitePacks() {
  return JSON.parse(await readFile(join(siteFolder, "packs", "index.json"), "utf8")).packs;
}

/** The card of a purpose, by its title. */
export const card = (page, title) =>
  page.locator("article.model", { has: page.getByRole("heading", { name: title, exact: true }) });

/** The installed pack of an id. */
export const installed = (page, id) => page.locator(`li[data-pack="${id}"]`);

/** The drop zone. */
export const zone = (page) => page.locator(".drop-zone.is-model");

/** Files of a stored pack with their sizes, by name; null without the pack. */
export function stored(page, id) {
  return page.evaluate(async (pack) => {
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle("packs")).getDirectoryHandle(pack);
      const sizes = {};
      for await (const [name, handle] of folder.entries()) sizes[name] = (await handle.getFile()).size;
      return sizes;
    } catch {
      return null;
    }
  }, id);
}

/** Changes one byte in the middle of a stored file. */
export function flipStored(page, id, name) {
  return page.evaluate(
    async ([pack, file]) => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle("packs")).getDirectoryHandle(pack);
      const handle = await folder.getFileHandle(file);
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      bytes[bytes.length >> 1] ^= 1;
      const stream = await handle.createWritable();
      await stream.write(bytes);
      await stream.close();
    },
    [id, name],
  );
}

/** Removes all stored packs behind the page's back, as a browser in need of space does. */
export function evict(page) {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry("packs", { recursive: true });
  });
}

/** The id of the pack that the drop zone says is installed, once it does. */
export async function installedId(page, before = []) {
  await page.locator(".bench .drop-title.is-good").waitFor({ timeout: 120_000 });
  const ids = await page
    .locator("li[data-pack]")
    .evaluateAll((items) => items.map((item) => item.dataset.pack));
  return ids.find((id) => !before.includes(id));
}

/** Chooses a checkpoint's file, or a folder (with a slash at its end), below `tests/checkpoints`. */
export async function give(page, step) {
  const input = step.endsWith("/") ? "#model-folder" : "#model-files";
  await page.locator(input).setInputFiles(resolve(checkpoints, step));
}

/** Gives the files, chooses the precision, accepts the terms, converts; gives the pack's id. */
export async function convert(page, steps, precision, before = []) {
  for (const [at, step] of steps.entries()) {
    await give(page, step);
    if (at + 1 < steps.length) await zone(page).locator(".lacking").waitFor();
  }
  await page.locator("#bench-go").waitFor();
  await page.getByRole("radio", { name: precision }).check();
  const terms = page.locator("#accept-dropped");
  if (await terms.count()) {
    assert.equal(await page.locator("#bench-go").isDisabled(), true, "terms come first");
    await terms.check();
  }
  await page.locator("#bench-go").click();
  return installedId(page, before);
}

/** Installs finished packs (paths of .rrgpack files), one after the other; gives their ids. */
export async function installPacks(page, paths) {
  const ids = [];
  for (const path of paths) {
    await page.locator("#model-files").setInputFiles(path);
    await page.locator("#bench-go").waitFor();
    const terms = page.locator("#accept-dropped");
    if (await terms.count()) await terms.check();
    await page.locator("#bench-go").click();
    ids.push(await installedId(page, ids));
    await page.getByRole("button", { name: "Install another" }).click();
  }
  return ids;
}
