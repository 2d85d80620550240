"""A plain NumPy forward of BERT in f64, written from the definition (Devlin et al. 2019, and
`BertModel` of the transformers library): the reference that our graphs are checked against.

It shares nothing with the Rust builder: it reads the checkpoint's own tensors.
"""

import json
import math
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

erf = np.vectorize(math.erf, otypes=[np.float64])


class Bert:
    def __init__(self, folder):
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        tensors = load_file(folder / "model.safetensors")
        self.weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}

    def layer_norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        x = (x - mean) / np.sqrt(variance + self.config["layer_norm_eps"])
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def forward(self, ids):
        """Hidden states of one text, without padding: `[len(ids), hidden_size]`."""
        weights, count = self.weights, len(ids)
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][:count]
        x = x + weights["embeddings.token_type_embeddings.weight"][0]
        x = self.layer_norm(x, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}."
            x = self.layer_norm(
                x + self.attention(x, name + "attention."), name + "attention.output.LayerNorm"
            )
            inner = self.linear(x, name + "intermediate.dense")
            inner = inner * 0.5 * (1.0 + erf(inner / math.sqrt(2.0)))
            x = self.layer_norm(x + self.linear(inner, name + "output.dense"), name + "output.LayerNorm")
        return x

    def attention(self, x, name):
        heads = self.config["num_attention_heads"]
        width = self.config["hidden_size"] // heads

        def per_head(part):
            return self.linear(x, f"{name}self.{part}").reshape(-1, heads, width).transpose(1, 0, 2)

        query, key, value = map(per_head, ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        context = (scores / scores.sum(-1, keepdims=True)) @ value
        context = context.transpose(1, 0, 2).reshape(len(x), -1)
        return self.linear(context, name + "output.dense")
