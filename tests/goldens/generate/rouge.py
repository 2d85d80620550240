"""rouge.jsonl, rouge_stems.jsonl: rouge-score 0.1.2, with its stemmer as RadEval 2.2.1 calls it
(`metrics/rouge/adapter.py`) and without; words and their stems by NLTK's PorterStemmer."""

from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer

from .output import write
from .reports import FINDINGS, IMPRESSIONS, pairs

KINDS = ["rouge1", "rouge2", "rougeL"]

#: Words for each rule of the stemmer, each exception, and letters that are none.
WORDS = """
caresses ponies ties skies cries flies dies caress cats gas bus feed agreed freed plastered bled
motoring sing king conflated troubled sized hopping tanned falling hissing fizzed failing filing
happy sky cry say enjoy boy by yes syzygy yy yyy relational conditional rational valenci hesitanci
digitizer conformabli radicalli differentli vileli analogousli vietnamization predication operator
feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti hopefulli apologi
geologi logi allogi biology radiology triplicate formative formalize electriciti electrical hopeful
goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement
adjustment dependent adoption fusion region homologou communism activate angulariti homologous
effective bowdlerize probate rate cease controll roll pall skis dying lying tying news innings
inning outings outing cannings canning howe proceed exceed succeed proceeds exceeded succeeding tied
died lied spied studied dy bee see fly owed ooze eyed aided ing ed sed using used able ably ability
normally totally mentally dally rally ally allying usually generalli pneumothoraces effusions
calcified calcifications opacities opacification atelectatic atelectasis consolidations tortuous
cardiomegaly hyperinflated degenerative visualized demonstrated unremarkable stable mildly slightly
vascularity congested interstitial mediastinal silhouette costophrenic blunting enlargement healing
t12 12 3d abc123 2nd x1y2 yyy9
""".split()
ODD = ["\u00c9panchement", "5\u00b5m", "g_s", "\u0130nterval", "well-defined", "\u80ba", "", "...", "SKIES",
       "cm\u00b2ed", "\u212aelvin"]


def generate() -> None:
    scorers = {"stemmed": RougeScorer(KINDS, use_stemmer=True),
               "unstemmed": RougeScorer(KINDS, use_stemmer=False)}
    tokenize = DefaultTokenizer(use_stemmer=True).tokenize
    records = []
    for i, (kind, reference, candidate) in enumerate(pairs(seed=13, rounds=3)):
        reference, candidate = reference or "", candidate or ""
        record = {"id": f"s{i}", "kind": kind, "reference": reference, "candidate": candidate}
        for name, scorer in scorers.items():
            scores = scorer.score(reference, candidate)
            record[name] = {kind: scores[kind]._asdict() for kind in KINDS}
        record["reference_tokens"] = tokenize(reference)[:400]
        record["candidate_tokens"] = tokenize(candidate)[:400]
        records.append(record)
    means = {kind: sum(r["stemmed"][kind]["fmeasure"] for r in records) / len(records)
             for kind in KINDS}
    records.append({"id": "all", "kind": "corpus", "ids": [r["id"] for r in records],
                    "aggregate": means})
    write("rouge.jsonl", records)

    seen = {word for text in FINDINGS + IMPRESSIONS for word in text.lower().split()}
    words = sorted(set(WORDS) | {word.strip(".,;") for word in seen}) + ODD
    porter = PorterStemmer()
    write("rouge_stems.jsonl", [
        {"word": word, "tokens": tokenize(word), "porter": porter.stem(word)} for word in words])
