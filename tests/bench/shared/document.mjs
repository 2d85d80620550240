// The parts of docs/benchmarks.md that benchmarks write.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** Puts another text between the two marks of a part. */
export function write(file, name, part) {
  const [begin, end] = [`<!-- begin: ${name} -->`, `<!-- end: ${name} -->`];
  const text = readFileSync(file, "utf8");
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${file} lacks its marks ${begin}, ${end}`);
  writeFileSync(file, `${head}${begin}\n\n${part.trimEnd()}\n\n${end}${tail}`);
  console.log(`\nwrote the part "${name}" of ${file}`);
}

/** What was measured on. */
export function machine() {
  return `${cpus()[0].model.trim()}, ${cpus().length} cores`;
}
