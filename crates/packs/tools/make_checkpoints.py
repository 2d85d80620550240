"""Writes the project's own tiny checkpoints, in the formats of the official ones.

    python make_checkpoints.py ../../../tests/checkpoints

Needs torch, transformers, safetensors and tokenizers. Weights are random, but scaled and
shifted so that every class of every head is decided now and then on plain report sentences.
The files are committed; run this again only to change them, and then make the goldens again.
"""

import gzip
import io
import json
import pathlib
import sys
import tarfile

import numpy
import safetensors.torch
import tokenizers
import torch
import transformers

import tiny_tokenizers
from tiny_tokenizers import SENTENCES

HIDDEN = 16
PIECES = 300
TRANSFORMER = "_embedder.token_embedder_bert._matched_embedder.transformer_model."

OBSERVATION_CLASSES = [4] * 13 + [2]
RATE_KINDS = ["ABNORMALITY", "NON-ABNORMALITY", "DISEASE", "NON-DISEASE", "ANATOMY"]
RATE_LABELS = [f"{part}-{kind}" for kind in RATE_KINDS for part in "BI"] + ["O"]
RADGRAPH_LABELS = ["ANAT-DP", "OBS-DP", "OBS-U", "OBS-DA"]
RADGRAPH_XL_LABELS = [
    f"{kind}{measured}::{certainty}"
    for measured in ["", "::measurement"]
    for kind in ["Observation", "Anatomy"]
    for certainty in ["definitely present", "uncertain", "definitely absent"]
]
RELATIONS = ["modify", "located_at", "suggestive_of"]

