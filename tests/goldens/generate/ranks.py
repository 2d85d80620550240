"""ranks.jsonl: scipy's ranks and Spearman's rank correlation, numpy's quartiles."""

import numpy as np
from scipy.stats import rankdata, spearmanr

from .output import write


def record(kind: str, first, second) -> dict:
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    constant = np.ptp(first) == 0 or np.ptp(second) == 0
    return {
        "kind": kind,
        "first": first,
        "second": second,
        "ranks": rankdata(first),
        "spearman": None if constant else spearmanr(first, second).statistic,
        "five_numbers": np.quantile(first, [0, 0.25, 0.5, 0.75, 1], method="linear"),
    }


def generate() -> None:
    rng = np.random.default_rng(23)
    records = [
        record("two", [0.2, 0.1], [0.3, 0.9]),
        record("constant", [0.5, 0.5, 0.5], [0.1, 0.2, 0.3]),
        record("zeros", [0.0, -0.0, 0.0, 1.0], [1.0, 2.0, 3.0, 4.0]),
    ]
    for n in (3, 6, 16, 25, 300):
        first = rng.beta(2, 5, n)
        records += [
            record("related", first, first + rng.normal(0, 0.1, n)),
            record("opposed", first, -first + rng.normal(0, 0.05, n)),
            # As tables are printed: many equal values.
            record("rounded", first.round(1), (first + rng.normal(0, 0.1, n)).round(1)),
        ]
    write("ranks.jsonl", records)
