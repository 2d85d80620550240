// What `cargo xtask bench engine` hands to the benchmark.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the benchmark by cargo xtask bench engine`);
  return value;
}

/** Address of an empty page, below which are `site/` (the built site, whose workers are measured),
 * `counted/` (a worker with counters), `packs/` (CheXbert's of one checkpoint), `graphs/` and `ort/`
 * (what onnxruntime runs, and its scripts), and `here/`, this folder. */
export const url = needed("RRGSCORE_BENCH_URL");
/** Address of the same, isolated from other origins: pages may share memory between threads. */
export const isolatedUrl = needed("RRGSCORE_BENCH_ISOLATED_URL");
/** The browser's program. */
export const chromium = needed("RRGSCORE_CHROMIUM");
/** Where the report goes. */
export const out = needed("RRGSCORE_BENCH_OUT");
/** Interleaved runs of each shape. */
export const runs = Number(needed("RRGSCORE_BENCH_RUNS"));
/** Numbers of tokens. */
export const lengths = needed("RRGSCORE_BENCH_TOKENS").split(",").map(Number);
/** Numbers of texts at a time. */
export const batches = needed("RRGSCORE_BENCH_BATCHES").split(",").map(Number);

// The packages lie outside the checkout, where imports do not look.
const modules = needed("RRGSCORE_NODE_MODULES");
const require = createRequire(join(modules, "packages.js"));
/** Drives the browser. */
export const playwright = require("playwright-core");
/** The version of onnxruntime-web. */
export const onnxruntimeVersion = JSON.parse(
  readFileSync(join(modules, "onnxruntime-web", "package.json"), "utf8"),
).version;
