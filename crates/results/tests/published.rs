//! The published numbers against the paper's algebra, and ranks on hand-made tables.

#![allow(clippy::unwrap_used)]

use rrgscore_data::Task;
use rrgscore_results::published::{
    BoardOrder, BoardSort, Edition, ModelCard, OwnRun, Published, PublishedColumn,
    PublishedDataset, PublishedRow, PublishedScore, PublishedTable, RankInterval, embedded,
    leaderboard, rank, sort_rows,
};

fn edition(id: &str) -> &'static Edition {
    embedded().edition(id).unwrap()
}

fn point(mean: f64) -> PublishedScore {
    PublishedScore { mean, ci: None }
}

/// A table of which only the BLEU-2 column matters.
fn hand_made(values: &[f64]) -> PublishedTable {
    let rows = values.iter().enumerate().map(|(place, value)| {
        let mut scores = [None; 8];
        scores[PublishedColumn::Bleu2.index()] = Some(point(*value));
        PublishedRow { model: format!("m{place}"), scores }
    });
    PublishedTable { dataset: PublishedDataset::IuXray, task: Task::Report, rows: rows.collect() }
}

#[test]
fn each_edition_has_eight_tables_of_the_same_columns() {
    let files = [include_str!("../data/paper.json"), include_str!("../data/site-2025-09.json")];
    for ((id, rows), file) in [("paper", [6, 16]), ("site-2025-09", [7, 25])].iter().zip(files) {
        let edition = edition(id);
        let columns: serde_json::Value = serde_json::from_str(file).unwrap();
        assert_eq!(columns["columns"], serde_json::json!(PublishedColumn::ALL));
        assert_eq!(edition.tables.len(), 8);
        for dataset in PublishedDataset::ALL {
            let rows_of = |task| edition.table(dataset, task).unwrap().rows.len();
            assert_eq!([rows_of(Task::Report), rows_of(Task::Findings)], *rows, "{id}");
        }
        let unit = if *id == "paper" { 100.0 } else { 1000.0 };
        let rows = edition.tables.iter().flat_map(|table| &table.rows);
        for (row, score) in rows.flat_map(|row| row.scores.map(|score| (row, score))) {
            let Some(score) = score else { continue };
            assert_eq!(score.ci.is_some(), *id == "paper", "{}", row.model);
            assert!(score.ci.is_none_or(|ci| (0.0..=0.2).contains(&ci)), "{}", row.model);
            assert!((score.mean * unit - (score.mean * unit).round()).abs() < 1e-9);
        }
    }
    assert!(edition("paper").has_intervals() && !edition("site-2025-09").has_intervals());
}

/// The figures of a file that lies beside the project, against an edition's: all of them, both ways.
fn same_figures(id: &str, given: &[serde_json::Value]) -> usize {
    let mut figures = 0;
    let rows: usize = edition(id).tables.iter().map(|table| table.rows.len()).sum();
    assert_eq!(rows, given.len());
    for given in given {
        let dataset = match given["dataset"].as_str().unwrap() {
            "IU-Xray" => PublishedDataset::IuXray,
            name => *PublishedDataset::ALL.iter().find(|d| d.label() == name).unwrap(),
        };
        let task = match given["task"].as_str().unwrap() {
            "findings" => Task::Findings,
            _ => Task::Report,
        };
        let model = given["model"].as_str().unwrap();
        let table = edition(id).table(dataset, task).unwrap();
        let ours = table.rows.iter().find(|row| row.model == model).unwrap();
        for column in PublishedColumn::ALL {
            let theirs = &given["scores"][column.label()];
            let score = ours.score(column);
            assert_eq!(score.map(|s| s.mean), theirs["mean"].as_f64(), "{model} {column}");
            assert_eq!(score.and_then(|s| s.ci), theirs["ci"].as_f64(), "{model} {column}");
            figures += 1;
        }
        if let Some(institution) = given["institution"].as_str() {
            let card = embedded().card(model).unwrap();
            assert_eq!(card.institution, institution);
            assert_eq!(card.year, given["year"].as_str().unwrap(), "{model}");
        }
    }
    figures
}

#[test]
fn all_704_figures_of_the_paper_are_as_their_source_has_them() {
    let Some(text) = rrgscore_parity::shared_file("data/published_tables.json") else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    assert_eq!(same_figures("paper", &rows), 704);
}

