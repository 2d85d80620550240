// A judge's invented answers, in the form that the prompts ask for.

const CATEGORIES = [
  "False report of a finding in the candidate",
  "Missing a finding present in the reference",
  "Misidentification of a finding's anatomic location/position",
  "Misassessment of the severity of a finding",
  "Mentioning a comparison that isn't in the reference",
  "Omitting a comparison detailing a change from a prior study",
];
const SEVERITIES = [
  "Not actionable",
  "Actionable nonurgent error",
  "Urgent error",
  "Emergent error",
];

/** Lines of `{ id, response }`. */
export const answerLines = (answers) =>
  Object.entries(answers)
    .map(([id, response]) => `${JSON.stringify({ id, response })}\n`)
    .join("");

/** GREEN's answer with these significant errors, (a) to (f), and this many matched findings. */
export function greenAnswer({ significant = [0, 0, 0, 0, 0, 0], matched = 0, explanation = "As told." }) {
  const lines = significant
    .map((count, at) => {
      const words = Array.from({ length: count }, (_, n) => ` error ${"abcdef"[at]}${n + 1}`);
      return `(${"abcdef"[at]}) ${CATEGORIES[at]}: ${count}.${words.join(";")}`;
    })
    .join("\n");
  const found = Array.from({ length: matched }, (_, n) => `finding ${n + 1}`).join("; ");
  return (
    `[Explanation]:\n${explanation}\n\n[Clinically Significant Errors]:\n${lines}\n\n` +
    `[Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n${matched}. ${found}`
  );
}

/** FineRadScore's answer with a correction per line: `[[line, correction, severity 1 to 4]]`. */
export function fineradscoreAnswer(edits) {
  const entries = edits.map(([line, corrections, severity]) => [
    line,
    {
      corrections,
      "clinical severity": SEVERITIES[severity - 1] ?? String(severity),
      comments: "Invented for a test.",
      "error category": ["Omission of finding"],
    },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
