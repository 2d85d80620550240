//! What was dropped: what it is, what is missing, how it is converted, what came of it.

use rrgscore_packs::Precision;
use yew::prelude::*;

use super::drop::{ModelButton, ModelDrop};
use super::offer::{sentence, terms_to_accept, trouble};
use super::on_bench;
use crate::page::format;
use crate::page::state::Action;
use crate::page::state::models::{Bench, BenchAction, BuildOutcome, Looked, ModelsAction};
use crate::page::view::controls::{Choice, progress, radios};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction, ViewProps};
use crate::protocol::packs::{Found, FoundKind, LackingFile};

/// The drop zone.
#[component]
pub(super) fn BenchView(props: &ViewProps) -> Html {
    let ViewProps { state, act } = props.clone();
    let bench = &state.models.bench;
    let busy = matches!(bench, Bench::Working { .. } | Bench::Measuring { .. });
    let disabled = busy || state.models.looked != Looked::Yes;
    let content = match bench {
        Bench::Empty => welcome(&act),
        Bench::Looking => html! {
            <>
                <p class="drop-title">{ "Looking at the files" }</p>
                { progress("Looking at the files", 0, 0) }
            </>
        },
        Bench::Found { found, precision, accepted } => what(found, *precision, *accepted, &act),
        Bench::Working { found, stage, done, of, .. } => working(found, stage, *done, *of, &act),
        Bench::Measuring { outcome, stage } => measuring(outcome, stage, &act),
        Bench::Done(outcome) => finished(outcome, &act),
        Bench::Failed(why) => html! {
            <>
                <p class="drop-title">{ "This cannot be installed" }</p>
                { trouble(why) }
                { more(&act, "Add files", "Start over") }
            </>
        },
    };
    html! { <ModelDrop {act} {disabled}><div class="bench">{ content }</div></ModelDrop> }
}

fn welcome(act: &Act) -> Html {
    html! {
        <>
            <p class="drop-title">{ "Drop a checkpoint or a model pack here" }</p>
            <div class="actions">
                <ModelButton act={act.clone()} folder={false} label="Choose files" class="primary" />
                <ModelButton act={act.clone()} folder={true} label="Choose a folder" />
            </div>
            <p class="note">
                { "chexbert.pth, radgraph.tar.gz, a Hugging Face folder, an .rrgpack. What it is, is \
                   recognised from its content; files that belong together can be dropped together." }
            </p>
        </>
    }
}

/// Add files to those that are there, or forget them.
fn more(act: &Act, add: &'static str, clear: &'static str) -> Html {
    html! {
        <div class="actions">
            <ModelButton act={act.clone()} folder={false} label={add} />
            <ModelButton act={act.clone()} folder={true} label="Add a folder" />
            <button type="button" class="button quiet" onclick={on_bench(act, BenchAction::Clear)}>
                { clear }
            </button>
        </div>
    }
}

fn what(found: &Found, precision: Precision, accepted: bool, act: &Act) -> Html {
    let title = match &found.kind {
        FoundKind::Checkpoint => format!("{}: checkpoint", found.name),
        FoundKind::Pack { manifest } => {
            let bytes = format::bytes(manifest.total_bytes());
            format!("{}: pack, {}, {bytes}", found.name, manifest.precision)
        }
    };
    let lacking = |one: &LackingFile| {
        html! { <li key={one.file.clone()}><b>{ one.file.clone() }</b><span>{ sentence(&one.hint) }</span></li> }
    };
    let files = found.files.join(", ");
    let checkpoint = found.kind == FoundKind::Checkpoint;
    let ready = found.lacking.is_empty() && (found.terms.is_empty() || accepted);
    let accept = act.reform(|yes| {
        ViewAction::Act(Action::Models(ModelsAction::Bench(BenchAction::Accept(yes))))
    });
    html! {
        <>
            <p class="drop-title" id="bench-title">{ title }</p>
            <p class="note">{ files }<br />{ format!("Licence: {}", found.licence) }</p>
            if !found.lacking.is_empty() {
                <div class="lacking">
                    <p>{ icon(Icon::Warning) }<span>{ "Still needed; what you dropped is kept:" }</span></p>
                    <ul>{ for found.lacking.iter().map(lacking) }</ul>
                </div>
                { more(act, "Add files", "Forget this drop") }
            } else {
                if checkpoint {
                    { precisions(precision, act) }
                }
                if !found.terms.is_empty() {
                    { terms_to_accept("accept-dropped", &found.terms, accepted, accept) }
                }
                <div class="actions">
                    <button
                        type="button" class="button primary" id="bench-go" disabled={!ready}
                        onclick={on_bench(act, BenchAction::Go)}
                    >
                        { if checkpoint { "Convert and install" } else { "Install" } }
                    </button>
                    <button type="button" class="button quiet" onclick={on_bench(act, BenchAction::Clear)}>
                        { "Forget this drop" }
                    </button>
                </div>
            }
        </>
    }
}

