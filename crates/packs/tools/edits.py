"""Candidates for reports, made by seeded edits, as models' reports differ from their references."""

import random


def pairs_of(references, seed=20, distinct=False):
    """Every report, with a candidate made by a seeded edit of one of three kinds: the report of
    another study, its sentences shuffled and one dropped, or a fifth of its words replaced by
    words of another study.

    `distinct` replaces words of candidates until no text occurs among the candidates twice, nor
    among candidates and references.
    """
    rng = random.Random(seed)
    seen = set(references)
    pairs = []
    for index, reference in enumerate(references):
        other = rng.choice(references)
        if index % 3 == 0:
            candidate = other
        elif index % 3 == 1:
            sentences = reference.split(". ")
            rng.shuffle(sentences)
            candidate = ". ".join(sentences[1:] or sentences)
        else:
            candidate = replaced(rng, reference, other)
        while distinct and candidate in seen:
            candidate = replaced(rng, candidate, rng.choice(references))
        seen.add(candidate)
        pairs.append((reference, candidate))
    return pairs


def replaced(rng, report, other):
    """A fifth of the words, replaced by another report's."""
    words, others = report.split(), other.split()
    return " ".join(rng.choice(others) if rng.random() < 0.2 else word for word in words)
