"""Makes crates/engine/tests/goldens/tiny_bert.json, and checks the packs' graphs on the way.

    cargo run -p rrgscore-packs --example synth_checkpoint -- CHECKPOINT tiny 1
    for p in int8 f16 f32; do
      cargo run -p rrgscore-packs --example build_minilm -- CHECKPOINT PACKS/$p $p
    done
    python crates/packs/tools/make_encoder_goldens.py CHECKPOINT PACKS

`f32` values come from the NumPy forward in f64 over the checkpoint's own tensors. `f16` and `int8`
values come from onnxruntime on the pack's graph, after NumPy has agreed on the weights and biases
that the graph holds, and found the weights to be half a step from the checkpoint's at most.
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


# What the linear layers of a graph are in a checkpoint: the part, its layers side by side.
LAYERS = {
    "attention.qkv": [f"attention.self.{part}" for part in ("query", "key", "value")],
    "attention.output": ["attention.output.dense"],
    "feed_forward.in": ["intermediate.dense"],
    "feed_forward.out": ["output.dense"],
}
POSITIONS = "embeddings.position_embeddings.weight"
TOKEN_TYPES = "embeddings.token_type_embeddings.weight"
WORDS = "embeddings.word_embeddings.weight"


def rounded(checkpoint, model):
    """The checkpoint with the weights and biases that an f16 or int8 pack holds: matrices as
    integers with scales, the table of words as half floats or as integers."""
    bert = Bert(checkpoint)
    weights = {name: w.astype(np.float32) for name, w in bert.weights.items()}
    hidden, heads = bert.config["hidden_size"], bert.config["num_attention_heads"]
    stored = {i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(model).graph.initializer}

    def near(found, wanted, step):
        assert (np.abs(found - wanted) <= step * 0.501).all()

    words = stored["embeddings.word.weight"]
    if words.dtype == np.float16:
        assert (words == weights[WORDS].astype(np.float16)).all()
    else:
        step = stored["embeddings.word.scale"]
        words = words.astype(np.float32) * step
        near(words, weights[WORDS], step)
    weights[WORDS] = words
    for layer in range(bert.config["num_hidden_layers"]):
        for part, names in LAYERS.items():
            tensor = {key: stored.get(f"layer.{layer}.{part}.{key}") for key in
                      ("weight", "scale", "input_scale", "bias")}
            step = tensor["scale"] * np.ones((len(tensor["weight"]), 1), np.float32)
            if tensor["input_scale"] is not None:
                step = step * tensor["input_scale"][:, None]
            matrix = tensor["weight"].astype(np.float32) * step
            width = matrix.shape[1] // len(names)
            for at, name in enumerate(names):
                columns = slice(at * width, (at + 1) * width)
                factor = np.float32(1)
                if name.endswith("query"):
                    # The pack holds the query's weights divided by the root of the head's width.
                    factor /= np.sqrt(np.float32(hidden // heads))
                name = f"encoder.layer.{layer}.{name}"
                found = matrix[:, columns].T / factor
                near(found, weights[f"{name}.weight"], step[:, columns].T / factor)
                weights[f"{name}.weight"] = found
                weights[f"{name}.bias"] = tensor["bias"][columns] / factor
    return finished(bert, weights)


def finished(bert, weights):
    """Token types are added to the positions, which are f16."""
    weights[POSITIONS] = (weights[POSITIONS] + weights[TOKEN_TYPES][0]).astype(np.float16)
    weights[TOKEN_TYPES] = np.zeros_like(weights[TOKEN_TYPES])
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
        wanted = reference if precision == "f32" else rounded(checkpoint, model)
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
