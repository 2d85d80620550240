//! What this site was built with and how much of it has been loaded.

use std::rc::Rc;

use rrgscore_data::Task;
use rrgscore_packs::{Manifest, Purpose};
use rrgscore_results::published::Published;
use serde::Deserialize;

/// How far a part of the site is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Not begun.
    #[default]
    Waiting,
    /// Under way.
    Loading {
        /// Bytes so far.
        done: u64,
        /// Bytes in all; 0 when not known.
        of: u64,
    },
    /// Not loaded with the page: to be had in the Models view.
    Offered,
    /// There, and verified.
    Ready,
    /// Could not be had: why, in words.
    Failed(String),
}

impl Part {
    /// Whether the part is there.
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }

    /// Whether the part may still come.
    pub fn is_coming(&self) -> bool {
        matches!(self, Self::Waiting | Self::Loading { .. })
    }
}

/// A built-in file of reports: a split's references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSplit {
    /// Its key, e.g. `iu-xray-test`.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// Who is to be named.
    pub attribution: String,
    /// Under which licence its text stands.
    pub licence: String,
    /// sha256 of its file.
    pub sha256: String,
    /// How far it is loaded.
    pub part: Part,
}

/// What a model has published for a built-in split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSample {
    /// Its names and its file.
    pub reports: SiteSplit,
    /// The split's key.
    pub split: String,
    /// The task under which they are scored.
    pub task: Task,
}

/// A model pack of this site.
#[derive(Clone, Debug, PartialEq)]
pub struct SitePack {
    /// The hash that identifies it.
    pub id: String,
    /// Its folder in the folder `packs`.
    pub folder: String,
    /// The model's name.
    pub name: String,
    /// What it serves.
    pub purpose: Purpose,
    /// `int8`, `f16` or `f32`.
    pub precision: String,
    /// Under which licence its weights stand.
    pub licence: String,
    /// Who is to be named.
    pub attribution: String,
    /// Bytes of its files.
    pub bytes: u64,
    /// Its `pack.json`, once that was read.
    pub manifest: Option<Rc<Manifest>>,
    /// How far it is loaded into memory, for as long as the page is open.
    pub part: Part,
}

impl SitePack {
    /// Whether the page loads it at its start: the one encoder that is small and open.
    pub fn comes_with_the_page(&self) -> bool {
        let open = self.manifest.as_ref().is_some_and(|manifest| manifest.terms.is_empty());
        self.purpose == Purpose::BertscoreMinilm && open
    }
}

/// Something that the site would carry if it could have been had when it was built.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Missing {
    /// Its key.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Why it is not there.
    pub reason: String,
}

/// Everything the page loads at its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// The workers' program.
    pub engine: Part,
    /// Whether the program that reads workbooks and Parquet files has come, or will not come.
    pub reader: bool,
    /// The built-in splits; none until their index was read.
    pub splits: Option<Vec<SiteSplit>>,
    /// The model packs; none until their index was read.
    pub packs: Option<Vec<SitePack>>,
    /// The published leaderboard; empty until it has come.
    pub published: Rc<Published>,
    /// What models have published for the splits.
    pub samples: Vec<SiteSample>,
    /// The splits that the site was built without.
    pub missing_splits: Vec<Missing>,
    /// The samples that the site was built without.
    pub missing_samples: Vec<Missing>,
    /// The models that the site was built without.
    pub missing_packs: Vec<Missing>,
    /// What should be there and could not be loaded, in words.
    pub problems: Vec<String>,
}

/// What the loader brings.
#[derive(Clone, Debug, PartialEq)]
pub enum SiteEvent {
    /// How far the workers' program is.
    Engine(Part),
    /// The program that reads workbooks and Parquet files has come, or will not come.
    Reader,
    /// The splits there are.
    Splits(Vec<SiteSplit>),
    /// How far a split is.
    Split(String, Part),
    /// The samples there are.
    Samples(Vec<SiteSample>),
    /// How far a sample is.
    Sample(String, Part),
    /// The published leaderboard.
    Published(Rc<Published>),
    /// The packs there are.
    Packs(Vec<SitePack>),
    /// How far the pack of this id is.
    Pack(String, Part),
    /// A split that the site was built without.
    MissingSplit(Missing),
    /// A sample that the site was built without.
    MissingSample(Missing),
    /// A model that the site was built without.
    MissingPack(Missing),
    /// Something that should be there and could not be loaded.
    Problem(String),
}

