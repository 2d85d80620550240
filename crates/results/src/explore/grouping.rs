//! Studies put into groups: by a field of the reference file, or by CheXbert's labels.

use rrgscore_data::StudyField;
use rrgscore_metrics::chexbert_labels::{Labels, Mention, OBSERVATIONS};

/// A field of numbers with more different values than this is cut into bands.
const MOST_NUMBERS: usize = 12;

/// Groups of studies, which may overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyGrouping {
    /// By what.
    pub by: String,
    /// Each group's name and its studies, by their places in input order.
    pub groups: Vec<(String, Vec<u32>)>,
    /// Studies in no group.
    pub without: u32,
}

/// There is nothing to group by under this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the references have no field {name} that makes groups; {}",
    if .there.is_empty() { "they have none at all".to_owned() } else { format!("there are: {}", .there.join(", ")) }
)]
pub struct GroupingError {
    /// The name.
    pub name: String,
    /// The names that there are.
    pub there: Vec<String>,
}

/// The names that studies can be grouped by: the fields with at least two values, and
/// [`StudyGrouping::CHEXBERT`] where reports were labelled.
#[must_use]
pub fn groupings(fields: &[StudyField], labels: &[Option<[Labels; 2]>]) -> Vec<String> {
    let varies = |field: &&StudyField| {
        let mut used: Vec<bool> = vec![false; field.values.len() + 1];
        field.of.iter().for_each(|&value| {
            if let Some(used) = used.get_mut(value as usize) {
                *used = true;
            }
        });
        used.iter().filter(|used| **used).count() > 1
    };
    let groups = fields.iter().filter(|field| field.makes_groups());
    let names = groups.filter(varies).map(|field| field.name.clone());
    let chexbert = (!labels.is_empty()).then(|| StudyGrouping::CHEXBERT.to_owned());
    names.chain(chexbert).collect()
}

impl StudyGrouping {
    /// The name of the grouping by CheXbert's labels of the reference.
    pub const CHEXBERT: &'static str = "chexbert";

    /// The grouping of this name, in any case.
    ///
    /// # Errors
    /// [`GroupingError`] with the names that there are.
    pub fn named(
        name: &str,
        fields: &[StudyField],
        labels: &[Option<[Labels; 2]>],
    ) -> Result<Self, GroupingError> {
        let same =
            |field: &&StudyField| field.makes_groups() && field.name.eq_ignore_ascii_case(name);
        if let Some(field) = fields.iter().find(same) {
            return Ok(Self::of_field(field));
        }
        if name.eq_ignore_ascii_case(Self::CHEXBERT) && !labels.is_empty() {
            return Ok(Self::of_labels(labels));
        }
        let there = groupings(fields, labels);
        Err(GroupingError { name: name.to_owned(), there })
    }

    /// A group per value of a field; of numbers that are many, such as ages, a group per band of
    /// equal width. DICOM's ages (`063Y`, `018M`) are numbers of years.
    #[must_use]
    pub fn of_field(field: &StudyField) -> Self {
        let used = |number: usize| field.of.iter().any(|&of| of as usize == number + 1);
        let values = field.values.iter().enumerate().filter(|(number, _)| used(*number));
        let numbers: Vec<Option<f64>> = field.values.iter().map(|value| number(value)).collect();
        let (mut names, mut all_numbers) = (Vec::new(), true);
        for (at, value) in values {
            let number = numbers.get(at).copied().flatten();
            all_numbers &= number.is_some();
            names.push((number, value.as_str()));
        }
        let bands = (all_numbers && names.len() > MOST_NUMBERS)
            .then(|| Bands::over(names.iter().filter_map(|(number, _)| *number)))
            .flatten();
        // Groups in their order, each with a name.
        let mut groups: Vec<(String, Vec<u32>)> = match &bands {
            Some(bands) => (0..bands.count).map(|at| (bands.name(at), Vec::new())).collect(),
            None => {
                if all_numbers {
                    names
                        .sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
                } else {
                    names.sort_by(|a, b| a.1.cmp(b.1));
                }
                names.iter().map(|(_, name)| ((*name).to_owned(), Vec::new())).collect()
            }
        };
        // The group of each value, so that a study is put away without a search.
        let group_of = |at: usize, value: &String| match &bands {
            Some(bands) => Some(bands.at(numbers.get(at).copied().flatten()?)),
            None => names.iter().position(|(_, name)| name == value),
        };
        let group_of: Vec<Option<usize>> =
            field.values.iter().enumerate().map(|(at, value)| group_of(at, value)).collect();
        let mut without = 0;
        for (place, &value) in (0_u32..).zip(&field.of) {
            let group = (value as usize).checked_sub(1).and_then(|at| *group_of.get(at)?);
            match group.and_then(|group| groups.get_mut(group)) {
                Some((_, studies)) => studies.push(place),
                None => without += 1,
            }
        }
        groups.retain(|(_, studies)| !studies.is_empty());
        Self { by: field.name.clone(), groups, without }
    }

