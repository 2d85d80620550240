//! Loads, at the page's start, everything that it needs to read and score files, so that it is
//! sealed afterwards and works with the network off; until then also the site's packs that the user
//! wants. The only code of the page that fetches.

mod fetch;
mod index;

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use rrgscore_packs::{MANIFEST_FILE, Manifest};
use rrgscore_results::published::Published;
use serde::de::DeserializeOwned;
use yew::Callback;

use crate::page::json;
use crate::page::state::{Part, SiteEvent, SitePack};
use crate::page::workers::{PackFiles, Program};
use fetch::FetchError;
use index::{PackEntry, Packs, Reports, SampleEntry, SplitEntry};
use rrgscore_packs::Purpose;

/// Progress is reported after each further part of a pack of this size.
const STEP: u64 = 1 << 18;

/// What the loader brings.
pub(crate) enum Loaded {
    /// Something to show.
    Shown(SiteEvent),
    /// The workers' program.
    Program(Program),
    /// The program that reads workbooks and Parquet files, or why there is none, in words.
    Reader(Result<Program, String>),
    /// The bytes of a split or sample of the site.
    Reports(String, ArrayBuffer),
    /// The files of a pack that comes with the page.
    Pack(Purpose, PackFiles),
}

/// Loads everything, in the order in which it is needed.
pub(crate) async fn load(bring: Callback<Loaded>) {
    let show = |event| bring.emit(Loaded::Shown(event));
    // Small, and of use without workers.
    let published = bring.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let found: Published = list("data/leaderboard.json", &published).await;
        published.emit(Loaded::Shown(SiteEvent::Published(Rc::new(found))));
    });
    show(SiteEvent::Engine(Part::Loading { done: 0, of: 0 }));
    match program("worker").await {
        Ok(program) => {
            bring.emit(Loaded::Program(program));
            show(SiteEvent::Engine(Part::Ready));
        }
        // Without workers nothing else is of use.
        Err(error) => return show(SiteEvent::Engine(Part::Failed(error.to_string()))),
    }
    let reports: Reports = list("data/index.json", &bring).await;
    show(SiteEvent::Splits(reports.splits.iter().map(SplitEntry::shown).collect()));
    show(SiteEvent::Samples(reports.samples.iter().filter_map(SampleEntry::shown).collect()));
    let packs: Packs = list("packs/index.json", &bring).await;
    let mut shown: Vec<SitePack> = packs.packs.iter().filter_map(PackEntry::shown).collect();
    for pack in &mut shown {
        match manifest(pack).await {
            Ok(manifest) => pack.manifest = Some(Rc::new(manifest)),
            Err(error) => pack.part = Part::Failed(error.to_string()),
        }
    }
    show(SiteEvent::Packs(shown));
    reports.missing.into_iter().for_each(|one| show(SiteEvent::MissingSplit(one)));
    reports.missing_samples.into_iter().for_each(|one| show(SiteEvent::MissingSample(one)));
    packs.missing.into_iter().for_each(|one| show(SiteEvent::MissingPack(one)));
    for split in &reports.splits {
        load_reports(split, SiteEvent::Split, &bring).await;
    }
    for sample in reports.samples.iter().filter(|sample| sample.shown().is_some()) {
        load_reports(&sample.reports, SiteEvent::Sample, &bring).await;
    }
    // Last, because fewest need it.
    let reader = program("reader").await.map_err(|error| {
        format!(
            "{error}. It reads workbooks and Parquet files; save the file as CSV (UTF-8) or JSON"
        )
    });
    bring.emit(Loaded::Reader(reader));
}

/// A program of the site, by its name.
async fn program(name: &str) -> Result<Program, FetchError> {
    let glue = format!("{name}.js");
    let text = fetch::text(&glue).await?;
    let module = fetch::module(&format!("{name}_bg.wasm")).await?;
    Program::new(&text, module).map_err(|_| FetchError::NotCompiled(glue))
}

