//! Ids of a few texts for [`crate::arch::encoder`], without running a tokenizer: words that the
//! vocabulary holds whole.

use serde_json::Value;
use std::collections::HashMap;

/// Invented sentences of the kind that reports are made of.
const TEXTS: [&str; 6] = [
    "the heart is normal in size . the lungs are clear without focal consolidation , pleural \
     effusion or pneumothorax .",
    "small left pleural effusion with adjacent atelectasis . mild cardiomegaly is unchanged from \
     the prior examination .",
    "the tube ends 4 cm above the carina . the right catheter ends in the lower vein .",
    "no acute abnormality of the chest .",
    "the bones are intact . degenerative changes of the spine are noted .",
    "there is a new opacity in the right upper lobe that may be pneumonia in the right setting .",
];

/// A vocabulary that holds fewer of the words than this is not one of English reports.
const FEWEST: usize = 32;

/// Ids per text where the words are not known.
const SPREAD: usize = 16;

/// The ids of a first token, the words and a last token, text by text; of a vocabulary that does
/// not know the words, ids spread evenly over it.
pub(crate) fn ids(tokenizer: &[u8], vocabulary: usize) -> Vec<Vec<u32>> {
    // A tokenizer that cannot be read was refused before.
    let json: Value = serde_json::from_slice(tokenizer).unwrap_or_default();
    let known = known(&json);
    let of = |token: &str| known.get(token).copied();
    let first = of("[CLS]").or_else(|| of("<s>"));
    let last = of("[SEP]").or_else(|| of("</s>"));
    let texts = TEXTS.map(|text| {
        let words = text.split_whitespace().filter_map(|word| {
            // Byte-level and unigram vocabularies mark the space before a word.
            of(&format!("Ġ{word}")).or_else(|| of(&format!("▁{word}"))).or_else(|| of(word))
        });
        words.collect::<Vec<u32>>()
    });
    let found: usize = texts.iter().map(Vec::len).sum();
    let framed = |text: Vec<u32>| first.into_iter().chain(text).chain(last).collect();
    if found >= FEWEST {
        return texts.map(framed).into();
    }
    let count = TEXTS.len() * SPREAD;
    let spread = (0..count).map(|index| (index * vocabulary / count) as u32);
    spread.collect::<Vec<u32>>().chunks(SPREAD).map(|text| framed(text.to_vec())).collect()
}

/// The ids of the words of a `tokenizer.json` that [`ids`] may look for.
fn known(json: &Value) -> HashMap<&str, u32> {
    let id = |id: u64| u32::try_from(id).ok();
    match json.pointer("/model/vocab") {
        Some(Value::Object(words)) => {
            words.iter().filter_map(|(word, at)| Some((word.as_str(), id(at.as_u64()?)?))).collect()
        }
        Some(Value::Array(words)) => (0..)
            .zip(words)
            .filter_map(|(at, word)| Some((word.get(0)?.as_str()?, id(at)?)))
            .collect(),
        _ => HashMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_each_kind_of_vocabulary() {
        let mark = |json: String| {
            let ids = ids(json.as_bytes(), 1000);
            (ids.len(), ids[3].clone())
        };
        let words: Vec<&str> = TEXTS.iter().flat_map(|text| text.split_whitespace()).collect();
        let map = |space: &str, first: &str, last: &str| {
            let mut vocabulary = serde_json::Map::new();
            for word in &words {
                vocabulary.insert(format!("{space}{word}"), (7 * word.len()).into());
            }
            vocabulary.insert(first.to_owned(), 1.into());
            vocabulary.insert(last.to_owned(), 2.into());
            serde_json::json!({"model": {"vocab": vocabulary}}).to_string()
        };
        let expected = (6, vec![1, 14, 35, 77, 14, 21, 35, 7, 2]);
        assert_eq!(mark(map("", "[CLS]", "[SEP]")), expected);
        assert_eq!(mark(map("Ġ", "<s>", "</s>")), expected);
        let list: Vec<_> = ["[CLS]", "[SEP]"].iter().chain(&words).map(|w| (w, 0.0)).collect();
        let unigram = serde_json::json!({"model": {"vocab": list}}).to_string();
        assert_eq!(mark(unigram).1.first(), Some(&0));
    }

    #[test]
    fn other_vocabularies_are_sampled() {
        let ids = ids(b"{}", 960);
        assert_eq!((ids.len(), ids[0][..3].to_vec(), ids[5][15]), (6, vec![0, 10, 20], 950));
    }
}
