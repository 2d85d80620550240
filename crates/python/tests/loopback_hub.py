"""A small server of the hub's shape on loopback, with the project's own tiny checkpoints under the
official names. It needs Python alone: what downloads from it may be any version of any library."""

import hashlib
import http.server
import threading
from pathlib import Path

CHECKPOINTS = Path(__file__).parents[3] / "tests/checkpoints"

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
            # What else is asked about a repository, such as what files it has, is not here either.
            known = not rest or any(repo == there for there, _ in self.server.files)
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound" if known else "RepoNotFound")
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
