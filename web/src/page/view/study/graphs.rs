//! RadGraph's reasons: entities and relations of both reports, shared or not.

use rrgscore_annotations::{Annotation, Entity, Graph, Relation};
use rrgscore_metrics::radgraph::reward::Reward;
use rrgscore_metrics::radgraph::{Matched, RadGraphF1, SetF1};
use yew::prelude::*;

use super::marks::{Mark, marked};
use super::side_by_side;
use crate::page::format;
use crate::protocol::Study;

/// Both texts with their entities, the relations below, and the overlap behind RadGraph-F1.
pub(super) fn f1_texts(
    study: &Study,
    annotations: [Option<&Annotation>; 2],
    f1: &RadGraphF1,
) -> Html {
    let overlap = overlap(&f1.entity, &f1.relation, f1.combined);
    graph_texts(study, annotations, [&f1.reference_matched, &f1.candidate_matched], overlap)
}

/// The same with what a reward compares.
pub(super) fn reward_texts(
    study: &Study,
    annotations: [Option<&Annotation>; 2],
    reward: &Reward,
) -> Html {
    let matched = [&reward.reference_matched, &reward.candidate_matched];
    graph_texts(study, annotations, matched, reward_overlap(&reward.overlap))
}

fn graph_texts(
    study: &Study,
    annotations: [Option<&Annotation>; 2],
    [reference_matched, candidate_matched]: [&Matched; 2],
    overlap: Html,
) -> Html {
    let [reference, candidate] = annotations.map(graph);
    html! {
        <>
            <ul class="key">
                <li><span class="mark is-shared">{ "in both" }</span>{ " the other report has the same entity" }</li>
                <li><span class="mark is-lone">{ "here only" }</span>{ " missing from the candidate, or extra in it" }</li>
                <li><span class="mark is-tied">{ "relations in both" }</span>{ " all that begin at the entity" }</li>
                <li><span class="mark is-tied-here">{ "relations here only" }</span>{ " one or more of them" }</li>
            </ul>
            { side_by_side(
                side(&study.reference, reference, reference_matched, "missing"),
                side(&study.candidate, candidate, candidate_matched, "extra"),
            ) }
            { overlap }
        </>
    }
}

fn graph(annotation: Option<&Annotation>) -> Option<(&Graph, &[(u32, u32)])> {
    match annotation {
        Some(Annotation::RadGraph(read)) => Some((&read.graph, &read.words)),
        _ => None,
    }
}

fn side(
    text: &str,
    said: Option<(&Graph, &[(u32, u32)])>,
    matched: &Matched,
    alone: &'static str,
) -> Html {
    let Some((graph, words)) = said else {
        return html! { <><p class="report">{ text.to_owned() }</p><p class="note">{ "No annotation of this text: it is empty, or not read yet." }</p></> };
    };
    let place = |from: usize, to: usize| {
        let start = words.get(from)?.0;
        let end = words.get(to)?.1;
        Some((start as usize, end as usize))
    };
    let verdict = |matched: bool| if matched { "in both" } else { alone };
    let words_of = |id: &str| {
        let found = graph.entities().find(|(known, _)| *known == id);
        found.map(|(_, entity)| entity.tokens.clone()).unwrap_or_default()
    };
    // What is pointed at says its label and where its relations lead.
    let title = |entity: &Entity, flags: &[bool]| {
        let relation = |(relation, &matched): (&Relation, &bool)| {
            format!("; {} {} ({})", relation.label, words_of(&relation.target), verdict(matched))
        };
        let relations: String = entity.relations.iter().zip(flags).map(relation).collect();
        format!("{}{relations}", entity.label)
    };
    let marks: Vec<Mark> = graph
        .entities()
        .zip(matched.entities.iter().zip(&matched.relations))
        .filter_map(|((_, entity), (&matched, flags))| {
            let (from, to) = place(entity.start_ix, entity.end_ix)?;
            let relations = (!flags.is_empty()).then(|| flags.iter().all(|&shared| shared));
            Some(Mark { from, to, matched, relations, title: title(entity, flags) })
        })
        .collect();
    let entities = graph.entities().zip(&matched.entities).map(|((id, entity), &matched)| {
        html! {
            <tr key={id.to_owned()}>
                <th scope="row">{ entity.tokens.clone() }</th>
                <td>{ entity.label.clone() }</td>
                <td>{ verdict(matched) }</td>
            </tr>
        }
    });
    let relations = graph.entities().zip(&matched.relations).flat_map(|((_, entity), flags)| {
        entity.relations.iter().zip(flags).map(|(relation, &matched)| {
            html! {
                <tr>
                    <th scope="row">{ entity.tokens.clone() }</th>
                    <td>{ format!("{} {}", relation.label, words_of(&relation.target)) }</td>
                    <td>{ verdict(matched) }</td>
                </tr>
            }
        })
    });
    let ties: usize = graph.entities().map(|(_, entity)| entity.relations.len()).sum();
    html! {
        <>
            { marked(text, &marks) }
            <details class="annotation">
                <summary>{ format!("{} entities, {ties} relations", graph.entities().len()) }</summary>
                <table class="arithmetic">
                    <thead><tr><th scope="col">{ "Entity" }</th><th scope="col">{ "Label" }</th><th scope="col">{ "Match" }</th></tr></thead>
                    <tbody>{ for entities }{ for relations }</tbody>
                </table>
            </details>
        </>
    }
}

fn reward_overlap(reward: &SetF1) -> Html {
    let SetF1 { matched, reference, candidate, f1, .. } = *reward;
    let (value, distinct) = (
        format::score(Some(f1), 4),
        format!("{matched} in both, {reference} in the reference, {candidate} in the candidate"),
    );
    html! {
        <table class="arithmetic">
            <caption>{ "How the reward is made" }</caption>
            <thead><tr><td></td><th scope="col">{ "Distinct" }</th><th scope="col">{ "F1" }</th></tr></thead>
            <tbody>
                <tr class="total"><th scope="row">{ "Reward" }</th><td>{ distinct }</td><td>{ value }</td></tr>
            </tbody>
        </table>
    }
}

fn overlap(entity: &SetF1, relation: &SetF1, combined: f64) -> Html {
    let row = |name: &'static str, f1: &SetF1| {
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ format!("{} in both, {} in the reference, {} in the candidate", f1.matched, f1.reference, f1.candidate) }</td>
                <td>{ format::score(Some(f1.f1), 4) }</td>
            </tr>
        }
    };
    html! {
        <table class="arithmetic">
            <caption>{ "How RadGraph-F1 is made" }</caption>
            <thead><tr><td></td><th scope="col">{ "Distinct" }</th><th scope="col">{ "F1" }</th></tr></thead>
            <tbody>
                { row("Entities (words and label)", entity) }
                { row("Relations", relation) }
                <tr class="total">
                    <th scope="row">{ "RadGraph-F1" }</th>
                    <td>{ "mean of the two" }</td>
                    <td>{ format::score(Some(combined), 4) }</td>
                </tr>
            </tbody>
        </table>
    }
}
