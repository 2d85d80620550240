"""crimson.jsonl: invented judge's answers, read and scored by crimson-score 0.2.0 and by RadEval
2.2.1's copy. The packages' fronts, which load models, are left out."""

import importlib
import json
import random
import sys
import types
from pathlib import Path
from unittest.mock import MagicMock

from .output import write

SIGNIFICANCES = ["urgent", "actionable_not_urgent", "not_actionable_not_urgent", "benign_expected",
                 "Urgent", ""]
KINDS = ["location", "severity", "descriptor", "measurement", "certainty", "unspecific",
         "overinterpretation", "temporal"]
FINDINGS = ["small left effusion", "right upper lobe nodule", "mild cardiomegaly", "healed rib fracture",
            "tube 4 cm above the carina", "low lung volumes"]


def load():
    """(parse, calculate) of the official package, and RadEval's scorer without a model."""
    folder = next(Path(path) for path in sys.path if (Path(path) / "radeval").is_dir())
    for name in ("radeval", "radeval.metrics", "radeval.metrics.crimson"):
        package = types.ModuleType(name)
        package.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules.setdefault(name, package)
    base = types.ModuleType("radeval.metrics._llm_base")
    base.LLMMetricBase = object
    sys.modules["radeval.metrics._llm_base"] = base
    sys.modules.setdefault("tqdm", MagicMock())
    utils = importlib.import_module("CRIMSON.utils")
    official = importlib.import_module("CRIMSON.generate_score").CRIMSONScore
    radeval = importlib.import_module("radeval.metrics.crimson.crimson").CRIMSONScore
    return utils.parse_json_response, official.__new__(official), radeval.__new__(radeval)


def answer(rng) -> dict:
    """An answer in the asked-for form."""
    def findings(mark):
        return [{"id": f"{mark}{i + 1}", "finding": text,
                 "clinical_significance": rng.choice(SIGNIFICANCES[: rng.choice([4, 4, 6])])}
                for i, text in enumerate(rng.sample(FINDINGS, rng.randint(0, 4)))]
    reference, predicted = findings("R"), findings("P")
    pairs = list(zip(reference, predicted))[: rng.randint(0, 3)]
    matched = [{"ref_id": r["id"], "pred_id": p["id"]} for r, p in pairs]
    missing = [r["id"] for r in reference[len(pairs):]]
    false = [p["id"] for p in predicted[len(pairs):]]
    errors = [{**rng.choice(matched), "severity": rng.choice(["significant", "negligible", "?"]),
               "error_types": rng.sample(KINDS, rng.randint(0, 3)), "explanation": "It is 2 cm."}
              for _ in range(rng.randint(0, 2)) if matched]
    return {"reference_findings": reference, "predicted_findings": predicted,
            "matched_findings": matched,
            "errors": {"false_findings": false, "missing_findings": missing,
                       "attribute_errors": errors}}


def shapes(rng):
    """Answers whose values are of other kinds than asked for."""
    def with_(path, value):
        changed = json.loads(json.dumps(good))
        at = changed
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        return json.dumps(changed)
    good = answer(random.Random(3))
    values = [None, [], {}, "", "P1", 0, 1, True, 0.5, [None], [[]], [{}], ["R1"], {"R1": 1}, [1]]
    for path in [("errors",), ("reference_findings",), ("matched_findings",), ("errors", "false_findings"),
                 ("errors", "attribute_errors")]:
        for value in values:
            yield with_(path, value)
    one = {"id": "R1", "finding": "x", "clinical_significance": "urgent"}
    for ids in [[1, 1.0], [1, True], [0, False], ["1", 1], [None, None], [[1], 2], ["R1", "R1"]]:
        yield json.dumps({"reference_findings": [{**one, "id": id_} for id_ in ids],
                          "predicted_findings": [], "matched_findings": [{"ref_id": ids[-1]}],
                          "errors": {"missing_findings": ids[:1]}})
    for kinds in [None, 3, "location of severity", {"temporal": 1}, [["location"]], True]:
        yield json.dumps({"reference_findings": [one], "predicted_findings": [], "matched_findings": [
            {"ref_id": "R1", "pred_id": "P1"}], "errors": {"attribute_errors": [
                {"ref_id": "R1", "severity": "significant", "error_types": kinds}]}})
    for entry in [{}, {"pred_id": "P1"}, {"ref_id": None}, {"ref_id": [1]}, {"ref_id": "R9"}]:
        yield json.dumps({"reference_findings": [one], "predicted_findings": [one],
                          "matched_findings": [entry], "errors": {"attribute_errors": [entry]}})


