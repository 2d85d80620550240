"""A run looked at closely: groups, correlations, extremes."""

import statistics
import unittest

from common import folder
from rrgscore import InputError, Scorer, score_files

REFERENCES = ["no pleural effusion", "the lungs are clear", "the heart is normal"]
CANDIDATES = ["no effusion", "the lungs are clear", "normal heart"]
VIEWS = ["PA", "AP", "PA"]


class Explore(unittest.TestCase):
    def setUp(self):
        self.result = Scorer(metrics=["bleu2", "rouge1"], packs=[]).score(REFERENCES, CANDIDATES)

    def test_groups_by_given_values(self):
        grouped = self.result.groups([*VIEWS[:2], None], name="view")
        self.assertEqual((grouped["by"], grouped["without"]), ("view", 1))
        grouped = self.result.groups(VIEWS)
        groups = {group["name"]: group for group in grouped["groups"]}
        scores = self.result["bleu2"]
        mean = groups["PA"]["means"][0]
        self.assertEqual((mean["metric"], mean["n"]), ("bleu2", 2))
        self.assertAlmostEqual(mean["mean"], statistics.mean([scores[0], scores[2]]), 12)
        with self.assertRaises(ValueError):
            self.result.groups(VIEWS[:2])
        with self.assertRaises(InputError):
            self.result.groups("view")

    def test_groups_by_a_field_of_the_references(self):
        place = folder(self)
        rows = zip("abc", CANDIDATES, strict=True)
        (place / "predictions.csv").write_text(
            "study_id,prediction\n" + "".join(f"{a},{b}\n" for a, b in rows)
        )
        rows = zip("abc", REFERENCES, VIEWS, strict=True)
        (place / "references.csv").write_text(
            "study_id,report,view\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)
        )
        result = score_files(
            place / "predictions.csv",
            place / "references.csv",
            metrics=["bleu2"],
            packs=[],
            reference_reading={"fields": True},
        )
        groups = result.groups("view")["groups"]
        self.assertEqual([(one["name"], one["studies"]) for one in groups], [("AP", 1), ("PA", 2)])

    def test_correlations_and_extremes(self):
        found = self.result.correlations("pearson")
        self.assertEqual(found["metrics"], ["bleu2", "rouge1"])
        first, second = self.result["bleu2"], self.result["rouge1"]
        expected = statistics.correlation(first, second)
        self.assertAlmostEqual(found["rows"][0][1]["value"], expected, 12)
        with self.assertRaises(InputError):
            self.result.correlations("phi")
        ends = self.result.extremes(1)[0]
        self.assertEqual(ends["best"][0]["place"], 1)
        self.assertEqual(ends["worst"][0]["score"], min(first))


if __name__ == "__main__":
    unittest.main()
