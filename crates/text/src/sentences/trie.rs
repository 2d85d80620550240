//! All patterns in one trie, and the walk of a text through it.
//!
//! The walk takes the same turns in the same order as the official one, since of two rules that
//! match the same characters the first one found stays.
//!
//! Source: PyFastNER 1.0.10 `FastCNER.py` (`addRule`, `processRules`, `processReplication`,
//! `addDeterminants`), `WildCardFunctions.py`, `ReplicationFunctionsLambda.py`.

use std::ops::Range;

use super::rule_file::Mark;
use crate::python::{is_digit, is_space};

/// Most characters that `X+` takes beyond its first.
const MAX_REPEAT: usize = 50;

#[derive(Debug, Clone)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// In the order in which the patterns came.
    children: Vec<(char, usize)>,
    /// The rules whose pattern ends here; of a kind, the last one in the file.
    rules: Vec<(Mark, usize)>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Node {
    fn child(&self, c: char) -> Option<usize> {
        self.children.iter().find(|(key, _)| *key == c).map(|&(_, node)| node)
    }
}

impl Trie {
    pub(super) fn add(&mut self, pattern: &[char], mark: Mark, rule: usize) {
        let mut node = 0;
        for &c in pattern {
            node = match self.nodes[node].child(c) {
                Some(child) => child,
                None => {
                    let child = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[node].children.push((c, child));
                    child
                }
            };
        }
        let rules = &mut self.nodes[node].rules;
        match rules.iter_mut().find(|(known, _)| *known == mark) {
            Some(known) => known.1 = rule,
            None => rules.push((mark, rule)),
        }
    }

    /// Calls `found` with kind, rule and captured characters of every match that starts at a
    /// character of the text.
    pub(super) fn walk(
        &self,
        text: &[char],
        from: usize,
        found: &mut dyn FnMut(Mark, usize, Range<usize>),
    ) {
        let mut walk = Walk { trie: self, text, found };
        walk.step(0, State { begin: from, end: 0, at: from, last: Last::Plain(' ') });
    }
}

/// How the walk came to a node.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Last {
    /// By a character of the pattern that stands for itself, or by a group's parenthesis.
    Plain(char),
    /// By a wildcard: the character behind the backslash.
    Wildcard(char),
}

impl Last {
    fn is(self, key: char) -> bool {
        matches!(self, Self::Plain(c) | Self::Wildcard(c) if c == key)
    }
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// Where the captured characters begin.
    begin: usize,
    /// Where they end; 0: where the match ends.
    end: usize,
    /// The next character of the text.
    at: usize,
    last: Last,
}

struct Walk<'a> {
    trie: &'a Trie,
    text: &'a [char],
    found: &'a mut dyn FnMut(Mark, usize, Range<usize>),
}

impl Walk<'_> {
    fn step(&mut self, node: usize, state: State) {
        match self.text.get(state.at) {
            Some(&c) => self.step_at(node, state, c),
            None => self.step_at_end(node, state),
        }
    }

    fn step_at(&mut self, node: usize, state: State, c: char) {
        let trie = self.trie;
        let node = &trie.nodes[node];
        if let Some(wildcards) = node.child('\\') {
            for &(key, child) in &trie.nodes[wildcards].children {
                self.wildcard(key, child, state, c);
            }
        }
        if !state.last.is('\\') {
            let last = Last::Plain('(');
            if let Some(child) = node.child('(') {
                self.step(child, State { begin: state.at, last, ..state });
            }
            let last = Last::Plain(')');
            if let Some(child) = node.child(')') {
                self.step(child, State { end: state.at, last, ..state });
            }
        }
        self.emit(node, state);
        if let Some(child) = node.child(c).filter(|_| c != '(' && c != ')') {
            self.step(child, State { at: state.at + 1, last: Last::Plain(c), ..state });
        }
        if let Some(child) = node.child('+') {
            self.step(child, State { last: Last::Plain('+'), ..state });
            self.repeat(child, state);
        }
    }

    /// At the text's end only a few endings of a pattern count, and the first that is there.
    fn step_at_end(&mut self, node: usize, state: State) {
        let trie = self.trie;
        let node = &trie.nodes[node];
        let end_of_text =
            |node: &Node| node.child('\\').and_then(|wildcards| trie.nodes[wildcards].child('e'));
        if !node.rules.is_empty() {
            self.emit(node, state);
        } else if let Some(child) = end_of_text(node) {
            self.emit(&trie.nodes[child], state);
        } else if let Some(child) = node.child(')') {
            // `)\e` matches nothing here: the official code looks for its rules one step too high.
            self.emit(&trie.nodes[child], State { end: state.at, ..state });
        } else if let Some(child) = node.child('+') {
            self.step(child, state);
        }
    }

    fn wildcard(&mut self, key: char, child: usize, state: State, c: char) {
        let matches = match key {
            '(' | ')' | '\\' | '+' => c == key,
            'b' => {
                if state.at == 0 {
                    self.step(child, State { last: Last::Wildcard(key), ..state });
                }
                return;
            }
            _ => class(key).is_some_and(|is_in| is_in(c)),
        };
        if matches {
            self.step(child, State { at: state.at + 1, last: Last::Wildcard(key), ..state });
        }
    }

    /// Goes on behind as many of the same kind as follow, up to the limit.
    fn repeat(&mut self, child: usize, state: State) {
        let behind = self.text[state.at..].iter().take(MAX_REPEAT);
        let more = match state.last {
            Last::Plain(key) => behind.take_while(|&&c| c == key).count(),
            Last::Wildcard(key) => match class(key) {
                Some(is_in) => behind.take_while(|&&c| is_in(c)).count(),
                None => return,
            },
        };
        self.step(child, State { at: state.at + more, last: Last::Plain('+'), ..state });
    }

    fn emit(&mut self, node: &Node, state: State) {
        let end = if state.end == 0 { state.at } else { state.end };
        let range = state.begin.min(end)..state.begin.max(end);
        for &(mark, rule) in &node.rules {
            (self.found)(mark, rule, range.clone());
        }
    }
}

/// What a wildcard stands for; `None` for letters that stand for no class of characters. An
/// unknown letter matches nothing.
fn class(key: char) -> Option<fn(char) -> bool> {
    Some(match key {
        's' => |c| matches!(c, ' ' | '\t' | '\u{a0}'),
        'n' => |c| matches!(c, '\n' | '\r'),
        'd' => is_digit,
        'C' => char::is_uppercase,
        'c' => char::is_lowercase,
        'p' => |c| c.is_ascii_punctuation(),
        'a' => |c| !is_space(c),
        'u' => |c| c > '~' && c != '\u{a0}',
        'w' => |c| c > '~' || is_space(c),
        _ => return None,
    })
}
