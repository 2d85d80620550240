"""green_parse_radeval.jsonl: a judge's answers as RadEval 2.2.1 reads them for GREEN.

The parser is run as it is; what the package's front imports is left out.
"""

import importlib
import random
import sys
import types
from pathlib import Path

from .judges import answer, mutate
from .output import write


def scorer():
    """RadEval's class without a model."""
    for name in ("radeval", "radeval.metrics", "radeval.metrics.green_score"):
        package = types.ModuleType(name)
        folder = next(Path(path) for path in sys.path if (Path(path) / "radeval").is_dir())
        package.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules.setdefault(name, package)
    module = importlib.import_module("radeval.metrics.green_score.green")
    cls = next(value for value in vars(module).values()
               if isinstance(value, type) and hasattr(value, "parse_error_counts"))
    found = cls.__new__(cls)
    found.categories = [
        "Clinically Significant Errors", "Clinically Insignificant Errors", "Matched Findings"]
    found.sub_categories = [f"({mark}) x" for mark in "abcdef"]
    return found, importlib.import_module("radeval.metrics.green_score.utils").clean_responses


#: What may stand in front of the count of matched findings, and after it.
BEFORE = ["", "The findings that match:\n", "The 3 that match:\n\r", "- ", "\u2028", " ", "**", "a\r",
          "1.2 cm nodule\n", "No\n", "Both see\n\n", "\n", "(a)\n", "Both:\n007. x\n", "x\n\u0663. "]


def generate() -> None:
    rng = random.Random(14)
    raw = [answer(rng) for _ in range(4)]
    for before in BEFORE:
        raw.append(answer(rng).replace("Findings]:\n", "Findings]:\n" + before))
        raw.append(mutate(rng, answer(rng)).replace("Findings]:\n", "Findings]:\n" + before))
    raw += [answer(rng).replace("[M", "**[M").replace("s]:", "s]:**"), "", "[Matched Findings]:\nx\n2."]
    green, clean = scorer()
    records = []
    for text in raw:
        cleaned = clean(text)
        counts = [green.parse_error_counts(cleaned, category) for category in green.categories]
        record = {"raw": text, "radeval": {"matched": counts[2][0]}}
        for name, (total, by_sub) in zip(("significant", "insignificant"), counts):
            record["radeval"][name] = {"total": total, "by_sub": by_sub}
        record["radeval"]["green"] = green.compute_green(cleaned)
        records.append(record)
    write("green_parse_radeval.jsonl", records)
