"""RadEval's call shape, for those who cannot install its stack.

    from rrgscore.radeval import RadEval

    evaluator = RadEval(metrics=["bleu", "rouge", "radgraph"], per_sample=False)
    scores = evaluator(refs=references, hyps=candidates)

The keys are those of RadEval 2.2, and so are the values, as far as the same checkpoints are in the
packs. Two things are other than there: a report that is nothing but a word for nothing ("None",
"NA") is scored as an empty one, and empty references are refused. What this package does not
compute it names: :data:`NOT_HERE`.
"""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import Any

from .errors import InputError
from .result import Result
from .scorer import Answers, Path, Scorer

__all__ = ["METRICS", "NOT_HERE", "RadEval"]

#: RadEval's metrics that are computed here, with the columns that each is made of.
METRICS: dict[str, list[str]] = {
    "bleu": ["bleu1-radeval", "coco-bleu2", "bleu3-radeval", "bleu4-radeval"],
    "rouge": ["rouge1", "rouge2", "rouge-l"],
    "bertscore": ["bertscore-distilbert"],
    "radeval_bertscore": ["bertscore-radeval"],
    "f1radbert_ct": ["radbert-ct"],
    "srrbert": ["srr-bert"],
    "f1chexbert": ["semb-radeval"],
    "radgraph": ["radgraph-xl-simple", "radgraph-xl-partial", "radgraph-xl-complete"],
    # The weights that RadEval has are those of the package since 2025-05.
    "ratescore": ["ratescore-2025-05-long"],
    "radgraph_radcliq": ["radgraph-f1-radeval"],
    "radcliq": ["radcliq-v1-radeval"],
    "green": ["green-radeval"],
    "crimson": ["crimson-radeval"],
}

#: RadEval's metrics that are not computed here, and why.
NOT_HERE: dict[str, str] = {
    "temporal": "it needs stanza's tagger",
    "mammo_green": "its prompt is for mammography",
    "radfact_ct": "it asks a language model many questions per report",
}

#: CheXbert's observations in RadEval's order.
_OBSERVATIONS = [
    "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema",
    "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion",
    "Pleural Other", "Fracture", "Support Devices", "No Finding",
]  # fmt: skip
_TOP5 = ["Cardiomegaly", "Edema", "Consolidation", "Atelectasis", "Pleural Effusion"]
#: What RadEval prints of F1RadBERT-CT.
_RADBERT_CT = ["accuracy", "micro_f1", "macro_f1", "weighted_f1"]
#: What it adds to the denominators of a study's figures of SRR-BERT.
_EPSILON = 1e-8
#: RadBERT-CT's findings in its order.
_CT_FINDINGS = [
    "Medical material", "Arterial wall calcification", "Cardiomegaly", "Pericardial effusion",
    "Coronary artery wall calcification", "Hiatal hernia", "Lymphadenopathy", "Emphysema",
    "Atelectasis", "Lung nodule", "Lung opacity", "Pulmonary fibrotic sequela", "Pleural effusion",
    "Mosaic attenuation pattern", "Peribronchial thickening", "Consolidation", "Bronchiectasis",
    "Interlobular septal thickening", "No finding",
]  # fmt: skip


