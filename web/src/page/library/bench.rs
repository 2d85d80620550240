//! The page's end of a builder: what the user dropped, and the worker that looks at it.

use web_sys::File;
use yew::Callback;

use super::dropped::Dropped;
use crate::page::json;
use crate::page::state::models::{BenchAction, BuildOrder};
use crate::page::workers::{Attached, Program, WorkerEvent, WorkerHandle};
use crate::protocol::packs::{BuilderRequest, BuilderResponse, Note};
use crate::protocol::{Envelope, WorkerRole};

/// Dropped files and the builder at work on them. Each builder is a worker of its own, because
/// its memory grows with the checkpoint and is given back only when it ends.
pub(super) struct Workbench {
    files: Vec<Dropped>,
    builder: Option<WorkerHandle>,
    requests: u32,
    happened: Callback<BenchAction>,
}

impl Workbench {
    pub(super) fn new(happened: Callback<BenchAction>) -> Self {
        Self { files: Vec::new(), builder: None, requests: 0, happened }
    }

    /// Puts files beside those that are there; one dropped again replaces the earlier.
    pub(super) fn take(&mut self, files: Vec<Dropped>) {
        for file in files {
            self.files.retain(|other| other.path != file.path);
            self.files.push(file);
        }
    }

    /// Lets a fresh builder recognise the files, or score the examples in them with the packs in
    /// use.
    pub(super) fn look(&mut self, program: &Program, used: Vec<String>) {
        self.start(program);
        let paths = self.files.iter().map(|file| file.path.clone()).collect();
        let files = self.files.iter().map(|file| file.file.clone()).collect();
        self.send(BuilderRequest::Look { paths, used }, files);
    }

    /// Lets the builder that has looked, or a fresh one, convert and install one of the things found.
    pub(super) fn build(&mut self, program: &Program, build: BuildOrder, note: Note) {
        let BuildOrder { item, precision, afresh, .. } = build;
        if afresh || self.builder.is_none() {
            self.look(program, Vec::new());
        }
        self.send(BuilderRequest::Install { item, precision, note }, Vec::new());
    }

    /// Lets a fresh builder measure an installed pack against the files.
    pub(super) fn measure(&mut self, program: &Program, id: String, item: String) {
        self.look(program, Vec::new());
        self.send(BuilderRequest::Measure { id, item }, Vec::new());
    }

    /// Ends the builder.
    pub(super) fn stop(&mut self, keep_files: bool) {
        self.builder.take();
        if !keep_files {
            self.files.clear();
        }
    }

    fn start(&mut self, program: &Program) {
        // Dropping the old handle ends the old worker, and with it all that it would still say.
        self.builder.take();
        let happened = self.happened.clone();
        let events = Callback::from(move |event: WorkerEvent| match event {
            WorkerEvent::Message(text, _) => {
                happened.emit(match json::read::<Envelope<BuilderResponse>>(&text) {
                    Ok(Envelope { body, .. }) => BenchAction::Responded(Box::new(body)),
                    Err(_) => BenchAction::Lost,
                });
            }
            WorkerEvent::Stopped => happened.emit(BenchAction::Lost),
        });
        self.builder = program.start(WorkerRole::Builder, "builder", None, events);
        if self.builder.is_none() {
            self.happened.emit(BenchAction::Lost);
        }
    }

    fn send(&mut self, body: BuilderRequest, files: Vec<File>) {
        self.requests += 1;
        if let Some(builder) = &self.builder {
            let request = Envelope { id: self.requests, body };
            builder.send(&request, Attached { files, ..Attached::default() });
        }
    }
}
