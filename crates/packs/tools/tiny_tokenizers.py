"""Tokenizers of a few hundred pieces for the project's own tiny checkpoints.

Made by plain counting over the sentences below, so that they come out the same everywhere. Every
printable ASCII character is a piece, common words of reports are whole, others fall in pieces.
"""

import collections
import json
import re
import string

SENTENCES = """
The heart size is normal. The lungs are clear without focal consolidation.
No pleural effusion or pneumothorax is seen. Mild cardiomegaly is unchanged.
There is a small left pleural effusion with adjacent atelectasis.
Interval increase in right basilar opacity, concerning for pneumonia.
Stable mild pulmonary edema. The mediastinal contours are within normal limits.
Right internal jugular catheter tip is in the mid SVC. No acute osseous abnormality.
Low lung volumes with bibasilar atelectasis. Degenerative changes of the thoracic spine.
A 1.2 cm nodule is noted in the left upper lobe. Old healed rib fracture on the right.
Moderate enlargement of the cardiac silhouette. The aorta is tortuous and calcified.
Findings: endotracheal tube terminates 4 cm above the carina. Impression: no acute disease.
Patchy airspace opacity in the right lower lobe may represent infection or aspiration.
Bilateral interstitial markings are increased, compatible with congestive heart failure.
The hilar structures are unremarkable. Surgical clips project over the right upper quadrant.
No free air under the diaphragm. Trace effusion cannot be excluded. Recommend follow-up CT.
""".strip().split("\n")

CHARACTERS = [chr(code) for code in range(0x21, 0x7F)]


def words(lower):
    """The words of the sentences, most frequent first, ties in alphabetical order."""
    found = collections.Counter()
    for sentence in SENTENCES:
        text = sentence.lower() if lower else sentence
        found.update(re.findall(r"[A-Za-z]{2,}", text))
    return sorted(found, key=lambda word: (-found[word], word)), found


def substrings(lower):
    """Pieces of two to five letters, those that save most first."""
    _, found = words(lower)
    counts = collections.Counter()
    for word, times in found.items():
        for start in range(len(word)):
            for end in range(start + 2, min(start + 6, len(word) + 1)):
                counts[word[start:end]] += times * (end - start - 1)
    return sorted(counts, key=lambda piece: (-counts[piece], piece)), counts


def wordpiece_vocabulary(specials, size):
    """BERT's vocabulary file: specials, characters, whole words, continuations."""
    singles = [c for c in CHARACTERS if not c.isupper()]
    inner = [f"##{c}" for c in string.ascii_lowercase + string.digits]
    pieces = specials + singles + inner
    whole = [word for word in words(True)[0]][: (size - len(pieces)) // 2]
    pieces += whole
    rest = [f"##{piece}" for piece in substrings(True)[0]]
    pieces += rest[: size - len(pieces)]
    assert len(set(pieces)) == len(pieces) <= size
    return pieces


def added(content, index, lstrip=False, normalized=False):
    return {
        "id": index,
        "content": content,
        "single_word": False,
        "lstrip": lstrip,
        "rstrip": False,
        "normalized": normalized,
        "special": True,
    }


def template(start, start_id, end, end_id, ends=1):
    piece = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    second = {"Sequence": {"id": "B", "type_id": 1}}
    special = lambda token, index: {"id": token, "ids": [index], "tokens": [token]}
    single = [piece(start), text, piece(end)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": single[:2] + [piece(end)] * ends + [second, {"SpecialToken": {"id": end, "type_id": 1}}],
        "special_tokens": {start: special(start, start_id), end: special(end, end_id)},
    }


def tokenizer(model, tokens, normalizer, pre_tokenizer, post_processor, decoder):
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": tokens,
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": post_processor,
        "decoder": decoder,
        "model": model,
    }


def wordpiece(pieces, tokens, unknown, post_processor):
    model = {
        "type": "WordPiece",
        "unk_token": unknown,
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {piece: index for index, piece in enumerate(pieces)},
    }
    normalizer = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    }
    decoder = {"type": "WordPiece", "prefix": "##", "cleanup": True}
    pre_tokenizer = {"type": "BertPreTokenizer"}
    return tokenizer(model, tokens, normalizer, pre_tokenizer, post_processor, decoder)


