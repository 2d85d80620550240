"""Official checkpoints from their hub, checked and made into packs that every skin finds.

``python -m rrgscore.hub get all`` downloads what the packs are built of with the library
``huggingface_hub`` (install ``rrgscore[hub]``), whose settings hold: ``HF_ENDPOINT``,
``HF_HUB_OFFLINE``, ``HF_HOME``, tokens. No checkpoint is downloaded before its terms were accepted by
name. The sha256 of each file is written into a lock file at the first download and checked at every
later one. Packs are built into the cache, where the command line and the module look for them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _rrgscore
from .errors import InputError
from .packs import build_pack

__all__ = ["CHECKPOINTS", "Checkpoint", "HubError", "Source", "get"]

#: A configuration in an archive is never longer.
_LONGEST_CONFIG = 1 << 20


class HubError(Exception):
    """Why a checkpoint is not there; in words for a user."""


@dataclass(frozen=True)
class Source:
    """Files of one repository of the hub, at a commit or, without one, at that of the first download.

    ``sha256`` holds what is known of the files beforehand, by name.
    """

    repo: str
    files: tuple[str, ...]
    commit: str | None = None
    sha256: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """A published model, as a pack is built of it. The first file of the first source is the
    checkpoint itself. Where ``terms`` stand, a user must accept them.

    ``encoder`` names the files of the encoder that the archive's own configuration names.
    """

    name: str
    columns: str
    licence: str
    sources: tuple[Source, ...]
    terms: str = ""
    encoder: tuple[str, ...] = ()


_SCORERS = "StanfordAIMI/RRG_scorers"
_RADGRAPH_TERMS = (
    "Trained on reports of MIMIC-CXR. The repository is tagged MIT; do not publish the weights or a"
    " pack of them without asking its authors."
)


def _radgraph(name: str, columns: str, encoder: tuple[str, ...]) -> Checkpoint:
    sources = (Source(_SCORERS, (f"{name}.tar.gz",)),)
    return Checkpoint(name, columns, "MIT (as tagged)", sources, _RADGRAPH_TERMS, encoder)


_REPORTS_TERMS = (
    "Trained on reports of patients. Read the repository's terms; do not publish the weights or a"
    " pack of them without asking its authors."
)


def _srr(name: str, model: str) -> Checkpoint:
    sources = (
        Source(f"StanfordAIMI/{model}", ("model.safetensors", "config.json")),
        Source("microsoft/BiomedVLP-CXR-BERT-general", ("vocab.txt", "tokenizer_config.json")),
    )
    columns = "SRR-BERT (for RadEval's sentences add --extra with NLTK's punkt_tab)"
    return Checkpoint(name, columns, "as its repository says", sources, _REPORTS_TERMS)


#: What can be fetched, by the purpose of the pack that is built of it (docs/packs.md).
CHECKPOINTS: dict[str, Checkpoint] = {
    checkpoint.name: checkpoint
    for checkpoint in (
        Checkpoint(
            "bertscore-minilm",
            "BERTScore (MiniLM)",
            "Apache-2.0",
            (
                Source(
                    "sentence-transformers/all-MiniLM-L6-v2",
                    ("model.safetensors", "config.json", "tokenizer.json"),
                    "e4ce9877abf3edfe10b0d82785e83bdcb973e22e",
                    (
                        (
                            "model.safetensors",
                            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                        ),
                        (
                            "config.json",
                            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                        ),
                        (
                            "tokenizer.json",
                            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                        ),
                    ),
                ),
            ),
        ),
        Checkpoint(
            "bertscore-distilroberta",
            "BERTScore, RadCliQ",
            "Apache-2.0",
            (
                Source(
                    "distilbert/distilroberta-base",
                    ("model.safetensors", "config.json", "tokenizer.json"),
                ),
            ),
        ),
        Checkpoint(
            "chexbert",
            "SembScore, F1-CheXbert, RadCliQ",
            "Academic licence of Stanford (the repository is tagged MIT)",
            (
                Source(_SCORERS, ("chexbert.pth",)),
                Source("google-bert/bert-base-uncased", ("config.json", "vocab.txt")),
            ),
            "For academic, non-commercial use. Neither the weights nor a pack of them may be passed"
            " on.",
        ),
        _radgraph("radgraph", "RadGraph-F1, RadCliQ", ("config.json", "vocab.txt")),
        _radgraph("radgraph-xl", "RadGraph-XL rewards", ("config.json", "vocab.txt")),
        _radgraph("modern-radgraph-xl", "RadGraph-XL rewards", ("config.json", "tokenizer.json")),
        Checkpoint(
            "ratescore-entities",
            "RaTEScore",
            "MIT",
            (
                Source(
                    "Angelakeke/RaTE-NER-Deberta",
                    ("model.safetensors", "config.json", "tokenizer.json"),
                ),
            ),
        ),
        Checkpoint(
            "bertscore-distilbert",
            "BERTScore of RadEval",
            "Apache-2.0",
            (
                Source(
                    "distilbert/distilbert-base-uncased",
                    ("model.safetensors", "config.json", "tokenizer.json"),
                ),
            ),
        ),
        Checkpoint(
            "bertscore-radeval",
            "RadEval-BERTScore",
            "as its repository says",
            (
                Source(
                    "IAMJB/RadEvalModernBERT",
                    ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"),
                ),
            ),
            _REPORTS_TERMS,
        ),
        _srr("srr-bert", "SRR-BERT-Leaves-with-Statuses"),
        _srr("srr-bert-leaves", "SRR-BERT-Leaves"),
        _srr("srr-bert-upper-with-statuses", "SRRG-BERT-Upper-with-Statuses"),
        _srr("srr-bert-upper", "SRR-BERT-Upper"),
        Checkpoint(
            "radbert-ct",
            "F1RadBERT-CT",
            "as its repository says",
            (Source("IAMJB/RadBERT-CT", ("model.safetensors", "config.json", "tokenizer.json")),),
            _REPORTS_TERMS,
        ),
        Checkpoint(
            "ratescore-synonyms",
            "RaTEScore",
            "IHTSDO and NLM licences",
            (
                Source(
                    "FremyCompany/BioLORD-2023-C",
                    ("model.safetensors", "config.json", "tokenizer.json"),
                ),
            ),
            "Holds knowledge of UMLS and SNOMED CT: you need a licence of your own (UMLS, free of"
            " charge). Neither the weights nor a pack of them may be passed on.",
        ),
    )
}


def get(
    names: Iterable[str],
    *,
    accept: Iterable[str] = (),
    precision: str = "int8",
    packs: str | os.PathLike[str] | None = None,
    lock: str | os.PathLike[str] | None = None,
    extra: Sequence[str | os.PathLike[str]] = (),
    say: Callable[[str], None] = print,
) -> list[str]:
    """Downloads checkpoints and builds a pack of each, as far as they are not there.

    ``names`` are keys of :data:`CHECKPOINTS`, or ``all``; ``accept`` names those whose terms are
    accepted. ``precision`` is ``int8``, ``f16`` or ``f32``. ``packs`` is the folder for packs and
    ``lock`` the file of hashes, by default both in the cache. ``extra`` are files or folders that a
    checkpoint may use, such as ``rush_rules.tsv``. Returns the names of those that are there.

    Raises :class:`HubError` when a name is unknown, or at the end, with the reasons, when
    checkpoints could not be had; those that could are built by then.
    """
    wanted = _named(names)
    accepted = set(accept)
    if "all" in accepted:
        raise HubError("terms are accepted name by name: --accept NAME, once for each")
    _named(accepted)
    folder = Path(packs if packs is not None else _packs_folder())
    hashes = _Lock(Path(lock) if lock is not None else folder.parent / "hub.lock.json")
    there, problems = [], []
    for checkpoint in wanted:
        say(_describe(checkpoint))
        if checkpoint.terms and checkpoint.name not in accepted:
            problems.append(
                f"{checkpoint.name}: not fetched; its terms are to be accepted:"
                f" --accept {checkpoint.name}"
            )
            continue
        try:
            files = _fetch(checkpoint, hashes, folder)
            main = checkpoint.sources[0]
            sha256 = hashes.sha256(main.repo, main.files[0])
            pack = _built(precision, folder, sha256)
            if pack is None:
                beside = [file.parent for file in files[1:]]
                pack = build_pack(files[0], folder, with_=[*beside, *extra], precision=precision)
            say(f"  pack     {pack}")
        except (HubError, InputError, OSError) as error:
            problems.append(f"{checkpoint.name}: {error}")
        else:
            there.append(checkpoint.name)
    if problems:
        raise HubError("\n".join(problems))
    return there


def _packs_folder() -> Path:
    folder = _rrgscore.packs_folder()
    if folder is None:
        raise HubError("no cache folder is known on this machine; name a folder with packs=")
    return folder


def _named(names: Iterable[str]) -> list[Checkpoint]:
    found: dict[str, Checkpoint] = {}
    for name in names:
        if name == "all":
            found.update(CHECKPOINTS)
        elif name in CHECKPOINTS:
            found[name] = CHECKPOINTS[name]
        else:
            raise HubError(f"nothing is called {name}; there are: all, {', '.join(CHECKPOINTS)}")
    return list(found.values())


def _describe(checkpoint: Checkpoint) -> str:
    lines = [
        f"{checkpoint.name} (for {checkpoint.columns})",
        f"  from     {', '.join(source.repo for source in checkpoint.sources)}",
        f"  licence  {checkpoint.licence}",
    ]
    if checkpoint.terms:
        lines.append(f"  terms    {checkpoint.terms}")
    return "\n".join(lines)


def _fetch(checkpoint: Checkpoint, lock: _Lock, packs: Path) -> list[Path]:
    """Downloads what a pack is built of; gives the checkpoint and then each source's first file."""
    files = [_download(source, lock, checkpoint.name, packs)[0] for source in checkpoint.sources]
    if checkpoint.encoder:
        encoder = Source(_encoder_of(files[0]), checkpoint.encoder)
        files.append(_download(encoder, lock, checkpoint.name, packs)[0])
    return files


