"""Runs RadEval's own metrics over this project's made-up reports, with the checkpoints that you have,
and writes the file that `rrgscore packs prove --examples` reads.

    pip install RadEval==2.2.1
    python3 crates/packs/tools/parity_kit.py bertscore srrbert radcliq --out parity.json
    rrgscore packs prove --examples parity.json --packs packs/

Without names all metrics that need no language model are tried. Checkpoints are taken from where
transformers keeps them; `--checkpoints FOLDER` takes those that lie in there under the last part of
their names (`FOLDER/distilbert-base-uncased`) instead, and nothing is downloaded of them. A metric that
cannot be run is named with the reason and left out. The reports are this project's own
(crates/data/samples); the file holds them and the values, and nothing else.

Packs in f32 agree within 1e-5. Packs of fewer bits do not: `--tolerance` says what you let pass.
"""

import argparse
import importlib.metadata
import json
import math
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[3] / "crates" / "data" / "samples"

#: Of each metric of RadEval: what it gives per study, and the column here that this is.
PER_STUDY = {
    "bleu": {"bleu": "bleu4-radeval"},
    "rouge": {"rouge1": "rouge1", "rouge2": "rouge2", "rougeL": "rouge-l"},
    "bertscore": {"bertscore": "bertscore-distilbert"},
    "radeval_bertscore": {"radeval_bertscore": "bertscore-radeval"},
    "f1chexbert": {},
    "f1radbert_ct": {"f1radbert_ct_sample_acc": "radbert-ct"},
    "radgraph": {
        "radgraph_simple": "radgraph-xl-simple",
        "radgraph_partial": "radgraph-xl-partial",
        "radgraph_complete": "radgraph-xl-complete",
    },
    "ratescore": {"ratescore": "ratescore-2025-05-long"},
    "radgraph_radcliq": {"radgraph_radcliq": "radgraph-f1-radeval"},
    "radcliq": {"radcliq_v1": "radcliq-v1-radeval"},
    "srrbert": {"srrbert_weighted_f1": "srr-bert"},
}
#: What `packs prove` knows of the values of all studies together.
OF_SET = {
    "bleu": ["bleu"],
    "f1chexbert": [
        f"f1chexbert_{subset}_{average}_f1"
        for subset in ("5", "all")
        for average in ("micro", "macro", "weighted")
    ],
    "f1radbert_ct": [
        f"f1radbert_ct_{figure}" for figure in ("accuracy", "micro_f1", "macro_f1", "weighted_f1")
    ],
    "srrbert": [f"srrbert_weighted_{figure}" for figure in ("f1", "precision", "recall")],
}
#: RadEval prints values of sets rounded to four digits.
ROUNDED = 5.1e-5


def samples():
    """References and what the first of the made-up models says, study by study."""
    references = json.loads((SAMPLES / "sample-split.json").read_text(encoding="utf-8"))
    candidates = json.loads((SAMPLES / "model-a.json").read_text(encoding="utf-8"))
    both = [
        (study["report"], candidates[name]["model_prediction"])
        for name, study in references.items()
        if (candidates.get(name) or {}).get("model_prediction")
    ]
    return [pair[0] for pair in both], [pair[1] for pair in both]


def take_from(folder):
    """Lets transformers read what lies in a folder by the last part of its name."""
    import transformers

    for name in (
        "AutoConfig", "AutoModel", "AutoTokenizer", "AutoModelForSequenceClassification",
        "AutoModelForTokenClassification", "BertForSequenceClassification", "BertTokenizer",
    ):  # fmt: skip
        kind = getattr(transformers, name)
        official = kind.from_pretrained.__func__

        def from_pretrained(cls, model, *args, official=official, **options):
            here = folder / str(model).rstrip("/").split("/")[-1]
            return official(cls, str(here) if here.is_dir() else model, *args, **options)

        kind.from_pretrained = classmethod(from_pretrained)


def examples_of(name, references, candidates, tolerance):
    """What RadEval gives for a metric, per study and of all, as examples."""
    from radeval import RadEval

    def run(**options):
        evaluator = RadEval(metrics=[name], show_progress=False, **options)
        return evaluator(refs=references, hyps=candidates)

    common = {"file": "", "profile": "radeval", "references": references, "candidates": candidates}
    found = []
    if PER_STUDY[name]:
        per_study = run(per_sample=True)
        for key, metric in PER_STUDY[name].items():
            values = [None if math.isnan(value) else float(value) for value in per_study[key]]
            found.append({"name": f"RadEval {key}", **common, "metric": metric,
                          "tolerance": tolerance, "per_pair": values})  # fmt: skip
    if name in OF_SET:
        of_set = run()
        values = {key: float(of_set[key]) for key in OF_SET[name]}
        found.append({"name": f"RadEval {name}, all studies", **common, "metric": "",
                      "tolerance": tolerance + ROUNDED, "corpus": values})  # fmt: skip
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("metrics", nargs="*", metavar="METRIC", help=", ".join(PER_STUDY))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--checkpoints", type=Path, metavar="FOLDER")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    args = parser.parse_args()
    unknown = [name for name in args.metrics if name not in PER_STUDY]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(PER_STUDY)}")
    if args.checkpoints:
        take_from(args.checkpoints)
    references, candidates = samples()
    examples, problems = [], 0
    for name in args.metrics or PER_STUDY:
        try:
            examples += examples_of(name, references, candidates, args.tolerance)
            print(f"{name}: run over {len(references)} studies")
        except Exception as error:  # Of whatever library the metric has.
            problems += 1
            print(f"{name}: left out: {type(error).__name__}: {error}", file=sys.stderr)
    try:
        version = importlib.metadata.version("radeval")
    except importlib.metadata.PackageNotFoundError:
        version = "of a clone"
    source = f"RadEval {version} on this machine's checkpoints, made-up reports"
    text = json.dumps({"source": source, "examples": examples}, ensure_ascii=False, indent=1)
    args.out.write_text(text + "\n", encoding="utf-8")
    print(f"{len(examples)} examples are in {args.out}")
    return 1 if problems or not examples else 0


if __name__ == "__main__":
    sys.exit(main())
