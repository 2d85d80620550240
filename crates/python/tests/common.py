"""What tests share."""

import json
import os
import subprocess
import tempfile
import unittest
from functools import cache
from pathlib import Path

import rrgscore

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "crates/data/samples"
CHECKPOINTS = ROOT / "tests/checkpoints"
GOLDENS = ROOT / "tests/goldens"

#: What the set-up fetched: `sources` in the cache, beside the packs.
SOURCES = Path(rrgscore._rrgscore.packs_folder() or ".").parent / "sources"

#: Where the command line's program is.
CLI = os.environ.get("RRGSCORE_CLI")


def golden(name):
    """The rows of a file of golden values."""
    with open(GOLDENS / name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def folder(test):
    """A folder that is gone after the test."""
    made = tempfile.TemporaryDirectory(prefix="rrgscore-test-")
    test.addCleanup(made.cleanup)
    return Path(made.name)


def by_command_line(test, *args):
    """Runs the command line and gives what it printed."""
    if CLI is None:
        raise unittest.SkipTest("RRGSCORE_CLI does not say where the command line is")
    done = subprocess.run([CLI, *map(str, args)], capture_output=True, text=True)
    test.assertEqual(done.returncode, 0, done.stderr)
    return done.stdout


@cache
def _pack_folder():
    return tempfile.TemporaryDirectory(prefix="rrgscore-packs-")


@cache
def pack(name, *beside):
    """The pack of a tiny checkpoint in `tests/checkpoints`, in f32; built once."""
    out = Path(_pack_folder().name, f"{name}-{len(beside)}")
    return rrgscore.build_pack(
        CHECKPOINTS / name,
        out,
        with_=[
            CHECKPOINTS / "bert-base-uncased",
            CHECKPOINTS / "tiny-pubmedbert",
            CHECKPOINTS / "tiny-modernbert",
            CHECKPOINTS / "BiomedVLP-CXR-BERT-general",
            CHECKPOINTS / "punkt_tab" / "english",
            *beside,
        ],
        precision="f32",
        measure=False,
    )
