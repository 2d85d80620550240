// The built site in a Chromium of its own, as `cargo xtask bench files` and `bench views` measure it.
import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { join } from "node:path";
import { renderers, proportional } from "./processes.mjs";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the benchmark by cargo xtask bench`);
  return value;
}

const site = needed("RRGSCORE_BENCH_URL");
/** Rows of the files, or studies of the runs. */
export const rows = Number(needed("RRGSCORE_BENCH_ROWS"));
/** How often each thing is measured. */
export const runs = Number(needed("RRGSCORE_BENCH_RUNS"));
/** Where the report goes. */
export const out = needed("RRGSCORE_BENCH_OUT");
const require = createRequire(join(needed("RRGSCORE_NODE_MODULES"), "packages.js"));
const { chromium } = require("playwright-core");

/** The load average when the benchmark began. */
export const load = loadavg()[0];

const launched = await chromium.launchServer({
  executablePath: needed("RRGSCORE_CHROMIUM"),
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});

/** The site, loaded, in a fresh profile. */
export async function openPage() {
  const browser = await chromium.connect(launched.wsEndpoint());
  const page = await (await browser.newContext()).newPage();
  await page.goto(site);
  await page.locator(".loading.is-ready").waitFor({ timeout: 120_000 });
  return { page, close: () => browser.close() };
}

/** What the browser's renderers hold, in MB. */
export function memory() {
  return renderers(launched.process().pid).reduce((sum, pid) => sum + proportional(pid), 0);
}

/** Ends the browser. */
export const closeAll = () => launched.close();
