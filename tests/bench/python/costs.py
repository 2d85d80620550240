"""What scoring costs, metric by metric, on one core.

    python costs.py PACKS PAIRS DOCUMENT

PACKS are packs of the published sizes, PAIRS lines of {"reference", "prediction"}. CPU time is told,
which what else runs on the machine changes little. Prints no report.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

from document import load, machine, spread, table, write

import rrgscore

#: Metrics, and how many studies a round scores.
METRICS = {
    "BLEU-2": ("bleu2", 590),
    "ROUGE-L": ("rouge-l", 590),
    "CIDEr": ("coco-cider", 590),
    "BERTScore": ("bertscore", 16),
    "SembScore, F1-CheXbert": ("semb", 16),
    "RadGraph-F1": ("radgraph-f1", 16),
    "RadGraph-XL rewards": ("radgraph-xl-partial", 16),
    "RaTEScore": ("ratescore", 16),
    "RadCliQ-v1": ("radcliq-v1", 8),
}
ROUNDS = 3
SIZES = {"10,000": 10_000, "160,000": 160_000, "10,000,000": 10_000_000}


def duration(seconds):
    """A time in the unit that reads best."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.{1 if seconds / length < 10 else 0}f} {unit}"
    return f"{seconds:.{1 if seconds < 10 else 0}f} s"


def main(packs, pairs, document):
    rows = [json.loads(line) for line in Path(pairs).read_text(encoding="utf-8").splitlines()]
    # Each report once: what was read before costs nothing.
    texts, seen = [], set()
    for row in rows:
        both = {row["reference"], row["prediction"]}
        if not both & seen:
            seen |= both
            texts.append((row["reference"], row["prediction"]))
    words = [len(text.split()) for pair in texts for text in pair]
    began, lines = load(), []
    for name, (metric, studies) in METRICS.items():
        scorer = rrgscore.Scorer(metric, packs.split(os.pathsep), threads=1)
        spent, at = [], 0
        scorer.score(*map(list, zip(*texts[:1])))
        for _ in range(ROUNDS):
            chosen = [texts[1 + (at + more) % (len(texts) - 1)] for more in range(studies)]
            at += studies
            references, candidates = map(list, zip(*chosen))
            cpu = time.process_time()
            scorer.score(references, candidates)
            spent.append(1000 * (time.process_time() - cpu) / studies)
        print(f"{name}: {spread(spent, 3)} ms a study", flush=True)
        cost = median(spent)
        digits = 2 if cost < 10 else 0
        times = [duration(cost / 1000 * size) for size in SIZES.values()]
        lines.append([name, spread(spent, digits), *times])
    head = ["metric", "CPU time, ms a study", *SIZES]
    text = f"""{machine()}, one of them used; int8 packs of the published sizes; reports of {sum(words) / len(words):.0f} words on average; {ROUNDS} rounds, median (least–most), load average {began} to {load()}. Times of larger sets are the median times their size:

{table(head, lines)}
"""
    print(f"\n{text}")
    write(document, "costs", text)


if __name__ == "__main__":
    main(*sys.argv[1:])
