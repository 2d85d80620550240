"""Invented chest X-ray reports (no patient, no data set) and the ways in which they are altered."""

import random

FINDINGS = [
    "The heart is normal in size.",
    "The heart is mildly enlarged, unchanged from the prior study.",
    "Cardiomediastinal contours are within normal limits.",
    "The lungs are clear.",
    "There is a 1.2 cm nodule in the right upper lobe.",
    "Patchy opacity at the left base may reflect atelectasis or early pneumonia.",
    "No focal consolidation, pleural effusion, or pneumothorax.",
    "There is a small right pleural effusion with adjacent atelectasis.",
    "A left-sided chest tube is in place; no residual pneumothorax is seen.",
    "The endotracheal tube ends 4.5 cm above the carina.",
    "A right internal jugular catheter terminates in the lower SVC.",
    "Mild interstitial edema has improved.",
    "Degenerative changes are seen throughout the thoracic spine.",
    "There is an old healed fracture of the left seventh rib.",
    "Lung volumes are low, which accentuates the bronchovascular markings.",
    "No free air under the diaphragm.",
    "The aorta is tortuous and calcified.",
    "Hyperinflation is consistent with chronic obstructive disease.",
]

IMPRESSIONS = [
    "No acute cardiopulmonary abnormality.",
    "Small right pleural effusion.",
    "Findings suspicious for left lower lobe pneumonia.",
    "Stable mild cardiomegaly without overt edema.",
    "Interval placement of a left chest tube.",
]


def report(rng: random.Random) -> str:
    """Three to six findings and, mostly, an impression."""
    sentences = rng.sample(FINDINGS, rng.randint(3, 6))
    if rng.random() < 0.7:
        sentences.append(rng.choice(IMPRESSIONS))
    return " ".join(sentences)


def _sentences(text: str) -> list:
    return [piece.strip() + "." for piece in text.split(". ") if piece.strip(" .")]


def _shuffled(rng, items):
    items = list(items)
    rng.shuffle(items)
    return items


def _swap_words(rng, text):
    words = text.split(" ")
    for _ in range(len(words) // 4):
        at = rng.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


#: name -> function(rng, reference) giving a candidate
ALTERATIONS = {
    "identical": lambda rng, text: text,
    "drop_sentence": lambda rng, text: " ".join(_sentences(text)[1:]),
    "shuffle_sentences": lambda rng, text: " ".join(_shuffled(rng, _sentences(text))),
    "repeat_sentence": lambda rng, text: text + " " + _sentences(text)[0],
    "swap_words": _swap_words,
    "drop_words": lambda rng, text: " ".join(w for w in text.split(" ") if rng.random() > 0.2),
    "upper_case": lambda rng, text: "".join(c.upper() if rng.random() < 0.3 else c for c in text),
    "spaces": lambda rng, text: text.replace(" ", "   ") + "  ",
    "line_breaks": lambda rng, text: text.replace(". ", ".\n"),
    "full_stops": lambda rng, text: text.replace(".", "..."),
    "negated": lambda rng, text: text.replace("There is", "There is no"),
    "unicode": lambda rng, text: text.replace("a", "\u00e4").replace("cm", "\u339d") + " \u2265 \u0130",
    "other_report": lambda rng, text: report(rng),
}

EDGE_PAIRS = {
    "one_word": ("Normal", "Clear"),
    "one_word_match": ("Normal", "normal"),
    "one_against_two": ("normal", "normal chest"),
    "two_against_one": ("normal chest", "normal"),
    "two_words": ("normal chest", "Normal chest"),
    "unigrams_only": ("heart size normal", "normal size heart"),
    "no_overlap": ("heart size normal", "clear lungs bilaterally"),
    "clipped": ("the heart the lungs", "the the the the heart"),
    "empty_candidate": ("The lungs are clear.", ""),
    "empty_reference": ("", "The lungs are clear."),
    "both_empty": ("", ""),
    "spaces_only": ("The lungs are clear.", "   "),
    "absent_candidate": ("The lungs are clear.", None),
    "both_absent": (None, None),
    "none_word": ("Findings: None Impression: Clear.", "None"),
    "full_stop": ("The lungs are clear.", "."),
    "full_stops": ("The lungs are clear.", "....."),
    "decimals": ("Nodule of 1.2 cm. Mass of 3.45 cm.", "Nodule of 1.3 cm. Mass of 3.45 cm."),
    "glued": ("a.b.c d", "a .b.c d"),
    "tab": ("heart\tsize normal", "heart size normal"),
    "line_break": ("heart\nsize normal", "heart\nsize normal now"),
    "carriage_return": ("clear.\r\nnormal.", "clear. normal."),
    "no_break_space": ("heart\u00a0size normal", "heart\u00a0size normal"),
    "dotted_i": ("\u0130nterval change", "i\u0307nterval change"),
    "final_sigma": ("\u039f\u0394\u039f\u03a3 \u039f\u03a3.", "\u03bf\u03b4\u03bf\u03c2 \u03bf\u03c2."),
    "sharp_s": ("GRO\u00df stra\u1e9ee", "gro\u00df stra\u00dfe"),
    "nul": ("a\u0000b c d", "a c d"),
    "nul_first": ("\u0000b c d", "\u0000x c d"),
    "long_candidate": ("clear lungs.", "the lungs are clear. " * 60),
    "long_reference": ("the lungs are clear. " * 60, "clear lungs."),
}


def pairs(seed: int, rounds: int):
    """Yields (kind, reference, candidate)."""
    rng = random.Random(seed)
    for _ in range(rounds):
        for kind, alter in ALTERATIONS.items():
            reference = report(rng)
            yield kind, reference, alter(rng, reference)
    for kind, (reference, candidate) in EDGE_PAIRS.items():
        yield kind, reference, candidate
