"""Trains four small tokenizers of the kinds that the metrics use (BERT, RoBERTa, MPNet,
DeBERTa-v3) on synthetic text, and records what the Python `tokenizers` package and Python's own
regular expressions make of synthetic reports and of hostile strings.

    python crates/text/tools/make_tokenizer_goldens.py

Writes crates/text/tests/goldens/{bert,roberta,mpnet,deberta}.json and tokenization.json.
"""

import json
import random
import re
from pathlib import Path

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

OUT = Path(__file__).parent.parent / "tests/goldens"

PLACES = ["left", "right", "bilateral", "basilar", "apical", "perihilar", "retrocardiac"]
FINDINGS = [
    "opacity", "effusion", "pneumothorax", "atelectasis", "consolidation", "edema", "nodule",
    "cardiomegaly", "granuloma", "fibrosis", "scoliosis", "calcification",
]
FRAMES = [
    "No {p} {f}.", "There is a small {p} {f}, measuring {n}.{m} cm.", "The {p} {f} is unchanged.",
    "{f} (new since prior)", "IMPRESSION: 1. {f}; 2. {p} {f}?", "Stable {p}-sided {f}...",
    "Heart size is normal; lungs are clear.", "Compared to 0{n}/1{m}/2015: no {f}!",
    "FINDINGS:\n{p} {f}\t{n}%, {p} {f} ({m}%).", "The so-called \"{f}\".",
]
HOSTILE = [
    "", " ", "\n\t ", "a", ".", "...", "\u00a0", "\u200b", "x\u001cy\u001fz", "a  b   c",
    "na\u00efve caf\u00e9 \u00c5ngstr\u00f6m", "e\u0301te\u0301", "\u0130stanbul \u03a3\u03a3", "\u6b63\u5e38 chest",
    "\U0001f600 \U0001f9d1\u200d\u2695\ufe0f", "[CLS] and [SEP] [MASK]", "<s> </s> <mask>", "\ufffd\ufeff",
    "1.2-cm x/y 50%, (60%). 'q'.' 7%)", "lit\\neral \\f \\u2122 \\\"quoted\\\"", "a_b\u0301c \u00b2\u2167\u0663",
    "w" * 120, "\u202eabc", "tab\tand\rreturn\r\n", "\u0000nul\u0007bell", "\u1680\u2003\u3000wide",
    ")..)%.)%,.'", "caf\u00e9.)", "\u2028line\u2029para\u0085next", "don't we're", "\U0001d7d8\U0001d538",
]


def reports(count, seed):
    rng = random.Random(seed)

    def sentence():
        return rng.choice(FRAMES).format(
            p=rng.choice(PLACES), f=rng.choice(FINDINGS), n=rng.randint(1, 9), m=rng.randint(0, 9)
        )

    return [" ".join(sentence() for _ in range(rng.randint(1, 9))) for _ in range(count)]


def bert(corpus, frame=("[CLS]", "[SEP]"), unknown="[UNK]"):
    first, last = frame
    tokenizer = Tokenizer(models.WordPiece(unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", unknown, first, last, "[MASK]"]
    tokenizer.train_from_iterator(
        corpus, trainers.WordPieceTrainer(vocab_size=250, special_tokens=special, show_progress=False)
    )
    tokenizer.post_processor = processors.BertProcessing(
        (last, tokenizer.token_to_id(last)), (first, tokenizer.token_to_id(first))
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def roberta(corpus):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        corpus,
        trainers.BpeTrainer(
            vocab_size=420,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def deberta(corpus):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Strip(), normalizers.NFKC(), normalizers.Replace(tokenizers_regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    tokenizer.train_from_iterator(
        corpus,
        trainers.UnigramTrainer(
            vocab_size=220, special_tokens=special, unk_token="[UNK]", show_progress=False
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def tokenizers_regex(pattern):
    from tokenizers import Regex

    return Regex(pattern)


def byte_offsets(text, offsets):
    """Python's offsets count characters; the crate's count bytes."""
    at = [0]
    for character in text:
        at.append(at[-1] + len(character.encode("utf-8", "surrogatepass")))
    return [[at[start], at[end]] for start, end in offsets]


def cut(ids, most):
    return ids if len(ids) <= most else ids[: most - 1] + ids[-1:]


def radgraph_words(text):
    """The rule of RadGraph 1.0: space around each character of the official class."""
    return re.sub(r"([/,:.!?()])", r" \1 ", text).split()


def radgraph_xl_words(text):
    for old, new in [("\\n", "  "), ("\\f", "  "), ("\\u2122", " " * 6), ("\n", " "), ('\\"', "``")]:
        text = text.replace(old, new)
    text = " ".join(re.findall(r"\w+|[^\w\s]+", re.sub(r"\s+", " ", text)))
    for pair in (").", "%.", ".'", "%,", "%)"):
        text = text.replace(pair, f"{pair[0]} {pair[1]}")
    return text.split()


def main():
    corpus = reports(400, seed=1)
    # As saved by others: a reader must not follow the file's own truncation and padding.
    tokenizers = {
        "bert": bert(corpus),
        "roberta": roberta(corpus),
        "mpnet": bert(corpus, frame=("<s>", "</s>")),
        "deberta": deberta(corpus),
    }
    tokenizers["bert"].enable_truncation(8)
    tokenizers["bert"].enable_padding(length=8)
    OUT.mkdir(parents=True, exist_ok=True)
    for name, tokenizer in tokenizers.items():
        (OUT / f"{name}.json").write_text(tokenizer.to_str() + "\n")
    tokenizers["bert"].no_truncation()
    tokenizers["bert"].no_padding()

    records = []
    for text in HOSTILE + reports(20, seed=2) + [" ".join(reports(12, seed=3))]:
        joined = re.sub(" +", " ", text).strip()
        inputs = {"roberta": " " + joined if joined else ""}
        record = {
            "text": text,
            "bertscore": joined,
            "chexbert": re.sub(r"\s+", " ", text.strip().replace("\n", " ")).strip(),
            "radgraph": radgraph_words(text),
            "radgraph_xl": radgraph_xl_words(text),
        }
        for name, tokenizer in tokenizers.items():
            given = inputs.get(name, text)
            encoding = tokenizer.encode(given)
            record[name] = {
                "ids": encoding.ids,
                "tokens": encoding.tokens,
                "offsets": byte_offsets(given, encoding.offsets),
                "ids_of_30": cut(encoding.ids, 30),
            }
        records.append(record)
    lines = ",\n".join(json.dumps(record, ensure_ascii=True) for record in records)
    (OUT / "tokenization.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
