"""correlation.jsonl: scipy's coefficients of correlation."""

import warnings

import numpy as np
from scipy.stats import kendalltau, pearsonr, spearmanr

from .output import write


def record(kind: str, first, second) -> dict:
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    with warnings.catch_warnings():
        # A side that does not vary has no coefficient: NaN.
        warnings.simplefilter("ignore")
        return {
            "kind": kind,
            "first": first,
            "second": second,
            "pearson": pearsonr(first, second).statistic,
            "spearman": spearmanr(first, second).statistic,
            "kendall": kendalltau(first, second, variant="b").statistic,
        }


def generate() -> None:
    rng = np.random.default_rng(21)
    records = [
        record("two", [0.1, 0.4], [0.9, 0.2]),
        record("constant", [0.5, 0.5, 0.5], [0.1, 0.2, 0.3]),
        record("zeros", [0.0, -0.0, 0.3, 0.1], [0.2, 0.1, -0.0, 0.0]),
        record("same", [0.1, 0.7, 0.3], [0.1, 0.7, 0.3]),
        record("opposite", [0.1, 0.7, 0.3], [0.9, 0.2, 0.4]),
    ]
    for n in (5, 33, 250):
        first = rng.beta(2, 5, n)
        records += [
            record("linear", first, 2 * first + rng.normal(0, 0.2, n)),
            record("monotone", first, np.exp(5 * first) + rng.normal(0, 0.5, n)),
            record("independent", first, rng.beta(2, 4, n)),
            record("ties_in_one", first, np.round(first + rng.normal(0, 0.2, n), 1)),
            record("ties_in_both", np.round(first, 1), np.round(first + rng.normal(0, 0.2, n), 1)),
            record("counts", rng.integers(0, 4, n), rng.integers(0, 3, n)),
        ]
    write("correlation.jsonl", records)
