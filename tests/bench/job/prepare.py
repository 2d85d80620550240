"""Makes the synthetic checkpoints of `rrgscore packs synth … --checkpoint` fit for `bench job`, and
the pairs that it scores.

    python prepare.py CHECKPOINTS MINILM_TOKENIZER GPT2 SPLIT

Random weights stay as they are. What is put in their place beside them:

- the vocabularies of the published kind, so that reports have about as many pieces as with the
  published models: bert-base-uncased's (as all-MiniLM-L6-v2 has it) for both BERTs, GPT-2's, whose
  pieces RoBERTa uses, for distilroberta;
- in RadGraph two biases, so that it finds about as many entities and relations in a report as the
  published model does: of random scores half the spans would be entities, and Python's handling of
  thousands of them would hide the model.

CHECKPOINTS/pairs.jsonl gets the findings of every study of SPLIT with the edited candidates of
crates/packs/tools/edits.py, no text twice among them.
"""

import io
import json
import os
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "crates/packs/tools"))
from edits import pairs_of  # noqa: E402

ENTITIES = 20
"""Entities, and relations between kept spans, that RadGraph is to find in a report on average."""
CALIBRATED_ON = 40
DATASET = "radgraph"


def bert_vocabulary(tokenizer, folders):
    vocab = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    pieces = "".join(f"{piece}\n" for piece in sorted(vocab, key=vocab.get))
    for folder in folders:
        (folder / "vocab.txt").write_text(pieces, encoding="utf-8")


def roberta_vocabulary(gpt2, folder):
    """RoBERTa's four framing pieces, GPT-2's pieces, and fillers up to the mask."""
    pieces = json.loads((gpt2 / "encoder.json").read_text(encoding="utf-8"))
    pieces = sorted(pieces, key=pieces.get)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *pieces]
    pieces += [f"madeupword{at:04}" for at in range(50_264 - len(pieces))] + ["<mask>"]
    vocab = {piece: at for at, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    merges = (gpt2 / "vocab.bpe").read_text(encoding="utf-8")
    (folder / "merges.txt").write_text(merges, encoding="utf-8")
    (folder / "tokenizer.json").unlink(missing_ok=True)
    from transformers import RobertaTokenizerFast

    files = str(folder / "vocab.json"), str(folder / "merges.txt")
    RobertaTokenizerFast(*files, model_max_length=512).save_pretrained(folder)


def shift_for(scores, wanted):
    """What to take off so many lists of scores that `wanted` of each, on average, stay above 0."""
    best = sorted((value for one in scores for value in one), reverse=True)
    return best[min(len(best) - 1, round(wanted * len(scores)))]


def load_radgraph(folder):
    """The package's model of the archive, made whole: it wants the settings of a training, and
    weights of modules (coreference, events) that annotating does not use."""
    import torch
    from radgraph import RadGraph

    extracted = folder / "extracted" / DATASET
    settings = extracted / "config.json"
    config = json.loads(settings.read_text())
    model = config["model"]
    model |= {"initializer": {}, "module_initializer": {}}
    model["loss_weights"] = {"ner": 0.2, "relation": 1, "coref": 0, "events": 0}
    model["modules"]["events"] = {
        "argument_spans_per_word": 0.8,
        "loss_weights": {"trigger": 0.2, "arguments": 1},
        "trigger_spans_per_word": 0.3,
    }
    settings.write_text(json.dumps(config, indent=1))
    load = torch.nn.Module.load_state_dict

    def lenient(self, state, strict=True):
        lost = load(self, state, strict=False)
        assert not lost.unexpected_keys, lost.unexpected_keys
        unused = ("_coref.", "_events.")
        missing = [name for name in lost.missing_keys if not name.startswith(unused)]
        assert all("pooler" in name or "position_ids" in name for name in missing), missing

    torch.nn.Module.load_state_dict = lenient
    torch.manual_seed(1)
    # The archive names its encoder by a path that begins in this folder.
    os.chdir(folder)
    made = RadGraph(model_type=DATASET, model_cache_dir=str(folder / "extracted"), batch_size=1)
    torch.nn.Module.load_state_dict = load
    return made


def bias_radgraph(folder, texts):
    import torch

    archive = folder / "radgraph.tar.gz"
    extracted = folder / "extracted" / DATASET
    with tarfile.open(archive) as tar:
        tar.extractall(extracted, filter="data")
    model = load_radgraph(folder)
    entities, relations = [], []
    (scorer,) = model.model._ner._ner_scorers.values()
    scorer.register_forward_hook(
        lambda _, __, out: entities.append(out[0].max(-1).values.tolist())
    )
    related = model.model._relation
    compute = related._compute_relation_scores

    def watched(*args):
        scores = compute(*args)
        relations.append(scores[0, :, :, 1:].max(-1).values.flatten().tolist())
        return scores

    related._compute_relation_scores = watched
    with torch.no_grad():
        model(texts)
    shifts = {
        f"_ner._ner_scorers.{DATASET}__ner_labels.1._module.bias": shift_for(entities, ENTITIES),
        f"_relation._relation_scorers.{DATASET}__relation_labels.bias": shift_for(
            relations, ENTITIES
        ),
    }
    weights = model.model.state_dict()
    for name, shift in shifts.items():
        weights[name] = weights[name] - shift
        print(f"{name}: {-shift:+.3f}")
    torch.save(weights, extracted / "weights.th")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for path in sorted(extracted.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                entry = tarfile.TarInfo(str(path.relative_to(extracted)))
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))


def main(checkpoints, tokenizer, gpt2, split):
    folder = Path(checkpoints).resolve()
    studies = json.loads(Path(split).read_text(encoding="utf-8"))
    findings = {name: study["section_findings"] for name, study in studies.items()}
    pairs = pairs_of(list(findings.values()), distinct=True)
    with (folder / "pairs.jsonl").open("w", encoding="utf-8") as out:
        for name, (reference, candidate) in zip(findings, pairs):
            record = {"id": name, "reference": reference, "prediction": candidate}
            out.write(json.dumps(record) + "\n")
    bert_vocabulary(Path(tokenizer), [folder / "bert-base-uncased", folder / "synthetic-bert"])
    roberta_vocabulary(Path(gpt2), folder / "distilroberta-base")
    bias_radgraph(folder, [text for pair in pairs[: CALIBRATED_ON // 2] for text in pair])


if __name__ == "__main__":
    main(*sys.argv[1:])
