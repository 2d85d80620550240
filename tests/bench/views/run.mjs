// 10,000 studies in the columns of a profile that need no model, and GREEN by made-up answers, on the
// built site in Chromium: the time from a click to the frame that shows what was clicked for, view by
// view; the comparison of two such runs; and the memory.
import * as document from "../shared/document.mjs";
import { closeAll, load, memory, openPage, out, rows as studies, runs } from "../shared/site.mjs";
import { spread, table } from "../shared/tables.mjs";

/** A click is answered at once if the answer stands there within this, in ms. */
const AIM = 100;
/** All metrics of two runs are compared within this, in s. */
const COMPARED = 10;
const COLUMNS = ["bleu2-radeval", "bleu1-radeval", "bleu3-radeval", "bleu4-radeval", "rouge1", "rouge2", "rouge-l", "green-radeval"];

const { page } = await openPage();
const times = new Map();
let compared;
let held;
try {
  const before = memory();
  await page.evaluate(helpers);
  await page.evaluate(make, { studies, seed: 1 });
  await page.locator(".verdict.is-good").waitFor({ timeout: 120_000 });
  await page.getByRole("radio", { name: "radeval", exact: true }).check();
  await answers();
  await columns();
  await run();
  for (let at = 0; at < runs; at += 1) await views(at);
  held = memory() - before;
  await page.getByRole("link", { name: "Score", exact: true }).click();
  await page.locator("#fold").click();
  await page.evaluate(make, { studies, seed: 2 });
  await page.getByText("model-2.csv").first().waitFor({ timeout: 120_000 });
  await run();
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  const begun = Date.now();
  await page.locator("#compare-control:enabled").click();
  await page.locator("#compared ~ .table-scroll table").waitFor({ timeout: 600_000 });
  compared = (Date.now() - begun) / 1000;
} finally {
  await closeAll();
}
report();

