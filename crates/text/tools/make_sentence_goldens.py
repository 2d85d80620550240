"""Splits synthetic texts with PyRuSH by a small rule file, and records the sentences.

    pip install PyRuSH==1.0.13 PyFastNER==1.0.10 quicksectx==0.4.1 spacy==3.7.5
    python crates/text/tools/make_sentence_goldens.py

Reads crates/text/tests/goldens/sentence_rules.tsv, which is written by hand in PyRuSH's language;
writes crates/text/tests/goldens/sentences.json. With `--rules FILE --texts FILE.jsonl --out
FILE.jsonl` it splits other texts (lines with a key `text`) by other rules.
"""

import argparse
import json
import random
from pathlib import Path

import spacy
from loguru import logger
from PyRuSH import PyRuSHSentencizer

GOLDENS = Path(__file__).parent.parent / "tests/goldens"

TEXTS = [
    "", " ", "\n\n", ".", "ok", "ok.", "abc", "No acute disease", "no acute disease.", "clear",
    "Clear lungs. Normal heart.", "Clear lungs.  Normal heart.  ", "  Clear lungs.\tNormal heart.",
    "clear lungs. normal heart. no change.", "CLEAR LUNGS. NORMAL HEART.", "Clear.Normal.",
    "A nodule of 1.5 cm. No effusion.", "A nodule of 1.5 x 2.0 cm is seen. It is new.",
    "Nodule 5 mm. Stable.", "Seen at T8. Mild wedging.", "Level 3. 4 is clear.",
    "Read by Dr. Smith. No change.", "Dr. Smith vs. Dr. Jones. Agreed.", "E.g. this. I.e. that.",
    "1. Clear lungs. 2. Normal heart.", "1. Clear lungs.\n2. Normal heart.\n3. No edema",
    "1) Clear lungs\n2) Normal heart", "- Clear lungs\n- Normal heart\n", "* Clear.\n\n* Normal.",
    "FINDINGS:\nClear lungs.\n\nIMPRESSION:\nNormal heart.", "Heart:\n\nnormal\n\n\nLungs: clear",
    "Clear lungs\nNormal heart", "Clear lungs,\nnormal heart.", "Clear lungs.\r\nNormal heart.\r\n",
    "Clear lungs. \n \n Normal heart.", "\n\n  Clear lungs.", "Clear lungs!! Normal heart?? Yes.",
    "Is it new? No. It is old!", "Clear... Normal heart...", "Clear lungs.. Normal heart..",
    "\"Clear lungs.\" Normal heart.", "(Clear lungs.) Normal heart.", "(1) Clear. (2) Normal.",
    "Clear [see below]. Normal heart.", "Clear lungs. (No change.)", "Opacity (new.)",
    "Größe normal. Ödem fehlt.", "Das Herz ist größer. Übersicht klar.", "Cœur normal. Épanchement.",
    "肺野清晰。心脏正常。", "Clear lungs。Normal heart.", "Clear lungs.\u00a0Normal heart.\u00a0",
    "Clear\u2003lungs.\u2003Normal heart.", "Clear lungs.\u200bNormal heart.", "x\u001cClear. Normal\u001f.",
    "Température 37°. Normal.", "5 µm. Clear.", "Volume 2². Normal heart.", "Heart \U0001fac0. Lungs.",
    "Clear lungs. -- Normal heart.", "Clear lungs.  --  \n -- Normal heart.", "Clear. ---  ---",
    "Clear lungs.  ---  ===  ", "Clear lungs. a b", "Clear lungs. xyz", "Clear lungs. and more of it",
    "x clear lungs. Normal.", "and so on, clear lungs. Normal.", "a.b.c. D.E.F. Normal.",
    "No pneumothorax.No effusion.Heart normal.", "Comparison: 1/2/2015. No change.",
    "Compared to [DATE]. No change.", "A ++ B. C + D.", "Path C:\\d. Normal.", "tab\tClear.\tNormal.",
    "word " * 60 + ". Next sentence.", "A" + " " * 70 + ". Normal heart.", "x" * 120 + ". Normal.",
    "St. Mary. St. John.", "No. 3. No. 4.", "Clear lungs.\n\n\n\n\nNormal heart.", "\\d + [x|y] (z)",
]
PIECES = [
    "Clear", "lungs", "normal", "Heart", "T8", "1.5", "cm", "Dr", "vs", "ö", "Ü", "(", ")", "\"",
    ".", ".", ".", "..", "!", "?", ",", ":", ";", "-", "\n", "\n\n", " ", "  ", "\t", "\u00a0", "2", "\\",
    "\r\n", "°", "[", "]", "+", "no change", "IMPRESSION", "a", "B",
]


def random_texts(rng: random.Random, count: int):
    for _ in range(count):
        pieces = rng.choices(PIECES, k=rng.randint(2, 24))
        yield rng.choice(["", " "]).join(pieces)


def sentences(nlp, text: str) -> list:
    """RaTEScore's `sentence_split`, for one text."""
    stripped = (str(sentence).strip() for sentence in nlp(text).sents)
    return [sentence for sentence in stripped if sentence.split() and len(sentence) >= 3]


def main() -> None:
    logger.remove()
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=Path, default=GOLDENS / "sentence_rules.tsv")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--out", type=Path, default=GOLDENS / "sentences.json")
    args = parser.parse_args()
    nlp = spacy.blank("en")
    nlp.add_pipe("medspacy_pyrush", config={"rules_path": str(args.rules)})
    if args.texts:
        texts = [json.loads(line)["text"] for line in args.texts.read_text("utf-8").splitlines()]
    else:
        texts = TEXTS + list(random_texts(random.Random(5), 120))
    records = [{"text": text, "sentences": sentences(nlp, text)} for text in texts]
    if args.out.suffix == ".jsonl":
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        args.out.write_text("".join(lines), "utf-8")
    else:
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        args.out.write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
