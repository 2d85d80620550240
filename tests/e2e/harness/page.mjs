// A page of the built site under watch.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browser } from "./browser.mjs";
import { screenshots, site } from "./environment.mjs";
import { Watch } from "./watch.mjs";

/**
 * Opens the site in a fresh profile and gives `{ page, context, watch, origin }`. Pass the test's
 * context `t`, so that the page is closed with the test.
 *
 * Options: `base` (address of the site; its root by default), `path` (below it, e.g. "#models"),
 * `init` (a function that runs in the page before its own scripts), `files` (values by the path
 * below the site of a JSON file that they stand in for), `context` (another browser's), `viewport`, `colorScheme`, `reducedMotion`, `locale` and others of playwright's newContext.
 */
export async function openSite(t, { base = site, path = "", init, files = {}, context: given, ...options } = {}) {
  const context = given ?? (await (await browser()).newContext({ acceptDownloads: true, ...options }));
  if (!given) t.after(() => context.close());
  const watch = new Watch(context);
  if (init) await context.addInitScript(init);
  for (const [name, value] of Object.entries(files)) {
    const response = { contentType: "application/json", body: JSON.stringify(value) };
    await context.route(`**/${name}*`, (route) => route.fulfill(response));
  }
  const page = await context.newPage();
  await page.goto(new URL(path, base).href);
  return { page, context, watch, origin: new URL(base).origin };
}

/** Waits until the page is sealed: until all has come that it needs. */
export async function sealed(page) {
  await page.waitForFunction(() => window.rrgscoreSeal.report().closed, undefined, { timeout: 60_000 });
}

/** Takes the network away from (or gives it back to) all pages and workers of a context. */
export async function setOffline(context, offline = true) {
  await context.setOffline(offline);
}

/** Keeps a picture of the whole page in the cache, as NAME.png, and gives its path. */
export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
