//! Whatever is done to the ids of two files: either the pairing is right or the run is refused.

#![allow(clippy::unwrap_used)]

mod common;

use common::dataset;
use proptest::prelude::*;
use rrgscore_data::{
    AlignError, Alignment, IdMatching, JoinOptions, MissingPolicy, RepeatedIds, Task, align_with,
};

/// Studies with their number as the text of both sides, so that a wrong pair shows.
fn table(ids: &[(String, usize)], id_name: &str, text_name: &str) -> String {
    let rows = ids.iter().map(|(id, number)| format!("{id},Report of study {number} .\n"));
    format!("{id_name},{text_name}\n{}", rows.collect::<String>())
}

/// Whether each pair holds the two texts of one study.
fn is_right(aligned: &Alignment) -> bool {
    aligned.pairs.iter().all(|pair| pair.candidate.is_empty() || pair.candidate == pair.reference)
}

fn align(predictions: &str, references: &str, join: JoinOptions) -> Result<Alignment, AlignError> {
    let (predictions, references) = (dataset(predictions), dataset(references));
    align_with(&predictions, Some(&references), Task::Report, MissingPolicy::Empty, join)
}

const JOINS: [JoinOptions; 2] = [
    JoinOptions { ids: IdMatching::Exact, repeated: RepeatedIds::Refuse },
    JoinOptions { ids: IdMatching::Loose, repeated: RepeatedIds::Refuse },
];

