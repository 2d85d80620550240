// What one worker with one pack holds, alone in a tab.
import { proportional, renderers } from "../shared/processes.mjs";

const SETTLED = 10_000;

/**
 * Loads a pack (a folder that is served) into the site's own worker. Gives megabytes: `{ heap, loaded, settled }`,
 * the worker's WebAssembly memory, and what the tab's processes have grown by (proportional set
 * size) right after and ten seconds later, when the browser has thrown away what it need not keep.
 */
export async function workerMemory({ playwright, chromium, url, pack }) {
  const launched = await playwright.chromium.launchServer({
    executablePath: chromium,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const browser = await playwright.chromium.connect(launched.wsEndpoint());
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.addScriptTag({ url: `${url}here/engines.js` });
    const root = launched.process().pid;
    const held = () => renderers(root).reduce((sum, pid) => sum + proportional(pid), 0);
    const before = held();
    await page.evaluate((name) => window.addRrgscore("worker", name), pack.split("/").pop());
    await page.evaluate(() => window.engines.worker.load());
    const loaded = held() - before;
    await page.waitForTimeout(SETTLED);
    const settled = held() - before;
    const [worker] = page.workers();
    const heap = async () => (await wasm_bindgen()).memory.buffer.byteLength / 1e6;
    return { heap: await worker.evaluate(heap), loaded, settled };
  } finally {
    await browser.close();
    await launched.close();
  }
}