/// Reads an index; a site without one was built without what it would list.
async fn list<T: DeserializeOwned + Default>(path: &str, bring: &Callback<Loaded>) -> T {
    let problem = match fetch::text(path).await {
        Ok(text) => match json::read(&text) {
            Ok(list) => return list,
            Err(_) => format!("{path} is damaged; build the site again"),
        },
        Err(FetchError::Absent(_)) => return T::default(),
        Err(error) => error.to_string(),
    };
    bring.emit(Loaded::Shown(SiteEvent::Problem(problem)));
    T::default()
}

async fn load_reports(
    file: &SplitEntry,
    event: impl Fn(String, Part) -> SiteEvent,
    bring: &Callback<Loaded>,
) {
    let show = |part| bring.emit(Loaded::Shown(event(file.name.clone(), part)));
    show(Part::Loading { done: 0, of: file.bytes });
    match fetch::bytes(&file.path(), &file.sha256, &|_| true).await {
        Ok(bytes) => {
            bring.emit(Loaded::Reports(file.name.clone(), bytes));
            show(Part::Ready);
        }
        Err(error) => show(Part::Failed(error.to_string())),
    }
}

/// Where a file of a pack lies, relative to the page.
fn path(pack: &SitePack, file: &str) -> String {
    format!("packs/{}/{file}", pack.folder)
}

/// What a pack of the site is: its `pack.json`, checked.
async fn manifest(pack: &SitePack) -> Result<Manifest, FetchError> {
    let path = path(pack, MANIFEST_FILE);
    let text = fetch::text(&path).await?;
    let manifest: Manifest = json::read(&text).map_err(|_| FetchError::Damaged(path.clone()))?;
    match manifest.checked() {
        Ok(manifest) if manifest.id == pack.id => Ok(manifest),
        Ok(_) => Err(FetchError::Damaged(path)),
        Err(error) => Err(FetchError::Unusable(pack.name.clone(), error.to_string())),
    }
}

/// A part of a pack of the site. `progress` gets the bytes so far, and says whether to go on.
///
/// # Errors
/// In words, when it cannot be had.
pub(crate) async fn part(
    pack: &SitePack,
    part: &rrgscore_packs::PackPart,
    progress: &dyn Fn(u64) -> bool,
) -> Result<ArrayBuffer, String> {
    let bytes = fetch::bytes(&path(pack, &part.name), &part.sha256, progress).await;
    bytes.map_err(|error| error.to_string())
}

/// Loads a pack of the site into memory.
pub(crate) async fn load_pack(pack: SitePack, bring: Callback<Loaded>) {
    let of = pack.bytes;
    let show = |part| bring.emit(Loaded::Shown(SiteEvent::Pack(pack.id.clone(), part)));
    match pack_files(&pack, &|done| show(Part::Loading { done, of })).await {
        Ok(files) => {
            bring.emit(Loaded::Pack(pack.purpose, files));
            show(Part::Ready);
        }
        Err(why) => show(Part::Failed(why)),
    }
}

async fn pack_files(pack: &SitePack, progress: &dyn Fn(u64)) -> Result<PackFiles, String> {
    let manifest = pack.manifest.as_ref().ok_or("its manifest was not loaded")?;
    let text = manifest.to_bytes().map_err(|error| error.to_string())?;
    let bytes = Uint8Array::new_from_slice(&text).buffer();
    let mut files = PackFiles { names: vec![MANIFEST_FILE.to_owned()], bytes: vec![bytes] };
    let mut before = 0;
    let last = Cell::new(0);
    for one in manifest.parts() {
        let progress = |done: u64| {
            if before + done >= last.get() + STEP {
                last.set(before + done);
                progress(before + done);
            }
            true
        };
        let bytes = part(pack, one, &progress).await?;
        before += u64::from(bytes.byte_length());
        files.names.push(one.name.clone());
        files.bytes.push(bytes);
    }
    Ok(files)
}
