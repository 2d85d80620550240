"""Scores a scenario with the Python package: a JSON file with paths in, a folder of files out."""

import json
import sys

from rrgscore import Scorer

scenario_path, out = sys.argv[1:]
with open(scenario_path, encoding="utf-8") as file:
    scenario = json.load(file)
request = scenario["request"]
scorer = Scorer(
    request.get("metrics"),
    scenario["packs"],
    request.get("profile", "rexrank"),
    task=request.get("task"),
    missing=request.get("missing", "refuse"),
)
result = scorer.score_files(
    scenario["predictions"],
    scenario["references"],
    radgraph_annotations=scenario["annotations"],
    **{f"{judge}_responses": path for judge, path in scenario["answers"].items()},
)
result.write(out)
