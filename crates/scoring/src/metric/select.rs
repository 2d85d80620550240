//! Which columns a request means: names, a profile and what is there in, metrics and notes out.

use std::collections::BTreeSet;
use std::fmt;

use rrgscore_annotations::Purpose;
use rrgscore_judge::JudgeMetric;
use serde::{Deserialize, Serialize};

use super::{AbsentMetric, Metric, absent};
use crate::settings::Profile;

/// Instead of a name: the profile's usual columns, as far as they can be computed. The default
/// of every skin.
pub const USUAL: &str = "usual";

/// Instead of a name: every column of the profile that can be computed.
pub const ALL_AVAILABLE: &str = "all-available";

/// What there is to compute with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Available {
    /// What the packs are for that are there.
    pub packs: BTreeSet<Purpose>,
    /// Whether the user provides RadGraph annotations.
    pub graphs: bool,
    /// The judges' metrics that the user provides answers for.
    pub answers: BTreeSet<JudgeMetric>,
}

/// What a column needs and is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "lacking")]
pub enum Lacking {
    /// Model packs.
    Packs {
        /// What they are for.
        purposes: Vec<Purpose>,
    },
    /// A judge's answers.
    Answers {
        /// For which of the judge's metrics.
        judge: JudgeMetric,
    },
}

impl Available {
    /// What a column needs and is not there; none where it can be computed.
    pub fn lacking(&self, metric: Metric) -> Option<Lacking> {
        if let Some(judge) = metric.judge() {
            return (!self.answers.contains(&judge)).then_some(Lacking::Answers { judge });
        }
        let needed = metric.packs(self.graphs).into_iter();
        let purposes: Vec<Purpose> = needed.filter(|pack| !self.packs.contains(pack)).collect();
        (!purposes.is_empty()).then_some(Lacking::Packs { purposes })
    }

    /// Whether a column can be computed.
    pub fn can_compute(&self, metric: Metric) -> bool {
        self.lacking(metric).is_none()
    }
}

/// Why names could not be turned into columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A name that is no metric's.
    #[error("no metric is called `{name}`; {}", hint(*nearest))]
    Unknown {
        /// The name as given.
        name: String,
        /// The name that is most like it, if one is.
        nearest: Option<&'static str>,
    },
    /// A name that papers know, of what this version does not compute.
    #[error("{} (`{}`) is not computed here: {}", .0.label, .0.id, .0.why)]
    Absent(AbsentMetric),
    /// The metric exists; models that it needs are not installed.
    #[error(
        "`{}` needs model packs that are not installed: {}", metric.id(), listed(purposes)
    )]
    PacksMissing {
        /// The metric.
        metric: Metric,
        /// What the missing packs are for.
        purposes: Vec<Purpose>,
    },
    /// The metric is scored from a judge's answers, and there are none.
    #[error("`{}` is scored from a judge's answers, and none are given", metric.id())]
    NoAnswers {
        /// The metric.
        metric: Metric,
        /// The judge's metric.
        judge: JudgeMetric,
    },
    /// Nothing was chosen.
    #[error("no metric is chosen")]
    Empty,
}

impl SelectionError {
    fn of(metric: Metric, lacking: Lacking) -> Self {
        match lacking {
            Lacking::Packs { purposes } => Self::PacksMissing { metric, purposes },
            Lacking::Answers { judge } => Self::NoAnswers { metric, judge },
        }
    }
}

fn hint(nearest: Option<&'static str>) -> String {
    let usual = names(Profile::default()).take(7).collect::<Vec<_>>().join(", ");
    match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {usual} and others, see docs/metrics.md"),
    }
}

fn listed(purposes: &[Purpose]) -> String {
    purposes.iter().map(|purpose| purpose.id()).collect::<Vec<_>>().join(", ")
}

/// Something about a choice that the user is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionNote {
    /// Another column is computed instead of one whose packs are not there.
    InsteadOf {
        /// The column that was chosen.
        chosen: Metric,
        /// The column that is computed.
        computed: Metric,
    },
}

impl fmt::Display for SelectionNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::InsteadOf { chosen, computed } = self;
        let missing = listed(chosen.needs());
        write!(
            f,
            "{}: the model pack {missing} is not installed, so the column is {} (`{}`), which is \
             not comparable with {}",
            chosen.id(),
            computed.label(),
            computed.column(),
            chosen.label(),
        )
    }
}

