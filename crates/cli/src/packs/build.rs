//! `rrgscore packs build`.

use std::ops::ControlFlow;

use rrgscore_native::packs::{BuildPass, PackBuild, build, write};
use rrgscore_packs::{Manifest, Measurement};

use super::Build;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::progress::ProgressLine;

/// Builds, measures and writes a pack.
pub(super) fn run(args: &Build) -> Result<ExitCode, CliError> {
    let how = PackBuild {
        precision: args.precision,
        other_encoder: args.other_encoder,
        measure: !args.no_measure,
    };
    let mut line = ProgressLine::new();
    let mut last = BuildPass::Wanted;
    let pack = build(&args.from, &args.with, how, &mut |pass, progress| {
        if pass != std::mem::replace(&mut last, pass) {
            line = ProgressLine::new();
        }
        let what = if pass == BuildPass::Wanted { "" } else { " (f32, to measure against)" };
        let done = (progress.fraction * 1000.0) as u64;
        line.show(done, 1000, &format!("{}{what}", progress.stage.name()));
        ControlFlow::Continue(())
    })?;
    let path = write(&pack, &args.out, args.single_file)?;
    println!("{}", path.display());
    print!("{}", describe(pack.manifest()));
    Ok(ExitCode::SUCCESS)
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
