//! How far a pack is from the same checkpoint in f32.

use crate::probes::PROBES;
use crate::radgraph::decisions;
use crate::{
    AnnotateError, Chexbert, Findings, PackDifference, Radgraph, RatescoreEntities, Synonyms,
    TextEncoder,
};
use rrgscore_annotations::{CLASSES, Purpose, SpaceRuns};
use rrgscore_packs::{Agreement, Measurement, Pack};
use std::collections::{BTreeMap, BTreeSet};

/// Compares a pack with the f32 pack of the same checkpoint on 16 built-in texts: what goes into
/// `pack.json`.
///
/// Vectors are what the metric reads: every token's state for BERTScore and RaTE-NER, the first
/// token's for CheXbert, BioLORD, SRR-BERT and RadBERT-CT, every word's for RadGraph. Decisions are CheXbert's 14
/// observations, SRR-BERT's and RadBERT-CT's findings and RaTE-NER's token labels, all of them; of RadGraph's span labels and
/// relations, most of which are null, those count that either pack does not leave null. Sums
/// are in f64.
///
/// Only one of the two models is in memory at a time.
///
/// # Errors
/// When a pack cannot be loaded or run, or the two are not of the same purpose, width and
/// tokens.
pub fn measure(reference: &Pack, pack: &Pack) -> Result<Measurement, AnnotateError> {
    let purposes = [reference, pack].map(|pack| pack.manifest().purpose);
    if purposes[0] != purposes[1] {
        let difference = PackDifference::Purpose(purposes[0], purposes[1]);
        return Err(AnnotateError::NotComparable(difference));
    }
    let (reference, found) = (observe_all(reference)?, observe_all(pack)?);
    let mut comparison = Comparison::default();
    for (reference, found) in reference.iter().zip(&found) {
        comparison.add(reference, found)?;
    }
    Ok(comparison.finish())
}

