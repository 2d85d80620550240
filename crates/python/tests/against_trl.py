"""The rewards in TRL's own GRPO trainer: a tiny random model, a few steps on the CPU.

    pip install trl==1.16.0 WHEEL && python crates/python/tests/against_trl.py

TRL needs torch, so this is no part of `cargo xtask test`; `test_rewards.py` holds the rewards to
the protocol that is seen here. Both kinds of data sets run, with samples that have no reference,
and with workers that load the data. What the trainer was given is compared with a scorer's own
results, and with what it logs. Last run: TRL 1.16.0, torch 2.15.0, transformers 5.24.0.
"""

import json
import math
import tempfile

import tokenizers
import torch
import transformers
import trl
from datasets import Dataset

from rrgscore import Scorer, rewards

WORDS = "no effusion . the heart is large clear lungs small right pleural user assistant".split()
REFERENCES = ["No effusion.", "The heart is large.", None, "Clear lungs.", "Small effusion.", ""]
STEPS = 3


def tokenizer():
    names = ["<pad>", "<eos>", "<unk>"]
    vocab = {word: at for at, word in enumerate([*names, *WORDS])}
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocab, unk_token="<unk>"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=model, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    made.chat_template = (
        "{% for message in messages %}{{ message['role'] }} {{ message['content'] }} {% endfor %}"
        "{% if add_generation_prompt %}assistant {% endif %}"
    )
    made.padding_side = "left"
    return made


def train(prompts, workers, folder):
    """Runs the trainer; gives what the reward was called with, what it gave, and the log."""
    reward = rewards.weighted({"bleu2": 0.5, "rouge-l": 0.5}, [], name="text")
    calls = []

    class Watched:
        __name__ = reward.__name__

        def __call__(self, prompts, completions, **columns):
            given = reward(prompts=prompts, completions=completions, **columns)
            calls.append((prompts, completions, columns, given))
            return given

    words = tokenizer()
    torch.manual_seed(1)
    config = transformers.GPT2Config(
        vocab_size=len(words),
        n_positions=64,
        n_embd=16,
        n_layer=1,
        n_head=2,
        bos_token_id=1,
        eos_token_id=1,
        pad_token_id=0,
    )
    trainer = trl.GRPOTrainer(
        model=transformers.GPT2LMHeadModel(config),
        processing_class=words,
        reward_funcs=[Watched()],
        train_dataset=Dataset.from_list(
            [{"prompt": p, "reference": r, "other": 1} for p, r in zip(prompts, REFERENCES)]
        ),
        args=trl.GRPOConfig(
            output_dir=folder,
            max_steps=STEPS,
            per_device_train_batch_size=4,
            num_generations=2,
            max_completion_length=6,
            report_to=[],
            use_cpu=True,
            bf16=False,
            logging_steps=1,
            dataloader_num_workers=workers,
            save_strategy="no",
            disable_tqdm=True,
        ),
    )
    trainer.train()
    return calls, trainer.state.log_history


def text_of(completion):
    return completion if isinstance(completion, str) else completion[-1]["content"]


def check(prompts, workers):
    with tempfile.TemporaryDirectory() as folder:
        calls, log = train(prompts, workers, folder)
    scorer = Scorer(["bleu2", "rouge-l"], [], missing="empty")
    without = scored = 0
    for _, completions, columns, given in calls:
        assert len(given) == len(completions) == len(columns["reference"])
        for completion, reference, value in zip(completions, columns["reference"], given):
            if not (reference or "").strip():
                assert value is None
                without += 1
                continue
            result = scorer.score([reference], [text_of(completion)])
            expected = math.fsum(0.5 * result[metric][0] for metric in ("bleu2", "rouge-l"))
            assert math.isclose(value, expected, abs_tol=1e-15), (value, expected)
            scored += 1
    assert scored and without, (scored, without)
    logged = [entry["rewards/text/mean"] for entry in log if "rewards/text/mean" in entry]
    assert len(logged) == STEPS, log
    for value, (*_, given) in zip(logged, calls):
        known = [one for one in given if one is not None]
        if known:
            assert math.isclose(value, sum(known) / len(known), rel_tol=1e-4, abs_tol=1e-6)
    kind = "plain" if isinstance(prompts[0], str) else "conversations"
    return {"completions": kind, "workers": workers, "scored": scored, "without": without}


def main():
    plain = ["the heart is", "no", "clear", "the lungs", "small", "right"]
    talks = [[{"role": "user", "content": prompt}] for prompt in plain]
    for prompts in (plain, talks):
        for workers in (0, 2):
            print(json.dumps(check(prompts, workers)), flush=True)
    print(f"TRL {trl.__version__}, torch {torch.__version__}: all as expected")


if __name__ == "__main__":
    main()
