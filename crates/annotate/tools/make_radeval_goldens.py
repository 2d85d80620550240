"""What RadEval's own classes make of invented reports with the tiny checkpoints of
tests/checkpoints: BERTScores, SRR-BERT's and RadBERT-CT's findings, SRR-BERT's sentences.

    pip install -r crates/annotate/tools/requirements-radeval.txt
    python crates/annotate/tools/make_radeval_goldens.py

Writes crates/annotate/tests/goldens/radeval.json and crates/text/tests/goldens/srr_sentences.json.
Only where models, tokenizers and NLTK's data lie is told to the official classes.
"""

import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

import nltk
import torch
import transformers

from make_annotation_goldens import CHECKPOINTS, EDGES, OUT, ROOT, numbers, texts, write

sys.path.insert(0, str(ROOT / "tests" / "goldens"))
from generate.reports import report  # noqa: E402

FOLDERS = {
    "distilbert-base-uncased": "distilbert-base-uncased",
    "IAMJB/RadEvalModernBERT": "RadEvalModernBERT",
    "IAMJB/RadBERT-CT": "RadBERT-CT",
    "StanfordAIMI/SRR-BERT-Leaves-with-Statuses": "SRR-BERT-Leaves-with-Statuses",
    "StanfordAIMI/SRRG-BERT-Upper-with-Statuses": "SRRG-BERT-Upper-with-Statuses",
    "microsoft/BiomedVLP-CXR-BERT-general": "BiomedVLP-CXR-BERT-general",
}


def redirect(*classes) -> None:
    """Reads the tiny checkpoints where the published ones are named."""
    for one in classes:
        official = one.from_pretrained.__func__

        def from_pretrained(cls, name, *args, official=official, **options):
            name = str(CHECKPOINTS / FOLDERS[name]) if name in FOLDERS else name
            return official(cls, name, *args, **options)

        one.from_pretrained = classmethod(from_pretrained)


#: Reports with numbers of items, abbreviations and marks where a sentence may end or not.
SENTENCES = [
    "1. No change. 2. Small effusion.",
    "Findings: 1. Clear lungs. 2. Normal heart.3. No effusion",
    "word.2. Next. word3. Next. word 4. Next! 5. Last",
    "C7-T1. Grade 2. On 12/03/2019. At 3.5 cm.",
    "Dr. Smith saw it. Approx. 3 cm vs. 2 cm. e.g. This. e.g. this one.",
    "U.S. study.Next one.next",
    "Nodule (R. lower lobe). \"Stable.\" 'Unchanged.') Done?! Yes... maybe. No .. so -- end.--Go",
    "A. B. Clear. J. Smith. x. y. 5. Clear. No. 5 is. no. five",
    "Seen\nin lines.\nNext\n\nline. \tTab.\u00a0Space.\u2028Line",
    "\u201cClear.\u201d Normal.\u00bb \u00e9. \u00c9panchement. \u0661. Next. \u00b2. Next",
    "3 cm. mass. 3 cm. Mass. The end. there is. There is.",
    "", " ", "1.", ".", "?!", "a", "No change. (Stable.) [Old.] {New.} *Star.* #x. @y. &z.",
    "1,000. Next -5. Next .5. Next 5-6. next ,5. next",
    "left-sided vs. right. mid-approx. Three. ab-vs. lower. end,. Now, ,. then",
]  # fmt: skip


def sentences() -> None:
    from radeval.metrics.SRRBert.srr_bert import srr_bert_parse_sentences

    rng = random.Random(31)
    pieces = ["No", "no", "The", "there", "cm", "3", "12.", "Dr.", "vs.", "R.", "r.", "e.g.", ".",
              "..", ". . .", "--", "?", "!", ",", ")", "(", "\"", "'", "\u201d", "\n", " ", "  ",
              "a.b", "A.B", "x.2.", "5-6", "mass", "Mass", ";", ":", "[", "]", "*", "\u00e9"]  # fmt: skip
    made = ["".join(rng.choice(pieces) + rng.choice(["", " ", " "]) for _ in range(rng.randint(2, 16)))
            for _ in range(400)]  # fmt: skip
    all_texts = list(dict.fromkeys(SENTENCES + texts() + made))
    rows = [{"text": text, "sentences": srr_bert_parse_sentences(text)} for text in all_texts]
    path = ROOT / "crates" / "text" / "tests" / "goldens" / "srr_sentences.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    print(f"srr_sentences.json: {len(rows)} texts")


