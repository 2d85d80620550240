// CPU time of the browser's renderers, which the load of others does not lengthen.
import { readFileSync, readdirSync } from "node:fs";

/** Nanoseconds that the threads of all renderers below a process have run; Linux only. */
export function cpuNanoseconds(browserPid) {
  let total = 0;
  for (const pid of renderers(browserPid)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      total += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
    }
  }
  return total;
}

function renderers(browserPid) {
  const parents = new Map();
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
    // The name in parentheses may hold spaces; the parent is the second field after it.
    const parent = read(`/proc/${pid}/stat`).split(") ").pop().split(" ")[1];
    parents.set(pid, parent);
  }
  const below = (pid) => pid === String(browserPid) || (parents.has(pid) && below(parents.get(pid)));
  return [...parents.keys()].filter(
    (pid) => below(pid) && read(`/proc/${pid}/cmdline`).includes("--type=renderer"),
  );
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
