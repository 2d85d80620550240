"""What the official packages make of invented reports with the tiny checkpoints of
tests/checkpoints: embeddings, labels, graphs, entities.

    pip install -r crates/annotate/tools/requirements.txt
    python crates/annotate/tools/make_annotation_goldens.py

Writes crates/annotate/tests/goldens/{bertscore,chexbert,radgraph,ratescore}.json. Every model and
tokenizer is loaded by the official classes; only where they look for files is told to them.
"""

import json
import os
import random
import re
import sys
import tarfile
import tempfile
import types
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[3]
CHECKPOINTS = ROOT / "tests" / "checkpoints"
OUT = ROOT / "crates" / "annotate" / "tests" / "goldens"
sys.path.insert(0, str(ROOT / "tests" / "goldens"))

from generate.reports import ALTERATIONS, report  # noqa: E402

EDGES = [
    "Normal",
    ".",
    "None",
    "clear \u200b lungs",
    "\u200b",
    "1.2-cm x/y /. (50%), so-called.' 7%).",
    "literal [SEP] and [CLS] here",
    "na\u00efve \u00c5ngstr\u00f6m \u2265 3 \u339d \u6b63\u5e38",
    "  two   spaces\n\nand\tlines \r\n",
]


def texts() -> list:
    rng = random.Random(20)
    found = []
    for kind in ["drop_sentence", "swap_words", "upper_case", "spaces", "line_breaks", "full_stops",
                 "negated", "unicode"]:
        found.append(ALTERATIONS[kind](rng, report(rng)))
    found += [report(rng) for _ in range(6)]
    found += [rng.choice(text.split(". ")) for text in found[-6:]]
    found.append(" ".join(report(rng) for _ in range(5)))
    return found + EDGES


def numbers(tensor) -> list:
    """The shortest decimals that give the same f32 back."""
    if isinstance(tensor, (list, tuple)):
        return [numbers(item) for item in tensor]
    if tensor.dim() == 0:
        return float(f"{tensor.item():.9g}")
    return [numbers(row) for row in tensor]