fn precisions(now: Precision, act: &Act) -> Html {
    let choice = |(precision, label, note): (Precision, &'static str, &'static str)| Choice {
        label: label.into(),
        note: note.into(),
        chosen: precision == now,
        disabled: false,
        pick: act.reform(move |()| {
            let action = ModelsAction::Bench(BenchAction::Precision(precision));
            ViewAction::Act(Action::Models(action))
        }),
    };
    let choices = [
        (Precision::Int8, "int8", "A quarter of the size; the difference is measured and shown."),
        (Precision::F16, "f16", "Half the size; differences hardly to be measured."),
        (Precision::F32, "f32", "Weights as published."),
    ];
    let choices = choices.into_iter().map(choice).collect();
    radios("precision", html! { "Precision of the pack" }, "columns", choices)
}

fn working(found: &Found, stage: &str, done: u64, of: u64, act: &Act) -> Html {
    let verb = if found.kind == FoundKind::Checkpoint { "Converting" } else { "Installing" };
    let facts = if of > 0 { format!(", {}", format::percent(done, of)) } else { String::new() };
    html! {
        <>
            <p class="drop-title">{ format!("{verb} {}", found.name) }</p>
            { progress(format!("{verb} {}", found.name), done, of) }
            <p class="note" id="bench-stage">{ format!("{}{facts}", sentence(stage).trim_end_matches('.')) }</p>
            <div class="actions">
                <button type="button" class="button stop" onclick={on_bench(act, BenchAction::Clear)}>
                    { "Cancel" }
                </button>
            </div>
        </>
    }
}

/// What the conversion took.
fn took(outcome: &BuildOutcome) -> String {
    if !outcome.converted {
        return format!("Took {}.", format::duration(outcome.seconds));
    }
    format!(
        "Converted in {} with at most {} of memory.",
        format::duration(outcome.seconds),
        format::bytes(outcome.peak)
    )
}

fn measuring(outcome: &BuildOutcome, stage: &str, act: &Act) -> Html {
    html! {
        <>
            <p class="drop-title">{ format!("{} is installed", outcome.name) }</p>
            <p class="note" id="bench-took">{ took(outcome) }</p>
            { progress("Measuring", 0, 0) }
            <p class="note" id="bench-stage">{ sentence(stage) }</p>
            <div class="actions">
                <button type="button" class="button" onclick={on_bench(act, BenchAction::Clear)}>
                    { "Do not measure" }
                </button>
            </div>
        </>
    }
}

fn finished(outcome: &BuildOutcome, act: &Act) -> Html {
    html! {
        <>
            <p class="drop-title is-good">
                { icon(Icon::Tick) }<span>{ format!("{} is installed", outcome.name) }</span>
            </p>
            <p class="note" id="bench-took">{ took(outcome) }</p>
            if let Some(peak) = outcome.measuring_peak {
                <p class="note">{ format!("Measured with at most {} of memory.", format::bytes(peak)) }</p>
            }
            if let Some(why) = &outcome.unmeasured {
                <p class="note">{ format!("It was not measured against the checkpoint: {why}.") }</p>
            }
            <div class="actions">
                <button type="button" class="button" onclick={on_bench(act, BenchAction::Clear)}>
                    { "Install another" }
                </button>
            </div>
        </>
    }
}
