// CPU time and memory of a program with all processes below it; Linux only.
import { readFileSync, readdirSync } from "node:fs";

/** The kernel's clock ticks in a second, as /proc counts (USER_HZ). */
const TICKS = 100;

/** Samples of CPU time to one of memory: the kernel walks through all of a process's pages for that. */
const SPARSE = 16;

/** What processes used, `{ at, cpu, memory }` at moments in milliseconds since 1970. */
export class Samples {
  constructor(list = []) {
    this.list = list;
  }

  toJSON() {
    return this.list;
  }

  /** CPU seconds from one moment to another (milliseconds since 1970). */
  cpu(from, to) {
    return this.#usedAt(to) - this.#usedAt(from);
  }

  /** The most memory from one moment to another in MB: proportional set sizes added up. */
  memory(from, to) {
    const inside = this.list.filter(({ at }) => at >= from && at <= to);
    return Math.max(...inside.map(({ memory }) => memory));
  }

  /** CPU seconds used until a moment: between two samples, in proportion. */
  #usedAt(moment) {
    const after = this.list.findIndex(({ at }) => at >= moment);
    if (after <= 0) return (after < 0 ? this.list.at(-1) : this.list[0]).cpu;
    const [a, b] = [this.list[after - 1], this.list[after]];
    return a.cpu + ((b.cpu - a.cpu) * (moment - a.at)) / (b.at - a.at);
  }
}

/** A process and all below it, sampled at an interval from now until `stop()`. */
export class Tree extends Samples {
  #root;
  #used = new Map();
  #timer;

  constructor(root, interval = 250) {
    super();
    this.#root = String(root);
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), interval);
  }

  /** Ends the sampling with a last sample. */
  stop() {
    clearInterval(this.#timer);
    this.#sample();
  }

  #sample() {
    const at = Date.now();
    const pids = below(this.#root);
    for (const { pid, ticks } of pids) this.#used.set(pid, ticks);
    // A process that has ended keeps what it had used when it was last seen.
    const cpu = [...this.#used.values()].reduce((sum, ticks) => sum + ticks, 0) / TICKS;
    const due = this.list.length % SPARSE === 0;
    const memory = due ? pids.reduce((sum, { pid }) => sum + proportional(pid), 0) : 0;
    this.list.push({ at, cpu, memory });
  }
}

/** Proportional set size of a process in MB; 0 when it has ended. */
export function proportional(pid) {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return kilobytes ? (Number(kilobytes[1]) * 1024) / 1e6 : 0;
}

/** A process and those below it: `{ pid, ticks, command }`. */
export function below(root) {
  const all = new Map();
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
    // The name in parentheses may hold spaces; what follows is counted from the third field on.
    const fields = read(`/proc/${pid}/stat`).split(") ").pop().split(" ");
    if (fields.length > 12) {
      all.set(pid, { parent: fields[1], ticks: Number(fields[11]) + Number(fields[12]) });
    }
  }
  const isBelow = (pid) => pid === String(root) || (all.has(pid) && isBelow(all.get(pid).parent));
  return [...all].filter(([pid]) => isBelow(pid)).map(([pid, { ticks }]) => ({ pid, ticks }));
}

/** The renderers below a browser's process. */
export function renderers(browser) {
  const is = ({ pid }) => read(`/proc/${pid}/cmdline`).includes("--type=renderer");
  return below(browser).filter(is).map(({ pid }) => pid);
}

/** The process of the browser that has a profile in this folder. */
export function browserOf(profile) {
  const found = list("/proc").find((pid) => {
    const command = /^\d+$/.test(pid) ? read(`/proc/${pid}/cmdline`) : "";
    return command.includes(`--user-data-dir=${profile}`) && !command.includes("--type=");
  });
  if (!found) throw new Error("the browser's process was not found");
  return found;
}

/** Nanoseconds that the threads of a browser's renderers have run. */
export function rendererNanoseconds(browser) {
  let total = 0;
  for (const pid of renderers(browser)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      total += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
    }
  }
  return total;
}

// A process or thread may end while it is looked at.
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
