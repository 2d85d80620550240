//! What a dropped file's name gives away.

/// Whether a path is one of reports, which belong in the Score view, or of published examples. Names
/// of JSON files that checkpoints have are not.
pub fn looks_like_reports(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    const ENDINGS: [&str; 7] = [".csv", ".tsv", ".jsonl", ".ndjson", ".tok", ".xlsx", ".parquet"];
    if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    const PARTS: [&str; 7] =
        ["config", "tokenizer", "vocab", "special_tokens", "modules", "index", "pack"];
    name.ends_with(".json") && !PARTS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_by_their_name() {
        for name in ["predictions.json", "a/b.csv.gz", "test.parquet", "ReXrank.json.gz"] {
            assert!(looks_like_reports(name), "{name}");
        }
        for name in ["chexbert.pth", "config.json", "bert/special_tokens_map.json", "vocab.json"] {
            assert!(!looks_like_reports(name), "{name}");
        }
    }
}
