// Scores the same pairs in the page and by the official code, in turns.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as document from "../shared/document.mjs";
import * as environment from "./environment.mjs";
import { workerMemory } from "./memory.mjs";
import { official } from "./official.mjs";
import { Site } from "./page.mjs";
import { measured, report } from "./report.mjs";
import { Runs } from "./runs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { work, checkpoints } = environment;

/** The pairs, or some of them spread over the split. */
function pairs() {
  const all = readFileSync(join(checkpoints, "pairs.jsonl"), "utf8").trimEnd().split("\n");
  const step = environment.studies > 0 ? Math.max(1, Math.floor(all.length / environment.studies)) : 1;
  const some = all.filter((_, at) => at % step === 0);
  const kept = environment.studies > 0 ? some.slice(0, environment.studies) : some;
  const file = join(work, "pairs.jsonl");
  writeFileSync(file, `${kept.join("\n")}\n`);
  return { file, count: kept.length };
}

const { file, count } = pairs();
const profile = join(work, "profile");
mkdirSync(profile, { recursive: true });
const site = new Site({
  playwright: environment.playwright,
  chromium: environment.chromium,
  profile,
  url: `${environment.url}site/index.html`,
});
const { precision, threads, studies, resume, kept, siteFolder } = environment;
const runs = new Runs({ folder: kept, site: siteFolder, settings: { precision, threads, studies }, resume });
await site.install(environment.packs);
while (runs.all().length < environment.runs) {
  const before = loadavg()[0];
  // As many workers as the page takes of itself, and the other number of one and two.
  const first = await site.score(file, 0);
  note(first);
  const second = await site.score(file, first.workers === 1 ? 2 : 1);
  note(second);
  const theirs = await official({
    python: environment.python,
    script: join(here, "official.py"),
    checkpoints,
    pairs: file,
    threads: environment.threads,
    work,
  });
  runs.keep({ pages: [first, second], official: theirs, load: before });
  console.log(`run ${runs.all().length} of ${environment.runs}: ${measured.official(theirs)}`);
}
const memory = await workerMemory({
  playwright: environment.playwright,
  chromium: environment.chromium,
  url: environment.url,
  pack: environment.chexbert,
});
const all = runs.all();
const pages = all.flatMap((run) => run.pages);
const kinds = [...new Set(pages.map(({ workers }) => workers))];
const results = {
  page: new Map(kinds.map((kind) => [kind, pages.filter(({ workers }) => workers === kind)])),
  official: all.map((run) => run.official),
  hashes: new Set(pages.map(({ csv }) => createHash("sha256").update(csv).digest("hex"))),
  automatic: all[0].pages[0].workers,
  loads: all.map(({ load }) => load),
  memory,
};
const text = report({ ...results, count, version: site.version, ...environment, runs: all.length });
console.log(`\n${text}`);
if (environment.studies === 0) document.write(environment.out, "job", text);

function note(one) {
  console.log(`page, ${one.workers} worker(s): ${measured.page(one)}`);
}
