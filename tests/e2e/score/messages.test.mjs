// The page's thread holds no report text but the study that is on the screen: every message that
// reaches it over a whole run is recorded, and every report has a word of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSite } from "../harness/page.mjs";
import { recordMessages, recordedMessages, startedWorkers } from "../harness/messages.mjs";
import { downloads, dropPredictions, runToEnd } from "../harness/scoring.mjs";

const STUDIES = 60;
const CANARY = "zanzibarite";

/** Reports as JSON Lines, each with a word that stands nowhere else. */
function reports() {
  const line = (at) =>
    JSON.stringify({
      id: `study-${at}`,
      prediction: `No effusion. ${CANARY}p${at}x in the left lung, sentence ${at % 7}.`,
      reference: `Small effusion. ${CANARY}r${at}x in the right lung, sentence ${at % 5}.`,
    });
  return `${Array.from({ length: STUDIES }, (_, at) => line(at)).join("\n")}\n`;
}

test("no message to the page holds report text but the study that is opened", async (t) => {
  const { page, watch, origin } = await openSite(t, { init: recordMessages });
  await dropPredictions(page, { name: "pairs.jsonl", text: reports() });
  await runToEnd(page);
  await downloads(page);
  await page.locator("#study-filter").fill("study-1");
  await page.locator("#study-0").waitFor();

  const messages = await recordedMessages(page);
  // The recording records: files were read, and rows of the table came.
  assert.ok(messages.some((text) => text.includes('"response":"opened"')));
  assert.ok(messages.some((text) => text.includes('"response":"rows"')));
  const started = await startedWorkers(page);
  assert.ok(started.includes("coordinator") && started.includes("annotator-1"), `${started}`);
  assert.deepEqual(messages.filter((text) => text.includes(CANARY)), []);

  await page.locator("#study-0").click();
  await page.getByRole("heading", { name: "Reference" }).waitFor();
  const opened = (await recordedMessages(page)).filter((text) => text.includes(CANARY));
  assert.equal(opened.length, 1, "the study comes in one message");
  assert.ok(opened[0].includes('"response":"study"'));
  const words = new Set(opened[0].match(new RegExp(`${CANARY}[pr]\\d+x`, "g")));
  assert.equal(words.size, 2, `the words of one study: ${[...words]}`);
  watch.assertQuiet(origin);
});
