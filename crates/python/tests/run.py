"""Runs the package's tests with the interpreter that it is installed for. Ends with a line such as
"12 passed, 0 failed, 1 skipped".

`RRGSCORE_TEST_LIBRARIES` are folders of packages that some tests compare with; they are looked into
after all else.
"""

import os
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    libraries = os.environ.get("RRGSCORE_TEST_LIBRARIES")
    if libraries:
        sys.path += libraries.split(os.pathsep)
        # For the processes that tests start.
        os.environ["PYTHONPATH"] = libraries
    pattern = f"test_{sys.argv[1]}.py" if len(sys.argv) > 1 else "test_*.py"
    suite = unittest.TestLoader().discover(str(HERE), pattern=pattern)
    ran = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(ran.failures) + len(ran.errors) + len(ran.unexpectedSuccesses)
    skipped = len(ran.skipped)
    passed = ran.testsRun - failed - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
