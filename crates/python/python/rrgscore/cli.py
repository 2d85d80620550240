"""The ``rrgscore`` command: the same program as the one that cargo installs."""

from __future__ import annotations

import signal
import sys

from . import _rrgscore

__all__ = ["main"]


def main() -> int:
    """Run the command line with this process's arguments.

    Returns:
        The exit code: 0 done, 1 not all of it, 2 bad input or usage.
    """
    # Python only takes note of Ctrl-C and acts on it later; here nothing of Python runs later.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    return _rrgscore.run_command_line(["rrgscore", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
