"""bleu.jsonl: fast-bleu 0.0.90, called as CXR-Report-Metric's run_eval.py does."""

import math

from fast_bleu import BLEU

from .output import write
from .reports import pairs


def tokens(text) -> list:
    """The cleaning in run_eval.py (prep_reports): an absent report is pandas' NaN."""
    text = str(math.nan if text is None else text)
    return [piece for piece in text.lower().replace(".", " .").split(" ") if piece]


def generate() -> None:
    records = []
    for kind, reference, candidate in pairs(seed=2, rounds=6):
        reference_tokens, candidate_tokens = tokens(reference), tokens(candidate)
        bleu = BLEU([reference_tokens], {"bigram": (1 / 2.0, 1 / 2.0)})
        records.append({
            "kind": kind,
            "reference": reference,
            "candidate": candidate,
            "bleu2": bleu.get_score([candidate_tokens])["bigram"][0],
            "ref_tokens": reference_tokens if len(reference_tokens) < 60 else None,
            "cand_tokens": candidate_tokens if len(candidate_tokens) < 60 else None,
        })
        for field in ("ref_tokens", "cand_tokens"):
            if records[-1][field] is None:
                del records[-1][field]
    write("bleu.jsonl", records)
