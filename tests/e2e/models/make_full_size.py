"""Writes checkpoints of the official sizes with random weights, in the official formats, for
full-size.test.mjs: chexbert.pth with Adam's state (1.3 GB) and bert-base-uncased/,
distilroberta-base/ (330 MB), and radgraph.tar.gz (430 MB) with its encoder's files beside it.

    python tests/e2e/models/make_full_size.py FOLDER

Needs torch and transformers; crates/packs/tools/requirements-checkpoints.txt has the versions.
"""

import gzip
import io
import json
import shutil
import sys
import tarfile
from collections import OrderedDict
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, RobertaConfig, RobertaForMaskedLM

TINY = Path(__file__).resolve().parents[2] / "checkpoints"


def chexbert(out: Path) -> None:
    config = BertConfig()  # bert-base-uncased
    state = OrderedDict()
    for name, tensor in BertModel(config).state_dict().items():
        state[f"module.bert.{name}"] = tensor
    for head in range(14):
        classes = 2 if head == 13 else 4
        state[f"module.linear_heads.{head}.weight"] = torch.randn(classes, config.hidden_size) * 0.02
        state[f"module.linear_heads.{head}.bias"] = torch.zeros(classes)
    weights = [tensor for tensor in state.values() if tensor.is_floating_point()]
    moments = {
        place: {
            "step": torch.tensor(7.0),
            "exp_avg": torch.zeros_like(tensor),
            "exp_avg_sq": torch.zeros_like(tensor),
        }
        for place, tensor in enumerate(weights)
    }
    groups = [{"lr": 2e-5, "params": list(moments)}]
    optimizer = {"state": moments, "param_groups": groups}
    torch.save(
        {"epoch": 6, "model_state_dict": state, "optimizer_state_dict": optimizer},
        out / "chexbert.pth",
    )
    folder = out / "bert-base-uncased"
    folder.mkdir(exist_ok=True)
    whole_vocabulary(folder, config.vocab_size)
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=2))
    tokenizer_config = TINY / "bert-base-uncased/tokenizer_config.json"
    shutil.copy(tokenizer_config, folder / "tokenizer_config.json")


def whole_vocabulary(folder: Path, size: int) -> None:
    pieces = (TINY / folder.name / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces += [f"[unused{at}]" for at in range(size - len(pieces))]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")


def radgraph(out: Path) -> None:
    """The tiny archive with every size replaced by that of the published one."""
    config = BertConfig(vocab_size=30522)
    with tarfile.open(TINY / "radgraph.tar.gz") as archive:
        files = {entry.name: archive.extractfile(entry).read() for entry in archive if entry.isfile()}
    settings = json.loads(files["config.json"])
    model = settings["model"]
    tiny = torch.load(io.BytesIO(files["weights.th"]), weights_only=True)
    widths = tiny["_endpoint_span_extractor._span_width_embedding.weight"].shape
    transformer = next(name for name in tiny if name.endswith("embeddings.word_embeddings.weight"))
    prefix = transformer.removesuffix("embeddings.word_embeddings.weight")

    # Sizes of the tiny archive and of the published one, from the hidden size upwards.
    small = sizes(tiny[transformer].shape[1], widths[1], model["feedforward_params"]["hidden_dims"])
    large = sizes(config.hidden_size, 20, 150)
    whole = dict(zip(small, large))
    assert len(whole) == len(small), "a size that stands for two things cannot be replaced"
    tensors = {prefix + name: value for name, value in BertModel(config).state_dict().items()}
    for name, value in tiny.items():
        if not name.startswith(prefix):
            tensors[name] = 0.02 * torch.randn([whole.get(size, size) for size in value.shape])

    model["feedforward_params"]["hidden_dims"], model["feature_size"] = 150, 20
    weights = io.BytesIO()
    torch.save(tensors, weights)
    files |= {"config.json": json.dumps(settings).encode(), "weights.th": weights.getvalue()}
    with gzip.open(out / "radgraph.tar.gz", "wb", 1) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    folder = out / "tiny-pubmedbert"
    folder.mkdir(exist_ok=True)
    whole_vocabulary(folder, config.vocab_size)
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=2))
    shutil.copy(TINY / folder.name / "tokenizer_config.json", folder / "tokenizer_config.json")


def sizes(hidden: int, features: int, width: int) -> list[int]:
    """Of a span head: features, width, a span, two and three of them, a coreference pair."""
    span = 2 * hidden + features
    return [features, width, span, 2 * span, 3 * span, 3 * span + features]


def distilroberta(out: Path) -> None:
    config = RobertaConfig(
        vocab_size=50265,
        num_hidden_layers=6,
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
    )
    folder = out / "distilroberta-base"
    RobertaForMaskedLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"):
        shutil.copy(TINY / "distilroberta-base" / name, folder / name)


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    chexbert(out)
    distilroberta(out)
    radgraph(out)


if __name__ == "__main__":
    main()
