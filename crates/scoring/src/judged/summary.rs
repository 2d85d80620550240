//! A judge and its answers in a summary.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rrgscore_judge::{AnswerNote, Answers, JudgeResults};
use serde::{Deserialize, Serialize};

/// A judge's answers in a summary. Holds ids and counts, never an answer's text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JudgeSummary {
    /// The judge's names, as far as the answers name them. More than one makes the numbers of no
    /// single judge.
    pub models: Vec<String>,
    /// The prompts' signatures, e.g. `rrgscore-green-1:0123456789ab`, as far as they are known.
    pub templates: Vec<String>,
    /// Studies with an answer.
    pub answered: u32,
    /// Studies without one, in the run's order.
    pub unanswered: Vec<String>,
    /// Answers for studies that are not scored here.
    pub unknown: u32,
    /// Requests of a batch that came back with an error instead of an answer.
    pub failed_requests: u32,
    /// Studies whose answer did not parse as intended, in the run's order, with the kinds of
    /// what is wrong, each once and sorted ([`AnswerNote::code`]).
    pub not_as_intended: IndexMap<String, Vec<String>>,
    /// By kind, the number of such studies.
    pub by_note: BTreeMap<String, u32>,
    /// Where answers were cleaned before they were read ([`rrgscore_judge::clean_answer`]): how many
    /// of them are other ones by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaned: Option<u32>,
}

impl JudgeSummary {
    pub(super) fn of<T>(
        results: &JudgeResults<T>,
        answers: &Answers,
        notes: impl Fn(&T) -> &Vec<AnswerNote>,
    ) -> Self {
        let owned = |texts: &mut dyn Iterator<Item = &str>| texts.map(str::to_owned).collect();
        let mut not_as_intended = IndexMap::new();
        for (study, result) in &results.by_study {
            let mut codes: Vec<&str> = notes(result).iter().map(|note| note.code()).collect();
            codes.sort_unstable();
            codes.dedup();
            if !codes.is_empty() {
                not_as_intended.insert(study.clone(), owned(&mut codes.into_iter()));
            }
        }
        Self {
            models: owned(&mut answers.models()),
            templates: owned(&mut answers.templates()),
            answered: results.by_study.len() as u32,
            unanswered: results.unanswered.clone(),
            unknown: results.unknown as u32,
            failed_requests: answers.failed() as u32,
            not_as_intended,
            by_note: results.by_note.iter().map(|(code, &n)| (code.clone(), n as u32)).collect(),
            cleaned: None,
        }
    }

    /// Who made the answers, to be shown beside the number: the judge's name and
    /// the prompt, or that they are not known.
    pub fn made_by(&self) -> String {
        let list = |what: &[String]| match what {
            [] => "not known".to_owned(),
            some => some.join(", "),
        };
        format!("judge: {}; prompt: {}", list(&self.models), list(&self.templates))
    }
}
