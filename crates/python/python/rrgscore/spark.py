"""Scoring on Apache Spark: as many machines as the cluster has, over sets that no machine holds.

    from rrgscore import spark

    scored = spark.score(df, metrics=["bleu2", "semb", "radgraph-f1"], packs="/shared/packs")
    scored.write.parquet("scores/")

Each row is scored by itself, by the same engine, to the last digit of ``rrgscore score``. Metrics
that weigh words by all references are refused: ``rrgscore score --shard`` computes them
(docs/scale.md). ``rrgscore`` must be installed on the executors, and packs lie where they can read
them.

With ``summary=True`` rows also hold what a summary is made of: ``spark.result(scored)`` has means,
intervals, F1-CheXbert and signature, made by the code that merges shards.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from . import _rrgscore
from .result import Result
from .scorer import Scorer

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["BatchScorer", "result", "score"]

#: Columns of which a summary is made: whether the two reports are there, what the row's run has in
#: common with all others, and the row's results.
SUMMARY = ("has_reference", "has_prediction", "rrgscore_run", "rrgscore_study")

#: Metrics whose weights are counted over all references, and what is combined of them.
OF_THE_SET = frozenset(
    {
        "bertscore-idf",
        "bertscore-idf-radeval",
        "bertscore-minilm-idf",
        "coco-cider",
        "radcliq-v1-radeval",
    }
)


@dataclass(frozen=True)
class BatchScorer:
    """A function from batches of Arrow to batches of Arrow, for any engine that has such.

    A batch comes with the columns ``ids``, ``references`` and ``candidates`` (text); it is given
    back with the id, a float per metric under the name in ``metrics``, ``failed`` (why a row lacks
    a score, or null), and with ``summary`` what :func:`result` reads. A row that cannot be scored
    fails alone.
    """

    metrics: tuple[str, ...]
    packs: tuple[str, ...] | None = None
    profile: str = "rexrank"
    ids: str = "id"
    references: str = "reference"
    candidates: str = "prediction"
    missing: str = "exclude"
    threads: int = 1
    summary: bool = False

    def __post_init__(self) -> None:
        if not self.metrics:
            raise ValueError("name the metrics, by their ids")
        if refused := OF_THE_SET.intersection(self.metrics):
            raise ValueError(
                f"{', '.join(sorted(refused))}: weighs words by all references; use"
                " `rrgscore score --shard`"
            )
        if self.missing not in ("exclude", "empty"):
            raise ValueError("missing is 'exclude' or 'empty': a part of a set cannot be refused")

    def __call__(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield self._scored(batch)

    def schema(self) -> str:
        """The columns that are given, in SQL's words."""
        scores = ", ".join(f"`{metric}` double" for metric in self.metrics)
        kinds = ("boolean", "boolean", "string", "string")
        more = [f"{name} {kind}" for name, kind in zip(SUMMARY, kinds)] if self.summary else []
        return ", ".join([f"`{self.ids}` string", scores, "failed string", *more])

    def _scored(self, batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
        import pyarrow

        ids = [str(study) for study in batch.column(self.ids).to_pylist()]
        references = batch.column(self.references).to_pylist()
        candidates = batch.column(self.candidates).to_pylist()
        rows = self._rows(ids, references, candidates)
        for at, row in enumerate(rows):
            if None in row.scores and len(rows) > 1:
                # What broke over a row may have taken others along.
                rows[at] = self._rows(ids[at : at + 1], [references[at]], [candidates[at]])[0]
        columns: dict[str, Any] = {self.ids: pyarrow.array(ids, pyarrow.string())}
        for place, metric in enumerate(self.metrics):
            scores = [row.scores[place] for row in rows]
            columns[metric] = pyarrow.array(scores, pyarrow.float64())
        columns["failed"] = pyarrow.array([row.failed for row in rows], pyarrow.string())
        if self.summary:
            there = [not missing for missing in _rrgscore.are_missing(references)]
            predicted = [not missing for missing in _rrgscore.are_missing(candidates)]
            runs, studies = [row.run for row in rows], [row.study for row in rows]
            for name, values in zip(SUMMARY, (there, predicted, runs, studies)):
                columns[name] = pyarrow.array(
                    values, pyarrow.bool_() if name.startswith("has_") else pyarrow.string()
                )
        return pyarrow.RecordBatch.from_pydict(columns)

    def _rows(
        self,
        ids: Sequence[str],
        references: Sequence[str | None],
        candidates: Sequence[str | None],
    ) -> list[_Row]:
        """What each row comes to."""
        nothing = _Row([None] * len(self.metrics), "there is no reference or no prediction")
        rows = [nothing] * len(ids)
        lacking = zip(_rrgscore.are_missing(references), _rrgscore.are_missing(candidates))
        there = [
            at
            for at, (reference, candidate) in enumerate(lacking)
            if not reference and (self.missing == "empty" or not candidate)
        ]
        if not there:
            return rows
        found = _scorer(self).score(
            [references[at] for at in there],
            [candidates[at] for at in there],
            [ids[at] for at in there],
        )
        columns = [found[metric] for metric in self.metrics]
        run, studies = found._native.rows() if self.summary else (None, [None] * len(found))
        for place, (at, study) in enumerate(zip(there, studies, strict=True)):
            scores, why = [column[place] for column in columns], None
            if None in scores:
                reasons = found.reasons(place)["scores"].values()
                why = "; ".join(score["failed"] for score in reasons if "failed" in score)
            rows[at] = _Row(scores, why, run, study)
        return rows


@dataclass(frozen=True)
class _Row:
    """What a row comes to."""

    scores: list[float | None]
    failed: str | None = None
    run: str | None = None
    study: str | None = None


@lru_cache(maxsize=2)
def _scorer(batch: BatchScorer) -> Scorer:
    """Loaded once in each process of an executor."""
    packs = None if batch.packs is None else [_place(path) for path in batch.packs]
    return Scorer(
        list(batch.metrics), packs, batch.profile, missing=batch.missing, threads=batch.threads
    )


def _place(path: str) -> str:
    """Where a pack lies here: at its path, or where ``SparkContext.addFile`` has put it."""
    if os.path.exists(path):
        return path
    try:
        from pyspark import SparkFiles
    except ImportError:
        return path
    sent = SparkFiles.get(os.path.basename(path))
    return sent if os.path.exists(sent) else path


def score(
    df: DataFrame,
    metrics: Iterable[str],
    packs: str | PathLike[str] | Iterable[str | PathLike[str]] | None = None,
    profile: str = "rexrank",
    **columns: Any,
) -> DataFrame:
    """Score the rows of a data frame of Spark.

    Args:
        df: A row per study, with the columns ``id``, ``reference`` and ``prediction``; other names
            by ``ids=``, ``references=`` and ``candidates=``.
        metrics: Ids of metrics (docs/metrics.md).
        packs: A folder of packs, a pack, or a list of them, where the executors find them; or the
            names of ``.rrgpack`` files that ``SparkContext.addFile`` has sent there. Without any:
            those of the cache folder there.
        profile: Whose definitions, as of :class:`rrgscore.Scorer`.
        columns: Further fields of :class:`BatchScorer`: ``missing`` is ``"exclude"`` (such rows
            have no scores) or ``"empty"``; ``threads`` is how many a task uses; ``summary`` adds
            what :func:`result` reads, about 1 kB per row.

    Returns:
        A data frame with the id as text, a column of floats per metric, and ``failed``.

    Raises:
        ValueError: For a metric that cannot be computed row by row.
    """
    if isinstance(packs, (str, PathLike)):
        packs = [packs]
    places = None if packs is None else tuple(fspath(path) for path in packs)
    batch = BatchScorer(tuple(metrics), places, profile, **columns)
    return df.mapInArrow(batch, batch.schema())


def result(scored: DataFrame) -> Result:
    """The result of all rows that were scored with ``summary=True``, as if one run had scored them
    in the data frame's order: summary, tables and files, made by the code that merges shards.
    Reports and reasons stay where the rows were scored.

    Args:
        scored: What :func:`score` gave, also written and read again. Order it, by the id for
            instance, where the order of ``scores.csv`` matters.

    Raises:
        ValueError: When rows do not have these columns.
        InputError: When no row was scored, or rows are of different runs.
    """
    if lacking := [name for name in SUMMARY if name not in scored.columns]:
        raise ValueError(f"there is no column {', '.join(lacking)}: score with summary=True")
    return Result(_rrgscore.gather(map(tuple, scored.select(*SUMMARY).toLocalIterator())))
