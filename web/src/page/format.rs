//! How numbers, sizes and times are written for people.

pub use rrgscore_data::thousands;

/// A count with its noun: `1 study`, `2,347 studies`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A count of studies.
pub fn studies(number: u64) -> String {
    count(number, "study", "studies")
}

/// A score with a number of decimals and a real minus sign, `–` when there is none.
pub fn score(value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) if value.is_finite() => {
            let text = format!("{value:.decimals$}");
            // A value that rounds to zero carries no sign.
            let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
            match text.strip_prefix('-') {
                Some(rest) if is_zero => rest.to_owned(),
                Some(rest) => format!("\u{2212}{rest}"),
                None => text,
            }
        }
        _ => "\u{2013}".to_owned(),
    }
}

/// A share of one in whole percent, rounded down so that 100 % means all.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    format!("{} %", u128::from(part) * 100 / u128::from(whole))
}

/// A size in bytes, decimal units: `23.1 MB`.
pub fn bytes(size: u64) -> String {
    const UNITS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    for (unit, factor) in UNITS {
        let value = size as f64 / factor;
        // 999.95 would be written as 1000.0 of the smaller unit.
        if value >= 0.9995 {
            return if value < 99.95 {
                format!("{value:.1}\u{a0}{unit}")
            } else {
                format!("{value:.0}\u{a0}{unit}")
            };
        }
    }
    format!("{size}\u{a0}B")
}

/// Steps in which a time left is told, in seconds, each with what is below which it serves: small
/// enough that what is shown is within a twentieth of what is meant.
const STEPS: [(f64, f64); 6] =
    [(60.0, 1.0), (180.0, 5.0), (600.0, 10.0), (1200.0, 30.0), (3600.0, 60.0), (7200.0, 300.0)];
/// The step of what is longer than all of these, in seconds.
const LONGEST_STEP: f64 = 600.0;
/// Below this many seconds none are counted: one job more or less changes such a time by a large
/// part.
const FEW_SECONDS: f64 = 9.5;

/// A time left, as coarse as it is uncertain: `about 45 s`, `about 3 min`, `about 1 h 20 min`.
pub fn time_left(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "unknown".to_owned();
    }
    if seconds < FEW_SECONDS {
        return "a few seconds".to_owned();
    }
    let step =
        STEPS.iter().find(|&&(below, _)| seconds < below).map_or(LONGEST_STEP, |step| step.1);
    let whole = ((seconds / step).round() * step) as u64;
    let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, unit)| format!("{count}\u{a0}{unit}")).collect();
    format!("about {}", parts.join(" "))
}

/// How long something took: `0.8 s`, `42 s`, `3 min 5 s`.
pub fn duration(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1}\u{a0}s");
    }
    let whole = seconds.round() as u64;
    if whole < 60 {
        format!("{whole}\u{a0}s")
    } else {
        format!("{}\u{a0}min {}\u{a0}s", whole / 60, whole % 60)
    }
}

/// A rate: `38 studies/s`, `0.4 studies/s`.
pub fn rate(per_second: f64) -> String {
    let number = if per_second < 9.95 {
        format!("{per_second:.1}")
    } else {
        thousands(per_second.round() as u64)
    };
    format!("{number} studies/s")
}

/// A message as a sentence: with a capital and a full stop. A file's name keeps
/// its case.
pub fn sentence(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    if first.contains(['.', '_', '/', '-']) {
        return format!("{text}{stop}");
    }
    let mut letters = text.chars();
    let begin = letters.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    format!("{begin}{}{stop}", letters.as_str())
}

/// The first digits of a hash.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(studies(1), "1 study");
        assert_eq!(studies(2347), "2,347 studies");
    }

    #[test]
    fn scores_have_no_negative_zero_and_a_real_minus() {
        assert_eq!(score(Some(0.18249), 3), "0.182");
        assert_eq!(score(Some(-0.0004), 3), "0.000");
        assert_eq!(score(Some(-1.5), 2), "\u{2212}1.50");
        assert_eq!(score(None, 3), "\u{2013}");
        assert_eq!(score(Some(f64::NAN), 3), "\u{2013}");
    }

    #[test]
    fn percent_is_never_all_before_all_is_done() {
        assert_eq!(percent(589, 590), "99 %");
        assert_eq!(percent(590, 590), "100 %");
        assert_eq!(percent(0, 0), "0 %");
    }

    #[test]
    fn sizes_change_unit_where_their_digits_would_overflow() {
        assert_eq!(bytes(12), "12\u{a0}B");
        assert_eq!(bytes(591_869), "592\u{a0}kB");
        assert_eq!(bytes(999_999), "1.0\u{a0}MB");
        assert_eq!(bytes(23_061_504), "23.1\u{a0}MB");
    }

    #[test]
    fn time_left_is_coarse() {
        assert_eq!(time_left(2.0), "a few seconds");
        assert_eq!(time_left(9.4), "a few seconds");
        assert_eq!(time_left(9.6), "about 10\u{a0}s");
        assert_eq!(time_left(12.2), "about 12\u{a0}s");
        assert_eq!(time_left(52.0), "about 52\u{a0}s");
        assert_eq!(time_left(59.6), "about 1\u{a0}min");
        assert_eq!(time_left(66.0), "about 1\u{a0}min 5\u{a0}s");
        assert_eq!(time_left(188.0), "about 3\u{a0}min 10\u{a0}s");
        assert_eq!(time_left(299.0), "about 5\u{a0}min");
        assert_eq!(time_left(1000.0), "about 16\u{a0}min 30\u{a0}s");
        assert_eq!(time_left(3600.0), "about 1\u{a0}h");
        assert_eq!(time_left(4080.0), "about 1\u{a0}h 10\u{a0}min");
        assert_eq!(time_left(8000.0), "about 2\u{a0}h 10\u{a0}min");
        assert_eq!(time_left(f64::INFINITY), "unknown");
    }

    #[test]
    fn durations_and_rates() {
        assert_eq!(duration(0.83), "0.8\u{a0}s");
        assert_eq!(duration(185.2), "3\u{a0}min 5\u{a0}s");
        assert_eq!(rate(0.42), "0.4 studies/s");
        assert_eq!(rate(1400.0), "1,400 studies/s");
    }

    #[test]
    fn a_message_becomes_a_sentence_and_a_file_keeps_its_case() {
        assert_eq!(sentence("there is no space left"), "There is no space left.");
        assert_eq!(sentence("pack.json is not valid."), "pack.json is not valid.");
        assert_eq!(sentence(""), ".");
    }
}
