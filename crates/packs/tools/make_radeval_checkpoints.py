"""Writes tiny checkpoints in the formats of RadEval's encoders, and what Punkt learns of the project's
own sentences.

    python make_radeval_checkpoints.py ../../../tests/checkpoints

Needs torch, transformers, safetensors, tokenizers and nltk; weights as those of make_checkpoints.py.
"""

import json
import pathlib
import random
import sys

import nltk.tokenize.punkt as punkt
import safetensors.torch
import tokenizers
import torch
import transformers

import tiny_tokenizers
from make_checkpoints import (
    BERT,
    HIDDEN,
    MODERNBERT,
    PIECES,
    ROBERTA,
    encoder,
    save_safetensors,
    write_json,
)
from tiny_tokenizers import SENTENCES

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "goldens"))

from generate.reports import report  # noqa: E402

DISTILBERT = {
    "activation": "gelu",
    "architectures": ["DistilBertForMaskedLM"],
    "attention_dropout": 0.1,
    "dim": HIDDEN,
    "dropout": 0.1,
    "hidden_dim": 2 * HIDDEN,
    "initializer_range": 0.02,
    "max_position_embeddings": 512,
    "model_type": "distilbert",
    "n_heads": 2,
    "n_layers": 6,
    "pad_token_id": 0,
    "sinusoidal_pos_embds": False,
    "tie_weights_": True,
    "vocab_size": PIECES,
}


def tensors_of(model):
    return {name: value.contiguous().clone() for name, value in model.state_dict().items()}


def labelled(config, outputs):
    """A configuration with so many outputs, named as by a training run that does not name them."""
    names = [f"LABEL_{index}" for index in range(outputs)]
    return {
        **config,
        "id2label": {str(index): name for index, name in enumerate(names)},
        "label2id": {name: index for index, name in enumerate(names)},
    }


def classifier(config, seed, tokenizer):
    """A model whose every output is yes for about a third of the sentences."""
    model = encoder(config, seed, transformers.AutoModelForSequenceClassification)
    last = model.classifier if hasattr(model.classifier, "bias") else model.classifier.out_proj
    with torch.no_grad():
        last.bias.zero_()
        ids = [torch.tensor([tokenizer.encode(text).ids]) for text in SENTENCES]
        logits = torch.cat([model(input_ids=one).logits for one in ids])
        last.bias.copy_(-logits.quantile(0.7, dim=0))
        decided = (logits + last.bias > 0).sum(0)
    assert (decided > 0).all() and (decided < len(SENTENCES)).all(), decided
    return tensors_of(model)


def save_punkt(folder):
    """What Punkt learns of the sentences that reports are made up of, and of some words that end in
    a period within a sentence."""
    rng = random.Random(7)
    trainer = punkt.PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = True
    text = "\n".join(report(rng) for _ in range(400))
    words = ["approx. 3 cm", "Dr. Smith", "vs. scarring", "e.g. a granuloma", "no. 2", "fig. 4"]
    sentences = [f"The nodule is seen {word} today. There is no change." for word in words * 20]
    trainer.train(text + " " + " ".join(sentences), finalize=True)
    params = trainer.get_params()
    params.abbrev_types |= {"dr", "approx", "vs", "e.g", "fig", "no", "r", "l"}
    params.sent_starters |= {"there", "no", "the"}
    params.collocations |= {("##number##", "cm"), ("no", "change")}
    folder.mkdir(parents=True, exist_ok=True)

    def lines(name, rows):
        (folder / name).write_text("".join(f"{row}\n" for row in sorted(rows)), encoding="utf-8")

    lines("abbrev_types.txt", params.abbrev_types)
    lines("sent_starters.txt", params.sent_starters)
    lines("collocations.tab", ("\t".join(pair) for pair in params.collocations))
    contexts = ((word, bits) for word, bits in params.ortho_context.items() if bits)
    lines("ortho_context.tab", (f"{word}\t{bits}" for word, bits in contexts))


def main(out):
    torch.set_num_threads(1)
    load = lambda tokenizer: tokenizers.Tokenizer.from_str(json.dumps(tokenizer))
    bert, pieces = tiny_tokenizers.bert(PIECES)

    tensors = tensors_of(encoder(DISTILBERT, 50, transformers.AutoModelForMaskedLM))
    # As published: the projector is the word embedding, stored once.
    tensors.pop("vocab_projector.weight", None)
    settings = {"do_lower_case": True, "model_max_length": 512}
    save_safetensors(out / "distilbert-base-uncased", DISTILBERT, tensors, bert, settings)

    modernbert = tiny_tokenizers.modernbert(PIECES)
    tensors = tensors_of(encoder(MODERNBERT, 51, transformers.AutoModelForMaskedLM))
    tensors.pop("decoder.weight", None)
    settings = {
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        # Short, so that a text of the goldens is longer.
        "model_max_length": 96,
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "[UNK]",
    }
    save_safetensors(out / "RadEvalModernBERT", MODERNBERT, tensors, modernbert, settings)

    config = {**BERT, "architectures": ["BertForSequenceClassification"]}
    for name, outputs, seed in [
        ("SRR-BERT-Leaves-with-Statuses", 163, 52),
        ("SRRG-BERT-Upper-with-Statuses", 73, 53),
    ]:
        own = labelled(config, outputs)
        tensors = classifier(own, seed, load(bert))
        folder = out / name
        write_json(folder / "config.json", own)
        safetensors.torch.save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    folder = out / "BiomedVLP-CXR-BERT-general"
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    settings = {"do_lower_case": True, "model_max_length": 128, "tokenizer_class": "BertTokenizer"}
    write_json(folder / "tokenizer_config.json", settings)
    save_punkt(out / "punkt_tab" / "english")

    roberta, _, _ = tiny_tokenizers.roberta(PIECES)
    config = {
        **ROBERTA,
        "architectures": ["RobertaForSequenceClassification"],
        "num_hidden_layers": 2,
    }
    config = labelled(config, 18)
    tensors = classifier(config, 54, load(roberta))
    save_safetensors(out / "RadBERT-CT", config, tensors, roberta, {"model_max_length": 512})


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
