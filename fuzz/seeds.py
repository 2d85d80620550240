"""Writes starting inputs for the fuzz targets into corpus/, from nothing but Python.

    python3 fuzz/seeds.py
"""

import gzip
import io
import json
import pathlib
import struct
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).parent
CHECKPOINTS = ROOT.parent / "tests" / "checkpoints"


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def integer(value):
    return b"J" + struct.pack("<i", value)


def tensor(key, kind, elements, offset, shape, strides):
    lengths = lambda values: b"(" + b"".join(map(integer, values)) + b"t"
    storage = text("storage") + b"ctorch\n" + kind + b"\n" + text(key) + text("cpu") + integer(elements)
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n((" + storage + b"tQ" + integer(offset)
        + lengths(shape) + lengths(strides) + b"\x89ccollections\nOrderedDict\n)RtR"
    )


def state_dict():
    return (
        b"ccollections\nOrderedDict\n)Rq\x00("
        + text("a") + tensor("0", b"FloatStorage", 6, 0, [2, 3], [3, 1])
        + text("b") + tensor("0", b"FloatStorage", 6, 1, [2, 2], [1, 2])
        + text("c") + tensor("1", b"HalfStorage", 2, 0, [2], [1])
        + b"u}" + text("_metadata") + b"ccollections\nOrderedDict\n)Rsb"
    )


def pickles():
    yield b"\x80\x02" + state_dict() + b"."
    yield b"\x80\x02}(" + text("epoch") + b"K\x07" + text("model_state_dict") + state_dict() + b"u."
    yield b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x01a\x94]\x94(K\x01K\x02\x86e\x85\x8f(N\x90."
    yield b"(lp0\nI1\naL22L\naF1.5\na(dp1\nN\x88s."
    yield b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
    for name in ["chexbert.pth"]:
        archive = zipfile.ZipFile(CHECKPOINTS / name)
        yield archive.read(next(path for path in archive.namelist() if path.endswith("data.pkl")))


def torch_zip(compression):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("a/data.pkl", b"\x80\x02" + state_dict() + b".")
        archive.writestr("a/byteorder", "little")
        archive.writestr("a/data/0", struct.pack("<6f", 1, 2, 3, 4, 5, 6))
        archive.writestr("a/data/1", struct.pack("<2e", 1, 2))
        archive.writestr("a/version", "3\n")
    return out.getvalue()


def legacy():
    machine = b"}(" + text("protocol_version") + b"M\xe9\x03" + text("little_endian") + b"\x88u."
    keys = b"](" + text("0") + text("1") + b"e."
    return (
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + b"\x80\x02M\xe9\x03." + b"\x80\x02" + machine
        + b"\x80\x02" + state_dict() + b"." + b"\x80\x02" + keys
        + struct.pack("<q6f", 6, 1, 2, 3, 4, 5, 6) + struct.pack("<q2e", 2, 1, 2)
    )


def safetensors():
    entry = lambda kind, shape, offsets: {"dtype": kind, "shape": shape, "data_offsets": offsets}
    header = {
        "__metadata__": {"format": "pt"},
        "a": entry("F32", [2], [0, 8]),
        "b": entry("F16", [1, 2], [8, 12]),
        "c": entry("BF16", [], [12, 14]),
        "d": entry("I64", [0], [14, 14]),
    }
    header = json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + bytes(range(14))


def tar(prefix, **settings):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **settings) as archive:
        for name, data in {
            "config.json": b"{}",
            "weights.th": b"weights",
            "vocabulary/radgraph__ner_labels.txt": b"\nA\nB",
        }.items():
            entry = tarfile.TarInfo(prefix + name)
            entry.size, entry.mtime = len(data), 1.5
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def manifest(files):
    import hashlib

    digest = lambda data: hashlib.sha256(data).hexdigest()
    entries = []
    for name, data in sorted(files.items()):
        part = {"name": name, "bytes": len(data), "sha256": digest(data)}
        entries.append({**part, "parts": [part]})
    lines = "".join(f"{entry['sha256']}  {entry['name']}\n" for entry in entries)
    return json.dumps(
        {
            "format": "rrgscore-pack",
            "format_version": 1,
            "id": digest(lines.encode()),
            "name": "n",
            "purpose": "chexbert",
            "architecture": "bert",
            "precision": "int8",
            "tokenizer": "bert-wordpiece",
            "sources": [{"name": "s", "bytes": 1, "sha256": digest(b"s")}],
            "licence": "MIT",
            "builder": "b",
            "files": entries,
        }
    ).encode()


def rrgpack(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in {"pack.json": manifest(files), **dict(sorted(files.items()))}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


FILES = {"model.json": b"{}", "model.onnx": b"onnx", "tokenizer.json": b"[]"}
SEEDS = {
    "pickle": list(pickles()),
    "torch_file": [torch_zip(zipfile.ZIP_STORED), torch_zip(zipfile.ZIP_DEFLATED), legacy()],
    "safetensors": [safetensors()],
    "archive": [
        tar(""),
        tar("./"),
        tar("m/", format=tarfile.PAX_FORMAT),
        tar("x" * 120 + "/", format=tarfile.GNU_FORMAT),
        gzip.compress(tar("")),
    ],
    "rrgpack": [rrgpack(FILES)],
    "manifest": [manifest(FILES)],
}

for target, seeds in SEEDS.items():
    folder = ROOT / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds):
        (folder / f"seed{index}").write_bytes(seed)
