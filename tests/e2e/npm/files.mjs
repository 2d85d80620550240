// In the scratch project: reads and scores the files of each case by BLEU-2, and prints for each
// what came of it: scores.csv and summary, or at which step it was refused, and in which words.
import { readFileSync } from "node:fs";
import init, { Scorer } from "rrgscore";

await init();
const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bytes = ({ base64 }) => Buffer.from(base64, "base64");

function tried({ predictions, references, request }) {
  const scorer = new Scorer();
  let step = "predictions";
  try {
    const shapes = [scorer.setPredictions(bytes(predictions), predictions.options).shape];
    step = "references";
    if (references) shapes.push(scorer.setReferences(bytes(references), references.options).shape);
    step = "check";
    scorer.check(request);
    step = "score";
    const { files, summary } = scorer.score({ metrics: ["bleu2"], ...request });
    return { csv: files["scores.csv"], summary, formats: shapes.map(({ format }) => format) };
  } catch ({ message, findings }) {
    return { step, message, findings };
  }
}

console.log(JSON.stringify(cases.map(tried)));
