//! RaTEScore's reasons: both reports' entities with types, best matches, weights and penalties.

use rrgscore_annotations::{Annotation, NamedEntity};
use rrgscore_metrics::ratescore::{EntityMatch, RateScore};
use yew::prelude::*;

use super::marks::{Mark, marked};
use super::side_by_side;
use crate::page::format;
use crate::protocol::Study;

/// From this similarity on an entity is drawn as one that the other report has too.
const ALIKE: f64 = 0.8;

/// Both texts with their entities, and the match of each.
pub(super) fn entity_texts(
    study: &Study,
    annotations: [Option<&Annotation>; 2],
    score: &RateScore,
) -> Html {
    let [reference, candidate] = annotations.map(entities);
    html! {
        <>
            <ul class="key">
                <li><span class="mark is-shared">{ "alike" }</span>{ " the other report has an entity of similarity 0.8 or more that does not contradict it" }</li>
                <li><span class="mark is-lone">{ "unlike" }</span>{ " it has none" }</li>
            </ul>
            { side_by_side(
                side(&study.reference, reference, candidate, &score.reference_matches),
                side(&study.candidate, candidate, reference, &score.candidate_matches),
            ) }
            <dl class="counts wide">
                <div><dt>{ "reference to candidate" }</dt><dd>{ format::score(Some(score.reference_to_candidate), 4) }</dd></div>
                <div><dt>{ "candidate to reference" }</dt><dd>{ format::score(Some(score.candidate_to_reference), 4) }</dd></div>
                <div><dt>{ "RaTEScore" }</dt><dd>{ format::score(Some(score.score), 4) }</dd></div>
            </dl>
        </>
    }
}

fn entities(annotation: Option<&Annotation>) -> &[NamedEntity] {
    match annotation {
        Some(Annotation::Entities(found)) => &found.entities,
        _ => &[],
    }
}

fn side(text: &str, own: &[NamedEntity], other: &[NamedEntity], matches: &[EntityMatch]) -> Html {
    let of = |at: usize| matches.get(at);
    let marks: Vec<Mark> = own
        .iter()
        .enumerate()
        .map(|(at, entity)| Mark {
            from: entity.start as usize,
            to: entity.end as usize,
            matched: of(at).is_some_and(|m| m.similarity >= ALIKE && m.penalty == 1.0),
            relations: None,
            title: entity.kind.name().to_owned(),
        })
        .collect();
    let rows = own.iter().enumerate().map(|(at, entity)| {
        let found = of(at);
        let best = found.and_then(|m| other.get(m.entity as usize));
        let number = |value: Option<f64>| format::score(value, 3);
        let contradicts = found.is_some_and(|m| m.penalty != 1.0);
        html! {
            <tr>
                <th scope="row">{ entity.text.clone() }</th>
                <td>{ entity.kind.name() }</td>
                <td>{ best.map(|best| format!("{} ({})", best.text, best.kind.name())).unwrap_or_default() }</td>
                <td>{ number(found.map(|m| m.similarity)) }</td>
                <td>{ number(found.map(|m| m.affinity)) }</td>
                <td>{ if contradicts { format!("\u{d7} {}", number(found.map(|m| m.penalty))) } else { String::new() } }</td>
            </tr>
        }
    });
    html! {
        <>
            { marked(text, &marks) }
            <details class="annotation">
                <summary>{ format!("{} entities", own.len()) }</summary>
                <div class="scroll">
                    <table class="arithmetic">
                        <thead>
                            <tr>
                                <th scope="col">{ "Entity" }</th>
                                <th scope="col">{ "Type" }</th>
                                <th scope="col">{ "Best match" }</th>
                                <th scope="col">{ "Similarity" }</th>
                                <th scope="col">{ "Weight" }</th>
                                <th scope="col">{ "Contradiction" }</th>
                            </tr>
                        </thead>
                        <tbody>{ for rows }</tbody>
                    </table>
                </div>
            </details>
        </>
    }
}
