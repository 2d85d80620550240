//! The page's end of a builder: what the user dropped, and the worker that looks at it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use rrgscore_packs::Precision;
use yew::Callback;

use super::dropped::Dropped;
use crate::page::pool::{Program, Told, WorkerHandle};
use crate::page::state::models::BenchAction;
use crate::protocol::models::{FromBuilder, Note, ToBuilder};

type Seat = Rc<RefCell<Option<WorkerHandle>>>;

/// Dropped files and the builder at work on them. Each builder is a worker of its own, because
/// its memory grows with the checkpoint and is given back only when it ends.
pub(super) struct Workbench {
    files: Vec<Dropped>,
    builder: Seat,
    happened: Callback<BenchAction>,
}

impl Workbench {
    pub(super) fn new(happened: Callback<BenchAction>) -> Self {
        Self { files: Vec::new(), builder: Seat::default(), happened }
    }

    /// Puts files beside those that are there; one dropped again replaces the earlier.
    pub(super) fn take(&mut self, files: Vec<Dropped>) {
        for file in files {
            self.files.retain(|other| other.path != file.path);
            self.files.push(file);
        }
    }

    /// Lets a fresh builder tell what the files are.
    pub(super) fn look(&mut self, program: &Program) {
        self.start(program);
        self.send_files();
    }

    /// Lets the builder that has looked convert and install.
    pub(super) fn build(&self, precision: Precision, note: Note) {
        self.send(&ToBuilder::Install { precision, note }, None);
    }

    /// Lets a fresh builder measure an installed pack against the files.
    pub(super) fn measure(&mut self, program: &Program, id: String) {
        self.start(program);
        self.send_files();
        self.send(&ToBuilder::Measure { id }, None);
    }

    /// Ends the builder.
    pub(super) fn stop(&mut self, keep_files: bool) {
        self.builder.take();
        if !keep_files {
            self.files.clear();
        }
    }

    fn start(&mut self, program: &Program) {
        self.builder.take();
        // A fresh seat, so that nothing that an ended builder still tells is heard.
        let seat = Seat::default();
        let (told_seat, happened) = (Rc::downgrade(&seat), self.happened.clone());
        let told = Callback::from(move |told: Told| {
            let Some(seat) = told_seat.upgrade() else { return };
            match told {
                Told::Up => {
                    if let Some(builder) = seat.borrow().as_ref() {
                        builder.take_seat("builder");
                    }
                }
                Told::Text(text, _) => {
                    if let Ok(told) = serde_json::from_str::<FromBuilder>(&text) {
                        happened.emit(BenchAction::Told(Box::new(told)));
                    }
                }
                Told::Stopped => happened.emit(BenchAction::Lost),
            }
        });
        *seat.borrow_mut() = program.start(told);
        if seat.borrow().is_none() {
            self.happened.emit(BenchAction::Lost);
        }
        self.builder = seat;
    }

    fn send_files(&self) {
        let paths = self.files.iter().map(|file| file.path.clone()).collect();
        let files: Array = self.files.iter().map(|file| file.file.clone()).collect();
        self.send(&ToBuilder::Look { paths }, Some(&files));
    }

    fn send(&self, message: &ToBuilder, files: Option<&Array>) {
        if let Some(builder) = self.builder.borrow().as_ref() {
            let text = serde_json::to_string(message).unwrap_or_default();
            builder.send_files(&text, files);
        }
    }
}