#[test]
fn all_1024_figures_of_the_site_are_as_their_source_has_them() {
    let Some(text) = rrgscore_parity::shared_file("data/site_tables_2025-09.json") else { return };
    let file: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(same_figures("site-2025-09", file["rows"].as_array().unwrap()), 128 * 8);
}

/// The paper's tables stand in the order of 1/RadCliQ-v1, by which the leaderboard ranks.
#[test]
fn ranks_rebuilt_from_the_figures_are_the_papers_order() {
    for table in &edition("paper").tables {
        let own = |at: usize| table.rows[at].score(PublishedColumn::InverseRadCliQV1).unwrap();
        for at in 0..table.rows.len() {
            let rank = rank(table, 2, PublishedColumn::InverseRadCliQV1, own(at)).unwrap();
            let first = table.rows.iter().position(|row| rank.ties.contains(&row.model)).unwrap();
            assert_eq!(rank.place, first + 1, "{} {}", table.dataset, table.rows[at].model);
            assert!((first..first + rank.ties.len()).contains(&at), "{}", table.rows[at].model);
        }
    }
}

#[test]
fn every_model_of_every_edition_has_one_card() {
    let published = embedded();
    for edition in &published.editions {
        for row in edition.tables.iter().flat_map(|table| &table.rows) {
            let cards = published.models.iter().filter(|card| card.names.contains(&row.model));
            assert_eq!(cards.count(), 1, "{}", row.model);
        }
    }
    for ModelCard { names, institution, year, .. } in &published.models {
        assert!(!institution.is_empty() && year.len() == 4, "{names:?}");
    }
    assert!(published.is_same_model("RadDialog", "RaDialog"));
    assert!(!published.is_same_model("MedVersa", "MedGemma"));
}

