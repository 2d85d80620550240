//! A run as one file that can be passed on: its summary and every study's scores, and no report text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rrgscore_scoring::{Metric, Summary};
use serde::{Deserialize, Serialize};

use crate::{ExportError, ScoredRun, ScoredRunError};

/// What `format` says in a share file.
const FORMAT: &str = "rrgscore-run";
/// The version that is written, and the only one that is read.
const FORMAT_VERSION: u32 = 1;

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
struct ShareFile<'a> {
    format: Cow<'a, str>,
    format_version: u32,
    /// What the run is called.
    name: Cow<'a, str>,
    /// As in `summary.json`.
    summary: Cow<'a, Summary>,
    /// Study ids, as in `scores.csv`.
    studies: Cow<'a, [String]>,
    /// By a metric's id, each study's score; `null` where it has none.
    scores: Cow<'a, BTreeMap<Metric, Vec<Option<f64>>>>,
}

/// Writes a run as a share file: JSON on one line, numbers with as many digits as tell them apart
/// from every other f64.
///
/// # Errors
/// When a number is not finite, which no run holds.
pub(super) fn share_file(run: &ScoredRun) -> Result<String, ExportError> {
    let file = ShareFile {
        format: Cow::Borrowed(FORMAT),
        format_version: FORMAT_VERSION,
        name: Cow::Borrowed(&run.name),
        summary: Cow::Borrowed(&run.summary),
        studies: Cow::Borrowed(&run.ids),
        scores: Cow::Borrowed(&run.columns),
    };
    Ok(serde_json::to_string(&file)? + "\n")
}

/// Whether a text is meant as a share file, whatever its version.
#[must_use]
pub fn is_share_file(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Named {
        format: String,
    }
    serde_json::from_str(text).is_ok_and(|named: Named| named.format == FORMAT)
}

/// Reads a share file, and checks that its scores have the summary's means.
///
/// # Errors
/// When it is none of this version's, or its parts are not of one run.
pub fn read_share_file(text: &str) -> Result<ScoredRun, ScoredRunError> {
    #[derive(Deserialize)]
    struct Version {
        format: String,
        format_version: u32,
    }
    let version: Version = serde_json::from_str(text)?;
    if version.format != FORMAT || version.format_version != FORMAT_VERSION {
        return Err(ScoredRunError::ShareVersion { found: version.format_version });
    }
    let file: ShareFile<'_> = serde_json::from_str(text)?;
    let run = ScoredRun {
        name: file.name.into_owned(),
        summary: file.summary.into_owned(),
        ids: file.studies.into_owned(),
        columns: file.scores.into_owned(),
    };
    run.check()?;
    Ok(run)
}
