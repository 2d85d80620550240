// Runs that are kept on disk: seven take an hour and a half, which a machine may not have at a stretch.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Samples } from "../shared/processes.mjs";

/** The interleaved runs of one build of the site and one set of settings. */
export class Runs {
  #folder;

  /** Those of other builds are deleted, and unless `resume` is asked for, those of this one. */
  constructor({ folder, site, settings, resume }) {
    const hash = createHash("sha256").update(JSON.stringify(settings));
    for (const file of filesBelow(site)) hash.update(file).update(readFileSync(join(site, file)));
    const name = hash.digest("hex").slice(0, 16);
    for (const other of existsSync(folder) ? readdirSync(folder) : []) {
      if (other !== name || !resume) rmSync(join(folder, other), { recursive: true });
    }
    this.#folder = join(folder, name);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** All that there are: `{ pages, official, load }` each, as they were given to `keep`. */
  all() {
    const files = readdirSync(this.#folder).filter((file) => file.endsWith(".json")).sort();
    return files.map((file) => {
      const { pages, official, ...more } = JSON.parse(readFileSync(join(this.#folder, file), "utf8"));
      const sampled = (run) => ({ ...run, tree: new Samples(run.tree) });
      const told = new Map(official.told);
      return { ...more, pages: pages.map(sampled), official: { ...sampled(official), told } };
    });
  }

  /** Keeps one more. */
  keep({ official, ...run }) {
    const file = join(this.#folder, `${String(this.all().length).padStart(3, "0")}.json`);
    // Half a file would be taken for a run.
    writeFileSync(`${file}.part`, JSON.stringify({ ...run, official: { ...official, told: [...official.told] } }));
    renameSync(`${file}.part`, file);
  }
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}