/// Counted independently in Python from the two files: 704 shared figures, 696 within rounding.
#[test]
fn where_the_two_editions_disagree_is_known() {
    let found = embedded().disagreements(edition("paper"), edition("site-2025-09"));
    assert_eq!((found.shared, found.figures.len()), (704, 8));
    for figure in &found.figures {
        assert_eq!(figure.column, PublishedColumn::InverseRadCliQV1);
        assert_eq!(figure.task, Task::Report);
    }
    let gpt = found.figures.iter().find(|figure| figure.model == "GPT4V").unwrap();
    assert_eq!((gpt.dataset, gpt.first, gpt.second), (PublishedDataset::ReXGradient, 0.66, 0.605));
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
    for table in &edition("paper").tables {
        for row in &table.rows {
            let mean: f64 = parts
                .iter()
                .map(|(column, mean, scale, weight)| {
                    weight * (row.score(*column).unwrap().mean - mean) / scale
                })
                .sum::<f64>()
                + 2.466552561323256e-10;
            let published = row.score(PublishedColumn::InverseRadCliQV1).unwrap().mean;
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
    let at = |value| rank(&table, 2, PublishedColumn::Bleu2, point(value)).unwrap();

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

    for value in [f64::NAN, f64::INFINITY] {
        assert_eq!(rank(&table, 2, PublishedColumn::Bleu2, point(value)), None);
    }
    let alone = rank(&hand_made(&[]), 2, PublishedColumn::Bleu2, point(0.5)).unwrap();
    assert_eq!((alone.place, alone.of), (1, 1));

    // Three decimals tell apart what two do not.
    let finer = rank(&table, 3, PublishedColumn::Bleu2, point(0.2049)).unwrap();
    assert_eq!((finer.place, finer.ties.len()), (2, 0));
    // A row without a value is none of those that are ranked.
    assert_eq!(rank(&table, 2, PublishedColumn::Green, point(0.5)).unwrap().of, 1);
}

#[test]
fn places_are_a_range_where_intervals_overlap() {
    let mut table = hand_made(&[0.10, 0.20, 0.24, 0.30]);
    let bleu2 = PublishedColumn::Bleu2;
    let places = |table: &PublishedTable, mean, ci| {
        let found = rank(table, 2, bleu2, PublishedScore { mean, ci }).unwrap();
        (found.place, found.places.best, found.places.worst)
    };
    // Points: what is between them has one place.
    assert_eq!(places(&table, 0.22, None), (3, 3, 3));
    // 0.18 to 0.26 holds the second and the third.
    assert_eq!(places(&table, 0.22, Some(0.04)), (3, 2, 4));
    // With 0.04 more to each side of each row, the best one's begins at 0.26, where its own ends.
    for row in &mut table.rows {
        let score = row.scores[bleu2.index()].unwrap();
        row.scores[bleu2.index()] = Some(PublishedScore { ci: Some(0.04), ..score });
    }
    assert_eq!(places(&table, 0.22, Some(0.04)), (3, 1, 4));
    assert_eq!(places(&table, 0.22, Some(0.01)), (3, 2, 4));
    assert_eq!(places(&table, 0.05, Some(0.0)), (5, 5, 5));
}

#[test]
fn each_published_row_ranks_at_its_own_place() {
    for edition in &embedded().editions {
        for table in &edition.tables {
            for metric in PublishedColumn::ALL {
                for row in &table.rows {
                    let Some(score) = row.score(metric) else { continue };
                    let means =
                        table.rows.iter().filter_map(|other| Some(other.score(metric)?.mean));
                    let better = means.filter(|mean| *mean > score.mean);
                    let rank = rank(table, edition.decimals, metric, score).unwrap();
                    assert_eq!(rank.place, better.count() + 1);
                    assert!(rank.ties.contains(&row.model));
                    assert!(rank.places.best <= rank.place && rank.place <= rank.places.worst);
                }
            }
        }
    }
}

#[test]
fn a_view_marks_own_runs_and_puts_missing_values_last() {
    let table = hand_made(&[0.10, 0.30, 0.20]);
    let mut scored = OwnRun { name: "mine".to_owned(), scores: [None; 8] };
    let unscored = scored.clone();
    scored.scores[PublishedColumn::Bleu2.index()] =
        Some(PublishedScore { mean: 0.204, ci: Some(0.01) });
    let own = [unscored, scored];
    let card = |name: &str, institution: &str, year: &str| ModelCard {
        names: vec![name.to_owned()],
        institution: institution.to_owned(),
        year: year.to_owned(),
        ..ModelCard::default()
    };
    let published = Published {
        editions: Vec::new(),
        // A card of the same name as an own run is not the run's.
        models: vec![card("m0", "b", "2025"), card("m2", "A", "2024"), card("mine", "c", "2020")],
    };
    let mut rows = leaderboard(&published, edition("paper"), &table, &own, PublishedColumn::Bleu2);
    let names = |rows: &[rrgscore_results::published::LeaderboardRow]| -> Vec<String> {
        rows.iter().map(|row| format!("{}{:?}", row.name, row.own.is_some())).collect()
    };
    let places: Vec<Option<usize>> = rows.iter().map(|row| row.place).collect();
    assert_eq!(places, [Some(1), Some(2), Some(2), Some(4), None]);
    let best = ["m1false", "minetrue", "m2false", "m0false", "minetrue"];
    assert_eq!(names(&rows), best);
    assert_eq!((rows[1].own, rows[4].own), (Some(1), Some(0)));
    assert_eq!(rows[1].places, Some(RankInterval { best: 2, worst: 3 }));
    let shown: Vec<String> = rows.iter().map(|row| row.shown_place()).collect();
    assert_eq!(shown, ["1", "2\u{2013}3", "2\u{2013}3", "4", "\u{2013}"]);

    let mut sorted = |by, order| {
        sort_rows(&mut rows, by, order);
        names(&rows)
    };
    let score = BoardSort::Score(PublishedColumn::Bleu2);
    let worst = ["m0false", "m2false", "minetrue", "m1false", "minetrue"];
    assert_eq!(sorted(score, BoardOrder::Ascending), worst);
    assert_eq!(sorted(BoardSort::Institution, BoardOrder::Ascending)[..2], ["m2false", "m0false"]);
    assert_eq!(sorted(BoardSort::Year, BoardOrder::Descending)[..2], ["m0false", "m2false"]);
    let by_name = ["m0false", "m1false", "m2false", "minetrue", "minetrue"];
    assert_eq!(sorted(BoardSort::Model, BoardOrder::Ascending), by_name);
    assert_eq!(sorted(BoardSort::Model, BoardOrder::Descending)[4], "m0false");
}

#[test]
fn every_column_says_what_it_measures_and_does_not() {
    for column in PublishedColumn::ALL {
        let metric = column.metric().unwrap();
        assert_eq!(metric.has_reciprocal(), column.is_reciprocal());
        assert!(!metric.spec().about.is_empty() && column.blind_spots().ends_with('.'));
    }
}
