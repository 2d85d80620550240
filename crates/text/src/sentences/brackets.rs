//! Alternatives in square brackets: `a[b|c]` is `ab` and `ac`.
//!
//! Source: PyFastNER 1.0.10 `FastCNER.py`, `expandSquareBracket`.

use super::rule_file::{Rule, RuleError};

/// Most patterns that one line may stand for.
const MOST: usize = 1000;

/// All patterns that a rule stands for, each once. `\[` and `\]` are brackets themselves.
pub(super) fn expand(rule: &Rule) -> Result<Vec<Vec<char>>, RuleError> {
    let pattern = &rule.pattern;
    if !pattern.contains(&'[') {
        return Ok(vec![pattern.clone()]);
    }
    let mut built: Vec<Vec<char>> = vec![Vec::new()];
    // The alternatives of the bracket that is open.
    let mut open: Option<Vec<Vec<char>>> = None;
    for (at, &c) in pattern.iter().enumerate() {
        let is_escaped = at > 0 && pattern[at - 1] == '\\';
        let escapes = c == '\\' && matches!(pattern.get(at + 1), Some('[' | ']'));
        match (&mut open, c) {
            (None, '[') if !is_escaped => open = Some(vec![Vec::new()]),
            (Some(alternatives), ']') if !is_escaped => {
                built = product(built, alternatives);
                open = None;
                if built.len() > MOST {
                    return Err(RuleError::TooMany { line: rule.line, most: MOST });
                }
            }
            (Some(alternatives), '|') => alternatives.push(Vec::new()),
            _ if escapes => {}
            (None, _) => built.iter_mut().for_each(|pattern| pattern.push(c)),
            (Some(alternatives), _) => {
                if let Some(last) = alternatives.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let mut unique: Vec<Vec<char>> = Vec::new();
    for pattern in built {
        if !unique.contains(&pattern) {
            unique.push(pattern);
        }
    }
    Ok(unique)
}

/// Every start with the first alternative, then each start with the others: the official order,
/// in which patterns enter the trie.
fn product(starts: Vec<Vec<char>>, alternatives: &[Vec<char>]) -> Vec<Vec<char>> {
    let Some((first, others)) = alternatives.split_first() else { return starts };
    let with = |start: &Vec<char>, end: &Vec<char>| [start.as_slice(), end].concat();
    let mut all: Vec<Vec<char>> = starts.iter().map(|start| with(start, first)).collect();
    for start in &starts {
        all.extend(others.iter().map(|end| with(start, end)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences::rule_file::parse;

    fn expanded(pattern: &str) -> Result<Vec<String>, RuleError> {
        let rules = parse(&format!("{pattern}\t0\tstend")).unwrap();
        let patterns = expand(&rules[0])?;
        Ok(patterns.iter().map(|pattern| pattern.iter().collect()).collect())
    }

    /// Outputs of PyFastNER's `expandSquareBracket`.
    #[test]
    fn as_officially() {
        assert_eq!(expanded("a[b|cd]e").unwrap(), ["abe", "acde"]);
        assert_eq!(expanded("[a|b][c|d]").unwrap(), ["ac", "bc", "ad", "bd"]);
        assert_eq!(expanded("[a|a|]x").unwrap(), ["ax", "x"]);
        assert_eq!(expanded("\\[a\\]").unwrap(), ["[a]"]);
        assert_eq!(expanded("x[a|b").unwrap(), ["x"]);
    }

    #[test]
    fn a_flood_is_refused() {
        let pattern = "[a|b]".repeat(30);
        assert_eq!(expanded(&pattern).unwrap_err(), RuleError::TooMany { line: 1, most: 1000 });
    }
}
