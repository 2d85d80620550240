//! What NLTK's Punkt learnt of English, which SRR-BERT's pack carries along when it is handed in:
//! the four files of `punkt_tab/english`, or an archive that holds them, such as the wheel of
//! llama-index-core or NLTK's own punkt_tab.zip.

use super::plan::SentenceRules;
use crate::read::{FileFormat, zip_entry};
use crate::{PackError, SourceFile};

/// The files, and what a line of each is in the pack.
const FILES: [(&str, &str); 4] = [
    ("abbrev_types.txt", "abbreviation"),
    ("collocations.tab", "collocation"),
    ("sent_starters.txt", "starter"),
    ("ortho_context.tab", "context"),
];
const MAX_BYTES: u64 = 4 << 20;

pub(super) fn find<'a>(sources: &[SourceFile<'a>]) -> Result<Option<SentenceRules<'a>>, PackError> {
    let bad = |file: &SourceFile<'_>, reason: String| PackError::BadSource {
        file: file.name.to_owned(),
        reason,
    };
    // The folder has one of each language.
    let of = |name: &str| {
        let named = sources.iter().filter(|file| file.file_name() == name);
        let english = |file: &&SourceFile<'_>| file.folder().rsplit('/').next() == Some("english");
        named.min_by_key(|file| (!english(file), file.name.len())).copied()
    };
    let loose: Vec<SourceFile<'a>> = FILES.iter().filter_map(|(name, _)| of(name)).collect();
    if loose.len() == FILES.len() {
        let mut rules = SentenceRules { sources: loose.clone(), bytes: Vec::new() };
        for (file, (_, kind)) in loose.iter().zip(FILES) {
            add(&mut rules.bytes, kind, &file.read_all()?).map_err(|reason| bad(file, reason))?;
        }
        return Ok(Some(rules));
    }
    for file in sources {
        let archive = file.name.ends_with(".whl") || file.name.ends_with("punkt_tab.zip");
        if !archive || FileFormat::of(file.data) != FileFormat::Zip {
            continue;
        }
        let mut rules = SentenceRules { sources: vec![*file], bytes: Vec::new() };
        let mut found = 0;
        for (name, kind) in FILES {
            let entry = zip_entry(file.data, &format!("punkt_tab/english/{name}"), MAX_BYTES);
            if let Some(bytes) = entry.map_err(|reason| bad(file, reason))? {
                add(&mut rules.bytes, kind, &bytes).map_err(|reason| bad(file, reason))?;
                found += 1;
            }
        }
        if found == FILES.len() {
            return Ok(Some(rules));
        }
    }
    Ok(None)
}

/// Adds a file's lines, each behind its kind.
fn add(rules: &mut Vec<u8>, kind: &str, file: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(file).map_err(|_| "it is not UTF-8".to_owned())?;
    for line in text.lines().filter(|line| !line.is_empty()) {
        rules.extend_from_slice(kind.as_bytes());
        rules.push(b'\t');
        rules.extend_from_slice(line.as_bytes());
        rules.push(b'\n');
    }
    Ok(())
}
