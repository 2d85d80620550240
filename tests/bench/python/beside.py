"""The wheel beside bert-score, f1chexbert and radgraph in PyTorch, in one process and in turns.

    python beside.py CHECKPOINTS PACKS ROUNDS STUDIES THREADS DOCUMENT

CHECKPOINTS is what tests/bench/job/prepare.py has made ready, PACKS are their packs, separated as
paths are. All models are loaded, and have scored one study, before the first round. A round scores
STUDIES studies of which nothing was scored before, metric by metric, each side once; which side
begins changes from round to round. Prints the ratios, and puts them into DOCUMENT. Prints no report.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from statistics import median

from document import load, machine, spread, table, write

CHECKPOINTS = Path(sys.argv[1]).resolve()
PACKS = sys.argv[2].split(os.pathsep)
ROUNDS, STUDIES, THREADS = map(int, sys.argv[3:6])
DOCUMENT = Path(sys.argv[6]).resolve()
AIM = 0.35

# f1chexbert reads its checkpoint in its cache, and the encoder by a path in this folder; so does
# radgraph.
CACHE = CHECKPOINTS / "cache"
(CACHE / "chexbert").mkdir(parents=True, exist_ok=True)
if not (CACHE / "chexbert/chexbert.pth").exists():
    (CACHE / "chexbert/chexbert.pth").symlink_to(CHECKPOINTS / "chexbert.pth")
os.chdir(CHECKPOINTS)
os.environ |= {"XDG_CACHE_HOME": str(CACHE), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
warnings.filterwarnings("ignore")

import bert_score  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from f1chexbert import F1CheXbert  # noqa: E402
from radgraph import F1RadGraph  # noqa: E402

import rrgscore  # noqa: E402


def official():
    """Per metric a function from references and candidates to scores or labels."""
    torch.set_num_threads(THREADS)
    baseline = Path(bert_score.__file__).parent / "rescale_baseline/en/distilroberta-base.tsv"
    bertscore = bert_score.BERTScorer(
        model_type=str(CHECKPOINTS / "distilroberta-base"), num_layers=5, lang="en", device="cpu",
        rescale_with_baseline=True, baseline_path=str(baseline),
    )
    chexbert = F1CheXbert(device="cpu")
    radgraph = F1RadGraph(
        reward_level="partial", model_type="radgraph", model_cache_dir="extracted", batch_size=1
    )
    return {
        "BERTScore": lambda refs, hyps: bertscore.score(hyps, refs)[2].tolist(),
        "F1-CheXbert": lambda refs, hyps: chexbert(hyps=hyps, refs=refs),
        "RadGraph-F1": lambda refs, hyps: radgraph(refs=refs, hyps=hyps)[1],
    }


def ours():
    def scoring(metric):
        scorer = rrgscore.Scorer(metric, PACKS, threads=THREADS)
        return lambda refs, hyps: scorer.score(refs, hyps)[metric]

    metrics = {"BERTScore": "bertscore", "F1-CheXbert": "semb", "RadGraph-F1": "radgraph-partial"}
    return {name: scoring(metric) for name, metric in metrics.items()}


def threads():
    return "one thread" if THREADS == 1 else f"{THREADS} threads"


def timed(score, pairs):
    """Wall and CPU time in seconds of scoring pairs, and what came of it."""
    refs, hyps = map(list, zip(*pairs))
    wall, cpu = time.perf_counter(), time.process_time()
    found = score(refs, hyps)
    return time.perf_counter() - wall, time.process_time() - cpu, found


def imports(module):
    """Milliseconds that a fresh Python takes to import a module, beyond its own start."""
    code = f"import time; at = time.perf_counter(); import {module}; print(time.perf_counter() - at)"
    run = lambda: subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return median(float(run().stdout.splitlines()[-1]) for _ in range(3)) * 1000


def main():
    lines = (CHECKPOINTS / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    pairs, seen = [], set()
    for row in map(json.loads, lines):
        # Nothing that a round scores was scored before, on either side.
        texts = {row["reference"], row["prediction"]}
        if not texts & seen and all(text.strip() for text in texts):
            seen |= texts
            pairs.append((row["reference"], row["prediction"]))
    assert len(pairs) > ROUNDS * STUDIES, f"there are {len(pairs)} pairs"
    sides = {"theirs": official(), "ours": ours()}
    for scorers in sides.values():
        for score in scorers.values():
            score(*map(list, zip(pairs[0])))

    began = load()
    times = {name: [] for name in sides["ours"]}
    bertscores = []
    for at in range(ROUNDS):
        batch = pairs[1 + at * STUDIES : 1 + (at + 1) * STUDIES]
        for name in times:
            order = ["ours", "theirs"] if at % 2 else ["theirs", "ours"]
            run = {side: timed(sides[side][name], batch) for side in order}
            times[name].append(run)
            wall = {side: run[side][0] for side in run}
            print(f"round {at + 1}, {name}: {wall['ours']:.2f} s and {wall['theirs']:.2f} s,"
                  f" ratio {wall['ours'] / wall['theirs']:.2f}", flush=True)
            if name == "BERTScore":
                both = zip(run["ours"][2], run["theirs"][2])
                bertscores += [abs(mine - other) for mine, other in both]

    rows = []
    for name, runs in times.items():
        per_study = lambda side: spread([1000 * run[side][0] / STUDIES for run in runs], 0)
        ratio = lambda clock: [run["ours"][clock] / run["theirs"][clock] for run in runs]
        rows.append([name, per_study("ours"), per_study("theirs"), spread(ratio(0)), spread(ratio(1))])
    head = ["metric", "wheel, ms a study", "PyTorch, ms a study", f"ratio (aim {AIM})", "ratio of CPU time"]
    text = f"""{machine()}; {threads()} on either side; int8 packs; PyTorch {torch.__version__}, transformers {transformers.__version__}, bert-score {version('bert-score')}, f1chexbert {version('f1chexbert')}, radgraph {version('radgraph')}; {ROUNDS} rounds in turns of {STUDIES} studies; load average {began} at the start, {load()} at the end. Median (least–most):

{table(head, rows)}

The largest difference of a study's BERTScore: {max(bertscores):.4f}. `import rrgscore` takes {imports('rrgscore'):.0f} ms, `import bert_score` {imports('bert_score'):.0f}, `import f1chexbert` {imports('f1chexbert'):.0f}, `import radgraph` {imports('radgraph'):.0f}.
"""
    print(f"\n{text}")
    write(DOCUMENT, "python", text)


if __name__ == "__main__":
    main()
