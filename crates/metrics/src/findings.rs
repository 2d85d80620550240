//! SRR-BERT and F1RadBERT-CT: which findings of a list two reports share.
//!
//! Source: RadEval 2.2.1, `metrics/SRRBert/srr_bert.py` with `utils.py`
//! (`multilabel_prf_per_sample`), and `metrics/f1Radbert_ct`.

use rrgscore_annotations::FindingSet;

use crate::multilabel::{F1Report, f1_report};

/// What RadEval adds to denominators.
const EPSILON: f64 = 1e-8;

/// A study's score: SRR-BERT's is the mean over the findings of either report of each finding's
/// F1, hence the share of those that both have (to 1e-8), and 1 where neither has one;
/// F1RadBERT-CT's is 1 where both reports have the same findings and 0 otherwise. Findings are
/// positions in [`FindingSet::names`], ascending.
pub fn score(set: FindingSet, reference: &[u16], candidate: &[u16]) -> f64 {
    if set == FindingSet::RadbertCt {
        return f64::from(u8::from(reference == candidate));
    }
    let shared = reference.iter().filter(|finding| candidate.contains(finding)).count();
    let either = reference.len() + candidate.len() - shared;
    if either == 0 {
        return 1.0;
    }
    shared as f64 * (2.0 / (2.0 + EPSILON)) / either as f64
}

/// The figures of a set of studies over all findings of the list.
pub fn report<'a>(set: FindingSet, pairs: impl Iterator<Item = [&'a [u16]; 2]>) -> F1Report {
    let names = set.names().len();
    let present = |findings: &[u16]| {
        let mut present = vec![false; names];
        for &finding in findings {
            if let Some(there) = present.get_mut(usize::from(finding)) {
                *there = true;
            }
        }
        present
    };
    f1_report(pairs.map(|both| both.map(present)), names)
}
