"""radgraph_reward.jsonl: radgraph 0.1.18's compute_reward on invented graphs.

`git_head` is the same code on graphs in lower case, which is all that the head of the repository
changes. `cxr` is CXR-Report-Metric's F1 over sets, which no package holds, written out here.
"""

import importlib.util
import random
import sys
from pathlib import Path

from .output import write


def rewards_module():
    """radgraph/rewards.py alone: importing the package would load its models' code."""
    folder = next(p for p in map(Path, sys.path) if (p / "radgraph" / "rewards.py").exists())
    spec = importlib.util.spec_from_file_location("rewards", folder / "radgraph" / "rewards.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORDS = ["effusion", "Effusion", "left", "Left", "lung", "small", "pleural", "cardiac silhouette",
         "OPACITY", "opacity", "base", "\u00c4rea", "\u00e4rea"]
LABELS = {
    "radgraph": ["ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"],
    "radgraph-xl": ["Anatomy::definitely present", "Observation::definitely absent",
                    "Observation::uncertain", "Observation::measurement::definitely present"],
}
RELATIONS = ["modify", "located_at", "suggestive_of"]


def graph(rng, labels, size: int, density: float) -> dict:
    entities = {}
    for number in range(1, size + 1):
        relations = []
        while size and rng.random() < density:
            relations.append([rng.choice(RELATIONS), str(rng.randint(1, size))])
        place = 2 * number
        entities[str(number)] = {
            "tokens": rng.choice(WORDS), "label": rng.choice(labels),
            "start_ix": place, "end_ix": place, "relations": relations,
        }
    words = " ".join("x" for _ in range(2 * size + 3))
    return {"text": words, "entities": entities, "data_source": None, "data_split": "inference"}


def altered(rng, source: dict, change: str) -> dict:
    entities = {key: dict(entity) for key, entity in source["entities"].items()}
    for entity in entities.values():
        if change == "case" and rng.random() < 0.5:
            entity["tokens"] = entity["tokens"].swapcase()
        if change == "labels" and rng.random() < 0.4:
            entity["label"] = rng.choice([e["label"] for e in entities.values()])
        if change == "relations":
            entity["relations"] = [r for r in entity["relations"] if rng.random() < 0.6]
        if change == "no_relations":
            entity["relations"] = []
    return source | {"entities": entities}


def cxr(reference: dict, hypothesis: dict) -> dict:
    def sets(annotation):
        entities = annotation["entities"]
        key = lambda entity: (entity["tokens"], entity["label"])
        return {key(entity) for entity in entities.values()}, {
            (key(entity), key(entities[target]), label)
            for entity in entities.values()
            for label, target in entity["relations"]
        }

    def f1(ours, theirs):
        both = len(ours & theirs)
        precision = both / len(theirs) if theirs else 0
        recall = both / len(ours) if ours else 0
        return 2 * precision * recall / (precision + recall) if both else 0

    (ref_entities, ref_relations), (hyp_entities, hyp_relations) = map(sets, (reference, hypothesis))
    entity, relation = f1(ref_entities, hyp_entities), f1(ref_relations, hyp_relations)
    return {
        "entity_f1": entity, "relation_f1": relation, "combined": (entity + relation) / 2,
        "n_ref_entities": len(ref_entities), "n_hyp_entities": len(hyp_entities),
        "n_ref_relations": len(ref_relations), "n_hyp_relations": len(hyp_relations),
    }


def lower(annotation: dict) -> dict:
    entities = {
        key: entity | {"tokens": entity["tokens"].lower()}
        for key, entity in annotation["entities"].items()
    }
    return annotation | {"entities": entities}


def generate() -> None:
    rng, rewards = random.Random(5), rewards_module()
    pairs = []
    for change in ("identical", "case", "labels", "relations", "no_relations", "other"):
        for model, labels in LABELS.items():
            for _ in range(6):
                reference = graph(rng, labels, rng.randint(1, 12), 0.35)
                other = graph(rng, labels, rng.randint(1, 12), 0.35)
                changed = other if change == "other" else altered(rng, reference, change)
                pairs.append((f"{change} {model}", reference, changed))
    empty, full = graph(rng, LABELS["radgraph"], 0, 0), graph(rng, LABELS["radgraph"], 5, 0.4)
    pairs += [("empty_reference", empty, full), ("empty_candidate", full, empty),
              ("both_empty", empty, empty)]
    records = []
    for kind, reference, hypothesis in pairs:
        levels = lambda r, h: dict(zip(
            ("simple", "partial", "complete"), rewards.compute_reward(h, r, "all")))
        records.append({
            "kind": kind, "reference": reference, "hypothesis": hypothesis,
            "cxr": cxr(reference, hypothesis),
            "pip_0_1_18": levels(reference, hypothesis),
            "git_head": levels(lower(reference), lower(hypothesis)),
        })
    write("radgraph_reward.jsonl", records)