/// The columns of a run, and notes on the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The columns, in the order chosen, each once, components before what is combined from them.
    pub metrics: Vec<Metric>,
    /// Notes on the choice.
    pub notes: Vec<SelectionNote>,
}

/// The names that a profile knows, in the table's order: its own and all ids.
pub fn names(profile: Profile) -> impl Iterator<Item = &'static str> {
    let own = Metric::listed(profile).filter_map(move |metric| metric.listing(profile));
    let others = Metric::all()
        .filter(move |&metric| resolve(metric.id(), profile) == Some(metric))
        .filter(move |metric| metric.listing(profile).is_none_or(|own| own.name != metric.id()));
    own.map(|listing| listing.name).chain(others.map(Metric::id))
}

/// The column that a name means: the profile's own of that name, else that of this id, whichever
/// profile it is of.
pub fn resolve(name: &str, profile: Profile) -> Option<Metric> {
    let own = |metric: &Metric| metric.listing(profile).is_some_and(|own| own.name == name);
    Metric::all().find(own).or_else(|| Metric::named(name))
}

/// Turns names into columns.
///
/// A name is [`USUAL`], [`ALL_AVAILABLE`], or one that [`resolve`] knows. A column whose packs are
/// not there is replaced by its stand-in, under the stand-in's name and with a note, where that can
/// be computed; combined columns bring their components along; a judge's answers bring their
/// column.
///
/// # Errors
/// An unknown name, a named column that cannot be computed, or no column at all.
pub fn select(
    names: &[impl AsRef<str>],
    profile: Profile,
    available: &Available,
) -> Result<Selection, SelectionError> {
    let mut selection = Selection { metrics: Vec::new(), notes: Vec::new() };
    for name in names {
        match name.as_ref() {
            USUAL => selection.add_all(profile, available, |metric| metric.is_usual(profile)),
            ALL_AVAILABLE => selection.add_all(profile, available, |_| true),
            name => selection.add_named(name, profile, available)?,
        }
    }
    selection.add_all(profile, available, |metric| metric.judge().is_some());
    if selection.metrics.is_empty() {
        return Err(SelectionError::Empty);
    }
    Ok(selection)
}

impl Selection {
    /// These columns and what they are combined from, each once, components first: whatever order
    /// they were chosen in. None is replaced by another.
    ///
    /// # Errors
    /// A column that cannot be computed with what is there, or none at all.
    pub fn exactly(metrics: &[Metric], available: &Available) -> Result<Self, SelectionError> {
        let mut selection = Self { metrics: Vec::new(), notes: Vec::new() };
        for &metric in metrics {
            match available.lacking(metric) {
                Some(lacking) => return Err(SelectionError::of(metric, lacking)),
                None => selection.add(metric),
            }
        }
        if selection.metrics.is_empty() {
            return Err(SelectionError::Empty);
        }
        Ok(selection)
    }

    fn add_all(&mut self, profile: Profile, available: &Available, which: impl Fn(Metric) -> bool) {
        for metric in Metric::listed(profile) {
            if which(metric) && available.can_compute(metric) {
                self.add(metric);
            }
        }
    }

    fn add_named(
        &mut self,
        name: &str,
        profile: Profile,
        available: &Available,
    ) -> Result<(), SelectionError> {
        let unknown = || match absent(name) {
            Some(&absent) => SelectionError::Absent(absent),
            None => {
                SelectionError::Unknown { name: name.to_owned(), nearest: nearest(name, profile) }
            }
        };
        let metric = resolve(name, profile).ok_or_else(unknown)?;
        let Some(lacking) = available.lacking(metric) else {
            self.add(metric);
            return Ok(());
        };
        let stand_in = metric.spec().stand_in.and_then(Metric::named);
        if let Some(computed) = stand_in.filter(|&metric| available.can_compute(metric)) {
            self.notes.push(SelectionNote::InsteadOf { chosen: metric, computed });
            self.add(computed);
            return Ok(());
        }
        Err(SelectionError::of(metric, lacking))
    }

    /// Adds a column after its components, each once.
    fn add(&mut self, metric: Metric) {
        for part in metric.components().into_iter().chain([metric]) {
            if !self.metrics.contains(&part) {
                self.metrics.push(part);
            }
        }
    }
}

