"""radeval_shape.jsonl: RadEval's keys, from the adapters of all its metrics, and what its BLEU
and ROUGE adapters give for reports, its F1-CheXbert adapter for labels, and its GREEN and CRIMSON
adapters for scores. Models and judges are replaced by what they would give.
"""

import importlib
import sys
import types
from pathlib import Path

import numpy as np
from sklearn.metrics import classification_report

from .output import write
from .reports import pairs

#: CheXbert's observations in RadEval's order (`metrics/f1chexbert/f1chexbert.py`).
NAMES = [
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
    "No Finding",
]
TOP5 = ["Cardiomegaly", "Edema", "Consolidation", "Atelectasis", "Pleural Effusion"]

MODES = [{}, {"per_sample": True}, {"detailed": True}]


def adapters():
    """RadEval's registry. Its packages' fronts import torch and more; their modules are taken
    without them."""
    folder = next(Path(path) for path in sys.path if (Path(path) / "radeval").is_dir())
    names = ["radeval", "radeval.metrics"]
    registry = None
    for _ in range(2):
        for name in names:
            package = types.ModuleType(name)
            package.__path__ = [str(folder / name.replace(".", "/"))]
            sys.modules.setdefault(name, package)
        registry = importlib.import_module("radeval.metrics._registry")
        places = [place for place, _ in registry.METRIC_REGISTRY.values()]
        names = [place.rpartition(".")[0] for place in places]
    return registry


def without_scorer(cls, scorer):
    """An adapter with something in the place of its scorer."""
    metric = cls.__new__(cls)
    metric._scorer = scorer
    return metric


def generate() -> None:
    registry = adapters()
    records = []
    for name in registry.METRIC_REGISTRY:
        cls = registry.get_metric_class(name)
        keys = {
            mode: cls.metric_keys(None, detailed=mode == "detailed")
            for mode in ("default", "detailed")
        }
        records.append({"kind": "keys", "metric": name, **keys})

    # A candidate that is a word for nothing is an empty report to this project, a word to RadEval.
    texts = [(r, c) for _, r, c in pairs(seed=21, rounds=2) if r and r.strip() and c != "None"]
    refs, hyps = [r for r, _ in texts], [c or "" for _, c in texts]
    for name in ("bleu", "rouge"):
        metric = registry.get_metric_class(name)()
        for mode in MODES:
            records.append(
                {
                    "kind": "scores",
                    "metric": name,
                    "mode": mode,
                    "refs": refs,
                    "hyps": hyps,
                    "scores": metric.compute(refs, hyps, **mode),
                }
            )

    rng = np.random.default_rng(4)
    for name, figures in (("green", 3), ("crimson", 4)):
        samples = [round(float(x), figures) for x in rng.uniform(0, 1, 7)]
        scorer = lambda refs, hyps, **options: (
            float(np.mean(samples)),
            float(np.std(samples)),
            samples,
            None,
        )
        metric = without_scorer(registry.get_metric_class(name), scorer)
        for mode in MODES:
            records.append(
                {
                    "kind": "aggregate",
                    "metric": name,
                    "mode": mode,
                    "samples": samples,
                    "scores": metric.compute(refs, hyps, **mode),
                }
            )

    # The evaluator's own calls of scikit-learn, over labels that are given.
    base = importlib.import_module("radeval.metrics.f1chexbert.adapter").F1CheXbertMetric
    truth, found = rng.integers(0, 2, (2, 25, 14))
    five = [NAMES.index(name) for name in TOP5]

    def forward(hyps, refs, on_batch_done=None):
        reports = [
            classification_report(
                truth[:, columns],
                found[:, columns],
                target_names=names,
                output_dict=True,
                zero_division=0,
            )
            for columns, names in ((range(14), NAMES), (five, TOP5))
        ]
        agree = truth == found
        return None, None, *reports, agree.mean(axis=1), agree[:, five].mean(axis=1)

    metric = without_scorer(base, types.SimpleNamespace(forward=forward))
    for mode in MODES:
        records.append(
            {
                "kind": "labels",
                "metric": "f1chexbert",
                "mode": mode,
                "names": NAMES,
                "refs": truth,
                "hyps": found,
                "scores": metric.compute(refs, hyps, **mode),
            }
        )
    write("radeval_shape.jsonl", records)
