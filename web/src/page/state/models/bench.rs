//! What the user dropped on the Models view, from the drop to the installed pack.

use rrgscore_packs::Precision;

use super::{Models, ModelsEffect};
use crate::protocol::packs::{BuilderResponse, Found, FoundKind, Installed};

/// What became of a drop.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildOutcome {
    /// The pack's id.
    pub id: String,
    /// The model's name.
    pub name: String,
    /// Whether it was converted here.
    pub converted: bool,
    /// How long that took, in seconds, measuring left out.
    pub seconds: f64,
    /// The most memory that the converter had, in bytes.
    pub peak: u64,
    /// The most memory that measuring took, in bytes.
    pub measuring_peak: Option<u64>,
    /// Why it could not be measured, if it could not.
    pub unmeasured: Option<String>,
}

/// Where a drop is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Bench {
    /// Nothing was dropped.
    #[default]
    Empty,
    /// The files are being looked at.
    Looking,
    /// It is known what they are.
    Found {
        /// What they are.
        found: Box<Found>,
        /// How weights are to be stored.
        precision: Precision,
        /// Whether the terms are accepted.
        accepted: bool,
    },
    /// They are being converted or unpacked.
    Working {
        /// What they are.
        found: Box<Found>,
        /// What is being done.
        stage: String,
        /// How much of it.
        done: u64,
        /// Of how much; 0 when not known.
        of: u64,
        /// When it began, in seconds.
        began: f64,
    },
    /// The pack is installed and is being measured.
    Measuring {
        /// What it came to so far.
        outcome: BuildOutcome,
        /// What is being done.
        stage: String,
    },
    /// The pack is installed.
    Done(BuildOutcome),
    /// It could not be done: why.
    Failed(String),
}

/// What happens to a drop.
#[derive(Clone, Debug)]
pub enum BenchAction {
    /// Files were dropped or chosen, beside those that are there.
    Dropped,
    /// Store weights so.
    Precision(Precision),
    /// Accept the terms, or not.
    Accept(bool),
    /// Convert or unpack.
    Go,
    /// Stop, or forget what was dropped.
    Clear,
    /// A builder responded.
    Responded(Box<BuilderResponse>),
    /// A builder stopped, most likely for lack of memory.
    Lost,
}

impl Bench {
    /// Whether files are being looked at, converted or measured.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Looking | Self::Working { .. } | Self::Measuring { .. })
    }
}

impl Models {
    pub(super) fn bench(&mut self, action: BenchAction, now: f64) -> Vec<ModelsEffect> {
        match action {
            BenchAction::Dropped => {
                if matches!(self.bench, Bench::Working { .. } | Bench::Measuring { .. }) {
                    return Vec::new();
                }
                self.bench = Bench::Looking;
                vec![ModelsEffect::Look]
            }
            BenchAction::Precision(wanted) => {
                if let Bench::Found { precision, .. } = &mut self.bench {
                    *precision = wanted;
                }
                Vec::new()
            }
            BenchAction::Accept(yes) => {
                if let Bench::Found { accepted, .. } = &mut self.bench {
                    *accepted = yes;
                }
                Vec::new()
            }
            BenchAction::Go => self.go(now),
            BenchAction::Clear => self.clear_bench(),
            BenchAction::Responded(response) => self.builder_responded(*response, now),
            BenchAction::Lost => self.lost(),
        }
    }

    fn go(&mut self, now: f64) -> Vec<ModelsEffect> {
        let Bench::Found { found, precision, accepted } = &self.bench else { return Vec::new() };
        let (precision, accepted) = (*precision, *accepted);
        if !found.lacking.is_empty() || (!found.terms.is_empty() && !accepted) {
            return Vec::new();
        }
        let found = found.clone();
        let stage = "beginning".to_owned();
        self.bench = Bench::Working { found, stage, done: 0, of: 0, began: now };
        vec![ModelsEffect::Build { precision, accepted }]
    }

