"""How far the packs of all-MiniLM-L6-v2, run by our engine, are from the published f32 weights:
the tables of docs/accuracy.md.

    D=…   # model.safetensors, config.json, tokenizer.json
    for p in int8 f16 f32; do
      cargo run --release -p rrgscore-packs --example build_minilm -- $D PACKS/$p $p
    done
    cargo build --release -p rrgscore-annotate --example embed_texts
    python crates/packs/tools/accuracy.py $D PACKS ReXRank_IUXray_test.json TARGET/release/examples/embed_texts

The reference is the NumPy forward in f64 over the checkpoint's own tensors, which shares
nothing with the builder or the engine. onnxruntime runs the f32 pack's graph as a second one,
and its own dynamic int8 form of it for comparison. Prints no report text.

The same for an encoder of a published size with random weights, to which onnxruntime on the f32
pack's graph is the reference:

    for p in int8 f16 f32; do
      rrgscore packs synth bertscore-distilroberta --precision $p --out PACKS/$p
    done
    python crates/packs/tools/accuracy.py - PACKS ReXRank_IUXray_test.json TARGET/release/examples/embed_texts
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from bert_reference import Bert
from edits import pairs_of

MAX_IDS = 512


def findings_of(path):
    """Every study's findings."""
    studies = json.loads(Path(path).read_text())
    texts = [s["section_findings"] for s in studies.values()]
    return [text for text in texts if isinstance(text, str) and text.strip()]


def clean(text):
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def encode(tokenizer, text):
    ids = tokenizer.encode(clean(text)).ids
    return ids if len(ids) <= MAX_IDS else ids[: MAX_IDS - 1] + ids[-1:]


def embed(program, pack, texts, width):
    """Our engine's ids and hidden states for each text."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "texts.json", Path(folder) / "out.bin"
        given.write_text(json.dumps(texts))
        printed = subprocess.run(
            [program, pack, given, out], check=True, capture_output=True, text=True
        )
        print(printed.stdout.strip(), file=sys.stderr)
        data = out.read_bytes()
    at, results = 0, []
    for _ in texts:
        count = int(np.frombuffer(data, "<u4", 1, at)[0])
        ids = np.frombuffer(data, "<u4", count, at + 4)
        hidden = np.frombuffer(data, "<f4", count * width, at + 4 + 4 * count)
        results.append((ids.tolist(), hidden.reshape(count, width)))
        at += 4 + 4 * count + 4 * count * width
    return results


def run(session, ids):
    ids = np.array([ids])
    return session.run(["hidden"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]


def bertscore(candidate, reference):
    """F1 as bert_score computes it, idf off, no rescaling."""

    def parts(side):
        ids, hidden = side
        hidden = hidden.astype(np.float64)
        # The first and the last id are special ones.
        weights = np.ones(len(ids))
        weights[[0, -1]] = 0.0
        return hidden / np.linalg.norm(hidden, axis=1, keepdims=True), weights

    (x, wx), (y, wy) = parts(candidate), parts(reference)
    if len(x) == 2 or len(y) == 2:
        return 0.0
    similar = x @ y.T
    precision = (similar.max(1) * wx).sum() / wx.sum()
    recall = (similar.max(0) * wy).sum() / wy.sum()
    return 2 * precision * recall / (precision + recall)


def pack_folder(packs, precision):
    """The folder that holds a pack of a precision, or its only folder."""
    folder = packs / precision
    inside = [path for path in folder.iterdir() if path.is_dir()]
    return inside[0] if inside else folder


def main(checkpoint, packs, data, program):
    packs = Path(packs)
    pairs = pairs_of(findings_of(data))
    texts = sorted({text for pair in pairs for text in pair})
    f32 = pack_folder(packs, "f32")
    width = json.loads((f32 / "model.json").read_text())["hidden"]
    engine = {}
    for precision in ("f32", "f16", "int8"):
        engine[precision] = embed(program, pack_folder(packs, precision), texts, width)
    ids = [ids for ids, _ in engine["f32"]]
    graph = b"".join(part.read_bytes() for part in sorted(f32.glob("model.onnx*")))
    session = onnxruntime.InferenceSession(graph)
    plain = [run(session, i) for i in ids]
    if checkpoint == "-":
        reference = plain
    else:
        tokenizer = Tokenizer.from_file(str(Path(checkpoint) / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        assert [encode(tokenizer, text) for text in texts] == ids, "token ids"
        model = Bert(Path(checkpoint))
        reference = [model.forward(i) for i in ids]

    runs = {}
    for precision, results in engine.items():
        assert [i for i, _ in results] == ids, "token ids"
        runs[f"{precision} pack, our engine"] = [hidden for _, hidden in results]
    if checkpoint != "-":
        runs["f32 pack, onnxruntime"] = plain
    with tempfile.TemporaryDirectory() as folder:
        whole, dynamic = Path(folder) / "f32.onnx", Path(folder) / "int8.onnx"
        whole.write_bytes(graph)
        quantize_dynamic(whole, dynamic, weight_type=QuantType.QInt8, per_channel=True)
        session = onnxruntime.InferenceSession(str(dynamic))
        runs["dynamic int8, onnxruntime"] = [run(session, i) for i in ids]

    position = {text: at for at, text in enumerate(texts)}

    def scores(hidden):
        side = lambda text: (ids[position[text]], hidden[position[text]])
        return np.array([bertscore(side(c), side(r)) for r, c in pairs])

    wanted = scores(reference)
    tokens = sum(map(len, ids))
    print(f"{len(pairs)} pairs, {len(texts)} distinct texts, {tokens} tokens; ", end="")
    print(f"reference F1 {wanted.min():.3f} to {wanted.max():.3f}, mean {wanted.mean():.4f}\n")
    print("| run | hidden, max difference | cosine, min | 1 % | mean | F1 difference, mean | median | 95 % | 99 % | max | mean F1 |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, hidden in runs.items():
        worst, cosines = 0.0, []
        for a, b in zip(hidden, reference):
            a, b = a.astype(np.float64), b.astype(np.float64)
            worst = max(worst, np.abs(a - b).max())
            norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            cosines.append((a * b).sum(1) / norms)
        cosines = np.concatenate(cosines)
        found = scores(hidden)
        off = np.abs(found - wanted)
        q = [off.mean(), *np.quantile(off, [0.5, 0.95, 0.99, 1.0])]
        print(
            f"| {name} | {worst:.2g} | {cosines.min():.6f} | {np.quantile(cosines, 0.01):.6f} | {cosines.mean():.7f} | "
            + " | ".join(f"{value:.1e}" for value in q)
            + f" | {found.mean():.4f} |"
        )
    assert np.abs(scores(runs["int8 pack, our engine"]) - wanted).max() < 0.01


if __name__ == "__main__":
    main(*sys.argv[1:])
