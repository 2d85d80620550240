//! What a judge got right.

use std::collections::BTreeMap;

use rrgscore_metrics::green::Green;
use serde::{Deserialize, Serialize};

use super::{Alteration, SelfTestPair, pairs};
use crate::answers::Answers;
use crate::results::{
    AnswerReading, CrimsonResult, FineRadScoreResult, crimson, fineradscore, green,
};
use crate::{AnswerNote, JudgeMetric};

/// How a judge did on one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It said what is true of the pair.
    Right,
    /// It found an error, but not of the kind, or not in the line, that was changed, or found more
    /// than the one.
    Imprecise,
    /// It found no error where there is one, or one where there is none.
    Wrong,
    /// Its answer is not in the form asked for, so that it cannot be told what it said.
    Unreadable,
    /// There is no answer.
    Unanswered,
}

/// One pair's line in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SelftestRow {
    /// The pair.
    pub id: &'static str,
    /// What differs in it.
    pub relation: Alteration,
    /// How the judge did.
    pub verdict: Verdict,
}

/// How a judge did on all pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// By pair.
    pub rows: Vec<SelftestRow>,
    /// By relation: pairs that it got right, pairs in all.
    pub by_relation: BTreeMap<Alteration, (usize, usize)>,
    /// Pairs that it got right.
    pub right: usize,
}

/// Compares answers, filed under the pairs' ids, with what is known.
///
/// GREEN is right about identical reports if it matches a finding and counts no error at all; about
/// others if it counts errors, significant or not, of the true category and of no other (where a
/// negation was flipped it may count a finding as false and missing at once). FineRadScore is
/// right about identical reports if it corrects nothing; about others if it corrects the changed
/// line alone, or inserts text where a line was dropped, and does nothing else. CRIMSON is right as
/// GREEN is, by false and missing findings and attribute errors of location and severity.
pub fn judge(metric: JudgeMetric, answers: &Answers) -> Report {
    let rows: Vec<SelftestRow> = pairs()
        .iter()
        .map(|pair| {
            let verdict = match (answers.get(pair.id), metric) {
                (None, _) => Verdict::Unanswered,
                (Some(answer), JudgeMetric::Green) => {
                    let result = green(answer, AnswerReading::Official);
                    of_green(pair, &result.green, &result.notes)
                }
                (Some(answer), JudgeMetric::Fineradscore) => of_edits(pair, &fineradscore(answer)),
                (Some(answer), JudgeMetric::Crimson) => {
                    of_findings(pair, &crimson(answer, AnswerReading::Official))
                }
            };
            SelftestRow { id: pair.id, relation: pair.relation, verdict }
        })
        .collect();
    let mut by_relation = BTreeMap::new();
    for row in &rows {
        let (right, all) = by_relation.entry(row.relation).or_insert((0, 0));
        *right += usize::from(row.verdict == Verdict::Right);
        *all += 1;
    }
    let right = rows.iter().filter(|row| row.verdict == Verdict::Right).count();
    Report { rows, by_relation, right }
}

fn of_green(pair: &SelfTestPair, green: &Green, notes: &[AnswerNote]) -> Verdict {
    if !notes.is_empty() {
        return Verdict::Unreadable;
    }
    let counts: Vec<u64> = green
        .significant
        .iter()
        .zip(&green.insignificant)
        .map(|(a, b)| a.saturating_add(*b))
        .collect();
    of_counts(pair, &counts, green.matched > 0)
}

/// CRIMSON's errors under GREEN's categories, and others.
fn of_findings(pair: &SelfTestPair, result: &CrimsonResult) -> Verdict {
    let Some(crimson) = &result.crimson else { return Verdict::Unreadable };
    let [location, severity, others @ ..] = crimson.attribute_kinds;
    let others = others.iter().fold(0u64, |sum, &count| sum.saturating_add(count));
    let counts = [crimson.false_count, crimson.missing_count, location, severity, others];
    // Reports without a finding have none to match.
    of_counts(pair, &counts, crimson.errors() == 0)
}

fn of_counts(pair: &SelfTestPair, counts: &[u64], sees_what_is_equal: bool) -> Verdict {
    let all = counts.iter().fold(0u64, |sum, count| sum.saturating_add(*count));
    let Some(category) = pair.category else {
        return if all == 0 && sees_what_is_equal { Verdict::Right } else { Verdict::Wrong };
    };
    // A flipped negation makes a finding false, or missing; to say both is no mistake.
    let tolerated: &[usize] = match pair.relation {
        Alteration::NegationFlipped => &[0, 1],
        _ => &[],
    };
    let is_other = |i: &usize| *i != category && !tolerated.contains(i);
    let others = (0..counts.len()).filter(is_other).any(|i| counts[i] > 0);
    match (counts[category], others) {
        _ if all == 0 => Verdict::Wrong,
        (1.., false) => Verdict::Right,
        _ => Verdict::Imprecise,
    }
}

fn of_edits(pair: &SelfTestPair, result: &FineRadScoreResult) -> Verdict {
    let unread = |note: &AnswerNote| !matches!(note, AnswerNote::AskedAgain { .. });
    let Some(score) = result.edits.as_ref().filter(|_| !result.notes.iter().any(unread)) else {
        return Verdict::Unreadable;
    };
    let lines: Vec<&str> = score.edits.iter().map(|edit| edit.line.as_str()).collect();
    match (pair.relation, pair.line, lines.as_slice()) {
        (Alteration::Identical, _, []) => Verdict::Right,
        (Alteration::Identical, ..) | (_, _, []) => Verdict::Wrong,
        (Alteration::FindingDropped, _, ["None"]) => Verdict::Right,
        (_, Some(line), [only]) if *only == line.to_string() => Verdict::Right,
        _ => Verdict::Imprecise,
    }
}
