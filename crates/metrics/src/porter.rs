//! The Porter stemmer with NLTK's extensions.
//!
//! Sources: Porter 1980, "An algorithm for suffix stripping"; NLTK 3.10, `stem/porter.py`, in its
//! default mode, which is what rouge-score uses. In every step the first rule whose suffix matches
//! decides, even where its condition then fails.

/// Words that have a stem of their own.
const FIXED: [(&str, &str); 16] = [
    ("sky", "sky"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("news", "news"),
    ("innings", "inning"),
    ("inning", "inning"),
    ("outings", "outing"),
    ("outing", "outing"),
    ("cannings", "canning"),
    ("canning", "canning"),
    ("howe", "howe"),
    ("proceed", "proceed"),
    ("exceed", "exceed"),
    ("succeed", "succeed"),
];

/// The stem of a word of a to z and 0 to 9; any other word as it is.
pub fn stem(word: &str) -> String {
    if let Some((_, stem)) = FIXED.iter().find(|(fixed, _)| *fixed == word) {
        return (*stem).to_owned();
    }
    if word.len() <= 2 || !word.is_ascii() {
        return word.to_owned();
    }
    let steps = [step_1a, step_1b, step_1c, step_2, step_3, step_4, step_5a, step_5b];
    steps.into_iter().fold(word.to_owned(), |word, step| step(&word))
}

/// Which letters are consonants: y is one at the start and behind a vowel, and so is whatever is no
/// letter.
fn consonants(word: &str) -> Vec<bool> {
    let mut consonant = false;
    let next = |byte| {
        consonant = match byte {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => !consonant,
            _ => true,
        };
        consonant
    };
    word.bytes().map(next).collect()
}

/// Porter's m: how often a vowel is followed by a consonant.
fn measure(word: &str) -> usize {
    consonants(word).windows(2).filter(|pair| !pair[0] && pair[1]).count()
}

fn has_vowel(word: &str) -> bool {
    consonants(word).contains(&false)
}

fn ends_in_double_consonant(word: &str) -> bool {
    matches!(word.as_bytes(), [.., before, last] if before == last)
        && consonants(word).last() == Some(&true)
}

/// Porter's *o, consonant, vowel, consonant other than w, x or y; and, as an extension, two letters
/// that are vowel and consonant.
fn ends_in_cvc(word: &str) -> bool {
    match consonants(word).as_slice() {
        [.., true, false, true] => !word.ends_with(['w', 'x', 'y']),
        [false, true] => true,
        _ => false,
    }
}

/// The first rule whose suffix matches decides: its replacement where its condition on the stem
/// holds, and else the word as it is.
fn apply(word: &str, rules: &[(&str, &str)], condition: impl Fn(&str, &str) -> bool) -> String {
    for (suffix, replacement) in rules {
        if let Some(stem) = word.strip_suffix(suffix) {
            return match condition(stem, suffix) {
                true => format!("{stem}{replacement}"),
                false => word.to_owned(),
            };
        }
    }
    word.to_owned()
}

fn step_1a(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() == 1) {
        return format!("{stem}ie");
    }
    apply(word, &[("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")], |_, _| true)
}

fn step_1b(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ied") {
        return format!("{stem}{}", if stem.len() == 1 { "ie" } else { "i" });
    }
    if let Some(stem) = word.strip_suffix("eed") {
        return if measure(stem) > 0 { format!("{stem}ee") } else { word.to_owned() };
    }
    let stripped = ["ed", "ing"].iter().find_map(|suffix| word.strip_suffix(suffix));
    let Some(stem) = stripped.filter(|stem| has_vowel(stem)) else { return word.to_owned() };
    for (suffix, replacement) in [("at", "ate"), ("bl", "ble"), ("iz", "ize")] {
        if let Some(stem) = stem.strip_suffix(suffix) {
            return format!("{stem}{replacement}");
        }
    }
    if ends_in_double_consonant(stem) {
        let keeps_both = stem.ends_with(['l', 's', 'z']);
        return if keeps_both { stem.to_owned() } else { stem[..stem.len() - 1].to_owned() };
    }
    if measure(stem) == 1 && ends_in_cvc(stem) { format!("{stem}e") } else { stem.to_owned() }
}

fn step_1c(word: &str) -> String {
    apply(word, &[("y", "i")], |stem, _| stem.len() > 1 && consonants(stem).ends_with(&[true]))
}

const STEP_2: [(&str, &str); 22] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
    ("logi", "log"),
];

fn step_2(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("alli").filter(|stem| measure(stem) > 0) {
        return step_2(&format!("{stem}al"));
    }
    apply(word, &STEP_2, |stem, suffix| match suffix {
        // Measured with the l of "logi".
        "logi" => measure(&word[..word.len() - 3]) > 0,
        _ => measure(stem) > 0,
    })
}

fn step_3(word: &str) -> String {
    let rules = [
        ("icate", "ic"),
        ("ative", ""),
        ("alize", "al"),
        ("iciti", "ic"),
        ("ical", "ic"),
        ("ful", ""),
        ("ness", ""),
    ];
    apply(word, &rules, |stem, _| measure(stem) > 0)
}

fn step_4(word: &str) -> String {
    let rules = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion",
        "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ]
    .map(|suffix| (suffix, ""));
    apply(word, &rules, |stem, suffix| {
        measure(stem) > 1 && (suffix != "ion" || stem.ends_with(['s', 't']))
    })
}

fn step_5a(word: &str) -> String {
    apply(word, &[("e", "")], |stem, _| match measure(stem) {
        0 => false,
        1 => !ends_in_cvc(stem),
        _ => true,
    })
}

fn step_5b(word: &str) -> String {
    apply(word, &[("ll", "l")], |stem, _| measure(&word[..stem.len() + 1]) > 1)
}
