"""RadEval's call shape: keys and values beside RadEval 2.2.1's own."""

import json
import unittest

from common import ROOT, SOURCES, folder, golden, pack
from rrgscore import InputError
from rrgscore.radeval import METRICS, NOT_HERE, RadEval, _chexbert, _one

GOLDEN = golden("radeval_shape.jsonl")
#: What RadEval's RaTEScore cuts reports into sentences by.
RULES = SOURCES / "medspacy/rush_rules.tsv"
#: Labels and graphs are the same ones, so what is counted of them is the same number; what is made
#: of embeddings is so to f32's precision.
TOLERANCE = {
    "f1chexbert": 1e-12,
    "radgraph": 1e-12,
    "ratescore": 2e-6,
    "radgraph_radcliq": 1e-12,
    "radcliq": 2e-6,
}
REFERENCES = ["No effusion. The heart is large.", "Clear lungs.", "Small right pleural effusion."]
CANDIDATES = ["No effusion. The heart is normal.", "Lungs are clear.", "Small right effusion."]


def numbers(scores):
    """How many numbers lists and dictionaries hold."""
    if isinstance(scores, dict):
        scores = scores.values()
    return sum(map(numbers, scores)) if not isinstance(scores, (int, float)) else 1


def rows(kind, metric=None):
    return [row for row in GOLDEN if row["kind"] == kind and metric in (None, row["metric"])]


class Keys(unittest.TestCase):
    def test_each_metric_of_radevals_is_computed_or_named(self):
        theirs = {row["metric"] for row in rows("keys")}
        self.assertEqual(theirs, METRICS.keys() | NOT_HERE.keys())
        self.assertFalse(METRICS.keys() & NOT_HERE.keys())

    def test_the_keys_are_radevals(self):
        for row in rows("keys"):
            if row["metric"] in METRICS:
                for mode in ("default", "detailed"):
                    ours = RadEval([row["metric"]], detailed=mode == "detailed", packs=[])
                    self.assertEqual(ours.metric_keys, row[mode], (row["metric"], mode))

    def test_what_is_not_computed_says_so(self):
        for name, why in NOT_HERE.items():
            with self.assertRaisesRegex(NotImplementedError, name) as caught:
                RadEval(["bleu", name])
            self.assertIn(why, str(caught.exception))
        with self.assertRaisesRegex(ValueError, "Unknown metric 'bluu'"):
            RadEval(["bluu"])
        with self.assertRaisesRegex(ValueError, "no option provider"):
            RadEval({"crimson": {"provider": "openai"}})
        with self.assertWarnsRegex(UserWarning, "no key is used"):
            RadEval(["bleu"], openai_api_key="k")


