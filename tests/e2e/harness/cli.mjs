// The command line, for comparing its numbers with the page's.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliProgram } from "./environment.mjs";

/** Runs `rrgscore` and gives `{ code, stdout, stderr }`. */
export function rrgscore(args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(cliProgram, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/**
 * Scores files of `{ name, text }` with `rrgscore score`: `predictions`, `references` (left out
 * when the predictions hold them; a string names a split), further `args`. Gives
 * `{ csv, summary }`: the text of scores.csv and the parsed summary.json.
 */
export async function score({ predictions, references, args = [] }) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-"));
  try {
    const put = async ({ name, text }) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    };
    const all = ["score", "--predictions", await put(predictions), "--out", join(folder, "out")];
    if (references !== undefined) {
      all.push("--references");
      all.push(typeof references === "string" ? references : await put(references));
    }
    const run = await rrgscore([...all, ...args]);
    if (run.code !== 0) throw new Error(`rrgscore ended with ${run.code}: ${run.stderr}`);
    const read = (name) => readFile(join(folder, "out", name), "utf8");
    return { csv: await read("scores.csv"), summary: JSON.parse(await read("summary.json")) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
