"""Packs from checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike, fspath
from pathlib import Path

from . import _rrgscore

__all__ = ["build_pack"]


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
