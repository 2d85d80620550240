// Runs the end-to-end scenarios: all tests/e2e/<behaviour>/*.test.mjs, or those whose path
// contains the first argument, of them the tests whose name matches the second. `cargo xtask e2e`
// serves the site and sets the environment; see harness/environment.mjs. Ends with the line
// "N passed, N failed".
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [wanted = "", name] = process.argv.slice(2);
const files = readdirSync(here, { recursive: true })
  .map((name) => join(here, name))
  .filter((file) => file.endsWith(".test.mjs") && relative(here, file).includes(wanted))
  .sort();
if (files.length === 0) {
  console.log(`no scenario's path contains "${wanted}"`);
  process.exit(1);
}

const counts = { pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
// One browser at a time: scenarios measure, and two cores do not carry two pools of workers.
const events = run({ files, concurrency: 1, ...(name && { testNamePatterns: new RegExp(name) }) });
events.on("test:diagnostic", ({ message, nesting }) => {
  const sum = /^(pass|fail|cancelled|skipped|todo) (\d+)$/.exec(message);
  if (nesting === 0 && sum) counts[sum[1]] += Number(sum[2]);
});
const report = events.compose(new spec());
report.pipe(process.stdout, { end: false });
report.on("end", () => {
  const failed = counts.fail + counts.cancelled;
  const skipped = counts.skipped + counts.todo;
  const tail = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`${counts.pass} passed, ${failed} failed${tail}`);
  process.exitCode = failed === 0 && counts.pass > 0 ? 0 : 1;
});
