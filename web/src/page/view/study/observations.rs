//! CheXbert's labels of both reports, side by side.

use rrgscore_annotations::{Annotation, Labels, Mention, OBSERVATIONS};
use yew::prelude::*;

use super::{agreement, plain, side_by_side};
use crate::protocol::Study;

/// Both texts, and what CheXbert says about each observation.
pub(super) fn observation_texts(study: &Study, annotations: [Option<&Annotation>; 2]) -> Html {
    let [reference, candidate] = annotations.map(labels);
    let (Some(reference), Some(candidate)) = (reference, candidate) else {
        return side_by_side(plain(&study.reference), plain(&study.candidate));
    };
    let rows = OBSERVATIONS.iter().zip(reference.0.iter().zip(candidate.0)).map(
        |(name, (&reference, candidate))| ((*name).to_owned(), said(reference), said(candidate)),
    );
    html! {
        <>
            <p class="note">
                { "SembScore compares CheXbert's embeddings of the whole reports, not these labels; they come from the same pass and show what the model read." }
            </p>
            { side_by_side(plain(&study.reference), plain(&study.candidate)) }
            { agreement("Observation", "CheXbert's labels".to_owned(), rows.collect()) }
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
