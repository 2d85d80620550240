"""Makes glue.json: what pandas makes of ReXrank records.

    python3 -m venv venv && venv/bin/pip install pandas
    venv/bin/python make_glue.py > glue.json

Follows ReXrank's `example_files/evaluation_script.md` in our own words: sections that pandas
holds to be NaN become Python's None, the reference is an f-string of both, both texts go
through a CSV, and CXR-Report-Metric reads that CSV with pandas' defaults and sorts it by id.
All texts are made up.
"""

import io
import json
import sys

import pandas as pd

NAN = float("nan")
NA_STRINGS = ["", "NA", "N/A", "NaN", "nan", "null", "None", "NULL", "n/a", "#N/A", "<NA>", "-nan",
              "-NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "#NA", "#N/A N/A"]
NOT_NA = ["none", "Null", "na", "Nan", "NONE", "N/a", ".", "0", "nan nan", "None."]


def record(findings, impression, prediction):
    return {"section_findings": findings, "section_impression": impression,
            "model_prediction": prediction}


def sections():
    values = ["Lungs are clear.", "", None, NAN, "None", "N/A", "  padded  ", "comma, and \"quote\"",
              "line\nbreak", "carriage\r\nreturn", "ünïcode – 肺", "Findings: nested Impression: too"]
    return {f"CXR{i}_IM-{j:04}": record(f, g, "Findings: a. Impression: b.")
            for i, f in enumerate(values) for j, g in enumerate(values)}


def predictions():
    texts = NA_STRINGS + NOT_NA + [
        "Findings:The lungs are clear.Impression:Normal.", "line1\nline2, \"quoted\"", "tab\there",
        "  padded  ", "semi;colon", "'single'", "\"\"", ",", "1.5 cm nodule", "emoji 🫁", "a\\nb",
    ]
    return {f"s{i}": record("Clear.", "Normal.", text) for i, text in enumerate(texts)} | {
        "s_null": record("Clear.", "Normal.", None), "s_nan": record("Clear.", "Normal.", NAN)}


def whole_numbers():
    return {str(i): record("Clear.", "Normal.", f"Text {i}.") for i in [10, 9, 100, 50414267, -3, 0]}


def mixed_ids():
    ids = ["10", "9", "CXR2_IM-1", "CXR10_IM-1", "a", "B", "é"]
    return {i: record("Clear.", "Normal.", f"Text {i}.") for i in ids}


def through_csv(ids, texts):
    frame = pd.DataFrame({"study_id": ids, "report": texts})
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def run(name, records):
    def none(section):
        return section if pd.notna(section) else None

    ids = list(records)
    references = [f"Findings: {none(r['section_findings'])} Impression: "
                  f"{none(r['section_impression'])}" for r in records.values()]
    reference = through_csv(ids, references)
    prediction = through_csv(ids, [r["model_prediction"] for r in records.values()])

    def values(frame):
        return [text if isinstance(text, str) else None for text in frame["report"].astype(object)]

    return {
        "name": name,
        # As a string, because bare NaN is what this is about.
        "input": json.dumps(records, ensure_ascii=False),
        "reference": values(reference),
        "prediction": values(prediction),
        "sorted_ids": [str(i) for i in prediction.sort_values(by="study_id")["study_id"]],
    }


def main():
    cases = [("sections", sections()), ("predictions", predictions()),
             ("whole_numbers", whole_numbers()), ("mixed_ids", mixed_ids())]
    golden = {"pandas": pd.__version__, "cases": [run(*case) for case in cases]}
    json.dump(golden, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


main()
