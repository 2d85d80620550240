"""green_*.jsonl: green-score 0.0.12; fineradscore_*.jsonl: FineRadScore's rules in Python.

FineRadScore is no package; its loop is written out here over Python's own `re` and `json`.
"""

import json
import random
import re
import sys
from unittest.mock import MagicMock

from .output import write

# Needed by parts of the package that are not called.
for name in ("datasets", "datasets.distributed", "sentence_transformers"):
    sys.modules.setdefault(name, MagicMock())

from green_score.green import GREEN  # noqa: E402
from green_score.utils import clean_responses, make_prompt  # noqa: E402

from .reports import FINDINGS  # noqa: E402

CATEGORIES = [
    "False report of a finding in the candidate", "Missing a finding present in the reference",
    "Misidentification of a finding's anatomic location/position",
    "Misassessment of the severity of a finding",
    "Mentioning a comparison that isn't in the reference",
    "Omitting a comparison detailing a change from a prior study",
]


def answer(rng, blank="\n\n", names=True, marks="abcdef", stop=".") -> str:
    def errors():
        lines = []
        for mark, category in zip(marks, CATEGORIES):
            count = rng.choice([0, 0, 0, 1, 2, 3])
            items = "; ".join(f"invented error {mark}{i}" for i in range(count))
            name = category if names else "Error"
            lines.append(f"({mark}) {name}: {count}{stop} {items}".rstrip())
        return "\n".join(lines)

    nothing = rng.choice(["No significant errors.", "None"])
    matched = rng.randint(0, 6)
    parts = [
        "[Explanation]:\nThe candidate adds an invented finding.",
        "[Clinically Significant Errors]:\n" + (nothing if rng.random() < 0.2 else errors()),
        "[Clinically Insignificant Errors]:\n" + (nothing if rng.random() < 0.4 else errors()),
        f"[Matched Findings]:\n{matched}{stop} " + "; ".join("clear lungs" for _ in range(matched)),
    ]
    return blank.join(parts)


def mutate(rng, text: str) -> str:
    """A few random edits of the kinds that models make."""
    edits = [
        lambda t: t.replace("\n\n", "\n"), lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace(". ", " ", 2), lambda t: t.replace("(b)", "(a)"),
        lambda t: t.replace(": 1.", ": 1.5 cm.", 1), lambda t: t.replace(": 0.", ": \u0663.", 1),
        lambda t: t.replace("]:", "]", 1), lambda t: t.replace("\n(c)", "; (c)"),
        lambda t: t.replace("\n(b)", "\n \n(b)", 1), lambda t: t[: rng.randrange(len(t))],
        lambda t: t.replace("Findings]:\n", "Findings]:\nNodule "), lambda t: t + "</s><unk>",
        lambda t: "<|user|>\nRate. <|assistant|>\n" + t, lambda t: t + "\n\n" + t,
        lambda t: "[Explanation]:\n    <Explanation>\n\n" + t, lambda t: t.replace("(", "(("),
        lambda t: t.replace("\n", "\u2028\n", 3), lambda t: t.replace(" ", "\u00a0", 9),
        lambda t: t.replace(": 2.", ": 12345678.", 1), lambda t: t.replace(")", ") ", 4),
    ]
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(edits)(text) or " "
    return text


def green(raw: str) -> dict:
    scorer = GREEN.__new__(GREEN)
    scorer.categories = [
        "Clinically Significant Errors", "Clinically Insignificant Errors", "Matched Findings"]
    scorer.sub_categories = [f"({mark}) {name}" for mark, name in zip("abcdef", CATEGORIES)]
    cleaned = clean_responses(raw)
    counts = [scorer.parse_error_counts(cleaned, category) for category in scorer.categories]
    record = {"raw": raw, "cleaned": cleaned, "green": scorer.compute_green(cleaned)}
    for name, (total, by_sub) in zip(("significant", "insignificant"), counts):
        record[name] = {"total": total, "by_sub": by_sub}
    # Last, since it may overwrite the scorer's categories.
    sentences = scorer.parse_error_sentences(cleaned, scorer.categories[0])
    return record | {"matched": counts[2][0], "significant_sentences": sentences}


SLOTS = [
    "The lungs are clear.", "", "  \n ", "Clear.\n\nNormal\theart.\r\n", "a\u00a0b\u2003c\x1cd\u200be",
    " ".join(FINDINGS * 2), " ".join(FINDINGS * 6), "word " * 300, "word " * 301,
]


def slot(report: str) -> str:
    """What make_prompt puts in the place of the reference."""
    before, after = make_prompt("\x00", "").split("\x00")
    prompt = make_prompt(report, "")
    return prompt[len(before) : len(prompt) - len(after)]


FIELDS = ["corrections", "clinical severity", "comments", "error category"]
SEVERITIES = ["Not actionable", "Actionable nonurgent error", "Urgent error", "Emergent error"]


def number_lines(candidate: str) -> str:
    pieces = re.split(r"(?<!\d)\.(?!\d|$) ", candidate)
    for unwanted in ("", " "):
        if unwanted in pieces:
            pieces.remove(unwanted)
    lines = [(piece.strip().replace('"', "") + ".").replace("..", ".") for piece in pieces]
    return " ".join(f"[{i}] {line}" for i, line in enumerate(lines)).strip()


