//! What outlives the session, where the user wants it: annotations, and runs without their reports.

use rrgscore_data::sha256_hex;
use rrgscore_results::{ExportError, RunExport, ScoredRun};

use super::{Coordinator, Out, Output, ToKeep, page};
use crate::protocol::coordinator::CoordinatorResponse;

/// Letters of a run's name that are kept in that of its file.
const LONGEST: usize = 80;

impl Coordinator {
    /// Has this session's annotations and runs stored.
    pub(super) fn keep(&mut self, out: Out<'_>) {
        match self.to_keep() {
            Ok(all) => {
                self.stored.extend(self.kept.keys());
                out(Output::Keep(all));
            }
            Err(error) => {
                let stored = Err(error.to_string());
                page(CoordinatorResponse::Kept { stored }, out);
            }
        }
    }

    fn to_keep(&self) -> Result<ToKeep, ExportError> {
        let mut store = self.session.annotations().clone();
        if let Some(run) = &self.run {
            store.absorb(run.drive.run().store().clone());
        }
        let new = self.kept.iter().filter(|(number, _)| !self.stored.contains(number));
        let runs = new.map(|(_, run)| file_of(run)).collect::<Result<_, ExportError>>()?;
        Ok(ToKeep { annotations: store.len() as u64, bytes: store.to_bytes()?, runs })
    }
}

/// A run's share file under a name that only the same run has.
fn file_of(run: &ScoredRun) -> Result<(String, String), ExportError> {
    let text = RunExport::Share.write(run)?;
    let hash = sha256_hex(text.as_bytes());
    let is_fine =
        |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '-' | '_');
    let name: String = run.name.chars().filter(is_fine).take(LONGEST).collect();
    Ok((format!("{name} {}", hash.get(..8).unwrap_or_default()).trim().to_owned(), text))
}
