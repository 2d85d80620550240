//! What the user dropped on the Models view, from the drop to the installed pack.

use std::collections::BTreeSet;

use rrgscore_packs::{Precision, Purpose};

use super::{Models, ModelsEffect};
use crate::protocol::look::ResultDetail;
use crate::protocol::packs::{BuilderResponse, Found, FoundKind, Installed};

/// What is to be converted or unpacked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildOrder {
    /// Which of the things found.
    pub item: String,
    /// How weights are stored.
    pub precision: Precision,
    /// Whether the terms were accepted.
    pub accepted: bool,
    /// Whether by a fresh builder: a worker's memory is given back only when it ends.
    pub afresh: bool,
}

/// The things of one drop that are installed one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What is still to be installed, the next one last.
    pub left: Vec<Found>,
    /// How weights are stored.
    pub precision: Precision,
    /// What was installed.
    pub done: Vec<BuildOutcome>,
    /// What could not be: its name, and why.
    pub failed: Vec<(String, String)>,
}

/// What became of a checkpoint or a pack.
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
    /// They hold published examples, which are being scored: how many have been, of how many.
    Proving([u64; 2]),
    /// It is known what they are.
    Found {
        /// Packs and checkpoints among them.
        found: Vec<Found>,
        /// How weights are to be stored.
        precision: Precision,
        /// The items whose terms are accepted.
        accepted: BTreeSet<String>,
    },
    /// One of them is being converted or unpacked.
    Working {
        /// What it is.
        found: Box<Found>,
        /// What is being done.
        stage: String,
        /// How much of it.
        done: u64,
        /// Of how much; 0 when not known.
        of: u64,
        /// When it began, in seconds.
        began: f64,
        /// The others.
        batch: Batch,
    },
    /// The pack is installed and is being measured.
    Measuring {
        /// What it came to so far.
        outcome: BuildOutcome,
        /// What is being done.
        stage: String,
        /// The others.
        batch: Batch,
    },
    /// All is installed, or some of it.
    Done(Batch),
    /// Published examples were scored: what came of it.
    Proved(ResultDetail),
    /// Nothing could be installed: why.
    Failed(String),
}

