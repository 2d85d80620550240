//! Predictions that hold what a model or a program left in them, or that say little.

use std::collections::HashMap;

use super::Texts;
use crate::finding::{Code, Finding, Severity};
use crate::join::Joined;
use crate::text::{counted, is_short, plural, thousands};
use crate::texts::TaskText;

/// Fewer studies than this prove nothing about how varied a model's texts are.
const ENOUGH: usize = 4;

/// Tokens of tokenizers and chat templates that are no part of a report.
const SPECIAL: [&str; 40] = [
    "<unk>",
    "</s>",
    "<s>",
    "<pad>",
    "<mask>",
    "<bos>",
    "<eos>",
    "[CLS]",
    "[SEP]",
    "[PAD]",
    "[UNK]",
    "[MASK]",
    "[BOS]",
    "[EOS]",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "<think>",
    "</think>",
    "<thinking>",
    "</thinking>",
    "<answer>",
    "</answer>",
    "<image>",
    "</image>",
    "<img>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<end_of_utterance>",
    "<start_of_image>",
    "<start>",
    "<end>",
    "<sos>",
    "<startoftext>",
    "<endoftext>",
    "<extra_id_0>",
    "ASSISTANT:",
    "### Response:",
    "### Assistant",
];

pub(super) fn look(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    for texts in Texts::both(joined) {
        let special = texts.finding(
            Code::SpecialTokens,
            Severity::Warning,
            |text| has_special_tokens(&text.text),
            |count| {
                format!(
                    "{} special tokens of a model or a chat template left in {} (such as </s>, \
                     <unk> or <think>).",
                    texts.have(count),
                    plural(count, "it", "them"),
                )
            },
        );
        let lists = texts.finding(
            Code::ListLiterals,
            Severity::Warning,
            |text| is_list_literal(&text.text),
            |count| {
                format!(
                    "{} written as a list of a programming language, such as ['…'].",
                    counted(
                        count,
                        &format!("{} is", texts.one),
                        &format!("{} are each", texts.many)
                    ),
                )
            },
        );
        for finding in special.into_iter().chain(lists) {
            findings.push(
                finding.hint("They are scored as given. Clean the file if that is not meant."),
            );
        }
    }
    short(joined, findings);
    distinct(joined, findings);
}

/// One side of a word or two each, as the names of classes are, and the other of reports.
fn short(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    let [one, two] = Texts::both(joined);
    for (texts, other) in [(one, two), (two, one)] {
        let words = |(_, text): (_, &TaskText<'_>)| text.text.split_whitespace().count();
        let reports = other.iter().map(words).sum::<usize>() > 3 * other.iter().count();
        let all = texts.iter().count();
        let short = texts.iter().filter(|(_, text)| is_short(&text.text));
        let short: Vec<&str> = short.map(|(id, _)| id).collect();
        if reports && short.len() * 2 > all {
            let finding = Finding::about(Code::NotReports, Severity::Warning, short, |count| {
                format!(
                    "{} a word or two, as the names of classes are.",
                    counted(
                        count,
                        &format!("{} is", texts.one),
                        &format!("{} are each", texts.many)
                    )
                )
            });
            findings.push(finding.hint("Check that the column of reports is the right one."));
        }
    }
}

fn has_special_tokens(text: &str) -> bool {
    // Most reports hold none of the characters that all of them need.
    if !text.bytes().any(|byte| matches!(byte, b'<' | b'[' | b'#' | b':' | 0xEF)) {
        return false;
    }
    SPECIAL.iter().any(|token| text.contains(token))
        || has_framed(text, "<|", "|>")
        || has_framed(text, "<｜", "｜>")
}

/// Whether a text holds a name between marks, such as `<|im_end|>`.
fn has_framed(text: &str, open: &str, close: &str) -> bool {
    text.match_indices(open).any(|(at, _)| {
        let after = text.get(at + open.len()..).unwrap_or_default();
        after.find(close).is_some_and(|end| (1..=40).contains(&end))
    })
}

fn is_list_literal(text: &str) -> bool {
    let text = text.trim();
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).map(str::trim);
    inside.is_some_and(|inside| {
        ['\'', '"']
            .iter()
            .any(|quote| inside.len() > 1 && inside.starts_with(*quote) && inside.ends_with(*quote))
    })
}

/// Few distinct predictions: a model that says the same of every study.
fn distinct(joined: &Joined<'_>, findings: &mut Vec<Finding>) {
    let [predictions, _] = Texts::both(joined);
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (_, text) in predictions.iter() {
        *times.entry(text.text.trim()).or_default() += 1;
    }
    let all: usize = times.values().sum();
    let most = times.values().copied().max().unwrap_or_default();
    if all < ENOUGH || times.len() * 2 > all {
        return;
    }
    let severity = if most * 2 > all { Severity::Warning } else { Severity::Note };
    findings.push(Finding::general(
        Code::FewDistinct,
        severity,
        times.len() as u64,
        format!(
            "There {} {} in {} studies; the most frequent one stands {} times.",
            plural(times.len() as u64, "is", "are"),
            counted(times.len() as u64, "distinct prediction", "distinct predictions"),
            thousands(all as u64),
            thousands(most as u64),
        ),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_tokens_are_told_from_reports() {
        for text in [
            "<unk> effusion .",
            "no effusion</s><pad>",
            "<think>Left?</think> Clear.",
            "Clear.<|endoftext|>",
            "Clear.<|im_end|>",
            "[INST] Write [/INST] Clear.",
            "<｜end▁of▁sentence｜>",
        ] {
            assert!(has_special_tokens(text), "{text}");
        }
        for text in
            ["Size < 5 mm.", "[2] nodules", "A: clear", "a <| b", "FINDINGS: clear", "3 > 2"]
        {
            assert!(!has_special_tokens(text), "{text}");
        }
    }

    #[test]
    fn list_literals_are_told_from_reports() {
        for text in ["['no effusion .']", "[\"a\"]", " ['a', 'b'] "] {
            assert!(is_list_literal(text), "{text}");
        }
        for text in ["[1]", "no ['a']", "[]", "['"] {
            assert!(!is_list_literal(text), "{text}");
        }
    }
}
