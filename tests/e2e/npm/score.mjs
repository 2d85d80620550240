// In the scratch project: scores predictions and references, and prints the result.
import { readFileSync } from "node:fs";
import init, { Scorer } from "rrgscore";

await init();
const [predictions, references] = process.argv.slice(2).map((file) => readFileSync(file));
const scorer = new Scorer();
scorer.setPredictions(predictions);
scorer.setReferences(references);
console.log(JSON.stringify(scorer.score({ metrics: ["bleu2"] })));
