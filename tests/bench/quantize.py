"""The graphs that onnxruntime-web runs in `cargo xtask bench engine`: the f32 pack's, and the same
with weights and activations of 8 bits by onnxruntime's own dynamic quantization, per channel.

    python tests/bench/quantize.py PACK OUT     # gives OUT/f32.onnx and OUT/int8.onnx
"""

import json
import sys
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic


def main(pack, out):
    pack, out = Path(pack), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    files = json.loads((pack / "pack.json").read_text())["files"]
    (model,) = [file for file in files if file["name"] == "model.onnx"]
    joined = out / "f32.onnx"
    joined.write_bytes(b"".join((pack / part["name"]).read_bytes() for part in model["parts"]))
    quantize_dynamic(joined, out / "int8.onnx", weight_type=QuantType.QInt8, per_channel=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
