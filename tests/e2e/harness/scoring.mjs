// The first view, worked as a user works it.
import { download, drop } from "./files.mjs";

/** The button that begins and cancels a run. */
export const runButton = (page) => page.locator("#run-control");

/** Opens the set-up, which a finished run folds into one line. */
export async function openSetup(page) {
  const fold = page.locator("#fold[aria-expanded=false]");
  if (await fold.count()) await fold.click();
}

/** Drops a predictions file on the first view and waits until it is recognised and checked. */
export async function dropPredictions(page, file) {
  await drop(page, page.locator(".drop-zone"), [file]);
  await page.getByRole("heading", { name: "Check" }).waitFor();
}

/** Chooses the references by the words beside the radio button. */
export async function chooseReferences(page, label) {
  await openSetup(page);
  await page.getByRole("radio", { name: label }).check();
}

/** Takes the ticks off all columns but those of these ids. */
export async function computeOnly(page, ids) {
  await openSetup(page);
  const ticked = page.locator(".metrics input[type=checkbox]:checked");
  const found = await ticked.evaluateAll((boxes) => boxes.map((box) => box.id));
  // What is combined of a column goes with it, so that a box may be empty when its turn comes.
  for (const id of found.filter((box) => !ids.includes(box.replace("metric-", "")))) {
    await page.locator(`[id="${id}"]`).uncheck();
  }
}

/** Computes these columns alone, by the ids of their metrics, variants among them. */
export async function chooseColumns(page, ids) {
  await openSetup(page);
  for (const group of await page.locator(".metrics details:has(input)").all()) {
    if ((await group.getAttribute("open")) === null) await group.locator("> summary").click();
  }
  const boxes = page.locator(".metrics input[type=checkbox]:enabled");
  for (const box of await boxes.all()) {
    if (await box.isChecked()) await box.uncheck();
  }
  for (const id of ids) await page.locator(`#metric-${id}`).check();
}

/** Waits until a run can begin or go on, begins it, and waits for its results. */
export async function runToEnd(page, { timeout = 240_000 } = {}) {
  await openSetup(page);
  await page.locator("#run-control:enabled").filter({ hasText: /^(Run|Resume)$/ }).waitFor({ timeout });
  await runButton(page).click();
  // A run that is over folds the set-up away, and the button with it.
  await page.locator("#fold[aria-expanded=false]").waitFor({ timeout });
  await page.getByRole("heading", { name: "Results" }).waitFor();
}

/** The mean that the card of a metric shows, as text. */
export async function shownMean(page, metric) {
  const card = page.locator("article.card", { has: page.locator(`#result-${metric}`) });
  return (await card.locator(".mean .value").textContent()).trim();
}

/** Downloads scores.csv and summary.json: `{ csv, summary }`. */
export async function downloads(page) {
  const csv = await download(page, () => page.getByRole("button", { name: /scores\.csv/ }).click());
  const json = await download(page, () =>
    page.getByRole("button", { name: /summary\.json/ }).click(),
  );
  return { csv: csv.text, summary: JSON.parse(json.text) };
}
