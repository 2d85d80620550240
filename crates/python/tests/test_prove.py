"""Packs held against published values: here those that RadEval's class gave for a tiny checkpoint."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path

import rrgscore
from common import CLI, ROOT, folder, pack


class Prove(unittest.TestCase):
    def setUp(self):
        place = ROOT / "crates/annotate/tests/goldens/radeval.json"
        theirs = json.loads(place.read_text(encoding="utf-8"))
        self.packs = folder(self)
        built = Path(pack("RadBERT-CT"))
        shutil.copytree(built, self.packs / built.name)
        example = {
            "name": "F1RadBERT-CT", "profile": "radeval", "metric": "radbert-ct", "tolerance": 1e-6,
            "references": theirs["references"], "candidates": theirs["candidates"],
            "per_pair": theirs["radbert_ct"]["sample_accuracy"],
            "corpus": {"f1radbert_ct_accuracy": theirs["radbert_ct"]["accuracy"], "bertscore": 0.5},
        }  # fmt: skip
        self.examples = {"source": "made up", "examples": [example]}

    def prove(self):
        file = folder(self) / "examples.json"
        file.write_text(json.dumps(self.examples))
        return rrgscore.prove_packs(file, self.packs)

    def test_a_pack_agrees_and_not_with_a_changed_value(self):
        values = self.prove()
        verdicts = [value.verdict for value in values]
        count = len(self.examples["examples"][0]["per_pair"])
        self.assertEqual(verdicts, ["agrees"] * (count + 1) + ["not computed"])
        self.assertIn("bertscore-distilbert", values[-1].reason)
        self.assertEqual((values[0].what, values[0].metric), ("pair 1", "radbert-ct"))
        per_pair = self.examples["examples"][0]["per_pair"]
        per_pair[2] = 0.5
        values = self.prove()
        self.assertEqual([value.what for value in values if value.verdict == "differs"], ["pair 3"])
        if CLI is not None:
            listed = subprocess.run(
                [CLI, "packs", "list", self.packs], capture_output=True, text=True, check=True
            )
            said = f"agrees with {count} of {count + 1} published values"
            self.assertIn(said, listed.stdout)

    def test_another_file_is_refused(self):
        self.examples = {"source": "secret"}
        with self.assertRaisesRegex(rrgscore.InputError, "no file of published examples") as caught:
            self.prove()
        self.assertNotIn("secret", str(caught.exception))
