// Reports to score: made from the site's own splits, or synthetic where there are none.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { siteFolder } from "./environment.mjs";

/** The named split of the built site as parsed JSON, or null when the site was built without. */
export async function split(name) {
  const index = JSON.parse(await readFile(join(siteFolder, "data", "index.json"), "utf8"));
  const entry = index.splits.find((known) => known.name === name);
  return entry ? JSON.parse(await readFile(join(siteFolder, "data", entry.file), "utf8")) : null;
}

/** Whether the built site brings a pack of that use. */
export async function hasPack(use) {
  const index = JSON.parse(await readFile(join(siteFolder, "packs", "index.json"), "utf8"));
  return index.packs.some((pack) => pack.purpose === use);
}

/**
 * A ReXrank-format predictions file for a split: each study gets the report of another study of
 * the same split with some words dropped, so that scores are spread. The same on every call.
 */
export function predictionsFor(references) {
  const ids = Object.keys(references);
  const predictions = {};
  ids.forEach((id, at) => {
    const donor = references[ids[(at * 7 + 3) % ids.length]];
    const mine = references[id];
    const words = (at % 3 === 0 ? mine : donor).report.split(" ");
    predictions[id] = {
      model_prediction: words.filter((_, place) => (place + at) % 11 !== 5).join(" "),
    };
  });
  return JSON.stringify(predictions);
}

const FINDINGS = [
  "The heart is normal in size.",
  "No pleural effusion or pneumothorax.",
  "Mild bibasilar atelectasis.",
  "Right lower lobe opacity may represent pneumonia.",
  "Degenerative changes of the thoracic spine.",
  "The lungs are clear.",
  "Stable cardiomegaly with pulmonary vascular congestion.",
];

/** A pair list of synthetic reports as JSON Lines, `count` lines. */
export function pairList(count) {
  const sentence = (seed) => FINDINGS[(seed * 5 + (seed >> 3)) % FINDINGS.length];
  const lines = [];
  for (let at = 0; at < count; at += 1) {
    const reference = [0, 1, 2, 3].map((k) => sentence(at * 3 + k)).join(" ");
    const candidate = [0, 1, 2].map((k) => sentence(at * 4 + k * (1 + (at % 2)))).join(" ");
    lines.push(JSON.stringify({ id: `study-${at}`, prediction: candidate, reference }));
  }
  return `${lines.join("\n")}\n`;
}

/** Rows of a scores.csv without quoted fields: `{ study_id, column: text }`. */
export function rows(csv) {
  const [head, ...lines] = csv.trimEnd().split(/\r?\n/).map((line) => line.split(","));
  return lines.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at]])));
}
