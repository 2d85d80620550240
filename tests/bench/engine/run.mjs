// Interleaves RRGScore's engine with onnxruntime-web in one Chromium, on a BERT of base size.
//
// All engines hold the same weights, each in a worker of its own; only one works at a time, and
// they take turns run by run, so that whatever else the machine does meets all of them.
import { loadavg } from "node:os";
import * as document from "../shared/document.mjs";
import { rendererNanoseconds as cpuNanoseconds } from "../shared/processes.mjs";
import { stepTimes } from "./steps.mjs";
import { allThreads } from "./threads.mjs";
import * as environment from "./environment.mjs";
import { ratios, times } from "./report.mjs";

const OURS = ["int8", "f16", "f32"];
const THEIRS = ["int8", "f32"];
const PAIRS = [
  { ours: "RRGScore int8", theirs: "onnxruntime-web int8", aim: 0.8 },
  { ours: "RRGScore f16", theirs: "onnxruntime-web int8", aim: 0.9 },
  { ours: "RRGScore f32", theirs: "onnxruntime-web f32", aim: 0.75 },
];

const launched = await environment.playwright.chromium.launchServer({
  executablePath: environment.chromium,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const browser = await environment.playwright.chromium.connect(launched.wsEndpoint());
try {
  await measure();
} finally {
  await browser.close();
  await launched.close();
}

async function measure() {
  const page = await browser.newPage();
  await page.goto(environment.url);
  await page.addScriptTag({ url: `${environment.url}here/engines.js` });
  const pid = launched.process().pid;
  for (const precision of OURS) {
    await page.evaluate((of) => window.addRrgscore(`RRGScore ${of}`, `CheXbert-${of}`), precision);
  }
  for (const precision of THEIRS) {
    await page.evaluate(
      (of) => window.addOnnxruntime(`onnxruntime-web ${of}`, `/graphs/${of}.onnx`),
      precision,
    );
  }
  const engines = await page.evaluate(() => Object.keys(window.engines));
  const loaded = [];
  for (const name of engines) {
    const before = cpuNanoseconds(pid);
    await page.evaluate((of) => window.engines[of].load(), name);
    loaded.push([name, (cpuNanoseconds(pid) - before) / 1e6]);
    console.log(`${name}: ready after ${loaded.at(-1)[1].toFixed(0)} ms of CPU`);
  }

  const one = async (name, batch, tokens) => {
    const before = cpuNanoseconds(pid);
    const wall = await page.evaluate(([n, b, t]) => window.engines[n].run(b, t), [name, batch, tokens]);
    return { wall, cpu: (cpuNanoseconds(pid) - before) / 1e6 };
  };
  const began = loadavg()[0];
  const shapes = [];
  for (const batch of environment.batches) {
    for (const tokens of environment.lengths) {
      const results = Object.fromEntries(engines.map((name) => [name, []]));
      for (let run = -1; run < environment.runs; run++) {
        // Each run begins with another engine; the first one only warms up.
        for (let at = 0; at < engines.length; at++) {
          const name = engines[(at + run + engines.length) % engines.length];
          const time = await one(name, batch, tokens);
          if (run >= 0) results[name].push(time);
        }
      }
      shapes.push({ batch, tokens, results });
      console.log(`\n${times([shapes.at(-1)], engines, "cpu")}\n${ratios([shapes.at(-1)], PAIRS)}`);
    }
  }
  await page.close();
  const { runs, lengths } = environment;
  const common = { browser, url: environment.isolatedUrl, runs, lengths, precision: "int8" };
  const threads = await allThreads(common);
  const steps = await stepTimes(common);
  const load = `${began.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end`;
  document.write(environment.out, "engine", report({ engines, shapes, loaded, threads, steps, load }));
}

function report({ engines, shapes, loaded, threads, steps, load }) {
  const versions = `Chromium ${browser.version()}, onnxruntime-web ${environment.onnxruntimeVersion}`;
  return `${versions}; ${document.machine()}; ${environment.runs} interleaved runs; \
load average ${load}.

Ratios of the medians of CPU time:

${ratios(shapes, PAIRS)}

CPU time in ms, median (least–most):

${times(shapes, engines, "cpu")}

Wall time in ms, median (least–most):

${times(shapes, engines, "wall")}

CPU time from a pack's or graph's bytes to an engine that is ready: ${loaded.map(([name, time]) => `${name} ${time.toFixed(0)} ms`).join(", ")}.

All cores, wall time in ms, median (least–most):

${threads}

Where the int8 pack's time goes, by the engine's counters:

${steps}
`;
}
