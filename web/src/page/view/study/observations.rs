//! CheXbert's labels of both reports, side by side.

use rrgscore_annotations::{Annotation, Labels, Mention, OBSERVATIONS};
use yew::prelude::*;

use super::{plain, side_by_side};
use crate::protocol::Study;

/// Both texts, and what CheXbert says about each observation.
pub(super) fn observation_texts(study: &Study, annotations: [Option<&Annotation>; 2]) -> Html {
    let [reference, candidate] = annotations.map(labels);
    let (Some(reference), Some(candidate)) = (reference, candidate) else {
        return side_by_side(plain(&study.reference), plain(&study.candidate));
    };
    let rows = OBSERVATIONS.iter().zip(reference.0.iter().zip(candidate.0)).map(
        |(name, (&reference, candidate))| {
            let same = reference == candidate;
            html! {
                <tr key={*name} class={classes!((!same).then_some("differs"))}>
                    <th scope="row">{ *name }</th>
                    <td>{ said(reference) }</td>
                    <td>{ said(candidate) }</td>
                    <td>{ if same { "same" } else { "differs" } }</td>
                </tr>
            }
        },
    );
    html! {
        <>
            <p class="note">
                { "SembScore compares CheXbert's embeddings of the whole reports, not these labels; they come from the same pass and show what the model read." }
            </p>
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            <table class="arithmetic">
                <caption>{ "CheXbert's labels" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Observation" }</th>
                        <th scope="col">{ "Reference" }</th>
                        <th scope="col">{ "Candidate" }</th>
                        <th scope="col">{ "Agreement" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </>
    }
}

fn labels(annotation: Option<&Annotation>) -> Option<&Labels> {
    match annotation {
        Some(Annotation::Chexbert(read)) => Some(&read.labels),
        _ => None,
    }
}

fn said(mention: Mention) -> &'static str {
    match mention {
        Mention::Blank => "not mentioned",
        Mention::Positive => "present",
        Mention::Negative => "absent",
        Mention::Uncertain => "uncertain",
    }
}