BERT = {
    "architectures": ["BertForMaskedLM"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": HIDDEN,
    "initializer_range": 0.02,
    "intermediate_size": 2 * HIDDEN,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 128,
    "model_type": "bert",
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "type_vocab_size": 2,
    "vocab_size": PIECES,
}
ROBERTA = {
    **BERT,
    "architectures": ["RobertaForMaskedLM"],
    "bos_token_id": 0,
    "eos_token_id": 2,
    "layer_norm_eps": 1e-05,
    "max_position_embeddings": 514,
    "model_type": "roberta",
    "num_hidden_layers": 6,
    "pad_token_id": 1,
    "type_vocab_size": 1,
}
MPNET = {
    **BERT,
    "architectures": ["MPNetModel"],
    "bos_token_id": 0,
    "eos_token_id": 2,
    "layer_norm_eps": 1e-05,
    "max_position_embeddings": 514,
    "model_type": "mpnet",
    "pad_token_id": 1,
    "relative_attention_num_buckets": 32,
}
del MPNET["type_vocab_size"], MPNET["position_embedding_type"]
DEBERTA = {
    "architectures": ["DebertaV2ForTokenClassification"],
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": HIDDEN,
    "id2label": {str(index): label for index, label in enumerate(RATE_LABELS)},
    "initializer_range": 0.02,
    "intermediate_size": 2 * HIDDEN,
    "label2id": {label: index for index, label in enumerate(RATE_LABELS)},
    "layer_norm_eps": 1e-07,
    "max_position_embeddings": 512,
    "max_relative_positions": -1,
    "model_type": "deberta-v2",
    "norm_rel_ebd": "layer_norm",
    "num_attention_heads": 2,
    "num_hidden_layers": 3,
    "pad_token_id": 0,
    "pooler_dropout": 0,
    "pooler_hidden_act": "gelu",
    "pooler_hidden_size": HIDDEN,
    "pos_att_type": ["p2c", "c2p"],
    "position_biased_input": False,
    # Few buckets, so that ordinary sentences reach the logarithmic ones.
    "position_buckets": 8,
    "relative_attention": True,
    "share_att_key": True,
    "type_vocab_size": 0,
    "vocab_size": PIECES,
}
MODERNBERT = {
    "architectures": ["ModernBertForMaskedLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": PIECES - 4,
    "classifier_activation": "gelu",
    "classifier_bias": False,
    "classifier_dropout": 0.0,
    "classifier_pooling": "mean",
    "cls_token_id": PIECES - 4,
    "decoder_bias": True,
    "deterministic_flash_attn": False,
    "embedding_dropout": 0.0,
    "eos_token_id": PIECES - 3,
    "global_attn_every_n_layers": 3,
    "global_rope_theta": 160000.0,
    "hidden_activation": "gelu",
    "hidden_size": HIDDEN,
    "initializer_cutoff_factor": 2.0,
    "initializer_range": 0.02,
    "intermediate_size": 24,
    "layer_norm_eps": 1e-05,
    # Narrow, so that ordinary sentences are longer than the window.
    "local_attention": 16,
    "local_rope_theta": 10000.0,
    "max_position_embeddings": 8192,
    "mlp_bias": False,
    "mlp_dropout": 0.0,
    "model_type": "modernbert",
    "norm_bias": False,
    "norm_eps": 1e-05,
    "num_attention_heads": 2,
    "num_hidden_layers": 4,
    "pad_token_id": PIECES - 2,
    "position_embedding_type": "absolute",
    "sep_token_id": PIECES - 3,
    "vocab_size": PIECES,
}


def filled(model, seed):
    """Random weights from numpy's generator, whose stream does not change between versions."""
    random = numpy.random.default_rng(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.from_numpy(random.standard_normal(value.shape).astype(numpy.float32))
            norm = "norm" in name.lower()
            if name.endswith("bias"):
                value.copy_(0.1 * noise)
            elif norm:
                value.copy_(1 + 0.1 * noise)
            elif "position" in name:
                value.copy_(0.2 * noise)
            elif "embeddings" in name or "relative_attention" in name:
                value.copy_(noise)
            else:
                value.copy_(noise * 1.5 / value.shape[-1] ** 0.5)
    return model.eval()


def encoder(config, seed, kind=transformers.AutoModel, **more):
    settings = transformers.AutoConfig.for_model(**config)
    settings._attn_implementation = "eager"
    return filled(kind.from_config(settings, **more), seed)


def hidden_states(model, tokenizer, text):
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.no_grad():
        return model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def save_chexbert(path, tokenizer):
    model = encoder(BERT, 1)
    random = numpy.random.default_rng(2)
    states = torch.stack([hidden_states(model, tokenizer, text)[0] for text in SENTENCES])
    tensors = {f"module.bert.{name}": value for name, value in model.state_dict().items()}
    tensors["module.bert.embeddings.position_ids"] = torch.arange(128).unsqueeze(0)
    for head, classes in enumerate(OBSERVATION_CLASSES):
        weight = torch.from_numpy(random.standard_normal((classes, HIDDEN)).astype(numpy.float32))
        bias = -(states @ weight.T).mean(0)
        decided = (states @ weight.T + bias).argmax(1).unique().numel()
        assert decided > 1, head
        tensors[f"module.linear_heads.{head}.weight"] = weight
        tensors[f"module.linear_heads.{head}.bias"] = bias
    # As torch.optim.Adam saves itself; for the last parameters only, to keep the file small.
    trained = [value for name, value in tensors.items() if value.is_floating_point()][-30:]
    state = {
        index: {"step": 7, "exp_avg": value * 0.01, "exp_avg_sq": value * value * 0.01}
        for index, value in enumerate(trained)
    }
    group = {
        "lr": 2e-05,
        "betas": (0.9, 0.999),
        "eps": 1e-08,
        "weight_decay": 0,
        "amsgrad": False,
        "params": list(state),
    }
    checkpoint = {
        "epoch": 7,
        "model_state_dict": tensors,
        "optimizer_state_dict": {"state": state, "param_groups": [group]},
    }
    torch.save(checkpoint, path, pickle_protocol=2)


def feed_forward(tensors, name, random, inputs, width=12, layers=2):
    for layer in range(layers):
        weight = random.standard_normal((width, inputs)) * 1.5 / inputs**0.5
        tensors[f"{name}._linear_layers.{layer}.weight"] = torch.from_numpy(weight.astype(numpy.float32))
        bias = random.standard_normal(width) * 0.1
        tensors[f"{name}._linear_layers.{layer}.bias"] = torch.from_numpy(bias.astype(numpy.float32))
        inputs = width


def linear(tensors, name, random, inputs, outputs):
    weight = random.standard_normal((outputs, inputs)) * 1.5 / inputs**0.5
    tensors[f"{name}.weight"] = torch.from_numpy(weight.astype(numpy.float32))
    tensors[f"{name}.bias"] = torch.zeros(outputs)


def apply(tensors, name, values):
    """A feed-forward network's output."""
    for layer in range(2):
        weight = tensors[f"{name}._linear_layers.{layer}.weight"]
        values = torch.relu(values @ weight.T + tensors[f"{name}._linear_layers.{layer}.bias"])
    return values


def word_vectors(model, tokenizer, text):
    """The mean over each word's pieces, as DyGIE++'s embedder makes them."""
    pieces, spans = [], []
    for word in text.split():
        ids = tokenizer.encode(word, add_special_tokens=False).ids
        spans.append((len(pieces) + 1, len(pieces) + 1 + len(ids)))
        pieces += ids
    whole = tokenizer.encode("").ids
    ids = torch.tensor([[whole[0], *pieces, whole[1]]])
    with torch.no_grad():
        states = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
    return torch.stack([states[start:end].mean(0) for start, end in spans])


def save_dygie(path, config, name, dataset, labels, tokenizer, seed, prefix=""):
    """A DyGIE++ archive as AllenNLP writes it; the biases let a few spans and pairs through."""
    random = numpy.random.default_rng(seed)
    model = encoder(config, seed)
    width, features, longest = 12, 8, 6
    span = 2 * HIDDEN + features
    tensors = {}
    tensors["_endpoint_span_extractor._span_width_embedding.weight"] = torch.from_numpy(
        random.standard_normal((longest, features)).astype(numpy.float32)
    )
    for key, value in model.state_dict().items():
        tensors[TRANSFORMER + key] = value
    ner = f"_ner._ner_scorers.{dataset}__ner_labels"
    feed_forward(tensors, f"{ner}.0._module", random, span)
    linear(tensors, f"{ner}.1._module", random, width, len(labels))
    coref = {
        "_antecedent_feedforward._module": 3 * span + features,
        "_mention_pruner._scorer.0._module": span,
    }
    shape = lambda *sizes: torch.from_numpy(random.standard_normal(sizes).astype(numpy.float32))
    tensors["_coref._distance_embedding.weight"] = shape(10, features)
    for part, inputs in coref.items():
        feed_forward(tensors, f"_coref.{part}", random, inputs)
    linear(tensors, "_coref._mention_pruner._scorer.1._module", random, width, 1)
    linear(tensors, "_coref._antecedent_scorer._module", random, width, 1)
    linear(tensors, "_coref._f_network._linear_layers.0", random, 2 * span, span)
    pruner = f"_relation._mention_pruners.{dataset}__relation_labels._scorer"
    feed_forward(tensors, f"{pruner}.0._module", random, span)
    linear(tensors, f"{pruner}.1._module", random, width, 1)
    pairs = f"_relation._relation_feedforwards.{dataset}__relation_labels"
    feed_forward(tensors, pairs, random, 3 * span)
    scorer = f"_relation._relation_scorers.{dataset}__relation_labels"
    linear(tensors, scorer, random, width, len(RELATIONS))
    tensors["_events._distance_embedding.weight"] = shape(10, features)

    entities, mentions, related = [], [], []
    for text in SENTENCES:
        vectors = word_vectors(model, tokenizer, text.replace(".", " . ").replace(",", " , "))
        spans = torch.stack(
            [
                torch.cat([vectors[start], vectors[end], tensors["_endpoint_span_extractor._span_width_embedding.weight"][end - start]])
                for start in range(len(vectors))
                for end in range(start, min(start + longest, len(vectors)))
            ]
        )
        entities.append(apply(tensors, f"{ner}.0._module", spans) @ tensors[f"{ner}.1._module.weight"].T)
        scores = apply(tensors, f"{pruner}.0._module", spans) @ tensors[f"{pruner}.1._module.weight"].T
        mentions.append(scores)
        kept = scores[:, 0].topk(-(-len(vectors) // 2)).indices.sort().values
        left, right = torch.meshgrid(kept, kept, indexing="ij")
        one, two = spans[left.flatten()], spans[right.flatten()]
        pair = apply(tensors, pairs, torch.cat([one, two, one * two], 1))
        related.append(
            pair @ tensors[f"{scorer}.weight"].T
            + scores[left.flatten()] + scores[right.flatten()]
        )
    tensors[f"{ner}.1._module.bias"] = -torch.cat(entities).quantile(1 - 0.25 / len(labels), dim=0)
    middle = torch.cat(mentions).median()
    tensors[f"{pruner}.1._module.bias"] = -middle.reshape(1)
    tensors[f"{scorer}.bias"] = -(torch.cat(related) - 2 * middle).quantile(0.95, dim=0)
    found = (torch.cat(entities) + tensors[f"{ner}.1._module.bias"]).max(1)
    assert set(found.indices[found.values > 0].tolist()) == set(range(len(labels)))

    weights = io.BytesIO()
    torch.save(tensors, weights)
    reader = {"type": "pretrained_transformer_mismatched", "model_name": name, "max_length": 128}
    settings = {
        "dataset_reader": {"type": "dygie", "max_span_width": longest, "token_indexers": {"bert": reader}},
        "model": {
            "type": "dygie",
            "embedder": {"token_embedders": {"bert": reader}},
            "feature_size": features,
            "feedforward_params": {"dropout": 0.4, "hidden_dims": width, "num_layers": 2},
            "initializer": {"regexes": [["_span_width_embedding.weight", {"type": "xavier_normal"}]]},
            "loss_weights": {"coref": 0, "events": 0, "ner": 0.2, "relation": 1},
            "max_span_width": longest,
            "module_initializer": {"regexes": [[".*weight", {"type": "xavier_normal"}]]},
            "modules": {
                "coref": {"coref_prop": 0, "max_antecedents": 100, "spans_per_word": 0.3},
                "events": {
                    "argument_spans_per_word": 0.8,
                    "loss_weights": {"arguments": 1, "trigger": 0.2},
                    "trigger_spans_per_word": 0.3,
                },
                "ner": {},
                "relation": {"spans_per_word": 0.5},
            },
            "target_task": "relation",
        },
        "validation_metric": "+MEAN__relation_f1",
    }
    files = {
        "config.json": json.dumps(settings, indent=1).encode(),
        "weights.th": weights.getvalue(),
        "vocabulary/": None,
        "vocabulary/non_padded_namespaces.txt": b"*tags\n*labels\n",
        f"vocabulary/{dataset}__ner_labels.txt": "\n".join(["", *labels]).encode(),
        f"vocabulary/{dataset}__relation_labels.txt": "\n".join(RELATIONS).encode(),
    }
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for file, data in files.items():
                entry = tarfile.TarInfo(prefix + file.rstrip("/"))
                entry.mode = 0o644
                if data is None:
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                entry.size = len(data or b"")
                archive.addfile(entry, io.BytesIO(data or b""))


def save_safetensors(folder, config, tensors, tokenizer, settings):
    write_json(folder / "config.json", config)
    safetensors.torch.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "tokenizer.json").write_text(tiny_tokenizers.text(tokenizer))
    write_json(folder / "tokenizer_config.json", settings)


def main(out):
    torch.set_num_threads(1)
    load = lambda tokenizer: tokenizers.Tokenizer.from_str(json.dumps(tokenizer))

    bert, pieces = tiny_tokenizers.bert(PIECES)
    assert len(pieces) == PIECES
    for folder in ["bert-base-uncased", "tiny-pubmedbert"]:
        write_json(out / folder / "config.json", BERT)
        (out / folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
        settings = {"do_lower_case": True, "model_max_length": 128, "tokenizer_class": "BertTokenizer"}
        write_json(out / folder / "tokenizer_config.json", settings)
    # The other folder goes without, as PubMedBERT is published.
    (out / "bert-base-uncased" / "tokenizer.json").write_text(tiny_tokenizers.text(bert))
    bert = load(bert)
    save_chexbert(out / "chexbert.pth", bert)
    name = "tiny-pubmedbert"
    save_dygie(out / "radgraph.tar.gz", BERT, name, "radgraph", RADGRAPH_LABELS, bert, 10)
    save_dygie(out / "model.tar.gz", BERT, name, "None", RADGRAPH_LABELS[::-1], bert, 11, "./")
    save_dygie(out / "radgraph-xl.tar.gz", BERT, name, "radgraph-xl", RADGRAPH_XL_LABELS, bert, 12)

    modernbert = tiny_tokenizers.modernbert(PIECES)
    folder = out / "tiny-modernbert"
    write_json(folder / "config.json", MODERNBERT)
    (folder / "tokenizer.json").write_text(tiny_tokenizers.text(modernbert))
    settings = {
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": 8192,
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "[UNK]",
    }
    write_json(folder / "tokenizer_config.json", settings)
    save_dygie(
        out / "modern-radgraph-xl.tar.gz", MODERNBERT, "tiny-modernbert", "modern-radgraph-xl",
        RADGRAPH_XL_LABELS, load(modernbert), 13,
    )

    roberta, vocabulary, rules = tiny_tokenizers.roberta(PIECES)
    model = encoder(ROBERTA, 20, transformers.AutoModelForMaskedLM)
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    tensors.pop("lm_head.decoder.weight", None)
    tensors.pop("lm_head.decoder.bias", None)
    folder = out / "distilroberta-base"
    save_safetensors(folder, ROBERTA, tensors, roberta, {"model_max_length": 512})
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2"] + [" ".join(rule) for rule in rules]) + "\n")
    write_json(folder / "special_tokens_map.json", {"bos_token": "<s>", "eos_token": "</s>", "mask_token": "<mask>"})

    mpnet, pieces = tiny_tokenizers.mpnet(PIECES)
    assert len(pieces) == PIECES
    tensors = {name: value.contiguous() for name, value in encoder(MPNET, 30).state_dict().items()}
    folder = out / "BioLORD-2023-C"
    save_safetensors(folder, MPNET, tensors, mpnet, {"model_max_length": 512, "tokenizer_class": "MPNetTokenizer"})
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    pooling = {"word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    write_json(folder / "1_Pooling" / "config.json", pooling)
    # The same model as torch wrote files before 1.6, with the vocabulary alone.
    folder = out / "BioLORD-2023-C-legacy"
    write_json(folder / "config.json", MPNET)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    torch.save(tensors, folder / "pytorch_model.bin", _use_new_zipfile_serialization=False)

    deberta = tiny_tokenizers.unigram(PIECES)
    assert len(deberta["model"]["vocab"]) == PIECES
    model = encoder(DEBERTA, 40, transformers.AutoModelForTokenClassification)
    tokenizer = load(deberta)
    states = torch.cat([hidden_states(model.deberta, tokenizer, text) for text in SENTENCES])
    with torch.no_grad():
        model.classifier.bias.copy_(-(states @ model.classifier.weight.T).mean(0))
        decided = (states @ model.classifier.weight.T + model.classifier.bias).argmax(1)
    assert decided.unique().numel() >= 9, decided.unique()
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    settings = {
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        "model_max_length": 512,
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "[UNK]",
    }
    save_safetensors(out / "RaTE-NER-Deberta", DEBERTA, tensors, deberta, settings)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
