//! The lines of a rule file.
//!
//! Source: PyFastNER 1.0.10, `IOUtils.py`.

use crate::python;

/// Longest pattern, in characters. The official file's longest has 60; a bound keeps the walk's
/// recursion shallow.
const LONGEST_PATTERN: usize = 500;

/// Most plus signs in a row. No official rule has two; each may stand for nothing or for what came
/// before it, so that a text is walked in twice as many ways with each.
const MOST_REPEATS: usize = 4;

/// Why a rule file is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The second field is no number.
    #[error("line {line}: the score, the second field, is not a number")]
    BadScore {
        /// Counted from 1.
        line: usize,
    },
    /// The third field is another word.
    #[error("line {line}: the third field is neither stbegin nor stend")]
    BadMark {
        /// Counted from 1.
        line: usize,
    },
    /// A pattern is longer than any in use.
    #[error("line {line}: the pattern has more than {LONGEST_PATTERN} characters")]
    TooLong {
        /// Counted from 1.
        line: usize,
    },
    /// Plus signs in a row.
    #[error("line {line}: the pattern has more than {MOST_REPEATS} plus signs in a row")]
    TooManyRepeats {
        /// Counted from 1.
        line: usize,
    },
    /// The brackets of a pattern stand for too many patterns.
    #[error("line {line}: the brackets of the pattern stand for more than {most} patterns")]
    TooMany {
        /// Counted from 1.
        line: usize,
        /// How many are allowed.
        most: usize,
    },
    /// There is no rule in it.
    #[error("it holds no rule (lines of pattern, score and stbegin or stend, divided by tabs)")]
    NoRules,
}

/// What a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Where a sentence begins.
    Begin = 0,
    /// Where a sentence ends.
    End = 1,
}

/// One line.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) line: usize,
    pub(super) pattern: Vec<char>,
    pub(super) mark: Mark,
    /// Whether the rule only suppresses others.
    pub(super) pseudo: bool,
}

/// Reads all rules. Lines with fewer than three fields are passed over, as officially.
pub(super) fn parse(tsv: &str) -> Result<Vec<Rule>, RuleError> {
    let rows: Vec<(usize, Vec<String>)> =
        lines(tsv).enumerate().map(|(i, line)| (i + 1, fields(line))).collect();
    let is_rule = |row: &[String]| row.len() >= 3 && !row[0].starts_with(['#', '@']);
    // One line with a fourth field, the type, makes the scores of all lines meaningless.
    let has_types = rows.iter().any(|(_, row)| is_rule(row) && row.len() == 4);
    let rules = rows.iter().filter(|(_, row)| is_rule(row));
    let rules: Vec<Rule> =
        rules.map(|(line, row)| rule(*line, row, has_types)).collect::<Result<_, _>>()?;
    if rules.is_empty() { Err(RuleError::NoRules) } else { Ok(rules) }
}

/// Lines as Python reads them: ended by LF, CR or both.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The fields of a line, divided by tabs. A field may be framed by double quotes, which are then
/// doubled within.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (field, behind) = match text.strip_prefix('"') {
            Some(framed) => unframe(framed),
            None => (String::new(), text),
        };
        let (plain, behind) = behind.split_once('\t').map_or((behind, None), |(a, b)| (a, Some(b)));
        fields.push(field + plain);
        rest = behind;
    }
    fields
}

/// What stands before the closing quote, with doubled ones made single, and what follows it.
fn unframe(framed: &str) -> (String, &str) {
    let mut field = String::new();
    let mut rest = framed;
    while let Some((text, behind)) = rest.split_once('"') {
        field.push_str(text);
        match behind.strip_prefix('"') {
            Some(behind) => {
                field.push('"');
                rest = behind;
            }
            None => return (field, behind),
        }
    }
    (field + rest, "")
}

fn rule(line: usize, row: &[String], has_types: bool) -> Result<Rule, RuleError> {
    let score: f64 = python::strip(&row[1]).parse().map_err(|_| RuleError::BadScore { line })?;
    let mark = match python::strip(&row[2]) {
        "stbegin" => Mark::Begin,
        "stend" => Mark::End,
        _ => return Err(RuleError::BadMark { line }),
    };
    let pattern: Vec<char> = row[0].chars().collect();
    if pattern.len() > LONGEST_PATTERN {
        return Err(RuleError::TooLong { line });
    }
    if pattern.windows(MOST_REPEATS + 1).any(|run| run.iter().all(|&c| c == '+')) {
        return Err(RuleError::TooManyRepeats { line });
    }
    let pseudo = match (has_types, row.get(3)) {
        (false, _) => score % 2.0 != 0.0,
        (true, Some(kind)) if row.len() == 4 => python::strip(kind) != "ACTUAL",
        (true, _) => false,
    };
    Ok(Rule { line, pattern, mark, pseudo })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_rules_are_passed_over() {
        let text =
            "#x\ty\tz\r\n@V\t1\t2\rone field\n\\b(\\C\t 0 \tstbegin \n.)\t3\tstend\textra\tx\n";
        let rules = parse(text).unwrap();
        let seen: Vec<_> = rules.iter().map(|r| (r.line, r.mark, r.pseudo)).collect();
        assert_eq!(seen, [(4, Mark::Begin, false), (5, Mark::End, true)]);
    }

    #[test]
    fn a_type_anywhere_takes_the_place_of_scores() {
        let rules = parse("a\t1\tstend\nb\t0\tstend\tPSEUDO\nc\t0\tstend\tACTUAL").unwrap();
        assert_eq!(rules.iter().map(|r| r.pseudo).collect::<Vec<_>>(), [false, true, false]);
    }

    /// `list(csv.reader(['"a\t""b"c\td"e"'], delimiter="\t"))` in Python 3.11.
    #[test]
    fn quotes_frame_a_field_as_in_csv() {
        assert_eq!(fields("\"a\t\"\"b\"c\td\"e\""), ["a\t\"bc", "d\"e\""]);
        assert_eq!(fields(""), [""]);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse("a\t0\tstend\nb\tx\tstend").unwrap_err(), RuleError::BadScore { line: 2 });
        assert_eq!(parse("a\t0\tend").unwrap_err(), RuleError::BadMark { line: 1 });
        assert_eq!(parse("# nothing\n").unwrap_err(), RuleError::NoRules);
        let long = format!("{}\t0\tstend", "a".repeat(501));
        assert_eq!(parse(&long).unwrap_err(), RuleError::TooLong { line: 1 });
        let repeats = |count: usize| format!("a{}\t0\tstend\n", "+".repeat(count));
        assert!(parse(&repeats(MOST_REPEATS)).is_ok());
        let error = parse(&repeats(MOST_REPEATS + 1)).unwrap_err();
        assert_eq!(error, RuleError::TooManyRepeats { line: 1 });
    }
}
