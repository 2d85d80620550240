"""Writes what the official model classes compute from the project's tiny checkpoints.

    python make_arch_goldens.py ../../../tests/checkpoints ../tests/goldens

Needs torch, transformers and radgraph (requirements-checkpoints.txt, radgraph==0.1.18). Encoders
are transformers' classes, span and relation heads are the radgraph package's DyGIE++ modules,
all with the checkpoints' own weights. Inputs are seeded random ids and word vectors. Of long
inputs only some rows are kept. check_onnx.py compares built packs with these files.
"""

import json
import pathlib
import sys
import tarfile
import tempfile

import numpy
import torch
import transformers
from dotmap import DotMap
from radgraph.allennlp.data import Vocabulary
from radgraph.dygie.models import dygie

VERSIONS = f"torch {torch.__version__}, transformers {transformers.__version__}, radgraph 0.1.18"
TRANSFORMER = "_embedder.token_embedder_bert._matched_embedder.transformer_model."
SHORT = [2, 9, 48]
# Beyond the exact buckets of distances, and beyond the local window.
LONG = [2, 9, 150]


def numbers(tensor):
    """f32 values with their shortest decimal form, as nested lists."""
    array = tensor.detach().numpy() if isinstance(tensor, torch.Tensor) else tensor
    if array.ndim == 0:
        return float(str(numpy.float32(array)))
    return [numbers(row) for row in array]


def random_ids(length, vocabulary, seed):
    return numpy.random.default_rng([length, seed]).integers(3, vocabulary, length).tolist()


def cases(model, lengths, vocabulary, layer=None, head=None):
    """Hidden states, and logits if there is a head, of one text after the other."""
    model.eval()
    found = []
    for seed, length in enumerate(lengths):
        ids = random_ids(length, vocabulary, seed)
        with torch.no_grad():
            output = model(
                torch.tensor([ids]),
                attention_mask=torch.ones(1, length, dtype=torch.long),
                output_hidden_states=True,
            )
            hidden = output.last_hidden_state[0]
            if layer is not None:
                hidden = output.hidden_states[layer][0]
            logits = None if head is None else head(hidden)
        rows = list(range(length)) if length < 40 else sorted({0, length - 1, *range(0, length, 7)})
        case = {"ids": ids, "rows": rows, "hidden": numbers(hidden[rows])}
        if logits is not None:
            case["logits"] = numbers(logits[rows])
        found.append(case)
    return found


def config_of(folder):
    return transformers.AutoConfig.from_pretrained(folder)


def bert(state, prefix, config):
    model = transformers.AutoModel.from_config(config)
    named = {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}
    missing, unexpected = model.load_state_dict(named, strict=False)
    assert not [name for name in missing if "pooler" not in name], missing
    assert not [name for name in unexpected if "position_ids" not in name], unexpected
    return model


def chexbert(checkpoints):
    state = torch.load(checkpoints / "chexbert.pth", weights_only=True)["model_state_dict"]
    model = bert(state, "module.bert.", config_of(checkpoints / "bert-base-uncased"))
    heads = range(14)
    weights = torch.cat([state[f"module.linear_heads.{n}.weight"] for n in heads])
    biases = torch.cat([state[f"module.linear_heads.{n}.bias"] for n in heads])
    head = lambda hidden: hidden @ weights.T + biases
    return {"encoder": cases(model, SHORT, model.config.vocab_size, head=head)}


def distilroberta(checkpoints):
    model = transformers.AutoModel.from_pretrained(checkpoints / "distilroberta-base")
    return {"encoder": cases(model, SHORT, model.config.vocab_size, layer=5)}


def biolord(checkpoints):
    model = transformers.AutoModel.from_pretrained(checkpoints / "BioLORD-2023-C")
    return {"encoder": cases(model, LONG, model.config.vocab_size)}


