// A worker that panics says where, never what; the run goes on, or the page says what is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drop } from "../harness/files.mjs";
import { makePanic, recordMessages, startedWorkers } from "../harness/messages.mjs";
import { openSite } from "../harness/page.mjs";
import { pairList, rows } from "../harness/reports.mjs";
import { downloads, dropPredictions, runButton } from "../harness/scoring.mjs";
import { workbook } from "../harness/workbook.mjs";

const STUDIES = 3000;
const PLACE = /stopped at .*web\/src\/worker\/start\.rs:\d+$/;

test("an annotator that panics in a run is replaced under its name, and nothing is lost", async (t) => {
  const { page, watch, origin } = await openSite(t, { init: recordMessages });
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(STUDIES) });
  await page.locator("#run-control:enabled").filter({ hasText: /^Run$/ }).waitFor();
  await runButton(page).click();
  await page.locator(".progress-row").first().waitFor();
  await page.waitForFunction(() =>
    window.startedWorkers.some(({ name }) => name === "annotator-1"),
  );
  await makePanic(page, "annotator-1");
  await page.getByRole("heading", { name: "Results" }).waitFor({ timeout: 240_000 });

  const { csv, summary } = await downloads(page);
  assert.equal(summary.complete, true);
  assert.equal(rows(csv).length, STUDIES);
  const annotators = (await startedWorkers(page)).filter((name) => name === "annotator-1");
  assert.equal(annotators.length, 2, "one took the place of the other");
  const [panic, ...others] = watch.complaints;
  assert.match(panic, PLACE);
  assert.match(panic, /annotator-1/);
  assert.deepEqual(others, []);
  assert.deepEqual(watch.foreign(origin), []);
});

test("when the coordinator panics the page says so and begins anew", async (t) => {
  const { page, watch } = await openSite(t, { init: recordMessages });
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(5) });
  await makePanic(page, "coordinator");
  await page.getByText("The part of the page that holds the reports stopped").waitFor();
  assert.match(watch.complaints[0], PLACE);
  assert.match(watch.complaints[0], /coordinator/);
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(5) });
  await page.locator("#run-control:enabled").waitFor();
});

test("when a reader stops the page says so, and what was open stays", async (t) => {
  const { page } = await openSite(t, { init: recordMessages });
  await dropPredictions(page, { name: "pairs.jsonl", text: pairList(5) });
  // The reader is told nothing, so that it is still there when it stops.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    const isReader = (worker) =>
      window.startedWorkers.some((one) => one.name === "reader" && one.worker === worker);
    Worker.prototype.postMessage = function (...message) {
      if (!isReader(this)) post.apply(this, message);
    };
  });
  const sheet = workbook([["prediction", "reference"], ["no effusion", "effusion"]]);
  await drop(page, page.locator(".panel").first(), [{ name: "pairs.xlsx", bytes: sheet }]);
  await page.getByText("A file is still being read.").waitFor();
  await page.waitForFunction(() => window.startedWorkers.some(({ name }) => name === "reader"));
  await page.evaluate(() => {
    const { worker } = window.startedWorkers.find(({ name }) => name === "reader");
    worker.dispatchEvent(new Event("error", { cancelable: true }));
  });
  await page.locator(".problem").getByText("pairs.xlsx could not be read: the reader stopped").waitFor();
  await page.locator("#run-control:enabled").waitFor();
  await page.locator(".recognised").getByText("pairs.jsonl").waitFor();
});
