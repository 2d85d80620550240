"""Writes reports.parquet, the file that files.test.mjs drops: made-up reports as a data set of
Hugging Face's holds them, with a column of images that no score needs. Needs pyarrow."""

from pathlib import Path

import pyarrow
import pyarrow.parquet

TABLE = {
    "image": [{"bytes": b"\x89PNG", "path": "p1.png"}, {"bytes": b"\x89PNG", "path": "p2.png"}],
    "study_id": ["p1", "p2"],
    "findings": ["Lungs are clear today.", "Small effusion on the left."],
}

pyarrow.parquet.write_table(pyarrow.table(TABLE), Path(__file__).with_name("reports.parquet"))
