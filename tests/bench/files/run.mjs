// Drops a file of a million rows on the built site in Chromium, and measures how long it is read and
// checked, for how long the page's own thread does not answer meanwhile, and the memory that it takes.
import * as document from "../shared/document.mjs";
import { closeAll, load, memory, openPage, out, rows, runs } from "../shared/site.mjs";
import { spread, table } from "../shared/tables.mjs";

/** A pause longer than this is felt. */
const AIM = 100;

const measured = [];
try {
  for (let run = 0; run < runs; run += 1) measured.push(await measure());
} finally {
  await closeAll();
}
report();

async function measure() {
  const { page, close } = await openPage();
  const bytes = await page.evaluate(make, rows);
  const before = memory();
  await page.evaluate(watch);
  const began = Date.now();
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, memory())), 500);
  await page.evaluate(dropped);
  await page.locator(".verdict.is-good").waitFor({ timeout: 600_000 });
  const seconds = (Date.now() - began) / 1000;
  clearInterval(timer);
  const { longest, tasks } = await page.evaluate(() => window.watched);
  await close();
  const found = { bytes, seconds, longest, tasks, memory: most - before };
  console.log(JSON.stringify(found));
  return found;
}

/** In the page: a file of pairs of made-up reports, kept to be dropped. Gives its size. */
function make(count) {
  const sentences = [
    "The heart is normal in size.",
    "No pleural effusion or pneumothorax.",
    "Mild bibasilar atelectasis.",
    "Right lower lobe opacity may represent pneumonia.",
    "Degenerative changes of the thoracic spine.",
  ];
  const text = (at) => `${sentences[at % 5]} ${sentences[(at >> 3) % 5]} Study ${at} of a made-up list.`;
  const parts = ["study_id,prediction,reference\n"];
  for (let at = 0; at < count; at += 1000) {
    let part = "";
    for (let row = at; row < Math.min(at + 1000, count); row += 1) {
      part += `study-${row},"${text(row)}","${text(row + 7)}"\n`;
    }
    parts.push(part);
  }
  window.file = new File(parts, "million.csv", { type: "text/csv" });
  return window.file.size;
}

/** In the page: notes how long its thread does not answer. */
function watch() {
  window.watched = { longest: 0, tasks: 0 };
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    window.watched.longest = Math.max(window.watched.longest, now - last);
    last = now;
    setTimeout(tick, 5);
  };
  tick();
  new PerformanceObserver((list) => (window.watched.tasks += list.getEntries().length)).observe({
    entryTypes: ["longtask"],
  });
}

/** In the page: drops the file, as a user does. */
function dropped() {
  const transfer = new DataTransfer();
  transfer.items.add(window.file);
  const zone = window.document.querySelector(".drop-zone");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
    zone.dispatchEvent(event);
  }
}

function report() {
  const all = (what) => measured.map((one) => one[what]);
  const size = (measured[0].bytes / 1e6).toFixed(0);
  const lines = [
    `${rows.toLocaleString("en")} rows, ${size} MB of CSV; ${document.machine()}; ${runs} runs, begun at a load average of ${load.toFixed(1)}. Median (least–most):`,
    table(
      ["", "of the page", "aim"],
      [
        ["from the drop to the doctor's verdict, s", spread(all("seconds"), 1), ""],
        ["longest time in which the page's thread does not answer, ms", spread(all("longest")), `${AIM}`],
        ["tasks of that thread longer than 50 ms", spread(all("tasks")), ""],
        ["memory of the browser's renderers beyond what they had before the drop, MB", spread(all("memory")), ""],
      ],
    ),
  ];
  document.write(out, "files", lines.join("\n\n"));
  const longest = Math.max(...all("longest"));
  if (longest > AIM) console.log(`a pause of ${longest.toFixed(0)} ms is longer than the aim, ${AIM} ms`);
}
