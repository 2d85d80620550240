"""Scores AI-written radiology reports against references, on this machine.

    from rrgscore import Scorer

    result = Scorer(metrics=["bleu2", "rouge-l"]).score(references, candidates)
    print(result, result.signature)
    result.to_pandas()

The numbers are those of the ``rrgscore`` command, which this package brings along, to the last
digit. Metrics that need a model need its pack: :func:`build_pack` makes one of a published
checkpoint. Nothing is sent anywhere, and no exception holds report text.
"""

from ._rrgscore import __release__, __version__
from .errors import InputError, Interrupted
from .packs import ProvedValue, build_pack, prove_packs
from .result import Result
from .runs import compare
from .scorer import Scorer, check_files, score_files

__all__ = [
    "InputError",
    "Interrupted",
    "ProvedValue",
    "Result",
    "Scorer",
    "__release__",
    "__version__",
    "build_pack",
    "check_files",
    "compare",
    "prove_packs",
    "score_files",
]