/** Brings a judge's answer for each study. */
async function answers() {
  const answer = (at) =>
    `[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(a) False: ${at % 3}. y\n\n` +
    `[Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n${1 + (at % 5)}. z`;
  const line = (_, at) => JSON.stringify({ id: `study-${at}`, response: answer(at) });
  const text = Array.from({ length: studies }, line).join("\n");
  const file = { name: "answers.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(text) };
  await page.locator("#green-answers-file").setInputFiles(file);
  await page.getByText(`${studies.toLocaleString("en")} answers`, { exact: true }).waitFor({ timeout: 60_000 });
}

async function columns() {
  for (const group of await page.locator(".metrics details:has(input)").all()) {
    if ((await group.getAttribute("open")) === null) await group.locator("> summary").click();
  }
  for (const box of await page.locator(".metrics input[type=checkbox]:enabled").all()) {
    if (await box.isChecked()) await box.uncheck();
  }
  for (const id of COLUMNS) await page.locator(`#metric-${id}`).check();
}

async function run() {
  await page.locator("#run-control:enabled").filter({ hasText: /^Run$/ }).click();
  await page.getByRole("heading", { name: "Results" }).waitFor({ timeout: 600_000 });
  await page.locator("#look-2").waitFor({ timeout: 60_000 });
}

/** In the page: what times an act. */
function helpers() {
  const $ = (selector) => window.document.querySelector(selector);
  // After a frame's callbacks comes its paint; a task after that is after both.
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const chosen = (selector, at) => {
    $(selector).selectedIndex = at;
    $(selector).dispatchEvent(new Event("change", { bubbles: true }));
  };
  const said = (selector) => $(selector)?.textContent ?? "";
  const text = (part) => said(`section[aria-labelledby=look-${part}] > .table-scroll`);
  const choose = (part, at) => ({
    act: () => chosen(`#look-choice-${part}`, at),
    then: ((before) => () => text(part) !== before)(text(part)),
  });
  const typed = (value) => {
    $("#filter-1").value = value;
    $("#filter-1").dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const shown = () => said(".filter + .actions .note");
  const link = (name, heading) => ({
    act: () => [...window.document.querySelectorAll("nav a")].find((a) => a.textContent === name).click(),
    then: () => said("h1").startsWith(heading),
  });
  const all = {
    // From the best, then from the worst, and so on.
    "sort by a metric": () => ({
      act: () => window.document.querySelectorAll("#studies thead button")[2].click(),
      then: ((row) => () => said("#study-0") !== row)(said("#study-0")),
    }),
    "scroll to the last study": () => ({
      act: () => ($(".table-scroll:has(#studies)").scrollTop = 1e9),
      then: () => [...window.document.querySelectorAll("#studies tbody tr:not(.gap)")].at(-1)?.getAttribute("aria-busy") === null,
    }),
    "spread, best and worst of another metric": (at) => choose(0, 1 + (at % 4)),
    "groups by another field": (at) => choose(1, (at + 1) % 2),
    "correlation, Spearman": () => choose(2, 1),
    "correlation, Kendall": () => choose(2, 2),
    "correlation, Pearson": () => choose(2, 0),
    "studies with a word": (at) => ({
      act: () => typed(["opacity", "effusion", "spine"][at % 3]),
      then: ((before) => () => shown() !== before && said(".filter ~ .table-scroll") !== "")(shown()),
    }),
    "all studies again": () => ({ act: () => typed(""), then: ((before) => () => shown() !== before)(shown()) }),
    "open a study": () => ({ act: () => $("#study-0").click(), then: () => Boolean($("#reference-title")) }),
    "back to the run": () => link("Score", "Score reports"),
    "Compare": () => link("Compare", "Compare"),
    "Leaderboard": () => link("Leaderboard", "Leaderboard"),
    "Models": () => link("Models", "Models"),
    "About": () => link("About", "About"),
    "the run, from another view": () => link("Score", "Score reports"),
  };
  window.acts = Object.keys(all);
  window.timed = async (name, at) => {
    const { act, then } = all[name](at);
    await frame();
    const began = performance.now();
    act();
    do await frame();
    while (!then() && performance.now() - began < 20_000);
    if (!then()) throw new Error(`${name}: nothing came of it`);
    return performance.now() - began;
  };
}

/** In the page: drops pairs of made-up reports with a view and an age, as a user does. */
function make({ studies: count, seed }) {
  const sentences = [
    "The heart is normal in size.",
    "No pleural effusion or pneumothorax.",
    "Mild bibasilar atelectasis.",
    "Right lower lobe opacity may represent pneumonia.",
    "Degenerative changes of the thoracic spine.",
  ];
  let state = seed;
  const pick = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return sentences[(state >>> 16) % 5];
  };
  const rows = Array.from({ length: count }, (_, at) => {
    const reference = [0, 1, 2].map((by) => sentences[(at * (by + 3) + by) % 5]).join(" ");
    const candidate = `${pick()} ${pick()} ${pick()}`;
    return `study-${at},"${candidate}","${reference}",${["PA", "AP", "lateral"][at % 3]},${18 + (at % 73)}`;
  });
  const text = `study_id,prediction,reference,view,age\n${rows.join("\n")}\n`;
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], `model-${seed}.csv`, { type: "text/csv" }));
  // On the first view, or on the predictions of a set-up.
  const zone = window.document.querySelector(".drop-zone") ?? window.document.querySelector(".panel");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}

async function views(at) {
  for (const name of await page.evaluate(() => window.acts)) {
    const took = await page.evaluate(([act, turn]) => window.timed(act, turn), [name, at]);
    times.set(name, [...(times.get(name) ?? []), took]);
  }
}

function report() {
  const rows = [...times].map(([name, all]) => [name, spread(all)]);
  const lines = [
    `${studies.toLocaleString("en")} studies in ${COLUMNS.length} columns; ${document.machine()}; ${runs} turns through all views, begun at a load average of ${load.toFixed(1)}. From the click to the frame that shows it, in ms, aim ${AIM}; median (least–most):`,
    table(["", "ms"], rows),
    `Memory of the browser's renderers with the run and after all views, beyond what they had without files: ${held.toFixed(0)} MB. Two such runs compared, 10,000 resamples and 10,000 exchanges of every metric: ${compared.toFixed(1)} s, aim ${COMPARED}.`,
  ];
  document.write(out, "views", lines.join("\n\n"));
  for (const [name, all] of times) {
    const median = all.toSorted((a, b) => a - b)[all.length >> 1];
    if (median > AIM) console.log(`${name}: ${median.toFixed(0)} ms is longer than the aim`);
  }
  console.log(lines.join("\n\n"));
}
