// The tables that docs/benchmarks.md shows of the job.
import { machine } from "../shared/document.mjs";
import { median, spread, table } from "../shared/tables.mjs";
import { MODELS, estimates, loadings, phases, union } from "./phases.mjs";

const OFFICIAL = ["bertscore", "chexbert", "radgraph"];
/** Columns of both files of scores. */
const SCORES = [
  ["BERTScore", "bertscore", "bertscore"],
  ["SembScore", "semb_score", "chexbert"],
  ["RadGraph-F1", "radgraph_combined", "radgraph"],
];

/**
 * A run by model, `{ loading, scoring, memory }` each, and in all: `{ models, loading, scoring, all,
 * memory }`. Times are `{ wall, cpu }` in seconds, memory the most in MB.
 */
function measures(models, { from, to }, tree) {
  const time = (stretches) => ({
    wall: stretches.reduce((sum, one) => sum + one.to - one.from, 0) / 1000,
    cpu: stretches.reduce((sum, one) => sum + tree.cpu(one.from, one.to), 0),
  });
  const minus = (a, b) => ({ wall: a.wall - b.wall, cpu: a.cpu - b.cpu });
  const all = time([{ from, to }]);
  const scoring = time(union(models.flatMap((model) => model.scoring)));
  return {
    models: models.map(({ loading, scoring: own }) => ({
      loading: time(loading),
      scoring: time(own),
      memory: tree.memory(loading[0].from, own.at(-1).to),
    })),
    // What is no scoring is loading, and a little planning.
    loading: minus(all, scoring),
    scoring,
    all,
    memory: tree.memory(from, to),
  };
}

const pageParts = (run) => measures(phases(run), { from: run.began, to: run.ended }, run.tree);

function officialParts({ told, tree }) {
  const from = told.get("begun").at;
  let begun = from;
  const models = OFFICIAL.map((model) => {
    const [ready, done] = [told.get(`${model} loaded`).at, told.get(`${model} done`).at];
    const one = { loading: [{ from: begun, to: ready }], scoring: [{ from: ready, to: done }] };
    begun = done;
    return one;
  });
  return measures(models, { from, to: begun }, tree);
}

/** A run in one line. */
export const measured = {
  page: (run) => line(pageParts(run)),
  official: (run) => line(officialParts(run)),
};

function line({ models, all }) {
  const of = ({ loading, scoring }) => `${loading.wall.toFixed(1)} + ${scoring.wall.toFixed(1)}`;
  return `${models.map(of).join(", ")} s; in all ${all.wall.toFixed(1)} s, CPU ${all.cpu.toFixed(1)} s`;
}

/** The whole part of the document. */
export function report(results) {
  const { page, official, automatic, count, loads, version, precision, threads, runs } = results;
  const { torch, transformers } = official[0].told.get("begun");
  const kinds = [...page.keys()].sort((a, b) => a - b);
  const columns = kinds.map((workers) => ({
    title: `page, ${workers} ${workers === 1 ? "worker" : "workers"}${workers === automatic ? " (automatic)" : ""}`,
    runs: page.get(workers).map(pageParts),
  }));
  columns.push({ title: "PyTorch", runs: official.map(officialParts) });
  const entities = official[0].told.get("radgraph entities");
  return `Chromium ${version}, ${precision} packs; PyTorch ${torch} on ${threads} threads, transformers ${transformers}, \
bert-score 0.3.13, radgraph 0.1.18; ${machine()}; ${count} studies, ${runs} interleaved runs, begun at load averages of ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}. \
RadGraph finds ${entities.mean.toFixed(1)} entities in a report on average, ${entities.most} at the most; of PyTorch's first run's time with RadGraph, ${entities.inside.toFixed(0)} s were spent in the model, \
the rest in Python around it.

Wall time in s, median (least–most):

${times(columns, "wall", kinds.length)}

CPU time in s, of all processes of browser or Python:

${times(columns, "cpu", kinds.length)}

The most memory in MB, of all processes of browser or Python (proportional set sizes added up):

${memory(columns)}

One worker beside two, all of a run's scoring:

${scaling(page, results.hashes)}

From the browser's private file system to a pack that is ready, wall time in s (aim for CheXbert: below 1.5):

${loading(page, kinds)}

A worker with CheXbert's int8 pack (aim: below 200 MB): ${results.memory.heap.toFixed(0)} MB of WebAssembly memory; \
a tab with that worker alone holds ${results.memory.loaded.toFixed(0)} MB more than an empty one when the pack is loaded, \
${results.memory.settled.toFixed(0)} MB ten seconds later.

The time left as the page shows it, from a tenth of the time on, beside what was really left (aim: within 15 %):

${timeLeft(page, kinds)}

Means of the scores, and the largest difference of a study's:

${agreement(page.get(automatic)[0].csv, official[0].csv)}
`;
}

