//! RadGraph annotations that the user brings, in the place of a pack.

use super::{Effect, State};
use crate::protocol::coordinator::CoordinatorRequest;
use rrgscore_data::Side;

/// One side's file of annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphFile {
    /// The file's name.
    pub name: String,
    /// The number of studies in it, or why it cannot be used; none while the coordinator reads it.
    pub read: Option<Result<u32, String>>,
}

/// The two files; both are needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graphs {
    /// Of the candidates.
    pub predictions: Option<GraphFile>,
    /// Of the references.
    pub references: Option<GraphFile>,
}

impl Graphs {
    /// One side's file.
    pub fn side(&self, side: Side) -> Option<&GraphFile> {
        match side {
            Side::Predictions => self.predictions.as_ref(),
            Side::References => self.references.as_ref(),
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut Option<GraphFile> {
        match side {
            Side::Predictions => &mut self.predictions,
            Side::References => &mut self.references,
        }
    }

    /// Whether RadGraph-F1 is computed from them: both files are there and could be read.
    pub fn are_usable(&self) -> bool {
        let good = |file: &Option<GraphFile>| {
            file.as_ref().is_some_and(|file| matches!(file.read, Some(Ok(_))))
        };
        good(&self.predictions) && good(&self.references)
    }

    /// Whether the coordinator is reading one of them.
    pub fn is_reading(&self) -> bool {
        [&self.predictions, &self.references].into_iter().flatten().any(|file| file.read.is_none())
    }

    /// Whether any file was given.
    pub fn is_empty(&self) -> bool {
        self.predictions.is_none() && self.references.is_none()
    }
}

impl State {
    /// A file of annotations was dropped or chosen.
    pub(super) fn graphs_chosen(&mut self, side: Side, name: String) {
        *self.graphs.side_mut(side) = Some(GraphFile { name, read: None });
    }

    /// The coordinator has read one side's annotations.
    pub(super) fn graphs_read(&mut self, side: Side, read: Result<u32, String>) {
        // What was cleared while the coordinator was reading it stays cleared.
        let Some(file) = self.graphs.side_mut(side) else { return };
        file.read = Some(read);
        self.inputs += 1;
        if self.graphs.are_usable() {
            self.announcement = "RadGraph-F1 will be computed from your annotations.".to_owned();
        }
    }

    /// Forgets both sides' annotations.
    pub(super) fn clear_graphs(&mut self) -> Vec<Effect> {
        if self.graphs.is_empty() {
            return Vec::new();
        }
        self.graphs = Graphs::default();
        self.inputs += 1;
        vec![Effect::Request(CoordinatorRequest::ClearGraphs)]
    }
}
