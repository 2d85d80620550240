// Makes types.d.ts of the JSON schemas that the Rust types give. In a folder with
// json-schema-to-typescript 16 installed, after
//   cargo run -q -p rrgscore-wasm --features schema --example schema -- inputs > inputs.json
//   cargo run -q -p rrgscore-wasm --features schema --example schema -- types > outputs.json
// run
//   node make_types.mjs inputs.json outputs.json > types.d.ts
// The tests of the package compile real results against the types, so that stale ones fail.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "packages.js"));
const { compile } = require("json-schema-to-typescript");

const [inputs, outputs] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const definitions = { ...outputs.definitions, ...inputs.definitions };
// A name of its own for each type, and nothing but those.
const schema = { title: "All", type: "object", definitions, additionalProperties: false };
const text = await compile(schema, "All", {
  additionalProperties: false,
  bannerComment: "",
  unreachableDefinitions: true,
});
const types = text
  .replace(/export interface All \{[^}]*\}\n/, "")
  .replaceAll(/ \* This interface was referenced by .*\n \* via the `definition` .*\n/g, "")
  .replaceAll("\n *\n */", "\n */")
  .replaceAll("/**\n */\n", "");
process.stdout.write(`// Made by make_types.mjs of the Rust types; not to be edited.

/** Called after every piece of work; \`false\` stops the run. */
export type OnProgress = (done: number, total: number) => boolean | void;
${types}`);
