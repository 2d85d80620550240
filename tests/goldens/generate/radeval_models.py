"""radeval_models.jsonl: what RadEval itself, its whole package with its own calls of every model,
gives for reports when the hub serves this project's tiny checkpoints (`tests/checkpoints`) under
the official names.

It runs in an environment of its own: `requirements-radeval.txt`.
"""

import io
import os
import random
import sys
import tempfile
from pathlib import Path

from .output import write
from .reports import ALTERATIONS, FINDINGS

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "crates/python/tests"))
from loopback_hub import CHECKPOINTS, Hub  # noqa: E402

#: What RadEval asks the hub for, and the folder that stands for it.
REPOSITORIES = {
    "bert-base-uncased": "bert-base-uncased",
    "google-bert/bert-base-uncased": "bert-base-uncased",
    "tiny-pubmedbert": "tiny-pubmedbert",
    "distilroberta-base": "distilroberta-base",
    "Angelakeke/RaTE-NER-Deberta": "RaTE-NER-Deberta",
    "FremyCompany/BioLORD-2023-C": "BioLORD-2023-C",
}
METRICS = ["f1chexbert", "radgraph", "ratescore", "radgraph_radcliq", "radcliq"]
LONGEST = 110
#: Pairs with white space that stands for nothing. RadEval's RadCliQ reads it as it stands; the
#: official RadCliQ joins runs of spaces.
SPACED = [
    ("The lungs are clear.", "The  lungs   are    clear."),
    ("The  heart is normal in  size.", "The heart is normal in size."),
    ("  No free air   under the diaphragm. ", "No free air  under the diaphragm.  "),
    ("The heart is\tnormal\t\tin size.", "The heart \t is normal in size.\t"),
    ("The lungs are clear.\n\nNo free air.", "\nThe lungs are clear. \n  No free air."),
    ("The lungs are clear.\r\nNo  free air.", "The lungs are clear.\r\n\r\nNo free air."),
    ("Mild edema\u00a0 has  improved.", "Mild edema \u00a0has improved."),
]
MODES = [{}, {"per_sample": True}, {"detailed": True}]


def short_pairs():
    """Pairs that the tiny BERT can read: it has 128 positions, and few whole words."""
    rng = random.Random(33)
    # That makes of most texts ones that are too long; SPACED has shorter ones.
    alterations = [alter for name, alter in ALTERATIONS.items() if name != "spaces"]
    for alter in alterations * 3:
        reference = " ".join(rng.sample(FINDINGS, 2))
        candidate = alter(rng, reference)
        if max(len(reference), len(candidate)) <= LONGEST:
            yield reference, candidate


def chexbert():
    """The checkpoint without the buffer that BertModel no longer keeps: RadEval loads strictly."""
    import torch

    content = torch.load(CHECKPOINTS / "chexbert.pth", map_location="cpu", weights_only=False)
    content["model_state_dict"].pop("module.bert.embeddings.position_ids")
    out = io.BytesIO()
    torch.save({"model_state_dict": content["model_state_dict"]}, out)
    return out.getvalue()


def generate() -> None:
    home = tempfile.TemporaryDirectory(prefix="radeval-")
    hub = Hub()
    # Read when the libraries are imported.
    os.environ |= {
        "HF_ENDPOINT": hub.address,
        "HF_HOME": f"{home.name}/hf",
        "XDG_CACHE_HOME": f"{home.name}/cache",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "NO_PROXY": "127.0.0.1",
    }
    for repository, folder in REPOSITORIES.items():
        for file in (CHECKPOINTS / folder).iterdir():
            if file.is_file():
                hub.files[repository, file.name] = file.read_bytes()
    hub.files["StanfordAIMI/RRG_scorers", "chexbert.pth"] = chexbert()

    import torch
    import radeval
    from radeval import RadEval

    # Some of its modules import it by its old name, which only some file systems find.
    sys.modules["RadEval"] = radeval
    from radeval.metrics.f1chexbert import F1CheXbert

    # It asks for a GPU before it looks whether there is one.
    F1CheXbert.__init__.__kwdefaults__["device"] = "cpu"
    torch.set_num_threads(1)
    records = []
    for pairs in (short_pairs(), SPACED):
        refs, hyps = map(list, zip(*pairs))
        records.append({"refs": refs, "hyps": hyps})
        for metric in METRICS:
            for mode in MODES:
                evaluator = RadEval(metrics=[metric], show_progress=False, **mode)
                scores = evaluator(refs=refs, hyps=hyps)
                records.append({"metric": metric, "mode": mode, "keys": evaluator.metric_keys,
                                "scores": scores})
    write("radeval_models.jsonl", records)
    hub.shutdown()
    home.cleanup()
