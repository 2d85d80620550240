//! `rrgscore judge pack`.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use rrgscore_decoder::{ConversionProgress, JudgeManifest};
use rrgscore_native::judge::convert_judge;

use super::args::JudgePack;
use crate::error::CliError;
use crate::exit_code::ExitCode;
use crate::progress::ProgressLine;
use crate::score::stop_on_interrupt;

/// Converts a checkpoint file by file.
pub(super) fn run(args: &JudgePack) -> Result<ExitCode, CliError> {
    let absolute = std::path::absolute(&args.from).unwrap_or_else(|_| args.from.clone());
    let folder = || absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = args.name.clone().or_else(folder).unwrap_or_default();
    let stop = stop_on_interrupt()?;
    let mut line = ProgressLine::new();
    let mut watch = |progress: ConversionProgress| {
        let ConversionProgress { files_done, files, bytes_done, bytes } = progress;
        let words = match files_done {
            0 => "reading the checkpoint".to_owned(),
            _ => format!("{files_done} of {files} files, {:.1} GB", bytes_done as f64 / 1e9),
        };
        line.show(bytes_done, bytes, &words);
        match stop.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let made = convert_judge(&args.from, &name, args.precision, &args.out, &mut watch);
    line.finish();
    let Some(manifest) = made? else {
        eprintln!("stopped; the same command goes on");
        return Ok(ExitCode::from(1));
    };
    println!("{}", args.out.display());
    print!("{}", describe(&manifest));
    Ok(ExitCode::SUCCESS)
}

fn describe(manifest: &JudgeManifest) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {value}\n"));
    line("name", &manifest.name);
    line("class", &manifest.architecture);
    line("precision", manifest.precision.name());
    line("id", &manifest.id);
    line("size", &format!("{:.1} MB", manifest.total_bytes() as f64 / 1e6));
    for source in &manifest.sources {
        line("source", &format!("{} (sha256 {})", source.name, source.sha256));
    }
    text
}