def _download(source: Source, lock: _Lock, name: str, packs: Path) -> list[Path]:
    try:
        import huggingface_hub as hub
        from huggingface_hub import constants, errors
    except ImportError:
        raise HubError("huggingface_hub is not installed: pip install 'rrgscore[hub]'") from None
    commit = source.commit or lock.commit(source.repo)
    paths: list[Path] = []
    for file in source.files:
        try:
            found = hub.hf_hub_download(source.repo, file, revision=commit, library_name="rrgscore")
        except errors.LocalEntryNotFoundError:
            raise HubError(
                f"{file} of {source.repo} is not in {constants.HF_HUB_CACHE}, and the hub is"
                f" offline or does not answer. With it there, the pack of {name} goes to {packs}"
            ) from None
        except (errors.GatedRepoError, errors.RepositoryNotFoundError):
            raise HubError(
                f"{source.repo} is not given to you: accept its terms on its page and log in"
                " (hf auth login, or HF_TOKEN)"
            ) from None
        except Exception as error:  # Of several HTTP libraries, as the version has it.
            raise HubError(f"{file} of {source.repo}: {error}") from None
        path = Path(found)
        paths.append(path)
        # All files of a repository are of one commit: the first one's.
        commit = commit or path.parent.name
        lock.check(source, commit, file, path)
    lock.write()
    return paths


