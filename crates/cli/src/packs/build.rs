//! `rrgscore packs build`.

use std::ops::ControlFlow;
use std::process::ExitCode;

use rrgscore_packs::{BuildOptions, BuildProgress, Manifest, Measurement, Pack, Precision, build};

use super::Build;
use super::sources::Sources;
use super::write::write;
use crate::error::CliError;
use crate::progress::ProgressLine;

/// Builds, measures and writes a pack.
pub(super) fn run(args: &Build) -> Result<ExitCode, CliError> {
    let sources = Sources::gather(&args.from, &args.with)?;
    let files = sources.files();
    let options = |precision| BuildOptions {
        precision,
        checkpoint: sources.checkpoint.clone(),
        other_encoder: args.other_encoder,
    };
    let failed = |source| CliError::Pack { path: args.from.clone(), source: Box::new(source) };
    let mut pack = build(&files, &options(args.precision), &mut shown("")).map_err(failed)?;
    if !args.no_measure {
        measure(&mut pack, || {
            build(&files, &options(Precision::F32), &mut shown(" (f32, to measure against)"))
                .map_err(failed)
        })?;
    }
    let path = write(&pack, &args.out, args.single_file)?;
    println!("{}", path.display());
    print!("{}", describe(pack.manifest()));
    Ok(ExitCode::SUCCESS)
}

/// Measures a pack against the same checkpoint in f32. An f32 pack is its own reference.
fn measure(
    pack: &mut Pack,
    reference: impl FnOnce() -> Result<Pack, CliError>,
) -> Result<(), CliError> {
    let measured = if pack.manifest().precision == Precision::F32 {
        rrgscore_annotate::measure(pack, pack)?
    } else {
        rrgscore_annotate::measure(&reference()?, pack)?
    };
    pack.set_measured(Some(measured));
    Ok(())
}

/// Shows progress of one build.
fn shown(what: &'static str) -> impl FnMut(BuildProgress) -> ControlFlow<()> {
    let mut line = ProgressLine::new();
    move |progress| {
        let done = (progress.fraction * 1000.0) as u64;
        line.show(done, 1000, &format!("{}{what}", progress.stage.name()));
        ControlFlow::Continue(())
    }
}

/// A manifest in a few lines.
pub(super) fn describe(manifest: &Manifest) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {value}\n"));
    line("name", &manifest.name);
    line("for", manifest.purpose.id());
    line("precision", manifest.precision.name());
    line("id", &manifest.id);
    line("size", &format!("{:.1} MB", manifest.total_bytes() as f64 / 1e6));
    line("licence", &manifest.licence);
    if !manifest.terms.is_empty() {
        line("terms", &manifest.terms);
    }
    for source in &manifest.sources {
        line("source", &format!("{} (sha256 {})", source.name, source.sha256));
    }
    match &manifest.measured {
        Some(measured) => line("measured", &measurement(measured)),
        None => line("measured", "no"),
    }
    text
}

fn measurement(measured: &Measurement) -> String {
    let mut text = format!(
        "against f32 on {} texts: max |Δ| {:.2e}, mean |Δ| {:.2e}, cosine at least {:.6}, on \
         average {:.6}",
        measured.texts,
        measured.max_difference,
        measured.mean_difference,
        measured.min_cosine,
        measured.mean_cosine
    );
    for agreement in &measured.decisions {
        text.push_str(&format!("; {} {}/{}", agreement.what, agreement.same, agreement.of));
    }
    text
}
