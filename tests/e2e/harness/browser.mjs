// One Chromium per scenario file, started with the first page and closed after the last.
import { after } from "node:test";
import { chromium, headed, playwright } from "./environment.mjs";

// Nothing of the browser's own may look like traffic of the page; --no-sandbox because tests
// often run as root in a container.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let starting;

// Registered here, outside any test, so that it runs after the file's last one.
after(async () => {
  if (starting) await (await starting).close();
});

/**
 * The browser as a visitor has it, of another program and with a profile in a folder: its one
 * context. It predicts connections, which profiles that keep nothing do not; `flags` come in addition.
 */
export function profile(program, folder, flags) {
  const predicts = "--disable-background-networking";
  return playwright.chromium.launchPersistentContext(folder, {
    executablePath: program,
    headless: !headed,
    acceptDownloads: true,
    args: [...FLAGS.filter((flag) => flag !== predicts), ...flags],
    ignoreDefaultArgs: [predicts],
  });
}

/** The browser of this scenario file. */
export function browser() {
  starting ??= playwright.chromium.launch({ executablePath: chromium, headless: !headed, args: FLAGS });
  return starting;
}
