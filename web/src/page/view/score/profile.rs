//! Whose definitions the columns have.

use rrgscore_scoring::Profile;
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
