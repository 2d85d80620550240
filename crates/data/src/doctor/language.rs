//! Case and language of the two sides.

use super::Texts;
use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;

/// Fewer texts than this prove nothing about a side's case.
const ENOUGH: usize = 2;
/// Fewer words than this prove nothing about a side's language.
const ENOUGH_WORDS: usize = 50;

/// Words that stand in nearly every English report and in few texts of other languages.
const ENGLISH: [&str; 28] = [
    "the",
    "is",
    "are",
    "of",
    "and",
    "with",
    "there",
    "or",
    "has",
    "have",
    "was",
    "were",
    "for",
    "not",
    "without",
    "within",
    "seen",
    "clear",
    "right",
    "left",
    "lungs",
    "lung",
    "heart",
    "size",
    "effusion",
    "stable",
    "unchanged",
    "acute",
];

pub(super) fn look(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    let sides = Texts::both(joined);
    for texts in sides {
        let (mut words, mut english) = (0_usize, 0_usize);
        for (_, text) in texts.iter() {
            for word in text.text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
                words += 1;
                english +=
                    usize::from(ENGLISH.iter().any(|known| word.eq_ignore_ascii_case(known)));
            }
        }
        if words >= ENOUGH_WORDS && english * 20 < words {
            findings.push(
                Finding::general(
                    Code::NotEnglish,
                    Severity::Warning,
                    texts.iter().count() as u64,
                    format!("The {} are mostly not English.", texts.many),
                )
                .hint(
                    "The models behind the metrics have learned English reports alone: their \
                     scores mean little for other languages.",
                ),
            );
        }
    }
    case(sides, findings);
}

/// One side all in lower case, the other not.
fn case(sides: [Texts<'_, '_>; 2], findings: &mut Vec<Finding>) {
    let upper = |texts: Texts<'_, '_>| {
        let all = texts.iter().count();
        let with =
            texts.iter().filter(|(_, text)| text.text.chars().any(char::is_uppercase)).count();
        (with, all)
    };
    let [one, two] = sides;
    for (lower, other) in [(one, two), (two, one)] {
        let ((with, all), (other_with, other_all)) = (upper(lower), upper(other));
        if all >= ENOUGH && with == 0 && other_with * 2 > other_all {
            findings.push(
                Finding::general(
                    Code::CaseDiffers,
                    Severity::Warning,
                    all as u64,
                    format!(
                        "The {} are all in lower case and the {} are not.",
                        lower.many, other.many
                    ),
                )
                .hint(
                    "Some metrics tell upper from lower case: leave the texts as the model and \
                     the radiologist wrote them.",
                ),
            );
        }
    }
}
