"""Makes the file that `rrgscore packs prove --examples` reads, out of a clone of RadEval.

    python3 crates/packs/tools/published_examples.py RADEVAL_CLONE --out published.json

The values are those that the project's own tests hold for the published weights. They are read out
of the tests' source (nothing of it is run), so their sentences stay in the clone and in the file
that you make: they are not part of this project. Needs nothing but Python 3.9. Written for commit
e0a3909; a test that reads otherwise is named and left out.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
from pathlib import Path


def literals(body):
    """What the assignments of a block give names to, where that is a literal."""
    found = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                pass
    return found


def function(tree, name):
    return next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name)


def compared(block):
    """The numbers that a block asserts: `(key or variable, value, tolerance or None)`."""
    for node in ast.walk(block):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq):
            continue
        left, right = node.left, node.comparators[0]
        if isinstance(left, ast.Subscript) and isinstance(left.slice, ast.Constant):
            name = left.slice.value
        elif isinstance(left, ast.Name):
            name = left.id
        else:
            continue
        tolerance = None
        if isinstance(right, ast.Call) and getattr(right.func, "attr", "") == "approx":
            tolerance = next((k.value.value for k in right.keywords if k.arg == "abs"), None)
            right = right.args[0]
        try:
            yield name, ast.literal_eval(right), tolerance
        except ValueError:
            pass


def radcliq(tree, clone):
    known = literals(tree.body)
    test = function(tree, "test_radcliq_per_pair_scores")
    tolerance = next(
        k.value.value for n in ast.walk(test) if isinstance(n, ast.Call) for k in n.keywords
        if k.arg == "abs"
    )
    yield {
        "name": "RadCliQ-v1 per pair",
        "metric": "radcliq-v1-radeval",
        "tolerance": tolerance,
        "references": known["REFS"],
        "candidates": known["HYPS"],
        "per_pair": known["EXPECTED_RADCLIQ_PER_PAIR"],
    }


def f1chexbert(tree, clone):
    test = function(tree, "test_f1chexbert")
    call = next(
        n for n in ast.walk(test)
        if isinstance(n, ast.Call) and {k.arg for k in n.keywords} == {"hyps", "refs"}
    )
    reports = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    expected = next(
        n.value for n in test.body
        if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "expected_output"
    )
    of_all, of_five = (ast.literal_eval(part) for part in expected.elts[2:4])
    corpus = {}
    for subset, classes in (("all", of_all), ("5", of_five)):
        for average in ("micro", "macro", "weighted", "samples"):
            figure = classes[f"{average} avg"]["f1-score"]
            corpus[f"f1chexbert_{subset}_{average}_f1"] = figure
    yield {
        "name": "F1-CheXbert",
        "metric": "semb-radeval",
        "tolerance": 1e-9,
        "references": reports["refs"],
        "candidates": reports["hyps"],
        "corpus": corpus,
    }


def radgraph(tree, clone):
    test = function(tree, "test_f1radgraph")
    known = literals(test.body)
    lists = next(value for name, value, _ in compared(test) if name == "reward_list")
    for level, values in zip(("simple", "partial", "complete"), lists):
        yield {
            "name": f"RadGraph {level}",
            "metric": f"radgraph-{level}-head",
            "tolerance": 1e-9,
            "references": known["refs"],
            "candidates": known["hyps"],
            "per_pair": values,
        }


def srr_bert(tree, clone):
    for block in tree.body:
        if not isinstance(block, ast.ClassDef):
            continue
        known = literals(block.body)
        found = [one for one in compared(block) if str(one[0]).startswith("srrbert_")]
        if not {"refs", "hyps"} <= known.keys() or not found:
            continue
        yield {
            "name": f"SRR-BERT, {block.name}",
            "metric": "srr-bert",
            "tolerance": next((tolerance for *_, tolerance in found if tolerance), 1e-4),
            "references": known["refs"],
            "candidates": known["hyps"],
            "corpus": {name: value for name, value, _ in found},
        }


def bertscore(name, metric):
    """A test of one mean over the reports in two files of the clone."""

    def read(tree, clone):
        known = literals(tree.body)
        files = {
            statement.targets[0].id: statement.value.args[0].value
            for statement in tree.body
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        }
        reports = {
            side: [line.strip() for line in (clone / path).read_text().splitlines() if line.strip()]
            for side, path in files.items()
        }
        yield {
            "name": name,
            "metric": metric,
            "tolerance": ROUNDED,
            "references": reports["refs"],
            "candidates": reports["hyps"],
            "corpus": {metric: known["expected_score"]},
        }

    return read


def green(tree, clone):
    known = literals(tree.body)
    answers = literals(function(tree, "test_green_score_values").body)["expected_green_score_list"]
    yield {
        "name": "GREEN's answers",
        "metric": "green-radeval",
        "tolerance": known["epsilon"],
        "references": known["refs"],
        "candidates": known["hyps"],
        "answers": answers,
        "corpus": {"green": known["expected_mean"], "green_std": known["expected_std"]},
    }


def printed(text, clone):
    """The README's pair of reports, and what the reference of metrics prints of it."""
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    known = next(k for k in (literals(ast.parse(b).body) for b in blocks) if {"refs", "hyps"} <= k.keys())
    reference = (clone / "docs" / "metrics.md").read_text(encoding="utf-8")
    found = dict(re.findall(r'^print\(results\["(\w+)"\]\) *# ([\d.]+)$', reference, re.MULTILINE))
    # RadEval-BERTScore's there is the one of its test, of other reports.
    names = ["bleu", "bertscore", "radgraph_simple", "radgraph_partial", "radgraph_complete"]
    names += ["ratescore", "radgraph_radcliq"]
    yield {
        "name": "values printed in docs/metrics.md",
        "metric": "bleu4-radeval",
        "tolerance": 0.005,
        "references": known["refs"],
        "candidates": known["hyps"],
        "corpus": {name: float(found[name]) for name in names},
    }


#: RadEval prints means rounded to four digits.
ROUNDED = 5.1e-5

TESTS = {
    "tests/test_radcliq.py": radcliq,
    "tests/test_f1chexbert.py": f1chexbert,
    "tests/test_radgraph_upstream.py": radgraph,
    "tests/test_srr_bert.py": srr_bert,
    "tests/test_bertscore.py": bertscore("BERTScore", "bertscore-distilbert"),
    "tests/test_radevalbertscore.py": bertscore("RadEval-BERTScore", "bertscore-radeval"),
    "tests/test_greenscore.py": green,
    "README.md": printed,
}


def commit(clone):
    command = ["git", "-C", str(clone), "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True)
    return found.stdout.strip() or "unknown commit"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clone", type=Path, help="a clone of RadEval")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    args = parser.parse_args()
    examples = []
    for name, read in TESTS.items():
        try:
            text = (args.clone / name).read_text(encoding="utf-8")
            tree = ast.parse(text) if name.endswith(".py") else text
            found = [{"file": name, "profile": "radeval", **one} for one in read(tree, args.clone)]
        except (OSError, SyntaxError, KeyError, StopIteration, ValueError, IndexError) as error:
            print(f"left out: {name} ({type(error).__name__})", file=sys.stderr)
            continue
        examples += found
    source = f"RadEval, commit {commit(args.clone)}"
    args.out.write_text(json.dumps({"source": source, "examples": examples}, indent=1) + "\n")
    values = sum(len(e.get("per_pair", ())) + len(e.get("corpus", ())) for e in examples)
    print(f"{len(examples)} examples with {values} values are in {args.out}")
    return 0 if examples else 1


if __name__ == "__main__":
    sys.exit(main())