class RadEval:
    """RadEval's evaluator, by this package's engine.

    Args:
        metrics: RadEval's names, as a list, or as a dictionary of options per metric (none of
            which has a meaning here).
        per_sample: Give a list of values per key, one per study, instead of one value.
        detailed: Give more keys: single observations, standard deviations, BLEU-1 to 3.
        show_progress: Show a bar, where tqdm is installed.
        packs: The packs, as for :class:`rrgscore.Scorer`.
        threads: Threads that run models; without a number, one per core.

    Raises:
        NotImplementedError: When RadEval has a metric that is not computed here; it says why.
        ValueError: When RadEval has no such metric either, or an option is given.
    """

    def __init__(
        self,
        metrics: Iterable[str | Mapping[str, Any]] | Mapping[str, Any] | None = None,
        openai_api_key: str | None = None,
        gemini_api_key: str | None = None,
        per_sample: bool = False,
        detailed: bool = False,
        show_progress: bool = False,
        cache_dir: Path | None = None,
        *,
        packs: Path | Iterable[Path] | None = None,
        threads: int | None = None,
    ) -> None:
        if openai_api_key or gemini_api_key:
            warnings.warn(
                "no key is used: a judge's answers are brought, not asked for", stacklevel=2
            )
        del cache_dir
        self.per_sample = per_sample
        self.detailed = detailed
        self.show_progress = show_progress
        self._metrics = _known(metrics)
        columns = [column for name in self._metrics for column in METRICS[name]]
        self._scorer = Scorer(columns, packs, "radeval", missing="empty", threads=threads)

    @property
    def metric_keys(self) -> list[str]:
        """The keys of the means, as RadEval lists them."""
        return [key for name in self._metrics for key in _keys(name, self.detailed)]

    def __call__(
        self,
        refs: list[str],
        hyps: list[str],
        *,
        green_responses: Answers | None = None,
        crimson_responses: Answers | None = None,
    ) -> dict[str, Any]:
        """Score reports.

        Args:
            refs: The references.
            hyps: What a model wrote, as many. An empty text is scored as an empty report.
            green_responses: For ``green``: a judge's answers, as for :meth:`rrgscore.Scorer.score`.
            crimson_responses: The same for ``crimson``.

        Returns:
            RadEval's keys: means rounded to four digits, or lists of ``per_sample`` values, or
            the ``detailed`` keys. An empty dictionary for no study.

        Raises:
            TypeError, ValueError: When the two are no lists of texts, or not equally long.
            InputError: When a reference is empty, or a pack or answers are lacking.
        """
        if not (isinstance(hyps, list) and isinstance(refs, list)):
            raise TypeError("hyps and refs must be of type list")
        if len(hyps) != len(refs):
            raise ValueError("hyps and refs lists don't have the same size")
        if not refs or not self._metrics:
            return {}
        result = self._scorer.score(
            refs,
            hyps,
            progress=self.show_progress,
            green_responses=green_responses if "green" in self._metrics else None,
            crimson_responses=crimson_responses if "crimson" in self._metrics else None,
        )
        if len(result) < len(refs):
            without = len(refs) - len(result)
            raise InputError(
                f"{without} of {len(refs)} references are empty: there is nothing to score with"
            )
        scores: dict[str, Any] = {}
        for name in self._metrics:
            scores |= _SCORES[name](result, self.per_sample, self.detailed)
        return scores

    compute_scores = __call__

    @classmethod
    def from_config(cls, path: str | PathLike[str], **options: Any) -> RadEval:
        """An evaluator as RadEval's configuration files say: JSON, or YAML where PyYAML is
        installed, with ``metrics`` and ``output: {mode: default | per_sample | detailed}``."""
        import json
        from pathlib import Path as FilePath

        text = FilePath(path).read_text(encoding="utf-8")
        if str(path).endswith(".json"):
            config = json.loads(text)
        else:
            import yaml

            config = yaml.safe_load(text)
        mode = config.get("output", {}).get("mode")
        metrics = config.get("metrics", [])
        return cls(metrics, per_sample=mode == "per_sample", detailed=mode == "detailed", **options)


def _known(metrics: Iterable[str | Mapping[str, Any]] | Mapping[str, Any] | None) -> list[str]:
    """The names of metrics, in RadEval's three forms."""
    options: dict[str, Any] = {}
    if isinstance(metrics, Mapping):
        options |= metrics
        metrics = None
    for item in metrics or []:
        options |= {item: {}} if isinstance(item, str) else item
    for name, given in options.items():
        if name in NOT_HERE:
            raise NotImplementedError(
                f"RadEval's {name} is not computed here: {NOT_HERE[name]}; "
                f"computed are {', '.join(METRICS)}"
            )
        if name not in METRICS:
            raise ValueError(f"Unknown metric '{name}'. Available: {sorted(METRICS)}")
        if given:
            raise ValueError(f"{name}: there is no option {', '.join(given)} here")
    return list(options)