def write(name: str, record: dict) -> None:
    lines = [json.dumps(key) + ": " + (
        "[\n" + ",\n".join(json.dumps(item, ensure_ascii=True) for item in value) + "\n]"
        if isinstance(value, list) else json.dumps(value, ensure_ascii=True)
    ) for key, value in record.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (OUT / name).write_text(text, encoding="ascii")
    print(f"{name}: {len(text)} bytes")


def least_margin(scores) -> float:
    """Distance from the largest to the next, over the last axis; the least of all."""
    top = scores.topk(2, dim=-1).values
    return (top[..., 0] - top[..., 1]).min().item()


# BERTScore ------------------------------------------------------------------


def bertscore() -> None:
    from bert_score import utils
    from bert_score.scorer import BERTScorer
    from transformers import RobertaTokenizer

    folder = str(CHECKPOINTS / "distilroberta-base")
    # The slow tokenizer, as CXR-Report-Metric's transformers 3 loads it.
    slow = RobertaTokenizer(f"{folder}/vocab.json", f"{folder}/merges.txt", model_max_length=512)
    scorer = BERTScorer(model_type=folder, num_layers=5, idf=False)
    scorer._tokenizer = slow
    samples = texts()
    # As add_bertscore_col does before.
    joined = [re.sub(r" +", " ", text) for text in samples]
    encoded = []
    for text, given in zip(samples, joined):
        ids = utils.sent_encode(slow, given)
        with torch.no_grad():
            hidden = scorer._model(torch.tensor([ids]))[0][0]
        keep = len(ids) < 40 and len(encoded) % 2 == 0
        encoded.append({"text": text, "ids": ids, "hidden": numbers(hidden) if keep else None})
    pairs = []
    order = [(at, (at * 7 + 3) % len(samples)) for at in range(len(samples))]
    for reference, candidate in order + [(0, 0)]:
        # One pair a batch: no text is padded for another's sake.
        scores = scorer.score([joined[candidate]], [joined[reference]], batch_size=1)
        pairs.append({"reference": reference, "candidate": candidate,
                      "scores": [numbers(value[0]) for value in scores]})
    write("bertscore.json", {"texts": encoded, "pairs": pairs})


# CheXbert -------------------------------------------------------------------


def chexbert() -> None:
    """CheXbert's bert_tokenizer.py, models/bert_labeler.py and encode.py on BertModel."""
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = CHECKPOINTS / "bert-base-uncased"
    tokenizer = BertTokenizer(str(folder / "vocab.txt"))
    config = BertConfig.from_pretrained(folder)
    state = torch.load(CHECKPOINTS / "chexbert.pth", weights_only=True)["model_state_dict"]
    state = {name.removeprefix("module."): value for name, value in state.items()}
    encoder = BertModel(config).eval()
    bert = {name[5:]: value for name, value in state.items() if name.startswith("bert.")}
    lost = encoder.load_state_dict(bert, strict=False)
    assert not [name for name in lost.missing_keys if "pooler" not in name], lost
    records = []
    for text in texts() + ["", " \n"]:
        clean = " ".join(text.strip().replace("\n", " ").split())
        ids = tokenizer.encode(clean)
        most = config.max_position_embeddings
        pieces = len(ids) - 2
        if len(ids) > most:
            ids = ids[: most - 1] + [tokenizer.sep_token_id]
        with torch.no_grad():
            embedding = encoder(torch.tensor([ids])).last_hidden_state[0, 0]
        logits = [
            torch.nn.functional.linear(
                embedding, state[f"linear_heads.{head}.weight"], state[f"linear_heads.{head}.bias"]
            )
            for head in range(14)
        ]
        records.append({
            "text": text,
            "pieces": pieces,
            "truncated": pieces + 2 > most,
            "embedding": numbers(embedding),
            "logits": numbers(torch.cat(logits)),
            "classes": [int(scores.argmax()) for scores in logits],
            "min_margin": min(least_margin(scores) for scores in logits),
        })
    write("chexbert.json", {"texts": records})


# RadGraph -------------------------------------------------------------------

ARCHIVES = {
    "radgraph": ("radgraph.tar.gz", "radgraph"),
    "radgraph-xl": ("radgraph-xl.tar.gz", "radgraph-xl"),
    "modern-radgraph-xl": ("modern-radgraph-xl.tar.gz", "modern-radgraph-xl"),
    # PhysioNet's archive: split as RadGraph 1.0, run without naming a dataset.
    "physionet": ("model.tar.gz", "radgraph"),
}


def load_radgraph(archive: str, kind: str, folder: Path):
    from radgraph import RadGraph

    place = folder / archive / kind
    place.mkdir(parents=True)
    with tarfile.open(CHECKPOINTS / archive) as tar:
        tar.extractall(place, filter="data")
    return RadGraph(model_type=kind, model_cache_dir=str(folder / archive))


class Watch:
    """Keeps what passes between the modules of a DyGIE model."""

    def __init__(self, model):
        self.model = model
        ner, relation = model._ner, model._relation
        self.seen = seen = {}

        def spans(_, __, output):
            seen["spans"] = output

        def embedded(_, __, output):
            seen["words"] = output

        model._embedder.register_forward_hook(embedded)
        model._endpoint_span_extractor.register_forward_hook(spans)
        for scorer in ner._ner_scorers.values():
            scorer.register_forward_hook(lambda _, __, out: seen.__setitem__("entities", out))
        for pruner in relation._mention_pruners.values():
            pruner.register_forward_hook(lambda _, __, out: seen.__setitem__("kept", out))
            pruner._scorer.register_forward_hook(
                lambda _, __, out: seen.__setitem__("mentions", out)
            )
        compute = relation._compute_relation_scores

        def scores(*args):
            seen["relations"] = compute(*args)
            return seen["relations"]

        relation._compute_relation_scores = scores

    def min_margin(self) -> float:
        entities = self.seen["entities"][0]
        null = entities.new_zeros(len(entities), 1)
        margins = [least_margin(torch.cat([null, entities], -1)),
                   least_margin(self.seen["relations"][0])]
        mentions = self.seen["mentions"][0, :, 0].sort(descending=True).values
        kept = self.seen["kept"][2].shape[1]
        if kept < len(mentions):
            margins.append((mentions[kept - 1] - mentions[kept]).item())
        return min(margins)

    def internals(self) -> dict:
        seen = self.seen
        return {
            "word_embeddings": numbers(seen["words"].reshape(-1, seen["words"].shape[-1])),
            "first_span": numbers(seen["spans"][0, 0]),
            "last_span": numbers(seen["spans"][0, -1]),
            "entity_scores": numbers(seen["entities"][0]),
            "mention_scores": numbers(seen["mentions"][0, :, 0]),
            "kept": seen["kept"][2][0].tolist(),
            "relation_scores": numbers(seen["relations"][0, :, :, 1:]),
        }


def annotate(radgraph, kind: str, text: str, dataset) -> dict:
    """RadGraph.forward for one text, with a dataset of one's choice."""
    from radgraph.allennlp.data.dataloader import PyTorchDataLoader
    from radgraph.allennlp.data.dataset_readers import AllennlpDataset
    from radgraph.utils import postprocess_reports, preprocess_reports

    lines = preprocess_reports([text], kind)
    for line in lines:
        line["dataset"] = dataset
        if dataset is None:
            del line["dataset"]
    data = AllennlpDataset([radgraph.reader.text_to_instance(line) for line in lines])
    data.index_with(radgraph.model.vocab)
    with torch.no_grad():
        (batch,) = PyTorchDataLoader(batch_size=1, dataset=data)
        output = radgraph.model(**batch)
    readable = radgraph.model.make_output_human_readable(output).to_json()
    graph = postprocess_reports([readable])["0"]
    pieces = batch["text"]["bert"]["token_ids"].reshape(-1).tolist()
    return {"words": lines[0]["sentences"][0], "framed_pieces": pieces, "graph": graph}


def radgraph() -> None:
    folder = Path(tempfile.mkdtemp())
    for name in ("tiny-pubmedbert", "tiny-modernbert"):
        (folder / name).symlink_to(CHECKPOINTS / name)
    os.chdir(folder)
    # Entities and relations of a long text by random weights are many: it is kept short here.
    samples = [text for text in dict.fromkeys(texts()) if len(text) < 330]
    long = texts()[-len(EDGES) - 1]
    watched = ["clear \u200b lungs", min(samples, key=lambda text: abs(len(text) - 60))]
    records = []
    for name, (archive, kind) in ARCHIVES.items():
        model = load_radgraph(archive, kind, folder)
        watch = Watch(model.model)
        dataset = None if name == "physionet" else kind
        rest = [text for text in samples if text not in watched]
        chosen = rest + [long] if name == "radgraph" else rest[:3] + rest[-4:]
        chosen = watched + chosen
        for text in chosen:
            record = {"model": name, "text": text, **annotate(model, kind, text, dataset)}
            if dataset is not None:
                assert record["graph"] == model([text])["0"], "not what RadGraph gives"
            record["min_margin"] = watch.min_margin()
            if text in watched:
                record["internals"] = watch.internals()
            records.append(record)
    write("radgraph.json", {"texts": records})


# RaTEScore ------------------------------------------------------------------


def ratescore() -> None:
    # score.py and utils.py load a medspacy pipeline for sentences; ours come split.
    sys.modules.setdefault("medspacy", types.SimpleNamespace(load=lambda **_: None))
    from RaTEScore import score
    from transformers import (
        AutoConfig,
        AutoModel,
        AutoModelForTokenClassification,
        AutoTokenizer,
    )

    folder = CHECKPOINTS / "RaTE-NER-Deberta"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    labels = AutoConfig.from_pretrained(folder).id2label
    eval_tokenizer = AutoTokenizer.from_pretrained(CHECKPOINTS / "BioLORD-2023-C")
    eval_model = AutoModel.from_pretrained(CHECKPOINTS / "BioLORD-2023-C").eval()
    score.sentence_split = lambda texts: (texts, [1] * len(texts))

    sentences = []
    for text in texts():
        sentences += [text.strip()] if text in EDGES else text.strip().split(". ")
    sentences = list(dict.fromkeys(sentences + ["a [PAD] b [UNK] effusion"]))[:90]
    sentences.append(" ".join(sentences[:60]))
    found = []
    for sentence in sentences:
        (pairs,) = score.run_ner([sentence], labels, tokenizer, model, "cpu", 1)
        ids = tokenizer(sentence, max_length=512, truncation=True, return_tensors="pt")
        with torch.no_grad():
            logits = model(**ids).logits[0]
        found.append({
            "sentence": sentence,
            "ids": ids["input_ids"][0].tolist(),
            "labels": logits.argmax(-1).tolist(),
            "logits": numbers(logits) if len(found) % 12 == 0 else None,
            "entities": [list(pair) for pair in pairs],
            "min_margin": least_margin(logits),
        })
    entities = list(dict.fromkeys(text for item in found for text, _ in item["entities"]))
    entities = entities[:70] + ["", max(entities, key=len)]
    embedded = []
    for entity in entities:
        vectors, _ = score.process_embedding([(entity, "ANATOMY")], eval_tokenizer, eval_model, "cpu")
        embedded.append({"text": entity, "embedding": numbers(vectors[0])})
    write("ratescore.json", {"sentences": found, "entities": embedded})


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for make in (bertscore, chexbert, ratescore, radgraph):
        if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
            make()
