"""coco.jsonl: BLEU-1…4, ROUGE-L and CIDEr of pycocoevalcap 1.2, on strings as they are.

A record is one set: the scores of BLEU and CIDEr depend on all of it.
"""

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

from .output import write
from .reports import EDGE_PAIRS, pairs


def score(name: str, texts: list) -> dict:
    """All figures of one set of pairs of reports."""
    ids = [f"s{i}" for i in range(len(texts))]
    gts = {study: [reference] for study, (reference, _) in zip(ids, texts)}
    res = {study: [candidate] for study, (_, candidate) in zip(ids, texts)}
    bleu, bleus = Bleu(4).compute_score(gts, res, verbose=0)
    rouge, rouges = Rouge().compute_score(gts, res)
    try:
        cider, ciders = Cider().compute_score(gts, res)
        cider = {"corpus": cider, "per_pair": ciders}
    except ValueError as error:
        cider = {"error": f"ValueError: {error}"}
    return {
        "set": name,
        "references": [reference for reference, _ in texts],
        "candidates": [candidate for _, candidate in texts],
        "bleu": {"corpus": bleu, "per_pair": bleus},
        "rouge_l": {"corpus": rouge, "per_pair": rouges},
        "cider": cider,
    }


def generate() -> None:
    everything = [(r or "", c or "") for _, r, c in pairs(seed=12, rounds=3)]
    altered = everything[: -len(EDGE_PAIRS)]
    sets = {
        "all": everything,
        "altered": altered,
        "two": altered[:2],
        "one_reference": [(altered[0][0], candidate) for _, candidate in altered[:5]],
        "identical": [(reference, reference) for reference, _ in altered[:6]],
        "no_words": [("", "Clear lungs."), ("  \t", ""), ("\n", "a")],
        "short": [("a", "a"), ("a b", "a b"), ("a b c", "a b c"), ("a b c d", "a b c d"), ("x", "")],
    }
    sets |= {f"alone_{kind}": [(reference or "", candidate or "")]
             for kind, (reference, candidate) in EDGE_PAIRS.items()}
    write("coco.jsonl", [score(name, texts) for name, texts in sets.items()])
