// In the scratch project: runs that end early, and what is left after them; prints what happened.
import { readFileSync } from "node:fs";
import init, { Scorer } from "rrgscore";

await init();
const [predictions, references] = process.argv.slice(2).map((file) => readFileSync(file));
const scorer = new Scorer();
const caught = (act) => {
  try {
    act();
    return null;
  } catch (error) {
    return error.message;
  }
};

const nothing = caught(() => scorer.resume());
scorer.setPredictions(predictions);
scorer.setReferences(references);
const request = { metrics: ["bleu2", "bleu2-radeval"] };
let calls = 0;
const thrown = caught(() =>
  scorer.score(request, () => {
    calls += 1;
    throw new Error("from the callback");
  }),
);
const later = scorer.resume(() => true);
const refused = caught(() => scorer.score({ metrics: ["semb"] }));
const after = scorer.study(0);
console.log(
  JSON.stringify({
    nothing,
    thrown,
    calls,
    complete: later.summary.complete,
    files: later.files,
    refused,
    after: after.scores.length,
  }),
);