    /// A group per observation of CheXbert: the studies whose reference is positive for it. A study
    /// can be in several.
    #[must_use]
    pub fn of_labels(labels: &[Option<[Labels; 2]>]) -> Self {
        let is_positive = |labels: &Option<[Labels; 2]>, at: usize| {
            let [reference, _] = labels.as_ref()?;
            Some(reference.0.get(at).copied() == Some(Mention::Positive))
        };
        let group = |(at, name): (usize, &&str)| {
            let places = (0_u32..).zip(labels);
            let studies = places.filter(|(_, labels)| is_positive(labels, at) == Some(true));
            ((*name).to_owned(), studies.map(|(place, _)| place).collect())
        };
        let groups: Vec<(String, Vec<u32>)> = OBSERVATIONS.iter().enumerate().map(group).collect();
        let any = |labels: &&Option<[Labels; 2]>| {
            (0..OBSERVATIONS.len()).any(|at| is_positive(labels, at) == Some(true))
        };
        let without = labels.iter().filter(|labels| !any(labels)).count() as u32;
        let groups = groups.into_iter().filter(|(_, studies)| !studies.is_empty()).collect();
        Self { by: Self::CHEXBERT.to_owned(), groups, without }
    }
}

/// A value that is a number, or an age in DICOM's form in years.
fn number(value: &str) -> Option<f64> {
    if let Ok(number) = value.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    let unit = value.chars().next_back()?;
    let per_year = match unit.to_ascii_uppercase() {
        'Y' => 1.0,
        'M' => 12.0,
        'W' => 52.1775,
        'D' => 365.2425,
        _ => return None,
    };
    let digits = value.strip_suffix(unit)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_number { digits.parse::<f64>().ok()? / per_year } else { return None })
}

/// Bands of equal, round width.
struct Bands {
    low: f64,
    width: f64,
    count: usize,
}

impl Bands {
    /// Bands over these numbers, at most [`MOST_NUMBERS`]; `None` for no numbers.
    fn over(numbers: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let low = numbers.clone().reduce(f64::min)?;
        let high = numbers.reduce(f64::max)?;
        let fits = |width: f64| {
            let low = (low / width).floor() * width;
            let count = ((high - low) / width).floor() + 1.0;
            (count <= MOST_NUMBERS as f64).then_some(Self { low, width, count: count as usize })
        };
        // 1, 2, 5, 10, 20, … and below; read from their digits, so that they are round.
        let widths = (-9..=15).flat_map(|power| [1, 2, 5].map(|by| format!("{by}e{power}")));
        widths.into_iter().find_map(|width| fits(width.parse().ok()?))
    }

    fn at(&self, number: f64) -> usize {
        (((number - self.low) / self.width) as usize).min(self.count.saturating_sub(1))
    }

    fn name(&self, at: usize) -> String {
        let from = self.low + self.width * at as f64;
        format!("{from} to under {}", from + self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(values: &[&str], of: &[u32]) -> StudyField {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        StudyField { name: "f".to_owned(), values, of: of.to_vec() }
    }

    #[test]
    fn words_are_groups_in_their_order_and_studies_without_one_are_counted() {
        let grouping = StudyGrouping::of_field(&field(&["PA", "AP", "unused"], &[1, 2, 0, 1]));
        let expected = [("AP".to_owned(), vec![1]), ("PA".to_owned(), vec![0, 3])];
        assert_eq!(grouping.groups, expected);
        assert_eq!(grouping.without, 1);
    }

    #[test]
    fn few_numbers_are_groups_and_many_are_bands() {
        let few = StudyGrouping::of_field(&field(&["10", "9"], &[1, 2]));
        assert_eq!(few.groups, [("9".to_owned(), vec![1]), ("10".to_owned(), vec![0])]);
        let ages: Vec<String> = (18..=91).map(|age| format!("{age:03}Y")).collect();
        let ages: Vec<&str> = ages.iter().map(String::as_str).collect();
        let of: Vec<u32> = (1..=74).collect();
        let bands = StudyGrouping::of_field(&field(&ages, &of));
        let names: Vec<&str> = bands.groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.first(), Some(&"10 to under 20"));
        assert_eq!(names.last(), Some(&"90 to under 100"));
        let sizes: Vec<usize> = bands.groups.iter().map(|(_, studies)| studies.len()).collect();
        assert_eq!(sizes, [2, 10, 10, 10, 10, 10, 10, 10, 2]);
    }

    #[test]
    fn ages_in_months_are_years() {
        assert_eq!(number("018M"), Some(1.5));
        assert_eq!(number("063Y"), Some(63.0));
        assert_eq!([number("Y"), number("PA"), number("NaN"), number("")], [None; 4]);
    }

    #[test]
    fn an_unknown_name_is_refused_with_those_that_there_are() {
        let fields = [field(&["a", "b"], &[1, 2]), field(&["a", "b"], &[1, 1])];
        assert_eq!(groupings(&fields[..1], &[]), ["f"]);
        assert!(groupings(&fields[1..], &[]).is_empty(), "all studies have the same");
        let refused = StudyGrouping::named("sex", &fields[..1], &[]).unwrap_err();
        assert_eq!(refused.there, ["f"]);
        assert!(StudyGrouping::named("F", &fields[..1], &[]).is_ok());
    }

    #[test]
    fn a_study_is_in_the_group_of_each_positive_observation() {
        let labels = |positive: &[usize]| {
            let mut labels = [Mention::Blank; 14];
            positive.iter().for_each(|&at| labels[at] = Mention::Positive);
            Some([Labels(labels), Labels([Mention::Positive; 14])])
        };
        let grouping =
            StudyGrouping::of_labels(&[labels(&[0, 2]), labels(&[]), None, labels(&[2])]);
        let expected =
            [(OBSERVATIONS[0].to_owned(), vec![0]), (OBSERVATIONS[2].to_owned(), vec![0, 3])];
        assert_eq!(grouping.groups, expected);
        assert_eq!(grouping.without, 2);
    }
}
