// What `cargo xtask e2e` and `cargo xtask test` hand to the scenarios.
import { createRequire } from "node:module";
import { join } from "node:path";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the scenarios by cargo xtask e2e`);
  return value;
}

/** Address of the site at a host's root, with a final slash. */
export const site = needed("RRGSCORE_SITE");
/** Address of the same site under a sub-path of another origin, with a final slash. */
export const siteBelow = needed("RRGSCORE_SITE_BELOW");
/** Folder of the built site. */
export const siteFolder = needed("RRGSCORE_SITE_FOLDER");
/** The browser's program. */
export const chromium = needed("RRGSCORE_CHROMIUM");
/** Whether the browser's window is to be seen. */
export const headed = needed("RRGSCORE_HEADED") === "true";
/** The command line's program, `rrgscore`. */
export const cliProgram = needed("RRGSCORE_CLI");
/** The page's coordinator as a native program: scenario and output folder in, files out. */
export const coordinatorProgram = needed("RRGSCORE_COORDINATOR");
/** An interpreter with the Python package; none where there is no Python. */
export const python = needed("RRGSCORE_PYTHON") === "none" ? undefined : process.env.RRGSCORE_PYTHON;
/** Folder of the built npm package. */
export const npmPackage = needed("RRGSCORE_NPM_PACKAGE");
/** Address of an empty page, below which are `package/` and `here/`, the folder of its scenarios. */
export const npmUrl = needed("RRGSCORE_NPM_URL");
/** medspacy's rules for sentences, where the set-up puts them; they may not be there. */
export const sentenceRules = needed("RRGSCORE_SENTENCE_RULES");
/** Folder for screenshots, outside the checkout. */
export const screenshots = needed("RRGSCORE_SCREENSHOTS");

// The packages lie outside the checkout, where imports do not look.
const require = createRequire(join(needed("RRGSCORE_NODE_MODULES"), "packages.js"));
/** TypeScript's compiler, a program for node. */
export const typescript = require.resolve("typescript/lib/tsc.js");
/** Drives the browser. */
export const playwright = require("playwright-core");
/** Source text of axe, the accessibility checker. */
export const axeSource = require("axe-core").source;
