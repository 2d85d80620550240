"""Makes a tiny judge of random weights, and what transformers answers with it.

    python make_judge_goldens.py ../tests/checkpoints/tiny-judge ../tests/goldens/tiny_judge.json

Needs torch, transformers and safetensors; the golden names their versions. The checkpoint is a Phi
as the official classes save it: f16 weights, a byte-level vocabulary without merges, so that the ids
of a text follow from its bytes. The weights are wide enough that an answer is no row of one token.
"""

import json
import pathlib
import sys

import torch
import transformers

EOS = "<|endoftext|>"
LONGEST = 128
TEMPLATE = "Compare {reference} with {candidate} please."
PAIRS = [
    ("No effusion.", "Small effusion."),
    ("Clear lungs.", "Clear lungs."),
    ("Old scar, 3 mm.", "New scar."),
]
# What transformers' clean_up_tokenization replaces.
CLEANED = [(" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't")]
CLEANED += [(" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re")]


def bytes_to_unicode():
    """GPT-2's letters for bytes: printable ones are themselves, the others follow from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, above = {byte: chr(byte) for byte in plain}, 256
    for byte in range(256):
        if byte not in letters:
            letters[byte], above = chr(above), above + 1
    return letters


def main(folder, golden):
    folder, golden = pathlib.Path(folder), pathlib.Path(golden)
    letters = bytes_to_unicode()
    vocabulary = {letter: at for at, letter in enumerate(sorted(letters.values()))}
    vocabulary[EOS] = len(vocabulary)
    config = transformers.PhiConfig(
        vocab_size=264,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=LONGEST,
        partial_rotary_factor=0.5,
        bos_token_id=vocabulary[EOS],
        eos_token_id=vocabulary[EOS],
        tie_word_embeddings=False,
    )
    torch.manual_seed(11)
    model = transformers.PhiForCausalLM(config).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.dim() == 2:
                value.normal_(0.0, 0.35)
            elif "bias" in name:
                value.normal_(0.0, 0.1)
            value.copy_(value.half().float())
    model.half().save_pretrained(folder)
    model.float()
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=True) + "\n")
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = {"tokenizer_class": "CodeGenTokenizer", "eos_token": EOS, "bos_token": EOS}
    special = {"content": EOS, "special": True, "normalized": False}
    tokenizer["added_tokens_decoder"] = {str(vocabulary[EOS]): special}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=1) + "\n")

    byte_of = {at: byte for byte, letter in letters.items() for at in [vocabulary[letter]]}

    def decode(ids):
        # As green-score does: prompt and answer together, without special tokens, cleaned up; the
        # answer is what stands behind the last header.
        text = bytes(byte_of[at] for at in ids if at in byte_of).decode("utf-8", "replace")
        for before, after in CLEANED:
            text = text.replace(before, after)
        return text.rsplit("<|assistant|>", 1)[-1]

    def encode(text):
        parts = [[vocabulary[letters[byte]] for byte in part.encode()] for part in text.split(EOS)]
        ids = parts[0]
        for part in parts[1:]:
            ids = [*ids, vocabulary[EOS], *part]
        return ids

    records = []
    for reference, candidate in PAIRS:
        prompt = TEMPLATE.format(reference=reference, candidate=candidate)
        ids = encode(f"<|user|>\n{prompt}{EOS}\n<|assistant|>\n{EOS}\n<|assistant|>\n")
        new, margins = [], []
        while len(ids) + len(new) < LONGEST:
            with torch.no_grad():
                logits = model(torch.tensor([ids + new])).logits[0, -1]
            best = logits.topk(2)
            new.append(int(best.indices[0]))
            margins.append(float(best.values[0] - best.values[1]))
            if new[-1] == vocabulary[EOS]:
                break
        records.append(
            {
                "reference": reference,
                "candidate": candidate,
                "prompt": prompt,
                "prompt_ids": ids,
                "new_ids": new,
                "answer": decode(ids + new),
                "cut_off": new[-1] != vocabulary[EOS],
                "least_margin": min(margins),
            }
        )
        print(len(ids), len(new), min(margins))
    versions = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    made = {"made_by": versions, "template": TEMPLATE, "longest": LONGEST, "records": records}
    golden.parent.mkdir(parents=True, exist_ok=True)
    golden.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
