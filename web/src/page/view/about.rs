//! What the page does and does not do, whose work it stands on, and its versions.

use yew::prelude::*;

use super::ViewProps;
use crate::page::format;
use crate::page::state::{Part, SitePack, SiteSplit, State};

/// The view.
#[component]
pub(crate) fn About(props: &ViewProps) -> Html {
    let state = &props.state;
    html! {
        <div class="prose">
            <h1>{ "About and privacy" }</h1>
            <p class="lead">
                { "RRGScore compares reports written by a model with those written by radiologists. \
                   All of it happens in this browser." }
            </p>
            <h2>{ "What happens to your reports" }</h2>
            <ul>
                <li>{ "A file that you drop or choose is read by a worker of this page, in memory." }</li>
                <li>{ "It is never sent anywhere: before it is read the page is sealed, and neither the page nor its \
                       workers can reach anything after that, not even their own site." }</li>
                <li>{ "It is never stored: closing the tab forgets everything. The only things this page can \
                       store are model packs that you install, with their names, and a colour scheme and a \
                       number of workers, if you choose them; only if you switch that on in Models, runs \
                       without their reports and what models have read in them, which holds words of them; and, \
                       on request, this site itself, for offline use." }</li>
                <li>{ "Report text is never put into an address, a title, a log or an error message." }</li>
                <li>{ "What is loaded is loaded when the page opens, or when you install a pack of this site, which \
                       needs a page that is not sealed: reload it in Models. You can cut the network and score." }</li>
                <li>{ "A checkpoint that you drop in the Models view is converted by a worker on this machine." }</li>
                <li>{ "There is no account, no cookie, no telemetry and no third party." }</li>
            </ul>
            <h2>{ "What it does not do" }</h2>
            <ul>
                <li>{ "It cannot protect you from the machine it runs on: browser extensions, or somebody \
                       who looks over your shoulder, see what you see." }</li>
                <li>{ "Files that you download from it, scores by study id, are yours to look after." }</li>
                <li>{ "It is a research tool, and not a medical device." }</li>
            </ul>
            <h2>{ "The numbers" }</h2>
            <p>
                { "BLEU-2 and BERTScore follow CXR-Report-Metric, the code behind the ReXrank leaderboard. \
                   A mean comes with its standard error and a 95 % confidence interval (mean \u{b1} 1.96 standard \
                   errors). A metric computed with another model carries another name: BERTScore (MiniLM) is \
                   not the leaderboard's BERTScore and is never ranked against it." }
            </p>
            <h2>{ "What this site carries" }</h2>
            { parts(state) }
            <h2>{ "Sources and licences" }</h2>
            <dl class="credits">
                <div>
                    <dt>{ "RRGScore" }</dt>
                    <dd>{ "MIT or Apache-2.0. The sample reports are made up and belong to it." }</dd>
                </div>
                { for state.site.reports().map(split_credit) }
                { for state.site.packs.iter().flatten().map(pack_credit) }
                <div>
                    <dt>{ "Published tables" }</dt>
                    <dd>{ "ReXrank, a public leaderboard for AI-powered radiology report generation (rexrank.ai)." }</dd>
                </div>
            </dl>
        </div>
    }
}

fn split_credit(split: &SiteSplit) -> Html {
    html! {
        <div key={split.key.clone()}>
            <dt>{ split.label.clone() }</dt>
            <dd>{ format!("{} {}", split.attribution, split.licence) }</dd>
        </div>
    }
}

fn pack_credit(pack: &SitePack) -> Html {
    html! {
        <div key={pack.id.clone()}>
            <dt>{ pack.name.clone() }</dt>
            <dd>{ format!("{} {}", pack.attribution, pack.licence) }</dd>
        </div>
    }
}

/// Versions and hashes of everything that bears on a number.
fn parts(state: &State) -> Html {
    let row = |name: String, what: String, part: &Part, hash: &str| {
        html! {
            <tr key={name.clone()}>
                <th scope="row">{ name }</th>
                <td>{ what }</td>
                <td>{ standing(part, !hash.is_empty()) }</td>
                <td><code title={hash.to_owned()}>{ format::short_hash(hash).to_owned() }</code></td>
            </tr>
        }
    };
    let reports = |what: &'static str| {
        move |s: &SiteSplit| row(s.label.clone(), what.to_owned(), &s.part, &s.sha256)
    };
    let splits = state.site.splits.iter().flatten().map(reports("reference reports"));
    let samples = state.site.samples.iter().map(|sample| &sample.reports);
    let samples = samples.map(reports("a model's reports"));
    let packs = state.site.packs.iter().flatten().map(|pack| {
        let what = format!("model, {}, {}", pack.precision, format::bytes(pack.bytes));
        let kept = state.models.pack(&pack.id).is_some();
        let part = if kept { &Part::Ready } else { &pack.part };
        row(pack.name.clone(), what, part, &pack.id)
    });
    let own =
        state.models.packs.iter().filter(|own| {
            !state.site.packs.iter().flatten().any(|pack| pack.id == own.manifest.id)
        });
    let own = own.map(|own| {
        let manifest = &own.manifest;
        let size = format::bytes(manifest.total_bytes());
        let what = format!("model, {}, {size}, installed by you", manifest.precision);
        row(manifest.name.clone(), what, &Part::Ready, &manifest.id)
    });
    let missing = state.site.missing_splits.iter().chain(&state.site.missing_samples);
    let missing = missing.chain(&state.site.missing_packs).map(|one| {
        html! {
            <tr key={one.name.clone()}>
                <th scope="row">{ one.title.clone() }</th>
                <td colspan="3">{ format!("not part of this site: {}", one.reason) }</td>
            </tr>
        }
    });
    html! {
        <div class="table-scroll is-short" tabindex="0" role="group" aria-label="Parts of this site">
            <table class="parts">
                <thead><tr>
                    <th scope="col">{ "Part" }</th><th scope="col">{ "What" }</th>
                    <th scope="col">{ "State" }</th><th scope="col">{ "Hash" }</th>
                </tr></thead>
                <tbody>
                    { row("Workers".to_owned(), format!("version {}", rrgscore_scoring::release()), &state.site.engine, "") }
                    { for splits }
                    { for samples }
                    { for packs }
                    { for own }
                    { for missing }
                </tbody>
            </table>
        </div>
    }
}

fn standing(part: &Part, verified: bool) -> String {
    match part {
        Part::Waiting => "to be loaded".to_owned(),
        Part::Offered => "not installed".to_owned(),
        Part::Loading { .. } => "loading".to_owned(),
        Part::Ready if verified => "loaded and verified".to_owned(),
        Part::Ready => "loaded".to_owned(),
        Part::Failed(why) => why.clone(),
    }
}