def bertscore(scorer, samples, rescaled) -> dict:
    from radeval.metrics.bertscore._vendor import utils

    inner = scorer.bert_scorer
    encoded = []
    for text in samples:
        ids = utils.sent_encode(inner._tokenizer, text)
        with torch.no_grad():
            hidden = inner._model(torch.tensor([ids]))[0][0]
        keep = len(ids) < 40 and len(encoded) % 3 == 0
        encoded.append({"text": text, "ids": ids, "hidden": numbers(hidden) if keep else None})
    pairs = []
    for at in range(len(samples)):
        other = (at * 7 + 3) % len(samples)
        # One pair a batch: no text is padded for another's sake.
        found = inner.score([samples[other]], [samples[at]], batch_size=1)
        pairs.append({"reference": at, "candidate": other,
                      "scores": [numbers(value[0]) for value in found]})  # fmt: skip
    return {"texts": encoded, "pairs": pairs, "rescaled": rescaled}


def findings(model, tokenizer, split, samples) -> list:
    rows = []
    for text in samples:
        parts = split(text)
        logits, ids = [], []
        for part in parts:
            given = tokenizer([part], truncation=True, max_length=512, return_tensors="pt")
            ids.append(given["input_ids"][0].tolist())
            with torch.no_grad():
                logits.append(model(**given).logits[0])
        positive = sorted({at for row in logits for at in (row > 0).nonzero()[:, 0].tolist()})
        rows.append({"text": text, "parts": parts, "ids": ids, "positive": positive,
                     "logits": [numbers(row) for row in logits] if len(rows) % 5 == 0 else None,
                     "min_margin": min(row.abs().min().item() for row in logits)})  # fmt: skip
    return rows


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    # NLTK follows no link out of its folder.
    shutil.copytree(CHECKPOINTS / "punkt_tab", folder / "tokenizers" / "punkt_tab")
    nltk.data.path.insert(0, str(folder))
    nltk.download = lambda *_, **__: True
    redirect(
        transformers.AutoModel,
        transformers.AutoTokenizer,
        transformers.AutoModelForSequenceClassification,
        transformers.BertForSequenceClassification,
        transformers.BertTokenizer,
    )
    from radeval.metrics.bertscore.bertscore import BertScore
    from radeval.metrics.f1Radbert_ct.f1Radbert_ct import F1RadbertCT
    from radeval.metrics.radevalbertscore.radevalbertscore import RadEvalBERTScorer
    from radeval.metrics.SRRBert.srr_bert import SRRBert, srr_bert_parse_sentences

    sentences()
    samples = texts()
    references = samples[: len(samples) // 2]
    # A report that is nothing but a word for nothing is a missing one to this project.
    reports = [text for text in samples if text != "None"]
    candidates = [reports[-1 - at] for at in range(len(references))]
    record = {
        "distilbert": bertscore(BertScore(), samples, True),
        "modernbert": bertscore(RadEvalBERTScorer(num_layers=4), samples, False),
        "references": references,
        "candidates": candidates,
    }
    for name in ("leaves_with_statuses", "upper_with_statuses"):
        srr = SRRBert(model_type=name)
        report_, _, _, sample_f1 = srr.evaluate(references, candidates)
        record[f"srr_{name}"] = {
            "rows": findings(srr.model, srr.tokenizer, srr_bert_parse_sentences, samples[:12] + EDGES),
            "sample_f1": sample_f1.tolist(),
            "report": {key: report_[key] for key in report_ if key.endswith("avg")},
            "per_label": {key: row for key, row in report_.items() if row["support"] > 0},
        }
    ct = F1RadbertCT(model_id="IAMJB/RadBERT-CT", device="cpu")
    accuracy, sample_accuracy, report_ = ct(hyps=candidates, refs=references)
    record["radbert_ct"] = {
        "rows": findings(ct.model, ct.tokenizer, lambda text: [text], samples),
        "accuracy": accuracy,
        "sample_accuracy": sample_accuracy,
        "report": report_,
    }
    write("radeval.json", record)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    os.environ["HF_HUB_OFFLINE"] = "1"
    main()
