// In the scratch project: scores both made-up models and prints how they compare.
import init, { Scorer, compare } from "rrgscore";

await init();
const runs = ["model-a", "model-b"].map((name) => {
  const scorer = new Scorer();
  scorer.useSample(name);
  const { files } = scorer.score({ metrics: ["bleu2"], missing: "empty" });
  return { name, scores: files["scores.csv"], summary: files["summary.json"] };
});
let refused = null;
try {
  compare([runs[0], { ...runs[1], summary: runs[0].summary }]);
} catch (error) {
  refused = error.message;
}
console.log(JSON.stringify({ runs, found: compare(runs, { seed: 3 }), refused }));
