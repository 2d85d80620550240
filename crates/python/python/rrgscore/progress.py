"""How far a run is, for whoever waits for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

__all__ = ["Progress", "watcher"]

#: ``progress(done, total)``, called after every piece of work; returning False ends the run.
Progress = Callable[[int, int], Any]


def watcher(progress: Progress | bool | None) -> Progress | None:
    """What is called for a ``progress`` argument.

    A function is called as it is. True is a bar of tqdm where that is installed, otherwise a line
    on standard error per tenth. None and False are silence.
    """
    if progress is None or progress is False:
        return None
    if progress is not True:
        return progress
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Lines()
    bar = tqdm(total=0, unit="piece", desc="rrgscore")

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return show


class _Lines:
    """A line per tenth."""

    def __init__(self) -> None:
        self._tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > self._tenth:
            self._tenth = tenth
            print(f"rrgscore: {done}/{total}", file=sys.stderr)
