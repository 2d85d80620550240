// One door: the same inputs give the same bytes of scores.csv, summary.json, labels.csv and
// judgements.csv on the command line, by the npm package in Node, by the Python package, by the
// coordinator natively, and in the page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { answerLines, fineradscoreAnswer, greenAnswer } from "../harness/answers.mjs";
import { buildPacks } from "../harness/packs.mjs";
import { pairList, predictionsFor, split } from "../harness/reports.mjs";
import { runButton } from "../harness/scoring.mjs";
import { byCommandLine, byCoordinator, byPackage, byPage, byPython, folderFor } from "../harness/skins.mjs";

const samples = new URL("../../../crates/data/samples/", import.meta.url);
const sample = async (name) => ({ name, text: await readFile(new URL(name, samples), "utf8") });
const modelA = await sample("model-a.json");
const references = await sample("sample-split.json");
const ids = Object.keys(JSON.parse(modelA.text));

/** Asserts that what a skin gave is what the command line gave. */
function assertSame(ours, expected, skin) {
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(expected).sort(), `files of ${skin}`);
  for (const [name, text] of Object.entries(expected)) {
    assert.equal(ours[name], text, `${name} of ${skin}`);
  }
}

/** Runs a scenario in every skin. */
async function everywhere(t, scenario) {
  const expected = await byCommandLine(t, scenario);
  assert.ok(expected["scores.csv"].split("\n").length > 2, "something is scored");
  assertSame(await byPackage(scenario), expected, "the npm package");
  const inPython = await byPython(t, scenario);
  if (inPython) assertSame(inPython, expected, "the Python package");
  assertSame(await byCoordinator(t, scenario), expected, "the coordinator");
  assertSame(await byPage(t, scenario), expected, "the page");
  return expected;
}

/** Annotations in the official form, made up of a report's words. */
function annotated(reports) {
  const annotate = (text) => {
    const entities = {};
    text.split(" ").forEach((tokens, at) => {
      if (at % 3 !== 0) return;
      const label = at % 2 === 0 ? "OBS-DP" : "ANAT-DP";
      entities[at + 1] = { tokens, label, start_ix: at, end_ix: at, relations: [] };
    });
    return { text, entities, data_source: null, data_split: "inference" };
  };
  const all = Object.entries(reports).map(([id, text]) => [id, annotate(text)]);
  return JSON.stringify(Object.fromEntries(all));
}

test("the sample, both tasks", async (t) => {
  for (const task of ["report", "findings"]) {
    await everywhere(t, {
      predictions: modelA, references, request: { task, metrics: ["bleu2"] },
    });
  }
});

test("missing predictions, scored as empty and excluded", async (t) => {
  const records = JSON.parse(modelA.text);
  delete records[ids[3]];
  records[ids[5]].model_prediction = "";
  const predictions = { name: "gaps.json", text: JSON.stringify(records) };
  for (const missing of ["empty", "exclude"]) {
    await everywhere(t, {
      predictions, references, request: { missing, metrics: ["bleu2"] },
    });
  }
});

test("a pair list, both profiles", async (t) => {
  const predictions = { name: "pairs.jsonl", text: pairList(30) };
  await everywhere(t, { predictions, request: { metrics: ["bleu2"] } });
  await everywhere(t, {
    predictions, request: { profile: "radeval", metrics: ["bleu2-radeval"] },
  });
});

test("the IU X-ray split", async (t) => {
  const studies = await split("iu-xray-test");
  if (!studies) return t.skip("the site was built without the IU X-ray split");
  await everywhere(t, {
    predictions: { name: "model.json", text: predictionsFor(studies) },
    references: { name: "references.json", text: JSON.stringify(studies) },
    request: { task: "findings", metrics: ["bleu2"] },
  });
});

test("annotations that the user brings", async (t) => {
  const records = JSON.parse(modelA.text);
  const reports = JSON.parse(references.text);
  const texts = (all, field) =>
    Object.fromEntries(Object.entries(all).map(([id, record]) => [id, record[field]]));
  await everywhere(t, {
    predictions: modelA,
    references,
    annotations: [
      { name: "predictions.json", text: annotated(texts(records, "model_prediction")) },
      { name: "references.json", text: annotated(texts(reports, "report")) },
    ],
    request: { metrics: ["bleu2", "radgraph-f1"] },
  });
});

test("judges' answers", async (t) => {
  const green = {};
  const fine = {};
  ids.forEach((id, at) => {
    green[id] = greenAnswer({ significant: [at % 2, at % 3, 0, 0, 0, 0], matched: at % 4 });
    fine[id] = fineradscoreAnswer(at % 6 === 0 ? [] : [["0", "Mild.", 1 + (at % 4)]]);
  });
  green[ids[1]] = "Not in the form that was asked for.";
  const expected = await everywhere(t, {
    predictions: modelA,
    references,
    answers: {
      green: { name: "green.jsonl", text: answerLines(green) },
      fineradscore: { name: "fineradscore.jsonl", text: answerLines(fine) },
    },
    request: { metrics: ["bleu2", "green", "fineradscore"] },
  });
  assert.ok(expected["judgements.csv"], "judgements.csv comes with answers");
});

test("all packs; cancelled and gone on with", async (t) => {
  const folder = await folderFor(t, "built");
  const packs = await buildPacks(
    ["chexbert.pth", "radgraph.tar.gz", "distilroberta-base", "RaTE-NER-Deberta", "BioLORD-2023-C"],
    folder,
  );
  const scenario = {
    predictions: modelA,
    references,
    packs,
    request: {
      // RadCliQ brings its four columns along.
      metrics: ["radcliq-v1", "bertscore-idf", "ratescore"],
    },
  };
  const expected = await everywhere(t, scenario);
  assert.ok(expected["labels.csv"], "labels.csv comes with SembScore");
  assertSame(await byPackage(scenario, { stopAfter: 3 }), expected, "the resumed npm package");
  const midway = async (page) => {
    await page.locator("#run-control:enabled").filter({ hasText: "Run" }).waitFor();
    await runButton(page).click();
    await page.locator(".progress-row .progress-facts").filter({ hasText: /^[1-9]/ }).first().waitFor();
    await runButton(page).click();
    await page.locator("#run-control:enabled").filter({ hasText: "Resume" }).waitFor();
  };
  assertSame(await byPage(t, scenario, { midway }), expected, "the resumed page");
});
