//! BERTScore's reasons: each token's best match on the other side.

use rrgscore_scoring::job::TokenMatch;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::side_by_side;
use crate::page::view::plain::ticked;
use crate::page::{format, platform};

/// What [`BertScoreTexts`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct BertScoreTextsProps {
    /// The reference.
    pub reference: String,
    /// The candidate.
    pub candidate: String,
    /// The reference's tokens.
    pub reference_tokens: Vec<TokenMatch>,
    /// The candidate's tokens.
    pub candidate_tokens: Vec<TokenMatch>,
    /// Mean similarity of the candidate's tokens.
    pub precision: Option<f64>,
    /// Mean similarity of the reference's tokens.
    pub recall: Option<f64>,
    /// Their harmonic mean, before any rescaling.
    pub f1: f64,
}

/// Which text a token is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Reference,
    Candidate,
}

/// Both texts with tokens coloured by similarity. The token under the pointer or the keyboard's
/// focus shows its best match on the other side, in both texts and in words.
#[component]
pub(crate) fn BertScoreTexts(props: &BertScoreTextsProps) -> Html {
    let active = use_state(|| None::<(Text, usize)>);
    let numbers = use_state(|| false);
    let tokens = |text: Text| match text {
        Text::Reference => (&props.reference, &props.reference_tokens),
        Text::Candidate => (&props.candidate, &props.candidate_tokens),
    };
    let matched = active.and_then(|(text, at)| {
        let best = tokens(text).1.get(at)?.best?;
        Some((other(text), best as usize))
    });
    let draw = |text: Text| {
        let (words, list) = tokens(text);
        let activate = {
            let active = active.clone();
            Callback::from(move |at: Option<usize>| active.set(at.map(|at| (text, at))))
        };
        let of = |pair: &Option<(Text, usize)>| pair.filter(|(t, _)| *t == text).map(|(_, at)| at);
        drawn(text, words, list, of(&active), of(&matched), *numbers, &activate)
    };
    let toggle = {
        let numbers = numbers.clone();
        Callback::from(move |event: Event| numbers.set(ticked(&event)))
    };
    let said = active.map(|(text, at)| said(tokens(text), tokens(other(text)), at));
    html! {
        <>
            <div class="key-bar">
                <div class="scale" aria-hidden="true">
                    <span>{ "0" }</span>
                    { for (0..=10).map(|step| html! { <i class={format!("sim-{step}")}></i> }) }
                    <span>{ "1" }</span>
                    <span class="note">{ "similarity to the best match" }</span>
                </div>
                <span class="check">
                    <input type="checkbox" id="show-numbers" checked={*numbers} onchange={toggle} />
                    <label for="show-numbers">{ "Show numbers" }</label>
                </span>
            </div>
            { side_by_side(draw(Text::Reference), draw(Text::Candidate)) }
            <p class="match-line" role="status" aria-live="polite">
                { said.unwrap_or_else(|| "Point at a token, or move to one with the arrow keys, to see its best match.".to_owned()) }
            </p>
            <dl class="counts wide">
                <div><dt>{ "precision" }</dt><dd>{ format::score(props.precision, 4) }</dd></div>
                <div><dt>{ "recall" }</dt><dd>{ format::score(props.recall, 4) }</dd></div>
                <div><dt>{ "F1 before rescaling" }</dt><dd>{ format::score(Some(props.f1), 4) }</dd></div>
            </dl>
        </>
    }
}

fn other(text: Text) -> Text {
    match text {
        Text::Reference => Text::Candidate,
        Text::Candidate => Text::Reference,
    }
}

fn is_special(token: &TokenMatch) -> bool {
    token.start == token.end
}

fn word<'a>(text: &'a str, token: &TokenMatch) -> &'a str {
    text.get(token.start as usize..token.end as usize).unwrap_or("")
}

/// One token's match in words.
fn said(
    (text, tokens): (&String, &Vec<TokenMatch>),
    (other, others): (&String, &Vec<TokenMatch>),
    at: usize,
) -> String {
    let Some(token) = tokens.get(at) else { return String::new() };
    let own = word(text, token);
    let best = token.best.and_then(|best| others.get(best as usize));
    let similarity = format::score(Some(token.similarity.into()), 3);
    match best {
        Some(best) if is_special(best) => {
            format!("\u{201c}{own}\u{201d} is most similar to the text's edge, {similarity}")
        }
        Some(best) => {
            format!(
                "\u{201c}{own}\u{201d} is most similar to \u{201c}{}\u{201d}, {similarity}",
                word(other, best)
            )
        }
        None => format!("\u{201c}{own}\u{201d} has no match"),
    }
}

