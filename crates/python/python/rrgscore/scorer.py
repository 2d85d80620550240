"""Scoring reports: what is at hand, or files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from . import _rrgscore
from .errors import Interrupted
from .progress import Progress, watcher
from .result import Result

__all__ = ["Scorer", "check_files", "score_files"]

Path = str | PathLike[str]
#: A file of a judge's answers; the output of a batch with its file of studies; or the answers
#: themselves: one per study, or by study id.
Answers = Path | tuple[Path, Path] | Sequence[str | None] | Mapping[str, str]

#: What a scorer is made with besides metrics, packs and profile.
_OPTIONS = ("task", "missing", "cleaning", "clean_answers", "threads", "annotations")


class Scorer:
    """Model packs, loaded once, and the metrics to compute with them.

    Args:
        metrics: Names or ids of metrics (docs/metrics.md), or ``"all-available"``. Without any:
            the profile's usual ones, as far as they can be computed.
        packs: A folder of packs, a pack, or a list of them. Without any: those of the user's
            cache folder.
        profile: Whose definitions: ``"rexrank"`` (the leaderboard's), ``"radeval"`` or ``"coco"``.
        task: What is compared in files that have sections: ``"findings"``, ``"impression"`` or
            ``"report"`` (both). Reports at hand are scored as given.
        missing: What happens to studies without a candidate: ``"refuse"`` to score, score them as
            ``"empty"`` reports, or ``"exclude"`` them. The choice stands in the summary.
        cleaning: What is done to both reports of each study first: nothing, or R2Gen's cleaning,
            ``"r2gen-iu-xray"`` or ``"r2gen-mimic-cxr"``. It stands in the signature.
        clean_answers: Take thoughts (``<think>``) and code fences out of a judge's answers before
            they are read, which no official code does. It stands in the signature.
        threads: Threads that run models; without a number, one per core.
        annotations: A file in which to keep what models find in reports, and to begin with what it
            holds. It holds words of the reports.

    Raises:
        InputError: When a pack is damaged.

    What models find in a report is kept, up to a limit, so that it is not read again by the next
    call. A scorer can be used by several threads, pickled, and used again after a fork.
    """

    def __init__(
        self,
        metrics: str | Iterable[str] | None = None,
        packs: Path | Iterable[Path] | None = None,
        profile: str = "rexrank",
        *,
        task: str | None = None,
        missing: str = "refuse",
        cleaning: str | None = None,
        clean_answers: bool = False,
        threads: int | None = None,
        annotations: Path | None = None,
    ) -> None:
        if threads is not None and threads < 1:
            raise ValueError("threads must be 1 or more")
        self.metrics = _names(metrics)
        self.profile = profile
        self.task = task
        self.missing = missing
        self.cleaning = cleaning
        self.clean_answers = clean_answers
        self.threads = threads
        self._packs = _paths(packs)
        self.annotations = annotations
        self._native = _rrgscore.NativeScorer(self._packs, threads)
        if annotations is not None:
            note = self._native.read_annotations(annotations)
            if note is not None:
                warnings.warn(note, stacklevel=2)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (self.metrics, self._packs, self.profile, self._options()))

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _OPTIONS}

    @property
    def packs(self) -> list[dict[str, str]]:
        """The packs that are there: ``purpose``, ``name``, ``precision`` and ``id`` of each."""
        packs: list[dict[str, str]] = json.loads(self._native.packs())
        return packs

    def offers(self) -> list[dict[str, Any]]:
        """The profile's metrics: ``metric``, whether it is a ``usual`` one, and what it is
        ``lacking`` (None where it can be computed now)."""
        offers: list[dict[str, Any]] = json.loads(self._native.offers(self.profile))
        return offers

    def score(
        self,
        references: Iterable[str | None],
        candidates: Iterable[str | None],
        ids: Iterable[str | int] | None = None,
        progress: Progress | bool | None = None,
        *,
        green_responses: Answers | None = None,
        fineradscore_responses: Answers | None = None,
        crimson_responses: Answers | None = None,
    ) -> Result:
        """Score reports that are at hand, as they are given.

        Args:
            references: The reports to compare with. Lists, columns of pandas or polars and arrays
                of Arrow are taken alike; None, NaN and pandas' NA are missing.
            candidates: What a model wrote, as many.
            ids: The studies' ids; without any they are numbered from 1.
            progress: ``progress(done, total)`` is called after every piece of work and ends the
                run by returning False; True shows a bar.
            green_responses: A judge's answers for GREEN, which bring its column: a file, or the
                answers themselves, one per study or by study id.
            fineradscore_responses: The same for FineRadScore.
            crimson_responses: The same for CRIMSON.

        Returns:
            The scores, a study per row. Studies without a reference are left out, those without
            a candidate treated as ``missing`` says.

        Raises:
            InputError: When nothing can be scored as things are.
            TypeError, ValueError: When something is no text, or the lists are not equally long.
            Interrupted: At Ctrl-C, with what was scored until then.
        """
        if ids is not None:
            ids = list(ids)
        answers = _answers(locals(), ids)
        reports = (references, candidates, ids)
        ran = self._native.score_reports(reports, self._request(), answers, watcher(progress))
        return self._finished(ran)

    def score_files(
        self,
        predictions: Path,
        references: Path | None = None,
        progress: Progress | bool | None = None,
        *,
        data: Path | None = None,
        join_ids: str = "exact",
        repeated_ids: str = "refuse",
        reading: Mapping[str, Any] | None = None,
        reference_reading: Mapping[str, Any] | None = None,
        radgraph_annotations: tuple[Path, Path] | None = None,
        green_responses: Answers | None = None,
        fineradscore_responses: Answers | None = None,
        crimson_responses: Answers | None = None,
    ) -> Result:
        """Score the studies of files, in any format that docs/formats.md lists.

        Args:
            predictions: The file with the model's reports; it may hold the references too.
            references: The file with the references, or a split's name (``"iu-xray-test"``,
                ``"sample"``).
            progress: As for :meth:`score`.
            data: The folder with the published splits; without one, that of the user's cache.
            join_ids: ``"exact"``, or ``"loose"`` for ids that are spelled differently.
            repeated_ids: ``"refuse"``, ``"first"`` or ``"drop"`` studies that stand more than
                once with different texts.
            reading: Overrides of what is guessed about the predictions' file: ``format``,
                ``columns`` (role to name), ``encoding``, ``delimiter``, ``header``.
            reference_reading: The same for the references' file.
            radgraph_annotations: RadGraph's annotations in its official JSON form, of the
                predictions and of the references, in place of a RadGraph pack.
            green_responses: As for :meth:`score`.
            fineradscore_responses: As for :meth:`score`.
            crimson_responses: As for :meth:`score`.

        Returns:
            The scores; what the input doctor found about the files is in their ``findings``.

        Raises:
            InputError: When nothing can be scored as things are, with the doctor's findings.
            OSError: When a file cannot be read.
            Interrupted: At Ctrl-C, with what was scored until then.
        """
        files = _files(predictions, references, data, reading, reference_reading)
        if radgraph_annotations is not None:
            ours, theirs = radgraph_annotations
            files["graphs"] = (_bytes(ours), _bytes(theirs))
        request = self._request({"ids": join_ids, "repeated": repeated_ids})
        answers = _answers(locals(), None)
        ran = self._native.score_files(files, request, answers, watcher(progress))
        return self._finished(ran)

    def _request(self, join: dict[str, str] | None = None) -> str:
        request = _request(self.metrics, self.profile, self.task, self.missing, join)
        return json.dumps(request | {"cleaning": self.cleaning, "cleanAnswers": self.clean_answers})

    def _finished(self, ran: tuple[_rrgscore.ScoredStudies, BaseException | None]) -> Result:
        native, raised = ran
        if self.annotations is not None:
            self._native.write_annotations(self.annotations)
        result = Result(native)
        if isinstance(raised, KeyboardInterrupt):
            raise Interrupted(result) from None
        if raised is not None:
            raise raised
        for problem in result.problems:
            warnings.warn(problem, RuntimeWarning, stacklevel=3)
        return result


def score_files(
    predictions: Path,
    references: Path | None = None,
    *,
    metrics: str | Iterable[str] | None = None,
    packs: Path | Iterable[Path] | None = None,
    profile: str = "rexrank",
    **options: Any,
) -> Result:
    """Score the studies of files once.

    Args:
        predictions: As for :meth:`Scorer.score_files`.
        references: As for :meth:`Scorer.score_files`.
        metrics: As for :class:`Scorer`.
        packs: As for :class:`Scorer`.
        profile: As for :class:`Scorer`.
        options: What else :class:`Scorer` and :meth:`Scorer.score_files` take.

    Returns:
        The scores, with the input doctor's findings.

    Raises:
        InputError, OSError, Interrupted: As :meth:`Scorer.score_files`.
    """
    own = {name: options.pop(name) for name in _OPTIONS if name in options}
    return Scorer(metrics, packs, profile, **own).score_files(predictions, references, **options)


def check_files(
    predictions: Path,
    references: Path | None = None,
    *,
    task: str | None = None,
    missing: str = "refuse",
    data: Path | None = None,
    join_ids: str = "exact",
    repeated_ids: str = "refuse",
    reading: Mapping[str, Any] | None = None,
    reference_reading: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """The input doctor alone: what is wrong with files, before they are scored.

    Args: as of :meth:`Scorer.score_files`.

    Returns:
        The findings, most severe first, as in :attr:`Result.findings`. Where the files could not
        be scored and no finding says why, one of severity ``error`` does.

    Raises:
        InputError, OSError: When a file cannot be read as reports, or not at all.
    """
    files = _files(predictions, references, data, reading, reference_reading)
    join = {"ids": join_ids, "repeated": repeated_ids}
    request = json.dumps(_request([], "rexrank", task, missing, join))
    found, refused = _rrgscore.check_files(files, request)
    findings: list[dict[str, Any]] = json.loads(found)
    if refused is not None and all(finding["severity"] != "error" for finding in findings):
        refusal = {"severity": "error", "message": refused, "studies": [], "count": 0, "hint": ""}
        findings.insert(0, refusal)
    return findings


def _again(
    metrics: list[str], packs: list[str] | None, profile: str, options: dict[str, Any]
) -> Scorer:
    """A scorer in another process."""
    return Scorer(metrics, packs, profile, **options)


def _files(
    predictions: Path,
    references: Path | None,
    data: Path | None,
    reading: Mapping[str, Any] | None,
    reference_reading: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Files as the native half takes them."""
    return {
        "predictions": predictions,
        "references": None if references is None else fspath(references),
        "data": data,
        "reading": json.dumps(dict(reading or {})),
        "reference_reading": json.dumps(dict(reference_reading or {})),
        "graphs": None,
    }


