"""Writes every golden file, or those named: python -m generate [bleu bertscore …]."""

import sys

from . import bertscore, bleu, statistics

GENERATORS = {"bleu": bleu, "bertscore": bertscore, "statistics": statistics}


def main() -> None:
    names = sys.argv[1:] or list(GENERATORS)
    for name in names:
        GENERATORS[name].generate()


main()
