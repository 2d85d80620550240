//! What was dropped: what it is, what is missing, how it is converted, what came of it.

use rrgscore_packs::Precision;
use yew::prelude::*;

use super::drop::{ModelButton, ModelDrop};
use super::offer::{terms_to_accept, trouble};
use super::on_bench;
use crate::page::format::{self, sentence};
use crate::page::state::models::{Batch, Bench, BenchAction, BuildOutcome, Looked, ModelsAction};
use crate::page::state::{Action, State};
use crate::page::view::controls::{Choice, progress, radios};
use crate::page::view::icon::{Icon, icon};
use crate::page::view::plain;
use crate::page::view::{Act, ViewAction, ViewProps};
use crate::protocol::look::ResultDetail;
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
        Bench::Proving([done, of]) => html! {
            <>
                <p class="drop-title">{ "Scoring the published examples" }</p>
                { progress("Scoring the published examples", *done, *of) }
                <div class="actions">{ clear_by(&act, "button stop", "Cancel") }</div>
            </>
        },
        Bench::Found { found, precision, .. } => what(&state, found, *precision, &act),
        Bench::Working { found, stage, done, of, batch, .. } => {
            working(found, stage, [*done, *of], batch, &act)
        }
        Bench::Measuring { outcome, stage, batch } => measuring(outcome, stage, batch, &act),
        Bench::Done(batch) => finished(batch, &act),
        Bench::Proved(proof) => proved(proof, &act),
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
            <p>{ "Or all of them at once, in any order: files, folders, archives." }</p>
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

/// Published values beside those computed here.
fn proved(proof: &ResultDetail, act: &Act) -> Html {
    html! {
        <>
            <p class="drop-title">{ proof.title.clone() }</p>
            { for proof.notes.iter().map(|note| trouble(note)) }
            { for proof.tables.iter().map(|table| plain::table(table, &plain::none)) }
            <div class="actions">{ clear_by(act, "button", "Done") }</div>
        </>
    }
}

/// Stops what is being done with the drop, or forgets it.
fn clear_by(act: &Act, class: &'static str, label: &'static str) -> Html {
    html! {
        <button type="button" {class} onclick={on_bench(act, BenchAction::Clear)}>{ label }</button>
    }
}

/// Add files to those that are there, or forget them.
fn more(act: &Act, add: &'static str, clear: &'static str) -> Html {
    html! {
        <div class="actions">
            <ModelButton act={act.clone()} folder={false} label={add} />
            <ModelButton act={act.clone()} folder={true} label="Add a folder" />
            { clear_by(act, "button quiet", clear) }
        </div>
    }
}

fn what(state: &State, found: &[Found], precision: Precision, act: &Act) -> Html {
    let ready = state.models.bench.ready().count();
    let converts = found.iter().any(|one| one.kind == FoundKind::Checkpoint);
    let complete = found.iter().any(|one| one.lacking.is_empty());
    let verb = if converts { "Convert and install" } else { "Install" };
    let label = match found.len() {
        1 => verb.to_owned(),
        all if ready == all => format!("{verb} all {all}"),
        all => format!("{verb} {ready} of {all}"),
    };
    html! {
        <>
            <ul class="found">
                { for found.iter().enumerate().map(|(at, one)| item(state, at, one, act)) }
            </ul>
            if converts && complete { { precisions(precision, act) } }
            if found.iter().any(|one| !one.lacking.is_empty()) || found.len() > 1 {
                { more(act, "Add files", "Forget this drop") }
            }
            if complete {
                <div class="actions">
                    <button
                        type="button" class="button primary" id="bench-go" disabled={ready == 0}
                        onclick={on_bench(act, BenchAction::Go)}
                    >
                        { label }
                    </button>
                    if found.len() == 1 {
                        { clear_by(act, "button quiet", "Forget this drop") }
                    }
                </div>
            }
        </>
    }
}