impl Site {
    /// Takes in what the loader brings.
    pub fn take(&mut self, event: SiteEvent) {
        match event {
            SiteEvent::Engine(part) => self.engine = part,
            SiteEvent::Reader => self.reader = true,
            SiteEvent::Splits(splits) => self.splits = Some(splits),
            SiteEvent::Published(published) => self.published = published,
            SiteEvent::Samples(samples) => self.samples = samples,
            SiteEvent::Sample(key, part) => {
                if let Some(sample) = self.samples.iter_mut().find(|s| s.reports.key == key) {
                    sample.reports.part = part;
                }
            }
            SiteEvent::Packs(packs) => self.packs = Some(packs),
            SiteEvent::Split(key, part) => {
                if let Some(split) = self.splits.iter_mut().flatten().find(|s| s.key == key) {
                    split.part = part;
                }
            }
            SiteEvent::Pack(id, part) => {
                if let Some(pack) = self.packs.iter_mut().flatten().find(|pack| pack.id == id) {
                    pack.part = part;
                }
            }
            SiteEvent::MissingSplit(one) => self.missing_splits.push(one),
            SiteEvent::MissingSample(one) => self.missing_samples.push(one),
            SiteEvent::MissingPack(one) => self.missing_packs.push(one),
            SiteEvent::Problem(problem) => self.problems.push(problem),
        }
    }

    /// The site's packs of a purpose.
    pub fn packs_of(&self, purpose: Purpose) -> impl Iterator<Item = &SitePack> {
        self.packs.iter().flatten().filter(move |pack| pack.purpose == purpose)
    }

    /// The split of that key, if the site has it.
    pub fn split(&self, key: &str) -> Option<&SiteSplit> {
        self.splits.iter().flatten().find(|split| split.key == key)
    }

    /// All files of reports that the site has.
    pub fn reports(&self) -> impl Iterator<Item = &SiteSplit> {
        let samples = self.samples.iter().map(|sample| &sample.reports);
        self.splits.iter().flatten().chain(samples)
    }

    /// The sample of that key, if the site has it.
    pub fn sample(&self, key: &str) -> Option<&SiteSample> {
        self.samples.iter().find(|sample| sample.reports.key == key)
    }

    /// Whether a sample and the split that it is of have come.
    pub fn is_sample_ready(&self, sample: &SiteSample) -> bool {
        sample.reports.part.is_ready()
            && self.split(&sample.split).is_some_and(|split| split.part.is_ready())
    }

    /// Whether everything has come that will come.
    pub fn is_settled(&self) -> bool {
        let splits =
            self.splits.as_ref().is_some_and(|all| !all.iter().any(|s| s.part.is_coming()));
        let packs = self.packs.as_ref().is_some_and(|all| !all.iter().any(|p| p.part.is_coming()));
        let samples = !self.samples.iter().any(|sample| sample.reports.part.is_coming());
        let programs = self.reader && !self.engine.is_coming();
        programs && splits && samples && packs
    }

    /// Bytes loaded and to load, of the packs.
    pub fn progress(&self) -> (u64, u64) {
        let mut sum = (0, 0);
        for pack in self.packs.iter().flatten().filter(|pack| pack.part != Part::Offered) {
            sum.1 += pack.bytes;
            sum.0 += match pack.part {
                Part::Ready => pack.bytes,
                Part::Loading { done, .. } => done.min(pack.bytes),
                Part::Waiting | Part::Offered | Part::Failed(_) => 0,
            };
        }
        sum
    }
}