class Values(unittest.TestCase):
    def test_bleu_and_rouge(self):
        for row in rows("scores"):
            with self.subTest(row["metric"], mode=row["mode"]):
                ours = RadEval([row["metric"]], packs=[], **row["mode"])(
                    refs=row["refs"], hyps=row["hyps"]
                )
                self.assertEqual(list(ours), list(row["scores"]))
                for key, theirs in row["scores"].items():
                    # Means are rounded to four digits: they are the same number.
                    many = row["mode"].get("per_sample")
                    pairs = zip(ours[key], theirs) if many else [(ours[key], theirs)]
                    for mine, other in pairs:
                        self.assertAlmostEqual(mine, other, delta=1e-12)

    def test_means_and_deviations_of_judges(self):
        for row in rows("aggregate"):
            with self.subTest(row["metric"], mode=row["mode"]):
                result = {METRICS[row["metric"]][0]: row["samples"]}
                mode = {"per_sample": False, "detailed": False} | row["mode"]
                self.assertEqual(_one(row["metric"])(result, **mode), row["scores"])

    def test_agreement_of_labels(self):
        (row,) = [row for row in rows("labels") if row["mode"] == {"per_sample": True}]
        # Present is 1 or uncertain, -1; absent is 0 or not mentioned.
        lines = ["study_id,side," + ",".join(row["names"])]
        for place, both in enumerate(zip(row["refs"], row["hyps"])):
            for side, values in zip(("reference", "candidate"), both):
                codes = [
                    ("1", "-1")[place % 2] if value else ("0", "")[place % 2] for value in values
                ]
                lines.append(f"{place},{side}," + ",".join(codes))

        class Labelled:
            ids = [str(place) for place in range(len(row["refs"]))]

            def files(self):
                return {"labels.csv": "\n".join(lines) + "\n"}

        ours = _chexbert(Labelled(), True, False)
        self.assertEqual(list(ours), list(row["scores"]))
        for key, theirs in row["scores"].items():
            for mine, other in zip(ours[key], theirs, strict=True):
                self.assertAlmostEqual(mine, other, delta=1e-12)

    def test_models(self):
        """Beside RadEval itself, over the same checkpoints."""
        self.models([metric for metric in TOLERANCE if metric != "ratescore"])

    def test_ratescore(self):
        """The same where reports are cut into sentences by RadEval's rules."""
        if not RULES.is_file():
            raise unittest.SkipTest("no rules for sentences, which `cargo xtask setup` fetches")
        self.models(["ratescore"])

    def models(self, metrics):
        """Compares metrics with all that RadEval gives for them."""
        packs = [
            pack(name)
            for name in (
                "chexbert.pth",
                "radgraph.tar.gz",
                "radgraph-xl.tar.gz",
                "distilroberta-base",
                "BioLORD-2023-C",
            )
        ]
        packs.append(pack("RaTE-NER-Deberta", *[path for path in (RULES,) if path.is_file()]))
        theirs = golden("radeval_models.jsonl")
        # Each metric has a row for each of RadEval's modes, for two sets of reports, and none is
        # left out for good.
        modes = [{}, {"per_sample": True}, {"detailed": True}]
        in_one_set = [(None, None), *((metric, mode) for metric in TOLERANCE for mode in modes)]
        found = [(row.get("metric"), row.get("mode")) for row in theirs]
        self.assertEqual(found, in_one_set * 2)
        compared, values, studies = 0, 0, 0
        for row in theirs:
            if "refs" in row:
                texts = row
                studies += len(texts["refs"])
            elif row["metric"] in metrics:
                values += numbers(row["scores"])
                with self.subTest(row["metric"], mode=row["mode"], studies=len(texts["refs"])):
                    ours = RadEval([row["metric"]], packs=packs, **row["mode"])
                    self.assertEqual(ours.metric_keys, row["keys"])
                    compared += self.same(ours(**texts), row["scores"], TOLERANCE[row["metric"]])
        self.assertEqual(compared, values)
        # A value for each study and one or more of all of them, for each metric.
        self.assertGreater(values, len(metrics) * studies)

    def same(self, ours, theirs, delta):
        """Compares numbers in lists and dictionaries, keys in their order; gives how many."""
        if isinstance(theirs, dict):
            self.assertEqual(list(ours), list(theirs))
            return sum(self.same(ours[key], theirs[key], delta) for key in theirs)
        if isinstance(theirs, list):
            self.assertEqual(len(ours), len(theirs))
            return sum(self.same(*both, delta) for both in zip(ours, theirs))
        self.assertAlmostEqual(ours, theirs, delta=delta)
        return 1

    def test_encoders(self):
        """Beside what RadEval's classes give for the same checkpoints."""
        place = ROOT / "crates/annotate/tests/goldens/radeval.json"
        theirs = json.loads(place.read_text(encoding="utf-8"))
        packs = [
            pack(name)
            for name in (
                "distilbert-base-uncased",
                "RadEvalModernBERT",
                "SRR-BERT-Leaves-with-Statuses",
                "RadBERT-CT",
            )
        ]
        both = [
            (reference, candidate)
            for reference, candidate in zip(theirs["references"], theirs["candidates"])
            if reference.strip() and candidate.strip()
        ]
        self.assertEqual(len(both), len(theirs["references"]))
        refs, hyps = ([pair[side] for pair in both] for side in (0, 1))
        names = ["bertscore", "radeval_bertscore", "srrbert", "f1radbert_ct"]
        plain, samples, detailed = (
            RadEval(names, packs=packs, **mode)(refs=refs, hyps=hyps)
            for mode in ({}, {"per_sample": True}, {"detailed": True})
        )
        keys = {row["metric"]: row for row in rows("keys")}
        self.assertEqual(list(plain), [key for name in names for key in keys[name]["default"]])
        srr, ct = theirs["srr_leaves_with_statuses"], theirs["radbert_ct"]
        for mine, other in zip(samples["srrbert_weighted_f1"], srr["sample_f1"], strict=True):
            self.assertAlmostEqual(mine, other, delta=1e-12)
        self.assertEqual(samples["f1radbert_ct_sample_acc"], ct["sample_accuracy"])
        weighted = srr["report"]["weighted avg"]
        for figure, name in (("f1", "f1-score"), ("precision", "precision"), ("recall", "recall")):
            self.assertEqual(plain[f"srrbert_weighted_{figure}"], round(weighted[name], 4))
        self.assertEqual(plain["f1radbert_ct_accuracy"], round(ct["accuracy"], 4))
        for average in ("micro", "macro", "weighted"):
            f1 = ct["report"][f"{average} avg"]["f1-score"]
            self.assertEqual(plain[f"f1radbert_ct_{average}_f1"], round(f1, 4))
        ours = detailed["f1radbert_ct_label_scores_f1"]
        self.assertEqual(list(ours), list(ct["report"])[:-4])
        for name, f1 in ours.items():
            self.assertAlmostEqual(f1, ct["report"][name]["f1-score"], delta=1e-12)
        for name, row in srr["per_label"].items():
            if not name.endswith("avg"):
                for figure, value in row.items():
                    mine = detailed["srrbert_label_scores"][name][figure]
                    self.assertAlmostEqual(mine, value, delta=1e-12)


