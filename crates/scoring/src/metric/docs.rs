//! `docs/metrics.md`, made from the table.

use std::fmt::Write as _;

use super::{ABSENT, Direction, Formula, METRICS, Metric, MetricSpec, MetricWorth};
use crate::settings::Profile;

/// The text of `docs/metrics.md`: every column with what it is, its values, what it needs, where it
/// is listed, what to mind, and what it is good and bad at. A test holds the file against it.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Metrics\n\n\
         Made from the table in `crates/scoring/src/metric/table.rs`: do not edit, see \
         [adding a metric](adding-a-metric.md).\n\n\
         A name is looked up in the profile first, then among the ids: `bleu2` is `bleu2-radeval` \
         in the profile radeval. **Bold** names are a profile's usual columns; `usual` stands for \
         all of these that can be computed, `all-available` for all of a profile's.\n\n\
         | id | column | what it is | values | needs | rexrank | radeval | coco | leaderboard |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for metric in Metric::all() {
        let spec = metric.spec();
        let better = match spec.direction {
            Direction::HigherIsBetter => "higher is better",
            Direction::LowerIsBetter => "lower is better",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | `{}` | **{}** {} | {}; {better} | {} | {} | {} | {} | {} |",
            spec.id,
            spec.column,
            spec.label,
            spec.about,
            spec.range,
            needs(metric),
            listed(metric, Profile::Rexrank),
            listed(metric, Profile::Radeval),
            listed(metric, Profile::Coco),
            spec.published_as.unwrap_or(""),
        );
    }
    text.push_str("\n## What to mind\n\n");
    for spec in METRICS {
        if let Some(caution) = spec.caution {
            let _ = writeln!(text, "- `{}`: {caution}", spec.id);
        }
    }
    text.push_str(
        "\n## What they are good and bad at\n\n\
         It follows from how they are defined, in the publications named.\n\n\
         | columns | good at | bad at | source |\n|---|---|---|---|\n",
    );
    let mut told: Vec<&MetricWorth> = Vec::new();
    for MetricSpec { worth, .. } in METRICS {
        if told.contains(worth) {
            continue;
        }
        told.push(worth);
        let alike = METRICS.iter().filter(|spec| spec.worth == *worth);
        let ids: Vec<String> = alike.map(|spec| format!("`{}`", spec.id)).collect();
        let MetricWorth { good, bad, source } = worth;
        let _ = writeln!(text, "| {} | {good} | {bad} | {source} |", ids.join(", "));
    }
    text.push_str("\n## What is not here\n\n");
    for absent in ABSENT {
        let _ = writeln!(text, "- `{}`, {}: {}.", absent.id, absent.label, absent.why);
    }
    text
}

fn needs(metric: Metric) -> String {
    match metric.spec().formula {
        Formula::Judge { .. } => "a judge's answers".to_owned(),
        _ if metric.needs().is_empty() => "nothing".to_owned(),
        _ => metric.needs().iter().map(|pack| pack.id()).collect::<Vec<_>>().join(", "),
    }
}

fn listed(metric: Metric, profile: Profile) -> String {
    metric.listing(profile).map_or_else(String::new, |listing| match listing.usual {
        true => format!("**{}**", listing.name),
        false => listing.name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `docs/metrics.md`.
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/metrics.md");

    /// Writes the file where `RRGSCORE_WRITE_DOCS` is set, else compares.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test reads and writes the documentation")]
    fn the_file_is_the_tables() {
        if std::env::var_os("RRGSCORE_WRITE_DOCS").is_some() {
            std::fs::write(FILE, markdown()).unwrap();
        }
        let stale = "docs/metrics.md is stale: RRGSCORE_WRITE_DOCS=1 cargo test -p \
                     rrgscore-scoring metric::docs";
        assert!(std::fs::read_to_string(FILE).is_ok_and(|text| text == markdown()), "{stale}");
    }

    #[test]
    fn rows_are_told_apart_by_each_of_their_names() {
        let names: [fn(Metric) -> &'static str; 3] = [Metric::id, Metric::column, Metric::label];
        for name in names {
            let names: BTreeSet<&str> = Metric::all().map(name).collect();
            assert_eq!(names.len(), METRICS.len());
        }
        for profile in Profile::ALL {
            let listed: Vec<&str> =
                Metric::listed(profile).filter_map(|m| Some(m.listing(profile)?.name)).collect();
            let distinct: BTreeSet<&&str> = listed.iter().collect();
            assert_eq!(distinct.len(), listed.len());
            assert!(!listed.contains(&crate::metric::USUAL));
        }
    }

    #[test]
    fn each_row_is_complete_and_agrees_with_its_formula() {
        let text = markdown();
        for metric in Metric::all() {
            let spec = metric.spec();
            let id = spec.id;
            assert!(text.contains(&format!("| `{id}` |")), "{id}");
            assert!(!spec.about.is_empty() && !spec.listed.is_empty(), "{id}");
            let needs: BTreeSet<_> = metric.needs().iter().copied().collect();
            let expected: BTreeSet<_> = match spec.formula {
                Formula::Texts(_) | Formula::Set(_) | Formula::Judge { .. } => BTreeSet::new(),
                Formula::TokenEmbeddings { encoder, .. } => BTreeSet::from([encoder]),
                Formula::Annotations { annotator, .. } => BTreeSet::from([annotator.purpose()]),
                Formula::RateScore(_) => needs.clone(),
                Formula::RadCliQ { of, .. } => {
                    assert_eq!(metric.components().len(), of.len(), "{id}");
                    metric.components().iter().flat_map(|m| m.needs()).copied().collect()
                }
            };
            assert_eq!(needs, expected, "{id}");
            assert_eq!(needs.is_empty(), spec.cost == 0.0 && metric.components().is_empty());
            // What is combined is listed with its components.
            for listing in spec.listed {
                for component in metric.components() {
                    let found = component.listing(listing.profile);
                    assert!(found.is_some_and(|own| own.usual || !listing.usual), "{id}");
                }
            }
            if let Some(stand_in) = spec.stand_in {
                assert!(Metric::named(stand_in).is_some(), "{id}");
            }
            let json = serde_json::to_string(&metric).unwrap();
            assert_eq!(json, format!("\"{id}\""));
            assert_eq!(serde_json::from_str::<Metric>(&json).unwrap(), metric);
        }
        assert!(serde_json::from_str::<Metric>("\"bleu3\"").is_err());
    }
}