/** Times by model and part; the last column is the ratio of medians, the page's best to PyTorch. */
function times(columns, what, ours) {
  const row = (name, value) => {
    const cells = columns.map(({ runs }) => runs.map(value));
    const theirs = median(cells.at(-1));
    const ratios = cells.slice(0, ours).map((cell) => (median(cell) / theirs).toFixed(2));
    return [name, ...cells.map((cell) => spread(cell, 1)), ...ratios];
  };
  const rows = MODELS.flatMap(({ name }, at) => [
    row(`${name}, loading`, (run) => run.models[at].loading[what]),
    row(`${name}, scoring`, (run) => run.models[at].scoring[what]),
  ]);
  rows.push(row("all but scoring", (run) => run.loading[what]));
  rows.push(row("all scoring", (run) => run.scoring[what]));
  rows.push(row("all", (run) => run.all[what]));
  const titles = columns.map(({ title }) => title);
  const ratios = titles.slice(0, ours).map((title) => `${title} / PyTorch`);
  return table(["", ...titles, ...ratios], rows);
}

function memory(columns) {
  const row = (name, value) => [name, ...columns.map(({ runs }) => spread(runs.map(value)))];
  const rows = MODELS.map(({ name }, at) => row(name, (run) => run.models[at].memory));
  rows.push(row("all", (run) => run.memory));
  return table(["", ...columns.map(({ title }) => title)], rows);
}

function scaling(page, hashes) {
  const one = page.get(1);
  const two = page.get(2);
  if (!one || !two) return "The page took neither one nor two workers of itself: not compared.";
  const value = (runs, of) => runs.map(pageParts).map(of);
  const row = (name, of) => {
    const [a, b] = [median(value(one, of)), median(value(two, of))];
    return [name, a.toFixed(1), b.toFixed(1), (a / b).toFixed(2)];
  };
  const rows = MODELS.map(({ name }, at) => row(name, (run) => run.models[at].scoring.wall));
  rows.push(row("all scoring", (run) => run.scoring.wall));
  rows.push(row("all", (run) => run.all.wall));
  const equal = hashes.size === 1 ? "equal to the bit in all runs" : `of ${hashes.size} kinds: NOT equal`;
  const head = ["", "one, s", "two, s", "one / two (aim 1.85)"];
  return `${table(head, rows)}\n\nThe files of scores are ${equal}.`;
}

function loading(page, kinds) {
  const rows = MODELS.map(({ pack, name }) => [
    name,
    ...kinds.map((workers) => {
      const all = page.get(workers).flatMap(({ log }) => loadings(log.events));
      const mine = all.filter((one) => one.pack === pack);
      return spread(mine.map(({ asked, ready }) => (ready - asked) / 1000), 2);
    }),
  ]);
  return table(["", ...kinds.map((workers) => `${workers} at a time`)], rows);
}

function timeLeft(page, kinds) {
  const rows = [];
  for (const workers of kinds) {
    const all = page.get(workers).flatMap(estimates);
    for (const column of new Set(all.map((one) => one.column))) {
      const looks = all.filter((one) => one.column === column);
      const told = looks.filter(({ shown }) => shown !== undefined);
      const silent = String(looks.length - told.length);
      if (told.length === 0) {
        rows.push([String(workers), column, "0", silent, "–", "–"]);
        continue;
      }
      const worst = told.reduce((a, b) => (Math.abs(b.share) > Math.abs(a.share) ? b : a));
      const shares = told.map(({ share }) => 100 * Math.abs(share));
      rows.push([
        String(workers),
        column,
        String(told.length),
        silent,
        `${median(shares).toFixed(0)} %`,
        `${(100 * worst.share).toFixed(0)} % (${worst.shown} s shown, ${worst.left.toFixed(0)} s left)`,
      ]);
    }
  }
  return table(["workers", "line", "looks", "without a time", "error, median", "worst"], rows);
}

/** Both files of scores, study by study. */
function agreement(ours, theirs) {
  const read = (csv) => {
    const [head, ...lines] = csv.trimEnd().split(/\r?\n/).map((text) => text.split(","));
    return (column) => lines.map((cells) => Number(cells[head.indexOf(column)]));
  };
  const [page, official] = [read(ours), read(theirs)];
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const rows = SCORES.map(([name, our, their]) => {
    const [a, b] = [page(our), official(their)];
    const farthest = Math.max(...a.map((value, at) => Math.abs(value - b[at])));
    return [name, mean(a).toFixed(4), mean(b).toFixed(4), farthest.toFixed(4)];
  });
  return table(["", "page", "PyTorch, f32", "largest difference"], rows);
}
