"""One run with everything on, beside the sum of its parts.

Run by `cargo xtask bench everything`, which says where things are by environment variables. Tiny packs of
tests/checkpoints, IU X-ray's studies with the next study's reference as prediction, made-up answers of
judges, every column there is: first all in one run, then each column alone. Says what is missing from
scores.csv, how far the one run is from the sum of the others, and writes both into docs/benchmarks.md.
"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CHECKPOINTS = ROOT / "tests" / "checkpoints"
CLI = os.environ["RRGSCORE_CLI"]
REPORTS = Path(os.environ["RRGSCORE_BENCH_REPORTS"])
STUDIES = int(os.environ.get("RRGSCORE_BENCH_STUDIES", "590"))
OUT = os.environ.get("RRGSCORE_BENCH_OUT")
#: How much longer than the sum of its parts a run may take.
MOST = 1.05

PACKS = [
    "distilroberta-base", "distilbert-base-uncased", "RadEvalModernBERT", "chexbert.pth",
    "radgraph.tar.gz", "radgraph-xl.tar.gz", "modern-radgraph-xl.tar.gz", "RaTE-NER-Deberta",
    "BioLORD-2023-C", "SRR-BERT-Leaves-with-Statuses", "SRRG-BERT-Upper-with-Statuses",
    "RadBERT-CT",
]  # fmt: skip
BESIDE = [
    "bert-base-uncased", "tiny-pubmedbert", "tiny-modernbert", "BiomedVLP-CXR-BERT-general",
    "punkt_tab/english",
]  # fmt: skip
#: Columns whose packs have no tiny checkpoint in tests/checkpoints.
WITHOUT = {"bertscore-minilm", "bertscore-minilm-idf", "srr-bert-leaves", "srr-bert-upper"}
ANSWERS = {
    "green": "[Explanation]:\nx\n[Clinically Significant Errors]:\n(a) 1. y\n"
    "[Clinically Insignificant Errors]:\n(a) 0.\n[Matched Findings]:\n2. a; b",
    "fineradscore": json.dumps(
        {
            "1": {
                "corrections": "[delete]",
                "clinical severity": "Not actionable",
                "comments": "x",
                "error category": ["False prediction of finding"],
            }
        }
    ),
    "crimson": json.dumps(
        {
            "reference_findings": [{"id": "R1", "finding": "x", "clinical_significance": "urgent"}],
            "predicted_findings": [{"id": "P1", "finding": "x", "clinical_significance": "urgent"}],
            "matched_findings": [{"ref_id": "R1", "pred_id": "P1"}],
            "errors": {"false_findings": [], "missing_findings": [], "attribute_errors": []},
        }
    ),
}
JUDGED = {"green", "green-radeval", "crimson", "crimson-radeval", "fineradscore"}


def columns():
    """Ids, columns of scores.csv and needed packs, as docs/metrics.md lists them."""
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    row = r"^\| `([a-z0-9-]+)` \| `([A-Za-z0-9_-]+)` \| [^|]* \| [^|]* \| ([^|]*) \|"
    return {id: (column, needs) for id, column, needs in re.findall(row, page, re.MULTILINE)}


def cli(*args):
    done = subprocess.run([CLI, *map(str, args)], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{args[:2]}: {done.stderr}")
    return done


def main():
    folder = Path(tempfile.mkdtemp(prefix="rrgscore-everything-"))
    beside = [option for name in BESIDE for option in ("--with", CHECKPOINTS / name)]
    for name in PACKS:
        cli("packs", "build", "--from", CHECKPOINTS / name, *beside, "--out", folder / "packs",
            "--precision", "f32", "--no-measure")  # fmt: skip
    studies = json.loads(REPORTS.read_text(encoding="utf-8"))
    names = list(studies)[:STUDIES]
    references = {name: studies[name] for name in names}
    following = dict(zip(names, names[1:] + names[:1]))
    predictions = {name: {"model_prediction": studies[following[name]]["report"]} for name in names}
    for file, what in (("references", references), ("predictions", predictions)):
        (folder / f"{file}.json").write_text(json.dumps(what), encoding="utf-8")
    answers_of = {}
    for judge, answer in ANSWERS.items():
        lines = [json.dumps({"id": name, "response": answer}) for name in names]
        (folder / f"{judge}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        answers_of[judge] = [f"--{judge}-responses", folder / f"{judge}.jsonl"]

    def score(metrics, *more):
        """The least of three times: what else the machine does makes any of them longer."""
        times = []
        for _ in range(3):
            began = time.monotonic()
            cli("score", "--predictions", folder / "predictions.json", "--references",
                folder / "references.json", "--packs", folder / "packs", "--out", folder / "out",
                "--metrics", ",".join(metrics), *more)  # fmt: skip
            times.append(time.monotonic() - began)
        return min(times)

    table = {id: row for id, row in columns().items() if id not in WITHOUT}
    known = {id: column for id, (column, _) in table.items()}
    # Without a model: what it takes to read the files and to begin.
    start = score(["bleu2"])
    together = score([id for id in known if id not in JUDGED] + sorted(JUDGED), *sum(answers_of.values(), []))
    summary = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    with open(folder / "out" / "scores.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    missing = [
        id for id, column in known.items()
        if len(rows) != len(names) or not all(row.get(column) for row in rows)
    ]  # fmt: skip
    # What a model makes of the reports is made once for all of its columns, so it is a part once
    # (BERTScore compares tokens, so that each of its columns is a part); of RadCliQ the components
    # are parts already.
    parts = {}
    for id, (_, needs) in table.items():
        if id.startswith("radcliq"):
            continue
        # A judge's answers bring the column that its own package reads; RadEval's reads them again.
        judge = id.split("-")[0]
        given = answers_of[judge] if id in JUDGED else []
        alone = needs in ("nothing", "a judge's answers") or id.startswith("bertscore")
        part = id if alone else needs
        took = score([id], *given) - start - (parts[judge] if id in JUDGED - {judge} else 0.0)
        parts[part] = max(parts.get(part, 0.0), took)
    print(", ".join(f"{part} {seconds:.1f}" for part, seconds in parts.items()), file=sys.stderr)
    in_turn = start + sum(parts.values())
    ratio = together / in_turn
    lines = [
        f"{len(known)} columns of {len(names)} studies in one run: {together:.1f} s; one after the"
        f" other {in_turn:.1f} s, what each run takes to begin ({start:.1f} s) counted once:"
        f" {ratio:.2f} of it (at most {MOST} is allowed).",
        f"complete: {summary['complete']}; columns with a value for every study:"
        f" {len(known) - len(missing)} of {len(known)}"
        + (f"; not {', '.join(missing)}" if missing else ""),
    ]
    print("\n".join(lines))
    if OUT:
        write(Path(OUT), lines)
    return 0 if ratio <= MOST and not missing and summary["complete"] else 1


def write(page, lines):
    """Puts the lines between the page's marks."""
    begin, end = "<!-- everything -->", "<!-- /everything -->"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{chr(10).join(lines)}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
