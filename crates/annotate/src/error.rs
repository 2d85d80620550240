use rrgscore_annotations::{GraphError, LabelError, Purpose};
use rrgscore_engine::EngineError;
use rrgscore_packs::PackError;
use rrgscore_text::TextError;
use rrgscore_text::sentences::RuleError;
use rrgscore_text::sentences::punkt::PunktError;

/// Why a text could not be annotated. Messages never hold any of the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnotateError {
    /// The pack is not complete.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The pack's tokenizer cannot be used.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The pack's graph cannot be loaded or run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A classifier's output cannot be read as labels.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The annotation that was put together contradicts itself.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The pack serves another metric.
    #[error("the pack is made for {}, it cannot give {wanted}", .found.id())]
    Purpose {
        /// What the pack is for.
        found: Purpose,
        /// What was to be made with it.
        wanted: &'static str,
    },
    /// The tokenizer and the graph do not belong together.
    #[error("the pack's tokenizer has {tokenizer} ids, its model {model}; rebuild the pack")]
    Vocabulary {
        /// Ids of the tokenizer.
        tokenizer: usize,
        /// Rows of the model's embedding table.
        model: usize,
    },
    /// `model.json` does not say what the annotator has to know, or says what it cannot use.
    #[error("the pack's model.json {0}; rebuild the pack")]
    ModelInfo(#[source] ModelInfoFault),
    /// The pack's sentence rules cannot be used.
    #[error("the pack's sentence rules cannot be used; rebuild the pack")]
    SentenceRules(#[source] SentenceRulesFault),
    /// A graph of the pack gives something else than `model.json` says.
    #[error("the pack's {file} gives {fault}; rebuild the pack")]
    Output {
        /// The graph's file.
        file: &'static str,
        /// What is wrong.
        #[source]
        fault: OutputFault,
    },
    /// Two packs are not of the same model.
    #[error("the two packs cannot be compared: {0}")]
    NotComparable(#[source] PackDifference),
}

/// What is wrong with a pack's `model.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelInfoFault {
    /// A classifier of tokens without its labels.
    #[error("does not list the labels of tokens")]
    NoTokenLabels,
    /// Labels that are not RaTEScore's.
    #[error("lists labels of tokens that RaTEScore does not know")]
    UnknownTokenLabels,
    /// Not CheXbert's observations, or not in their order.
    #[error("does not list CheXbert's 14 observations in their order")]
    NotChexbert,
    /// Not the findings of SRR-BERT or RadBERT-CT, or not in their order.
    #[error("does not list the findings of its purpose in their order")]
    UnknownFindings,
    /// No classifiers of spans.
    #[error("does not describe span classifiers")]
    NoSpans,
    /// Classifiers of nothing.
    #[error("lists no entities, no relations, or spans of no words")]
    EmptySpans,
    /// Sizes under which nothing is found.
    #[error("keeps no spans for relations, or takes no texts")]
    NothingKept,
}

/// What is wrong with a pack's sentence rules.
#[derive(Debug, thiserror::Error)]
pub enum SentenceRulesFault {
    /// Not text.
    #[error("the sentence rules are not UTF-8")]
    NotUtf8,
    /// Not PyRuSH's rules.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// Not what Punkt learnt.
    #[error(transparent)]
    Punkt(#[from] PunktError),
}

/// What is wrong with what a graph gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputFault {
    /// An output is not there.
    #[error("no {name}")]
    Missing {
        /// Its name.
        name: String,
    },
    /// A text has no result.
    #[error("no result of a text")]
    NoResult,
    /// A result of another shape.
    #[error(
        "a result of shape {found:?} where [{}] follows from model.json",
        lengths(.expected)
    )]
    Shape {
        /// Its lengths.
        found: Vec<usize>,
        /// The lengths that it should have; `None` for any.
        expected: Vec<Option<usize>>,
    },
    /// NaN or an infinity.
    #[error("values that are not finite")]
    NotFinite,
}

fn lengths(expected: &[Option<usize>]) -> String {
    let length = |length: &Option<usize>| length.map_or("any".to_owned(), |l| l.to_string());
    expected.iter().map(length).collect::<Vec<_>>().join(", ")
}

/// Why two packs are not of the same model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackDifference {
    /// They serve different purposes.
    #[error("one is made for {}, one for {}", .0.id(), .1.id())]
    Purpose(Purpose, Purpose),
    /// They differ in width, or in their tokenizers.
    #[error("they differ in width or cut texts into other tokens")]
    WidthOrTokens,
}