def byte_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes, in its order."""
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in kept]
    table = {byte: chr(byte) for byte in kept}
    table |= {byte: chr(256 + index) for index, byte in enumerate(rest)}
    return [table[byte] for byte in kept + rest]


def merges(count):
    """Byte pair merges, the most frequent pair first."""
    texts = collections.Counter()
    for sentence in SENTENCES:
        for word in re.findall(r" ?[A-Za-z]+", " " + sentence):
            texts[tuple(word.replace(" ", "Ġ"))] += 1
    rules = []
    for _ in range(count):
        pairs = collections.Counter()
        for pieces, times in texts.items():
            for pair in zip(pieces, pieces[1:]):
                pairs[pair] += times
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        rules.append(best)
        joined = collections.Counter()
        for pieces, times in texts.items():
            out, at = [], 0
            while at < len(pieces):
                if pieces[at : at + 2] == best:
                    out.append("".join(best))
                    at += 2
                else:
                    out.append(pieces[at])
                    at += 1
            joined[tuple(out)] += times
        texts = joined
    return rules


def byte_level(specials, last, size):
    """A byte-level BPE vocabulary and its merges: specials, bytes, merged pieces, `last`."""
    alphabet = byte_alphabet()
    rules = merges(size - len(specials) - len(alphabet) - len(last))
    pieces = specials + alphabet + ["".join(rule) for rule in rules] + last
    return {piece: index for index, piece in enumerate(pieces)}, rules


def roberta(size):
    """RoBERTa's: ids 0 to 3 and the last one are special."""
    vocabulary, rules = byte_level(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"], size)
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": vocabulary,
        "merges": [list(rule) for rule in rules],
    }
    tokens = [added(token, vocabulary[token], normalized=True) for token in ["<s>", "<pad>", "</s>", "<unk>"]]
    tokens.append(added("<mask>", vocabulary["<mask>"], lstrip=True))
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    join = {**split, "add_prefix_space": True}
    process = {
        "type": "RobertaProcessing",
        "sep": ["</s>", 2],
        "cls": ["<s>", 0],
        "trim_offsets": True,
        "add_prefix_space": False,
    }
    return tokenizer(model, tokens, None, split, process, join), vocabulary, rules


def modernbert(size):
    """ModernBERT's: byte-level BPE with BERT's special tokens at the end, NFC."""
    last = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    vocabulary, rules = byte_level([], last, size)
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": vocabulary,
        "merges": [list(rule) for rule in rules],
    }
    tokens = [added(token, vocabulary[token], lstrip=token == "[MASK]") for token in last]
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    process = template("[CLS]", vocabulary["[CLS]"], "[SEP]", vocabulary["[SEP]"])
    decoder = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    return tokenizer(model, tokens, {"type": "NFC"}, split, process, decoder)


def unigram(size):
    """DeBERTa-v3's: SentencePiece unigrams. NFKC stands for its table of the same meaning."""
    import math

    specials = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    scored = {"▁": -3.0} | {char: -9.0 - 0.01 * index for index, char in enumerate(CHARACTERS)}
    room = size - len(specials) - len(scored)
    found, times = words(False)
    total = sum(times.values())
    for word in found[: room // 2]:
        scored[f"▁{word}"] = round(math.log(times[word] / total) - 1.0, 6)
    pieces, counts = substrings(False)
    total = sum(counts.values())
    for piece in pieces:
        if len(scored) == size - len(specials):
            break
        scored.setdefault(piece, round(math.log(counts[piece] / total) - 2.0, 6))
    vocabulary = [[token, 0.0] for token in specials]
    vocabulary += [[piece, scored[piece]] for piece in sorted(scored, key=lambda p: (-scored[p], p))]
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    normalizer = {
        "type": "Sequence",
        "normalizers": [
            {"type": "Strip", "strip_left": True, "strip_right": True},
            {"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ],
    }
    model = {"type": "Unigram", "unk_id": 3, "vocab": vocabulary, "byte_fallback": False}
    tokens = [added(token, index, normalized=token == "[UNK]") for index, token in enumerate(specials)]
    return tokenizer(model, tokens, normalizer, space, template("[CLS]", 1, "[SEP]", 2), space)


def bert(size):
    pieces = wordpiece_vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], size)
    tokens = [added(token, index) for index, token in enumerate(pieces[:5])]
    return wordpiece(pieces, tokens, "[UNK]", template("[CLS]", 2, "[SEP]", 3)), pieces


def mpnet(size):
    """MPNet's: BERT's vocabulary between `<s> <pad> </s> <unk>` and `<mask>`."""
    inner = wordpiece_vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], size - 5)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *inner, "<mask>"]
    index = {piece: at for at, piece in enumerate(pieces)}
    tokens = [added(token, index[token], normalized=True) for token in ["<s>", "<pad>", "</s>", "[UNK]"]]
    tokens.append(added("<mask>", index["<mask>"], lstrip=True, normalized=True))
    return wordpiece(pieces, tokens, "[UNK]", template("<s>", 0, "</s>", 2, 2)), pieces


def text(tokenizer):
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n"