/// Distinct ids, each with its study's number.
fn studies() -> impl Strategy<Value = Vec<(String, usize)>> {
    prop::collection::btree_set("[a-c]{0,2}[1-9][0-9]{0,3}", 2..9)
        .prop_map(|ids| ids.into_iter().zip(0..).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_ids(ids in studies().prop_shuffle(), seed in any::<u64>()) {
        let mut other = ids.clone();
        other.rotate_left(seed as usize % ids.len());
        for join in JOINS {
            let aligned = align(&table(&ids, "study_id", "report"), &table(&other, "id", "report"), join);
            let aligned = aligned.unwrap();
            prop_assert!(is_right(&aligned));
            prop_assert_eq!(aligned.pairs.len(), ids.len());
        }
    }

    /// A row repeated with another text is refused, dropped, or its first text is taken.
    #[test]
    fn duplicated_ids(ids in studies().prop_shuffle(), which in any::<prop::sample::Index>()) {
        let mut twice = ids.clone();
        let (id, number) = twice[which.index(ids.len())].clone();
        twice.push((id.clone(), number + 100));
        let (predictions, references) = (table(&twice, "id", "report"), table(&ids, "id", "report"));
        let with = |repeated| align(&predictions, &references, JoinOptions { repeated, ..JOINS[0] });
        let is_conflict = matches!(with(RepeatedIds::Refuse), Err(AlignError::ConflictingStudies { .. }));
        prop_assert!(is_conflict);
        let first = with(RepeatedIds::First).unwrap();
        prop_assert!(is_right(&first) && first.counts.first_taken == 1);
        prop_assert_eq!(first.pairs.len(), ids.len());
        let dropped = with(RepeatedIds::Drop).unwrap();
        prop_assert!(is_right(&dropped) && dropped.counts.repeated_dropped == 1);
        prop_assert!(dropped.pairs.iter().all(|pair| pair.id != id));
        prop_assert_eq!(dropped.counts.missing, 0);
    }

    /// A second field of ids that is shifted against the first one is a contradiction.
    #[test]
    fn shifted_ids(ids in studies().prop_shuffle()) {
        let shifted = |by: usize| {
            let rows = ids.iter().enumerate().map(|(at, (id, number))| {
                let (other, _) = &ids[(at + by) % ids.len()];
                format!("{id},x{other},Report of study {number} .\n")
            });
            format!("study_id,image_id,report\n{}", rows.collect::<String>())
        };
        prop_assert!(is_right(&align(&shifted(0), &shifted(0), JOINS[0]).unwrap()));
        let refused = align(&shifted(1), &shifted(0), JOINS[0]);
        let is_contradiction = matches!(refused, Err(AlignError::IdsContradict { .. }));
        prop_assert!(is_contradiction);
    }

    /// Running numbers that nobody chose pair by place alone, and only files of one length.
    #[test]
    fn running_numbers_are_places(ids in studies(), start in 0..2_usize, shorter in any::<bool>()) {
        let taken = ids.len() - usize::from(shorter);
        let numbered = |name: &str, start: usize, count: usize| {
            let rows = (0..count).map(|at| (format!("{}", at + start), at)).collect::<Vec<_>>();
            table(&rows, name, "report")
        };
        let list = format!("[{}]", (0..ids.len()).map(|at| format!("\"Report of study {at} .\"")).collect::<Vec<_>>().join(","));
        for (predictions, references) in [
            (numbered("", start, taken), list.clone()),
            (numbered("Unnamed: 0", start, taken), numbered("", 1 - start, ids.len())),
        ] {
            match align(&predictions, &references, JOINS[0]) {
                Ok(aligned) => prop_assert!(!shorter && is_right(&aligned)),
                Err(error) => {
                    let is_length = matches!(error, AlignError::UnequalWithoutIds { .. });
                    prop_assert!(shorter && is_length);
                }
            }
        }
        // Against ids that somebody chose they are nothing.
        let refused = align(&numbered("", start, ids.len()), &table(&ids, "study_id", "report"), JOINS[0]);
        let is_one_side = matches!(refused, Err(AlignError::IdsOnOneSide { .. }));
        prop_assert!(is_one_side || ids.iter().map(|(id, _)| id.as_str()).eq((0..ids.len()).map(|at| ["0","1","2","3","4","5","6","7","8","9"][at + start])));
    }

    /// References of all splits: those of the predictions' split, and no other is missing.
    #[test]
    fn the_split_of_the_ids_is_taken(ids in studies().prop_shuffle(), cut in any::<prop::sample::Index>()) {
        let cut = 1 + cut.index(ids.len() - 1);
        let rows = ids.iter().enumerate().map(|(at, (id, number))| {
            format!("{id},Report of study {number} .,{}\n", if at < cut { "test" } else { "train" })
        });
        let references = format!("id,report,split\n{}", rows.collect::<String>());
        let aligned = align(&table(&ids[..cut], "id", "report"), &references, JOINS[0]).unwrap();
        prop_assert!(is_right(&aligned));
        prop_assert_eq!((aligned.counts.scored as usize, aligned.counts.missing), (cut, 0));
        prop_assert_eq!(aligned.counts.other_splits as usize, ids.len() - cut);
    }
}

/// Of two fields of ids the one that joins is taken, whatever the other holds.
#[test]
fn of_two_fields_the_one_that_joins() {
    let references = "id,study_id,report\nd1,5,Report of study 0 .\nd2,5,Report of study 1 .\n";
    for predictions in [
        "{\"d2\": [\"Report of study 1 .\"], \"d1\": [\"Report of study 0 .\"]}",
        "study_id,dicom_id,report\n5,d2,Report of study 1 .\n5,d1,Report of study 0 .\n",
        "dicom_id,id,report\nd1,0,Report of study 0 .\nd2,1,Report of study 1 .\n",
    ] {
        let aligned = align(predictions, references, JOINS[0]).unwrap();
        assert!(is_right(&aligned) && aligned.pairs.len() == 2, "{predictions}");
    }
}

/// Ids that a spreadsheet has rounded are named as that.
#[test]
fn rounded_ids_are_named() {
    let references = "study_id,report\n1234567890123456781,a\n1234567890123456782,b\n";
    let predictions = "study_id,report\n1.23457E+18,a\n1.23457E+18,b\n";
    let error = align(predictions, references, JOINS[0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the study ids of the predictions are numbers that a spreadsheet has rounded"
    );
    assert_eq!(error.to_finding().code, rrgscore_data::Code::RoundedIds);
}
