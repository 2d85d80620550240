"""Compares this project's token ids with Python's `tokenizers` on generated texts.

    python differential.py TOKENIZER.json [TOKENIZER.json ...] [--count 100000] [--seed 1]

Texts are words of radiology, odd Unicode (combining marks, ligatures, right-to-left, emoji, CJK,
control characters, white space of every kind), numbers, special tokens written out, and plain
noise, mixed by a seeded generator; lengths from nothing to over 512 tokens. Every mismatch is
printed and makes the exit code 1; it then belongs into the tests.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[3]
WORDS = """no acute cardiopulmonary process the heart is normal in size lungs are clear small left
right pleural effusion pneumothorax consolidation edema atelectasis opacity cardiomegaly mildly
enlarged XXXX 3.5 cm 1.2-cm T12 s/p CABG w/o e.g. i.e. A-P PA/lateral 2:30 &amp; <b> [CLS] [SEP]
[UNK] [PAD] [MASK] <s> </s> <pad> <mask> <unk> ## ##ing don't patient's naïve Ärztin größer ﬁne
İstanbul ſ ǅ Å e\u0301 n\u0303 ½ ² ① Ⅷ ㎏ 100% +/- ± ≥ → • … “quoted” ‘x’ — – ‐ \u00ad \u200b \u200d
\u2060 \ufeff \ufffd 心肺 正常 ｆｕｌｌ ー カ\u3099 한국어 مرحبا \u202eשלום\u202c हिन्दी ไทย 🫁 👩\u200d⚕️ 🇫🇷 \U0001d400
_ __ \\n \\t " ' ` ~ ^ | \\ / // ... !!! ?! ()""".split()
SPACES = [" "] * 30 + ["  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\x0b", "\x0c", "\x1c",
          "\x85", "\u2028", ""]
NOISE = [chr(c) for c in range(0x20)] + [chr(c) for c in range(0x7f, 0x100)]


def text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.02:
        return rng.choice(["", " ", "\n", "\t ", "\u200b", "\x00", "."])
    if kind < 0.12:
        points = (rng.randrange(0x3000) if rng.random() < 0.8 else rng.randrange(0x110000)
                  for _ in range(rng.randrange(1, 60)))
        return "".join(chr(c) for c in points if not 0xd800 <= c < 0xe000)
    length = rng.choice([1, 3, 8, 20, 20, 40, 80]) if kind < 0.99 else 700
    parts = []
    for _ in range(length):
        word = rng.choice(WORDS)
        if rng.random() < 0.1:
            word = word.upper() if rng.random() < 0.5 else word.title()
        if rng.random() < 0.05:
            at = rng.randrange(len(word) + 1)
            word = word[:at] + rng.choice(NOISE) + word[at:]
        if rng.random() < 0.15:
            word += rng.choice(".,;:!?)")
        parts += [word, rng.choice(SPACES)]
    return "".join(parts)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tokenizers", nargs="+", type=Path)
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    texts = [text(rng) for _ in range(options.count)]
    lines = "".join(json.dumps(t) + "\n" for t in texts)
    build = ["cargo", "build", "--quiet", "--release", "-p", "rrgscore-text", "--example",
             "token_ids", "--message-format", "json"]
    messages = subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    binary = next(message["executable"] for message in map(json.loads, messages.stdout.splitlines())
                  if message.get("target", {}).get("name") == "token_ids")
    failed = False
    for path in options.tokenizers:
        for limit in (512, 30):
            theirs = Tokenizer.from_file(str(path))
            theirs.no_padding()
            theirs.enable_truncation(limit)
            ours = subprocess.run([binary, str(path), str(limit)], input=lines, check=True,
                                  stdout=subprocess.PIPE, text=True).stdout.splitlines()
            assert len(ours) == len(texts)
            wrong = 0
            for t, line, encoding in zip(texts, ours, theirs.encode_batch(texts)):
                if json.loads(line) != encoding.ids:
                    wrong += 1
                    if wrong <= 5:
                        print(f"  {t!r}\n    ours   {line}\n    theirs {encoding.ids}")
            print(f"{path.parent.name}, at most {limit} ids: {len(texts)} texts, {wrong} differ")
            failed |= wrong > 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
