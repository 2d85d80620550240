// The package in Node, where nothing can be fetched from a file: the wasm is read.
import { readFile } from "node:fs/promises";
import start from "./rrgscore.js";

export * from "./rrgscore.js";

export default async function init(wasm) {
  return start(wasm ?? { module_or_path: await readFile(new URL("rrgscore_bg.wasm", import.meta.url)) });
}
