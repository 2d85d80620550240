//! The published numbers against the paper's algebra, and ranks on hand-made tables.

#![allow(clippy::unwrap_used)]

use rrgscore_data::Task;
use rrgscore_results::published::{
    OwnRun, PublishedColumn, PublishedDataset, PublishedRow, PublishedScore, PublishedTable,
    RankOrder, leaderboard, rank, table, tables,
};

/// A table of which only the BLEU-2 column matters.
fn hand_made(values: &[f64]) -> PublishedTable {
    let rows = values.iter().enumerate().map(|(place, value)| {
        let mut scores = [PublishedScore { mean: 0.0, ci: 0.0 }; 8];
        scores[PublishedColumn::Bleu2.index()].mean = *value;
        PublishedRow { model: format!("m{place}"), scores }
    });
    PublishedTable { dataset: PublishedDataset::IuXray, task: Task::Report, rows: rows.collect() }
}

#[test]
fn eight_tables_hold_88_rows() {
    assert_eq!(tables().len(), 8);
    assert_eq!(tables().iter().map(|table| table.rows.len()).sum::<usize>(), 88);
    for dataset in PublishedDataset::ALL {
        assert_eq!(table(dataset, Task::Report).unwrap().rows.len(), 6);
        assert_eq!(table(dataset, Task::Findings).unwrap().rows.len(), 16);
    }
    for row in tables().iter().flat_map(|table| &table.rows) {
        for score in row.scores {
            assert!(score.ci >= 0.0 && score.ci <= 0.2, "{}", row.model);
            assert!((score.mean * 100.0 - (score.mean * 100.0).round()).abs() < 1e-9);
        }
    }
}

#[test]
fn numbers_equal_the_file_they_were_taken_from() {
    let Some(text) = rrgscore_parity::shared_file("data/published_tables.json") else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    assert_eq!(rows.len(), 88);
    for given in rows {
        let dataset = match given["dataset"].as_str().unwrap() {
            "IU-Xray" => PublishedDataset::IuXray,
            name => *PublishedDataset::ALL.iter().find(|d| d.label() == name).unwrap(),
        };
        let task = match given["task"].as_str().unwrap() {
            "findings" => Task::Findings,
            _ => Task::Report,
        };
        let model = given["model"].as_str().unwrap();
        let ours = table(dataset, task).unwrap().rows.iter().find(|row| row.model == model);
        let ours = ours.unwrap();
        for column in PublishedColumn::ALL {
            let score = &given["scores"][column.label()];
            assert_eq!(Some(ours.score(column).mean), score["mean"].as_f64(), "{model} {column}");
            assert_eq!(Some(ours.score(column).ci), score["ci"].as_f64(), "{model} {column}");
        }
    }
}

/// RadCliQ-v1 is linear, so its mean follows from the means of its parts: BERTScore,
/// SembScore and RadGraph-F1 (BLEU weighs 4e-12). Constants: `radcliq-v1.pkl` of
/// CXR-Report-Metric.
#[test]
fn radcliq_follows_from_its_parts_within_rounding() {
    let parts: [(PublishedColumn, f64, f64, f64); 3] = [
        (PublishedColumn::RadGraphF1, 0.5379231241355762, 0.3028258411486429, -0.37708368261038905),
        (PublishedColumn::BertScore, 0.6175725628125001, 0.22430938459304575, -0.37030009974480316),
        (PublishedColumn::SembScore, 0.7647942121140658, 0.2539439110169773, -0.25261621789593225),
    ];
    // Each part was rounded by up to half a hundredth, and so was the published value.
    let slack: f64 = parts.iter().map(|(_, _, scale, weight)| weight.abs() / scale * 0.005).sum();
    let mut farthest = (0.0, String::new());
    for table in tables() {
        for row in &table.rows {
            let mean: f64 = parts
                .iter()
                .map(|(column, mean, scale, weight)| {
                    weight * (row.score(*column).mean - mean) / scale
                })
                .sum::<f64>()
                + 2.466552561323256e-10;
            let published = row.score(PublishedColumn::InverseRadCliQV1).mean;
            let (low, high) = (1.0 / (mean + slack), 1.0 / (mean - slack));
            let name = format!("{} {} {}", table.dataset, table.task, row.model);
            assert!(
                published + 0.005 >= low && published - 0.005 <= high,
                "{name}: {published} is outside {low} to {high}"
            );
            let off = (1.0 / mean - published).abs();
            if off > farthest.0 {
                farthest = (off, name);
            }
        }
    }
    // The row farthest off, and still no farther than rounding allows.
    assert_eq!(farthest.1, "IU X-ray findings RadDialog");
    assert!((farthest.0 - 0.023).abs() < 0.0005, "{}", farthest.0);
}

