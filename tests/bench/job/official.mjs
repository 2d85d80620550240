// One run of the official code, in a process of its own.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Tree } from "../shared/processes.mjs";

/**
 * Scores a file of pairs. Gives `{ told, tree, csv }`: what official.py told (by name, with `at`,
 * the moment when it did), the processes' samples, and its scores.
 */
export async function official({ python, script, checkpoints, pairs, threads, work }) {
  const scores = join(work, "official.csv");
  const child = spawn(python, [script, checkpoints, pairs, String(threads), scores], {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tree = new Tree(child.pid);
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint = `${complaint}${chunk}`.slice(-4000)));
  const ended = new Promise((done) => child.on("close", done));
  const told = new Map();
  for await (const line of createInterface({ input: child.stdout })) {
    const { what, ...more } = JSON.parse(line);
    told.set(what, { at: Date.now(), ...more });
  }
  const code = await ended;
  tree.stop();
  if (code !== 0) throw new Error(`the official code ended with ${code}:\n${complaint}`);
  return { told, tree, csv: readFileSync(scores, "utf8") };
}
