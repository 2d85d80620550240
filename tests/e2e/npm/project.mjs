// A scratch project with the package installed into it, as its tarball.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { npmPackage } from "../harness/environment.mjs";

const exec = promisify(execFile);

/** Makes one: its `folder`, `node(...args)` that runs Node in it, and `remove()`. */
export async function scratchProject() {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-npm-"));
  const npm = (...args) => exec("npm", args, { cwd: folder });
  const { stdout } = await npm("pack", "--silent", npmPackage);
  const manifest = { name: "scratch", version: "1.0.0", private: true, type: "module" };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const quiet = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await npm("install", ...quiet, `./${stdout.trim()}`);
  return {
    folder,
    node: (...args) => exec(process.execPath, args, { cwd: folder, maxBuffer: 64 << 20 }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
