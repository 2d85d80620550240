"""ci.jsonl and pandas_na.jsonl: numpy, scipy and pandas."""

import io
import math

import numpy as np
import pandas as pd
from scipy.stats import sem

from .output import write


def interval(kind: str, values) -> dict:
    values = np.asarray(values, dtype=np.float64)
    mean, error = values.mean(), sem(values, ddof=1) if len(values) > 1 else math.nan
    half = 1.96 * error
    record = {"kind": kind, "values": values, "mean": mean, "se_ddof1": error, "half_ddof1": half}
    if len(values) > 1:
        record |= {
            "lo_ddof1": mean - half,
            "hi_ddof1": mean + half,
            "inv_mean": 1 / mean,
            "inv_half_delta_ddof1": 1.96 * error / mean**2,
        }
    return record


def read_cell(text: str):
    """What pandas makes of one cell of a predictions file."""
    table = io.StringIO()
    pd.DataFrame({"study_id": [1], "report": [text]}).to_csv(table, index=False)
    table.seek(0)
    value = pd.read_csv(table)["report"][0]
    if isinstance(value, str):
        return {"cell": text, "kind": "text", "read": value}
    return {"cell": text, "kind": "absent" if pd.isna(value) else "other", "read": str(value)}


CELLS = [
    "", " ", "NA", "N/A", "NaN", "nan", "-nan", "-NaN", "null", "NULL", "Null", "None", "none",
    "NONE", "n/a", "N/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "1.#IND", "-1.#IND", "1.#QNAN",
    "-1.#QNAN", "1.#INF", "NA.", " NA", "NA ", "None.", "Findings: None", "na", "Nan", "NAN",
    "No", "normal", "a,b", 'say "no"', "two\nlines", "two\r\nlines", "\u2265 2 cm", "1", "1.50",
    "True", "inf",
]


def generate() -> None:
    rng = np.random.default_rng(4)
    records = []
    for n in (2, 3, 5, 20, 100, 590):
        records += [
            interval("uniform", rng.uniform(0, 1, n)),
            interval("beta", rng.beta(2, 9, n)),
            interval("normal", rng.normal(0.7, 0.3, n)),
            interval("float32", rng.normal(0.5, 0.2, n).astype(np.float32)),
        ]
    records += [
        interval("constant", np.full(30, 0.1)),
        interval("large_offset", 1e6 + rng.normal(0, 1, 200)),
        interval("wide", 10.0 ** rng.uniform(-8, 8, 200)),
        interval("touches_zero", [1.0, -0.5, 0.2]),
        interval("negative", [-1.0, -2.0, -4.0]),
        interval("single", [0.4]),
    ]
    write("ci.jsonl", records)
    write("pandas_na.jsonl", [read_cell(text) for text in CELLS])