/// The known name that takes the fewest edits, at most a third of the name's length.
fn nearest(name: &str, profile: Profile) -> Option<&'static str> {
    let most = name.chars().count().div_ceil(3);
    let near = names(profile).map(|known| (edits(name, known), known));
    near.filter(|&(edits, _)| edits <= most).min_by_key(|&(edits, _)| edits).map(|(_, known)| known)
}

/// Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Profile::{Coco, Radeval, Rexrank};

    fn with(packs: &[Purpose]) -> Available {
        Available { packs: packs.iter().copied().collect(), ..Available::default() }
    }

    fn ids(selection: &Selection) -> Vec<&str> {
        selection.metrics.iter().map(|metric| metric.id()).collect()
    }

    #[test]
    fn bertscore_without_its_pack_takes_another_name_and_a_note() {
        let minilm = with(&[Purpose::BertscoreMinilm]);
        let selection = select(&["bleu2", "bertscore"], Rexrank, &minilm).unwrap();
        assert_eq!(ids(&selection), ["bleu2", "bertscore-minilm"]);
        assert_eq!(selection.metrics[1].published_as(), None);
        let note = selection.notes[0].to_string();
        assert!(note.contains("BERTScore (MiniLM) (`bertscore_minilm`)"), "{note}");
        let idf = select(&["bertscore-idf"], Radeval, &minilm).unwrap();
        assert_eq!(ids(&idf), ["bertscore-minilm-idf"]);
        // There it is another encoder's, for which nothing stands in.
        let error = select(&["bertscore"], Radeval, &minilm).unwrap_err();
        assert!(error.to_string().contains("bertscore-distilbert"), "{error}");
        let named = |name: &str, profile| resolve(name, profile).unwrap().id();
        assert_eq!(named("ratescore", Radeval), "ratescore-2025-05-long");
        assert_eq!(named("ratescore", Rexrank), "ratescore");
    }

    #[test]
    fn bertscore_with_its_pack_is_the_official_one() {
        let packs = with(&[Purpose::BertscoreMinilm, Purpose::BertscoreDistilroberta]);
        let selection = select(&["bertscore"], Rexrank, &packs).unwrap();
        assert_eq!(selection.metrics[0].published_as(), Some("BERTScore"));
        assert!(selection.notes.is_empty());
    }

    #[test]
    fn nothing_is_computed_without_its_pack() {
        for name in ["bertscore", "semb", "radgraph-f1", "radcliq-v1", "radgraph-xl-partial"] {
            let error = select(&[name], Rexrank, &Available::default()).unwrap_err();
            assert!(matches!(error, SelectionError::PacksMissing { .. }), "{error}");
            // Shared by all skins, so that it names the option of none.
            assert!(!error.to_string().contains("--"), "{error}");
        }
        assert_eq!(
            select(&[] as &[&str], Rexrank, &Available::default()),
            Err(SelectionError::Empty)
        );
        // An XL pack never stands in for RadGraph 1.0.
        assert!(select(&["radgraph-f1"], Rexrank, &with(&[Purpose::RadgraphXl])).is_err());
    }

    #[test]
    fn a_misspelt_name_gets_a_hint() {
        let unknown = |name| select(&[name], Rexrank, &Available::default()).unwrap_err();
        assert_eq!(
            unknown("bluescore-minilm").to_string(),
            "no metric is called `bluescore-minilm`; did you mean `bertscore-minilm`?"
        );
        let SelectionError::Unknown { nearest: None, .. } = unknown("perplexity-of-x") else {
            panic!("nothing is like it")
        };
    }

    #[test]
    fn the_usual_ones_are_those_that_can_be_computed() {
        let selection =
            select(&["bleu2", USUAL], Rexrank, &with(&[Purpose::BertscoreMinilm])).unwrap();
        assert_eq!(ids(&selection), ["bleu2", "bertscore-minilm"]);
        let all = with(&Purpose::ALL);
        let usual = select(&[USUAL], Rexrank, &all).unwrap();
        let expected = [
            "radgraph-f1",
            "bertscore",
            "semb",
            "bleu2",
            "radcliq-v1",
            "ratescore",
            "bertscore-minilm",
        ];
        assert_eq!(ids(&usual), expected);
        let everything = select(&[ALL_AVAILABLE], Rexrank, &all).unwrap();
        assert_eq!(everything.metrics.len() + 3, Metric::listed(Rexrank).count(), "but judges'");
    }

    #[test]
    fn radcliq_brings_its_components_and_stands_after_them() {
        let selection = select(&["radcliq-v1", "bleu2"], Rexrank, &with(&Purpose::ALL)).unwrap();
        let expected = ["radgraph-f1", "bertscore", "semb", "bleu2", "radcliq-v1"];
        assert_eq!(ids(&selection), expected);
    }

    #[test]
    fn exactly_these_columns_bring_their_components_and_nothing_else() {
        let id = |name: &str| Metric::named(name).unwrap();
        let all = with(&Purpose::ALL);
        let chosen = [id("radcliq-v1"), id("bertscore-minilm"), id("semb")];
        let selection = Selection::exactly(&chosen, &all).unwrap();
        let expected =
            ["radgraph-f1", "bertscore", "semb", "bleu2", "radcliq-v1", "bertscore-minilm"];
        assert_eq!(ids(&selection), expected);
        // A short name would take another column here; an id does not.
        let minilm = with(&[Purpose::BertscoreMinilm]);
        let error = Selection::exactly(&[id("bertscore")], &minilm).unwrap_err();
        assert!(matches!(error, SelectionError::PacksMissing { .. }), "{error}");
        assert_eq!(Selection::exactly(&[], &all), Err(SelectionError::Empty));
    }

    #[test]
    fn a_judges_columns_come_with_its_answers_and_not_without() {
        for name in ["green", "fineradscore"] {
            let error = select(&[name], Rexrank, &with(&Purpose::ALL)).unwrap_err();
            assert!(matches!(error, SelectionError::NoAnswers { .. }), "{name}");
        }
        let answers = BTreeSet::from([JudgeMetric::Green]);
        let available = Available { answers, ..Available::default() };
        assert_eq!(ids(&select(&["bleu2"], Rexrank, &available).unwrap()), ["bleu2", "green"]);
        assert_eq!(ids(&select(&["green"], Rexrank, &available).unwrap()), ["green"]);
    }

    #[test]
    fn the_profile_decides_what_a_name_means_and_an_id_means_itself() {
        let answers = BTreeSet::from(JudgeMetric::ALL);
        let available = Available { answers, ..with(&Purpose::ALL) };
        let selection = select(&["radcliq-v1"], Radeval, &available).unwrap();
        let expected = [
            "radgraph-f1-radeval",
            "bertscore-idf-radeval",
            "semb-radeval",
            "bleu2-radeval",
            "radcliq-v1-radeval",
            "fineradscore",
            "green-radeval",
            "crimson-radeval",
        ];
        assert_eq!(ids(&selection), expected);
        assert!(selection.metrics[..5].iter().all(|metric| metric.published_as().is_none()));
        // Columns of two profiles in one run.
        let both = select(&["bleu2", "bleu2-radeval"], Rexrank, &Available::default()).unwrap();
        assert_eq!(ids(&both), ["bleu2", "bleu2-radeval"]);
        for metric in Metric::all() {
            let profiles = [Rexrank, Radeval];
            assert!(profiles.map(|p| resolve(metric.id(), p)).contains(&Some(metric)));
        }
    }

    #[test]
    fn brought_graphs_stand_for_radgraph_in_what_compares_them_alone() {
        let graphs = Available { graphs: true, ..Available::default() };
        let id = |name: &str| Metric::named(name).unwrap();
        assert!(graphs.can_compute(id("radgraph-f1")));
        assert!(!graphs.can_compute(id("radgraph-partial")));
        let lacking = graphs.lacking(id("radcliq-v1"));
        let purposes = vec![Purpose::BertscoreDistilroberta, Purpose::Chexbert];
        assert_eq!(lacking, Some(Lacking::Packs { purposes }));
    }

    #[test]
    fn what_papers_print_and_is_not_here_says_why() {
        let none = Available::default();
        let error = select(&["coco-meteor"], Coco, &none).unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, SelectionError::Absent(_)) && said.contains("Java"), "{said}");
        // Nothing is both here and not here.
        let both = crate::metric::ABSENT.iter().find(|absent| Metric::named(absent.id).is_some());
        assert_eq!(both, None);
        let ids: Vec<&str> =
            select(&[USUAL], Coco, &none).unwrap().metrics.into_iter().map(Metric::id).collect();
        let bleu = ["coco-bleu1", "coco-bleu2", "coco-bleu3", "coco-bleu4"];
        assert_eq!(ids, [&bleu[..], &["coco-rouge-l", "coco-cider"]].concat());
    }
}
