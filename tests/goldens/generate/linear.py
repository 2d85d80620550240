"""radcliq.jsonl: scikit-learn's StandardScaler and LinearRegression with RadCliQ's constants;
chexbert_f1.jsonl: scikit-learn's classification_report, called as f1chexbert 0.0.2 does."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, classification_report
from sklearn.preprocessing import StandardScaler

from .output import write

FITS = {
    "radcliq_v0": {
        "mean": [0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605],
        "scale": [0.3018344440559102, 0.22466950746141123, 0.24750333805236252,
                  0.30336670936092264],
        "coef": [-0.4796252644863446, -0.6762170542369337, -0.46366575161751994,
                 0.2165861905287535],
        "intercept": 1.641666666666666,
    },
    "radcliq_v1": {
        "mean": [0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174],
        "scale": [0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838],
        "coef": [-0.37708368261038905, -0.37030009974480316, -0.25261621789593225,
                 4.315048405024756e-12],
        "intercept": 2.466552561323256e-10,
    },
}
COLUMNS = ["radgraph_combined", "bertscore", "semb_score", "bleu_score"]


def model(fit: dict):
    scaler, regression = StandardScaler(), LinearRegression()
    scaler.mean_, scaler.scale_ = np.array(fit["mean"]), np.array(fit["scale"])
    scaler.n_features_in_ = 4
    regression.coef_, regression.intercept_ = np.array(fit["coef"]), fit["intercept"]
    return lambda rows: regression.predict(scaler.transform(rows))


OBSERVATIONS = [
    "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema",
    "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion",
    "Pleural Other", "Fracture", "Support Devices", "No Finding",
]
TOP_5 = ["Cardiomegaly", "Edema", "Consolidation", "Atelectasis", "Pleural Effusion"]


def report(reference, candidate, names) -> dict:
    columns = [OBSERVATIONS.index(name) for name in names]
    reference, candidate = reference[:, columns], candidate[:, columns]
    table = classification_report(
        reference, candidate, target_names=names, output_dict=True, zero_division=0)
    return {"accuracy": accuracy_score(reference, candidate), "report": table}


def chexbert(rng, studies: int, agreement: float) -> dict:
    """Classes 0 blank, 1 positive, 2 negative, 3 uncertain; the last head knows two."""
    draw = lambda: np.where(
        np.arange(14) == 13, rng.integers(0, 2, (studies, 14)),
        rng.choice(4, (studies, 14), p=[0.5, 0.25, 0.15, 0.1]))
    reference, other = draw(), draw()
    candidate = np.where(rng.random((studies, 14)) < agreement, reference, other)
    record = {"reference": reference, "candidate": candidate}
    for name, positive in (("uncertain_positive", [1, 3]), ("uncertain_negative", [1])):
        pair = [np.isin(classes, positive).astype(int) for classes in (reference, candidate)]
        record[name] = {"14": report(*pair, OBSERVATIONS), "5": report(*pair, TOP_5)}
    return record


def generate() -> None:
    rng = np.random.default_rng(6)
    rows = np.concatenate([
        rng.uniform(-0.3, 1, (40, 4)), np.eye(4), np.zeros((1, 4)), np.ones((1, 4)),
        -np.ones((1, 4)),
    ])
    scores = {name: model(fit)(rows) for name, fit in FITS.items()}
    write("radcliq.jsonl", [
        dict(zip(COLUMNS, row)) | {name: values[i] for name, values in scores.items()}
        for i, row in enumerate(rows)
    ])
    sizes = [(1, 0.5), (2, 1.0), (5, 0.0), (20, 0.6), (60, 0.9), (60, 0.3)]
    write("chexbert_f1.jsonl", [chexbert(rng, studies, share) for studies, share in sizes])
