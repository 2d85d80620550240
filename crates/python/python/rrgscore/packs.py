"""Packs from checkpoints."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from . import _rrgscore
from .errors import InputError

__all__ = ["ProvedValue", "build_pack", "prove_packs"]


def build_pack(
    checkpoint: str | PathLike[str],
    out: str | PathLike[str],
    *,
    with_: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    precision: str = "int8",
    other_encoder: bool = False,
    measure: bool = True,
    single_file: bool = False,
    progress: Callable[[str, float], object] | None = None,
) -> Path:
    """Build a pack from a checkpoint as its authors publish it.

    Args:
        checkpoint: The file, or the folder that holds it; what it is, is told from its content.
        out: The folder for packs: the pack gets a folder (or file) of its own in there.
        with_: A folder or file with what the checkpoint needs beside it, such as a tokenizer; or
            several.
        precision: How weights are stored: ``"int8"``, ``"f16"`` or ``"f32"``.
        other_encoder: Take any BERT encoder for BERTScore (MiniLM).
        measure: Measure the pack against f32, which takes more time and memory.
        single_file: Write one ``.rrgpack`` file.
        progress: Called with what is being done and the part of it that is done, 0 to 1.

    Returns:
        The pack's folder or file.

    Raises:
        InputError: When it is no checkpoint that is known, or something is missing beside it.
        OSError: When a file cannot be read or written.
    """
    beside = [with_] if isinstance(with_, (str, PathLike)) else with_
    return Path(
        _rrgscore.build_pack(
            checkpoint,
            out,
            [fspath(path) for path in beside],
            precision,
            other_encoder,
            measure,
            single_file,
            progress,
        )
    )


@dataclass(frozen=True)
class ProvedValue:
    """A published value beside the one that was computed here.

    ``what`` is ``pair 2``, counted from 1, or the name that the source prints; ``verdict`` is
    ``"agrees"``, ``"differs"`` or ``"not computed"``, with the ``reason`` then.
    """

    example: str
    what: str
    metric: str | None
    published: float
    value: float | None
    tolerance: float
    verdict: str
    reason: str | None = None


def prove_packs(
    examples: str | PathLike[str],
    packs: str | PathLike[str] | None = None,
    *,
    threads: int = 1,
) -> list[ProvedValue]:
    """Hold packs against values that official projects publish for their real weights.

    Args:
        examples: A file of pairs of reports with what is published of them (docs/packs.md).
        packs: A folder of packs, or a pack; the user's cache folder by default.
        threads: Threads that run models.

    Returns:
        Each value with its verdict. What comes of it is kept beside each pack that took part, and
        ``rrgscore packs list`` shows it.

    Raises:
        InputError: When the file is none of examples, or a pack is damaged.
        OSError: When a file cannot be read or written.
    """
    folder = _rrgscore.packs_folder() if packs is None else packs
    if folder is None:
        raise InputError("no folder with packs is known here; name one")
    found, _, problems = _rrgscore.prove_packs(examples, folder, threads)
    for problem in problems:
        warnings.warn(problem, RuntimeWarning, stacklevel=2)
    return [_proved(value) for value in json.loads(found)]


def _proved(value: dict[str, Any]) -> ProvedValue:
    verdict = value.pop("verdict")
    if isinstance(verdict, dict):
        return ProvedValue(**value, verdict="not computed", reason=verdict["not-computed"])
    return ProvedValue(**value, verdict=verdict)