def _request(
    metrics: list[str],
    profile: str,
    task: str | None,
    missing: str,
    join: dict[str, str] | None,
) -> dict[str, Any]:
    request = {"metrics": metrics, "profile": profile, "task": task, "missing": missing}
    return request if join is None else request | {"join": join}


def _names(metrics: str | Iterable[str] | None) -> list[str]:
    if metrics is None:
        return []
    if isinstance(metrics, str):
        return [name.strip() for name in metrics.split(",")]
    return list(metrics)


def _paths(packs: Path | Iterable[Path] | None) -> list[str] | None:
    if packs is None:
        return None
    if isinstance(packs, (str, PathLike)):
        return [fspath(packs)]
    return [fspath(path) for path in packs]


def _bytes(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _answers(given: dict[str, Any], ids: Sequence[str | int] | None) -> list[tuple[str, bytes]]:
    """What there is of ``<judge>_responses`` as the bytes of files of answers."""
    files: list[tuple[str, bytes]] = []
    for judge in ("green", "fineradscore", "crimson"):
        answers = given[f"{judge}_responses"]
        if answers is None:
            continue
        if isinstance(answers, (str, PathLike)):
            files.append((judge, _bytes(answers)))
        elif isinstance(answers, tuple) and len(answers) == 2 and _are_files(answers):
            files.extend((judge, _bytes(path)) for path in answers)
        else:
            files.append((judge, _lines(answers, ids)))
    return files


def _are_files(answers: tuple[Any, Any]) -> bool:
    """Whether two things are paths and not two answers: an answer is no file's name."""
    from os.path import isfile

    return all(
        isinstance(one, PathLike) or (isinstance(one, str) and isfile(one)) for one in answers
    )


def _lines(
    answers: Sequence[str | None] | Mapping[str, str], ids: Sequence[str | int] | None
) -> bytes:
    """A file of answers: ``{"id": …, "response": …}`` per line."""
    if isinstance(answers, Mapping):
        pairs: Iterable[tuple[Any, str | None]] = answers.items()
    else:
        if ids is not None and len(ids) != len(answers):
            raise ValueError(
                f"{len(ids)} ids and {len(answers)} answers: there must be equally many"
            )
        pairs = zip(range(1, len(answers) + 1) if ids is None else ids, answers)
    lines = (
        json.dumps({"id": str(study), "response": answer})
        for study, answer in pairs
        if answer is not None
    )
    return "\n".join(lines).encode()
