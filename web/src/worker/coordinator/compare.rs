//! Runs by their scores alone: kept to be compared by a comparer, read from files, and given out.

use rrgscore_results::{RunExport, ScoredRun};

use super::results::NOT_SCORED;
use super::{Attachment, Coordinator, Out, Output, failed, page};
use crate::protocol::comparer::ComparerRequest;
use crate::protocol::coordinator::CoordinatorResponse;

/// Most bytes of a run's file: a million studies in a dozen columns have less.
const MOST_BYTES: u64 = 512 << 20;

impl Coordinator {
    pub(super) fn keep_run(&mut self, number: u32, name: &str, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        let scores = ScoredRun { name: name.to_owned(), ..run.scores().clone() };
        self.kept.insert(number, scores);
    }

    pub(super) fn export_run(&mut self, form: RunExport, name: &str, out: Out<'_>) {
        let Some(run) = &mut self.run else { return failed(NOT_SCORED, out) };
        match form.write(&ScoredRun { name: name.to_owned(), ..run.scores().clone() }) {
            Ok(text) => page(CoordinatorResponse::RunExported { form, text }, out),
            Err(error) => failed(&error.to_string(), out),
        }
    }

    pub(super) fn open_run(&mut self, number: u32, attachment: Attachment<'_>, out: Out<'_>) {
        let run = texts(attachment).and_then(|texts| {
            // A share file says what its run is called; scores and summary do not.
            ScoredRun::of_files("", &texts).map_err(|error| error.to_string())
        });
        self.run_opened(number, run, out);
    }

    /// Takes in a stored run, or why it cannot be read.
    pub fn run_read(&mut self, number: u32, text: Result<String, String>, out: Out<'_>) {
        let run = text
            .and_then(|text| ScoredRun::of_files("", &[text]).map_err(|error| error.to_string()));
        if run.is_ok() {
            self.stored.insert(number);
        }
        self.run_opened(number, run, out);
    }

    fn run_opened(&mut self, number: u32, run: Result<ScoredRun, String>, out: Out<'_>) {
        let run = run.map(|run| {
            let opened = (run.name.clone(), Box::new(run.summary.clone()));
            self.kept.insert(number, run);
            opened
        });
        page(CoordinatorResponse::RunOpened { number, run }, out);
    }

    pub(super) fn send_runs(&mut self, runs: &[(u32, String)], out: Out<'_>) {
        let named = |(number, name): &(u32, String)| -> Result<ScoredRun, String> {
            let run =
                self.kept.get(number).cloned().ok_or("one of the runs is not kept any more")?;
            Ok(ScoredRun { name: name.clone(), ..run })
        };
        out(Output::Comparer(ComparerRequest { runs: runs.iter().map(named).collect() }));
    }
}

/// The texts of all files that came with a request.
fn texts(attachment: Attachment<'_>) -> Result<Vec<String>, String> {
    let first = attachment.file.into_iter().map(|(file, _)| file);
    let read = |file: Box<dyn std::io::Read + '_>| {
        let mut text = String::new();
        let mut file = std::io::Read::take(file, MOST_BYTES);
        match std::io::Read::read_to_string(&mut file, &mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!("a file of the run could not be read: {error}")),
        }
    };
    first.chain(attachment.more).map(read).collect()
}
