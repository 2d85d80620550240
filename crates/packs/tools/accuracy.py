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
CLS, SEP = 101, 102


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
        weights = np.array([0.0 if i in (CLS, SEP) else 1.0 for i in ids])
        return hidden / np.linalg.norm(hidden, axis=1, keepdims=True), weights

    (x, wx), (y, wy) = parts(candidate), parts(reference)
    if len(x) == 2 or len(y) == 2:
        return 0.0
    similar = x @ y.T
    precision = (similar.max(1) * wx).sum() / wx.sum()
    recall = (similar.max(0) * wy).sum() / wy.sum()
    return 2 * precision * recall / (precision + recall)


def main(checkpoint, packs, data, program):
    checkpoint, packs = Path(checkpoint), Path(packs)
    pairs = pairs_of(findings_of(data))
    texts = sorted({text for pair in pairs for text in pair})
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    ids = [encode(tokenizer, text) for text in texts]
    reference_model = Bert(checkpoint)
    width = reference_model.config["hidden_size"]
    reference = [reference_model.forward(i) for i in ids]

    runs = {}
    for precision in ("f32", "f16", "int8"):
        results = embed(program, packs / precision, texts, width)
        assert [i for i, _ in results] == ids, "token ids"
        runs[f"{precision} pack, our engine"] = [hidden for _, hidden in results]
    f32 = b"".join(part.read_bytes() for part in sorted((packs / "f32").glob("model.onnx*")))
    session = onnxruntime.InferenceSession(f32)
    runs["f32 pack, onnxruntime"] = [run(session, i) for i in ids]
    with tempfile.TemporaryDirectory() as folder:
        plain, dynamic = Path(folder) / "f32.onnx", Path(folder) / "int8.onnx"
        plain.write_bytes(f32)
        quantize_dynamic(plain, dynamic, weight_type=QuantType.QInt8, per_channel=True)
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
    print("| run | hidden, max difference | cosine, min | mean | F1 difference, median | 95 % | 99 % | max | mean F1 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, hidden in runs.items():
        worst, cosines = 0.0, []
        for a, b in zip(hidden, reference):
            worst = max(worst, np.abs(a - b).max())
            norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            cosines.append((a * b).sum(1) / norms)
        cosines = np.concatenate(cosines)
        found = scores(hidden)
        q = np.quantile(np.abs(found - wanted), [0.5, 0.95, 0.99, 1.0])
        print(
            f"| {name} | {worst:.2g} | {cosines.min():.6f} | {cosines.mean():.6f} | "
            + " | ".join(f"{value:.1e}" for value in q)
            + f" | {found.mean():.4f} |"
        )
    assert np.abs(scores(runs["int8 pack, our engine"]) - wanted).max() < 0.01


if __name__ == "__main__":
    main(*sys.argv[1:])
