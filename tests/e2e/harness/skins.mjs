// The same inputs through every skin: command line, npm package in Node, Python package, coordinator
// natively, and the page. Each gives the files of a run by name.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { rrgscore } from "./cli.mjs";
import { coordinatorProgram, npmPackage, python } from "./environment.mjs";
import { choose, download, drop } from "./files.mjs";
import { installPacks, openModels, ready } from "./models.mjs";
import { openSite } from "./page.mjs";
import { chooseColumns, runToEnd } from "./scoring.mjs";

/** What all skins must give alike. */
export const FILES = ["scores.csv", "summary.json", "labels.csv", "judgements.csv"];

/**
 * A scenario: `predictions`, `references` (files `{ name, text }`), `annotations` ([predictions', references'] RadGraph files), `answers` ({ green,
 * fineradscore }, files), `packs` (paths of .rrgpack files), `request` ({ task, missing, profile,
 * metrics }).
 */
const TASKS = { report: /^Findings \+ impression/, findings: /^Findings(?! \+)/ };
const POLICIES = { refuse: "Refuse", empty: "Score as empty", exclude: "Exclude" };

/** A folder that is gone after the test. */
export async function folderFor(t, name) {
  const folder = await mkdtemp(join(tmpdir(), `rrgscore-skins-${name}-`));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function put(folder, { name, text }) {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The files of a folder that a run gives out. */
async function outputs(folder) {
  const found = (await readdir(folder)).filter((name) => FILES.includes(name));
  const texts = found.map(async (name) => [name, await readFile(join(folder, name), "utf8")]);
  return Object.fromEntries((await Promise.all(texts)).sort());
}

/** By `rrgscore score`. */
export async function byCommandLine(t, scenario, extra = []) {
  const { predictions, references, annotations, answers = {}, packs = [], request = {} } = scenario;
  const folder = await folderFor(t, "cli");
  const packFolder = await folderFor(t, "packs");
  for (const path of packs) await writeFile(join(packFolder, path.split("/").pop()), await readFile(path));
  const args = ["score", "--predictions", await put(folder, predictions), "--packs", packFolder];
  if (references) args.push("--references", await put(folder, references));
  if (annotations) {
    const paths = await Promise.all(annotations.map((file) => put(folder, file)));
    args.push("--radgraph-annotations", paths.join(","));
  }
  for (const [judge, file] of Object.entries(answers)) {
    args.push(`--${judge}-responses`, await put(folder, file));
  }
  const { metrics, ...options } = request;
  for (const [name, value] of Object.entries(options)) args.push(`--${name}`, value);
  if (metrics) args.push("--metrics", metrics.join(","));
  const out = join(folder, "out");
  const run = await rrgscore([...args, "--out", out, ...extra]);
  if (run.code !== 0) throw new Error(`rrgscore ended with ${run.code}: ${run.stderr}`);
  return outputs(out);
}

/** By the npm package, in this process. */
export async function byPackage(scenario, { stopAfter } = {}) {
  const { predictions, references, annotations, answers = {}, packs = [], request = {} } = scenario;
  const { default: init, Scorer } = await import(pathToFileURL(join(npmPackage, "node.js")).href);
  await init();
  const scorer = new Scorer();
  const bytes = ({ text }) => Buffer.from(text, "utf8");
  scorer.setPredictions(bytes(predictions));
  if (references) scorer.setReferences(bytes(references));
  if (annotations) scorer.setRadgraphAnnotations(...annotations.map(bytes));
  for (const [judge, file] of Object.entries(answers)) scorer.setAnswers(judge, bytes(file));
  for (const path of packs) scorer.loadPack(new Uint8Array(await readFile(path)));
  if (stopAfter === undefined) return scorer.score(request).files;
  let pieces = 0;
  const stopped = scorer.score(request, () => (pieces += 1) < stopAfter);
  if (stopped.summary.complete) throw new Error("the run was done before it could be stopped");
  return scorer.resume().files;
}

/** By the Python package, in an interpreter that has it; nothing where there is none. */
export async function byPython(t, scenario) {
  if (!python) {
    t.diagnostic("without the Python package: there is no Python here");
    return undefined;
  }
  const { predictions, references, annotations, answers = {}, packs = [], request = {} } = scenario;
  const folder = await folderFor(t, "python");
  const paths = {
    predictions: await put(folder, predictions),
    references: references ? await put(folder, references) : null,
    annotations: annotations ? await Promise.all(annotations.map((file) => put(folder, file))) : null,
    answers: {},
    packs,
    request,
  };
  for (const [judge, file] of Object.entries(answers)) paths.answers[judge] = await put(folder, file);
  const file = await put(folder, { name: "scenario.json", text: JSON.stringify(paths) });
  const out = join(folder, "out");
  const script = fileURLToPath(new URL("skin.py", import.meta.url));
  await promisify(execFile)(python, [script, file, out], { maxBuffer: 1 << 26 });
  return outputs(out);
}

/** By the coordinator of the page, natively, in one thread. */
export async function byCoordinator(t, scenario) {
  const folder = await folderFor(t, "coordinator");
  const file = await put(folder, { name: "scenario.json", text: JSON.stringify(scenario) });
  await promisify(execFile)(coordinatorProgram, [file, folder], { maxBuffer: 1 << 26 });
  return outputs(folder);
}

/** By the page, worked as a user works it. `midway` gets the page while the run is under way. */
export async function byPage(t, scenario, { midway } = {}) {
  const { predictions, references, annotations, answers = {}, packs = [], request = {} } = scenario;
  const { page } = packs.length > 0 ? await openModels(t) : await openSite(t);
  if (packs.length > 0) {
    await installPacks(page, packs);
    await page.goto(new URL("#/", page.url()).href);
  }
  await ready(page);
  await drop(page, page.locator(".drop-zone"), [predictions]);
  await page.getByRole("heading", { name: "Check" }).waitFor();
  if (references) {
    await page.getByRole("radio", { name: /file/i }).check();
    await choose(page.locator("#references-file"), [references]);
  }
  if (request.task) await page.getByRole("radio", { name: TASKS[request.task] }).check();
  if (request.missing) await page.getByRole("radio", { name: POLICIES[request.missing] }).check();
  if (request.profile) await page.getByRole("radio", { name: request.profile, exact: true }).check();
  if (annotations) {
    await page.getByText("Bring annotations that you have already").click();
    await choose(page.locator("#predictions-graphs-file"), [annotations[0]]);
    await choose(page.locator("#references-graphs-file"), [annotations[1]]);
  }
  if (Object.keys(answers).length > 0) {
    await page.getByText(/FineRadScore and CRIMSON: bring/).click();
    for (const [judge, file] of Object.entries(answers)) {
      await choose(page.locator(`#${judge}-answers-file`), [file]);
    }
  }
  await chooseColumns(page, request.metrics);
  if (midway) await midway(page);
  await runToEnd(page);
  const given = {};
  for (const name of FILES) {
    const button = page.getByRole("button", { name });
    if ((await button.count()) === 0) continue;
    given[name] = (await download(page, () => button.click())).text;
  }
  return given;
}
