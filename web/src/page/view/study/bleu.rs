//! BLEU-2's reasons: which words and word pairs the texts have in common.

use std::collections::BTreeSet;

use rrgscore_metrics::bleu::{self, Bleu2, NgramMatch};
use yew::prelude::*;

use super::side_by_side;
use crate::page::format;

/// Draws the texts as BLEU reads them, with what was matched, and the counts behind the score.
pub(crate) fn bleu_texts(reference: &str, candidate: &str, counts: &Bleu2) -> Html {
    let (reference, candidate) = (bleu::tokens(reference), bleu::tokens(candidate));
    let [words, pairs] = bleu::matches(&reference, &candidate);
    let in_reference = |found: &NgramMatch| found.reference as usize;
    let in_candidate = |found: &NgramMatch| found.candidate as usize;
    let reference = drawn(
        &reference,
        &words.iter().map(in_reference).collect::<Vec<_>>(),
        &pairs.iter().map(in_reference).collect::<Vec<_>>(),
    );
    let candidate = drawn(
        &candidate,
        &words.iter().map(in_candidate).collect::<Vec<_>>(),
        &pairs.iter().map(in_candidate).collect::<Vec<_>>(),
    );
    html! {
        <>
            <ul class="key">
                <li><span class="word is-pair">{ "in a pair" }</span>{ " part of a matched word pair" }</li>
                <li><span class="word is-word">{ "alone" }</span>{ " matched as a single word" }</li>
                <li><span class="word">{ "plain" }</span>{ " not matched" }</li>
            </ul>
            { side_by_side(reference, candidate) }
            { arithmetic(counts) }
        </>
    }
}

fn drawn(tokens: &[String], words: &[usize], pairs: &[usize]) -> Html {
    if tokens.is_empty() {
        return html! { <p class="note">{ "Empty." }</p> };
    }
    let is_word: BTreeSet<usize> = words.iter().copied().collect();
    let is_pair: BTreeSet<usize> = pairs.iter().flat_map(|&at| [at, at + 1]).collect();
    let word = |(at, token): (usize, &String)| {
        let class = match (is_pair.contains(&at), is_word.contains(&at)) {
            (true, _) => "word is-pair",
            (false, true) => "word is-word",
            (false, false) => "word",
        };
        html! { <><span {class}>{ token.clone() }</span>{ " " }</> }
    };
    html! { <p class="report">{ for tokens.iter().enumerate().map(word) }</p> }
}

fn arithmetic(counts: &Bleu2) -> Html {
    let row = |name: &'static str, at: usize| {
        let matched = format!("{} of {}", counts.matched[at], counts.total[at]);
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ matched }</td>
                <td>{ format::score(Some(counts.precision[at]), 4) }</td>
            </tr>
        }
    };
    let lengths =
        format!("{} candidate and {} reference tokens", counts.candidate_len, counts.reference_len);
    html! {
        <table class="arithmetic">
            <caption>{ "How the score is made" }</caption>
            <thead>
                <tr><td></td><th scope="col">{ "Matched" }</th><th scope="col">{ "Precision" }</th></tr>
            </thead>
            <tbody>
                { row("Words", 0) }
                { row("Word pairs", 1) }
                <tr>
                    <th scope="row">{ "Brevity penalty" }</th>
                    <td>{ lengths }</td>
                    <td>{ format::score(Some(counts.brevity_penalty), 4) }</td>
                </tr>
                <tr class="total">
                    <th scope="row">{ "BLEU-2" }</th>
                    <td>{ "penalty \u{d7} \u{221a}(words \u{d7} pairs)" }</td>
                    <td>{ format::score(Some(counts.score), 4) }</td>
                </tr>
            </tbody>
        </table>
    }
}