def texts(rng):
    """Answers that are no JSON, or not JSON alone."""
    plain = json.dumps(answer(random.Random(5)))
    tight = json.dumps(answer(random.Random(6)), separators=(",", ":"))
    said = '"explanation": "It is 2 cm."'
    spoken = next(text for text in (json.dumps(answer(rng)) for _ in range(99)) if said in text)
    yield from ["", " ", "{}", "[]", "null", "3", '"x"', "{", "}", "nothing", "\ufeff" + plain,
                plain + " ", plain + "x", plain + plain, "```json\n" + plain + "\n```",
                "```\n" + plain + "```", "Here it is: " + plain + " Done.", "````" + plain + "````",
                "<think>{}</think>" + plain, "```json" + plain, plain.replace("]}", ",]}"),
                plain.replace("}]", "} , ]"), plain.replace('": ', '" : '), plain.replace(" ", "\n")]
    for new in ['"explanation": "It is "2" cm."', '"explanation": "It says "two", not 3."',
                '"explanation": "a\\_b \\L"', '"explanation": "\\u00e9 \\ud83d\\ude00 \\ud83d x"',
                '"explanation": "\\u00g1"', '"explanation": "it\u2019s \u201clarge\u201d"',
                '"explanation": "\u201clarge\u201d"', '"explanation": "tab\there"', '"old", ' + said,
                said + ', "old"', 'explanation": "x"', '"explanation": NaN', '"explanation": -Infinity',
                '"explanation": 01', '"explanation": 1e5', '"explanation": -', '"explanation": .5',
                '"explanation": "a", "explanation": "b"', '"severity": "negligible", ' + said,
                '"explanation": "\\ud83d\\u00zz"', '"explanation": "\\"', '"explanation": "a" "b"',
                '"explanation": "see (\\"x\\"), "y", and "z" too"', '"explanation": tru',
                "'explanation': 'x'", '"explanation": "x" // no', '"explanation": "x"y"',
                '"old", "explanation": "it\u2019s"', '"explanation": "ends with \\\\"',
                '"explanation": ["":["a"]', '"explanation": [""\u00a0: ["a"]']:
        yield spoken.replace(said, new, 1)
    yield tight.replace('"errors":', 'errors":')
    yield tight.replace('"matched_findings":', 'matched_findings":')
    yield tight.replace('{"id"', '{id"')
    yield tight.replace('{"id"', '{"odd","id"').replace('"false_findings":', '"false_findings":["P1","P2","P9"],"x":')
    for _ in range(32):
        text = rng.choice([plain, tight, spoken])
        at = rng.randrange(len(text))
        yield rng.choice([text[:at], text[:at] + rng.choice('",:{}[]\\x \u201c') + text[at:],
                          text[:at] + text[at + rng.randint(1, 3):]])


def generate() -> None:
    rng = random.Random(15)
    raw = [json.dumps(answer(rng), indent=rng.choice([None, 2])) for _ in range(24)]
    raw += list(shapes(rng)) + list(texts(rng))
    parse, official, radeval = load()
    records = []
    for i, text in enumerate(raw):
        record = {"id": f"a{i}", "raw": text}
        stage = "parse"
        try:
            evaluation = parse(text)
            stage = "score"
            found = official._calculate_crimson(evaluation)
            found.pop("raw_evaluation")
            record["official"] = found
        except Exception as error:  # noqa: BLE001 - any of them means that there is no score
            record["official"] = {"stage": stage, "error": type(error).__name__}
        try:
            found = radeval._parse_response(text)
            found.pop("raw_evaluation")
            record["radeval"] = found
        except Exception as error:  # noqa: BLE001
            record["radeval"] = {"error": type(error).__name__}
        records.append(record)
    write("crimson.jsonl", records)
