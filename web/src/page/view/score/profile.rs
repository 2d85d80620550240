//! Whose definitions the columns have.

use rrgscore_scoring::{Profile, ReportCleaning};
use yew::prelude::*;

use crate::page::state::{Action, State};
use crate::page::view::controls::{Choice, radios};
use crate::page::view::{Act, ViewAction};

/// One choice per profile, by the name that the command line and the signature give it.
pub(super) fn profiles(state: &State, act: &Act) -> Html {
    let choice = |profile: Profile| Choice {
        label: profile.id().into(),
        note: match profile {
            Profile::Rexrank => {
                "As the ReXrank leaderboard computes: CXR-Report-Metric's code, BERTScore without \
                 idf. Ranked against the published tables."
            }
            Profile::Radeval => {
                "What RadEval 2.2.1 calls by the same names: idf-weighted BERTScore, its own BLEU \
                 and ROUGE, text as it stands, rounded constants. Never ranked."
            }
            Profile::Coco => {
                "What R2Gen and its descendants print: BLEU-1 to 4, ROUGE-L and CIDEr of the COCO \
                 caption evaluation, on the texts as they are. Never ranked."
            }
        }
        .into(),
        chosen: state.profile == profile,
        disabled: state.run.is_busy(),
        pick: act.reform(move |()| ViewAction::Act(Action::SetProfile(profile))),
    };
    let choices = Profile::ALL.into_iter().map(choice).collect();
    radios("profile", html! { "Profile: whose definitions" }, "columns", choices)
}

/// What is done to the reports first: nothing, or R2Gen's cleaning, folded away until it is asked
/// for.
pub(super) fn cleaning(state: &State, act: &Act) -> Html {
    let choice = |cleaning: Option<ReportCleaning>| Choice {
        label: cleaning.map_or("none", ReportCleaning::id).into(),
        note: match cleaning {
            None => "Reports are scored as they are.",
            Some(ReportCleaning::R2GenIuXray) => {
                "R2Gen's for IU X-ray: lower case, no numbers of items, most punctuation deleted."
            }
            Some(ReportCleaning::R2GenMimicCxr) => "R2Gen's for MIMIC-CXR.",
        }
        .into(),
        chosen: state.cleaning == cleaning,
        disabled: state.run.is_busy(),
        pick: act.reform(move |()| ViewAction::Act(Action::SetCleaning(cleaning))),
    };
    let all = ReportCleaning::ALL.into_iter().map(Some);
    let choices = std::iter::once(None).chain(all).map(choice).collect();
    html! {
        <details open={state.cleaning.is_some()}>
            <summary>{ "Clean the reports first" }</summary>
            { radios("cleaning", html! { "Cleaning of both reports" }, "columns", choices) }
            if let Some(cleaning) = state.cleaning {
                <p class="note">{ cleaning.note() }</p>
            }
        </details>
    }
}
