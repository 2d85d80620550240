"""Runs beside each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from . import _rrgscore
from .result import Result

__all__ = ["compare"]

Run = Result | str | PathLike[str]


def compare(
    runs: Sequence[Run] | Mapping[str, Run], *, resamples: int = 10_000, seed: int = 0
) -> list[dict[str, Any]]:
    """Compare each further run with the first one, study by study as their ids say.

    Args:
        runs: Results, or folders that they (or ``rrgscore score``) were written into; by name in
            a dictionary. Without names they are called as their folders, or ``run-1``, ``run-2``.
        resamples: Resamples of the bootstrap, and exchanges of the randomization.
        seed: Seed of the random draws: the same seed gives the same numbers everywhere.

    Returns:
        One dictionary per further run: ``first``, ``second``, ``studies``, and ``metrics``, each
        with the ``difference`` of the means, its 95 % interval by paired bootstrap, and p-values
        by paired approximate randomization, as such (``p``) and adjusted by Holm's method
        (``p_holm``).

    Raises:
        InputError: When the runs are of other references or tasks, or have nothing in common.
        OSError: When a folder cannot be read.
    """
    if isinstance(runs, Mapping):
        named = list(runs.items())
    else:
        named = list(zip(_names(runs), runs))
    if len(named) < 2:
        raise ValueError("there must be at least two runs")
    files = [(name, *_files(run)) for name, run in named]
    compared: list[dict[str, Any]] = json.loads(_rrgscore.compare_runs(files, resamples, seed))
    return compared


def _names(runs: Sequence[Run]) -> list[str]:
    """What runs are called: as their folders; by the whole path where two are called the same."""
    last = [
        f"run-{place}" if isinstance(run, Result) else Path(run).name
        for place, run in enumerate(runs, 1)
    ]
    return [
        name if last.count(name) == 1 or isinstance(run, Result) else fspath(run)
        for name, run in zip(last, runs)
    ]


def _files(run: Run) -> tuple[str, str]:
    """The texts of ``scores.csv`` and ``summary.json``."""
    names = ("scores.csv", "summary.json")
    if isinstance(run, Result):
        files = run.files()
        return files[names[0]], files[names[1]]
    scores, summary = (Path(run, name).read_text(encoding="utf-8") for name in names)
    return scores, summary
