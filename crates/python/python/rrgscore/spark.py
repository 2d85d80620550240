"""Scoring on Apache Spark: as many machines as the cluster has, over sets that no machine holds.

    from rrgscore import spark

    scored = spark.score(df, metrics=["bleu2", "semb", "radgraph-f1"], packs="/shared/packs")
    scored.write.parquet("scores/")

Each row is scored by itself, by the same engine, to the last digit of ``rrgscore score``. Metrics
that weigh words by all references are refused: ``rrgscore score --shard`` computes them
(docs/scale.md). ``rrgscore`` must be installed on the executors, and packs lie where they can read
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from .scorer import Scorer

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["BatchScorer", "score"]

#: Metrics whose weights are counted over all references, and what is combined of them.
OF_THE_SET = frozenset(
    {"bertscore-idf", "bertscore-minilm-idf", "coco-cider", "radcliq-v1-radeval"}
)


@dataclass(frozen=True)
class BatchScorer:
    """A function from batches of Arrow to batches of Arrow, for any engine that has such.

    A batch comes with the columns ``ids``, ``references`` and ``candidates`` (text); it is given
    back with the id, a float per metric under the name in ``metrics``, and ``failed``: why a row
    lacks a score, or null. A row that cannot be scored fails alone.
    """

    metrics: tuple[str, ...]
    packs: tuple[str, ...] | None = None
    profile: str = "rexrank"
    ids: str = "id"
    references: str = "reference"
    candidates: str = "prediction"
    missing: str = "exclude"
    threads: int = 1

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

    def __call__(
        self, batches: Iterable[pyarrow.RecordBatch]
    ) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield self._scored(batch)

    def schema(self) -> str:
        """The columns that are given, in SQL's words."""
        scores = ", ".join(f"`{metric}` double" for metric in self.metrics)
        return f"`{self.ids}` string, {scores}, failed string"

    def _scored(self, batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
        import pyarrow

        references = batch.column(self.references).to_pylist()
        candidates = batch.column(self.candidates).to_pylist()
        rows = self._rows(references, candidates)
        for at, (scores, _) in enumerate(rows):
            if None in scores and len(rows) > 1:
                # What broke over a row may have taken others along.
                rows[at] = self._rows([references[at]], [candidates[at]])[0]
        columns: dict[str, Any] = {
            self.ids: pyarrow.array(map(str, batch.column(self.ids).to_pylist()), pyarrow.string())
        }
        for place, metric in enumerate(self.metrics):
            columns[metric] = pyarrow.array([scores[place] for scores, _ in rows], pyarrow.float64())
        columns["failed"] = pyarrow.array([failed for _, failed in rows], pyarrow.string())
        return pyarrow.RecordBatch.from_pydict(columns)

    def _rows(
        self, references: Sequence[str | None], candidates: Sequence[str | None]
    ) -> list[tuple[list[float | None], str | None]]:
        """Each row's scores, and why it lacks one."""
        nothing: list[float | None] = [None] * len(self.metrics)
        rows = [(nothing, "there is no reference or no prediction")] * len(references)
        there = [
            at
            for at, (reference, candidate) in enumerate(zip(references, candidates))
            if reference and reference.strip()
            and (self.missing == "empty" or (candidate and candidate.strip()))
        ]
        if not there:
            return list(rows)
        scorer = _scorer(self)
        result = scorer.score([references[at] for at in there], [candidates[at] for at in there], there)
        columns = [result[metric] for metric in self.metrics]
        found: list[tuple[list[float | None], str | None]] = list(rows)
        for place, study in enumerate(result.ids):
            scores = [column[place] for column in columns]
            why = None
            if None in scores:
                reasons = result.reasons(place)["scores"]
                why = "; ".join(score["failed"] for score in reasons.values() if "failed" in score)
            found[int(study)] = (scores, why)
        return found


@lru_cache(maxsize=2)
def _scorer(batch: BatchScorer) -> Scorer:
    """Loaded once in each process of an executor."""
    packs = None if batch.packs is None else list(batch.packs)
    return Scorer(
        list(batch.metrics), packs, batch.profile, missing=batch.missing, threads=batch.threads
    )


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
        packs: A folder of packs, a pack, or a list of them, where the executors find them. Without
            any: those of the cache folder there.
        profile: Whose definitions, as of :class:`rrgscore.Scorer`.
        columns: Further fields of :class:`BatchScorer`: ``missing`` is ``"exclude"`` (such rows
            have no scores) or ``"empty"``; ``threads`` is how many a task uses.

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
