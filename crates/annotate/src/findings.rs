use crate::parts::{Part, Parts};
use crate::{AnnotateError, ModelInfoFault, SentenceRulesFault};
use rrgscore_annotations::{FindingSet, FindingsAnnotation, Purpose};
use rrgscore_engine::TensorInput;
use rrgscore_packs::{Head, Pack};
use rrgscore_text::sentences::punkt::Punkt;
use rrgscore_text::sentences::{simple, srr};

/// Most ids of a text (RadEval 2.2.1, `srr_bert.py` and `f1Radbert_ct.py`).
const MAX_IDS: usize = 512;

/// SRR-BERT or RadBERT-CT out of one pack: a report in, the findings that it has out.
///
/// Source: RadEval 2.2.1, `metrics/SRRBert/srr_bert.py` and `metrics/f1Radbert_ct`.
/// - RadBERT-CT reads the report whole and as it is; SRR-BERT cuts it into sentences ([`srr`]),
///   and the report has what any of them has. Its sentences are Punkt's when the pack holds what
///   Punkt learnt ([`Pack::SENTENCE_RULES`]), else this project's own, under their own
///   [name](Findings::splitter);
/// - tokens: the pack's own, at most 512 ids;
/// - a dense layer on the first token's state, tanh, a classifier; a finding is there where its
///   logit is above 0. A report without any of RadBERT-CT's has its nineteenth, "No finding".
#[derive(Debug)]
pub struct Findings {
    parts: Parts,
    heads: Part,
    set: FindingSet,
    punkt: Option<Punkt>,
}

/// What a model makes of a report, and what its findings follow from.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingsReading {
    /// What metrics take.
    pub annotation: FindingsAnnotation,
    /// The sentences, or the report.
    pub texts: Vec<String>,
    /// The token ids of each.
    pub ids: Vec<Vec<u32>>,
    /// The first token's state of each, one after the other.
    pub states: Vec<f32>,
    /// A logit for each finding, text after text.
    pub logits: Vec<f32>,
}

impl Findings {
    /// The purposes that it serves.
    const PURPOSES: [Purpose; 5] = [
        Purpose::SrrBert,
        Purpose::SrrBertLeaves,
        Purpose::SrrBertUpperWithStatuses,
        Purpose::SrrBertUpper,
        Purpose::RadbertCt,
    ];
    /// Name of Punkt's splitting in signatures.
    pub const PUNKT: &str = "punkt";

    /// Loads the tokenizer, the encoder and the classifier of a pack.
    ///
    /// # Errors
    /// When the pack serves another metric, misses a file, its parts do not belong together, or
    /// its findings are not those of its purpose in their order.
    pub fn from_pack(pack: &Pack) -> Result<Findings, AnnotateError> {
        let parts = Parts::open_first(pack, &Self::PURPOSES, "findings")?;
        let set = FindingSet::of(pack.manifest().purpose);
        let fits = |set: &FindingSet| match &parts.info.head {
            Some(Head::Findings { names }) => *names == set.outputs(),
            _ => false,
        };
        let set =
            set.filter(fits).ok_or(AnnotateError::ModelInfo(ModelInfoFault::UnknownFindings))?;
        let punkt = match pack.file(Pack::SENTENCE_RULES) {
            Ok(file) => {
                let bad = AnnotateError::SentenceRules;
                let lines =
                    std::str::from_utf8(file).map_err(|_| bad(SentenceRulesFault::NotUtf8))?;
                Some(Punkt::parse(lines).map_err(|error| bad(error.into()))?)
            }
            Err(_) => None,
        };
        Ok(Findings { heads: Part::load(pack, Pack::HEADS)?, parts, set, punkt })
    }

    /// The findings that it tells.
    pub fn set(&self) -> FindingSet {
        self.set
    }

    /// Name of what cuts reports into sentences; none where they are read whole.
    pub fn splitter(&self) -> Option<&'static str> {
        match (self.set, &self.punkt) {
            (FindingSet::RadbertCt, _) => None,
            (_, Some(_)) => Some(Self::PUNKT),
            (_, None) => Some(simple::NAME),
        }
    }

    /// Length of a state.
    pub fn dim(&self) -> usize {
        self.parts.info.hidden
    }

    /// The findings of one report. The result depends on the report and the pack only.
    ///
    /// # Errors
    /// When the tokenizer or the model fails, which a sound pack does for no text.
    pub fn annotate(&self, report: &str) -> Result<FindingsReading, AnnotateError> {
        let texts = match self.set {
            FindingSet::RadbertCt => vec![report.to_owned()],
            _ => srr::split(report, self.punkt.as_ref()),
        };
        self.read(texts)
    }

    /// The same of a report that was cut into sentences already.
    ///
    /// # Errors
    /// As [`annotate`](Findings::annotate).
    pub fn read(&self, texts: Vec<String>) -> Result<FindingsReading, AnnotateError> {
        let max_ids = self.parts.info.max_ids.min(MAX_IDS);
        let encode = |text: &String| Ok(self.parts.tokenizer.encode(text, max_ids)?);
        let encoded = self.parts.encode_encodings(texts.iter().map(encode).collect());
        let (mut states, mut logits) = (Vec::new(), Vec::new());
        let mut ids = Vec::with_capacity(texts.len());
        let mut truncated = false;
        let mut positive: Vec<u16> = Vec::new();
        let outputs = self.set.outputs().len();
        for one in encoded {
            let (encoding, hidden) = one?;
            truncated |= encoding.truncated;
            ids.push(encoding.ids);
            let state = hidden.token(0).unwrap_or_default();
            let input = TensorInput::F32 { shape: &[1, state.len()], values: state };
            let shape = [Some(1), Some(outputs)];
            let [found] = self.heads.run(&[("states", input)], [("logits", &shape)])?;
            positive.extend(self.set.positive(&found.values));
            states.extend_from_slice(state);
            logits.extend(found.values);
        }
        positive.sort_unstable();
        positive.dedup();
        let splitter = self.splitter().map(str::to_owned);
        let annotation = FindingsAnnotation { positive, splitter, truncated };
        Ok(FindingsReading { annotation, texts, ids, states, logits })
    }
}
