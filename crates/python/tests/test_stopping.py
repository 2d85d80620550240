"""Progress, threads, and runs that are stopped."""

import contextlib
import io
import os
import signal
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from common import pack
from rrgscore import Interrupted, Scorer


def reports(count, words=200):
    """Different reports, long enough that scoring all of them takes a while."""
    return [
        " ".join(f"finding{(at * 7 + word) % 997}" for word in range(words)) for at in range(count)
    ]


class Progress(unittest.TestCase):
    def test_it_is_told_to_a_function(self):
        seen = []
        Scorer("bleu2", []).score(["a"] * 5, ["a"] * 5, progress=lambda *parts: seen.append(parts))
        self.assertEqual(seen[-1][0], seen[-1][1])
        self.assertEqual(seen, sorted(seen))

    def test_without_tqdm_it_is_lines(self):
        hidden = {name: sys.modules.pop(name, None) for name in ("tqdm", "tqdm.auto")}
        sys.modules["tqdm.auto"] = None
        self.addCleanup(sys.modules.update, {k: v for k, v in hidden.items() if v is not None})
        self.addCleanup(sys.modules.pop, "tqdm.auto", None)
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            Scorer("bleu2", []).score(["a"], ["a"], progress=True)
        self.assertRegex(printed.getvalue(), r"rrgscore: (\d+)/\1\n$")

    def test_false_ends_the_run_with_what_was_scored(self):
        texts = reports(600)
        scorer = Scorer("semb", pack("chexbert.pth"), threads=1)
        result = scorer.score(texts, texts[::-1], progress=lambda done, total: False)
        self.assertFalse(result.complete)
        self.assertIn("|complete:no", result.signature)
        self.assertTrue(any(score is None for score in result["semb"]))

    def test_what_the_function_raises_is_raised(self):
        class Enough(Exception):
            pass

        def stop(done, total):
            raise Enough

        with self.assertRaises(Enough):
            Scorer("bleu2", []).score(["a"], ["a"], progress=stop)


class Interrupts(unittest.TestCase):
    @unittest.skipIf(os.name == "nt", "signals are sent another way there")
    def test_ctrl_c_ends_it_within_a_second_with_what_was_scored(self):
        texts = reports(1500, words=300)
        scorer = Scorer("semb", pack("chexbert.pth"), threads=2)
        scorer.score(texts[:1], texts[:1])
        timers, sent = [], []

        def interrupt():
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

        def soon(done, total):
            if not timers:
                timers.append(threading.Timer(0.05, interrupt))
                timers[0].start()

        with self.assertRaises(Interrupted) as caught:
            scorer.score(texts, texts[::-1], progress=soon)
        self.assertLess(time.perf_counter() - sent[0], 1.0)
        result = caught.exception.result
        self.assertIsInstance(caught.exception, KeyboardInterrupt)
        self.assertFalse(result.complete)
        # The scorer is as good as before, and goes on from what was found.
        again = scorer.score(texts[:1], texts[:1])
        self.assertAlmostEqual(again["semb"][0], 1.0, places=6)


class Threads(unittest.TestCase):
    def test_numbers_do_not_depend_on_threads(self):
        texts = reports(40, words=30)
        columns = [
            Scorer("semb", pack("chexbert.pth"), threads=threads).score(texts, texts[::-1])["semb"]
            for threads in (1, 3)
        ]
        self.assertEqual(*columns)

    def test_python_runs_meanwhile(self):
        texts = reports(400)
        ticks = []
        stop = threading.Event()

        def tick():
            while not stop.wait(0.005):
                ticks.append(time.perf_counter())

        ticking = threading.Thread(target=tick)
        ticking.start()
        Scorer("semb", pack("chexbert.pth"), threads=1).score(texts, texts)
        stop.set()
        ticking.join()
        self.assertGreater(len(ticks), 5)

    def test_one_scorer_serves_several_threads(self):
        scorer = Scorer("semb", pack("chexbert.pth"), threads=1)
        texts = reports(10, words=20)
        alone = scorer.score(texts, texts[::-1])["semb"]
        with ThreadPoolExecutor(4) as pool:
            all_ = pool.map(lambda _: scorer.score(texts, texts[::-1])["semb"], range(8))
        self.assertEqual(list(all_), [alone] * 8)