/// A pack or a checkpoint among the dropped files: what it is, what it lacks, its terms.
fn item(state: &State, at: usize, found: &Found, act: &Act) -> Html {
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
    let accepted = match &state.models.bench {
        Bench::Found { accepted, .. } => accepted.contains(&found.item),
        _ => false,
    };
    let of = found.item.clone();
    let accept = act.reform(move |yes| {
        ViewAction::Act(Action::Models(ModelsAction::Bench(BenchAction::Accept(of.clone(), yes))))
    });
    let id = if at == 0 { "accept-dropped".to_owned() } else { format!("accept-dropped-{at}") };
    html! {
        <li key={found.item.clone()}>
            <p class="drop-title">{ title }</p>
            <p class="note">{ found.files.join(", ") }<br />{ format!("Licence: {}", found.licence) }</p>
            if !found.lacking.is_empty() {
                <div class="lacking">
                    <p>{ icon(Icon::Warning) }<span>{ "Still needed; what you dropped is kept:" }</span></p>
                    <ul>{ for found.lacking.iter().map(lacking) }</ul>
                </div>
            } else if !found.terms.is_empty() {
                { terms_to_accept(&id, &found.terms, accepted, accept) }
            }
        </li>
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

/// How many of a batch are still to come.
fn to_come(batch: &Batch) -> Html {
    match batch.left.len() as u64 {
        0 => Html::default(),
        left => {
            html! { <p class="note">{ format!("{} to come.", format::count(left, "model is", "models are")) }</p> }
        }
    }
}

fn working(found: &Found, stage: &str, [done, of]: [u64; 2], batch: &Batch, act: &Act) -> Html {
    let verb = if found.kind == FoundKind::Checkpoint { "Converting" } else { "Installing" };
    let facts = if of > 0 { format!(", {}", format::percent(done, of)) } else { String::new() };
    html! {
        <>
            <p class="drop-title">{ format!("{verb} {}", found.name) }</p>
            { progress(format!("{verb} {}", found.name), done, of) }
            <p class="note" id="bench-stage">{ format!("{}{facts}", sentence(stage).trim_end_matches('.')) }</p>
            { to_come(batch) }
            <div class="actions">
                { clear_by(act, "button stop", "Cancel") }
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

fn measuring(outcome: &BuildOutcome, stage: &str, batch: &Batch, act: &Act) -> Html {
    html! {
        <>
            <p class="drop-title">{ format!("{} is installed", outcome.name) }</p>
            <p class="note" id="bench-took">{ took(outcome) }</p>
            { progress("Measuring", 0, 0) }
            <p class="note" id="bench-stage">{ sentence(stage) }</p>
            { to_come(batch) }
            <div class="actions">
                { clear_by(act, "button", "Do not measure") }
            </div>
        </>
    }
}

fn finished(batch: &Batch, act: &Act) -> Html {
    let title = match batch.done.as_slice() {
        [one] => format!("{} is installed", one.name),
        several => format!("{} models are installed", several.len()),
    };
    let single = batch.done.len() == 1;
    let outcome = |outcome: &BuildOutcome| {
        let name = if single { String::new() } else { format!("{}. ", outcome.name) };
        html! {
            <>
                <p class="note" id={single.then_some("bench-took")}>{ format!("{name}{}", took(outcome)) }</p>
                if let Some(peak) = outcome.measuring_peak {
                    <p class="note">{ format!("Measured with at most {} of memory.", format::bytes(peak)) }</p>
                }
                if let Some(why) = &outcome.unmeasured {
                    <p class="note">{ format!("It was not measured against the checkpoint: {why}.") }</p>
                }
            </>
        }
    };
    html! {
        <>
            <p class="drop-title is-good">{ icon(Icon::Tick) }<span>{ title }</span></p>
            { for batch.done.iter().map(outcome) }
            { for batch.failed.iter().map(|(name, why)| trouble(&format!("{name}: {why}"))) }
            <div class="actions">
                { clear_by(act, "button", "Install another") }
            </div>
        </>
    }
}