def _keys(name: str, detailed: bool) -> list[str]:
    if name == "bleu":
        return ["bleu"] + (["bleu_1", "bleu_2", "bleu_3"] if detailed else [])
    if name == "rouge":
        return ["rouge1", "rouge2", "rougeL"]
    if name == "radgraph":
        return ["radgraph_simple", "radgraph_partial", "radgraph_complete"]
    if name == "f1chexbert":
        return [
            f"f1chexbert_{subset}_{average}_f1"
            for average in ("micro", "macro", "weighted")
            for subset in ("5", "all")
        ]
    if name == "radcliq":
        return ["radcliq_v1"]
    if name == "f1radbert_ct":
        return [f"f1radbert_ct_{figure}" for figure in _RADBERT_CT]
    if name == "srrbert":
        keys = [f"srrbert_weighted_{figure}" for figure in ("f1", "precision", "recall")]
        return keys + (["srrbert_label_scores"] if detailed else [])
    return [name] + ([f"{name}_std"] if detailed and name in ("green", "crimson") else [])


def _scored(result: Result, column: str) -> list[float]:
    """A column's scores. RadEval stops where a model fails; a score that is not there is NaN."""
    return [math.nan if score is None else score for score in result[column]]


def _mean(scores: Iterable[float | None]) -> float:
    known = [score for score in scores if score is not None and not math.isnan(score)]
    return math.fsum(known) / len(known) if known else math.nan


def _deviation(scores: list[float]) -> float:
    """The population's standard deviation, as numpy's by default."""
    known = [score for score in scores if not math.isnan(score)]
    mean = _mean(known)
    return (
        math.sqrt(math.fsum((score - mean) ** 2 for score in known) / len(known)) if known else 0.0
    )


def _of_set(result: Result, column: str) -> float:
    for metric in result.summary["metrics"]:
        if metric["id"] == column:
            return float(metric["of_set"])
    raise KeyError(column)


def _findings(result: Result, column: str) -> dict[str, Any]:
    for metric in result.summary["metrics"]:
        if metric["id"] == column:
            return dict(metric["findings_f1"])
    raise KeyError(column)


