"""Writes checkpoints of the official sizes with random weights, in the official formats, for
full-size.test.mjs: chexbert.pth with Adam's state (1.3 GB) and bert-base-uncased/, and
distilroberta-base/ (330 MB).

    python tests/e2e/models/make_full_size.py FOLDER

Needs torch and transformers; crates/packs/tools/requirements-checkpoints.txt has the versions.
"""

import json
import shutil
import sys
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
    pieces = (TINY / "bert-base-uncased/vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces += [f"[unused{at}]" for at in range(config.vocab_size - len(pieces))]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=2))
    tokenizer_config = TINY / "bert-base-uncased/tokenizer_config.json"
    shutil.copy(tokenizer_config, folder / "tokenizer_config.json")


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


if __name__ == "__main__":
    main()
