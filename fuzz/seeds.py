"""Writes starting inputs for the fuzz targets into corpus/, from nothing but Python. Those of
`onnx` and `parquet` are kept as they are: see docs/fuzzing.md.

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
            "format_version": 2,
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


def sheet(rows):
    cell = lambda value: f"<c><v>{value}</v></c>" if isinstance(value, (int, float)) else (
        f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    )
    rows = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


TABLE = "study_id,report\ns1,\"Lungs clear, no effusion.\"\ns2,Big heart.\n"
PAIRS = "id_x,prediction,id_y,reference,split\n1,No effusion.,1,Effusion.,test\n"
JSONS = [
    '{"s1": {"section_findings": "Clear.", "section_impression": NaN, "model_prediction": "Fine."}}',
    '{"s1": "Lungs clear.", "s2": ["Big heart."]}',
    '[{"id": 7, "generated_text": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}]',
    '{"train": [{"id": "s0", "report": "Old."}], "test": [{"id": "s1", "report": "New."}]}',
    '{"average": {"score": 0.5}, "results": [{"id": "s1", "ground_truth": "a", "predicted": "b"}]}',
    '{"study_id": {"0": "s1", "1": "s2"}, "report": {"0": "Clear.", "1": null}}',
    '{"columns": ["study_id", "report"], "index": [0, 1], "data": [["s1", "Clear."], ["s2", "Big."]]}',
    '{"references": ["a", "b"], "hypotheses": ["c", "d"]}',
    '["Lungs clear.", "Big heart."]',
]
RECORDS = lines(
    {"id": "s1", "prediction": "a", "reference": "b"},
    {"question_id": 2, "text": "c", "model_id": "m"},
    {"custom_id": "s3", "response": {"body": {"choices": [{"message": {"role": "assistant", "content": "d"}}]}}},
)
REPORTS = "No acute process.\n\nMild cardiomegaly, stable.\n"
STUDIES = {"metric": "green", "template": "t", "requests": {"green-1": ["s1", "s2"]}}
GREEN = (
    "[Explanation]:\nx\n[Clinically Significant Errors]:\n(a) False report: 1. A line.\n(b) Missing: 0.\n"
    "[Clinically Insignificant Errors]:\n(a) None: 0.\n[Matched Findings]:\n2. Heart; lungs."
)
GRAPH = {
    "s1": {
        "text": "heart is large .",
        "entities": {
            "1": {"tokens": "heart", "label": "ANAT-DP", "start_ix": 0, "end_ix": 0, "relations": []},
            "2": {"tokens": "large", "label": "OBS-DP", "start_ix": 2, "end_ix": 2, "relations": [["located_at", "1"]]},
        },
    }
}
TOKENIZER = {
    "version": "1.0",
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
    "decoder": None,
    "added_tokens": [],
    "truncation": None,
    "padding": None,
    "model": {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
        "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "heart": 3, "is": 4, "large": 5, "##s": 6, ".": 7},
    },
}
RULES = "#comment\n\\.\\s+\t0\tstend\n\\(\\C\t2\tstbegin\nDr\\.\t1\tstend\n"
TEMPLATE = "### user\nCompare {{reference}} with {{candidate}}.\n"


FILES = {"model.json": b"{}", "model.onnx": b"onnx", "tokenizer.json": b"[]"}
SEEDS = {
    "table": [TABLE, PAIRS, "sep=;\n" + TABLE.replace(",", ";"), ",report\n0,a\n\n1,b\r\n"],
    "json": JSONS,
    "json_lines": [RECORDS],
    "lines": [REPORTS],
    "guessed": [TABLE, RECORDS, REPORTS, *JSONS, "\ufeff" + TABLE, TABLE.encode("utf-16")],
    "options": [
        lines({"columns": {"id": "#1", "report": "#2"}, "header": False, "delimiter": ";"}) + "\ns1;Clear.\n",
        lines({"format": "jsonl", "encoding": "windows1252", "max_rows": 3}) + "\n" + RECORDS,
        lines({"ids": "loose", "repeated": "first"}) + "\n" + TABLE,
    ],
    "packed": ["\x00" + TABLE, "\x01" + TABLE, "\x02reports." + RECORDS],
    "workbook": [sheet([["study_id", "report"], ["s1", "Clear."], [50414267, "Big."]])],
    "answers": [
        GREEN,
        lines(STUDIES, {"custom_id": "green-1", "response": {"body": {"choices": [{"message": {"content": GREEN}}]}}}),
        lines({"id": "s1", "response": GREEN}, {"id": "s2", "response": "[{\"edit\": 1}]"}),
    ],
    "judge_files": [TEMPLATE, lines(STUDIES)],
    "graphs": [lines(GRAPH)],
    "summary": ["{}"],
    "rush_rules": [RULES],
    "tokenizer": [json.dumps(TOKENIZER)],
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
        data = seed.encode() if isinstance(seed, str) else seed
        (folder / f"seed{index}").write_bytes(data)
