"""Makes crates/engine/tests/goldens/tiny_bert.json, and checks the packs' graphs on the way.

    cargo run -p rrgscore-packs --example synth_checkpoint -- CHECKPOINT tiny 1
    for p in int8 f16 f32; do
      cargo run -p rrgscore-packs --example build_minilm -- CHECKPOINT PACKS/$p $p
    done
    python crates/packs/tools/make_encoder_goldens.py CHECKPOINT PACKS

`f32` values come from the NumPy forward in f64 over the checkpoint's own tensors. `int8` and
`f16` values come from onnxruntime on the packs' graphs, after NumPy has rounded the
checkpoint's weights by its own code and agreed with it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from bert_reference import Bert

LENGTHS = [1, 2, 7, 20, 64]
GOLDEN = Path(__file__).parents[2] / "engine/tests/goldens/tiny_bert.json"


def round_int8(weight, axis):
    scale = (np.abs(weight).max(axis=axis, keepdims=True) / np.float32(127)).astype(np.float32)
    return (np.rint(weight / scale).clip(-127, 127) * scale).astype(np.float32)


def rounded(checkpoint, precision):
    """The checkpoint with the weights that a pack of this precision holds."""
    bert = Bert(checkpoint)
    weights = {name: w.astype(np.float32) for name, w in bert.weights.items()}
    hidden, heads = bert.config["hidden_size"], bert.config["num_attention_heads"]
    positions = "embeddings.position_embeddings.weight"
    token_types = "embeddings.token_type_embeddings.weight"
    for name, weight in weights.items():
        if weight.ndim != 2 or name in (positions, token_types):
            continue
        # One scale per output channel (torch keeps them as rows) or per word.
        weights[name] = (
            round_int8(weight, 1) if precision == "int8" else weight.astype(np.float16)
        )
        if precision == "f16" and name.endswith("self.query.weight"):
            # The pack holds the query's weights divided by the root of the head's width.
            factor = np.float32(1) / np.sqrt(np.float32(hidden // heads))
            weights[name] = (weight * factor).astype(np.float16).astype(np.float32) / factor
    weights[positions] = (weights[positions] + weights[token_types][0]).astype(np.float16)
    weights[token_types] = np.zeros_like(weights[token_types])
    bert.weights = {name: w.astype(np.float64) for name, w in weights.items()}
    return bert


def session_of(model):
    options = onnxruntime.SessionOptions()
    # From "extended" on, onnxruntime replaces DequantizeLinear and MatMul by a product that
    # rounds activations to 8 bits too: fast, but not what the graph says.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(str(model), options)


def run(session, ids, padding=0):
    padded = np.array([list(ids) + [0] * padding])
    mask = np.array([[1] * len(ids) + [0] * padding])
    hidden = session.run(["hidden"], {"input_ids": padded, "attention_mask": mask})[0]
    return hidden[0, : len(ids)]


def main(checkpoint, packs):
    random = np.random.default_rng(7)
    reference = Bert(checkpoint)
    texts = [
        [2, *random.integers(5, reference.config["vocab_size"], max(length - 2, 0)).tolist(), 3][:length]
        for length in LENGTHS
    ]
    cases = [{"ids": ids} for ids in texts]
    for precision in ("f32", "f16", "int8"):
        model = Path(packs) / precision / "model.onnx"
        onnx.checker.check_model(str(model), full_check=True)
        session = session_of(model)
        wanted = reference if precision == "f32" else rounded(checkpoint, precision)
        for ids, case in zip(texts, cases):
            expected, found = wanted.forward(ids), run(session, ids)
            difference = np.abs(expected - found).max()
            print(precision, len(ids), f"NumPy to onnxruntime {difference:.2e}")
            assert difference < 2e-5
            padding = min(5, reference.config["max_position_embeddings"] - len(ids))
            assert np.abs(run(session, ids, padding) - found).max() < 2e-5, "mask"
            values = expected if precision == "f32" else found
            case[precision] = [float(f"{value:.7g}") for value in values.ravel()]
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(
        json.dumps({"seed": 1, "dim": reference.config["hidden_size"], "cases": cases}) + "\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
