//! Which packs metrics can be computed with now: the installed ones, then those of the site.

use rrgscore_scoring::Purpose;
use rrgscore_scoring::summary::PackRef;

use super::models::{Looked, ModelsEffect, PackSource};
use super::{Effect, Part, State};

/// The pack for a purpose, be it one that is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// What identifies it.
    pub pack: PackRef,
    /// Bytes of its files.
    pub bytes: u64,
    /// How far it is loaded.
    pub part: Part,
    /// Where annotators get it from.
    pub from: PackSource,
}

impl State {
    /// The pack that a metric would be computed with now.
    pub fn serving(&self, purpose: Purpose) -> Option<Serving> {
        if let Some(installed) = self.models.used(purpose) {
            let manifest = &installed.manifest;
            let pack = PackRef {
                purpose,
                name: manifest.name.clone(),
                precision: manifest.precision.name().to_owned(),
                id: manifest.id.clone(),
            };
            let from = PackSource::Stored(manifest.id.clone());
            let bytes = manifest.total_bytes();
            return Some(Serving { pack, bytes, part: Part::Ready, from });
        }
        // What comes with the page before what is only offered.
        let pack = self.site.packs_of(purpose).min_by_key(|pack| pack.part == Part::Offered)?;
        Some(Serving {
            pack: PackRef {
                purpose,
                name: pack.name.clone(),
                precision: pack.precision.clone(),
                id: pack.id.clone(),
            },
            bytes: pack.bytes,
            part: pack.part.clone(),
            from: PackSource::InMemory,
        })
    }

    /// The packs that are there.
    pub fn ready_packs(&self) -> Vec<Serving> {
        let serving = Purpose::ALL.into_iter().filter_map(|purpose| self.serving(purpose));
        serving.filter(|serving| serving.part.is_ready()).collect()
    }

    /// Whether everything has come that comes with the page.
    pub fn is_settled(&self) -> bool {
        let engine_failed = matches!(self.site.engine, Part::Failed(_));
        self.site.is_settled() && (engine_failed || self.models.looked != Looked::NotYet)
    }

    /// Decides, once the site's packs and the installed ones are known, which of the site's are
    /// loaded into memory.
    pub(super) fn choose_site_packs(&mut self) -> Vec<Effect> {
        if self.models.looked == Looked::NotYet {
            return Vec::new();
        }
        let mut effects = Vec::new();
        for pack in self.site.packs.iter_mut().flatten() {
            let open = matches!(pack.part, Part::Waiting | Part::Offered);
            let wanted = !self.sealed
                && pack.comes_with_the_page()
                && self.models.used(pack.purpose).is_none();
            if !open {
                continue;
            }
            pack.part = Part::Offered;
            if wanted {
                pack.part = Part::Loading { done: 0, of: pack.bytes };
                effects.push(Effect::Models(ModelsEffect::Fetch(pack.id.clone())));
            }
        }
        effects
    }

    /// Unfinished installations that the site's packs could finish are kept, others removed, once
    /// both are known.
    pub(super) fn clean_up(&mut self) -> Vec<Effect> {
        let Some(packs) = &self.site.packs else { return Vec::new() };
        if self.models.looked != Looked::Yes || self.models.partial.is_empty() {
            return Vec::new();
        }
        let keep: Vec<String> = packs.iter().map(|pack| pack.id.clone()).collect();
        let all = self.models.partial.len();
        self.models.partial.retain(|partial| keep.contains(&partial.id));
        if self.models.partial.len() == all {
            return Vec::new();
        }
        vec![Effect::Models(ModelsEffect::Clean(keep))]
    }
}
