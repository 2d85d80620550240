// Times the kernels in WebAssembly, in node or in a browser: engines differ by a fifth.
//   cargo build --release -p rrgscore-kernels --example wasm_speed --target wasm32-unknown-unknown
//   node crates/kernels/benches/wasm/speed.mjs <target folder>/wasm32-unknown-unknown/release/examples/wasm_speed.wasm [rows…]
// With RRGSCORE_CHROMIUM (the program) and RRGSCORE_NODE_MODULES (a folder that has
// playwright-core) it runs in Chromium. Several builds, with commas between them, take turns, and
// so do kinds of weights, so that another load on the machine meets all of them.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const [paths, ...rest] = process.argv.slice(2);
const files = paths.split(",");
const given = {
  modules: await Promise.all(files.map(async (path) => (await readFile(path)).toString("base64"))),
  rows: rest.length ? rest.map(Number) : [32, 64, 128, 256],
  runs: Number(process.env.RUNS ?? 11),
};

/** Milliseconds of every run of every product: `[build, rows, kind, product, operations, times]`. */
async function measure({ modules, rows, runs }) {
  const PRODUCTS = [[768, 2304], [768, 768], [768, 3072], [3072, 768]];
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const made = await Promise.all(modules.map((text) => WebAssembly.instantiate(bytes(text), {})));
  const builds = made.map(({ instance }) => instance.exports);
  const found = [];
  const peaks = builds.map(() => [0, 0]);
  for (const m of rows) {
    const all = builds.flatMap((kernels, build) => {
      kernels.clear();
      return [0, 1, 2, 3].flatMap((kind) =>
        PRODUCTS.map(([inputs, outputs], product) => ({
          kernels, number: kernels.make(kind, m, product),
          row: [build, m, kind, product, 2 * m * inputs * outputs, []],
        })));
    });
    // A browser's clock is coarse.
    const repeats = Math.ceil(256 / m);
    for (let run = 0; run < runs + 2; run++) {
      for (const [build, kernels] of builds.entries()) {
        for (const float of [0, 1]) {
          const start = performance.now();
          const operations = kernels.peak(float, 20000);
          const speed = operations / (performance.now() - start) / 1e6;
          peaks[build][float] = Math.max(peaks[build][float], speed);
        }
      }
      for (const { kernels, number, row } of all) {
        const start = performance.now();
        for (let turn = 0; turn < repeats; turn++) {
          if (!kernels.run(number)) throw new Error("a product does not run");
        }
        if (run >= 2) row[5].push((performance.now() - start) / repeats);
      }
    }
    found.push(...all.map(({ row }) => row));
  }
  return { found, peaks };
}

async function inChromium(chromium) {
  const { chromium: browsers } = createRequire(import.meta.url)(
    join(process.env.RRGSCORE_NODE_MODULES, "playwright-core"));
  const browser = await browsers.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    return await (await browser.newPage()).evaluate(measure, given);
  } finally {
    await browser.close();
  }
}

const chromium = process.env.RRGSCORE_CHROMIUM;
const { found, peaks } = await (chromium ? inChromium(chromium) : measure(given));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const KINDS = ["int8", "int8/64", "wide", "f32"];
for (const [build, [integers, floats]] of peaks.entries()) {
  console.log(`${files[build]}: tiles alone, in the first-level cache: integers ${integers.toFixed(0)} GOP/s, f32 ${floats.toFixed(0)}`);
  console.log("rows  weights   GOP/s, median, of each product    all   12 layers ms");
  for (const m of given.rows) {
    for (const [kind, name] of KINDS.entries()) {
      const products = found.filter((row) => row[0] === build && row[1] === m && row[2] === kind);
      const times = products.map((row) => median(row[5]));
      const speeds = products.map((row, at) => (row[4] / times[at] / 1e6).toFixed(1).padStart(6));
      const time = times.reduce((a, b) => a + b, 0);
      const operations = products.reduce((sum, row) => sum + row[4], 0);
      console.log(`${String(m).padStart(4)}  ${name.padEnd(8)} ${speeds.join(" ")}   ${(operations / time / 1e6).toFixed(1)}   ${(12 * time).toFixed(0)}`);
    }
  }
}
