"""Reports at hand: values, missing ones, and what is refused."""

import math
import pickle
import subprocess
import sys
import unittest

import rrgscore
from common import by_command_line, folder, golden
from rrgscore import InputError, Scorer

REFERENCES = ["No effusion.", "The heart is large.", "Clear lungs."]
CANDIDATES = ["No effusion.", "The heart is normal.", "Lungs are clear."]


class Values(unittest.TestCase):
    def test_bleu_is_what_fast_bleu_computes(self):
        rows = golden("bleu.jsonl")
        result = Scorer("bleu2", [], missing="exclude").score(
            [row["reference"] for row in rows],
            [row["candidate"] for row in rows],
            ids=range(len(rows)),
        )
        # Blank texts and words such as NA are none.
        self.assertGreater(len(result), 90)
        for study, score in zip(result.ids, result["bleu2"]):
            self.assertAlmostEqual(score, rows[int(study)]["bleu2"], delta=1e-12)

    def test_columns_answer_to_id_and_name(self):
        result = Scorer(["bleu2"], []).score(REFERENCES, CANDIDATES)
        self.assertEqual(result["bleu2"], result["bleu_score"])
        self.assertEqual(result["bleu2"][0], 1.0)
        self.assertIn("bleu2", result)
        with self.assertRaises(KeyError):
            result["bertscore"]

    def test_summary_and_signature(self):
        result = Scorer("bleu2", []).score(REFERENCES, CANDIDATES)
        self.assertEqual(result.summary["n"], 3)
        self.assertTrue(result.complete)
        self.assertIn("|task:as-given|n:3|", result.signature)
        mean = sum(result["bleu2"]) / 3
        self.assertAlmostEqual(result.means["bleu2"], mean, delta=1e-15)

    def test_files_are_the_command_lines(self):
        place = folder(self)
        rows = ["study_id,prediction,reference"]
        rows += [f'{at},"{c}","{r}"' for at, (r, c) in enumerate(zip(REFERENCES, CANDIDATES))]
        (place / "pairs.csv").write_text("\n".join(rows))
        by_command_line(
            self,
            "score",
            "--predictions",
            place / "pairs.csv",
            "--metrics",
            "bleu2,rouge-l",
            "--packs",
            place,
            "--out",
            place / "cli",
        )
        result = Scorer(["bleu2", "rouge-l"], place).score(REFERENCES, CANDIDATES, ids=range(3))
        result.write(place / "python", reasons=True)
        ours, theirs = ((place / by / "scores.csv").read_bytes() for by in ("python", "cli"))
        self.assertEqual(ours, theirs)
        self.assertTrue((place / "python/reasons.jsonl").exists())
        self.assertIn("BLEU-2", str(result))

    def test_reasons(self):
        result = Scorer("bleu2", []).score(REFERENCES, CANDIDATES, ids=["a", "b", "c"])
        study = result.reasons("b")
        self.assertEqual((study["id"], study["candidate"]), ("b", CANDIDATES[1]))
        self.assertEqual(study["scores"]["bleu2"]["value"], result["bleu2"][1])
        self.assertEqual(result.reasons(-2), study)
        with self.assertRaises(IndexError):
            result.reasons(3)
        with self.assertRaises(KeyError):
            result.reasons("d")


class Missing(unittest.TestCase):
    def test_nothing_in_each_shape_is_a_missing_candidate(self):
        class NAType:
            """As pandas spells it."""

        for nothing in (None, math.nan, NAType(), "", "  "):
            with self.subTest(type(nothing).__name__):
                candidates = [CANDIDATES[0], nothing, CANDIDATES[2]]
                with self.assertRaises(InputError) as caught:
                    Scorer("bleu2", []).score(REFERENCES, candidates)
                self.assertIn("missing=", caught.exception.hint)
                result = Scorer("bleu2", [], missing="empty").score(REFERENCES, candidates)
                self.assertEqual(result["bleu2"][1], 0.0)
                result = Scorer("bleu2", [], missing="exclude").score(REFERENCES, candidates)
                self.assertEqual(result.ids, ["1", "3"])

    def test_a_study_without_a_reference_is_left_out(self):
        result = Scorer("bleu2", []).score([None, *REFERENCES[1:]], CANDIDATES, ids=["a", "b", "c"])
        self.assertEqual(result.ids, ["b", "c"])
        self.assertEqual(result.summary["counts"]["missing_references"], 1)


