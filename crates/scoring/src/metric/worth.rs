//! What the metrics of a family are good and bad at: what follows from how they are defined, in the
//! publications named.

/// What a family's metrics see and what they do not.
#[derive(Debug, PartialEq)]
pub struct MetricWorth {
    /// What they are good at.
    pub good: &'static str,
    /// What they are bad at.
    pub bad: &'static str,
    /// Where that is published.
    pub source: &'static str,
}

pub(super) const WORDS: &MetricWorth = &MetricWorth {
    good: "wording close to the reference's; needs no model, the same on every machine, printed by papers for years",
    bad: "a synonym costs as much as an error, and a negation is one word of many",
    source: "Papineni et al. 2002 (BLEU), Lin 2004 (ROUGE), Vedantam et al. 2015 (CIDEr)",
};

pub(super) const TOKENS: &MetricWorth = &MetricWorth {
    good: "other words for the same",
    bad: "what matters is not told from what does not: a negation or a side moves it little, and reports of normal studies are all alike",
    source: "Zhang et al. 2020",
};

pub(super) const LABELS: &MetricWorth = &MetricWorth {
    good: "which of CheXbert's 14 observations there are, however they are worded",
    bad: "where, how large and how severe, and what is none of the 14",
    source: "Smit et al. 2020, Yu et al. 2023",
};

pub(super) const GRAPHS: &MetricWorth = &MetricWorth {
    good: "findings and anatomy as present, absent or uncertain, and how they belong together",
    bad: "the words must be the same: cardiomegaly is not an enlarged heart; the model's own mistakes",
    source: "Jain et al. 2021, Delbrouck et al. 2022, Yu et al. 2023",
};

pub(super) const ENTITIES: &MetricWorth = &MetricWorth {
    good: "medical terms and their synonyms, weighed by the kind of term, and denied ones told apart",
    bad: "which finding belongs to which place; terms that are merely related score too",
    source: "Zhao et al. 2024",
};

pub(super) const COMBINED: &MetricWorth = &MetricWorth {
    good: "ranks reports as radiologists' error counts do, better than each of its four parts in the study it was fitted in",
    bad: "its scale means nothing by itself; fitted to few pairs of chest X-ray reports, and blind where its parts are",
    source: "Yu et al. 2023",
};

pub(super) const ERRORS: &MetricWorth = &MetricWorth {
    good: "clinically significant errors, counted by kind and explained in words",
    bad: "as good as its judge; all significant errors weigh the same, and with one it is 0 where no finding matches",
    source: "Ostmeier et al. 2024",
};

pub(super) const CORRECTIONS: &MetricWorth = &MetricWorth {
    good: "how severe what is to be corrected would be for the patient, line by line",
    bad: "as good as its judge; the worst correction alone decides",
    source: "Huang et al. 2024",
};

pub(super) const WEIGHED: &MetricWorth = &MetricWorth {
    good: "findings weighed by what they mean for the patient, by age and indication where these are known",
    bad: "as good as its judge; what is denied does not count",
    source: "CRIMSON (rajpurkarlab/CRIMSON)",
};

pub(super) const STRUCTURED: &MetricWorth = &MetricWorth {
    good: "dozens of findings, sentence by sentence, however they are worded",
    bad: "where, how large and how severe, and findings that its list lacks",
    source: "Delbrouck et al. 2025 (SRR-BERT)",
};

pub(super) const CT: &MetricWorth = &MetricWorth {
    good: "18 findings of chest CT, however they are worded",
    bad: "a study counts only when all 18 agree; where, how large and how severe",
    source: "Hamamci et al. 2024 (CT-RATE), Xu et al. 2025 (RadEval)",
};
