//! Which column or key names stand for what.

use crate::options::ReadOptions;
use crate::shape::Role;

/// Accepted names by role, best first, in the spelling of [`normal`].
const NAMES: [(Role, &[&str]); 6] = [
    (
        Role::Id,
        &[
            "studyid",
            "id",
            "study",
            "reportid",
            "uid",
            "caseid",
            "case",
            "examid",
            "exam",
            "accession",
            "accessionnumber",
            "accessionid",
            "imageid",
            "dicomid",
            "image",
            "imagepath",
            "filename",
            "file",
            "path",
            "key",
            "name",
            "qid",
            "index",
            "idx",
            "unnamed0",
            "",
        ],
    ),
    (
        Role::Prediction,
        &[
            "modelprediction",
            "prediction",
            "predictions",
            "predictedreport",
            "predictionreport",
            "reportprediction",
            "predreport",
            "reportpred",
            "predicted",
            "pred",
            "preds",
            "hypothesis",
            "hyp",
            "hyps",
            "candidate",
            "candidatereport",
            "candidates",
            "generated",
            "generatedreport",
            "generatedtext",
            "generation",
            "modeloutput",
            "modelreport",
            "modelresponse",
            "output",
            "response",
            "hypo",
            "res",
        ],
    ),
    (
        Role::Reference,
        &[
            "reference",
            "referencereport",
            "reportreference",
            "groundtruth",
            "groundtruthreport",
            "reportgroundtruth",
            "gt",
            "gtreport",
            "reportgt",
            "gts",
            "target",
            "targetreport",
            "targettext",
            "ref",
            "refs",
            "references",
            "gold",
            "goldreport",
            "truth",
            "truereport",
            "expected",
            "original",
            "originalreport",
            "radiologistreport",
        ],
    ),
    (Role::Findings, &["sectionfindings", "findingssection", "findings", "finding"]),
    (Role::Impression, &["sectionimpression", "impressionsection", "impression", "impressions"]),
    (
        Role::Report,
        &["report", "reporttext", "reports", "text", "fulltext", "fullreport", "caption"],
    ),
];

/// Letters and digits in lower case: `Study ID`, `study-id` and `StudyId` are one name.
fn normal(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The role of a name and how good a name it is for it (0 is best).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    pub(crate) role: Role,
    pub(crate) rank: usize,
}

/// The role that a column or key of this name plays, by the options first.
pub(crate) fn guess(name: &str, options: &ReadOptions) -> Option<Guess> {
    let trimmed = name.trim();
    for (role, wanted) in &options.columns {
        if wanted.trim().eq_ignore_ascii_case(trimmed) || wanted.trim() == trimmed {
            return Some(Guess { role: *role, rank: 0 });
        }
    }
    let name = normal(trimmed);
    NAMES.iter().filter(|(role, _)| !options.columns.contains_key(role)).find_map(
        |(role, names)| {
            let rank = names.iter().position(|known| *known == name)?;
            Some(Guess { role: *role, rank })
        },
    )
}

/// Whether a name is short enough to be shown: a table without a header has report text in
/// its first line, which must not get into a message.
pub(crate) fn is_showable(name: &str) -> bool {
    name.len() <= 40
        && name.split_whitespace().count() <= 3
        && !name.chars().any(|character| character.is_control() || character == '.')
}