    /// Stopping a conversion leaves what was dropped, so that it can be begun again.
    fn clear_bench(&mut self) -> Vec<ModelsEffect> {
        match std::mem::take(&mut self.bench) {
            Bench::Working { .. } => {
                self.bench = Bench::Looking;
                // What it had stored until then is cleaned away.
                let stop = ModelsEffect::Stop { keep_files: true };
                vec![stop, ModelsEffect::Look, ModelsEffect::List]
            }
            Bench::Measuring { mut outcome, .. } => {
                outcome.unmeasured = Some("measuring was stopped".to_owned());
                self.bench = Bench::Done(outcome);
                vec![ModelsEffect::Stop { keep_files: false }]
            }
            _ => vec![ModelsEffect::Stop { keep_files: false }],
        }
    }

    fn builder_responded(&mut self, response: BuilderResponse, now: f64) -> Vec<ModelsEffect> {
        match response {
            BuilderResponse::Found { found } => {
                if self.bench == Bench::Looking {
                    let precision = Precision::Int8;
                    self.bench = Bench::Found { found, precision, accepted: false };
                }
                Vec::new()
            }
            BuilderResponse::Progress { stage: now_at, done: so_far, of: all } => {
                match &mut self.bench {
                    Bench::Working { stage, done, of, .. } => {
                        (*stage, *done, *of) = (now_at, so_far, all);
                    }
                    Bench::Measuring { stage, .. } => *stage = now_at,
                    _ => {}
                }
                Vec::new()
            }
            BuilderResponse::Installed { pack, peak } => self.built(*pack, peak, now),
            BuilderResponse::Failed { message } => self.failed(message),
        }
    }

    fn built(&mut self, pack: Installed, peak: u64, now: f64) -> Vec<ModelsEffect> {
        let id = pack.manifest.id.clone();
        let name = pack.manifest.name.clone();
        let precision = pack.manifest.precision;
        let measured = pack.manifest.measured.is_some();
        let mut effects = self.installed(pack);
        match std::mem::take(&mut self.bench) {
            Bench::Working { found, began, .. } => {
                let converted = found.kind == FoundKind::Checkpoint;
                let seconds = now - began;
                let (measuring_peak, unmeasured) = (None, None);
                let outcome =
                    BuildOutcome { id, name, converted, seconds, peak, measuring_peak, unmeasured };
                // f32 is what the others are measured against.
                if converted && precision != Precision::F32 && !measured {
                    effects.push(ModelsEffect::Measure(outcome.id.clone()));
                    let stage = "measuring the pack against the checkpoint".to_owned();
                    self.bench = Bench::Measuring { outcome, stage };
                } else {
                    effects.push(ModelsEffect::Stop { keep_files: false });
                    self.bench = Bench::Done(outcome);
                }
            }
            Bench::Measuring { mut outcome, .. } => {
                outcome.measuring_peak = Some(peak);
                effects.push(ModelsEffect::Stop { keep_files: false });
                self.bench = Bench::Done(outcome);
            }
            other => self.bench = other,
        }
        effects
    }

    fn failed(&mut self, message: String) -> Vec<ModelsEffect> {
        match std::mem::take(&mut self.bench) {
            // The pack stands, unmeasured.
            Bench::Measuring { mut outcome, .. } => {
                outcome.unmeasured = Some(message);
                self.bench = Bench::Done(outcome);
                vec![ModelsEffect::Stop { keep_files: false }]
            }
            _ => {
                self.bench = Bench::Failed(message);
                vec![ModelsEffect::Stop { keep_files: true }, ModelsEffect::List]
            }
        }
    }

    fn lost(&mut self) -> Vec<ModelsEffect> {
        if !self.bench.is_working() {
            return Vec::new();
        }
        self.failed(
            "The converter stopped, most likely because this tab ran out of memory. Close other \
             tabs, or build the pack on the command line and drop its .rrgpack here."
                .to_owned(),
        )
    }
}
