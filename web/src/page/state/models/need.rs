//! Which metric needs which packs, and where checkpoints are published.

use rrgscore_packs::Purpose;
use rrgscore_scoring::{Metric, Profile};

use super::Models;

/// The leaderboard's columns are shown; packs serve both profiles.
const PROFILE: Profile = Profile::Rexrank;

/// A column, and the packs behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededColumn {
    /// Its name.
    pub name: &'static str,
    /// The packs it needs, all of them.
    pub needs: Vec<Purpose>,
}

/// All columns, with the packs behind them; last what packs are for that this page has no column
/// of.
pub fn columns() -> Vec<NeededColumn> {
    let usual = Metric::listed(PROFILE).filter(|metric| metric.is_usual(PROFILE));
    let mut columns: Vec<NeededColumn> = usual
        .map(|metric| NeededColumn { name: metric.label(), needs: metric.needs().to_vec() })
        .collect();
    let rewards = [
        ("RadGraph-XL rewards", Purpose::RadgraphXl),
        ("Modern RadGraph-XL rewards", Purpose::ModernRadgraphXl),
    ];
    columns.extend(rewards.map(|(name, purpose)| NeededColumn { name, needs: vec![purpose] }));
    // RadEval's columns whose packs serve nothing else.
    let others = Metric::listed(Profile::Radeval).filter(|metric| {
        let known = |pack: &Purpose| columns.iter().any(|column| column.needs.contains(pack));
        !metric.needs().is_empty() && !metric.needs().iter().any(known)
    });
    let others: Vec<NeededColumn> = others
        .map(|metric| NeededColumn { name: metric.label(), needs: metric.needs().to_vec() })
        .collect();
    columns.extend(others);
    columns
}

/// Where a checkpoint is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// What the model is called.
    pub title: &'static str,
    /// What it does, in a few words.
    pub what: &'static str,
    /// The files to drop, and from where.
    pub files: &'static [(&'static str, &'static str)],
    /// Its terms in short, where they are not open.
    pub terms: &'static str,
    /// The line that downloads them into one folder without a browser, by the tool of the hub
    /// where they are published.
    pub command: &'static str,
}