/// What a pack makes of a text.
#[derive(Debug, Default)]
struct Observed {
    /// Vectors one after the other.
    vectors: Vec<f32>,
    /// Length of a vector.
    dim: usize,
    /// Kind of decision → (what is decided → which way).
    decisions: Vec<(&'static str, Decided)>,
}

/// Two numbers name what is decided: a token and 0, a span and 0, two spans.
type Decided = BTreeMap<(usize, usize), usize>;

fn observe_all(pack: &Pack) -> Result<Vec<Observed>, AnnotateError> {
    let all = |observe: &dyn Fn(&str) -> Result<Observed, AnnotateError>| {
        PROBES.iter().map(|text| observe(text)).collect()
    };
    match pack.manifest().purpose {
        Purpose::Chexbert => {
            let model = Chexbert::from_pack(pack)?;
            all(&|text| observe_chexbert(&model, text))
        }
        Purpose::Radgraph | Purpose::RadgraphXl | Purpose::ModernRadgraphXl => {
            let model = Radgraph::from_pack(pack)?;
            all(&|text| observe_radgraph(&model, text))
        }
        Purpose::RatescoreEntities => {
            let model = RatescoreEntities::from_pack(pack)?;
            all(&|text| observe_entities(&model, text))
        }
        Purpose::RatescoreSynonyms => {
            let model = Synonyms::from_pack(pack)?;
            all(&|text| {
                let vectors = model.embed(text)?;
                Ok(Observed { vectors, dim: model.dim(), decisions: Vec::new() })
            })
        }
        Purpose::SrrBert
        | Purpose::SrrBertLeaves
        | Purpose::SrrBertUpperWithStatuses
        | Purpose::SrrBertUpper
        | Purpose::RadbertCt => {
            let model = Findings::from_pack(pack)?;
            all(&|text| observe_findings(&model, text))
        }
        Purpose::BertscoreMinilm
        | Purpose::BertscoreDistilroberta
        | Purpose::BertscoreDistilbert
        | Purpose::BertscoreRadeval => {
            let model = TextEncoder::from_pack(pack)?;
            all(&|text| {
                let tokens = model.annotate(text, SpaceRuns::Joined)?;
                Ok(Observed { vectors: tokens.hidden, dim: tokens.dim, decisions: Vec::new() })
            })
        }
    }
}

fn observe_chexbert(model: &Chexbert, text: &str) -> Result<Observed, AnnotateError> {
    let reading = model.annotate(text)?;
    let mut rest = reading.logits.as_slice();
    let mut decided = Decided::new();
    for (observation, classes) in CLASSES.into_iter().enumerate() {
        let (scores, tail) = rest.split_at(classes.min(rest.len()));
        decided.insert((observation, 0), crate::parts::choose(scores.iter().copied()).0);
        rest = tail;
    }
    let decisions = vec![("observations", decided)];
    Ok(Observed { vectors: reading.annotation.embedding, dim: model.dim(), decisions })
}

fn observe_findings(model: &Findings, text: &str) -> Result<Observed, AnnotateError> {
    // Whole, whatever cuts reports into sentences.
    let reading = model.read(vec![text.to_owned()])?;
    let decided = reading.logits.iter().enumerate();
    let decided = decided.map(|(at, &logit)| ((at, 0), usize::from(logit > 0.0))).collect();
    let decisions = vec![("findings", decided)];
    Ok(Observed { vectors: reading.states, dim: model.dim(), decisions })
}

fn observe_radgraph(model: &Radgraph, text: &str) -> Result<Observed, AnnotateError> {
    let Some(scores) = model.scores(text)? else { return Ok(Observed::default()) };
    let decided = decisions(&scores);
    let spans = decided.entities.into_iter().map(|(span, label)| ((span, 0), label)).collect();
    let dim = scores.word_embeddings.len() / scores.word_pieces.len().max(1);
    let decisions = vec![("span labels", spans), ("relations", decided.relations)];
    Ok(Observed { vectors: scores.word_embeddings, dim, decisions })
}

fn observe_entities(model: &RatescoreEntities, text: &str) -> Result<Observed, AnnotateError> {
    let (sentence, vectors) = model.sentence_with_states(text)?;
    let dim = vectors.len() / sentence.labels.len().max(1);
    let decided = sentence.labels.into_iter().enumerate().map(|(at, label)| ((at, 0), label));
    Ok(Observed { vectors, dim, decisions: vec![("token labels", decided.collect())] })
}

/// Sums over all texts.
#[derive(Debug, Default)]
struct Comparison {
    texts: u64,
    vectors: u64,
    components: u64,
    max_difference: f64,
    sum_difference: f64,
    min_cosine: Option<f64>,
    sum_cosine: f64,
    decisions: Vec<Agreement>,
}

impl Comparison {
    fn add(&mut self, reference: &Observed, found: &Observed) -> Result<(), AnnotateError> {
        if (reference.dim, reference.vectors.len()) != (found.dim, found.vectors.len()) {
            return Err(AnnotateError::NotComparable(PackDifference::WidthOrTokens));
        }
        self.texts += 1;
        let dim = reference.dim.max(1);
        for (a, b) in reference.vectors.chunks_exact(dim).zip(found.vectors.chunks_exact(dim)) {
            self.add_vector(a, b);
        }
        for ((what, a), (_, b)) in reference.decisions.iter().zip(&found.decisions) {
            self.add_decisions(what, a, b);
        }
        Ok(())
    }

    fn add_vector(&mut self, reference: &[f32], found: &[f32]) {
        let (mut dot, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
        for (&a, &b) in reference.iter().zip(found) {
            let (a, b) = (f64::from(a), f64::from(b));
            let difference = (a - b).abs();
            self.max_difference = self.max_difference.max(difference);
            self.sum_difference += difference;
            self.components += 1;
            dot += a * b;
            square_a += a * a;
            square_b += b * b;
        }
        let norms = (square_a * square_b).sqrt();
        // A word without pieces has a vector of zeros, the same in both.
        let cosine =
            if norms > 0.0 { dot / norms } else { f64::from(u8::from(square_a == square_b)) };
        self.vectors += 1;
        self.sum_cosine += cosine;
        self.min_cosine = Some(self.min_cosine.map_or(cosine, |least| least.min(cosine)));
    }

    fn add_decisions(&mut self, what: &str, reference: &Decided, found: &Decided) {
        let keys: BTreeSet<_> = reference.keys().chain(found.keys()).collect();
        let same = keys.iter().filter(|key| reference.get(key) == found.get(key)).count() as u64;
        let of = keys.len() as u64;
        match self.decisions.iter_mut().find(|agreement| agreement.what == what) {
            Some(agreement) => {
                agreement.same += same;
                agreement.of += of;
            }
            None => self.decisions.push(Agreement { what: what.to_owned(), same, of }),
        }
    }

    fn finish(self) -> Measurement {
        Measurement {
            texts: self.texts,
            vectors: self.vectors,
            max_difference: self.max_difference,
            mean_difference: self.sum_difference / self.components.max(1) as f64,
            min_cosine: self.min_cosine.unwrap_or(1.0),
            mean_cosine: self.sum_cosine / self.vectors.max(1) as f64,
            decisions: self.decisions,
        }
    }
}
