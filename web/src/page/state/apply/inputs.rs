//! Files, where the references come from, and the doctor.

use rrgscore_data::Side;

use crate::page::state::{Check, Effect, Input, ReferenceChoice, SAMPLE_SPLIT, SiteSample, State};
use crate::protocol::coordinator::CoordinatorRequest;

impl State {
    pub(super) fn file_chosen(&mut self, side: Side, name: String, bytes: u64) -> Vec<Effect> {
        let mut effects = self.leave_welcome();
        let leaves_sample = side == Side::Predictions && self.leave_site_sample();
        let input = self.side_mut(side);
        input.options = Default::default();
        input.begin(name, bytes);
        effects.push(Effect::Open(side, Box::default()));
        if side == Side::References {
            self.choice = ReferenceChoice::File;
        } else if self.choice == ReferenceChoice::Sample || leaves_sample {
            // The user's own predictions are not meant for the sample's references.
            effects.extend(self.clear(Side::References));
            self.choice = ReferenceChoice::Inside;
        }
        effects
    }

    /// The first view's controls are about to go: the focus moves to what takes their place.
    fn leave_welcome(&self) -> Vec<Effect> {
        if self.has_begun() { Vec::new() } else { vec![Effect::Focus("reports-title")] }
    }

    pub(super) fn use_sample(&mut self, name: &'static str) -> Vec<Effect> {
        let mut effects = self.leave_welcome();
        self.leave_site_sample();
        self.predictions = Input::default();
        self.predictions.begin(name.to_owned(), 0);
        effects.push(Effect::ForgetFile(Side::Predictions));
        effects.extend(self.choose_references(ReferenceChoice::Sample));
        let side = Side::Predictions;
        effects
            .push(Effect::Request(CoordinatorRequest::OpenSample { side, name: name.to_owned() }));
        effects
    }

    /// Opens what a model has published, with the split and the task that it is of.
    pub(super) fn use_site_sample(&mut self, key: &str) -> Vec<Effect> {
        let ready = |sample: &&SiteSample| self.site.is_sample_ready(sample);
        let Some(sample) = self.site.sample(key).filter(ready).cloned() else {
            return Vec::new();
        };
        let mut effects = self.leave_welcome();
        self.predictions = Input::default();
        self.predictions.begin(sample.reports.label, 0);
        self.task = Some(sample.task);
        effects.push(Effect::ForgetFile(Side::Predictions));
        effects.extend(self.choose_references(ReferenceChoice::Split(sample.split)));
        let (side, name) = (Side::Predictions, key.to_owned());
        effects.push(Effect::Request(CoordinatorRequest::OpenSample { side, name }));
        effects
    }

    /// Other predictions are about to take the place of the site's sample, whose task and split go
    /// with it. Tells whether it was there.
    fn leave_site_sample(&mut self) -> bool {
        let was_there = self.sample_in_use().is_some();
        if was_there {
            self.task = None;
        }
        was_there
    }

    pub(super) fn choose_references(&mut self, choice: ReferenceChoice) -> Vec<Effect> {
        let side = Side::References;
        let mut effects = Vec::new();
        if choice == ReferenceChoice::File {
            // Nothing is open until a file is chosen; what was open stays until then only if it
            // is a file too.
            if self.choice != ReferenceChoice::File {
                effects.extend(self.clear(side));
            }
            self.choice = choice;
            return effects;
        }
        effects.push(Effect::ForgetFile(side));
        self.references = Input::default();
        match &choice {
            ReferenceChoice::Inside => effects.extend(self.clear(side)),
            ReferenceChoice::Split(name) => {
                self.references.begin(name.clone(), 0);
                effects.push(Effect::Request(CoordinatorRequest::UseSplit { name: name.clone() }));
            }
            ReferenceChoice::Sample => {
                let name = SAMPLE_SPLIT.to_owned();
                self.references.begin(name.clone(), 0);
                effects.push(Effect::Request(CoordinatorRequest::OpenSample { side, name }));
            }
            ReferenceChoice::File => {}
        }
        self.choice = choice;
        effects
    }

    /// Predictions that come alone and are those of a built-in split are compared with it.
    pub(super) fn take_recognised_split(&mut self) -> Vec<Effect> {
        let Check::Refused { findings, .. } = &self.check else { return Vec::new() };
        let inside = self.predictions.opened.as_ref().is_none_or(|file| file.brings_references);
        let untouched = self.choice == ReferenceChoice::Inside && self.references.opened.is_none();
        let split = findings.iter().find_map(|finding| finding.split.as_ref());
        let Some(key) = split.filter(|_| untouched && !inside).map(|split| split.key.clone())
        else {
            return Vec::new();
        };
        if !self.site.split(&key).is_some_and(|split| split.part.is_ready()) {
            return Vec::new();
        }
        self.choose_references(ReferenceChoice::Split(key))
    }

    pub(super) fn clear(&mut self, side: Side) -> Vec<Effect> {
        *self.side_mut(side) = Input::default();
        self.inputs += 1;
        let mut effects =
            vec![Effect::ForgetFile(side), Effect::Request(CoordinatorRequest::Clear { side })];
        effects.extend(self.recheck());
        effects
    }

    /// Reads the predictions as references and the references as predictions.
    pub(super) fn exchange_files(&mut self) -> Vec<Effect> {
        if !self.can_exchange_files() {
            return Vec::new();
        }
        std::mem::swap(&mut self.predictions, &mut self.references);
        let mut effects = vec![Effect::ExchangeFiles];
        for side in [Side::Predictions, Side::References] {
            // What a column is for was said of the other side.
            self.side_mut(side).options.columns.clear();
            let options = self.side(side).options.clone();
            effects.extend(self.reread(side, Box::new(options)));
        }
        effects
    }

    pub(super) fn reread(
        &mut self,
        side: Side,
        options: Box<rrgscore_data::ReadOptions>,
    ) -> Vec<Effect> {
        let input = self.side_mut(side);
        input.options = (*options).clone();
        let name = input.opened.as_ref().map(|opened| opened.name.clone());
        let name = name.or(input.reading.take().map(|reading| reading.name)).unwrap_or_default();
        input.begin(name, 0);
        vec![Effect::Open(side, options)]
    }

    /// Lets the doctor look again, if there is something to look at.
    pub(super) fn recheck(&mut self) -> Vec<Effect> {
        let reading = self.predictions.reading.is_some() || self.references.reading.is_some();
        if self.predictions.opened.is_none() {
            self.check = Check::Nothing;
            return Vec::new();
        }
        self.check = Check::Waiting;
        if reading {
            return Vec::new();
        }
        vec![Effect::Request(CoordinatorRequest::Check {
            task: self.task(),
            missing: self.missing(),
            join: self.join,
        })]
    }
}