def _radbert_ct(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    (column,) = METRICS["f1radbert_ct"]
    if per_sample:
        return {"f1radbert_ct_sample_acc": _scored(result, column)}
    found = _findings(result, column)
    scores: dict[str, Any] = {"f1radbert_ct_accuracy": round(found["exact_match"], 4)}
    for average in ("micro", "macro", "weighted"):
        scores[f"f1radbert_ct_{average}_f1"] = round(found[average]["f1"], 4)
    if detailed:
        # Findings of which there is nothing to count are 0 in RadEval's list.
        by_name = {row["name"]: row["scores"]["f1"] for row in found["rows"]}
        scores["f1radbert_ct_label_scores_f1"] = {
            name: by_name.get(name, 0.0) for name in _CT_FINDINGS
        }
    return scores


def _srr_bert(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    (column,) = METRICS["srrbert"]
    figures = ("f1", "precision", "recall")
    if per_sample:
        scored = _scored(result, column)
        # Of one study the three are the share of common findings, but for what RadEval adds to
        # the denominators; of a study without findings they are 1.
        others = [
            score if score == 1 else score * (2 + _EPSILON) / 2 / (1 + _EPSILON)
            for score in scored
        ]
        return {
            "srrbert_weighted_f1": scored,
            "srrbert_weighted_precision": others,
            "srrbert_weighted_recall": list(others),
        }
    found = _findings(result, column)
    scores: dict[str, Any] = {
        f"srrbert_weighted_{figure}": round(found["weighted"][figure], 4) for figure in figures
    }
    if detailed:
        scores["srrbert_label_scores"] = {
            row["name"]: {
                "f1-score": row["scores"]["f1"],
                "precision": row["scores"]["precision"],
                "recall": row["scores"]["recall"],
                "support": float(row["support"]),
            }
            for row in found["rows"]
        }
    return scores


def _bleu(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    first, second, third, fourth = METRICS["bleu"]
    if per_sample:
        return {"bleu": _scored(result, fourth)}
    scores = {"bleu": round(_of_set(result, fourth), 4)}
    if detailed:
        for key, column in (("bleu_1", first), ("bleu_2", second), ("bleu_3", third)):
            scores[key] = round(_of_set(result, column), 4)
    return scores


def _rouge(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    columns = dict(zip(_keys("rouge", detailed), METRICS["rouge"]))
    return {key: _plain(_scored(result, column), per_sample) for key, column in columns.items()}


def _radgraph(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    columns = dict(zip(_keys("radgraph", detailed), METRICS["radgraph"]))
    if detailed and not per_sample:
        # RadEval does not round these.
        return {key: _mean(_scored(result, column)) for key, column in columns.items()}
    return {key: _plain(_scored(result, column), per_sample) for key, column in columns.items()}


def _chexbert(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    if per_sample:
        labels = _labels(result)
        return {
            "f1chexbert_sample_acc_5": [_agreement(both, _TOP5) for both in labels],
            "f1chexbert_sample_acc_all": [_agreement(both, _OBSERVATIONS) for both in labels],
        }
    found = result.summary["chexbert_f1"]
    averages = {
        row["observations"]: row for row in found["averages"] if row["uncertain_is_positive"]
    }
    scores: dict[str, Any] = {}
    for average in ("micro", "macro", "weighted"):
        for subset, count in (("5", 5), ("all", 14)):
            f1 = averages[count][average]["f1"]
            scores[f"f1chexbert_{subset}_{average}_f1"] = f1 if detailed else round(f1, 4)
    if detailed:
        by_name = {row["name"]: row["scores"]["f1"] for row in found["observations"]}
        scores["f1chexbert_label_scores_f1"] = {
            "f1chexbert_5": {name: by_name[name] for name in _TOP5},
            "f1chexbert_all": {name: by_name[name] for name in _OBSERVATIONS},
        }
    return scores


#: Which observations count as present in a report: positive or uncertain.
_Present = dict[str, bool]


def _labels(result: Result) -> list[list[_Present]]:
    """Per study what is present in reference and candidate; an empty list where it is not known."""
    by_study: dict[str, list[_Present]] = {study: [] for study in result.ids}
    for row in csv.DictReader(io.StringIO(result.files()["labels.csv"])):
        # The reference's row comes first.
        present = {name: row[name] in ("1", "-1") for name in _OBSERVATIONS}
        by_study[row["study_id"]].append(present)
    return list(by_study.values())


def _agreement(both: list[_Present], names: list[str]) -> float:
    """The part of observations in which both reports agree."""
    if not both:
        return math.nan
    reference, candidate = both
    return sum(reference[name] == candidate[name] for name in names) / len(names)


def _radcliq(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
    scores = _scored(result, METRICS["radcliq"][0])
    # What RadEval prints as the mean is the mean's reciprocal.
    return {"radcliq_v1": scores if per_sample else round(1 / _mean(scores), 4)}


def _one(name: str) -> Callable[[Result, bool, bool], dict[str, Any]]:
    """A metric of one column."""

    def scores(result: Result, per_sample: bool, detailed: bool) -> dict[str, Any]:
        values = _scored(result, METRICS[name][0])
        found = {name: _plain(values, per_sample)}
        if detailed and not per_sample and name in ("green", "crimson"):
            found[f"{name}_std"] = round(_deviation(values), 4)
        return found

    return scores


def _plain(scores: list[float], per_sample: bool) -> list[float] | float:
    return scores if per_sample else round(_mean(scores), 4)


_SCORES: dict[str, Callable[[Result, bool, bool], dict[str, Any]]] = {
    "bleu": _bleu,
    "rouge": _rouge,
    "f1chexbert": _chexbert,
    "radgraph": _radgraph,
    "radcliq": _radcliq,
    "f1radbert_ct": _radbert_ct,
    "srrbert": _srr_bert,
    **{
        name: _one(name)
        for name in (
            "bertscore",
            "radeval_bertscore",
            "ratescore",
            "radgraph_radcliq",
            "green",
            "crimson",
        )
    },
}
