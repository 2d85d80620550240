"""radeval.jsonl: RadEval's sentence BLEU and RadCliQ-v1, from the package's own classes.

The models behind RadCliQ are replaced by given component values: only the formula is run.
"""

import importlib
import sys
import types
from pathlib import Path

import numpy as np

from .output import write
from .reports import pairs


def composite():
    """RadEval's CompositeMetric without its models and without what the package's front imports."""
    for name in ("radeval", "radeval.metrics"):
        package = types.ModuleType(name)
        folder = next(Path(path) for path in sys.path if (Path(path) / "radeval").is_dir())
        package.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules[name] = package
    for name, attribute in (
        ("radeval.metrics.radgraph", "RadGraph"),
        ("radeval.metrics.f1chexbert", "F1CheXbert"),
    ):
        stand_in = types.ModuleType(name)
        setattr(stand_in, attribute, lambda *args, **options: None)
        sys.modules[name] = stand_in
    return importlib.import_module("radeval.metrics.RadCliQv1.radcliq").CompositeMetric()


def generate() -> None:
    metric = composite()
    bleu = metric._bleu
    rng = np.random.default_rng(9)
    texts = [(r or "", c or "") for _, r, c in pairs(seed=5, rounds=3)]
    texts += [("", ""), ("a", ""), ("", "a"), ("a", "a"), ("A b.", "a b."), ("a\tb\u00a0c", "a b c")]
    rows = rng.uniform(-0.3, 1, (len(texts), 4))
    metric._compute_sub_metrics = lambda refs, hyps: dict(zip(metric.cols, rows.T))
    scores = metric.predict([r for r, _ in texts], [c for _, c in texts])[1]
    write("radeval.jsonl", [
        {
            "reference": reference,
            "candidate": candidate,
            "bleu2": bleu([reference], [candidate])[1][0],
            "components": rows[i],
            "radcliq_v1": scores[i],
        }
        for i, (reference, candidate) in enumerate(texts)
    ])
