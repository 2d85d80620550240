// axe over a page.
import assert from "node:assert/strict";
import { axeSource } from "./environment.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Asserts that axe finds no violation in the page as it stands. */
export async function assertAccessible(page) {
  // The policy allows no script of ours in the page; what the debugger evaluates is exempt.
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    async (values) => (await globalThis.axe.run({ runOnly: { type: "tag", values } })).violations,
    RULES,
  );
  const lines = found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 120)}`),
  );
  assert.deepEqual(lines, [], "accessibility violations");
}
