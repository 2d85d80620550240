"""paired.jsonl: scipy's paired bootstrap and paired permutation test, statsmodels' Holm."""

import numpy as np
from scipy.stats import bootstrap, permutation_test
from statsmodels.stats.multitest import multipletests

from .output import write

RESAMPLES = 100_000
"""Ten times what is asked of our own, so that its error counts for little."""


def difference(second, first, axis=-1):
    return second.mean(axis=axis) - first.mean(axis=axis)


def reciprocals(second, first, axis=-1):
    return 1 / second.mean(axis=axis) - 1 / first.mean(axis=axis)


def record(kind: str, first, second, reciprocal: bool = False) -> dict:
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    statistic = reciprocals if reciprocal else difference
    observed = statistic(second, first)
    interval = bootstrap(
        (second, first), statistic, paired=True, vectorized=True, n_resamples=RESAMPLES,
        method="percentile", random_state=np.random.default_rng(7), batch=500,
    ).confidence_interval
    test = permutation_test(
        (second, first), statistic, permutation_type="samples", vectorized=True,
        n_resamples=RESAMPLES, alternative="two-sided", random_state=np.random.default_rng(8), batch=500,
    )
    # Both at once: scipy doubles the smaller tail, which is another test where tails differ.
    two_sided = np.mean(np.abs(test.null_distribution) >= abs(observed) * (1 - 1e-12))
    return {
        "kind": kind,
        "reciprocal": reciprocal,
        "first": first,
        "second": second,
        "difference": observed,
        "lower": interval.low,
        "upper": interval.high,
        "standard_error": (second - first).std(ddof=1) / np.sqrt(len(first)),
        "p": float(two_sided),
        "exact": bool(2 ** len(first) <= RESAMPLES),
    }


def generate() -> None:
    rng = np.random.default_rng(11)
    records = []
    for n in (8, 40, 300):
        first = rng.beta(2, 5, n)
        records += [
            record("shifted", first, first + rng.normal(0.03, 0.1, n)),
            record("same_mean", first, first + rng.normal(0, 0.1, n)),
            record("independent", first, rng.beta(2, 4, n)),
            record("few_change", first, np.where(rng.uniform(size=n) < 0.3, first + 0.2, first)),
        ]
    first = rng.uniform(0.5, 2.0, 200)
    records.append(record("reciprocal", first, first + rng.normal(0.05, 0.3, 200), reciprocal=True))
    p_values = [rng.uniform(0, 1, size).round(4) ** 2 for size in (1, 4, 9)]
    records += [
        {"kind": "holm", "p": p, "adjusted": multipletests(p, method="holm")[1]} for p in p_values
    ]
    write("paired.jsonl", records)
