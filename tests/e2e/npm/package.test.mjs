// The npm package: packed, installed into a scratch project, compiled and run as its README says.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rrgscore, score } from "../harness/cli.mjs";
import { npmUrl, typescript } from "../harness/environment.mjs";
import { openSite } from "../harness/page.mjs";
import { scratchProject } from "./project.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const sample = async (name) => {
  const text = await readFile(here(`../../../crates/data/samples/${name}`), "utf8");
  return { name, text };
};
const predictions = await sample("model-a.json");
const references = await sample("sample-split.json");
let scratch;
let project;
let commandLine;

const node = (...args) => scratch.node(...args);

before(async () => {
  scratch = await scratchProject();
  project = scratch.folder;
  commandLine = await score({ predictions, references, args: ["--metrics", "bleu2"] });
});
after(() => scratch.remove());

test("the README's example compiles with the package's types, and runs", async () => {
  const readme = await readFile(join(project, "node_modules", "rrgscore", "README.md"), "utf8");
  const [, example] = /```ts\n([^]*?)```/.exec(readme);
  assert.ok(example.trimEnd().split("\n").length <= 14);
  await writeFile(join(project, "example.ts"), example);
  // The printed errors stand on the standard output.
  await compile("example.ts").catch((error) => assert.fail(error.stdout));
  const { stdout } = await node("example.js");
  assert.match(stdout, /^BLEU-2 /);
  assert.match(stdout, /\nstudy-2,/);
});

test("a mistake in the types' use is an error", async () => {
  const wrong = 'import { Scorer } from "rrgscore";\nnew Scorer().setPairs([{ id: 1 }]);\n';
  await writeFile(join(project, "wrong.ts"), wrong);
  await assert.rejects(compile("wrong.ts"));
});

test("in Node it gives the command line's numbers, and what the types say", async () => {
  for (const { name, text } of [predictions, references]) await writeFile(join(project, name), text);
  await writeFile(join(project, "score.mjs"), await readFile(here("score.mjs"), "utf8"));
  const { stdout } = await node("score.mjs", predictions.name, references.name);
  sameAsCommandLine(JSON.parse(stdout));
  // A field that the types do not have is an error in a literal, and so is one that they need.
  const typed = `import type { ScoreResults } from "rrgscore";\nexport const results: ScoreResults = ${stdout};\n`;
  await writeFile(join(project, "typed.ts"), typed);
  await compile("typed.ts").catch((error) => assert.fail(error.stdout));
});

test("a run that is stopped goes on, and one that cannot start costs nothing", async () => {
  await writeFile(join(project, "stopping.mjs"), await readFile(here("stopping.mjs"), "utf8"));
  const { stdout } = await node("stopping.mjs", predictions.name, references.name);
  const { nothing, thrown, calls, complete, files, refused, after } = JSON.parse(stdout);
  assert.match(nothing, /no run to go on with/);
  assert.equal(thrown, "from the callback");
  assert.equal(calls, 1);
  assert.equal(complete, true);
  const whole = await score({ predictions, references, args: ["--metrics", "bleu2,bleu2-radeval"] });
  assert.equal(files["scores.csv"], whole.csv);
  assert.match(refused, /chexbert/);
  assert.equal(after, 2, "the last run's studies are there still");
});

test("runs are compared as the command line compares them", async () => {
  await writeFile(join(project, "compare.mjs"), await readFile(here("compare.mjs"), "utf8"));
  const { stdout } = await node("compare.mjs");
  const { runs, found, refused } = JSON.parse(stdout);
  assert.match(refused, /^model-b: .*they are of two runs/);
  for (const { name, scores, summary } of runs) {
    await mkdir(join(project, name), { recursive: true });
    await writeFile(join(project, name, "scores.csv"), scores);
    await writeFile(join(project, name, "summary.json"), summary);
  }
  const folders = runs.map(({ name }) => join(project, name));
  const args = ["compare", ...folders, "--format", "json", "--seed", "3"];
  const { code, stdout: theirs, stderr } = await rrgscore(args);
  assert.equal(code, 0, stderr);
  assert.deepEqual(found, JSON.parse(theirs));
});

test("a run is looked at closely, as the types say", async () => {
  await writeFile(join(project, "explore.mjs"), await readFile(here("explore.mjs"), "utf8"));
  const { nothing, unknown, found, summary } = JSON.parse((await node("explore.mjs")).stdout);
  assert.match(nothing, /nothing has been scored/);
  assert.match(unknown, /there are: view/);
  const { groups, correlations, extremes } = found;
  assert.deepEqual(groups.groups.map(({ name, studies }) => [name, studies]), [["AP", 1], ["PA", 2]]);
  const means = groups.groups.map((group) => group.means[0].mean);
  assert.ok(Math.abs((means[0] + 2 * means[1]) / 3 - summary.metrics[0].mean) < 1e-12);
  assert.equal(extremes[0].best[0].id, "b");
  assert.equal(correlations.rows[0][1].n, 3);
  const typed =
    `import type { GroupedScores, MetricCorrelations, MetricExtremes } from "rrgscore";\n` +
    `export const groups: GroupedScores = ${JSON.stringify(groups)};\n` +
    `export const correlations: MetricCorrelations = ${JSON.stringify(correlations)};\n` +
    `export const extremes: MetricExtremes[] = ${JSON.stringify(extremes)};\n`;
  await writeFile(join(project, "explored.ts"), typed);
  await compile("explored.ts").catch((error) => assert.fail(error.stdout));
});

test("in a browser's worker it gives the command line's numbers", async (t) => {
  const { page, watch, origin } = await openSite(t, { base: npmUrl });
  const results = await page.evaluate(
    (texts) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("here/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(texts);
      }),
    [predictions.text, references.text],
  );
  sameAsCommandLine(results);
  await watch.assertQuiet(origin);
});

function compile(file) {
  return node(typescript, "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom", file);
}

function sameAsCommandLine({ files, summary }) {
  assert.equal(files["scores.csv"], commandLine.csv);
  assert.deepEqual(JSON.parse(files["summary.json"]), commandLine.summary);
  assert.equal(summary.signature, commandLine.summary.signature);
}
