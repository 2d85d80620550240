//! A comparer: compares runs by their scores, and lives for one comparison.

use std::ops::ControlFlow;

use rrgscore_results::{compare, comparison_csv, comparison_latex, comparison_markdown};
use rrgscore_stats::Bootstrap;

use crate::protocol::comparer::{Compared, ComparerRequest, ComparerResponse};

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
                compared.comparisons.push(comparison);
                beside.push(second.clone());
            }
            Err(error) => compared.refused.push(error.to_string()),
        }
    }
    if compared.comparisons.is_empty() {
        return ComparerResponse::Failed { message: compared.refused.join("; ") };
    }
    compared.markdown = comparison_markdown(&beside, &compared.comparisons);
    compared.latex = comparison_latex(&beside, &compared.comparisons);
    match comparison_csv(&compared.comparisons) {
        Ok(csv) => compared.csv = csv,
        Err(error) => return ComparerResponse::Failed { message: error.to_string() },
    }
    ComparerResponse::Compared(compared)
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
