// What `cargo xtask bench engine` hands to the benchmark.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the benchmark by cargo xtask bench engine`);
  return value;
}

/** Folder of the built site, whose workers are measured. */
export const siteFolder = needed("RRGSCORE_SITE_FOLDER");
/** Folder of a worker program with counters, `worker.js` and `worker_bg.wasm`. */
export const counted = needed("RRGSCORE_BENCH_COUNTED");
/** Folder with the CheXbert packs of one checkpoint, `CheXbert-int8` and so on. */
export const packs = needed("RRGSCORE_BENCH_PACKS");
/** Folder with what onnxruntime runs: `f32.onnx` and `int8.onnx`. */
export const graphs = needed("RRGSCORE_BENCH_GRAPHS");
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
/** Folder of onnxruntime-web's scripts. */
export const onnxruntime = join(modules, "onnxruntime-web", "dist");
/** Its version. */
export const onnxruntimeVersion = JSON.parse(
  readFileSync(join(modules, "onnxruntime-web", "package.json"), "utf8"),
).version;
