"""docs/summary.schema.json against summaries, by a validator of others."""

import copy
import json
import unittest

from common import ROOT, SAMPLES
from rrgscore import Scorer, score_files

try:
    from jsonschema import Draft7Validator
except ImportError:
    Draft7Validator = None

SCHEMA = json.loads((ROOT / "docs/summary.schema.json").read_text(encoding="utf-8"))


@unittest.skipIf(Draft7Validator is None, "jsonschema is not installed")
class SummarySchema(unittest.TestCase):
    def setUp(self):
        Draft7Validator.check_schema(SCHEMA)
        self.validator = Draft7Validator(SCHEMA)

    def assertValid(self, summary):
        errors = [f"{error.json_path}: {error.message}" for error in self.validator.iter_errors(summary)]
        self.assertEqual(errors, [])

    def summaries(self):
        """Of pairs as given, of each profile, of files with a split, and of a study without a score."""
        reports = (["No effusion.", "The heart is large."], ["No effusion.", "Clear."])
        yield Scorer("bleu2", []).score(*reports).summary
        for profile in ("radeval", "coco"):
            yield Scorer("all-available", [], profile=profile).score(*reports).summary
        yield Scorer("bleu2", [], missing="empty").score(["a b", "c d"], ["a b", None]).summary
        yield score_files(SAMPLES / "model-a.json", "sample", metrics="bleu2", packs=[], task="report").summary

    def test_every_summary_is_valid(self):
        for summary in self.summaries():
            self.assertValid(summary)

    def test_what_is_none_is_refused(self):
        summary = next(self.summaries())
        for change in (
            lambda s: s.pop("signature"),
            lambda s: s.update(format_version=2),
            lambda s: s.update(more=1),
            lambda s: s["metrics"][0].update(mean="0.5"),
            lambda s: s["metrics"][0].update(id="no-such-metric"),
            lambda s: s["counts"].update(more=1),
        ):
            changed = copy.deepcopy(summary)
            change(changed)
            self.assertFalse(self.validator.is_valid(changed), change)


if __name__ == "__main__":
    unittest.main()
