// What a model has published for IU X-ray, from its button on the first view to its place in the
// published table. Cvt2distilgpt2's own scores are known: 0.2430 by the official code.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible } from "../harness/accessibility.mjs";
import { siteFolder } from "../harness/environment.mjs";
import { ready } from "../harness/models.mjs";
import { openSite, screenshot } from "../harness/page.mjs";
import { computeOnly, downloads, runToEnd, shownMean } from "../harness/scoring.mjs";

const KEY = "cvt2distilgpt2-iu-xray";

/** The sample's entry in the site's list, or why the site has none. */
async function listed() {
  const index = JSON.parse(await readFile(join(siteFolder, "data", "index.json"), "utf8"));
  const split = index.missing.find(({ name }) => name === "iu-xray-test");
  const missing = index.missing_samples.find(({ name }) => name === KEY) ?? split;
  return { sample: index.samples.find(({ reports }) => reports.name === KEY)?.reports, missing };
}

test("a real run takes its published place, and the doctor says how few texts it has", async (t) => {
  const { sample, missing } = await listed();
  const { page, watch, origin } = await openSite(t);
  await ready(page);
  if (!sample || missing) {
    await page.getByText(`${missing.title} is not part of this site`).first().waitFor();
    t.skip(`the site was built without ${missing.title}: ${missing.reason}`);
    return;
  }
  await screenshot(page, "welcome-real-sample");
  await page.locator(`#try-${KEY}`).click();
  await page.getByRole("heading", { name: "Check" }).waitFor();
  assert.equal(await page.getByRole("radio", { name: "Findings", exact: true }).isChecked(), true);
  await page.getByText(/590 of 590 studies/).first().waitFor();
  const doctor = page.getByText("There are 4 distinct predictions in 590 studies");
  await doctor.first().waitFor();
  await screenshot(page, "real-sample-checked");
  await assertAccessible(page);

  await computeOnly(page, ["bleu2"]);
  await runToEnd(page);
  assert.equal(await shownMean(page, "bleu2"), "0.2430");
  const { summary } = await downloads(page);
  assert.equal(summary.task, "findings");
  assert.equal(summary.n, 590);
  assert.equal(summary.metrics[0].mean.toFixed(4), "0.2430");
  const input = summary.inputs.find(({ role }) => role === "predictions");
  assert.equal(input.sha256, sample.sha256);
  const standing = await page.locator("article.card .standing").first().textContent();
  // In the paper's table equal to itself, on the public site just below its own 0.244.
  assert.match(standing, /Would rank 2 of 17 on IU X-ray, findings: ReXrank paper/);
  assert.match(standing, /equal to [^.]*Cvt2distilgpt2_IU/i);
  assert.match(standing, /Would rank 7 of 26 on IU X-ray, findings: Public site, 2025-09-05/);
  assert.match(standing, /Between Cvt2distilgpt2-IU \(0\.244\) and CXRMate-ED \(0\.225\); by intervals \d+ to \d+/);
  await screenshot(page, "real-sample-results");
  await assertAccessible(page);

  await page.goto(new URL("#/about", page.url()).href);
  await page.getByText("github.com/aehrc/cvt2distilgpt2, commit c9edfb5").first().waitFor();
  await page.getByText("GPL-3.0").first().waitFor();
  watch.assertQuiet(origin);
});

test("the user's own predictions are not scored as the sample's", async (t) => {
  const { sample, missing } = await listed();
  if (!sample || missing) {
    t.skip(`the site was built without ${missing.title}: ${missing.reason}`);
    return;
  }
  const { page, watch, origin } = await openSite(t);
  await ready(page);
  await page.locator(`#try-${KEY}`).click();
  await page.getByText(/590 of 590 studies/).first().waitFor();
  await page.getByRole("radio", { name: "model-a" }).check();
  await page.getByText(/40 of 40 studies/).first().waitFor();
  assert.equal(await page.getByRole("radio", { name: "Findings + impression" }).isChecked(), true);
  await page.getByRole("radio", { name: sample.title }).check();
  await page.getByText(/590 of 590 studies/).first().waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await page.locator("#try-sample").click();
  await page.getByText(/40 of 40 studies/).first().waitFor();
  assert.equal(await page.getByRole("radio", { name: "Findings + impression" }).isChecked(), true);
  watch.assertQuiet(origin);
});