/// The class of a similarity: eleven steps from 0 to 1.
fn step(similarity: f32) -> usize {
    (similarity.clamp(0.0, 1.0) * 10.0).round() as usize
}

fn drawn(
    side: Text,
    text: &str,
    tokens: &[TokenMatch],
    active: Option<usize>,
    matched: Option<usize>,
    numbers: bool,
    activate: &Callback<Option<usize>>,
) -> Html {
    let prefix = match side {
        Text::Reference => "reference",
        Text::Candidate => "candidate",
    };
    let mut order: Vec<usize> = (0..tokens.len()).filter(|&at| !is_special(&tokens[at])).collect();
    order.sort_by_key(|&at| tokens[at].start);
    if order.is_empty() {
        return html! { <p class="note">{ "Empty." }</p> };
    }
    let mut parts = Vec::with_capacity(order.len() * 2);
    let mut end = 0;
    // One token is in the tab order: the active one, or the first.
    let stop = active.or(order.first().copied());
    for &at in &order {
        let token = &tokens[at];
        let (from, to) = (token.start as usize, token.end as usize);
        if let Some(between) = text.get(end..from) {
            parts.push(html! { { between.to_owned() } });
        }
        end = end.max(to);
        let enter = activate.reform(move |_: MouseEvent| Some(at));
        let focus = activate.reform(move |_: FocusEvent| Some(at));
        let similarity = format::score(Some(token.similarity.into()), 2);
        let class = classes!(
            "token",
            format!("sim-{}", step(token.similarity)),
            (active == Some(at)).then_some("is-active"),
            (matched == Some(at)).then_some("is-matched"),
        );
        parts.push(html! {
            <span
                id={format!("{prefix}-{at}")} {class} role="button" key={at}
                tabindex={if stop == Some(at) { "0" } else { "-1" }}
                onmouseenter={enter} onfocus={focus}
            >
                { word(text, token).to_owned() }
                if numbers {
                    <sub>{ similarity }</sub>
                }
            </span>
        });
    }
    if let Some(rest) = text.get(end..) {
        parts.push(html! { { rest.to_owned() } });
    }
    let on_key = {
        let order = order.clone();
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => 1,
                "ArrowLeft" | "ArrowUp" => -1,
                _ => return,
            };
            // Where the focus is, not where it was when this was drawn.
            let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
            let Some(id) = target.map(|target| target.id()) else { return };
            let place = id.rsplit('-').next().and_then(|number| number.parse().ok());
            let at = order.iter().position(|&at| Some(at) == place).unwrap_or(0);
            let to = at.saturating_add_signed(step).min(order.len() - 1);
            event.prevent_default();
            platform::focus(&format!("{prefix}-{}", order[to]));
        })
    };
    let leave = activate.reform(|_: MouseEvent| None);
    html! {
        <p class={classes!("report", "tokens", numbers.then_some("with-numbers"))} role="group"
            aria-label={format!("Tokens of the {prefix}")} onkeydown={on_key} onmouseleave={leave}
        >
            { for parts }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(start: u32, end: u32, best: u32, similarity: f32) -> TokenMatch {
        TokenMatch { start, end, best: Some(best), similarity, weight: 1.0 }
    }

    #[test]
    fn a_match_is_said_in_words() {
        let (reference, candidate) = ("clear lungs".to_owned(), "lungs".to_owned());
        let left = vec![token(0, 0, 0, 1.0), token(0, 5, 0, 0.2), token(6, 11, 1, 0.91)];
        let right = vec![token(0, 0, 0, 1.0), token(0, 5, 2, 0.91)];
        let say = |at| said((&reference, &left), (&candidate, &right), at);
        assert_eq!(say(2), "\u{201c}lungs\u{201d} is most similar to \u{201c}lungs\u{201d}, 0.910");
        assert!(say(1).contains("edge"));
    }

    #[test]
    fn offsets_that_are_no_character_boundaries_do_no_harm() {
        assert_eq!(word("\u{e9}t\u{e9}", &token(1, 2, 0, 0.5)), "");
        assert_eq!(word("a", &token(0, 9, 0, 0.5)), "");
    }

    #[test]
    fn similarities_outside_the_scale_take_its_ends() {
        assert_eq!((step(-0.3), step(0.04), step(0.55), step(1.0)), (0, 0, 6, 10));
        assert_eq!(step(f32::NAN), 0);
    }
}
