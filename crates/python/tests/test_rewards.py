"""Rewards as TRL 1.16's GRPO trainer calls them (`_calculate_rewards`)."""

import math
import multiprocessing
import os
import pickle
import threading
import unittest

from common import pack
from rrgscore import Scorer, rewards

REFERENCES = ["No effusion.", "The heart is large.", "Clear lungs."]
COMPLETIONS = ["No effusion.", "The heart is normal.", ""]


def as_trl(reward, prompts, completions, **columns):
    """What the trainer does with a function: names it, calls it, and reads its answer."""
    assert isinstance(reward.__name__, str)
    given = reward(
        prompts=prompts,
        completions=completions,
        completion_ids=[[1]] * len(completions),
        trainer_state=object(),
        log_extra=print,
        log_metric=print,
        **columns,
    )
    rewards_ = [value if value is not None else math.nan for value in given]
    assert len(rewards_) == len(prompts)
    assert all(isinstance(value, float) for value in rewards_)
    return given


def in_another_process(reward):
    return os.getpid(), reward(completions=COMPLETIONS, reference=REFERENCES)


class Protocol(unittest.TestCase):
    def setUp(self):
        self.reward = rewards.weighted({"bleu2": 1.0}, [])
        self.expected = Scorer("bleu2", [], missing="empty").score(REFERENCES, COMPLETIONS)["bleu2"]

    def test_plain_completions(self):
        given = as_trl(self.reward, ["p"] * 3, COMPLETIONS, reference=REFERENCES, other=[1, 2, 3])
        self.assertEqual(given, self.expected)
        self.assertEqual(given[0], 1.0)
        self.assertEqual(self.reward.__name__, "bleu2")

    def test_conversations(self):
        talks = [[{"role": "assistant", "content": text}] for text in COMPLETIONS]
        self.assertEqual(as_trl(self.reward, [[]] * 3, talks, reference=REFERENCES), self.expected)
        long = [
            {"role": "assistant", "content": "Let me look."},
            {"role": "tool", "content": "x"},
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "No "}, {"type": "text", "text": "effusion."}],
            },
        ]
        self.assertEqual(self.reward(completions=[long], reference=["No effusion."]), [1.0])
        silent = [[], [{"role": "assistant", "content": None, "tool_calls": []}]]
        self.assertEqual(self.reward(completions=silent, reference=["a b"] * 2), [0.0, 0.0])

    def test_missing_references_have_no_reward(self):
        class NAType:
            """As pandas spells it."""

        references = ["No effusion.", None, math.nan, "", NAType()]
        given = as_trl(self.reward, ["p"] * 5, ["No effusion."] * 5, reference=references)
        self.assertEqual(given, [1.0, None, None, None, None])
        self.assertEqual(self.reward(completions=["a"], reference=[None]), [None])
        self.assertEqual(self.reward(completions=[], reference=[]), [])

    def test_another_column(self):
        reward = rewards.weighted({"bleu2": 1.0}, [], reference="report", name="bleu")
        self.assertEqual(as_trl(reward, ["p"], ["a b"], report=["a b"]), [1.0])
        self.assertEqual(reward.__name__, "bleu")
        with self.assertRaisesRegex(KeyError, "'report'"):
            reward(completions=["a"], reference=["a"])

    def test_what_is_refused(self):
        with self.assertRaisesRegex(ValueError, "1 references and 2 completions"):
            self.reward(completions=["a", "b"], reference=["a"])
        with self.assertRaisesRegex(TypeError, "of type int"):
            self.reward(completions=[1], reference=["a"])
        with self.assertRaises(ValueError):
            rewards.weighted({})
        for metric in ("coco-cider", "bertscore-idf-radeval", "radcliq-v1-radeval"):
            with self.assertRaisesRegex(ValueError, "depends on the other studies"):
                rewards.weighted({metric: 1.0})


