use super::folder::Folder;
use super::purposes::{Official, official, terms};
use super::{MissingFile, Recognised};
use crate::arch::dygie::DygieConfig;
use crate::arch::{Classifier, EncoderConfig};
use crate::tokenizer::TokenizerFiles;
use crate::{Observation, PackError, Purpose, SourceFile};
use rrgscore_annotations::FindingSet;

/// All that a pack is built from, except the weights.
pub(crate) struct Plan<'a> {
    pub(crate) checkpoint: SourceFile<'a>,
    pub(crate) purpose: Purpose,
    /// Whether it is known by more than its sizes to be the purpose's official model.
    pub(crate) known: bool,
    /// RadGraph from PhysioNet.
    pub(crate) physionet: bool,
    /// What stands before the encoder's own tensor names.
    pub(crate) prefix: String,
    /// How many of its layers the metric reads.
    pub(crate) layers: Option<usize>,
    pub(crate) kind: Kind,
    /// The encoder's configuration and tokenizer, unless missing.
    pub(crate) encoder: Option<Encoder<'a>>,
    /// Further files that the pack is built from.
    pub(crate) more: Vec<SourceFile<'a>>,
    /// By what reports are cut into sentences.
    pub(crate) rules: Option<SentenceRules<'a>>,
    /// Most ids of a text by the tokenizer's settings, where the official code cuts by them.
    pub(crate) max_ids: Option<usize>,
    pub(crate) missing: Vec<MissingFile>,
}

/// An encoder's configuration and tokenizer, as published.
pub(crate) struct Encoder<'a> {
    pub(crate) config: EncoderConfig,
    pub(crate) config_file: SourceFile<'a>,
    pub(crate) tokenizer: Option<TokenizerFiles<'a>>,
}

/// By what reports are cut into sentences, as the pack carries it, and the files that it is of.
pub(crate) struct SentenceRules<'a> {
    pub(crate) sources: Vec<SourceFile<'a>>,
    pub(crate) bytes: Vec<u8>,
}

/// What stands on an encoder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Nothing.
    Encoder,
    /// CheXbert's classifiers.
    Observations { observations: Vec<Observation>, classifiers: Vec<Classifier> },
    /// A pooler and a classifier of findings on the first token.
    Findings { set: FindingSet, pooler: Classifier, classifier: Classifier },
    /// A classifier of tokens.
    Tokens { labels: Vec<String>, classifier: Classifier },
    /// DyGIE++'s classifiers.
    Spans { config: DygieConfig, dataset: String, entities: Vec<String>, relations: Vec<String> },
}

impl<'a> Plan<'a> {
    /// A plan of a checkpoint and its encoder, with nothing on it.
    pub(super) fn new(
        checkpoint: SourceFile<'a>,
        purpose: Purpose,
        prefix: &str,
        kind: Kind,
    ) -> Self {
        Plan {
            checkpoint,
            purpose,
            known: false,
            physionet: false,
            prefix: prefix.to_owned(),
            layers: None,
            kind,
            encoder: None,
            more: Vec::new(),
            rules: None,
            max_ids: None,
            missing: Vec::new(),
        }
    }

    /// Takes the encoder from the folder of its published name, or from the checkpoint's own
    /// folder, and notes what is missing.
    pub(super) fn find_encoder(
        &mut self,
        sources: &[SourceFile<'a>],
        published_as: &str,
        parse: impl Fn(&SourceFile<'a>) -> Result<Option<EncoderConfig>, PackError>,
    ) -> Result<(), PackError> {
        let beside = self.checkpoint.folder();
        let name = super::folder::last_part(published_as);
        let home = Folder::named(sources, beside, published_as);
        let folders = home.into_iter().chain([Folder::of(sources, beside)]);
        for folder in folders {
            let Some(config_file) = folder.file("config.json") else { continue };
            let Some(config) = parse(&config_file)? else { continue };
            // A folder of the encoder's name may hold its configuration only; what lies right
            // beside the checkpoint, or was handed in with it, is meant for it then.
            let tokenizer = TokenizerFiles::find(&folder, config.model_type()).or_else(|| {
                TokenizerFiles::find(&Folder::of(sources, beside), config.model_type())
            });
            if tokenizer.is_none() {
                self.miss(
                    &join(folder.path(), TokenizerFiles::needed(config.model_type())),
                    &format!("published as huggingface.co/{published_as}"),
                );
            }
            self.encoder = Some(Encoder { config, config_file, tokenizer });
            return Ok(());
        }
        let hint = format!(
            "{}'s encoder is published as huggingface.co/{published_as}; put its config.json and \
             tokenizer.json or vocab.txt in a folder {name} beside {}",
            self.official().name,
            self.checkpoint.file_name()
        );
        self.miss(&join(beside, &format!("{name}/config.json")), &hint);
        Ok(())
    }

    pub(super) fn miss(&mut self, file: &str, hint: &str) {
        self.missing.push(MissingFile { file: file.to_owned(), hint: hint.to_owned() });
    }

    pub(super) fn official(&self) -> Official {
        official(self.purpose)
    }

    /// The pack's name; `sha256` is the weights', once known.
    pub(crate) fn name(&self, sha256: Option<&str>) -> String {
        let official = self.official();
        let known = self.known || (sha256.is_some() && sha256 == official.sha256);
        let name = match &self.encoder {
            Some(encoder) => official.pack_name(&encoder.config, known),
            None => official.name.to_owned(),
        };
        if self.physionet { format!("{name} (PhysioNet)") } else { name }
    }

    /// Licence and terms.
    pub(crate) fn terms(&self) -> (&'static str, &'static str) {
        terms(self.purpose, self.physionet)
    }

    /// The small files that the pack is built from, the tokenizer's left out.
    pub(crate) fn small_files(&self) -> Vec<SourceFile<'a>> {
        let config = self.encoder.iter().map(|encoder| encoder.config_file);
        let rules = self.rules.iter().flat_map(|rules| rules.sources.iter().copied());
        config.chain(self.more.iter().copied()).chain(rules).collect()
    }

    pub(super) fn recognised(&self) -> Recognised {
        let (licence, terms) = self.terms();
        let tokenizer = self.encoder.iter().flat_map(|encoder| &encoder.tokenizer);
        let small = self.small_files();
        let sources = std::iter::once(self.checkpoint)
            .chain(small)
            .chain(tokenizer.flat_map(TokenizerFiles::files))
            .map(|file| file.name.to_owned());
        Recognised {
            checkpoint: self.checkpoint.name.to_owned(),
            purpose: self.purpose,
            name: self.name(None),
            licence: licence.to_owned(),
            terms: terms.to_owned(),
            sources: sources.collect(),
            missing: self.missing.clone(),
        }
    }
}

fn join(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}
