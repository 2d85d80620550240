"""The official code's three models over pairs of reports, in PyTorch on the CPU: bert-score,
CheXbert as CXR-Report-Metric's encode.py runs it, and the radgraph package.

    python official.py CHECKPOINTS PAIRS THREADS SCORES

CHECKPOINTS is what prepare.py has made ready, PAIRS are lines of {"id", "reference", "prediction"}.
Writes a line of JSON on standard output whenever a model is loaded or has done its work, with
seconds of wall and CPU time since the process began; `cargo xtask bench job` reads them. SCORES
gets a row per study. Prints no report text.
"""

import csv
import gc
import json
import os
import re
import sys
import time
import warnings
from pathlib import Path

BEGAN = time.monotonic()
os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
warnings.filterwarnings("ignore")
# What a package prints must not stand between the lines that are read.
LINES, sys.stdout = sys.stdout, sys.stderr

import bert_score  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from radgraph import RadGraph  # noqa: E402
from transformers import BertConfig, BertModel, BertTokenizer  # noqa: E402

BERTSCORE_BATCH = 64  # bert_score's default, which the official call does not reach
CHEXBERT_BATCH = 18  # CheXbert/src/constants.py
MAX_PIECES = 512


def tell(what, **more):
    times = {"wall": time.monotonic() - BEGAN, "cpu": time.process_time()}
    print(json.dumps({"what": what, **times, **more}), file=LINES, flush=True)


def bertscore(folder, references, candidates):
    """run_eval.py's add_bertscore_col; F1 with the published baseline."""
    baseline = Path(bert_score.__file__).parent / "rescale_baseline/en/distilroberta-base.tsv"
    scorer = bert_score.BERTScorer(
        model_type=str(folder), num_layers=5, lang="en", idf=False, device="cpu",
        batch_size=256, rescale_with_baseline=True, baseline_path=str(baseline),
    )
    tell("bertscore loaded")
    joined = [[re.sub(r" +", " ", text) for text in texts] for texts in (candidates, references)]
    return scorer.score(*joined, batch_size=BERTSCORE_BATCH)[2].tolist()


class Chexbert:
    """models/bert_encoder.py on transformers' BertModel."""

    def __init__(self, checkpoint, folder):
        self.tokenizer = BertTokenizer(str(folder / "vocab.txt"))
        self.bert = BertModel(BertConfig.from_pretrained(folder))
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)["model_state_dict"]
        prefix = "module.bert."
        bert = {name[len(prefix):]: v for name, v in state.items() if name.startswith(prefix)}
        lost = self.bert.load_state_dict(bert, strict=False)
        assert all("pooler" in name for name in lost.missing_keys), lost
        self.bert.eval()

    def ids(self, text):
        """bert_tokenizer.py: white space cleaned, at most 512 ids."""
        ids = self.tokenizer.encode(" ".join(text.strip().split()), max_length=None)
        if len(ids) > MAX_PIECES:
            ids = ids[: MAX_PIECES - 1] + [self.tokenizer.sep_token_id]
        return torch.tensor(ids)

    def embeddings(self, texts):
        """encode.py: in the file's order, 18 at a time, each batch as long as its longest."""
        ids = [self.ids(text) for text in texts]
        found = []
        for at in range(0, len(ids), CHEXBERT_BATCH):
            batch = ids[at : at + CHEXBERT_BATCH]
            padded = torch.nn.utils.rnn.pad_sequence(batch, batch_first=True)
            mask = torch.zeros(padded.shape)
            for row, one in enumerate(batch):
                mask[row, : len(one)] = 1
            with torch.no_grad():
                found.append(self.bert(padded, attention_mask=mask)[0][:, 0, :])
        return torch.cat(found)


def semb(checkpoint, folder, references, candidates):
    model = Chexbert(checkpoint, folder)
    tell("chexbert loaded")
    a, b = model.embeddings(references), model.embeddings(candidates)
    return ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))).tolist()


def radgraph_f1(folder, references, candidates):
    """The radgraph package's graphs, one report at a time; CXR-Report-Metric's F1 of them."""
    # The archive names its encoder by a path that begins in this folder.
    os.chdir(folder)
    model = RadGraph(model_type="radgraph", model_cache_dir=str(folder / "extracted"), batch_size=1)
    tell("radgraph loaded")
    inside = Stopwatch(model.model)
    graphs = [list(model(texts).values()) for texts in (references, candidates)]
    entities = [len(graph["entities"]) for side in graphs for graph in side]
    mean = sum(entities) / len(entities)
    tell("radgraph entities", mean=mean, most=max(entities), inside=inside.seconds)
    return [(f1(*map(entity_set, pair)) + f1(*map(relation_set, pair))) / 2 for pair in zip(*graphs)]


class Stopwatch:
    """Wall time inside a module, to tell a model from what Python does around it."""

    def __init__(self, module):
        self.seconds = 0.0
        module.register_forward_pre_hook(lambda *_: self.add(-time.monotonic()))
        module.register_forward_hook(lambda *_: self.add(time.monotonic()))

    def add(self, seconds):
        self.seconds += seconds


def named(entity):
    return entity["tokens"], entity["label"]


def entity_set(graph):
    return {named(entity) for entity in graph["entities"].values()}


def relation_set(graph):
    entities = graph["entities"]
    return {
        (named(entity), named(entities[to]), label)
        for entity in entities.values()
        for label, to in entity["relations"]
    }


def f1(reference, candidate):
    both = len(reference & candidate)
    return 2 * both / (len(reference) + len(candidate)) if both else 0.0


def main(checkpoints, pairs, threads, scores):
    checkpoints = Path(checkpoints).resolve()
    torch.set_num_threads(int(threads))
    rows = [json.loads(line) for line in Path(pairs).read_text(encoding="utf-8").splitlines()]
    references = [row["reference"] for row in rows]
    candidates = [row["prediction"] for row in rows]
    scores = Path(scores).resolve()
    tell("begun", torch=torch.__version__, transformers=transformers.__version__)
    columns = {"study_id": [row["id"] for row in rows]}
    models = {
        "bertscore": lambda: bertscore(checkpoints / "distilroberta-base", references, candidates),
        "chexbert": lambda: semb(
            checkpoints / "chexbert.pth", checkpoints / "bert-base-uncased", references, candidates
        ),
        "radgraph": lambda: radgraph_f1(checkpoints, references, candidates),
    }
    for name, run in models.items():
        columns[name] = run()
        tell(f"{name} done")
        # Its model is gone before the next one comes, as in the page.
        gc.collect()
    with scores.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *zip(*columns.values())])


if __name__ == "__main__":
    main(*sys.argv[1:])
