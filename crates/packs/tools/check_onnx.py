"""Runs built packs in onnxruntime and compares them with what the official classes computed, or
with what the project's own engine did.

    python check_onnx.py ../tests/goldens PACKS

PACKS/<golden's name>/<precision>/ holds a pack's logical files: model.onnx and, where there are
any, heads.onnx, spans.onnx, relations.onnx. Needs numpy and onnxruntime. Prints the largest
differences, and fails when an f32 pack is off by more than 1e-4, or another one is further off
than its precision explains in a tiny network of large random weights.
"""

import json
import pathlib
import sys

import numpy
import onnxruntime

MOST = {"f32": 1e-4, "f16": 0.05, "int8": 1.0}
LEAST_COSINE = {"f32": 0.999999, "f16": 0.9999, "int8": 0.9}


class Worst:
    """The largest difference and the smallest cosine over all that was compared."""

    def __init__(self):
        self.difference, self.cosine = 0.0, 1.0

    def compare(self, found, wanted, vectors=False):
        found, wanted = numpy.asarray(found, "f8"), numpy.asarray(wanted, "f8")
        assert found.shape == wanted.shape, (found.shape, wanted.shape)
        self.difference = max(self.difference, abs(found - wanted).max(initial=0.0))
        if vectors:
            norms = numpy.linalg.norm(found, axis=-1) * numpy.linalg.norm(wanted, axis=-1)
            self.cosine = min(self.cosine, ((found * wanted).sum(-1) / norms).min())

    def check(self, what, precision):
        good = self.difference <= MOST[precision] and self.cosine >= LEAST_COSINE[precision]
        mark = "" if good else "  TOO FAR"
        print(f"{what:40} {precision:5} {self.difference:.2e}  cosine {self.cosine:.7f}{mark}")
        return good


def session(path):
    options = onnxruntime.SessionOptions()
    # Above this level onnxruntime merges DequantizeLinear and MatMul into a product that
    # rounds the activations to 8 bits too.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def run(encoder, ids, mask):
    return encoder.run(["hidden"], {"input_ids": ids, "attention_mask": mask})[0]


def check_encoder(folder, cases, worst):
    encoder = session(folder / "model.onnx")
    heads = folder / "heads.onnx"
    heads = session(heads) if heads.exists() else None
    for case in cases:
        ids = numpy.array([case["ids"]])
        hidden = run(encoder, ids, numpy.ones_like(ids))[0][case["rows"]]
        worst.compare(hidden, case["hidden"], vectors=True)
        if "logits" in case:
            worst.compare(heads.run(["logits"], {"states": hidden})[0], case["logits"])
    # All in one batch, padded on the right with the id that RoBERTa's padding has.
    longest = max(len(case["ids"]) for case in cases)
    ids = numpy.ones((len(cases), longest), dtype=numpy.int64)
    mask = numpy.zeros_like(ids)
    for row, case in enumerate(cases):
        ids[row, : len(case["ids"])] = case["ids"]
        mask[row, : len(case["ids"])] = 1
    for hidden, case in zip(run(encoder, ids, mask), cases):
        worst.compare(hidden[case["rows"]], case["hidden"], vectors=True)


def check_heads(folder, cases, worst):
    spans, relations = session(folder / "spans.onnx"), session(folder / "relations.onnx")
    for case in cases:
        inputs = {
            "words": numpy.array(case["words"], "f4"),
            "starts": numpy.array(case["starts"]),
            "ends": numpy.array(case["ends"]),
        }
        names = ["span_vectors", "entity_scores", "mention_scores"]
        vectors, entities, mentions = spans.run(names, inputs)
        worst.compare(vectors[-1], case["last_vector"], vectors=True)
        worst.compare(entities, case["entity_scores"])
        worst.compare(mentions, case["mention_scores"])
        kept = case["kept"]
        inputs = {"span_vectors": vectors[kept], "mention_scores": mentions[kept]}
        scores = relations.run(["relation_scores"], inputs)[0]
        worst.compare(scores, case["relation_scores"])


def main(goldens, packs):
    checked, good = 0, True
    for path in sorted(pathlib.Path(goldens).glob("*.json")):
        golden = json.loads(path.read_text())
        for folder in sorted((pathlib.Path(packs) / path.stem).glob("*")):
            worst = Worst()
            check_encoder(folder, golden["encoder"], worst)
            good &= worst.check(f"{path.stem} encoder", folder.name)
            if "spans" in golden:
                worst = Worst()
                check_heads(folder, golden["spans"], worst)
                good &= worst.check(f"{path.stem} heads", folder.name)
            checked += 1
    print(f"{checked} packs checked with onnxruntime {onnxruntime.__version__}")
    return 0 if good and checked else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
