"""Reward functions for TRL's GRPO, and for whatever calls rewards as TRL does.

    from rrgscore import rewards
    from trl import GRPOTrainer

    reward = rewards.weighted({"radgraph-xl-partial": 0.5, "ratescore": 0.5}, packs="packs/")
    trainer = GRPOTrainer(..., reward_funcs=[reward])

A reward is called with ``prompts``, ``completions`` and the data set's columns, of which it reads
one, ``reference``, and gives a number per completion. Completions are texts or conversations. Where
the reference is missing the reward is None, by which TRL leaves the sample to other rewards.
"""

from __future__ import annotations

import math
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from .scorer import Path, Scorer

__all__ = [
    "Reward",
    "bertscore",
    "chexbert",
    "radcliq",
    "radgraph_partial",
    "radgraph_xl_partial",
    "ratescore",
    "weighted",
]

#: Metrics of which a study's score depends on the other studies: as rewards they would change with
#: the batch.
_OF_THE_SET = {
    "bertscore-idf",
    "bertscore-idf-radeval",
    "bertscore-minilm-idf",
    "coco-cider",
    "radcliq-v1-radeval",
}

_Key = tuple[bytes, bytes]


class Reward:
    """A weighted sum of metrics as a reward.

    Args:
        weights: What each metric's score is multiplied by, by the metric's id. Of a metric whose
            lower values are better, such as RadCliQ, take a negative weight.
        packs: The packs, as for :class:`rrgscore.Scorer`.
        reference: The column of the data set that holds the references.
        name: What the trainer's logs call it; without one, after the metrics.
        transform: What is done to a sum before it is given, such as clipping it.
        threads: Threads that run models; without a number, one per core.
        remembered: How many pairs' sums are remembered, by the hashes of their texts.

    Raises:
        ValueError: When there is no metric, or one of a whole set of studies, such as CIDEr.

    Each distinct pair of texts is scored once, also over steps. An empty completion is scored as an
    empty report. Packs are loaded at the first call; a reward can be pickled for a process that is
    spawned, and used in one that is forked.
    """

    def __init__(
        self,
        weights: Mapping[str, float],
        packs: Path | Iterable[Path] | None = None,
        *,
        reference: str = "reference",
        name: str | None = None,
        transform: Callable[[float], float] | None = None,
        threads: int | None = None,
        remembered: int = 100_000,
    ) -> None:
        if not weights:
            raise ValueError("a reward needs a metric")
        for metric in weights:
            if metric in _OF_THE_SET:
                raise ValueError(f"{metric} depends on the other studies: it is no reward of one")
        self.weights = dict(weights)
        self.reference = reference
        self.transform = transform
        self.threads = threads
        self.remembered = remembered
        # TRL names rewards in its logs by this, as it does functions.
        self.__name__ = name or "+".join(self.weights).replace("-", "_")
        self._packs = (
            packs if packs is None or isinstance(packs, (str, os.PathLike)) else list(packs)
        )
        self._begin()

    def _begin(self) -> None:
        self._scorer: Scorer | None = None
        self._sums: OrderedDict[_Key, float | None] = OrderedDict()
        self._renew()

    def _renew(self) -> None:
        """Takes note of the process: a lock that another thread held when it was forked is held
        there for ever."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._is_scoring = False

    def __getstate__(self) -> dict[str, Any]:
        own = {"_scorer", "_sums", "_process", "_lock", "_is_scoring"}
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def __repr__(self) -> str:
        return f"<rrgscore.rewards.Reward {self.weights}>"

    def __call__(
        self,
        prompts: Sequence[Any] | None = None,
        completions: Sequence[Any] = (),
        **columns: Any,
    ) -> list[float | None]:
        """Score completions.

        Args:
            prompts: Not looked at.
            completions: What the model wrote: texts, or conversations, of which the last message
                of the assistant counts.
            columns: The data set's columns and what else the trainer gives; only the references
                are looked at.

        Returns:
            One reward per completion, in their order; None where the reference is missing or a
            metric could not be computed.

        Raises:
            KeyError: When there is no column of references.
            TypeError, ValueError: When something is no text, or there are not as many references
                as completions.
            InputError: When a pack is lacking.
        """
        del prompts
        if self.reference not in columns:
            names = ", ".join(sorted(columns)) or "none"
            raise KeyError(f"there is no column {self.reference!r} of references; columns: {names}")
        references = list(columns[self.reference])
        if len(references) != len(completions):
            raise ValueError(
                f"{len(references)} references and {len(completions)} completions: "
                "there must be equally many"
            )
        pairs = [
            None if _is_missing(reference) else (_text(reference, "reference"), _completion(one))
            for reference, one in zip(references, completions)
        ]
        if self._process != os.getpid():
            if self._is_scoring:
                self._scorer = None
            self._renew()
        with self._lock:
            sums = self._of({_key(pair): pair for pair in pairs if pair is not None})
        rewards = [None if pair is None else sums[_key(pair)] for pair in pairs]
        if self.transform is None:
            return rewards
        return [None if reward is None else self.transform(reward) for reward in rewards]

    def _of(self, pairs: dict[_Key, tuple[str, str]]) -> dict[_Key, float | None]:
        """The sums of distinct pairs: those that are remembered, and those that are scored now."""
        known = {key: self._sums[key] for key in pairs if key in self._sums}
        new = [key for key in pairs if key not in known]
        if new:
            self._is_scoring = True
            try:
                known |= self._scored({key: pairs[key] for key in new})
            finally:
                self._is_scoring = False
        for key in pairs:
            self._sums[key] = known[key]
            self._sums.move_to_end(key)
        while len(self._sums) > self.remembered:
            self._sums.popitem(last=False)
        return known

    def _scored(self, pairs: dict[_Key, tuple[str, str]]) -> dict[_Key, float | None]:
        if self._scorer is None:
            self._scorer = Scorer(self.weights, self._packs, missing="empty", threads=self.threads)
        keys = list(pairs)
        references, candidates = zip(*pairs.values())
        result = self._scorer.score(references, candidates, ids=range(len(keys)))
        # A reference without a word in it is left out of the result.
        sums: dict[_Key, float | None] = dict.fromkeys(keys)
        columns = [(weight, result[metric]) for metric, weight in self.weights.items()]
        for place, study in enumerate(result.ids):
            scores = [(weight, column[place]) for weight, column in columns]
            parts = [weight * score for weight, score in scores if score is not None]
            if len(parts) == len(scores):
                sums[keys[int(study)]] = math.fsum(parts)
        return sums


def weighted(
    weights: Mapping[str, float], packs: Path | Iterable[Path] | None = None, **options: Any
) -> Reward:
    """A weighted sum of metrics: :class:`Reward`'s arguments."""
    return Reward(weights, packs, **options)