class Refused(unittest.TestCase):
    def test_lengths_are_named(self):
        with self.assertRaisesRegex(ValueError, "3 references and 2 candidates"):
            Scorer("bleu2", []).score(REFERENCES, CANDIDATES[:2])
        with self.assertRaisesRegex(ValueError, "3 references and 1 ids"):
            Scorer("bleu2", []).score(REFERENCES, CANDIDATES, ids=["a"])

    def test_what_is_no_text_is_named_by_its_place_and_type(self):
        with self.assertRaisesRegex(TypeError, r"candidates\[1\] is of type int"):
            Scorer("bleu2", []).score(REFERENCES, ["a", 2, "c"])
        with self.assertRaisesRegex(TypeError, r"references\[0\] is of type list"):
            Scorer("bleu2", []).score([["a"]], ["a"])
        with self.assertRaisesRegex(TypeError, "not one text"):
            Scorer("bleu2", []).score("No effusion.", "No effusion.")
        with self.assertRaisesRegex(TypeError, r"ids\[0\] is of type float"):
            Scorer("bleu2", []).score(["a"], ["a"], ids=[1.5])

    def test_half_a_surrogate_pair_is_no_text_and_not_quoted(self):
        with self.assertRaises(ValueError) as caught:
            Scorer("bleu2", []).score(["a"], ["secretword \ud800"])
        self.assertIn("candidates[0]", str(caught.exception))
        self.assertNotIn("secretword", repr(caught.exception.__dict__) + str(caught.exception))
        self.assertIsNone(caught.exception.__context__)

    def test_unknown_metrics_and_lacking_packs(self):
        with self.assertRaisesRegex(InputError, "no metric is called `bleuu2`"):
            Scorer("bleuu2", []).score(REFERENCES, CANDIDATES)
        with self.assertRaises(InputError) as caught:
            Scorer("semb", []).score(REFERENCES, CANDIDATES)
        self.assertIn("build_pack", caught.exception.hint)
        with self.assertRaisesRegex(InputError, "the request"):
            Scorer("bleu2", [], missing="perhaps").score(REFERENCES, CANDIDATES)
        with self.assertRaises(ValueError):
            Scorer("bleu2", [], threads=0)


class Package(unittest.TestCase):
    def test_nothing_else_is_imported_and_it_takes_no_time(self):
        code = (
            "import sys, time; began = time.process_time(); import rrgscore; "
            "took = time.process_time() - began; "
            "heavy = {'numpy', 'pandas', 'torch', 'pyarrow', 'tqdm'} & set(sys.modules); "
            "assert not heavy, heavy; print(took)"
        )
        took = min(
            float(
                subprocess.run(
                    [sys.executable, "-c", code], capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(3)
        )
        self.assertLess(took, 0.1)

    def test_it_is_typed_and_has_a_version(self):
        from importlib.resources import files

        self.assertTrue(files("rrgscore").joinpath("py.typed").is_file())
        self.assertTrue(files("rrgscore").joinpath("_rrgscore.pyi").is_file())
        self.assertRegex(rrgscore.__version__, r"^\d+\.\d+\.\d+")
        self.assertRegex(rrgscore.__release__, r"^[\d.]+ \(commit \w+, numerics \d+\)$")

    def test_a_scorer_can_be_pickled(self):
        scorer = Scorer(["bleu2"], [], "rexrank", missing="empty", threads=1)
        again = pickle.loads(pickle.dumps(scorer))
        ours, theirs = (s.score(REFERENCES, [None] * 3) for s in (again, scorer))
        self.assertEqual(ours["bleu2"], theirs["bleu2"])

    def test_offers_say_what_is_lacking(self):
        offers = {offer["metric"]: offer for offer in Scorer(packs=[]).offers()}
        self.assertIsNone(offers["bleu2"]["lacking"])
        self.assertIsNotNone(offers["bertscore"]["lacking"])