class Sums(unittest.TestCase):
    def test_weights_signs_and_transforms(self):
        packs = [pack("chexbert.pth")]
        scores = Scorer(["bleu2", "semb"], packs, missing="empty").score(REFERENCES, COMPLETIONS)
        reward = rewards.weighted({"bleu2": 2.0, "semb": -0.5}, packs)
        given = reward(completions=COMPLETIONS, reference=REFERENCES)
        for value, bleu, semb in zip(given, scores["bleu2"], scores["semb"]):
            if semb is None:
                self.assertIsNone(value)
            else:
                self.assertAlmostEqual(value, 2.0 * bleu - 0.5 * semb, places=15)
        self.assertIsNotNone(given[0])
        clipped = rewards.weighted({"bleu2": 2.0}, [], transform=lambda value: min(value, 1.0))
        self.assertEqual(clipped(completions=["a b"], reference=["a b"]), [1.0])

    def test_the_metrics_of_papers(self):
        packs = [
            pack(name)
            for name in (
                "chexbert.pth",
                "radgraph.tar.gz",
                "radgraph-xl.tar.gz",
                "distilroberta-base",
                "RaTE-NER-Deberta",
                "BioLORD-2023-C",
            )
        ]
        made = {
            rewards.radgraph_partial: "radgraph-partial",
            rewards.radgraph_xl_partial: "radgraph-xl-partial",
            rewards.ratescore: "ratescore",
            rewards.bertscore: "bertscore",
            rewards.chexbert: "semb",
            rewards.radcliq: "radcliq-v1",
        }
        scores = Scorer(list(made.values()), packs).score(REFERENCES[:2], COMPLETIONS[:2])
        for make, metric in made.items():
            sign = -1 if metric == "radcliq-v1" else 1
            expected = [sign * score for score in scores[metric]]
            given = make(packs)(completions=COMPLETIONS[:2], reference=REFERENCES[:2])
            self.assertEqual(given, expected, metric)

    def test_each_pair_is_scored_once_over_steps(self):
        reward = rewards.weighted({"bleu2": 1.0}, [], remembered=3)
        scored = []

        def watched(references, candidates, **options):
            scored.append(len(references))
            return Scorer("bleu2", [], missing="empty").score(references, candidates, **options)

        reward(completions=["a b"], reference=["a b"])
        reward._scorer.score = watched
        first = reward(completions=["a b", "c d", "c d"], reference=["a b", "c d", "c d"])
        self.assertEqual((first, scored), ([1.0] * 3, [1]))
        self.assertEqual(reward(completions=["c d", "a b"], reference=["c d", "a b"]), [1.0, 1.0])
        self.assertEqual(scored, [1])
        reward(completions=list("wxyz"), reference=list("wxyz"))
        self.assertEqual(len(reward._sums), 3)


class Processes(unittest.TestCase):
    def test_it_is_pickled_without_what_it_has_loaded(self):
        reward = rewards.weighted({"semb": 1.0}, [pack("chexbert.pth")], name="n")
        before = reward(completions=["a b"], reference=["a c"])
        pickled = pickle.dumps(reward)
        self.assertLess(len(pickled), 2000)
        again = pickle.loads(pickled)
        self.assertEqual(
            (again(completions=["a b"], reference=["a c"]), again.__name__), (before, "n")
        )

    def test_spawned_and_forked_processes_get_the_same(self):
        reward = rewards.weighted({"bleu2": 0.5, "semb": 0.5}, [pack("chexbert.pth")])
        here = reward(completions=COMPLETIONS, reference=REFERENCES)
        for method in multiprocessing.get_all_start_methods():
            if method == "forkserver":
                continue
            with self.subTest(method), multiprocessing.get_context(method).Pool(2) as pool:
                for process, there in pool.map(in_another_process, [reward] * 4):
                    self.assertNotEqual(process, os.getpid())
                    self.assertEqual(there, here)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork here")
    def test_a_fork_while_it_scores_does_not_hang(self):
        texts = [f"finding {at} " * 50 for at in range(300)]
        reward = rewards.weighted({"semb": 1.0}, [pack("chexbert.pth")], threads=1)
        reward(completions=["a"], reference=["b"])
        at_work = threading.Thread(target=lambda: reward(completions=texts, reference=texts[::-1]))
        at_work.start()
        while not reward._is_scoring:
            pass
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if reward(completions=["a b"], reference=["a c"])[0] is not None else 1)
            finally:
                os._exit(2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        at_work.join()
