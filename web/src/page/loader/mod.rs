//! Loads, at the page's start, everything that it will ever need, so that it works with the
//! network off afterwards. The only code of the page that fetches.

mod fetch;
mod index;

use std::cell::Cell;

use js_sys::{ArrayBuffer, Uint8Array};
use serde::de::DeserializeOwned;
use yew::Callback;

use crate::page::pool::{PackFiles, Program};
use crate::page::state::{Part, SiteEvent};
use fetch::FetchError;
use index::{MANIFEST, Manifest, PackEntry, Packs, SplitEntry, Splits};
use rrgscore_scoring::PackUse;

/// Progress is told after each further part of a pack of this size.
const STEP: u64 = 1 << 18;

/// What the loader brings.
pub(crate) enum Loaded {
    /// Something to show.
    Shown(SiteEvent),
    /// The workers' program.
    Program(Program),
    /// The bytes of a built-in split.
    Split(String, ArrayBuffer),
    /// The files of a pack.
    Pack(PackUse, PackFiles),
}

/// Loads everything, in the order in which it is needed.
pub(crate) async fn load(bring: Callback<Loaded>) {
    let tell = |event| bring.emit(Loaded::Shown(event));
    tell(SiteEvent::Engine(Part::Loading { done: 0, of: 0 }));
    match program().await {
        Ok(program) => {
            bring.emit(Loaded::Program(program));
            tell(SiteEvent::Engine(Part::Ready));
        }
        // Without workers nothing else is of use.
        Err(error) => return tell(SiteEvent::Engine(Part::Failed(error.to_string()))),
    }
    let splits: Splits = list("data/index.json", &bring).await;
    tell(SiteEvent::Splits(splits.splits.iter().map(SplitEntry::shown).collect()));
    let packs: Packs = list("packs/index.json", &bring).await;
    tell(SiteEvent::Packs(packs.packs.iter().filter_map(PackEntry::shown).collect()));
    splits.missing.into_iter().for_each(|one| tell(SiteEvent::MissingSplit(one)));
    packs.missing.into_iter().for_each(|one| tell(SiteEvent::MissingPack(one)));
    for split in &splits.splits {
        load_split(split, &bring).await;
    }
    for pack in &packs.packs {
        if let Some(shown) = pack.shown() {
            load_pack(pack, shown.pack.serves, &bring).await;
        }
    }
}

async fn program() -> Result<Program, FetchError> {
    let glue = fetch::text("worker.js").await?;
    let module = fetch::module("worker_bg.wasm").await?;
    Program::new(&glue, module).map_err(|_| FetchError::NotCompiled("worker.js".to_owned()))
}

/// Reads an index; a site without one was built without what it would list.
async fn list<T: DeserializeOwned + Default>(path: &str, bring: &Callback<Loaded>) -> T {
    let problem = match fetch::text(path).await {
        Ok(text) => match serde_json::from_str(&text) {
            Ok(list) => return list,
            Err(_) => format!("{path} is damaged; build the site again"),
        },
        Err(FetchError::Absent(_)) => return T::default(),
        Err(error) => error.to_string(),
    };
    bring.emit(Loaded::Shown(SiteEvent::Problem(problem)));
    T::default()
}

async fn load_split(split: &SplitEntry, bring: &Callback<Loaded>) {
    let tell = |part| bring.emit(Loaded::Shown(SiteEvent::Split(split.name.clone(), part)));
    tell(Part::Loading { done: 0, of: split.bytes });
    match fetch::bytes(&split.path(), &split.sha256, &|_| {}).await {
        Ok(bytes) => {
            bring.emit(Loaded::Split(split.name.clone(), bytes));
            tell(Part::Ready);
        }
        Err(error) => tell(Part::Failed(error.to_string())),
    }
}

async fn load_pack(pack: &PackEntry, serves: PackUse, bring: &Callback<Loaded>) {
    let of = pack.bytes;
    let tell = |part| bring.emit(Loaded::Shown(SiteEvent::Pack(serves, part)));
    tell(Part::Loading { done: 0, of });
    match pack_files(pack, &|done| tell(Part::Loading { done, of })).await {
        Ok(files) => {
            bring.emit(Loaded::Pack(serves, files));
            tell(Part::Ready);
        }
        Err(error) => tell(Part::Failed(error.to_string())),
    }
}

async fn pack_files(pack: &PackEntry, told: &dyn Fn(u64)) -> Result<PackFiles, FetchError> {
    let path = pack.path(MANIFEST);
    let text = fetch::text(&path).await?;
    let manifest: Manifest = serde_json::from_str(&text)
        .ok()
        .filter(|manifest: &Manifest| manifest.id == pack.id)
        .ok_or(FetchError::Damaged(path))?;
    let bytes = Uint8Array::new_from_slice(text.as_bytes()).buffer();
    let mut files = PackFiles { names: vec![MANIFEST.to_owned()], bytes: vec![bytes] };
    let mut before = 0;
    let last = Cell::new(0);
    for part in manifest.parts() {
        let progress = |done: u64| {
            if before + done >= last.get() + STEP {
                last.set(before + done);
                told(before + done);
            }
        };
        let bytes = fetch::bytes(&pack.path(&part.name), &part.sha256, &progress).await?;
        before += u64::from(bytes.byte_length());
        files.names.push(part.name.clone());
        files.bytes.push(bytes);
    }
    Ok(files)
}
