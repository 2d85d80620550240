"""Files: the command line's bytes, the doctor, judges' answers, packs."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import rrgscore
from common import SAMPLES, by_command_line, folder, pack
from rrgscore import InputError, Scorer, score_files

MODEL = SAMPLES / "model-a.json"
SPLIT = SAMPLES / "sample-split.json"


class Files(unittest.TestCase):
    def test_the_sample_gives_the_command_lines_bytes(self):
        place = folder(self)
        by_command_line(
            self,
            "score",
            "--predictions",
            MODEL,
            "--references",
            "sample",
            "--metrics",
            "bleu2,rouge-l",
            "--packs",
            place,
            "--out",
            place / "cli",
        )
        result = score_files(MODEL, "sample", metrics=["bleu2", "rouge-l"], packs=place)
        result.write(place / "python")
        names = sorted(path.name for path in (place / "cli").iterdir())
        self.assertEqual(names, ["scores.csv", "summary.json"])
        self.assertEqual(sorted(path.name for path in (place / "python").iterdir()), names)
        for name in names:
            ours, theirs = ((place / by / name).read_bytes() for by in ("python", "cli"))
            self.assertEqual(ours, theirs, name)
        self.assertEqual(
            result.files()["scores.csv"].encode(), (place / "cli/scores.csv").read_bytes()
        )

    def test_packs_annotations_and_labels(self):
        place = folder(self)
        packs = [pack("chexbert.pth"), pack("radgraph.tar.gz"), pack("distilroberta-base")]
        for path in packs:
            shutil.copytree(path, place / "packs" / path.name)
        by_command_line(
            self,
            "score",
            "--predictions",
            MODEL,
            "--references",
            SPLIT,
            "--metrics",
            "radcliq-v1",
            "--packs",
            place / "packs",
            "--out",
            place / "cli",
        )
        kept = place / "annotations.bin"
        for _ in range(2):
            scorer = Scorer("radcliq-v1", packs, annotations=kept, threads=2)
            result = scorer.score_files(MODEL, SPLIT)
            for name, text in result.files().items():
                self.assertEqual(text.encode(), (place / "cli" / name).read_bytes(), name)
            self.assertTrue(kept.is_file())
        self.assertIn("labels.csv", result.files())
        self.assertEqual(
            {found["purpose"] for found in scorer.packs},
            {"chexbert", "radgraph", "bertscore-distilroberta"},
        )

    def test_a_file_that_is_not_there(self):
        with self.assertRaises(FileNotFoundError) as caught:
            score_files("no-such-file.json", "sample", packs=[])
        self.assertEqual(Path(caught.exception.filename).name, "no-such-file.json")
        with self.assertRaisesRegex(InputError, "no split of that name; splits here: sample"):
            score_files(MODEL, "no-such-split", packs=[])

    def test_the_doctors_findings(self):
        records = json.loads(MODEL.read_text())
        gone = list(records)[0]
        del records[gone]
        place = folder(self)
        predictions = place / "gap.json"
        predictions.write_text(json.dumps(records))
        with self.assertRaises(InputError) as caught:
            score_files(predictions, SPLIT, metrics="bleu2", packs=[])
        self.assertTrue(any(gone in finding["studies"] for finding in caught.exception.findings))
        self.assertIn("missing=", caught.exception.hint)
        result = score_files(predictions, SPLIT, metrics="bleu2", packs=[], missing="exclude")
        self.assertTrue(any(gone in finding["studies"] for finding in result.findings))
        found = rrgscore.check_files(predictions, SPLIT)
        self.assertEqual(found[0]["severity"], "error")
        self.assertEqual(
            rrgscore.check_files(MODEL, SPLIT, missing="exclude"),
            score_files(MODEL, SPLIT, metrics="bleu2", packs=[]).findings,
        )

    def test_what_is_guessed_can_be_overridden(self):
        place = folder(self)
        (place / "odd.csv").write_text("a;b;c\n1;No effusion.;No effusion.\n2;x;y\n")
        columns = {"id": "a", "prediction": "b", "reference": "c"}
        result = score_files(
            place / "odd.csv",
            metrics="bleu2",
            packs=[],
            reading={"delimiter": ";", "columns": columns},
        )
        self.assertEqual(result.ids, ["1", "2"])
        with self.assertRaisesRegex(InputError, "reading"):
            score_files(place / "odd.csv", packs=[], reading={"delimiters": ";"})


class Judges(unittest.TestCase):
    ANSWER = (
        "[Explanation]:\nx\n\n[Clinically Significant Errors]:\n(a) False report of a finding in "
        "the candidate: {errors}. x\n\n[Clinically Insignificant Errors]:\n\n[Matched Findings]:\n"
        "{matched}. x"
    )

    def test_answers_as_a_file_a_list_and_by_id(self):
        answers = [self.ANSWER.format(errors=at, matched=2) for at in range(3)]
        place = folder(self) / "answers.jsonl"
        ids = ["a", "b", "c"]
        place.write_text(
            "\n".join(
                json.dumps({"id": study, "response": answer}) for study, answer in zip(ids, answers)
            )
        )
        scorer = Scorer("green", [])
        reports = (["x"] * 3, ["y"] * 3, ids)
        ways = [str(place), answers, dict(zip(ids, answers))]
        scores = [scorer.score(*reports, green_responses=way)["green"] for way in ways]
        # matched / (matched + errors)
        self.assertEqual(scores, [[1.0, 2 / 3, 0.5]] * 3)
        without_ids = scorer.score(*reports[:2], green_responses=answers)
        self.assertEqual(without_ids["green"], scores[0])
        with self.assertRaises(InputError):
            scorer.score(*reports)


class Compared(unittest.TestCase):
    def test_results_folders_and_the_command_line_agree(self):
        place = folder(self)
        runs = {}
        for name, file in (("model-a", "model-a.json"), ("model-b", "model-b.csv")):
            runs[name] = score_files(SAMPLES / file, "sample", metrics="bleu2", packs=[])
            runs[name].write(place / name)
        ours = rrgscore.compare(runs, resamples=500, seed=3)
        self.assertEqual(
            ours, rrgscore.compare([place / name for name in runs], resamples=500, seed=3)
        )
        printed = by_command_line(
            self,
            "compare",
            *(place / name for name in runs),
            "--format",
            "json",
            "--resamples",
            500,
            "--seed",
            3,
        )
        self.assertEqual(ours, json.loads(printed))
        with self.assertRaises(ValueError):
            rrgscore.compare([runs["model-a"]])


class CommandLine(unittest.TestCase):
    def run_(self, *args):
        command = Path(sys.executable).with_name("rrgscore")
        return subprocess.run([command, *map(str, args)], capture_output=True, text=True)

    def test_the_command_is_the_command_lines(self):
        done = self.run_("--help")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, by_command_line(self, "--help"))

    def test_exit_codes(self):
        self.assertEqual(self.run_("--no-such-option").returncode, 2)
        refused = self.run_("score", "--predictions", "none.json", "--out", folder(self))
        self.assertEqual(refused.returncode, 2)
        self.assertIn("error: none.json", refused.stderr)

    def test_it_scores(self):
        place = folder(self)
        done = self.run_(
            "score",
            "--predictions",
            MODEL,
            "--references",
            "sample",
            "--metrics",
            "bleu2",
            "--out",
            place / "out",
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((place / "out/scores.csv").is_file())


class Packs(unittest.TestCase):
    def test_what_is_no_checkpoint_is_refused(self):
        place = folder(self)
        (place / "x.pth").write_bytes(b"nothing")
        with self.assertRaises(InputError):
            rrgscore.build_pack(place / "x.pth", place / "out")
        with self.assertRaises(FileNotFoundError):
            rrgscore.build_pack(place / "y.pth", place / "out")

    def test_progress_and_one_file(self):
        from common import CHECKPOINTS

        place, seen = folder(self), []
        path = rrgscore.build_pack(
            CHECKPOINTS / "chexbert.pth",
            place,
            single_file=True,
            with_=CHECKPOINTS / "bert-base-uncased",
            progress=lambda *part: seen.append(part),
        )
        self.assertTrue(path.name.endswith(".rrgpack") and path.is_file())
        stages = list(dict.fromkeys(stage for stage, _ in seen))
        self.assertIn("converting", stages)
        self.assertIn("converting (f32, to measure against)", stages)
        self.assertTrue(all(0 <= part <= 1 for _, part in seen))

        class Enough(Exception):
            pass

        def stop(*part):
            raise Enough

        with self.assertRaises(Enough):
            rrgscore.build_pack(
                CHECKPOINTS / "chexbert.pth",
                place / "b",
                with_=CHECKPOINTS / "bert-base-uncased",
                progress=stop,
            )
