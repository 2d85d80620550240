//! Which column or key names stand for what.

use crate::options::ReadOptions;
use crate::shape::Role;

/// Accepted names by role, best first, in the spelling of [`normal`].
///
/// Collected from the published files of the field: ReXrank, R2Gen, R2GenGPT, CheXbert,
/// CheXpert Plus, MIMIC-CXR, RadEval, CRIMSON, LLaVA-style answers, LLaMA-Factory, VLMEvalKit,
/// Hugging Face pipelines.
const NAMES: [(Role, &[&str]); 9] = [
    (
        Role::Id,
        &[
            "studyid",
            "id",
            "study",
            "studyinstanceuid",
            "studyuid",
            "reportid",
            "uid",
            "caseid",
            "case",
            "examid",
            "exam",
            "accession",
            "accessionnumber",
            "accessionno",
            "accessionid",
            "dicomid",
            "imageid",
            "imgid",
            "sampleid",
            "questionid",
            "customid",
            "volumename",
            "volume",
            "seriesid",
            "seriesinstanceuid",
            "scanid",
            "noteid",
            "patientid",
            "subjectid",
            "patient",
            "pathtoimage",
            "imagepath",
            "imgpath",
            "imagefile",
            "imagename",
            "imagefilename",
            "image",
            "img",
            "filename",
            "filepath",
            "file",
            "path",
            "dicom",
            "key",
            "name",
            "qid",
            "sample",
            "index",
            "idx",
            "unnamed0",
            "level0",
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
            "predict",
            "predicts",
            "pred",
            "preds",
            "hypothesis",
            "hypotheses",
            "hyp",
            "hyps",
            "candidate",
            "candidatereport",
            "candidates",
            "generated",
            "generatedreport",
            "generatedreports",
            "generatedtext",
            "generation",
            "generations",
            "modeloutput",
            "modelreport",
            "modelresponse",
            "modelanswer",
            "output",
            "outputs",
            "response",
            "responses",
            "completion",
            "hypo",
            "res",
        ],
    ),
    (
        Role::Reference,
        &[
            "reference",
            "referencereport",
            "referencereports",
            "reportreference",
            "groundtruth",
            "groundtruths",
            "groundtruthreport",
            "groundtruthreports",
            "reportgroundtruth",
            "gt",
            "gtreport",
            "gtreports",
            "reportgt",
            "gts",
            "target",
            "targets",
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
            "actualreport",
            "actual",
            "label",
            "labels",
        ],
    ),
    (
        Role::PredictedFindings,
        &[
            "generatedfindings",
            "predictedfindings",
            "findingsprediction",
            "predfindings",
            "findingspred",
            "findingsgenerated",
            "modelfindings",
            "hypfindings",
        ],
    ),
    (
        Role::PredictedImpression,
        &[
            "generatedimpression",
            "generatedimpressions",
            "predictedimpression",
            "impressionprediction",
            "predimpression",
            "impressionpred",
            "impressiongenerated",
            "modelimpression",
            "hypimpression",
        ],
    ),
    (
        Role::Findings,
        &[
            "sectionfindings",
            "findingssection",
            "findings",
            "finding",
            "referencefindings",
            "findingsreference",
            "groundtruthfindings",
            "gtfindings",
            "findingsgt",
            "truefindings",
            "findingsen",
        ],
    ),
    (
        Role::Impression,
        &[
            "sectionimpression",
            "impressionsection",
            "impression",
            "impressions",
            "referenceimpression",
            "impressionreference",
            "groundtruthimpression",
            "gtimpression",
            "impressiongt",
            "trueimpression",
            "impressionsen",
        ],
    ),
    (
        Role::Report,
        &[
            "report",
            "reporttext",
            "reports",
            "reportimpression",
            "text",
            "fulltext",
            "fullreport",
            "radiologyreport",
            "caption",
            "messages",
            "conversations",
            "conversation",
        ],
    ),
    (Role::Split, &["split", "splits", "subset", "partition", "datasetsplit"]),
];

/// Names under which programs write running numbers that nobody chose.
const COUNTERS: [&str; 8] = ["", "unnamed0", "index", "idx", "level0", "row", "no", "number"];

/// Names of ids that can be a mere counter when another id stands beside them.
const PERHAPS_COUNTERS: [&str; 6] = ["id", "key", "qid", "questionid", "sampleid", "sample"];

/// Names of the ids of a study or report, of which a row of a joined table can have two.
const STUDIES: [&str; 19] = [
    "studyid",
    "id",
    "study",
    "studyinstanceuid",
    "studyuid",
    "reportid",
    "uid",
    "caseid",
    "case",
    "examid",
    "exam",
    "accession",
    "accessionnumber",
    "accessionno",
    "accessionid",
    "dicomid",
    "imageid",
    "sampleid",
    "patientid",
];

/// What programs that join tables write behind the second of two columns of one name.
const TWINS: [&str; 8] = [".1", "_1", "_x", "_y", ".x", ".y", "_left", "_right"];

/// The words for the two sides of a comparison.
const SIDES: [&str; 17] = [
    "pred",
    "preds",
    "prediction",
    "predicted",
    "hyp",
    "gen",
    "generated",
    "candidate",
    "ref",
    "reference",
    "gt",
    "gts",
    "groundtruth",
    "target",
    "true",
    "gold",
    "truth",
];

/// Letters and digits in lower case: `Study ID`, `study-id` and `StudyId` are one name.
pub(crate) fn normal(name: &str) -> String {
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
    /// Whether the options named it, so that nothing was guessed.
    pub(crate) chosen: bool,
}

