"""How golden files are written: JSON Lines, shortest round-trip floats, NaN as a string."""

import json
import math
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent


def plain(value):
    """Turns numpy and torch values into JSON ones; f32 values are widened, not rounded."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def write(name: str, records: list) -> None:
    """Writes one record a line."""
    lines = (json.dumps(plain(record), ensure_ascii=True, allow_nan=False) for record in records)
    text = "".join(line + "\n" for line in lines)
    assert len(text) < 300_000, f"{name} is {len(text)} bytes"
    (FOLDER / name).write_text(text, encoding="ascii")
    print(f"{name}: {len(records)} records, {len(text)} bytes")
