"""bertscore_algebra.jsonl, bertscore_idf.jsonl: bert-score 0.3.13 on made-up hidden states.

greedy_cos_idf gets the padded tensors that pad_batch_stats would build (padding value 2.0, which
the masks then silence). The baseline is read from the file in the package.
"""

import csv
import random
from importlib.resources import files

import torch
from bert_score.utils import get_idf_dict, greedy_cos_idf
from torch.nn.utils.rnn import pad_sequence

from .output import write


def baseline() -> torch.Tensor:
    path = files("bert_score") / "rescale_baseline" / "en" / "distilroberta-base.tsv"
    with path.open() as file:
        rows = {row["LAYER"]: row for row in csv.DictReader(file)}
    return torch.tensor([float(rows["5"][name]) for name in ("P", "R", "F")])


def official(batch: list) -> dict:
    """Scores a batch of (reference hidden, reference weights, candidate hidden, weights)."""

    def padded(index):
        hidden = pad_sequence([pair[index] for pair in batch], batch_first=True, padding_value=2.0)
        weights = pad_sequence([pair[index + 1] for pair in batch], batch_first=True)
        ones = [torch.ones(len(pair[index]), dtype=torch.long) for pair in batch]
        return hidden.clone(), pad_sequence(ones, batch_first=True), weights.clone()

    scores = torch.stack(greedy_cos_idf(*padded(0), *padded(2)), dim=-1)
    rescaled = (scores - baseline()) / (1 - baseline())
    record = {"P": scores[:, 0], "R": scores[:, 1], "F": scores[:, 2]}
    return record | {f"{name}_rescaled": rescaled[:, i] for i, name in enumerate("PRF")}


def record(kind: str, batch: list) -> dict:
    fields = ("ref_hidden", "ref_idf", "hyp_hidden", "hyp_idf")
    pairs = [dict(zip(fields, pair)) for pair in batch]
    return {"kind": kind, "dim": batch[0][0].shape[1], "batch": pairs} | official(batch)


def weights(generator, length: int, idf: bool) -> torch.Tensor:
    values = torch.rand(length, generator=generator) * 3 if idf else torch.ones(length)
    values[0] = values[-1] = 0.0
    return values


def random_batch(generator, rng, kind: str) -> list:
    dim = rng.choice([2, 5, 16, 19])
    batch = []
    for _ in range(rng.randint(1, 3)):
        pair = []
        for _ in range(2):
            length = rng.choice([3, 4, 6, 9, 13])
            hidden = torch.randn(length, dim, generator=generator)
            if kind == "positive":
                hidden = hidden.abs()
            pair += [hidden, weights(generator, length, kind == "idf")]
        batch.append(tuple(pair))
    return batch


def edge_cases():
    text = torch.tensor([[1.0, 0.0], [0.6, 0.8], [-1.0, 0.1], [0.0, 1.0]])
    special = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    ones, zeros = torch.tensor([0.0, 1.0, 1.0, 0.0]), torch.zeros(2)
    yield "empty_candidate", [(text, ones, special, zeros)]
    yield "empty_reference", [(special, zeros, text, ones)]
    yield "both_empty", [(special, zeros, special, zeros)]
    yield "two_tokens_with_weight", [(text, ones, special, torch.ones(2))]
    yield "all_weights_zero", [(text, torch.zeros(4), text, torch.zeros(4))]
    yield "one_side_weights_zero", [(text, torch.zeros(4), text, ones)]
    yield "zero_vector", [(torch.zeros(4, 2), ones, text, ones)]
    yield "identical", [(text, ones, text.clone(), ones.clone())]
    away = torch.tensor([[1.0, 0.0], [1.0, 0.1], [1.0, 0.05]])
    back = torch.tensor([[-1.0, 0.0], [-1.0, 0.1], [-1.0, 0.0]])
    one = torch.tensor([0.0, 1.0, 0.0])
    yield "negative_alone", [(away, one, back, one)]
    yield "negative_both_padded", [(away, one, back, one), (text, ones, text, ones)]
    yield "negative_reference_padded", [(away, one, back, one), (text, ones, back, one)]
    yield "negative_candidate_padded", [(away, one, back, one), (away, one, text, ones)]
    yield "matches_special_token", [(
        torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]), one,
        torch.tensor([[1.0, 0.2], [0.0, 1.0], [1.0, 0.2]]), one,
    )]


def idf_record(rng) -> dict:
    documents = [
        [0] + [rng.randint(4, 13) for _ in range(rng.randint(0, 6))] + [2]
        for _ in range(rng.randint(1, 7))
    ]

    class Tokenizer:
        """get_idf_dict asks a tokenizer for the ids of a text; here a text is its own ids."""

    import bert_score.utils as utils

    utils.sent_encode = lambda _, text: [int(piece) for piece in text.split()]
    texts = [" ".join(map(str, document)) for document in documents]
    idf = get_idf_dict(texts, Tokenizer(), nthreads=0)
    held = sorted({token for document in documents for token in document})
    return {
        "docs_token_ids": documents,
        "idf": {token: idf[token] for token in held},
        "unseen_token_idf": idf[99],
    }


def generate() -> None:
    rng, generator = random.Random(3), torch.Generator().manual_seed(3)
    kinds = ["plain", "positive", "idf"] * 10
    records = [record(kind, random_batch(generator, rng, kind)) for kind in kinds]
    records += [record(kind, batch) for kind, batch in edge_cases()]
    write("bertscore_algebra.jsonl", records)
    write("bertscore_idf.jsonl", [idf_record(rng) for _ in range(12)])
