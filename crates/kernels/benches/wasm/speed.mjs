// Times the kernels in WebAssembly:
//   cargo build --release -p rrgscore-kernels --example wasm_speed --target wasm32-unknown-unknown
//   node crates/kernels/benches/wasm/speed.mjs <target folder>/wasm32-unknown-unknown/release/examples/wasm_speed.wasm [rows…]
// Kinds of weights are run in turns, so that another load on the machine meets all of them.
import { readFile } from "node:fs/promises";

const PRODUCTS = [[768, 2304], [768, 768], [768, 3072], [3072, 768]];
const KINDS = ["int8", "int8/64", "wide", "f32"];
const RUNS = Number(process.env.RUNS ?? 15);

const [path, ...rest] = process.argv.slice(2);
const rows = rest.length ? rest.map(Number) : [32, 64, 128, 256];
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const kernels = instance.exports;

// Milliseconds of CPU, which another load on the machine disturbs less than wall time.
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

console.log("rows  weights   GOP/s at the fastest run of each product   layer ms min/median   12 layers ms");
for (const m of rows) {
  kernels.clear();
  const all = KINDS.flatMap((kind, k) =>
    PRODUCTS.map(([inputs, outputs], p) => ({ kind, ops: 2 * m * inputs * outputs, number: kernels.make(k, m, p), times: [] })));
  const limits = [0, 0];
  for (let i = 0; i < RUNS + 3; i++) {
    for (const float of [0, 1]) {
      const start = cpu();
      const operations = kernels.peak(float, 20000);
      limits[float] = Math.max(limits[float], operations / (cpu() - start) / 1e6);
    }
    for (const product of all) {
      const start = cpu();
      if (!kernels.run(product.number)) throw new Error("a product does not run");
      const time = cpu() - start;
      if (i >= 3) product.times.push(time);
    }
  }
  console.log(`tiles alone, in the first-level cache: integers ${limits[0].toFixed(1)} GOP/s, f32 ${limits[1].toFixed(1)}`);
  for (const kind of KINDS) {
    const products = all.filter((product) => product.kind === kind);
    const speeds = products.map((p) => (p.ops / Math.min(...p.times) / 1e6).toFixed(1).padStart(6)).join(" ");
    const least = products.reduce((sum, p) => sum + Math.min(...p.times), 0);
    const middle = products.reduce((sum, p) => sum + median(p.times), 0);
    const ops = products.reduce((sum, p) => sum + p.ops, 0);
    console.log(
      `${String(m).padStart(4)}  ${kind.padEnd(8)} ${speeds}  all ${(ops / least / 1e6).toFixed(1).padStart(6)}` +
      `   ${least.toFixed(2).padStart(7)}/${middle.toFixed(2).padStart(7)}   ${(12 * least).toFixed(0).padStart(6)}/${(12 * middle).toFixed(0)}`);
  }
}
