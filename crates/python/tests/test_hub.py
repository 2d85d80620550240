"""``rrgscore.hub`` against a small server of the hub's shape on loopback, with the project's own tiny
checkpoints under the official names."""

import hashlib
import http.server
import importlib.util
import json
import os
import subprocess
import sys
import threading
import unittest

from common import CHECKPOINTS, folder

COMMIT = "0123456789abcdef0123456789abcdef01234567"

#: Repository and file, and the tiny file that is served for it.
FILES = {
    **{
        ("StanfordAIMI/RRG_scorers", name): name
        for name in (
            "chexbert.pth",
            "radgraph.tar.gz",
            "radgraph-xl.tar.gz",
            "modern-radgraph-xl.tar.gz",
        )
    },
    **{
        (repo, name): f"{folder}/{name}"
        for repo, folder, names in (
            ("google-bert/bert-base-uncased", "bert-base-uncased", ("config.json", "vocab.txt")),
            ("tiny-pubmedbert", "tiny-pubmedbert", ("config.json", "vocab.txt")),
            ("tiny-modernbert", "tiny-modernbert", ("config.json", "tokenizer.json")),
            (
                "distilbert/distilroberta-base",
                "distilroberta-base",
                ("model.safetensors", "config.json", "tokenizer.json"),
            ),
            (
                "Angelakeke/RaTE-NER-Deberta",
                "RaTE-NER-Deberta",
                ("model.safetensors", "config.json", "tokenizer.json"),
            ),
            (
                "FremyCompany/BioLORD-2023-C",
                "BioLORD-2023-C",
                ("model.safetensors", "config.json", "tokenizer.json"),
            ),
        )
        for name in names
    },
}


def with_unused_tensor(content, size):
    """A safetensors file with one tensor more, of zeros."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    end = len(data) + size
    header["unused"] = {"dtype": "U8", "shape": [size], "data_offsets": [len(data), end]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data + bytes(size)


class Hub(http.server.ThreadingHTTPServer):
    """Serves ``/{repo}/resolve/{revision}/{file}`` as the hub does: head, whole, or from a byte on."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {key: (CHECKPOINTS / path).read_bytes() for key, path in FILES.items()}
        #: Files of which the next whole answer breaks off in the middle.
        self.breaking = set()
        #: Path, revision and range of what was asked for.
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def got(self, name):
        return [range for kind, path, range in self.asked if kind == "GET" and path.endswith(name)]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer("HEAD")

    def do_GET(self):
        self.answer("GET")

    def answer(self, kind):
        wanted = self.headers.get("Range")
        self.server.asked.append((kind, self.path, wanted))
        repo, _, rest = self.path.lstrip("/").partition("/resolve/")
        _, _, name = rest.partition("/")
        content = self.server.files.get((repo, name))
        if content is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if kind == "GET":
            breaks = (repo, name) in self.server.breaking
            self.server.breaking.discard((repo, name))
            self.wfile.write(content[start : len(content) // 2 if breaks else None])
            if breaks:
                self.wfile.flush()
                self.close_connection = True


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
        del self.hub.files["Angelakeke/RaTE-NER-Deberta", "model.safetensors"]
        code, _, wrong = self.get("ratescore-entities")
        self.assertEqual(code, 1)
        self.assertIn("Angelakeke/RaTE-NER-Deberta is not given to you", wrong)

    def test_an_unknown_name_is_refused(self):
        code, _, wrong = self.get("poetry")
        self.assertEqual(code, 1)
        self.assertIn("nothing is called poetry; there are: all, bertscore-minilm", wrong)


if __name__ == "__main__":
    unittest.main()
