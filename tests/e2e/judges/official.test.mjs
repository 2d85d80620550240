// The official parsers' readings of invented answers, in the page: of the project's own goldens,
// and of the official run's where they lie beside the checkout.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { choose } from "../harness/files.mjs";
import { openSite } from "../harness/page.mjs";
import { rows } from "../harness/reports.mjs";
import { computeOnly, downloads, dropPredictions, runToEnd } from "../harness/scoring.mjs";

const FOLDERS = {
  own: new URL("../../goldens/", import.meta.url),
  shared: new URL("../../../../shared/golden/dev/", import.meta.url),
};

function records(folder, name) {
  const path = fileURLToPath(new URL(name, folder));
  if (!existsSync(path)) return null;
  return readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** What the official code stores, read as the specification aggregates it; null without a score. */
function official(read) {
  return read === "no_edits" ? 0 : (read?.max ?? null);
}

for (const [whose, folder] of Object.entries(FOLDERS)) {
  test(`GREEN and FineRadScore parse as officially: ${whose} goldens`, async (t) => {
    const green = records(folder, "green_parse.jsonl");
    const fine = records(folder, "fineradscore_parse.jsonl");
    if (!green || !fine) {
      t.skip("those goldens are not here");
      return;
    }
    const { page, watch, origin } = await openSite(t);
    await page.waitForLoadState("networkidle");
    const ids = Array.from({ length: Math.max(green.length, fine.length) }, (_, at) => `s${at}`);
    const pairs = ids.map((id) => ({ id, prediction: "No effusion.", reference: "Effusion." }));
    await dropPredictions(page, { name: "pairs.jsonl", text: lines(pairs) });
    await page.getByText(/FineRadScore and CRIMSON: bring/).click();
    const answers = green.map(({ raw }, at) => ({ id: ids[at], response: raw }));
    // The runner's form, with the calls that the official loop makes.
    const calls = fine.map((golden, at) => ({
      custom_id: `fineradscore-${at}`,
      studies: [ids[at]],
      responses: golden.llm_responses.slice(0, golden.calls),
    }));
    await choose(page.locator("#green-answers-file"), [{ name: "g.jsonl", text: lines(answers) }]);
    await choose(page.locator("#fineradscore-answers-file"), [
      { name: "f.jsonl", text: lines(calls) },
    ]);
    // One of the two may have fewer answers than there are studies.
    if (green.length !== fine.length) await page.getByRole("radio", { name: "Exclude" }).check();
    await page.locator("#metric-green:enabled").waitFor();
    await page.locator("#metric-fineradscore:enabled").waitFor();
    await computeOnly(page, ["green", "fineradscore"]);
    await runToEnd(page);
    const { csv } = await downloads(page);
    const found = rows(csv);
    green.forEach((golden, at) => {
      const gap = Math.abs(Number(found[at].green_score) - golden.green);
      assert.ok(found[at].green_score !== "" && gap < 1e-12, `line ${at + 1}: ${gap}`);
    });
    fine.forEach((golden, at) => {
      const expected = official(golden.aggregate_our_reading);
      const text = expected === null ? "" : String(expected);
      assert.equal(found[at].fineradscore, text, `line ${at + 1}`);
    });
    watch.assertQuiet(origin);
  });
}
