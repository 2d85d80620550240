//! A comparer: compares runs by their scores, and lives for one comparison.

use std::ops::ControlFlow;

use rrgscore_data::thousands;
use rrgscore_results::{
    ComparedMetric, Comparison, compare, comparison_csv, comparison_latex, comparison_markdown,
};
use rrgscore_stats::Bootstrap;

use crate::protocol::comparer::{Compared, ComparerRequest, ComparerResponse};
use crate::protocol::look::ShownTable;

/// Compares each further run with the first one, with the command line's number of resamples and
/// its seed. Reports each further percent.
pub fn answer(
    request: ComparerRequest,
    report: &mut dyn FnMut(ComparerResponse),
) -> ComparerResponse {
    let runs = match request.runs {
        Ok(runs) => runs,
        Err(message) => return ComparerResponse::Failed { message },
    };
    let Some((first, others)) = runs.split_first() else {
        return ComparerResponse::Failed { message: "there is no run to compare".to_owned() };
    };
    let mut compared = Compared::default();
    let mut comparisons = Vec::new();
    let mut beside = vec![first.clone()];
    let mut percent = 0;
    for (at, second) in others.iter().enumerate() {
        let result = compare(first, second, Bootstrap::default(), &mut |part| {
            let done = (at as f64 + part) / others.len() as f64;
            if (done * 100.0) as u32 > percent {
                percent = (done * 100.0) as u32;
                report(ComparerResponse::Progress { done });
            }
            // A comparer that is not wanted any more is ended.
            ControlFlow::Continue(())
        });
        match result {
            Ok(comparison) => {
                compared.tables.push(shown(&comparison));
                compared.notes.push(note(&comparison));
                comparisons.push(comparison);
                beside.push(second.clone());
            }
            Err(error) => compared.refused.push(error.to_string()),
        }
    }
    if comparisons.is_empty() {
        return ComparerResponse::Failed { message: compared.refused.join("; ") };
    }
    compared.markdown = comparison_markdown(&beside, &comparisons);
    compared.latex = comparison_latex(&beside, &comparisons);
    match comparison_csv(&comparisons) {
        Ok(csv) => compared.csv = csv,
        Err(error) => return ComparerResponse::Failed { message: error.to_string() },
    }
    ComparerResponse::Compared(compared)
}

/// p-values below this, adjusted for the number of metrics, are called a difference.
const LEVEL: f64 = 0.05;

/// A comparison as a table, a row per metric.
fn shown(found: &Comparison) -> ShownTable {
    let Comparison { first, second, studies, only_first, only_second, .. } = found;
    let mut caption =
        format!("{second} beside {first}: {} studies in both runs", thousands((*studies).into()));
    if only_first + only_second > 0 {
        caption =
            format!("{caption}, {only_first} only in {first}, {only_second} only in {second}");
    }
    let heads = [
        "Metric",
        first,
        second,
        "Difference",
        "95\u{a0}% CI",
        "p",
        "p (Holm)",
        "Better / worse / equal",
        "Verdict",
    ];
    let heads = heads.map(str::to_owned).to_vec();
    ShownTable { caption, heads, rows: found.metrics.iter().map(row).collect() }
}

fn row(metric: &ComparedMetric) -> Vec<String> {
    let Some(found) = metric.difference else {
        let why = metric.refused.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut cells = vec![String::new(); 9];
        if let [name, .., verdict] = cells.as_mut_slice() {
            (*name, *verdict) = (metric.label.clone(), format!("not compared: {why}"));
        }
        return cells;
    };
    let number = |value: f64| format!("{value:.4}").replace('-', "\u{2212}");
    let signed = |value: f64| format!("{value:+.4}").replace('-', "\u{2212}");
    let interval = found.interval.map(|[low, high]| format!("{} to {}", signed(low), signed(high)));
    let [better, worse, equal] = metric.wins().unwrap_or_default();
    let verdict = match metric.p_holm {
        Some(p) if p < LEVEL => match (found.difference > 0.0) == metric.higher_is_better {
            true => "\u{2713} better",
            false => "\u{2717} worse",
        },
        _ => "no difference shown",
    };
    vec![
        metric.label.clone(),
        number(found.first),
        number(found.second),
        signed(found.difference),
        interval.unwrap_or_else(|| "\u{2013}".to_owned()),
        number(found.p),
        metric.p_holm.map_or_else(String::new, number),
        format!("{better} / {worse} / {equal}"),
        verdict.to_owned(),
    ]
}

/// What has to be known to read a comparison.
fn note(found: &Comparison) -> String {
    let mut note = format!(
        "p: paired approximate randomization, {} exchanges. Interval: paired bootstrap, as many \
         resamples. Holm's method adjusts for the number of metrics. Seed {}.",
        thousands(found.resamples.into()),
        found.seed
    );
    if !found.same_references {
        note.push_str(
            " The references stand in the files of predictions, or in one of them: whether they are \
             the same was not checked.",
        );
    }
    note
}

/// Waits at the coordinator's port for the runs, and tells the page what differs.
#[cfg(target_arch = "wasm32")]
pub fn listen(scope: web_sys::DedicatedWorkerGlobalScope, port: &web_sys::MessagePort) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::MessageEvent;

    use super::message::{VERSIONS_DIFFER, envelope, post};
    use crate::protocol::Envelope;

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let mut tell = |response| post(&scope, &Envelope::event(response), Vec::new());
        let response = match envelope::<ComparerRequest>(&event.data()) {
            Some(Envelope { body, .. }) => answer(body, &mut tell),
            None => ComparerResponse::Failed { message: VERSIONS_DIFFER.to_owned() },
        };
        tell(response);
    });
    // That starts it, too.
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
}