/// The role that a column or key of this name plays, by the options first.
pub(crate) fn guess(name: &str, options: &ReadOptions) -> Option<Guess> {
    let trimmed = name.trim();
    for (role, wanted) in &options.columns {
        if wanted.trim().eq_ignore_ascii_case(trimmed) || wanted.trim() == trimmed {
            return Some(Guess { role: *role, rank: 0, chosen: true });
        }
    }
    let name = normal(trimmed);
    // A name in letters of another script has none of its own here.
    if name.is_empty() && !trimmed.is_empty() {
        return None;
    }
    let guessed = |(role, _): &&(Role, &[&str])| !options.columns.contains_key(role);
    NAMES
        .iter()
        .filter(guessed)
        .find_map(|(role, names)| {
            let rank = names.iter().position(|known| *known == name)?;
            Some(Guess { role: *role, rank, chosen: false })
        })
        .or_else(|| {
            // Behind all names that are plainly ids.
            let rank = NAMES.iter().map(|(_, names)| names.len()).max()?;
            let is_free = !options.columns.contains_key(&Role::Id);
            twin(trimmed).filter(|_| is_free)?;
            Some(Guess { role: Role::Id, rank, chosen: false })
        })
}

/// A name of ids of one side of a row.
struct Twin {
    /// The name without what says so: `studyid` for `study_id.1`, `ref_study_id`, `study_id_y`.
    plain: String,
    /// Whether it says which side, and not only that there are two.
    is_of_a_side: bool,
}

fn twin(name: &str) -> Option<Twin> {
    let name = name.trim().to_lowercase();
    let is_study = |name: &String| STUDIES.contains(&name.as_str());
    let cut = TWINS.iter().find_map(|end| Some(normal(name.strip_suffix(end)?)));
    if let Some(plain) = cut.filter(is_study) {
        return Some(Twin { plain, is_of_a_side: false });
    }
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_side = |word: &&str| SIDES.contains(word);
    let rest = match words.as_slice() {
        [first, rest @ ..] if is_side(first) => rest,
        [rest @ .., last] if is_side(last) => rest,
        _ => return None,
    };
    let plain = Some(rest.concat()).filter(is_study)?;
    Some(Twin { plain, is_of_a_side: true })
}

/// Whether two columns say of which study the two sides of a row are, so that they must say the
/// same. `Some(false)` where one of them may well be about something else, as a `prediction_id`
/// beside an `id` is.
pub(crate) fn are_twins(one: &str, other: &str) -> Option<bool> {
    let (a, b) = (twin(one), twin(other));
    let plain = |twin: &Option<Twin>, name: &str| {
        twin.as_ref().map_or_else(|| normal(name), |twin| twin.plain.clone())
    };
    if (a.is_none() && b.is_none()) || plain(&a, one) != plain(&b, other) {
        return None;
    }
    let is_second = |twin: &Option<Twin>| twin.as_ref().is_some_and(|twin| !twin.is_of_a_side);
    Some(is_second(&a) || is_second(&b) || (a.is_some() && b.is_some()))
}

/// Whether ids of this name are of patients, who can have several studies.
pub(crate) fn is_patient(name: &str) -> bool {
    ["patientid", "subjectid", "patient"].contains(&normal(name).as_str())
}

/// Whether ids of this name may be of anything.
pub(crate) fn is_open_id(name: &str) -> bool {
    ["", "id", "uid", "key", "name", "case", "caseid"].contains(&normal(name).as_str())
}

/// Whether running numbers under this name were chosen by nobody.
pub(crate) fn is_counter(name: &str) -> bool {
    COUNTERS.contains(&normal(name).as_str())
}

/// Whether running numbers under this name are a counter where another id stands beside them.
pub(crate) fn is_perhaps_counter(name: &str) -> bool {
    PERHAPS_COUNTERS.contains(&normal(name).as_str())
}

/// Whether running numbers under this name may be a counter that stands alone.
pub(crate) fn may_count(name: &str) -> bool {
    is_counter(name) || is_perhaps_counter(name)
}

/// Whether a name is that of an answer: the model's in files of questions and answers, the
/// reference beside a named prediction, and nothing by itself.
pub(crate) fn is_answer(name: &str) -> bool {
    ["answer", "answers"].contains(&normal(name).as_str())
}

/// Whether a name shows that a file holds questions and answers.
pub(crate) fn is_question(name: &str) -> bool {
    ["question", "questionid", "qid", "prompt", "query", "instruction"]
        .contains(&normal(name).as_str())
}

/// Whether a name is often that of a class, so that what stands there counts as a report only if
/// it is made of words.
pub(crate) fn is_perhaps_class(name: &str) -> bool {
    ["label", "labels", "actual", "target", "targets", "truth", "gt", "output", "outputs", "res"]
        .contains(&normal(name).as_str())
}

/// The keys under which lists of records are one list per split.
pub(crate) fn is_split_name(name: &str) -> bool {
    let name = normal(name);
    ["train", "training", "val", "valid", "validate", "validation", "dev", "test", "testing"]
        .contains(&name.as_str())
}

/// Whether a name is short enough to be shown: a table without a header has report text in
/// its first line, which must not get into a message.
pub(crate) fn is_showable(name: &str) -> bool {
    // Pandas numbers columns of one name; a report has no such end.
    let name = TWINS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    name.len() <= 40
        && name.split_whitespace().count() <= 3
        && !name.chars().any(|character| character.is_control() || character == '.')
}
