// In a browser's worker: scores predictions and references that it is sent, and answers with the
// result.
import init, { Scorer } from "../package/rrgscore.js";

const ready = init();
self.onmessage = async ({ data }) => {
  await ready;
  const [predictions, references] = data.map((text) => new TextEncoder().encode(text));
  const scorer = new Scorer();
  scorer.setPredictions(predictions);
  scorer.setReferences(references);
  self.postMessage(scorer.score({ metrics: ["bleu2"] }));
};
