"""ratescore_algebra.jsonl, ratescore_decode.jsonl: RaTEScore 0.6.0 without its models.

`long_0_3612` is the long matrix with the contradiction factor that the package had until 2025-05.
"""

import random
import sys
import types

import torch

from .output import write

# utils.py loads a medspacy pipeline on import, which neither function here uses.
sys.modules.setdefault("medspacy", types.SimpleNamespace(load=lambda **_: None))

from RaTEScore.scorer import DEFAULT_MATRIX_LONG, DEFAULT_MATRIX_SHORT  # noqa: E402
from RaTEScore.utils import compute, post_process  # noqa: E402

TYPES = ["ABNORMALITY", "NON-ABNORMALITY", "DISEASE", "NON-DISEASE", "ANATOMY"]
LABELS = ["O"] + [f"{mark}-{kind}" for kind in TYPES for mark in "BI"]


def matrix(table: dict, **changes) -> dict:
    return {
        tuple(part.upper() for part in key.split("_")): value
        for key, value in (table | changes).items()
    }


MATRICES = {
    "long": matrix(DEFAULT_MATRIX_LONG),
    "short": matrix(DEFAULT_MATRIX_SHORT),
    "long_0_3612": matrix(DEFAULT_MATRIX_LONG, neg_weight=0.3612),
}


def side(generator, rng, size: int, kind: str) -> dict:
    embeddings = torch.randn(size, 6, generator=generator)
    if kind == "positive":
        embeddings = embeddings.abs()
    if kind == "ties":
        # Four halves make a vector of length 1 whose products f32 holds exactly in any order of
        # summation, so that equal similarities are equal to the bit.
        embeddings = torch.zeros(size, 6)
        for row in embeddings:
            for place in rng.sample(range(6), 4):
                row[place] = rng.choice([0.5, 0.5, -0.5])
    return {"types": [rng.choice(TYPES) for _ in range(size)], "embeddings": embeddings}


def algebra(kind: str, reference: dict, candidate: dict) -> dict:
    record = {"kind": kind, "reference": reference, "candidate": candidate}
    for name, weights in MATRICES.items():
        r, c = reference["embeddings"], candidate["embeddings"]
        forth = compute(r, c, reference["types"], candidate["types"], weights)
        back = compute(c, r, candidate["types"], reference["types"], weights)
        both = forth + back
        record[name] = {
            "score": 2 * forth * back / both if both else 0,
            "precision_like_ref_to_cand": forth,
            "recall_like_cand_to_ref": back,
        }
    return record


class Pieces:
    """What decode needs of a SentencePiece tokenizer."""

    @staticmethod
    def convert_tokens_to_string(tokens: list) -> str:
        text = "".join(tokens).replace("\u2581", " ")
        return text[1:] if text.startswith(" ") else text


def decode(rng, length: int, padding: int, calm: float) -> dict:
    pieces = ["\u2581no", "\u2581pleural", "\u2581eff", "usion", "\u2581left", ".", "\u2581"]
    tokens = ["[CLS]"] + [rng.choice(pieces) for _ in range(length)] + ["[SEP]"]
    labels, last = [], "O"
    for _ in range(len(tokens) + padding):
        follow = "I-" + last[2:] if last != "O" else "O"
        last = follow if rng.random() < calm else rng.choice(LABELS)
        labels.append(last)
    return {"tokens": tokens, "labels": labels, "entities": post_process(tokens, labels, Pieces)}


def generate() -> None:
    rng, generator = random.Random(7), torch.Generator().manual_seed(7)
    records = []
    for kind in ["random", "positive", "ties"]:
        for sizes in [(1, 1), (2, 2), (1, 5), (4, 6), (7, 3), (12, 12)] + [(20, 9)] * 2:
            pair = [side(generator, rng, size, kind) for size in sizes]
            records.append(algebra(kind, *pair))
    for sizes in [(63, 62), (64, 20), (9, 70)]:
        records.append(algebra("ties", *(side(generator, rng, size, "ties") for size in sizes)))
    zero = {"types": ["ANATOMY", "DISEASE"], "embeddings": torch.zeros(2, 6)}
    records.append(algebra("zero_vectors", zero, side(generator, rng, 4, "random")))
    records.append(algebra("both_zero", zero, zero))
    write("ratescore_algebra.jsonl", records)
    write("ratescore_decode.jsonl", [
        decode(rng, rng.randint(0, 25), rng.choice([0, 0, 3]), rng.choice([0.0, 0.4, 0.8]))
        for _ in range(150)
    ])
