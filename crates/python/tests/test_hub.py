"""``rrgscore.hub`` against a small server of the hub's shape on loopback."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import unittest

from common import CHECKPOINTS, folder
from loopback_hub import COMMIT, FILES, Hub


def with_unused_tensor(content, size):
    """A safetensors file with one tensor more, of zeros."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    end = len(data) + size
    header["unused"] = {"dtype": "U8", "shape": [size], "data_offsets": [len(data), end]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data + bytes(size)


@unittest.skipUnless(importlib.util.find_spec("huggingface_hub"), "huggingface_hub is not here")
class HubTest(unittest.TestCase):
    def setUp(self):
        self.folder = folder(self)
        self.hub = Hub()
        self.addCleanup(self.hub.server_close)
        self.addCleanup(self.hub.shutdown)

    def get(self, *arguments, **environment):
        """Runs the command; gives its code, what it printed and what it said was wrong."""
        done = subprocess.run(
            [sys.executable, "-m", "rrgscore.hub", "get", *arguments],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "HF_ENDPOINT": self.hub.address,
                "HF_HOME": str(self.folder / "hf"),
                "HF_HUB_DISABLE_TELEMETRY": "1",
                "RRGSCORE_CACHE": str(self.folder / "cache"),
                "NO_PROXY": "127.0.0.1",
                **environment,
            },
        )
        return done.returncode, done.stdout, done.stderr

    def manifests(self):
        return sorted((self.folder / "cache" / "packs").glob("*/pack.json"))

    def purposes(self):
        return sorted(json.loads(path.read_text())["purpose"] for path in self.manifests())

    def lock(self):
        return self.folder / "cache" / "hub.lock.json"

    def test_terms_are_shown_and_accepted_by_name(self):
        code, said, wrong = self.get("chexbert", "bertscore-distilroberta")
        self.assertEqual(code, 1, wrong)
        self.assertIn("academic, non-commercial", said)
        self.assertIn("--accept chexbert", wrong)
        self.assertEqual(self.purposes(), ["bertscore-distilroberta"])
        self.assertEqual(self.hub.got("chexbert.pth"), [])
        code, _, wrong = self.get("all", "--accept", "all")
        self.assertEqual(code, 1)
        self.assertIn("terms are accepted name by name", wrong)
        code, _, wrong = self.get("chexbert", "--accept", "chexbert")
        self.assertEqual(code, 0, wrong)
        self.assertEqual(self.purposes(), ["bertscore-distilroberta", "chexbert"])

    def test_every_checkpoint_is_fetched_and_built(self):
        names = [
            "bertscore-distilroberta",
            "chexbert",
            "modern-radgraph-xl",
            "radgraph",
            "radgraph-xl",
            "ratescore-entities",
            "ratescore-synonyms",
        ]
        accept = [f"--accept={name}" for name in names]
        code, said, wrong = self.get(*names, *accept)
        self.assertEqual(code, 0, wrong)
        self.assertEqual(self.purposes(), names)
        locked = json.loads(self.lock().read_text())["repositories"]
        for (repo, name), path in FILES.items():
            found = hashlib.sha256((CHECKPOINTS / path).read_bytes()).hexdigest()
            self.assertEqual(locked[repo]["sha256"][name], found, name)
            self.assertEqual(locked[repo]["commit"], COMMIT)
        # Again, nothing is downloaded and nothing built.
        before = len(self.hub.asked)
        built = [path.stat().st_mtime_ns for path in self.manifests()]
        code, said, wrong = self.get(*names, *accept, HF_HUB_OFFLINE="1")
        self.assertEqual(code, 0, wrong)
        self.assertEqual(said.count("  pack "), len(names), said)
        self.assertEqual([path.stat().st_mtime_ns for path in self.manifests()], built)
        self.assertEqual(len(self.hub.asked), before)

    def test_another_file_than_before_is_refused(self):
        name = "bertscore-distilroberta"
        self.assertEqual(self.get(name)[0], 0)
        key = ("distilbert/distilroberta-base", "config.json")
        self.hub.files[key] += b"\n"
        code, _, wrong = self.get(name, HF_HOME=str(self.folder / "other"))
        self.assertEqual(code, 1)
        self.assertIn("config.json of distilbert/distilroberta-base has sha256", wrong)
        self.assertIn("hub.lock.json", wrong)

    def test_what_was_known_beforehand_is_checked_at_the_first_download(self):
        repo = "sentence-transformers/all-MiniLM-L6-v2"
        for name in ("model.safetensors", "config.json", "tokenizer.json"):
            self.hub.files[repo, name] = b"{}"
        code, _, wrong = self.get("bertscore-minilm")
        self.assertEqual(code, 1)
        self.assertIn("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", wrong)
        # At the commit that is known, whatever the newest is.
        self.assertTrue(all("/resolve/e4ce9877" in path for _, path, _ in self.hub.asked))

    def test_a_broken_download_goes_on_where_it_broke(self):
        key = ("distilbert/distilroberta-base", "model.safetensors")
        # The library writes ten megabytes at a time; of less, nothing is there when it breaks.
        content = self.hub.files[key] = with_unused_tensor(self.hub.files[key], 24 << 20)
        self.hub.breaking.add(key)
        code, _, wrong = self.get("bertscore-distilroberta")
        self.assertEqual(code, 0, wrong)
        first, second = self.hub.got("model.safetensors")
        self.assertIsNone(first)
        start = int(second.removeprefix("bytes=").removesuffix("-"))
        self.assertGreaterEqual(start, 10 << 20)
        locked = json.loads(self.lock().read_text())["repositories"]
        found = locked["distilbert/distilroberta-base"]["sha256"]["model.safetensors"]
        self.assertEqual(found, hashlib.sha256(content).hexdigest())

    def test_offline_says_what_is_missing_and_where_it_would_go(self):
        code, _, wrong = self.get("bertscore-distilroberta", HF_HUB_OFFLINE="1")
        self.assertEqual(code, 1)
        self.assertIn("model.safetensors of distilbert/distilroberta-base is not in", wrong)
        self.assertIn(str(self.folder / "hf"), wrong)
        self.assertIn(str(self.folder / "cache" / "packs"), wrong)
        self.assertEqual(self.hub.asked, [])

    def test_a_repository_that_is_closed_to_the_user_is_said(self):
        closed = "Angelakeke/RaTE-NER-Deberta"
        self.hub.files = {key: file for key, file in self.hub.files.items() if key[0] != closed}
        code, _, wrong = self.get("ratescore-entities")
        self.assertEqual(code, 1)
        self.assertIn("Angelakeke/RaTE-NER-Deberta is not given to you", wrong)

    @unittest.skipUnless("RRGSCORE_XTASK" in os.environ, "RRGSCORE_XTASK is not set")
    def test_the_sites_operators_get_the_same_by_cargo_xtask(self):
        out = self.folder / "site"
        command = [
            os.environ["RRGSCORE_XTASK"],
            "packs",
            "--get",
            "chexbert,bertscore-distilroberta",
        ]
        command += ["--out", out, "--lock", self.lock()]
        hub = {"HF_ENDPOINT": self.hub.address, "HF_HOME": str(self.folder / "hf")}
        environment = {**os.environ, **hub, "NO_PROXY": "127.0.0.1"}
        # Its interpreter has an environment of its own.
        environment.pop("PYTHONPATH", None)
        run = lambda *more: subprocess.run(
            [*command, *more], capture_output=True, text=True, env=environment
        )
        refused = run()
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("academic, non-commercial", refused.stdout)
        self.assertIn("--accept chexbert", refused.stderr)
        done = run("--accept", "chexbert")
        self.assertEqual(done.returncode, 0, done.stderr)
        built = [json.loads(path.read_text())["purpose"] for path in out.glob("*/pack.json")]
        self.assertEqual(sorted(built), ["bertscore-distilroberta", "chexbert"])
        # The lock file is the one of `python -m rrgscore.hub`.
        key = ("distilbert/distilroberta-base", "config.json")
        self.hub.files[key] += b"\n"
        code, _, wrong = self.get("bertscore-distilroberta", HF_HOME=str(self.folder / "other"))
        self.assertEqual(code, 1)
        self.assertIn("config.json of distilbert/distilroberta-base has sha256", wrong)

    def test_an_unknown_name_is_refused(self):
        code, _, wrong = self.get("poetry")
        self.assertEqual(code, 1)
        self.assertIn("nothing is called poetry; there are: all, bertscore-minilm", wrong)


if __name__ == "__main__":
    unittest.main()
