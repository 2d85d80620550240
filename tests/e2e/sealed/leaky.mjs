// The site as it would be without what keeps reports here: a copy of the built folder without a
// policy, and with a seal that closes nothing. What a test finds in it shows that the test can find
// something.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteFolder } from "../harness/environment.mjs";

const SEAL = `window.rrgscoreSeal = {
  close: () => true,
  hold: () => undefined,
  report: () => ({ closed: true, requests: 0, stopped: {} }),
};`;

/** Makes the copy for the time of a test, and gives its folder. */
export async function leakySite(t) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-leaky-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(siteFolder, folder, { recursive: true });
  const index = join(folder, "index.html");
  const page = await readFile(index, "utf8");
  const open = page
    .replace(/<meta\s+http-equiv="[^>]*>/g, "")
    .replace(/(<script src="seal\.js[^"]*") integrity="[^"]*"/, "$1");
  if (open.includes("http-equiv") || !/<script src="seal\.js[^"]*">/.test(open)) {
    throw new Error("index.html is not as this copy expects it");
  }
  await writeFile(index, open);
  await writeFile(join(folder, "seal.js"), SEAL);
  return folder;
}
