//! A run looked at closely: groups, extremes, correlations, filters; over the made-up sample.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rrgscore_data::samples::{MODEL_A, SPLIT};
use rrgscore_data::{
    Code, Finding, JoinOptions, MissingPolicy, ReadOptions, Severity, StudyField, StudyPair, Task,
    align, read,
};
use rrgscore_results::{
    Results, ScoreRange, ScoreRow, ScoreTable, ScoredRun, Sort, SortBy, StudyFilter, StudyGrouping,
    correlations, extremes, group_scores, groups_csv, means_of,
};
use rrgscore_scoring::job::{Failure, FailureKind};
use rrgscore_scoring::summary::Provenance;
use rrgscore_scoring::{Metric, Next, Profile, Run, Settings, Worker};
use rrgscore_stats::{CorrelationMethod, mean_estimate};

/// The sample, scored by two columns that need no model.
fn scored() -> (Run, ScoredRun, Vec<Finding>) {
    let of = |text: &str| read(text.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
    let (predictions, references) = (of(MODEL_A.text), of(SPLIT.text));
    let (task, missing) = (Task::Report, MissingPolicy::Empty);
    let aligned = align(&predictions, Some(&references), task, missing).unwrap();
    assert_eq!(aligned.join, JoinOptions::default());
    let provenance = Provenance::of(&aligned);
    let metrics = ["bleu2", "rouge1"].map(|id| Metric::named(id).unwrap()).to_vec();
    let settings =
        Settings { profile: Profile::Rexrank, task: Some(task), missing, metrics, cleaning: None };
    let pairs: Arc<[StudyPair]> = aligned.pairs.into();
    let mut run = Run::new(settings, pairs);
    let mut worker = Worker::default();
    while let Next::Job(job) = run.next_job() {
        match worker.handle(&job) {
            Ok(outcome) => run.accept(outcome).unwrap(),
            Err(error) => run.fail(job.id, &Failure::new(FailureKind::Worker, error)),
        }
    }
    assert!(run.is_complete());
    let summary = Results::new(&run, &provenance, &[]).summary;
    let scores = ScoredRun::of("sample", &run, &summary);
    (run, scores, aligned.findings)
}

/// Every third study is of view AP, and the last one of none.
fn view(studies: usize) -> StudyField {
    let value = |at: usize| match at {
        at if at + 1 == studies => None,
        at if at % 3 == 0 => Some("AP"),
        _ => Some("PA"),
    };
    StudyField::of_values("view", (0..studies).map(value)).unwrap()
}

#[test]
fn a_groups_mean_is_the_mean_of_its_studies() {
    let (_, scores, _) = scored();
    let studies = scores.ids.len();
    let grouped = group_scores(&scores, &StudyGrouping::of_field(&view(studies)));
    assert_eq!(grouped.without, 1);
    assert_eq!(grouped.groups.iter().map(|group| group.studies).sum::<u32>() as usize, studies - 1);
    let column = scores.columns.values().next().unwrap();
    let expected: Vec<f64> =
        (0..studies - 1).filter(|at| at % 3 == 0).filter_map(|at| column[at]).collect();
    let expected = mean_estimate(&expected).unwrap();
    let group = &grouped.groups[0];
    assert_eq!(group.name, "AP");
    let (metric, _) = scores.columns.iter().next().unwrap();
    let mean = group.means.iter().find(|mean| mean.metric == *metric).unwrap();
    assert_eq!(mean.n as usize, expected.n);
    assert_eq!(mean.mean, Some(expected.mean));
    assert_eq!(mean.ci95.map(|[low, _]| low), expected.ci95.map(|ci| ci.lower));
    let csv = groups_csv(std::slice::from_ref(&grouped)).unwrap();
    assert_eq!(csv.lines().count(), 1 + 2 * 2);
    assert!(csv.starts_with("by,group,studies,metric,n,mean,lower,upper\nview,AP,"));
    let table = grouped.table(&scores).to_text();
    assert!(table.contains("Studies by view: mean \u{b1}") && table.contains("; 1 in no group"));
}

#[test]
fn all_studies_as_one_group_have_the_runs_own_means() {
    let (_, scores, _) = scored();
    let all: Vec<u32> = (0..scores.ids.len() as u32).collect();
    for (mean, summary) in means_of(&scores, &all).iter().zip(&scores.summary.metrics) {
        assert_eq!((mean.mean, mean.ci95, mean.n), (summary.mean, summary.ci95, summary.n));
    }
}

#[test]
fn best_and_worst_studies_stand_where_the_table_has_them() {
    let (run, scores, findings) = scored();
    let mut table = ScoreTable::default();
    for (at, ends) in extremes(&scores, 3).iter().enumerate() {
        let higher = ends.metric.higher_is_better();
        for (studies, descending) in [(&ends.best, higher), (&ends.worst, !higher)] {
            let sort = Sort { by: SortBy::Metric(at as u32), descending };
            let places = table.places(&run, &findings, sort, &StudyFilter::default());
            let rows = places.iter().take(3).map(|&place| ScoreRow::of(&run, place).unwrap());
            let table: Vec<_> = rows.map(|row| (row.place, row.scores[at])).collect();
            let ours: Vec<_> = studies.iter().map(|one| (one.place, Some(one.score))).collect();
            assert_eq!(ours, table);
        }
        let ends_of_it = ends.ends(&scores);
        let cells = &ends_of_it.rows[1].cells;
        assert_eq!(ends_of_it.rows.len(), 3);
        assert_eq!([&cells[0].text, &cells[2].text], [&ends.best[1].id, &ends.worst[1].id]);
        assert_eq!(cells[3].value, Some(ends.worst[1].score));
    }
}

#[test]
fn a_metric_goes_with_itself_and_the_table_is_symmetric() {
    let (_, scores, _) = scored();
    for method in CorrelationMethod::ALL {
        let found = correlations(&scores, method);
        for (at, row) in found.rows.iter().enumerate() {
            assert!((row[at].value.unwrap() - 1.0).abs() < 1e-12);
            for (other, cell) in row.iter().enumerate() {
                assert_eq!(*cell, found.rows[other][at]);
            }
        }
        assert!(found.rows[0][1].value.unwrap() > 0.5, "BLEU and ROUGE-L see much of the same");
    }
}

#[test]
fn filters_leave_the_studies_that_are_like_that() {
    let (run, scores, findings) = scored();
    let shown = |filter: &StudyFilter| filter.places(&run, &findings);
    let all = shown(&StudyFilter::default());
    assert_eq!(all.len(), scores.ids.len());

    let word = StudyFilter { word: "Effusion".to_owned(), ..StudyFilter::default() };
    let found = shown(&word);
    assert!(!found.is_empty() && found.len() < all.len());
    for (at, pair) in run.pairs().iter().enumerate() {
        let text = format!("{} {}", pair.reference, pair.candidate).to_lowercase();
        assert_eq!(text.contains("effusion"), found.contains(&(at as u32)), "{}", pair.id);
    }

    let range = ScoreRange { metric: 0, low: Some(0.2), high: Some(0.6) };
    let ranged = StudyFilter { range: Some(range), ..StudyFilter::default() };
    let column = &scores.columns[&scores.summary.metrics[0].metric];
    let expected: Vec<u32> = (0..all.len())
        .filter(|&at| column[at].is_some_and(|score| (0.2..=0.6).contains(&score)))
        .map(|at| at as u32)
        .collect();
    assert_eq!(shown(&ranged), expected);
    let both = StudyFilter { word: word.word.clone(), ..ranged.clone() };
    let expected: Vec<u32> = expected.into_iter().filter(|at| found.contains(at)).collect();
    assert_eq!(shown(&both), expected);

    let open = ScoreRange { metric: 1, ..ScoreRange::default() };
    let open = StudyFilter { range: Some(open), ..StudyFilter::default() };
    assert!(open.shows_all() && shown(&open) == all);

    let two: Vec<String> = [3, 5].map(|at: usize| run.pairs()[at].id.clone()).to_vec();
    let long = Finding {
        code: Code::LongReports,
        severity: Severity::Note,
        count: 2,
        studies: two,
        message: String::new(),
        hint: String::new(),
        control: None,
        split: None,
    };
    let flagged = StudyFilter { flagged: Some(Code::LongReports), ..StudyFilter::default() };
    assert_eq!(flagged.places(&run, &[long]), [3, 5]);
    let nobody = StudyFilter { flagged: Some(Code::Mojibake), ..StudyFilter::default() };
    assert!(shown(&nobody).is_empty());
    let cut = StudyFilter { truncated: true, ..StudyFilter::default() };
    assert!(shown(&cut).is_empty());
}
