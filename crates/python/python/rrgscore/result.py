"""What a run came to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

from . import _rrgscore

if TYPE_CHECKING:
    import pandas

__all__ = ["Result"]


class Result:
    """Per-study scores of a run, its summary, and the reasons for each score.

    It is a table to every library that takes Arrow's C stream (``polars.DataFrame(result)``,
    ``pyarrow.table(result)``, a query of DuckDB): ``study_id``, then one column of floats per
    metric, null where a study has no score. ``result["bleu2"]`` is one column as a list, by a
    metric's id or by its name in ``scores.csv``.
    """

    def __init__(self, native: _rrgscore.ScoredStudies) -> None:
        self._native = native

    def __len__(self) -> int:
        """Number of studies."""
        return len(self._native)

    def __repr__(self) -> str:
        return f"<rrgscore.Result: {len(self)} studies, {', '.join(self.metrics)}>"

    def __str__(self) -> str:
        """The table that the command line prints."""
        return self._native.table()

    def __iter__(self) -> Iterator[str]:
        """The metrics' ids, as of a dictionary."""
        return iter(self.metrics)

    def __contains__(self, name: object) -> bool:
        return any(name in both for both in self._native.metrics())

    def __getitem__(self, name: str) -> list[float | None]:
        """A metric's scores, one per study, None where a study has none.

        Args:
            name: A metric's id, such as ``"bleu2"``, or its column, such as ``"bleu_score"``.

        Raises:
            KeyError: When the run has no such metric.
        """
        for place, both in enumerate(self._native.metrics()):
            if name in both:
                return self._native.scores(place)
        raise KeyError(f"{name}: the run has {', '.join(self.metrics)}")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as Arrow's C stream, in one batch and without a copy."""
        return self._native.__arrow_c_stream__(requested_schema)

    @property
    def ids(self) -> list[str]:
        """The studies' ids, in the order of the scores."""
        return self._native.ids()

    @property
    def metrics(self) -> list[str]:
        """The metrics' ids, in the order of the columns."""
        return [metric for metric, _ in self._native.metrics()]

    @property
    def complete(self) -> bool:
        """Whether all was scored: False for a run that was stopped."""
        return self._native.is_complete()

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` holds: means with 95 % intervals, counts, packs, notes."""
        summary: dict[str, Any] = json.loads(self._native.summary())
        return summary

    @property
    def means(self) -> dict[str, float | None]:
        """Each metric's mean over studies, by its id; None without a score."""
        return {metric["id"]: metric["mean"] for metric in self.summary["metrics"]}

    @property
    def signature(self) -> str:
        """One line that names all that decides the numbers, to be printed beside them."""
        return str(self.summary["signature"])

    @property
    def standings(self) -> list[dict[str, Any]]:
        """The places among the published models, for the studies of a published split.

        One for each metric that has a place, edition after edition: `edition` says which.
        """
        standings: list[dict[str, Any]] = json.loads(self._native.standings())
        return standings

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What the input doctor found, most severe first: dictionaries with ``severity``
        (``error``, ``warning`` or ``note``), ``code``, ``message``, ``studies``, ``count`` and
        ``hint``.
        """
        findings: list[dict[str, Any]] = json.loads(self._native.findings())
        return findings

    @property
    def problems(self) -> list[str]:
        """What broke on the way, such as a pack that does not load; its metrics have no scores."""
        return self._native.problems()

    def reasons(self, study: int | str) -> dict[str, Any]:
        """What a study's scores were made of.

        Args:
            study: Its place, counted from 0, or its id.

        Returns:
            ``id``; both texts as they were scored, ``reference`` and ``candidate``; ``scores``: by
            metric's id the ``value`` with its ``reasons``, or why it ``failed``, or None; and
            ``annotations``, what models found in both reports.

        Raises:
            IndexError, KeyError: When there is no such study.
        """
        if isinstance(study, str):
            try:
                place = self.ids.index(study)
            except ValueError:
                raise KeyError(f"{study}: the run has no study of this id") from None
        else:
            place = study + len(self) if study < 0 else study
            if not 0 <= place < len(self):
                raise IndexError(f"{study}: the run has {len(self)} studies")
        found: dict[str, Any] = json.loads(self._native.study(place))
        found["scores"] = {metric: _score(score) for metric, score in found["scores"]}
        return found

    def groups(
        self, by: str | Sequence[object], *, name: str = "group"
    ) -> dict[str, Any]:
        """Each metric's mean and 95 % interval in groups of studies.

        Args:
            by: A value (or None) for each study, in the order of :attr:`ids`; or the name of a
                field of the references, of a run over files that were read with
                ``reference_reading={"fields": True}``; or ``"chexbert"``, the observations that CheXbert
                found in the reference. Many numbers, such as ages, become bands.
            name: What given values are called.

        Returns:
            ``by``; ``groups``, each with ``name``, ``studies`` and ``means`` (per metric ``n``,
            ``mean``, ``ci95``); ``without``, the number of studies in no group.

        Raises:
            InputError: When there is nothing to group by under this name; it says what there is.
            ValueError: When there is not a value for each study.
        """
        values = None
        if not isinstance(by, str):
            values = [None if value is None else str(value) for value in by]
            if len(values) != len(self):
                raise ValueError(f"there are {len(values)} values for {len(self)} studies")
        found = self._native.groups(by if isinstance(by, str) else name, values)
        grouped: dict[str, Any] = json.loads(found)
        return grouped

    def correlations(self, method: str = "spearman") -> dict[str, Any]:
        """How every two metrics go together, each over the studies that have both scores.

        Args:
            method: ``"pearson"``, ``"spearman"`` or ``"kendall"`` (tau-b), as scipy has them.

        Returns:
            ``metrics``, and ``rows``: a row per metric of a cell per metric, with ``n`` and
            ``value``, None where one of the two does not vary.
        """
        found: dict[str, Any] = json.loads(self._native.correlations(method))
        return found

    def extremes(self, count: int = 3) -> list[dict[str, Any]]:
        """The best and worst studies of each metric: per metric ``best`` and ``worst``, each of
        dictionaries with ``place``, ``id`` and ``score``."""
        found: list[dict[str, Any]] = json.loads(self._native.extremes(count))
        return found

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas data frame: ``study_id``, then a column of floats per metric."""
        import pandas

        columns: dict[str, Any] = {"study_id": self.ids}
        for place, (_, column) in enumerate(self._native.metrics()):
            columns[column] = pandas.array(self._native.scores(place), dtype="float64")
        return pandas.DataFrame(columns)

    def files(self) -> dict[str, str]:
        """The files that the command line writes, by name: ``scores.csv``, ``summary.json``, and
        where there is something to put into them ``labels.csv`` and ``judgements.csv``."""
        return dict(self._native.files())

    def write(self, folder: str | PathLike[str], *, reasons: bool = False) -> None:
        """Write these files into a folder, byte for byte as the command line does.

        Args:
            folder: Where to; it is made if it is not there.
            reasons: Also write ``reasons.jsonl``. It holds words of the reports.

        Raises:
            OSError: When a file cannot be written.
        """
        self._native.write(folder, reasons)


def _score(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """A score as :meth:`Result.reasons` gives it."""
    if found is None:
        return None
    return found["Ok"] if "Ok" in found else {"failed": found["Err"]}