def is_accepted(edits) -> bool:
    """Raises TypeError where the official loop does."""
    for line in edits:
        if not line.isdigit() and line != "None":
            return False
        if any(field not in edits[line] for field in FIELDS):
            return False
    return True


def ask(answers: list) -> dict:
    record = {"llm_responses": answers, "calls": 0}
    for text in answers[:6]:
        record["calls"] += 1
        try:
            edits = json.loads(text)
        except ValueError:
            edits = {"Failed": None}
        try:
            if is_accepted(edits):
                break
        except (TypeError, AttributeError) as error:
            return record | {"stored": None, "outcome": f"raises {type(error).__name__}",
                             "aggregate_our_reading": None}
    record |= {"stored": json.dumps(edits), "outcome": "stored"}
    return record | {"aggregate_our_reading": aggregate(edits)}


def aggregate(edits):
    if "Failed" in edits:
        return "failed"
    if not edits:
        return "no_edits"
    known = {name.lower(): i + 1 for i, name in enumerate(SEVERITIES)}
    lines = []
    for edit in edits.values():
        words = edit["clinical severity"] if isinstance(edit, dict) else None
        lines.append(known.get(words.strip().lower()) if isinstance(words, str) else None)
    return {"per_line": lines, "max": max(filter(None, lines), default=None)}


def edit(severity="Urgent error", **changes) -> dict:
    return dict(zip(FIELDS, ["[delete]", severity, "invented", ["Omission"]])) | changes


def judge_answers(rng):
    good = json.dumps({"0": edit()})
    for severity in SEVERITIES + [" urgent ERROR\n", "Severe", "", 3, None, ["Urgent error"]]:
        yield [json.dumps({"1": edit(severity)})]
    for _ in range(15):
        lines = rng.sample([str(i) for i in range(12)] + ["None"], rng.randint(0, 5))
        yield [json.dumps({line: edit(rng.choice(SEVERITIES)) for line in lines})]
    for key in ["None", "none", "null", " 1", "-1", "1.0", "", "\u00b2", "\u0663", "\u2460", "\u00bd",
                "\U0001d7d9", "\u4e00", "007", "[1]"]:
        yield [json.dumps({key: edit()}), good]
    for value in [None, 4, 0.5, True, [], "", "nothing", " ".join(FIELDS), FIELDS, {},
                  {field: 1 for field in FIELDS}, {field: 1 for field in FIELDS[1:]}, [FIELDS]]:
        yield [json.dumps({"0": value}), good]
    for text in ["", " ", "bad", "{}", "[]", '""', "3", "null", "true", '["1"]', '["x"]', "[1]",
                 '"1"', '"x"', "```json\n" + good + "\n```", good + good, good + ",", "\n" + good,
                 "\ufeff" + good, "{'0': 1}", '{"0": NaN}', '{"0": [NaN, Infinity, -Infinity]}',
                 good.replace('"invented"', "NaN"), good.replace('"invented"', '"NaN \\" NaN"'),
                 good.replace('"invented"', '"\\u00e9\\\\"'), good.replace('"invented"', '"a\tb"'),
                 good[:-1] + ', "0": ' + json.dumps(edit("Emergent error")) + "}",
                 '{"x": null}', '{"Failed": null}', '{"2": {}, "1": null}']:
        yield [text, good]
    yield ["bad"] * 7
    yield ["bad"] * 5 + [good]
    yield ["{\"x\": 1}"] * 6


LINES = [
    "The lungs are clear. The heart is normal.", "The lungs are clear", "", ".", "....", " . ",
    "A. B. C.", "Nodule of 1.2 cm. New.", "Seen at T5. Stable.", "At \u0665. Stable.", "x.  y. z.",
    "a . b . c", 'Read as "clear". Done.', "One.\nTwo. Three.", "Ends twice.. Next.", "Dr. X. Y.",
    "\u00a0Clear. \u00a0Normal.\u2003", "\x1cClear. Normal.\x1f", "1. First. 2. Second.",
    "No. 3. Four..", ". . .", "a. b.\n", '"". "".', "Clear.Normal. Stable.", "e.g. this. i.e. that.",
]


def generate() -> None:
    rng = random.Random(8)
    raw = [answer(rng) for _ in range(12)]
    raw += [answer(rng, names=False), answer(rng, marks="123456"), answer(rng, marks="123456"),
            answer(rng, stop=""), answer(rng, blank="\n"), answer(rng, marks="ABCDEF")]
    raw += [mutate(rng, answer(rng, marks=rng.choice(["abcdef", "abcdef", "123456"])))
            for _ in range(90)]
    raw += ["", "[Explanation]:", "garbage", "[Matched Findings]: 2. a", "[Matched Findings]:\n\n3."]
    write("green_parse.jsonl", [green(text) for text in raw])
    write("green_slot.jsonl", [{"report": text, "slot": slot(text)} for text in SLOTS])
    write("fineradscore_lines.jsonl", [
        {"candidate_after_csv": text, "numbered": number_lines(text)} for text in LINES])
    write("fineradscore_parse.jsonl", [ask(answers) for answers in judge_answers(rng)])
