"""The parts of documents that benchmarks in Python write."""

import os
import platform
from pathlib import Path
from statistics import median


def write(file, name, part):
    """Puts another text between the two marks of a part."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    text = Path(file).read_text(encoding="utf-8")
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    Path(file).write_text(f"{head}{begin}\n\n{part.rstrip()}\n\n{end}{tail}", encoding="utf-8")
    print(f'\nwrote the part "{name}" of {file}')


def table(head, rows):
    """A table in Markdown: the first column is text, all others are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def spread(values, digits=2):
    """The median of measurements, with the least and the most."""
    low, high = min(values), max(values)
    return f"{median(values):.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def machine():
    """What was measured on."""
    names = [platform.processor()]
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {os.cpu_count()} cores"


def load():
    """How many programs were at work or waited for it, on average over the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