def rate_ner(checkpoints):
    auto = transformers.AutoModelForTokenClassification
    model = auto.from_pretrained(checkpoints / "RaTE-NER-Deberta")
    model.eval()
    vocabulary = model.config.vocab_size
    return {"encoder": cases(model.deberta, LONG, vocabulary, head=model.classifier)}


class WordVectors(torch.nn.Module):
    """Stands where the encoder is; DyGIE++'s heads ask it for its width only."""

    def __init__(self, width):
        super().__init__()
        self.get_output_dim = lambda: width


def radgraph(checkpoints, archive, lengths):
    """The encoder, and the heads on random word vectors."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(checkpoints / archive) as tar:
            tar.extractall(folder, filter="data")
        folder = pathlib.Path(folder)
        config = DotMap(json.loads((folder / "config.json").read_text()))
        state = torch.load(folder / "weights.th", weights_only=True)
        vocabulary = Vocabulary.from_files(str(folder / "vocabulary"))
    embedder = config.model.embedder.token_embedders.bert
    encoder_config = config_of(checkpoints / embedder.model_name)
    encoder = bert(state, TRANSFORMER, encoder_config)
    golden = {"encoder": cases(encoder, lengths, encoder_config.vocab_size)}

    parameters = config.model
    for name in ["type", "embedder", "initializer", "module_initializer"]:
        del parameters[name]
    embedder = WordVectors(encoder_config.hidden_size)
    model = dygie.DyGIE(vocab=vocabulary, embedder=embedder, **parameters)
    heads = {name: tensor for name, tensor in state.items() if not name.startswith("_embedder")}
    model.load_state_dict(heads, strict=True)
    model.eval()

    (entities,) = model._ner._ner_scorers.keys()
    (relations,) = model._relation._mention_pruners.keys()
    model._relation._active_namespace = relations
    generator = torch.Generator().manual_seed(7)
    golden["spans"] = []
    for count in [1, 14]:
        words = torch.randn(count, encoder_config.hidden_size, generator=generator)
        widest = config.dataset_reader.max_span_width
        spans = torch.tensor(
            [[s, e] for s in range(count) for e in range(s, min(s + widest, count))]
        )
        with torch.no_grad():
            vectors = model._endpoint_span_extractor(words[None], spans[None])
            entity_scores = model._ner._ner_scorers[entities](vectors)[0]
            mentions = model._relation._mention_pruners[relations]._scorer(vectors)
            kept = torch.arange(0, len(spans), 9)
            pairs = model._relation._compute_span_pair_embeddings(vectors[:, kept])
            scores = model._relation._compute_relation_scores(pairs, mentions[:, kept])[0]
        golden["spans"].append(
            {
                "words": numbers(words),
                "starts": spans[:, 0].tolist(),
                "ends": spans[:, 1].tolist(),
                "last_vector": numbers(vectors[0, -1]),
                "entity_scores": numbers(entity_scores),
                "mention_scores": numbers(mentions[0, :, 0]),
                "kept": kept.tolist(),
                # Without the null label's 0, which stands first.
                "relation_scores": numbers(scores[:, :, 1:]),
            }
        )
    return golden


def main(checkpoints, out):
    checkpoints, out = pathlib.Path(checkpoints).resolve(), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    goldens = {
        "chexbert": chexbert(checkpoints),
        "distilroberta-base": distilroberta(checkpoints),
        "BioLORD-2023-C": biolord(checkpoints),
        "RaTE-NER-Deberta": rate_ner(checkpoints),
        "radgraph": radgraph(checkpoints, "radgraph.tar.gz", SHORT),
        "radgraph-xl": radgraph(checkpoints, "radgraph-xl.tar.gz", SHORT),
        "modern-radgraph-xl": radgraph(checkpoints, "modern-radgraph-xl.tar.gz", LONG),
    }
    for name, golden in goldens.items():
        golden = {"made_with": VERSIONS} | golden
        text = json.dumps(golden, separators=(",", ":")) + "\n"
        (out / f"{name}.json").write_text(text)
        print(name, len(text))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:])
