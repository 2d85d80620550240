// Scores the same pairs in two built sites, in turns: what a change has done to the whole job.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Site } from "./page.mjs";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run it by cargo xtask bench job --against DIR`);
  return value;
}

const require = createRequire(join(needed("RRGSCORE_NODE_MODULES"), "packages.js"));
const work = needed("RRGSCORE_BENCH_WORK");
const runs = Number(needed("RRGSCORE_BENCH_RUNS"));

/** The findings of the split's studies, each beside those of the next one. */
function pairs() {
  const split = JSON.parse(readFileSync(needed("RRGSCORE_BENCH_SPLIT"), "utf8"));
  const texts = Object.values(split)
    .map((study) => study.section_findings)
    .filter((text) => typeof text === "string" && text.trim() !== "");
  const count = Number(needed("RRGSCORE_BENCH_STUDIES")) || texts.length;
  const pair = (reference, at) => ({ id: `s${at}`, reference, prediction: texts[(at + 1) % texts.length] });
  const lines = texts.slice(0, count).map((text, at) => JSON.stringify(pair(text, at)));
  const file = join(work, "pairs.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

function site(name) {
  const profile = join(work, name);
  mkdirSync(profile, { recursive: true });
  return new Site({
    playwright: require("playwright-core"),
    chromium: needed("RRGSCORE_CHROMIUM"),
    profile,
    url: `${needed("RRGSCORE_BENCH_URL")}${name}/index.html`,
    columns: ["metric-bertscore", "metric-semb"],
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const file = pairs();
const sites = { other: site("other"), site: site("site") };
for (const one of Object.values(sites)) await one.install(needed("RRGSCORE_BENCH_PACKS").split(":"));
const seconds = { other: [], site: [] };
const scores = new Map();
for (let run = 0; run < runs; run += 1) {
  // Neither is always the first one.
  for (const name of run % 2 === 0 ? ["other", "site"] : ["site", "other"]) {
    const { began, ended, csv } = await sites[name].score(file, 0);
    seconds[name].push((ended - began) / 1000);
    scores.set(name, csv);
  }
  const [other, own] = [seconds.other[run], seconds.site[run]];
  console.log(`run ${run + 1} of ${runs}: other ${other.toFixed(2)} s, this ${own.toFixed(2)} s, ratio ${(own / other).toFixed(3)}`);
}
const ratios = seconds.site.map((own, run) => own / seconds.other[run]);
console.log(`\nmedians: other ${median(seconds.other).toFixed(2)} s, this ${median(seconds.site).toFixed(2)} s`);
console.log(`this / other: median of the ratios ${median(ratios).toFixed(3)}, from ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`);
console.log(`scores.csv: ${scores.get("other") === scores.get("site") ? "equal to the byte" : "DIFFERENT"}`);
