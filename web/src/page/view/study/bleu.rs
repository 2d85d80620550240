//! The reasons of BLEU, ROUGE and CIDEr: which words and word pairs the texts have in common.

use rrgscore_metrics::bleu::{Bleu, BleuOrder};
use rrgscore_metrics::cider::Cider;
use rrgscore_metrics::rouge::{Rouge, RougeKind};
use rrgscore_scoring::job::NgramToken;
use yew::prelude::*;

use super::side_by_side;
use crate::page::format;

/// Draws the texts with the words and pairs that were matched, and the counts behind the score.
pub(crate) fn bleu_texts(
    (reference, reference_tokens): (&str, &[NgramToken]),
    (candidate, candidate_tokens): (&str, &[NgramToken]),
    counts: &Bleu,
) -> Html {
    html! {
        <>
            { key("matched as a single word", counts.orders.len() > 1) }
            { side_by_side(drawn(reference, reference_tokens), drawn(candidate, candidate_tokens)) }
            { arithmetic(counts) }
        </>
    }
}

/// Draws the texts with what ROUGE matched, and the figures behind the score.
pub(crate) fn rouge_texts(
    (reference, reference_tokens): (&str, &[NgramToken]),
    (candidate, candidate_tokens): (&str, &[NgramToken]),
    of: RougeKind,
    counts: &Rouge,
) -> Html {
    let (matched, unit) = match of {
        RougeKind::One => ("matched as a single word", "words"),
        RougeKind::Two => ("matched as a single word", "word pairs"),
        RougeKind::L => ("in the longest common sequence", "words"),
    };
    let row = |name: &'static str, about: &'static str, value: f64| {
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ format!("{} {unit} of the {about}", counts.common) }</td>
                <td>{ format::score(Some(value), 4) }</td>
            </tr>
        }
    };
    html! {
        <>
            { key(matched, of == RougeKind::Two) }
            { side_by_side(drawn(reference, reference_tokens), drawn(candidate, candidate_tokens)) }
            <table class="arithmetic">
                <caption>{ "How the score is made" }</caption>
                <tbody>
                    { row("Precision", "candidate's", counts.precision) }
                    { row("Recall", "reference's", counts.recall) }
                    <tr class="total">
                        <th scope="row">{ "F-measure" }</th>
                        <td>{ "of the two" }</td>
                        <td>{ format::score(Some(counts.score), 4) }</td>
                    </tr>
                </tbody>
            </table>
        </>
    }
}

/// The similarities that CIDEr is made of, beside the texts as they are.
pub(crate) fn cider_texts(reference: Html, candidate: Html, cider: &Cider) -> Html {
    let names = ["Words", "Word pairs", "Three words", "Four words"];
    let row = |(name, value): (&'static str, f64)| {
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ "similarity, rare ones weighing most" }</td>
                <td>{ format::score(Some(value), 4) }</td>
            </tr>
        }
    };
    html! {
        <>
            { side_by_side(reference, candidate) }
            <table class="arithmetic">
                <caption>{ "How the score is made" }</caption>
                <tbody>
                    { for names.into_iter().zip(cider.similarity).map(row) }
                    <tr>
                        <th scope="row">{ "Length penalty" }</th>
                        <td>{ "in each of these already" }</td>
                        <td>{ format::score(Some(cider.length_penalty), 4) }</td>
                    </tr>
                    <tr class="total">
                        <th scope="row">{ "CIDEr" }</th>
                        <td>{ "ten times their mean" }</td>
                        <td>{ format::score(Some(cider.score), 4) }</td>
                    </tr>
                </tbody>
            </table>
        </>
    }
}

/// What the marks mean.
fn key(word: &'static str, pairs: bool) -> Html {
    html! {
        <ul class="key">
            if pairs {
                <li><span class="word is-pair">{ "in a pair" }</span>{ " part of a matched word pair" }</li>
            }
            <li><span class="word is-word">{ "alone" }</span>{ format!(" {word}") }</li>
            <li><span class="word">{ "plain" }</span>{ " not matched" }</li>
        </ul>
    }
}

/// What a token is drawn as.
fn class(tokens: &[NgramToken], at: usize) -> &'static str {
    let begins = |at: usize, order| tokens.get(at).is_some_and(|token| token.begins(order));
    let in_pair = begins(at, 2) || at.checked_sub(1).is_some_and(|before| begins(before, 2));
    match (in_pair, begins(at, 1)) {
        (true, _) => "word is-pair",
        (false, true) => "word is-word",
        (false, false) => "word",
    }
}

fn drawn(text: &str, tokens: &[NgramToken]) -> Html {
    if tokens.is_empty() {
        return html! { <p class="note">{ "Empty." }</p> };
    }
    let mut parts = Vec::with_capacity(2 * tokens.len() + 1);
    let mut end = 0;
    for (at, token) in tokens.iter().enumerate() {
        let (from, to) = (token.start as usize, token.end as usize);
        let between = text.get(end..from).unwrap_or_default();
        let word = text.get(from..to).unwrap_or_default();
        parts.push(html! {
            <>{ between.to_owned() }<span class={class(tokens, at)}>{ word.to_owned() }</span></>
        });
        end = to;
    }
    parts.push(html! { { text.get(end..).unwrap_or_default().to_owned() } });
    html! { <p class="report">{ for parts }</p> }
}

fn arithmetic(counts: &Bleu) -> Html {
    let names = ["Words", "Word pairs", "Three words", "Four words"];
    let row = |(name, order): (&'static str, &BleuOrder)| {
        let matched = format!("{} of {}", order.matched, order.total);
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ matched }</td>
                <td>{ format::score(Some(order.precision), 4) }</td>
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
                { for names.into_iter().zip(&counts.orders).map(row) }
                <tr>
                    <th scope="row">{ "Brevity penalty" }</th>
                    <td>{ lengths }</td>
                    <td>{ format::score(Some(counts.brevity_penalty), 4) }</td>
                </tr>
                <tr class="total">
                    <th scope="row">{ format!("BLEU-{}", counts.orders.len()) }</th>
                    <td>{ "penalty \u{d7} geometric mean of the precisions" }</td>
                    <td>{ format::score(Some(counts.score), 4) }</td>
                </tr>
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_words_of_a_matched_pair_are_drawn_as_one() {
        let token = |ngrams| NgramToken { start: 0, end: 0, ngrams };
        // The third word is matched as the second of a pair, and not by itself.
        let tokens = [token(0), token(3), token(0), token(1)];
        let classes: Vec<_> = (0..tokens.len()).map(|at| class(&tokens, at)).collect();
        assert_eq!(classes, ["word", "word is-pair", "word is-pair", "word is-word"]);
    }
}
