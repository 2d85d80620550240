// What `cargo xtask bench job` hands to the benchmark.
import { createRequire } from "node:module";
import { join } from "node:path";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the benchmark by cargo xtask bench job`);
  return value;
}

/** Address of an empty page, below which are `site/`, `packs/` (CheXbert's) and `here/` (../engine). */
export const url = needed("RRGSCORE_BENCH_URL");
/** Folder of the built site, which names a run's build. */
export const siteFolder = needed("RRGSCORE_SITE_FOLDER");
/** Folder of the checkpoints that prepare.py has made ready. */
export const checkpoints = needed("RRGSCORE_BENCH_CHECKPOINTS");
/** The packs of these checkpoints, as .rrgpack files. */
export const packs = needed("RRGSCORE_BENCH_PACKS").split(":");
/** CheXbert's int8 pack as a folder. */
export const chexbert = needed("RRGSCORE_BENCH_CHEXBERT");
/** The precision of the packs. */
export const precision = needed("RRGSCORE_BENCH_PRECISION");
/** The Python that has the official packages. */
export const python = needed("RRGSCORE_BENCH_PYTHON");
/** Threads of PyTorch. */
export const threads = Number(needed("RRGSCORE_BENCH_THREADS"));
/** The browser's program. */
export const chromium = needed("RRGSCORE_CHROMIUM");
/** Where the report goes. */
export const out = needed("RRGSCORE_BENCH_OUT");
/** Folder for what is written on the way, emptied before. */
export const work = needed("RRGSCORE_BENCH_WORK");
/** Folder of the runs that are kept. */
export const kept = needed("RRGSCORE_BENCH_KEPT");
/** Whether to go on with the kept runs of the same build and settings. */
export const resume = needed("RRGSCORE_BENCH_RESUME") === "true";
/** Interleaved runs. */
export const runs = Number(needed("RRGSCORE_BENCH_RUNS"));
/** Studies that are scored; 0 for all. */
export const studies = Number(needed("RRGSCORE_BENCH_STUDIES"));

const require = createRequire(join(needed("RRGSCORE_NODE_MODULES"), "packages.js"));
/** Drives the browser. */
export const playwright = require("playwright-core");
