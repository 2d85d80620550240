//! The rules for other people's files, on made-up studies in every shape of file. Whatever is done
//! to the ids: either each report meets its own study's, or the run is refused, or what was done
//! is said.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::shapes::{Shape, WITH_IDS, WITHOUT_IDS, dataset_of};
use proptest::prelude::*;
use proptest::sample::select;
use rrgscore_data::{
    AlignError, Alignment, Code, Dataset, IdMatching, JoinOptions, JoinedBy, MissingPolicy,
    RepeatedIds, Severity, Task, align_with,
};

const NAMES: [&str; 2] = ["study_id", "report"];

/// A study: its id, and the text that both sides have of it.
type Study = (String, String);

/// Distinct ids that nobody would take for a counter, each with its study's text.
fn studies() -> impl Strategy<Value = Vec<Study>> {
    prop::collection::btree_set("[a-c]{1,2}[1-9][0-9]{0,3}", 3..8).prop_map(|ids| {
        (1..).zip(ids).map(|(number, id)| (id, format!("Report of study {number} ."))).collect()
    })
}

fn rows(studies: &[Study]) -> Vec<(&str, &str)> {
    studies.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect()
}

fn written(shape: Shape, studies: &[Study]) -> Dataset {
    dataset_of(shape, NAMES, &rows(studies))
}

fn join(
    predictions: &Dataset,
    references: &Dataset,
    options: JoinOptions,
) -> Result<Alignment, AlignError> {
    align_with(predictions, Some(references), Task::Report, MissingPolicy::Empty, options)
}

fn exactly(predictions: &Dataset, references: &Dataset) -> Result<Alignment, AlignError> {
    join(predictions, references, JoinOptions::default())
}

/// Pairs of two texts that are not of one study.
fn wrong(aligned: &Alignment) -> usize {
    let pairs = aligned.pairs.iter().filter(|pair| !pair.candidate.is_empty());
    pairs.filter(|pair| pair.candidate != pair.reference).count()
}

fn is_said(aligned: &Alignment) -> bool {
    aligned.findings.iter().any(|finding| finding.severity != Severity::Note)
}