def radgraph_partial(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """RadGraph's partial reward (RG_ER), 0 to 1. Options as of :class:`Reward`."""
    return Reward({"radgraph-partial": 1.0}, packs, **options)


def radgraph_xl_partial(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """RadGraph-XL's partial reward, 0 to 1. Options as of :class:`Reward`."""
    return Reward({"radgraph-xl-partial": 1.0}, packs, **options)


def ratescore(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """RaTEScore, mostly 0 to 1. Options as of :class:`Reward`."""
    return Reward({"ratescore": 1.0}, packs, **options)


def bertscore(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """BERTScore with distilroberta-base, at most 1. Options as of :class:`Reward`."""
    return Reward({"bertscore": 1.0}, packs, **options)


def chexbert(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """Cosine of CheXbert's embeddings (SembScore), -1 to 1. Options as of :class:`Reward`."""
    return Reward({"semb": 1.0}, packs, **options)


def radcliq(packs: Path | Iterable[Path] | None = None, **options: Any) -> Reward:
    """RadCliQ-v1 with its sign turned, so that a better report has the higher reward. Options as of
    :class:`Reward`."""
    return Reward({"radcliq-v1": -1.0}, packs, **options)


def _key(pair: tuple[str, str]) -> _Key:
    reference, candidate = (sha256(text.encode("utf-8", "surrogatepass")).digest() for text in pair)
    return reference, candidate


def _is_missing(value: object) -> bool:
    """Whether there is no reference: None, NaN, pandas' NA, or a blank text."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and math.isnan(value)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a {what} is of type {type(value).__name__}, not text")
    return value


def _completion(completion: object) -> str:
    """A completion's text: itself, or of a conversation the assistant's last message."""
    if isinstance(completion, Mapping):
        completion = [completion]
    if isinstance(completion, Sequence) and not isinstance(completion, (str, bytes)):
        if not completion:
            return ""
        own = [message for message in completion if message.get("role") == "assistant"]
        content = (own or completion)[-1].get("content")
        if content is None:
            return ""
        if not isinstance(content, str) and isinstance(content, Sequence):
            # Parts, as models of images have them.
            parts = (part.get("text") for part in content if part.get("type", "text") == "text")
            return "".join(_text(part, "part of a completion") for part in parts)
        completion = content
    return _text(completion, "completion")
