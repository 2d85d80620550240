"""Writes every golden file, or the named groups: python -m generate [bleu bertscore …]."""

import importlib
import sys

GROUPS = ["bleu", "bertscore", "statistics", "radgraph", "linear", "ratescore", "judges", "radeval",
          "coco", "rouge", "crimson", "green_radeval", "paired", "radeval_shape", "ranks",
          "correlation"]

for group in sys.argv[1:] or GROUPS:
    importlib.import_module(f".{group}", __package__).generate()