/// What happens to a drop.
#[derive(Clone, Debug)]
pub enum BenchAction {
    /// Files were dropped or chosen, beside those that are there.
    Dropped,
    /// Store weights so.
    Precision(Precision),
    /// Accept the terms of an item, or not.
    Accept(String, bool),
    /// Convert or unpack what is complete and accepted.
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
        use Bench::{Looking, Measuring, Proving, Working};
        matches!(self, Looking | Proving(_) | Working { .. } | Measuring { .. })
    }

    /// What can be installed now: what lacks no file, and whose terms are accepted or none.
    pub fn ready(&self) -> impl Iterator<Item = &Found> {
        let (found, accepted) = match self {
            Self::Found { found, accepted, .. } => (found.as_slice(), Some(accepted)),
            _ => (&[][..], None),
        };
        let agreed = move |one: &Found| accepted.is_some_and(|items| items.contains(&one.item));
        found
            .iter()
            .filter(move |one| one.lacking.is_empty() && (one.terms.is_empty() || agreed(one)))
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
                vec![self.look()]
            }
            BenchAction::Precision(wanted) => {
                if let Bench::Found { precision, .. } = &mut self.bench {
                    *precision = wanted;
                }
                Vec::new()
            }
            BenchAction::Accept(item, yes) => {
                if let Bench::Found { accepted, .. } = &mut self.bench {
                    if yes {
                        accepted.insert(item)
                    } else {
                        accepted.remove(&item)
                    };
                }
                Vec::new()
            }
            BenchAction::Go => self.go(now),
            BenchAction::Clear => self.clear_bench(now),
            BenchAction::Responded(response) => self.builder_responded(*response, now),
            BenchAction::Lost => self.lost(now),
        }
    }

    fn look(&self) -> ModelsEffect {
        let used = Purpose::ALL.into_iter().filter_map(|purpose| self.used(purpose));
        ModelsEffect::Look(used.map(|pack| pack.manifest.id.clone()).collect())
    }

    fn go(&mut self, now: f64) -> Vec<ModelsEffect> {
        let Bench::Found { precision, .. } = self.bench else { return Vec::new() };
        let mut left: Vec<Found> = self.bench.ready().cloned().collect();
        left.reverse();
        if left.is_empty() {
            return Vec::new();
        }
        self.next(Batch { left, precision, done: Vec::new(), failed: Vec::new() }, now)
    }

    /// Begins with the next thing of a batch, or ends it.
    fn next(&mut self, mut batch: Batch, now: f64) -> Vec<ModelsEffect> {
        if let Some(found) = batch.left.pop() {
            let order = BuildOrder {
                item: found.item.clone(),
                precision: batch.precision,
                accepted: !found.terms.is_empty(),
                afresh: !(batch.done.is_empty() && batch.failed.is_empty()),
            };
            let (found, stage) = (Box::new(found), "beginning".to_owned());
            self.bench = Bench::Working { found, stage, done: 0, of: 0, began: now, batch };
            return vec![ModelsEffect::Build(order)];
        }
        if let ([], [(_, why), ..]) = (batch.done.as_slice(), batch.failed.as_slice()) {
            self.bench = Bench::Failed(why.clone());
            return vec![ModelsEffect::Stop { keep_files: true }, ModelsEffect::List];
        }
        let keep_files = !batch.failed.is_empty();
        self.bench = Bench::Done(batch);
        vec![ModelsEffect::Stop { keep_files }]
    }

    /// Stopping a conversion leaves what was dropped, so that it can be begun again.
    fn clear_bench(&mut self, now: f64) -> Vec<ModelsEffect> {
        match std::mem::take(&mut self.bench) {
            Bench::Working { .. } => {
                self.bench = Bench::Looking;
                // What it had stored until then is cleaned away.
                let stop = ModelsEffect::Stop { keep_files: true };
                vec![stop, self.look(), ModelsEffect::List]
            }
            Bench::Measuring { mut outcome, mut batch, .. } => {
                outcome.unmeasured = Some("measuring was stopped".to_owned());
                batch.done.push(outcome);
                self.next(batch, now)
            }
            _ => vec![ModelsEffect::Stop { keep_files: false }],
        }
    }

    fn builder_responded(&mut self, response: BuilderResponse, now: f64) -> Vec<ModelsEffect> {
        match response {
            BuilderResponse::Found { found } => {
                if self.bench == Bench::Looking {
                    let (precision, accepted) = (Precision::Int8, BTreeSet::new());
                    self.bench = Bench::Found { found, precision, accepted };
                }
                Vec::new()
            }
            BuilderResponse::Progress { stage: now_at, done: so_far, of: all } => {
                match &mut self.bench {
                    Bench::Working { stage, done, of, .. } => {
                        (*stage, *done, *of) = (now_at, so_far, all);
                    }
                    Bench::Measuring { stage, .. } => *stage = now_at,
                    // Of the files themselves no progress is told.
                    bench @ (Bench::Looking | Bench::Proving(_)) => {
                        *bench = Bench::Proving([so_far, all]);
                    }
                    _ => {}
                }
                Vec::new()
            }
            BuilderResponse::Installed { pack, peak } => self.built(*pack, peak, now),
            BuilderResponse::Proved { proof } => {
                self.bench = Bench::Proved(proof);
                vec![ModelsEffect::Stop { keep_files: false }, ModelsEffect::List]
            }
            BuilderResponse::Failed { message } => self.failed(message, now),
        }
    }

    fn built(&mut self, pack: Installed, peak: u64, now: f64) -> Vec<ModelsEffect> {
        let id = pack.manifest.id.clone();
        let name = pack.manifest.name.clone();
        let precision = pack.manifest.precision;
        let measured = pack.manifest.measured.is_some();
        let mut effects = self.installed(pack);
        match std::mem::take(&mut self.bench) {
            Bench::Working { found, began, mut batch, .. } => {
                let converted = found.kind == FoundKind::Checkpoint;
                let seconds = now - began;
                let (measuring_peak, unmeasured) = (None, None);
                let outcome =
                    BuildOutcome { id, name, converted, seconds, peak, measuring_peak, unmeasured };
                // f32 is what the others are measured against.
                if converted && precision != Precision::F32 && !measured {
                    let (id, item) = (outcome.id.clone(), found.item);
                    effects.push(ModelsEffect::Measure { id, item });
                    let stage = "measuring the pack against the checkpoint".to_owned();
                    self.bench = Bench::Measuring { outcome, stage, batch };
                } else {
                    batch.done.push(outcome);
                    effects.extend(self.next(batch, now));
                }
            }
            Bench::Measuring { mut outcome, mut batch, .. } => {
                outcome.measuring_peak = Some(peak);
                batch.done.push(outcome);
                effects.extend(self.next(batch, now));
            }
            other => self.bench = other,
        }
        effects
    }

    fn failed(&mut self, message: String, now: f64) -> Vec<ModelsEffect> {
        match std::mem::take(&mut self.bench) {
            // The pack stands, unmeasured.
            Bench::Measuring { mut outcome, mut batch, .. } => {
                outcome.unmeasured = Some(message);
                batch.done.push(outcome);
                self.next(batch, now)
            }
            // The others need not wait for it.
            Bench::Working { found, mut batch, .. } => {
                batch.failed.push((found.name.clone(), message));
                self.next(batch, now)
            }
            _ => {
                self.bench = Bench::Failed(message);
                vec![ModelsEffect::Stop { keep_files: true }, ModelsEffect::List]
            }
        }
    }

    fn lost(&mut self, now: f64) -> Vec<ModelsEffect> {
        if !self.bench.is_working() {
            return Vec::new();
        }
        let message = "The converter stopped, most likely because this tab ran out of memory. \
                       Close other tabs, or build the pack on the command line and drop its \
                       .rrgpack here.";
        self.failed(message.to_owned(), now)
    }
}