class _Lock:
    """The hashes of what was downloaded, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.repos: dict[str, dict[str, Any]] = {}
        if path.exists():
            try:
                self.repos = json.loads(path.read_text("utf-8"))["repositories"]
            except (ValueError, KeyError, TypeError):
                raise HubError(f"{path} is no file of hashes; move it away") from None

    def sha256(self, repo: str, file: str) -> str | None:
        known: str | None = self.repos.get(repo, {}).get("sha256", {}).get(file)
        return known

    def commit(self, repo: str) -> str | None:
        return self.repos.get(repo, {}).get("commit")

    def check(self, source: Source, commit: str, file: str, path: Path) -> None:
        """Compares a file with what is known of it, or notes it."""
        repo = self.repos.setdefault(source.repo, {"commit": commit, "sha256": {}})
        known = dict(source.sha256).get(file) or repo["sha256"].get(file)
        found = _sha256(path)
        if known is None:
            repo["sha256"][file] = found
        elif known != found:
            raise HubError(
                f"{file} of {source.repo} has sha256 {found}, and not {known} as before"
                f" ({self.path}). It is not used. Remove {path} and get it again; if it is another"
                " file on purpose, remove its line there"
            )
        else:
            repo["sha256"][file] = known

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.part")
        content = {"repositories": dict(sorted(self.repos.items()))}
        beside.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        os.replace(beside, self.path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _encoder_of(archive: Path) -> str:
    """The encoder's repository, as the configuration in an archive of RadGraph names it."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            member = next(m for m in tar if m.isfile() and Path(m.name).name == "config.json")
            content = tar.extractfile(member)
            config = json.loads(content.read(_LONGEST_CONFIG)) if content else {}
        return str(config["model"]["embedder"]["token_embedders"]["bert"]["model_name"])
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, StopIteration):
        raise HubError(f"{archive.name} has no configuration that names its encoder") from None


def _built(precision: str, packs: Path, sha256: str | None) -> Path | None:
    """The pack of a checkpoint, if it is there."""
    for manifest in sorted([*packs.glob("*/pack.json"), *packs.glob("*/*/pack.json")]):
        pack = json.loads(manifest.read_text("utf-8"))
        made_of = [source["sha256"] for source in pack.get("sources", [])]
        if pack.get("precision") == precision and sha256 in made_of:
            return manifest.parent
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: 0 when all is there, 1 when something is not, 2 for a wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m rrgscore.hub", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="what there is, with licences and terms")
    getting = commands.add_parser("get", help="download checkpoints and build packs of them")
    getting.add_argument("names", nargs="+", metavar="all|NAME", help="as list says")
    getting.add_argument(
        "--accept", action="append", default=[], metavar="NAME", help="its terms are accepted"
    )
    getting.add_argument("--precision", choices=("int8", "f16", "f32"), default="int8")
    getting.add_argument("--packs", metavar="DIR", help="the folder for packs [the cache's]")
    getting.add_argument("--lock", metavar="FILE", help="the file of hashes [beside that folder]")
    getting.add_argument(
        "--with", action="append", default=[], dest="extra", metavar="PATH",
        help="what a checkpoint may use besides, such as rush_rules.tsv",
    )
    given = parser.parse_args(arguments)
    if given.command == "list":
        print("\n".join(_describe(checkpoint) for checkpoint in CHECKPOINTS.values()))
        return 0
    try:
        get(
            given.names,
            accept=given.accept,
            precision=given.precision,
            packs=given.packs,
            lock=given.lock,
            extra=given.extra,
        )
    except HubError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