/// Some other spelling of an id.
fn respelled(id: &str, way: usize) -> String {
    match way {
        0 => format!("s{id}"),
        1 => format!("p10/{id}.dcm"),
        2 => format!("{id}.0"),
        3 => id.to_uppercase(),
        _ => format!(" {id} "),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    /// Rules 1 and 3: in whatever shapes and orders, ids bring the same studies together.
    #[test]
    fn shuffled(
        studies in studies().prop_shuffle(),
        one in select(WITH_IDS.to_vec()),
        two in select(WITH_IDS.to_vec()),
        by in 0..8_usize,
    ) {
        let mut moved = studies.clone();
        moved.rotate_left(by % studies.len());
        let aligned = exactly(&written(one, &studies), &written(two, &moved)).unwrap();
        prop_assert_eq!(wrong(&aligned), 0);
        prop_assert_eq!(aligned.counts.matched as usize, studies.len());
        prop_assert_eq!((aligned.counts.missing, aligned.counts.extra_predictions), (0, 0));
        let ids: Vec<&str> = aligned.pairs.iter().map(|pair| pair.id.as_str()).collect();
        let expected: Vec<&str> = studies.iter().map(|(id, _)| id.as_str()).collect();
        prop_assert_eq!(ids, expected);
    }

    /// Ids in another spelling join nothing by themselves, and their own studies on request.
    #[test]
    fn renamed(
        studies in studies().prop_shuffle(),
        one in select(WITH_IDS.to_vec()),
        two in select(WITH_IDS.to_vec()),
        way in 0..5_usize,
    ) {
        let renamed: Vec<Study> =
            studies.iter().map(|(id, text)| (respelled(id, way), text.clone())).collect();
        let (predictions, references) = (written(one, &renamed), written(two, &studies));
        let error = exactly(&predictions, &references).unwrap_err();
        let is_offered = matches!(error, AlignError::NothingMatches { .. });
        prop_assert!(is_offered, "{}", error);
        let loose = JoinOptions { ids: IdMatching::Loose, ..JoinOptions::default() };
        if let Ok(aligned) = join(&predictions, &references, loose) {
            prop_assert_eq!(wrong(&aligned), 0);
            prop_assert!(aligned.findings.iter().any(|f| f.code == Code::JoinedLoosely));
            prop_assert_eq!(
                aligned.counts.joined_loosely + aligned.counts.extra_predictions,
                studies.len() as u64
            );
        }
    }

    /// A study that stands twice with other texts is refused, or decided as asked for.
    #[test]
    fn duplicated(
        studies in studies().prop_shuffle(),
        one in select(WITH_IDS.to_vec()),
        two in select(WITH_IDS.to_vec()),
        which in any::<prop::sample::Index>(),
        in_references: bool,
    ) {
        let mut twice = studies.clone();
        twice.push((which.get(&studies).0.clone(), "Report of study 99 .".to_owned()));
        let files = |a: &[Study], b: &[Study]| (written(one, a), written(two, b));
        let (predictions, references) =
            if in_references { files(&studies, &twice) } else { files(&twice, &studies) };
        let with = |repeated| {
            join(&predictions, &references, JoinOptions { repeated, ..JoinOptions::default() })
        };
        let is_refused =
            matches!(with(RepeatedIds::Refuse), Err(AlignError::ConflictingStudies { .. }));
        prop_assert!(is_refused);
        for (repeated, scored) in
            [(RepeatedIds::First, studies.len()), (RepeatedIds::Drop, studies.len() - 1)]
        {
            let aligned = with(repeated).unwrap();
            prop_assert_eq!((wrong(&aligned), aligned.pairs.len()), (0, scored));
            prop_assert!(aligned.findings.iter().any(|f| f.code == Code::RepeatedStudies));
        }
    }

    /// Ids that were moved by one row against their texts cannot be seen where nothing else tells
    /// the studies; where a second id does, the run is refused.
    #[test]
    fn shifted(studies in studies().prop_shuffle(), by in 1..3_usize, as_json: bool) {
        let two = |by: usize| {
            let rows = studies.iter().enumerate().map(|(at, (id, text))| {
                let (other, _) = &studies[(at + by) % studies.len()];
                match as_json {
                    true => format!(
                        "{{\"study_id\": \"{id}\", \"image_id\": \"x{other}\", \"report\": \"{text}\"}}\n"
                    ),
                    false => format!("{id},x{other},{text}\n"),
                }
            });
            let header = if as_json { "" } else { "study_id,image_id,report\n" };
            common::dataset(format!("{header}{}", rows.collect::<String>()))
        };
        prop_assert_eq!(wrong(&exactly(&two(0), &two(0)).unwrap()), 0);
        for (one, other) in [(two(by), two(0)), (two(0), two(by))] {
            let refused = exactly(&one, &other);
            let contradicts = matches!(refused, Err(AlignError::IdsContradict { .. }));
            prop_assert!(contradicts);
        }
    }

    /// The same within the rows of one file.
    #[test]
    fn shifted_within_rows(studies in studies().prop_shuffle(), by in 0..3_usize, style in 0..4_usize) {
        let [one, two] = [
            ["study_id", "study_id.1"], ["id_x", "id_y"], ["pred_id", "ref_id"], ["case", "accession"],
        ][style];
        let rows = studies.iter().enumerate().map(|(at, (id, text))| {
            let (other, reference) = &studies[(at + by) % studies.len()];
            format!("{id},{text},{other},{reference}\n")
        });
        let file = format!("{one},prediction,{two},reference\n{}", rows.collect::<String>());
        let file = common::dataset(file);
        let aligned = align_with(
            &file, None, Task::Report, MissingPolicy::Empty, JoinOptions::default(),
        );
        match aligned {
            Ok(aligned) => {
                prop_assert_eq!(by % studies.len(), 0);
                prop_assert_eq!((wrong(&aligned), aligned.pairs.len()), (0, studies.len()));
            }
            Err(error) => {
                let contradicts = matches!(error, AlignError::RowsContradict { .. });
                prop_assert!(by % studies.len() != 0 && contradicts, "{}", error);
            }
        }
    }

    /// One side without ids is refused; both without are paired by place, which is said, and only
    /// if they are of one length.
    #[test]
    fn without_ids(
        studies in studies(),
        named in select(WITH_IDS.to_vec()),
        plain in select(WITHOUT_IDS.to_vec()),
        other in select(WITHOUT_IDS.to_vec()),
        left_out in 0..2_usize,
    ) {
        let fewer = &studies[left_out..];
        let (with, without) = (written(named, &studies), written(plain, fewer));
        for (one, two) in [(&with, &without), (&without, &with)] {
            let refused = exactly(one, two);
            let one_sided = matches!(refused, Err(AlignError::IdsOnOneSide { .. }));
            prop_assert!(one_sided, "{:?}", refused.map(|aligned| aligned.joined));
        }
        match exactly(&without, &written(other, &studies)) {
            Ok(aligned) => {
                prop_assert_eq!(left_out, 0);
                prop_assert_eq!((wrong(&aligned), &aligned.joined), (0, &JoinedBy::Place));
                prop_assert!(is_said(&aligned));
            }
            Err(error) => {
                let unequal = matches!(error, AlignError::UnequalWithoutIds { .. });
                prop_assert!(left_out == 1 && unequal, "{}", error);
            }
        }
    }

    /// Numbers of rows under any name: never a wrong pair without a word.
    #[test]
    fn counted(
        studies in studies(),
        names in prop::array::uniform2(select(vec![
            "", "Unnamed: 0", "index", "id", "study_id", "image_id", "patient_id", "question_id",
        ])),
        starts in prop::array::uniform2(0..2_usize),
        lengths in prop::array::uniform2(2..8_usize),
        shapes in prop::array::uniform2(select(vec![Shape::Csv, Shape::Records, Shape::Workbook])),
    ) {
        let numbered = |side: usize| {
            let rows: Vec<Study> = studies
                .iter()
                .take(lengths[side])
                .enumerate()
                .map(|(at, (_, text))| ((at + starts[side]).to_string(), text.clone()))
                .collect();
            dataset_of(shapes[side], [names[side], "report"], &self::rows(&rows))
        };
        if let Ok(aligned) = exactly(&numbered(0), &numbered(1)) {
            prop_assert!(wrong(&aligned) == 0 || is_said(&aligned));
            // Of files that count from the same number to the same number no pair is wrong.
            let equal = starts[0] == starts[1];
            prop_assert!(!equal || wrong(&aligned) == 0);
        }
    }

    /// Rule 2: a section that a file lacks is not compared as `None`.
    #[test]
    fn sections(studies in studies(), has in prop::array::uniform2(any::<bool>()), gap in any::<bool>()) {
        prop_assume!(has != [false, false]);
        let cell = |wanted: bool, at: usize, text: &str| match wanted {
            true if gap && at == 0 => ",".to_owned(),
            true => format!(",{text}"),
            false => String::new(),
        };
        let header = ["findings", "impression"].iter().zip(has).filter(|(_, has)| *has);
        let header: String = header.map(|(name, _)| format!(",{name}")).collect();
        let rows = studies.iter().enumerate().map(|(at, (id, text))| {
            format!("{id}{}{}\n", cell(has[0], at, text), cell(has[1], at + 1, text))
        });
        let references = common::dataset(format!("id{header}\n{}", rows.collect::<String>()));
        let aligned = exactly(&written(Shape::Csv, &studies), &references).unwrap();
        let nones = aligned.pairs.iter().filter(|pair| pair.reference.contains("None")).count();
        let follows = aligned.findings.iter().any(|f| f.code == Code::TaskFollows);
        match has {
            [true, true] => {
                prop_assert_eq!((aligned.task, follows), (Task::Report, false));
                prop_assert_eq!(nones, usize::from(gap));
            }
            [findings, _] => {
                let task = if findings { Task::Findings } else { Task::Impression };
                prop_assert_eq!((aligned.task, follows, nones), (task, true, 0));
                let gap = usize::from(gap && findings);
                prop_assert_eq!(aligned.pairs.len(), studies.len() - gap);
            }
        }
    }

    /// Rules 4 and 5: known names and names that are said come to the same.
    #[test]
    fn names_known_and_said(
        studies in studies().prop_shuffle(),
        id in select(vec![
            "study_id", "id", "StudyInstanceUID", "AccessionNo", "sample_id", "img_id", "image_id",
            "question_id", "path_to_image", "VolumeName", "dicom_id", "subject_id",
        ]),
        predicted in select(vec![
            "hypotheses", "predict", "generated_findings", "generated_reports", "prediction",
            "model_prediction", "Generated Report", "output", "candidate",
        ]),
        reference in select(vec![
            "label", "labels", "reference_reports", "ground_truth", "Report Impression", "findings",
            "references", "gt",
        ]),
    ) {
        let predictions = dataset_of(Shape::Records, [id, predicted], &rows(&studies));
        let mut moved = studies.clone();
        moved.reverse();
        let references = dataset_of(Shape::Csv, [id, reference], &rows(&moved));
        let task = if reference == "findings" || predicted == "generated_findings" {
            Task::Findings
        } else {
            Task::Report
        };
        let known = align_with(
            &predictions, Some(&references), task, MissingPolicy::Refuse, JoinOptions::default(),
        ).unwrap();
        prop_assert_eq!((wrong(&known), known.pairs.len()), (0, studies.len()));
        // The same under names that nobody knows, said.
        let options = |role| rrgscore_data::ReadOptions {
            columns: [(rrgscore_data::Role::Id, "Kennung".to_owned()), (role, "Befund".to_owned())].into(),
            ..Default::default()
        };
        let said = |studies: &[Study], role| {
            let rows = studies.iter().map(|(id, text)| format!("{id},{text}\n"));
            let table = format!("Kennung,Befund\n{}", rows.collect::<String>());
            rrgscore_data::read(table.as_bytes(), &options(role), &mut |_| {}).unwrap()
        };
        let (one, two) = (
            said(&studies, rrgscore_data::Role::Prediction),
            said(&moved, rrgscore_data::Role::Reference),
        );
        let said = exactly(&one, &two).unwrap();
        prop_assert_eq!(said.pairs, known.pairs);
    }

    /// Rule 6: exactly the texts with something left in them are named.
    #[test]
    fn residue_is_counted(
        studies in studies(),
        token in select(vec!["<unk>", "</s>", "<pad>", "[INST]", "<think>", "<|endoftext|>"]),
        which in prop::collection::vec(any::<bool>(), 8),
        shape in select(WITH_IDS.to_vec()),
    ) {
        let marked: Vec<Study> = studies
            .iter()
            .zip(&which)
            .map(|((id, text), mark)| (id.clone(), if *mark { format!("{token} {text}") } else { text.clone() }))
            .collect();
        let aligned = exactly(&written(shape, &marked), &written(Shape::Csv, &studies)).unwrap();
        let expected: Vec<&str> = studies
            .iter()
            .zip(&which)
            .filter(|(_, mark)| **mark)
            .map(|((id, _), _)| id.as_str())
            .collect();
        let found = aligned.findings.iter().find(|f| f.code == Code::SpecialTokens);
        prop_assert_eq!(found.map_or(Vec::new(), |f| f.studies.iter().map(String::as_str).collect()), expected);
        // Nothing is cleaned.
        let candidates: Vec<&str> = aligned.pairs.iter().map(|pair| pair.candidate.as_str()).collect();
        let given: Vec<&str> = marked.iter().map(|(_, text)| text.as_str()).collect();
        prop_assert_eq!(candidates, given);
    }
}
