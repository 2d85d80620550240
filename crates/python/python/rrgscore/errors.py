"""What is raised when something cannot be scored. No message holds report text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .result import Result

__all__ = ["InputError", "Interrupted"]


class InputError(ValueError):
    """Files, reports, packs or answers that cannot be used as they are.

    Attributes:
        hint: What can be done about it, in the words of this package; None where nothing is known.
        findings: What the input doctor found, most severe first: dictionaries with ``severity``,
            ``message``, ``studies``, ``count`` and ``hint``.
    """

    def __init__(self, message: str, hint: str | None = None, findings: str = "[]") -> None:
        super().__init__(message, hint, findings)
        self.message = message
        self.hint = hint
        self.findings: list[dict[str, Any]] = json.loads(findings)

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  hint: {self.hint}"


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while a run was under way.

    Attributes:
        result: What was scored until then; its ``complete`` is False.
    """

    def __init__(self, result: Result) -> None:
        super().__init__("stopped; what was scored is in this exception's result")
        self.result = result
