// A machine and a world for the browser: two network namespaces with a cable between them. All that
// leaves the browser's is recorded, packet by packet; whoever it calls in the world is there.
import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { profile } from "./browser.mjs";
import { chromium } from "./environment.mjs";

const isRoot = process.getuid?.() === 0;
const RECORDER = fileURLToPath(new URL("wire.py", import.meta.url));
const APART = isRoot ? ["-n"] : ["-Ur", "-n"];
const CABLE = "link add browser type veth peer name world".split(" ");

/** A host of the world, which answers. */
export const FOREIGN = "203.0.113.7";

// The browser's maker's hosts: what the browser itself asks for is no traffic of the page. Its
// prediction of connections stays on, because a page can use that to send.
const FLAGS = ["--host-resolver-rules=MAP *.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND"];

/** Why this machine can make no such namespaces; false where it can. */
export const noWire = (() => {
  const made = spawnSync("unshare", [...APART, "ip", ...CABLE]);
  if (made.status !== 0) return "this machine makes no network namespaces";
  return spawnSync("python3", ["--version"]).status === 0 ? false : "there is no python3";
})();

/** The first line that a process prints. */
const firstLine = (child) =>
  new Promise((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`)));
  });

/** A namespace: `run` waits for a program in it, `start` does not. */
async function namespace(children, within) {
  const hold = [...(within ? ["-n"] : APART), "sh", "-c", "echo up; exec sleep 3600"];
  const command = within ? [within.enter, "unshare", ...hold] : ["unshare", ...hold];
  const [program, ...args] = command.flat();
  const holder = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(holder);
  await firstLine(holder);
  const user = isRoot ? [] : ["-U", "--preserve-credentials"];
  const enter = ["nsenter", "-t", `${holder.pid}`, ...user, "-n", "--"];
  return {
    pid: holder.pid,
    enter,
    run(...words) {
      const { status, stderr } = spawnSync(enter[0], [...enter.slice(1), ...words]);
      if (status !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
    },
    start(...words) {
      const child = spawn(enter[0], [...enter.slice(1), ...words], { stdio: ["ignore", "pipe", "ignore"] });
      children.push(child);
      return child;
    },
  };
}

/**
 * Opens both for the time of a test: `{ context, serve, serveForeign, packets, bytes }`.
 *
 * `context` is the browser's, to be given to openSite.
 *
 * `serve(folder)` serves a folder on the browser's machine and gives its address, `serveForeign` on
 * the host `FOREIGN`; `packets(from)` are those since a time (`Date.now()`) that open a connection
 * or carry something, one line each, `bytes(from)` all that they carry, a letter per byte.
 */
export async function openWire(t) {
  const children = [];
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-wire-"));
  let context;
  t.after(async () => {
    await context?.close();
    for (const child of children.reverse()) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  const machine = await namespace(children);
  const world = await namespace(children, machine);
  machine.run("ip", ...CABLE);
  machine.run("ip", "link", "set", "world", "netns", `${world.pid}`);
  for (const [side, name, words] of [
    [machine, "browser", "addr add 198.51.100.1/24"],
    [world, "world", "addr add 198.51.100.2/24"],
  ]) {
    side.run("ip", ...words.split(" "), "dev", name);
    for (const device of ["lo", name]) side.run("ip", "link", "set", device, "up");
  }
  machine.run("ip", "route", "add", "default", "via", "198.51.100.2");
  world.run("ip", "route", "add", "local", `${FOREIGN}/32`, "dev", "lo");

  const recorded = [];
  const recorder = machine.start("python3", RECORDER);
  await firstLine(recorder);
  createInterface(recorder.stdout).on("line", (line) => recorded.push(JSON.parse(line)));

  const program = join(folder, "browser");
  await writeFile(program, `#!/bin/sh\nexec ${machine.enter.join(" ")} ${chromium} "$@"\n`);
  await chmod(program, 0o700);

  const serve = async (side, site) => {
    const server = side.start("python3", "-u", "-m", "http.server", "--bind", "0.0.0.0", "--directory", site, "0");
    return /port (\d+)/.exec(await firstLine(server))[1];
  };
  const sent = (from) => recorded.filter(({ at, syn, protocol, data }) => at >= from && (syn || protocol === "udp" || data !== ""));
  const text = ({ data }) => Buffer.from(data, "base64").toString("latin1");
  context = await profile(program, join(folder, "profile"), FLAGS);
  return {
    context,
    serve: async (site) => `http://127.0.0.1:${await serve(machine, site)}/`,
    serveForeign: async (site) => `${FOREIGN}:${await serve(world, site)}`,
    packets: (from) =>
      sent(from).map((one) => `${one.protocol} to ${one.to}:${one.port}${one.syn ? ", opening" : ""}: ${text(one).slice(0, 80)}`),
    bytes: (from) => sent(from).map(text).join("\n"),
  };
}