class Calls(unittest.TestCase):
    def test_radevals_three_forms_of_metrics(self):
        for metrics in (["bleu", "rouge"], {"bleu": {}, "rouge": {}}, ["bleu", {"rouge": {}}]):
            scores = RadEval(metrics, packs=[])(refs=REFERENCES, hyps=CANDIDATES)
            self.assertEqual(list(scores), ["bleu", "rouge1", "rouge2", "rougeL"])

    def test_what_radeval_refuses(self):
        evaluator = RadEval(["bleu"], packs=[])
        self.assertEqual(evaluator(refs=[], hyps=[]), {})
        with self.assertRaisesRegex(TypeError, "must be of type list"):
            evaluator(refs=tuple(REFERENCES), hyps=CANDIDATES)
        with self.assertRaisesRegex(ValueError, "don't have the same size"):
            evaluator(refs=REFERENCES, hyps=CANDIDATES[:1])

    def test_empty_reports(self):
        evaluator = RadEval(["rouge"], packs=[], per_sample=True)
        self.assertEqual(evaluator(refs=["a b"], hyps=[""])["rouge1"], [0.0])
        with self.assertRaisesRegex(InputError, "1 of 2 references are empty"):
            evaluator(refs=["a b", ""], hyps=["a b", "a"])

    def test_judges_answers(self):
        evaluator = RadEval(["green"], packs=[], detailed=True)
        answers = ["[Matched Findings]:\n1. x"] * 3
        scores = evaluator(refs=REFERENCES, hyps=CANDIDATES, green_responses=answers)
        self.assertEqual(scores, {"green": 1.0, "green_std": 0.0})
        with self.assertRaises(InputError):
            evaluator(refs=REFERENCES, hyps=CANDIDATES)

    def test_a_configuration_file(self):
        place = folder(self) / "radeval.json"
        place.write_text(json.dumps({"metrics": ["bleu"], "output": {"mode": "detailed"}}))
        evaluator = RadEval.from_config(place, packs=[])
        self.assertEqual(evaluator.metric_keys, ["bleu", "bleu_1", "bleu_2", "bleu_3"])
