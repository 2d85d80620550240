//! PyRuSH's sentence rules, which RaTE-NER's pack carries along when they are handed in: medspaCy's
//! `resources/en/rush_rules.tsv`, or medspaCy's wheel, which holds it.

use super::plan::SentenceRules;
use crate::read::{FileFormat, zip_entry};
use crate::{PackError, SourceFile};

const FILE: &str = "rush_rules.tsv";
const MAX_BYTES: u64 = 1 << 20;

pub(super) fn find<'a>(sources: &[SourceFile<'a>]) -> Result<Option<SentenceRules<'a>>, PackError> {
    let bad = |file: &SourceFile<'_>, reason: String| PackError::BadSource {
        file: file.name.to_owned(),
        reason,
    };
    let loose = sources
        .iter()
        .filter(|file| file.file_name() == FILE)
        // medspaCy's folder has one per language.
        .min_by_key(|file| (file.folder().rsplit('/').next() != Some("en"), file.name.len()));
    if let Some(file) = loose {
        return Ok(Some(SentenceRules { sources: vec![*file], bytes: file.read_all()? }));
    }
    for file in sources {
        let is_wheel = file.name.ends_with(".whl") && FileFormat::of(file.data) == FileFormat::Zip;
        if is_wheel {
            let found = zip_entry(file.data, "resources/en/rush_rules.tsv", MAX_BYTES)
                .map_err(|reason| bad(file, reason))?;
            if let Some(bytes) = found {
                return Ok(Some(SentenceRules { sources: vec![*file], bytes }));
            }
        }
    }
    Ok(None)
}