#[test]
fn a_value_is_ranked_as_it_would_be_printed() {
    let table = hand_made(&[0.10, 0.20, 0.20, 0.30]);
    let at = |value| rank(&table, PublishedColumn::Bleu2, value).unwrap();

    let best = at(0.31);
    assert_eq!((best.place, best.of, best.ties.len()), (1, 5, 0));
    assert_eq!((best.above, best.below.unwrap().model.as_str()), (None, "m3"));

    let tied = at(0.2049);
    assert_eq!((tied.place, tied.ties), (2, vec!["m1".to_owned(), "m2".to_owned()]));
    assert_eq!(tied.above.unwrap().model, "m3");
    assert_eq!(tied.below.unwrap().model, "m0");

    let between = at(0.205);
    assert_eq!((between.place, between.ties.len()), (2, 0));
    assert_eq!(between.below.unwrap().model, "m1");

    let worst = at(-0.5);
    assert_eq!((worst.place, worst.of), (5, 5));
    assert_eq!((worst.above.unwrap().model.as_str(), worst.below), ("m0", None));

    assert_eq!(rank(&table, PublishedColumn::Bleu2, f64::NAN), None);
    assert_eq!(rank(&table, PublishedColumn::Bleu2, f64::INFINITY), None);
    let alone = rank(&hand_made(&[]), PublishedColumn::Bleu2, 0.5).unwrap();
    assert_eq!((alone.place, alone.of), (1, 1));
}

#[test]
fn each_published_row_ranks_at_its_own_place() {
    for table in tables() {
        for metric in PublishedColumn::ALL {
            for row in &table.rows {
                let value = row.score(metric).mean;
                let better = table.rows.iter().filter(|other| other.score(metric).mean > value);
                let rank = rank(table, metric, value).unwrap();
                assert_eq!(rank.place, better.count() + 1);
                assert!(rank.ties.contains(&row.model));
            }
        }
    }
}

#[test]
fn a_view_marks_own_runs_and_puts_missing_values_last() {
    let table = hand_made(&[0.10, 0.30, 0.20]);
    let mut scored = OwnRun { name: "mine".to_owned(), scores: [None; 8] };
    let unscored = scored.clone();
    scored.scores[PublishedColumn::Bleu2.index()] = Some(PublishedScore { mean: 0.204, ci: 0.01 });
    let own = [unscored, scored];
    let names = |order| -> Vec<(String, Option<usize>, Option<usize>)> {
        leaderboard(&table, &own, PublishedColumn::Bleu2, order)
            .into_iter()
            .map(|row| (row.name, row.own, row.place))
            .collect()
    };
    let expect = |rows: [(&str, Option<usize>, Option<usize>); 5]| {
        rows.map(|(name, own, place)| (name.to_owned(), own, place)).to_vec()
    };
    assert_eq!(
        names(RankOrder::BestFirst),
        expect([
            ("m1", None, Some(1)),
            ("mine", Some(1), Some(2)),
            ("m2", None, Some(2)),
            ("m0", None, Some(4)),
            ("mine", Some(0), None),
        ])
    );
    assert_eq!(
        names(RankOrder::WorstFirst),
        expect([
            ("m0", None, Some(4)),
            ("m2", None, Some(2)),
            ("mine", Some(1), Some(2)),
            ("m1", None, Some(1)),
            ("mine", Some(0), None),
        ])
    );
}
