// The page's thread holds no report text but the study that is on the screen: every message that
// reaches it is recorded over a session in which the coordinator says everything that it can say,
// and every report has a word of its own.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { answerLines, greenAnswer } from "../harness/answers.mjs";
import { choose, drop } from "../harness/files.mjs";
import { openSite } from "../harness/page.mjs";
import { recordMessages, recordedMessages, startedWorkers } from "../harness/messages.mjs";
import { ready } from "../harness/models.mjs";
import { hasPack } from "../harness/reports.mjs";
import { downloads, runToEnd } from "../harness/scoring.mjs";
import { workbook } from "../harness/workbook.mjs";

const STUDIES = 60;
const CANARY = "zanzibarite";
const PROTOCOL = new URL("../../../web/src/protocol/coordinator.rs", import.meta.url);

const prediction = (at) => `No effusion. ${CANARY}p${at}x in the left lung, sentence ${at % 7}.`;
const reference = (at) => `Small effusion. ${CANARY}r${at}x in the right lung, sentence ${at % 5}.`;
const studies = (count) => Array.from({ length: count }, (_, at) => at);

/** Reports as JSON Lines, each with a word that stands nowhere else. */
function reports(count) {
  const line = (at) =>
    JSON.stringify({ id: `study-${at}`, prediction: prediction(at), reference: reference(at) });
  return `${studies(count).map(line).join("\n")}\n`;
}

/** The kinds of what the coordinator says, as the protocol lists them. */
async function kinds() {
  const source = await readFile(PROTOCOL, "utf8");
  const [, body] = /pub enum CoordinatorResponse \{\n(.*?)\n\}/s.exec(source);
  const names = [...body.matchAll(/^ {4}([A-Z]\w*)/gm)].map(([, name]) => name);
  return names.map((name) => name.replace(/\B[A-Z]/g, "_$&").toLowerCase());
}

/** Sends the coordinator a request that the page would not. */
const request = (page, body) =>
  page.evaluate((text) => {
    const { worker } = window.startedWorkers.find(({ name }) => name === "coordinator");
    worker.postMessage({ text });
  }, JSON.stringify({ id: 0, body }));

test("no message to the page holds report text but the study that is opened", async (t) => {
  const { page, watch } = await openSite(t, { init: recordMessages });
  await ready(page);
  const panel = page.locator(".panel").first();
  // A run that cannot be started, and a summary of none.
  await request(page, { start: { run: {}, columns: [], packs: [], workers: 1 } });
  await request(page, "summarize");

  // Files that cannot be read or scored, that take a while, or a reader of their own.
  await drop(page, page.locator(".drop-zone"), [
    { name: "broken.jsonl", text: `${reports(2)}{"id": "a", ${CANARY}` },
  ]);
  await page.locator(".problem").first().waitFor();
  const alone = JSON.stringify(Object.fromEntries(studies(3).map((at) => [`s${at}`, prediction(at)])));
  await drop(page, panel, [{ name: "alone.json", text: alone }]);
  await page.locator(".verdict.is-bad").waitFor();
  await drop(page, panel, [{ name: "large.jsonl", text: reports(40_000) }]);
  await page.locator(".verdict.is-good").getByText("40,000 studies").waitFor({ timeout: 120_000 });
  const sheet = workbook([["prediction", "reference"], ...studies(5).map((at) => [prediction(at), reference(at)])]);
  await drop(page, panel, [{ name: "pairs.xlsx", bytes: sheet }]);
  await page.locator(".verdict.is-good").getByText("5 studies").waitFor({ timeout: 60_000 });

  await drop(page, panel, [{ name: "pairs.jsonl", text: reports(STUDIES) }]);
  await page.locator(".verdict.is-good").getByText(`${STUDIES} studies`).waitFor();
  // What others have found in the reports.
  const graph = (at) => [
    `study-${at}`,
    { text: `${CANARY}g${at}x`, entities: { 1: { tokens: `${CANARY}e${at}x`, label: "OBS-DP", start_ix: 0, end_ix: 0, relations: [] } } },
  ];
  const graphs = JSON.stringify(Object.fromEntries(studies(STUDIES).map(graph)));
  await page.getByText("Bring annotations that you have already").click();
  await choose(page.locator("#predictions-graphs-file"), [{ name: "graphs.json", text: graphs }]);
  await page.getByText("Used once both files are there.").waitFor();
  await page.getByRole("button", { name: "Remove the annotations" }).click();
  const explanation = `${CANARY}j in an answer`;
  const answers = studies(STUDIES).map((at) => [`study-${at}`, greenAnswer({ matched: at % 3, explanation })]);
  await page.getByText(/FineRadScore and CRIMSON: bring/).click();
  await choose(page.locator("#green-answers-file"), [
    { name: "green.jsonl", text: answerLines(Object.fromEntries(answers)) },
  ]);
  await page.getByText(`${STUDIES} answers`, { exact: true }).waitFor();

  await runToEnd(page);
  await downloads(page);
  await page.locator("#filter-0").fill("study-1");
  await page.locator("#study-0").waitFor();
  // Nobody has heard of this worker.
  await request(page, { worker_stopped: { worker: 99 } });
  await page.getByText("there is no worker 99").waitFor();
  await request(page, { export_run: { form: "share", name: "a run" } });
  // No file comes with it.
  await request(page, { open_run: { number: 99 } });
  await request(page, "read_kept");
  await request(page, { sanity: { texts: [], run: {}, columns: [], packs: [], workers: 1 } });
  await page.waitForFunction(() =>
    window.recordedMessages.some((text) => text.includes('"body":{"kept"')),
  );

  const messages = await recordedMessages(page);
  const started = await startedWorkers(page);
  assert.ok(started.includes("reader") && started.includes("annotator-1"), `${started}`);
  assert.deepEqual(messages.filter((text) => text.includes(CANARY)), []);

  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference", exact: true }).waitFor();
  const opened = (await recordedMessages(page)).filter((text) => text.includes(CANARY));
  assert.equal(opened.length, 1, "the study comes in one message");
  assert.ok(opened[0].includes('"body":{"study"'));
  const words = new Set(opened[0].match(new RegExp(`${CANARY}[pr]\\d+x`, "g")));
  assert.equal(words.size, 2, `the words of one study: ${[...words]}`);

  // The page's thread has heard everything that the coordinator can say to it.
  const all = await kinds();
  assert.ok(all.length > 20, `${all}`);
  const heard = [...messages, ...opened].join("\n");
  const packs = (await hasPack("bertscore-minilm")) ? [] : ["send_pack", "model_loaded"];
  const said = (kind) => [`"body":{"${kind}"`, `"body":"${kind}"`].some((text) => heard.includes(text));
  const unheard = all.filter((kind) => !packs.includes(kind) && !said(kind));
  assert.deepEqual(unheard, [], "kinds of messages that this session has not seen");
  watch.assertNeverSent(CANARY);
});
