// Packs held against published values: a file of examples dropped on the Models view.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { drop } from "../harness/files.mjs";
import { installPacks, installed, openModels, stored, zone } from "../harness/models.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { screenshot } from "../harness/page.mjs";

const goldens = new URL("../../../crates/annotate/tests/goldens/", import.meta.url);

/** Pairs of texts, and the cosine of the embeddings that the official CheXbert gave them. */
async function official(count) {
  const { texts } = JSON.parse(await readFile(new URL("chexbert.json", goldens), "utf8"));
  const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const pairs = texts.slice(0, count).map((text, at) => [text, texts[at + 1]]);
  return {
    references: pairs.map(([reference]) => reference.text),
    candidates: pairs.map(([, candidate]) => candidate.text),
    per_pair: pairs.map(([a, b]) => cosine(a.embedding, b.embedding)),
  };
}

test("a pack agrees with official values, and the one that was changed is named", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-prove-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [path] = await buildPacks(["chexbert.pth"], folder);
  const { page, watch, origin } = await openModels(t);
  const [id] = await installPacks(page, [path]);

  const values = await official(6);
  const said = (title) => zone(page).getByText(title).waitFor();
  const semb = { name: "SembScore", profile: "rexrank", metric: "semb", tolerance: 1e-5 };
  const other = { ...semb, name: "no pack for it", metric: "radgraph-f1" };
  const none = { references: ["Clear."], candidates: ["Clear."], per_pair: [1] };
  const prove = async (changed) => {
    const per_pair = values.per_pair.map((value, at) => value + (at === 3 ? changed : 0));
    const examples = [{ ...semb, ...values, per_pair }, { ...other, ...none }];
    const text = JSON.stringify({ source: "made up", examples });
    await drop(page, zone(page), [{ name: "published.json", text }]);
    const table = page.getByRole("table", { name: "made up" });
    await table.waitFor();
    const rows = await table.locator("tbody tr").all();
    return Promise.all(rows.map((row) => row.locator("th, td").allTextContents()));
  };

  const agreed = await prove(0);
  await said("6 of 7 published values agree, 0 differ, 1 could not be computed");
  for (const [at, [what, computed, published, tolerance, verdict]] of agreed.slice(0, 6).entries()) {
    assert.equal(what, `SembScore, pair ${at + 1}`);
    assert.ok(Math.abs(Number(computed) - values.per_pair[at]) < 1e-5, `${computed} ${published}`);
    assert.equal(Number(published), values.per_pair[at]);
    assert.equal(Number(tolerance), 1e-5);
    assert.equal(verdict, "✓ agrees");
  }
  assert.match(agreed[6].at(-1), /^not computed: .*radgraph/);
  await installed(page, id).getByText("Agrees with 6 of 6 published values (made up)").waitFor();
  await assertAccessible(page);
  await screenshot(page, "models-proved");
  assert.ok((await stored(page, id))[".proof.json"] > 0);
  await page.getByRole("button", { name: "Done" }).click();

  const differing = await prove(1e-3);
  const verdicts = differing.map(([what, , , , verdict]) => `${what}: ${verdict}`);
  await said("5 of 7 published values agree, 1 differs, 1 could not be computed");
  assert.equal(verdicts[3], "SembScore, pair 4: ✗ differs");
  assert.equal(verdicts.filter((verdict) => verdict.endsWith("differs")).length, 1);
  await installed(page, id).getByText("Agrees with 5 of 6 published values").waitFor();

  // It is kept.
  await page.reload();
  await installed(page, id).getByText("Agrees with 5 of 6 published values").waitFor();
  watch.assertQuiet(origin);
});
