//! What the purposes' official models are called, and under which terms they are published.

use crate::Purpose;
use crate::arch::EncoderConfig;

/// The official model of a purpose.
pub(crate) struct Official {
    /// Its published name; the pack's name when a checkpoint is known to be it.
    pub(crate) name: &'static str,
    /// Width and layers of its encoder.
    pub(crate) sizes: (usize, usize),
    /// Where it is published.
    pub(crate) published: &'static str,
    /// sha256 of its weights, where known.
    pub(crate) sha256: Option<&'static str>,
}

/// The official model of a purpose.
pub(crate) fn official(purpose: Purpose) -> Official {
    let (name, sizes, published) = match purpose {
        Purpose::BertscoreMinilm => {
            ("all-MiniLM-L6-v2", (384, 6), "huggingface.co/sentence-transformers/all-MiniLM-L6-v2")
        }
        Purpose::BertscoreDistilroberta => {
            ("distilroberta-base", (768, 6), "huggingface.co/distilbert/distilroberta-base")
        }
        Purpose::Chexbert => ("CheXbert", (768, 12), "huggingface.co/StanfordAIMI/RRG_scorers"),
        Purpose::Radgraph => ("RadGraph", (768, 12), "huggingface.co/StanfordAIMI/RRG_scorers"),
        Purpose::RadgraphXl => {
            ("RadGraph-XL", (768, 12), "huggingface.co/StanfordAIMI/RRG_scorers")
        }
        Purpose::ModernRadgraphXl => {
            ("Modern-RadGraph-XL", (768, 22), "huggingface.co/StanfordAIMI/RRG_scorers")
        }
        Purpose::RatescoreEntities => {
            ("RaTE-NER-Deberta", (768, 12), "huggingface.co/Angelakeke/RaTE-NER-Deberta")
        }
        Purpose::RatescoreSynonyms => {
            ("BioLORD-2023-C", (768, 12), "huggingface.co/FremyCompany/BioLORD-2023-C")
        }
        Purpose::BertscoreDistilbert => (
            "distilbert-base-uncased",
            (768, 6),
            "huggingface.co/distilbert/distilbert-base-uncased",
        ),
        Purpose::BertscoreRadeval => {
            ("RadEvalModernBERT", (768, 22), "huggingface.co/IAMJB/RadEvalModernBERT")
        }
        Purpose::SrrBert => (
            "SRR-BERT-Leaves-with-Statuses",
            (768, 12),
            "huggingface.co/StanfordAIMI/SRR-BERT-Leaves-with-Statuses",
        ),
        Purpose::SrrBertLeaves => {
            ("SRR-BERT-Leaves", (768, 12), "huggingface.co/StanfordAIMI/SRR-BERT-Leaves")
        }
        Purpose::SrrBertUpperWithStatuses => (
            "SRRG-BERT-Upper-with-Statuses",
            (768, 12),
            "huggingface.co/StanfordAIMI/SRRG-BERT-Upper-with-Statuses",
        ),
        Purpose::SrrBertUpper => {
            ("SRR-BERT-Upper", (768, 12), "huggingface.co/StanfordAIMI/SRR-BERT-Upper")
        }
        Purpose::RadbertCt => ("RadBERT-CT", (768, 12), "huggingface.co/IAMJB/RadBERT-CT"),
    };
    let sha256 = (purpose == Purpose::BertscoreMinilm)
        .then_some("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db");
    Official { name, sizes, published, sha256 }
}

impl Official {
    /// The pack's name: the official one for the official model alone. `known` tells whether
    /// the checkpoint is known to be that model by more than its sizes.
    pub(crate) fn pack_name(&self, config: &EncoderConfig, known: bool) -> String {
        let (hidden, layers) = (config.hidden(), config.layers());
        let sizes = format!("{layers} layers of {hidden}");
        if (hidden, layers) != self.sizes {
            format!("{} of another size ({} {sizes})", self.name, config.model_type())
        } else if known {
            self.name.to_owned()
        } else {
            format!("{} {sizes}, not known to be {}", config.model_type(), self.name)
        }
    }
}

/// Licence and terms of a purpose's official weights. `physionet` tells RadGraph's archive on
/// PhysioNet from the package's.
pub(crate) fn terms(purpose: Purpose, physionet: bool) -> (&'static str, &'static str) {
    match purpose {
        Purpose::BertscoreMinilm
        | Purpose::BertscoreDistilroberta
        | Purpose::BertscoreDistilbert => ("Apache-2.0", ""),
        Purpose::BertscoreRadeval
        | Purpose::SrrBert
        | Purpose::SrrBertLeaves
        | Purpose::SrrBertUpperWithStatuses
        | Purpose::SrrBertUpper
        | Purpose::RadbertCt => (
            "as its repository says",
            "The weights were trained on radiology reports of patients, among them MIMIC-CXR's or a \
             hospital's own. Read the repository's terms before you use this pack, and do not put \
             it on a site.",
        ),
        Purpose::Chexbert => (
            "CheXbert: academic, non-commercial, no redistribution",
            "CheXbert's authors allow academic, non-commercial use and do not allow passing the \
             weights on, converted or not. Use this pack yourself; do not put it on a site. That \
             a repository with the same file is tagged MIT does not change their licence.",
        ),
        Purpose::Radgraph if physionet => (
            "PhysioNet credentialed health data licence",
            "This RadGraph comes from PhysioNet, for credentialed users under its data use \
             agreement. Do not share this pack and do not put it on a site.",
        ),
        Purpose::Radgraph | Purpose::RadgraphXl | Purpose::ModernRadgraphXl => (
            "MIT, as tagged by StanfordAIMI/RRG_scorers",
            "The weights were trained on annotations of MIMIC-CXR reports. Their repository is \
             open and tagged MIT; whether that covers your use is for you to judge.",
        ),
        Purpose::RatescoreEntities => ("MIT", ""),
        Purpose::RatescoreSynonyms => (
            "UMLS and SNOMED CT licences",
            "BioLORD-2023-C was made from UMLS and SNOMED CT. Whoever uses it needs licences of \
             their own for these. Do not put this pack on a site.",
        ),
    }
}
