// In the scratch project: scores a file with a field beside its reports, and looks at the run.
import init, { Scorer } from "rrgscore";

await init();
const scorer = new Scorer();
const nothing = (() => {
  try {
    scorer.extremes(1);
  } catch (error) {
    return error.message;
  }
})();
const table = [
  "study_id,prediction,reference,view",
  "a,no effusion,no pleural effusion,PA",
  "b,the lungs are clear,the lungs are clear,AP",
  "c,normal heart,the heart is normal,PA",
];
scorer.setPredictions(new TextEncoder().encode(table.join("\n")), { fields: true });
const { summary } = scorer.score({ metrics: ["bleu2", "rouge1"] });
const unknown = (() => {
  try {
    scorer.groups("sex");
  } catch (error) {
    return error.message;
  }
})();
const found = { groups: scorer.groups("view"), correlations: scorer.correlations("kendall"), extremes: scorer.extremes(1) };
console.log(JSON.stringify({ nothing, unknown, found, summary }));
