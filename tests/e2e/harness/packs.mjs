// Model packs and checkpoints as files: those of the repository, those that the command line
// builds, and packs as one file.
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rrgscore } from "./cli.mjs";

/** The project's own tiny checkpoints. */
export const checkpoints = join(dirname(fileURLToPath(import.meta.url)), "../../checkpoints");

const official = join(checkpoints, "../../../shared/golden/tiny_models");

/** Why the official run's tiny checkpoints cannot be used; false where they can. */
export const noOfficial = existsSync(official) ? false : "the official run's checkpoints are not here";

/**
 * A copy of the tiny checkpoints that the official code's outputs were made with, gone after the
 * test `t`. RadGraph's encoder has the vocabulary of bert-base-uncased, as in the official run.
 */
export async function officialCheckpoints(t) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-official-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of await readdir(official, { recursive: true })) {
    if ((await stat(join(official, name))).isDirectory()) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(join(official, name), join(folder, name));
  }
  const vocabulary = join(folder, "bert-base-uncased/vocab.txt");
  await copyFile(vocabulary, join(folder, "tiny-pubmedbert/vocab.txt"));
  return folder;
}

/** The id that the command line gives the pack of a checkpoint (a path below `checkpoints`). */
export async function nativeId(checkpoint, precision) {
  const folder = await mkdtemp(join(tmpdir(), "rrgscore-e2e-pack-"));
  try {
    const from = resolve(checkpoints, checkpoint);
    const args = ["packs", "build", "--from", from, "--precision", precision, "--out", folder];
    const run = await rrgscore([...args, "--no-measure"]);
    if (run.code !== 0) throw new Error(`rrgscore ended with ${run.code}: ${run.stderr}`);
    return (await manifestBelow(folder)).id;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Builds f32 packs of checkpoints (paths below `checkpoints`) as .rrgpack files in a folder, and
 * gives their paths.
 */
export async function buildPacks(names, folder) {
  const paths = [];
  for (const name of names) {
    const args = ["packs", "build", "--from", join(checkpoints, name), "--precision", "f32"];
    // SRR-BERT's tokenizer, and what its sentences are cut by, are others' to publish.
    const beside = name.startsWith("SRR") ? ["BiomedVLP-CXR-BERT-general", "punkt_tab/english"] : [];
    args.push(...beside.flatMap((other) => ["--with", join(checkpoints, other)]));
    const run = await rrgscore([...args, "--out", folder, "--single-file", "--no-measure"]);
    if (run.code !== 0) throw new Error(`rrgscore ended with ${run.code}: ${run.stderr}`);
    paths.push(run.stdout.split("\n")[0]);
  }
  return paths;
}

/**
 * Builds packs of checkpoints (paths below `checkpoints`) into a folder, and lets the site offer
 * them to a browser context, as if its operator had put them there. Gives `{ manifest, place }`
 * of each, where `place` is its folder's name.
 */
export async function offerPacks(context, names, precision, folder) {
  const offered = [];
  for (const name of names) {
    const args = ["packs", "build", "--from", join(checkpoints, name), "--precision", precision];
    const run = await rrgscore([...args, "--out", folder, "--no-measure"]);
    if (run.code !== 0) throw new Error(`rrgscore ended with ${run.code}: ${run.stderr}`);
  }
  const entries = [];
  for (const place of await readdir(folder)) {
    const manifest = JSON.parse(await readFile(join(folder, place, "pack.json"), "utf8"));
    const { id, name, purpose, precision: width, licence, files } = manifest;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    entries.push({ id, folder: place, name, purpose, precision: width, licence, bytes });
    offered.push({ manifest, place });
    await context.route(`**/packs/${place}/**`, async (route) => {
      const file = new URL(route.request().url()).pathname.split("/").pop();
      await route.fulfill({ body: await readFile(join(folder, place, file)) });
    });
  }
  await context.route("**/packs/index.json*", async (route) => {
    const index = await (await route.fetch()).json();
    await route.fulfill({ json: { ...index, packs: [...index.packs, ...entries] } });
  });
  return offered;
}

/** The one pack.json in a folder or a folder in it. */
async function manifestBelow(folder) {
  const names = await readdir(folder, { recursive: true });
  const name = names.find((path) => path.endsWith("pack.json"));
  return JSON.parse(await readFile(join(folder, name), "utf8"));
}

/** A pack's folder as a list of `{ name, bytes }`, `pack.json` first, parts in their order. */
export async function packFiles(folder) {
  const manifest = JSON.parse(await readFile(join(folder, "pack.json"), "utf8"));
  const names = ["pack.json", ...manifest.files.flatMap(({ parts }) => parts.map(({ name }) => name))];
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

/** Files as one .rrgpack: an uncompressed tar (ustar). */
export function rrgpack(files) {
  const blocks = [];
  for (const { name, bytes } of files) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        ", 148);
    header.write("0", 156);
    header.write("ustar\u000000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
