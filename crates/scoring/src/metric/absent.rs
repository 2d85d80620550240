//! What papers print and this version does not compute, by name and with the reason.

/// A column that is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsentMetric {
    /// The name that one would look for.
    pub id: &'static str,
    /// What it is.
    pub label: &'static str,
    /// Why it is not here.
    pub why: &'static str,
}

/// All of them.
pub static ABSENT: &[AbsentMetric] = &[
    AbsentMetric {
        id: "coco-meteor",
        label: "METEOR",
        why: "the official one is a Java program with tables of synonyms and paraphrases; a number of other code would not be it",
    },
    AbsentMetric {
        id: "coco-ptb",
        label: "COCO metrics after the PTB tokenizer",
        why: "the tokenizer is a Java program, and R2Gen and its descendants do not use it; give texts that it has cut already",
    },
    AbsentMetric {
        id: "temporal-f1",
        label: "TemporalF1 of RadEval",
        why: "it needs the tagger of stanza, for which there is no pack",
    },
    AbsentMetric {
        id: "radfact-ct",
        label: "RadFact-CT of RadEval",
        why: "it asks a language model many questions per report, by a protocol of its own",
    },
    AbsentMetric {
        id: "mammo-green",
        label: "MammoGREEN of RadEval",
        why: "its prompt and categories are for mammography",
    },
];

/// The column of this name that is not here.
pub fn absent(name: &str) -> Option<&'static AbsentMetric> {
    ABSENT.iter().find(|absent| absent.id == name)
}
