//! What the user sees. Components take the state and a callback for what the user does; report
//! text is only ever put into text nodes.

mod about;
mod compare;
mod controls;
mod frame;
pub(in crate::page) mod icon;
mod leaderboard;
mod models;
mod plain;
mod results;
mod sanity;
mod score;
mod study;

use std::ops::Deref;
use std::rc::Rc;

use rrgscore_judge::JudgeMetric as Judge;
use web_sys::File;
use yew::prelude::*;

pub use frame::Frame;

use super::library::Dropped;
use super::state::{Action, State};
use rrgscore_data::Side;

/// The state, compared by identity: it is replaced whenever it changes.
#[derive(Clone, Debug)]
pub struct Shared(pub Rc<State>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// What a dropped or chosen file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Reports.
    Reports(Side),
    /// A judge's answers.
    Answers(Judge),
    /// RadGraph annotations of a side's reports.
    Graphs(Side),
    /// The files of a run.
    Run,
}

/// What the user does.
pub enum ViewAction {
    /// Something that the state takes in.
    Act(Action),
    /// Drops or chooses a file.
    File(Slot, File),
    /// Drops or chooses files in the Models view.
    Models(Vec<Dropped>),
    /// Drops or chooses the files of a run.
    Run(Vec<File>),
}

/// Where components send what the user does.
pub type Act = Callback<ViewAction>;

/// What every view takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ViewProps {
    /// The state.
    pub state: Shared,
    /// What the user does.
    pub act: Act,
}

/// A callback that does the same whatever the event.
fn always<E: 'static>(act: &Act, action: Action) -> Callback<E> {
    act.reform(move |_| ViewAction::Act(action.clone()))
}