/// Where the checkpoint behind a purpose is published, and under which terms.
pub fn publication(purpose: Purpose) -> Publication {
    const SCORERS: &str = "huggingface.co/StanfordAIMI/RRG_scorers";
    const REPORTS: &str = "Trained on patients' reports; read its repository's terms.";
    const SRR_TOKENIZER: (&str, &str) = (
        "the folder BiomedVLP-CXR-BERT-general with vocab.txt and tokenizer_config.json",
        "huggingface.co/microsoft/BiomedVLP-CXR-BERT-general",
    );
    const SRR_SENTENCES: (&str, &str) = (
        "for RadEval's sentences, NLTK's punkt_tab: its folder english, or a wheel that holds it",
        "the wheel of the Python package llama-index-core",
    );
    match purpose {
        Purpose::BertscoreMinilm => Publication {
            title: "all-MiniLM-L6-v2",
            what: "Token embeddings for BERTScore (MiniLM)",
            files: &[(
                "model.safetensors, config.json, tokenizer.json",
                "huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
            )],
            terms: "",
            command: "hf download sentence-transformers/all-MiniLM-L6-v2 model.safetensors \
                      config.json tokenizer.json --local-dir models/all-MiniLM-L6-v2",
        },
        Purpose::BertscoreDistilroberta => Publication {
            title: "distilroberta-base",
            what: "Token embeddings for the leaderboard's BERTScore",
            files: &[(
                "model.safetensors (331\u{a0}MB), config.json, tokenizer.json",
                "huggingface.co/distilbert/distilroberta-base",
            )],
            terms: "",
            command: "hf download distilbert/distilroberta-base model.safetensors config.json \
                      tokenizer.json --local-dir models/distilroberta-base",
        },
        Purpose::Chexbert => Publication {
            title: "CheXbert",
            what: "Report embeddings and 14 observations",
            files: &[
                ("chexbert.pth (1.31\u{a0}GB)", SCORERS),
                (
                    "the folder bert-base-uncased with config.json and tokenizer.json or vocab.txt",
                    "huggingface.co/google-bert/bert-base-uncased",
                ),
            ],
            terms: "For academic, non-commercial use; may not be passed on.",
            command: "hf download StanfordAIMI/RRG_scorers chexbert.pth --local-dir models && \
                      hf download google-bert/bert-base-uncased config.json tokenizer.json \
                      --local-dir models/bert-base-uncased",
        },
        Purpose::Radgraph => Publication {
            title: "RadGraph",
            what: "Entities and relations of a report",
            files: &[
                ("radgraph.tar.gz (432\u{a0}MB)", SCORERS),
                ("or model.tar.gz", "physionet.org/content/radgraph/1.0.0 (credentialed access)"),
                (
                    "config.json and tokenizer.json or vocab.txt of its encoder",
                    "the repository that its config.json names",
                ),
            ],
            terms: "Trained on MIMIC-CXR; PhysioNet's copy may not be passed on.",
            command: "hf download StanfordAIMI/RRG_scorers radgraph.tar.gz --local-dir models \
                      && hf download \
                      microsoft/BiomedNLP-PubMedBERT-base-uncased-abstract-fulltext \
                      config.json vocab.txt --local-dir \
                      models/BiomedNLP-PubMedBERT-base-uncased-abstract-fulltext",
        },
        Purpose::RadgraphXl => Publication {
            title: "RadGraph-XL",
            what: "Entities and relations of a report",
            files: &[
                ("radgraph-xl.tar.gz (416\u{a0}MB)", SCORERS),
                (
                    "config.json and tokenizer.json or vocab.txt of BiomedVLP-CXR-BERT",
                    "huggingface.co/microsoft/BiomedVLP-CXR-BERT-general",
                ),
            ],
            terms: "Trained on data derived from MIMIC-CXR.",
            command: "hf download StanfordAIMI/RRG_scorers radgraph-xl.tar.gz --local-dir \
                      models && hf download microsoft/BiomedVLP-CXR-BERT-general config.json \
                      vocab.txt --local-dir models/BiomedVLP-CXR-BERT-general",
        },
        Purpose::ModernRadgraphXl => Publication {
            title: "ModernRadGraph-XL",
            what: "Entities and relations of a report, on a ModernBERT encoder",
            files: &[
                ("modern-radgraph-xl.tar.gz", SCORERS),
                (
                    "config.json and tokenizer.json of its encoder",
                    "the repository that its config.json names",
                ),
            ],
            terms: "Trained on data derived from MIMIC-CXR.",
            command: "hf download StanfordAIMI/RRG_scorers modern-radgraph-xl.tar.gz \
                      --local-dir models",
        },
        Purpose::RatescoreEntities => Publication {
            title: "RaTE-NER",
            what: "Medical entities of a report",
            files: &[(
                "model.safetensors (735\u{a0}MB), config.json, tokenizer.json",
                "huggingface.co/Angelakeke/RaTE-NER-Deberta",
            )],
            terms: "",
            command: "hf download Angelakeke/RaTE-NER-Deberta model.safetensors config.json \
                      tokenizer.json --local-dir models/RaTE-NER-Deberta",
        },
        Purpose::RatescoreSynonyms => Publication {
            title: "BioLORD-2023-C",
            what: "Embeddings of entities, to match synonyms",
            files: &[(
                "model.safetensors (438\u{a0}MB), config.json, tokenizer.json",
                "huggingface.co/FremyCompany/BioLORD-2023-C",
            )],
            terms: "Needs a UMLS and SNOMED CT licence of your own.",
            command: "hf download FremyCompany/BioLORD-2023-C model.safetensors config.json \
                      tokenizer.json --local-dir models/BioLORD-2023-C",
        },
        Purpose::BertscoreDistilbert => Publication {
            title: "distilbert-base-uncased",
            what: "Token embeddings for RadEval's BERTScore",
            files: &[(
                "model.safetensors (268\u{a0}MB), config.json, tokenizer.json",
                "huggingface.co/distilbert/distilbert-base-uncased",
            )],
            terms: "",
            command: "hf download distilbert/distilbert-base-uncased model.safetensors \
                      config.json tokenizer.json --local-dir models/distilbert-base-uncased",
        },
        Purpose::BertscoreRadeval => Publication {
            title: "RadEvalModernBERT",
            what: "Token embeddings for RadEval-BERTScore",
            files: &[(
                "model.safetensors, config.json, tokenizer.json, tokenizer_config.json",
                "huggingface.co/IAMJB/RadEvalModernBERT",
            )],
            terms: REPORTS,
            command: "hf download IAMJB/RadEvalModernBERT model.safetensors config.json \
                      tokenizer.json tokenizer_config.json --local-dir models/RadEvalModernBERT",
        },
        Purpose::SrrBert => Publication {
            title: "SRR-BERT, leaves with statuses",
            what: "Findings of each sentence, for RadEval's SRR-BERT",
            files: &[
                (
                    "model.safetensors, config.json",
                    "huggingface.co/StanfordAIMI/SRR-BERT-Leaves-with-Statuses",
                ),
                SRR_TOKENIZER,
                SRR_SENTENCES,
            ],
            terms: REPORTS,
            command: "hf download StanfordAIMI/SRR-BERT-Leaves-with-Statuses model.safetensors \
                      config.json --local-dir models/SRR-BERT-Leaves-with-Statuses && hf download \
                      microsoft/BiomedVLP-CXR-BERT-general vocab.txt tokenizer_config.json \
                      --local-dir models/BiomedVLP-CXR-BERT-general && pip download \
                      llama-index-core --no-deps --dest models",
        },
        Purpose::SrrBertLeaves => Publication {
            title: "SRR-BERT, leaves",
            what: "Findings of each sentence, without statuses",
            files: &[
                ("model.safetensors, config.json", "huggingface.co/StanfordAIMI/SRR-BERT-Leaves"),
                SRR_TOKENIZER,
                SRR_SENTENCES,
            ],
            terms: REPORTS,
            command: "hf download StanfordAIMI/SRR-BERT-Leaves model.safetensors config.json \
                      --local-dir models/SRR-BERT-Leaves",
        },
        Purpose::SrrBertUpperWithStatuses => Publication {
            title: "SRR-BERT, upper findings with statuses",
            what: "Groups of findings of each sentence",
            files: &[
                (
                    "model.safetensors, config.json",
                    "huggingface.co/StanfordAIMI/SRRG-BERT-Upper-with-Statuses",
                ),
                SRR_TOKENIZER,
                SRR_SENTENCES,
            ],
            terms: REPORTS,
            command: "hf download StanfordAIMI/SRRG-BERT-Upper-with-Statuses model.safetensors \
                      config.json --local-dir models/SRRG-BERT-Upper-with-Statuses",
        },
        Purpose::SrrBertUpper => Publication {
            title: "SRR-BERT, upper findings",
            what: "Groups of findings of each sentence, without statuses",
            files: &[
                ("model.safetensors, config.json", "huggingface.co/StanfordAIMI/SRR-BERT-Upper"),
                SRR_TOKENIZER,
                SRR_SENTENCES,
            ],
            terms: REPORTS,
            command: "hf download StanfordAIMI/SRR-BERT-Upper model.safetensors config.json \
                      --local-dir models/SRR-BERT-Upper",
        },
        Purpose::RadbertCt => Publication {
            title: "RadBERT-CT",
            what: "18 findings of chest CT",
            files: &[(
                "model.safetensors, config.json, tokenizer.json",
                "huggingface.co/IAMJB/RadBERT-CT",
            )],
            terms: REPORTS,
            command: "hf download IAMJB/RadBERT-CT model.safetensors config.json tokenizer.json \
                      --local-dir models/RadBERT-CT",
        },
    }
}

/// Models behind the leaderboard's columns first, then those behind other columns alone.
pub fn checklist() -> [Vec<Purpose>; 2] {
    let usual = |&purpose: &Purpose| {
        let mut columns = Metric::listed(PROFILE).filter(|metric| metric.is_usual(PROFILE));
        columns.any(|metric| metric.needs().contains(&purpose))
    };
    let (usual, other) = Purpose::ALL.into_iter().partition(usual);
    [usual, other]
}

impl Models {
    /// The columns that a purpose serves, by name.
    pub fn columns_of(purpose: Purpose) -> Vec<&'static str> {
        let serves = |column: &NeededColumn| column.needs.contains(&purpose);
        columns().into_iter().filter(serves).map(|column| column.name).collect()
    }
}
