//! Sentence splitting: as PyRuSH does it by a file of rules, and without one.
//!
//! RaTEScore reads a report sentence by sentence, and its sentences are those of medspacy with
//! PyRuSH. [`Rules`] is that splitter; its rules are a file of the medspacy package, which is the
//! user's to bring. [`simple`] is this project's own splitter for when there is none; what was
//! scored with it says so by its [name](simple::NAME).
//!
//! SRR-BERT's sentences are those of NLTK's Punkt behind rules of its own: [`srr`] and [`punkt`],
//! whose knowledge of English is the user's to bring as well.
//!
//! Sources: Shi et al. 2017 (RuSH); PyRuSH 1.0.13 (`RuSH.py`, `StaticSentencizerFun.pyx`),
//! PyFastNER 1.0.10 (`FastCNER.py`, `IOUtils.py`, `WildCardFunctions.py`), quicksectx 0.4.1;
//! RaTEScore 0.6.0 (`utils.py`, `sentence_split`).

mod assemble;
mod brackets;
mod cut;
mod matches;
pub mod punkt;
mod rule_file;
pub mod simple;
pub mod srr;
mod trie;

pub use rule_file::RuleError;

use std::ops::Range;

use crate::python::is_space;
use matches::Matches;
use rule_file::Mark;
use trie::Trie;

/// Rules by which PyRuSH finds where sentences begin and end.
#[derive(Debug, Clone)]
pub struct Rules {
    trie: Trie,
    /// By rule: whether it only suppresses others.
    pseudo: Vec<bool>,
}

impl Rules {
    /// Reads a rule file (`rush_rules.tsv`): lines `pattern TAB score TAB stbegin|stend`, where an
    /// odd score makes a rule that suppresses others, and lines that begin with `#` or `@`.
    ///
    /// # Errors
    ///
    /// [`RuleError`] names the line.
    pub fn parse(tsv: &str) -> Result<Self, RuleError> {
        let rules = rule_file::parse(tsv)?;
        let mut trie = Trie::default();
        let mut pseudo = Vec::with_capacity(rules.len());
        for (id, rule) in rules.iter().enumerate() {
            for pattern in brackets::expand(rule)? {
                trie.add(&pattern, rule.mark, id);
            }
            pseudo.push(rule.pseudo);
        }
        Ok(Self { trie, pseudo })
    }

    /// The sentences of a text in order, as ranges of its bytes, without white space around them.
    /// Pieces of fewer than three characters are left out, as RaTEScore leaves them out.
    pub fn split(&self, text: &str) -> Vec<Range<usize>> {
        let chars = Chars::of(text);
        let [begins, ends] = [Mark::Begin, Mark::End].map(|_| Matches::default());
        let mut matches = [begins, ends];
        for from in 0..chars.chars.len() {
            self.trie.walk(&chars.chars, from, &mut |mark: Mark, rule, range| {
                matches[mark as usize].add(rule, range);
            });
        }
        let [begins, ends] = matches.map(|matches| matches.actual(&self.pseudo));
        let spans = assemble::sentences(&chars.chars, &begins, &ends);
        chars.pieces(&cut::cuts(&chars.chars, &spans))
    }
}

/// A text by characters, which is how Python counts.
struct Chars {
    chars: Vec<char>,
    /// Where each character begins in the text's bytes, and the text's end.
    bytes: Vec<usize>,
}

impl Chars {
    fn of(text: &str) -> Self {
        let mut bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        bytes.push(text.len());
        Self { chars: text.chars().collect(), bytes }
    }

    /// What stands between cuts (in characters, ascending), stripped; short pieces are left out.
    fn pieces(&self, cuts: &[usize]) -> Vec<Range<usize>> {
        let mut start = 0;
        let mut pieces = Vec::new();
        for end in cuts.iter().copied().chain([self.chars.len()]) {
            pieces.extend(self.piece(start..end));
            start = end;
        }
        pieces
    }

    fn piece(&self, range: Range<usize>) -> Option<Range<usize>> {
        /// Fewest characters of a sentence. Source: RaTEScore `utils.py`, `sentence_split`.
        const SHORTEST: usize = 3;
        let chars = self.chars.get(range.clone())?;
        let start = range.start + chars.iter().position(|&c| !is_space(c))?;
        let end = range.start + chars.iter().rposition(|&c| !is_space(c))? + 1;
        (end - start >= SHORTEST).then(|| self.bytes[start]..self.bytes[end])
    }
}
