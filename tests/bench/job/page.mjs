// The site as a user works it: packs installed once, then one run after another, each in a browser
// that was started for it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Tree, browserOf } from "../shared/processes.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const COLUMNS = ["metric-bertscore", "metric-semb", "metric-radgraph-f1"];
const WATCH = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "watch.js"), "utf8");
/** A job of hours is not stuck. */
const PATIENCE = 6 * 3600 * 1000;

/** The site in a browser profile of its own. */
export class Site {
  #playwright;
  #chromium;
  #profile;
  #url;
  #columns;
  /** The browser's version, once one has been started. */
  version = "";

  /** `columns`: the ids of the boxes of what is computed. */
  constructor({ playwright, chromium, profile, url, columns = COLUMNS }) {
    this.#playwright = playwright;
    this.#chromium = chromium;
    this.#profile = profile;
    this.#url = url;
    this.#columns = columns;
  }

  /** Starts the browser, opens a view, waits until all is loaded, and does something. */
  async open(view, act, script) {
    const context = await this.#playwright.chromium.launchPersistentContext(this.#profile, {
      executablePath: this.#chromium,
      headless: true,
      acceptDownloads: true,
      args: FLAGS,
    });
    try {
      this.version = context.browser()?.version() ?? this.version;
      if (script) await context.addInitScript(script);
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(`${this.#url}${view}`);
      await page.locator(".loading.is-ready").waitFor();
      return await act(page, browserOf(this.#profile));
    } finally {
      await context.close();
    }
  }

  /** Installs packs (.rrgpack files) as files that are dropped. */
  install(files) {
    return this.open("#/models", async (page) => {
      for (const file of files) {
        await page.locator("#model-files").setInputFiles(file);
        await page.locator("#bench-go").waitFor();
        const terms = page.locator("#accept-dropped");
        if (await terms.count()) await terms.check();
        await page.locator("#bench-go").click();
        await page.locator(".bench .drop-title.is-good").waitFor();
        await page.getByRole("button", { name: "Install another" }).click();
      }
    });
  }

  /**
   * Scores a file of pairs with so many workers (0: as many as the page chooses). Gives what was
   * seen on the way: `{ began, ended, workers, tree, log, csv, heaps }`; moments in milliseconds
   * since 1970, `heaps` the WebAssembly memory of each worker in MB when all was done.
   */
  score(pairs, workers) {
    return this.open("#/", (page, browser) => run(page, browser, pairs, workers, this.#columns), WATCH);
  }
}

async function run(page, browser, pairs, workers, columns) {
  await page.locator("#predictions-file").setInputFiles(pairs);
  await page.getByRole("heading", { name: "Check" }).waitFor();
  const boxes = page.locator(".metrics input[type=checkbox]:checked");
  const ticked = await boxes.evaluateAll((all) => all.map((box) => box.id));
  // What is combined of a column goes with it, so that a box may be empty when its turn comes.
  for (const id of ticked.filter((box) => !columns.includes(box))) {
    await page.locator(`[id="${id}"]`).uncheck();
  }
  for (const id of columns) {
    if (!(await page.locator(`#${id}`).isChecked())) throw new Error(`${id} cannot be computed`);
  }
  await page.locator("#workers").selectOption({ index: workers });
  const chosen = await page.locator("#workers option:checked").textContent();
  await page.locator("#run-control:enabled").filter({ hasText: "Run" }).waitFor();
  const tree = new Tree(browser);
  const began = Date.now();
  await page.locator("#run-control").click();
  await page.locator("#run-control").filter({ hasText: /^Run$/ }).waitFor({ timeout: PATIENCE });
  await page.getByRole("heading", { name: "Results" }).waitFor();
  const ended = Date.now();
  tree.stop();
  const log = await page.evaluate(() => window.benchLog);
  const heaps = await Promise.all(page.workers().map(heap));
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /scores\.csv/ }).click(),
  ]);
  const csv = readFileSync(await file.path(), "utf8");
  return { began, ended, workers: Number(/\d+/.exec(chosen)[0]), tree, log, csv, heaps };
}

/** A worker's WebAssembly memory in MB: its glue gives the module that is up when asked again. */
async function heap(worker) {
  const bytes = await worker.evaluate(async () => (await wasm_bindgen()).memory.buffer.byteLength);
  return bytes / 1e6;
}
