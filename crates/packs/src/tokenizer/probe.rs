//! Ids of a few texts for [`crate::arch::encoder`], without running a tokenizer: the longest pieces
//! that the vocabulary holds, word by word. They are nearly those of the tokenizer, and what they
//! are for are means.

use serde_json::Value;
use std::collections::HashMap;

/// Invented sentences of the kind that reports are made of, in texts that are long enough for the
/// positions that reports have.
const TEXTS: [&str; 2] = [
    "the heart is normal in size . the lungs are clear without focal consolidation , pleural \
     effusion or pneumothorax . small left pleural effusion with adjacent atelectasis . mild \
     cardiomegaly is unchanged from the prior examination . the bones are intact . \
     degenerative changes of the spine are noted . the tube ends 4 cm above the carina . the \
     right catheter ends in the lower vein . there is a new opacity in the right upper lobe \
     that may be pneumonia in the right setting . no acute abnormality of the chest . stable \
     calcified granuloma in the left lung . the mediastinal contours are within normal limits \
     .",
    "comparison is made with the prior study . low lung volumes with bibasilar atelectasis . \
     no evidence of pulmonary edema . aorta is tortuous . there are surgical clips over the \
     right breast . the patient has been extubated . impression : no acute cardiopulmonary \
     disease , old rib fractures on the left side and mild scoliosis .",
];

/// Ids per text of a vocabulary that knows no piece of the texts.
const SPREAD: usize = 64;

/// The ids of a first token, the words' pieces and a last token, text by text; of a vocabulary that
/// knows no piece of them, ids spread evenly over it.
pub(crate) fn ids(tokenizer: &[u8], vocabulary: usize) -> Vec<Vec<u32>> {
    // A tokenizer that cannot be read was refused before.
    let json: Value = serde_json::from_slice(tokenizer).unwrap_or_default();
    let known = known(&json);
    let of = |token: &str| known.get(token).copied();
    let first = of("[CLS]").or_else(|| of("<s>"));
    let last = of("[SEP]").or_else(|| of("</s>"));
    let framed = |text: Vec<u32>| first.into_iter().chain(text).chain(last).collect();
    let mut texts: Vec<Vec<u32>> = TEXTS
        .iter()
        .map(|text| text.split_whitespace().flat_map(|word| pieces(word, &known)).collect())
        .collect();
    if texts.iter().all(Vec::is_empty) {
        let count = TEXTS.len() * SPREAD;
        let spread: Vec<u32> = (0..count).map(|at| (at * vocabulary / count) as u32).collect();
        texts = spread.chunks(SPREAD).map(<[u32]>::to_vec).collect();
    }
    texts.into_iter().map(framed).collect()
}

/// The longest known pieces of a word, from its beginning on; letters that no piece begins with are
/// left out.
fn pieces(word: &str, known: &HashMap<&str, u32>) -> Vec<u32> {
    // Byte-level and unigram vocabularies mark the space before a word, WordPiece what goes on.
    let continues =
        if known.contains_key("[CLS]") && !known.contains_key("▁") { "##" } else { "" };
    let space = ["Ġ", "▁"].into_iter().find(|mark| known.contains_key(mark)).unwrap_or("");
    let marked = format!("{space}{word}");
    let (mut found, mut rest) = (Vec::new(), marked.as_str());
    while let Some(letter) = rest.chars().next() {
        let mark = if rest.len() == marked.len() { "" } else { continues };
        let ends = rest.char_indices().map(|(at, letter)| at + letter.len_utf8()).rev();
        let piece = ends.filter_map(|end| rest.split_at_checked(end)).find_map(|(piece, after)| {
            Some((known.get(format!("{mark}{piece}").as_str())?, after))
        });
        match piece {
            Some((&id, after)) => {
                found.push(id);
                rest = after;
            }
            None => rest = rest.split_at(letter.len_utf8()).1,
        }
    }
    found
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
    fn pieces_of_each_kind_of_vocabulary() {
        let of =
            |known: &[(&'static str, u32)], word| pieces(word, &known.iter().copied().collect());
        let wordpiece = [("[CLS]", 1), ("un", 2), ("##chang", 3), ("##ed", 4), ("##c", 5)];
        assert_eq!(of(&wordpiece, "unchanged"), [2, 3, 4]);
        let bytes = [("<s>", 0), ("Ġ", 1), ("Ġun", 2), ("chang", 3), ("e", 4), ("d", 5)];
        assert_eq!(of(&bytes, "unchanged"), [2, 3, 4, 5]);
        let unigram = [("[CLS]", 0), ("▁", 1), ("un", 2), ("changed", 3)];
        assert_eq!(of(&unigram, "unchanged"), [1, 2, 3]);
        // Letters that no piece begins with.
        assert_eq!(of(&[("b", 7)], "abba"), [7, 7]);
    }

    #[test]
    fn texts_are_framed() {
        let words = serde_json::json!({"model": {"vocab": [["[CLS]", 0], ["[SEP]", 0], ["h", 0]]}});
        let ids = ids(words.to_string().as_bytes(), 3);
        assert_eq!((ids[0][..2].to_vec(), ids[1].last()), (vec![0, 2], Some(&1)));
    }

    #[test]
    fn other_vocabularies_are_sampled() {
        let ids = ids(b"{}", 960);
        assert_eq!((ids.len(), ids[0][..3].to_vec(), ids[1][63]), (2, vec![0, 7, 15], 952));
    }
}
