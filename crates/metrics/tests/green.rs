//! GREEN's parser against the green-score package 0.0.12.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::green::{
    GreenNote, GreenPart, GreenReader, clean, explanation, parse, parse_by, prompt_slot,
    significant_sentences,
};
use rrgscore_parity::{Tally, number, numbers, records, shared_records};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn equals_the_official_parser() {
    let mut tally = Tally::within("GREEN", "counts and score", "green_parse.jsonl", 1e-12);
    for golden in records("green_parse.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let cleaned = clean(record["raw"].as_str().unwrap());
        tally.same(&json!(cleaned), &record["cleaned"]);
        let ours = parse(&cleaned);
        tally.close(ours.score, number(&record["green"]));
        if record["kind"] == "well_formed" {
            tally.same(&ours.notes, &Vec::new());
        }
        tally.same(ours.matched as f64, number(&record["matched"]));
        for (counts, field) in
            [(ours.significant, "significant"), (ours.insignificant, "insignificant")]
        {
            let official = numbers(&record[field]["by_sub"]);
            tally.same(counts.map(|count| count as f64).to_vec(), official);
        }
        let official = record["significant_sentences"].as_object().unwrap();
        // Numbered answers are officially filed under extra keys; the first six are the letters.
        let numbered = |i: usize| official.get(&format!("({}) ", i + 1));
        for (i, (ours, named)) in
            significant_sentences(&cleaned).iter().zip(official.values()).enumerate()
        {
            tally.same(&json!(ours), numbered(i).unwrap_or(named));
        }
    }
    tally.finish();
}

/// RadEval's parser; where a record has Stanford's beside it, that one too.
#[test]
fn equals_radevals_parser() {
    let file = "green_parse_radeval.jsonl";
    let mut tally = Tally::within("GREEN", "RadEval's counts and score", file, 1e-12);
    for golden in records(file) {
        tally.at(&golden);
        let cleaned = clean(golden.value["raw"].as_str().unwrap());
        for (reader, field) in
            [(GreenReader::Radeval, "radeval"), (GreenReader::Stanford, "stanford")]
        {
            let Some(official) = golden.value.get(field) else { continue };
            let ours = parse_by(reader, &cleaned);
            tally.close(ours.score, number(&official["green"]));
            tally.same(ours.matched as f64, number(&official["matched"]));
            for (counts, field) in
                [(ours.significant, "significant"), (ours.insignificant, "insignificant")]
            {
                let official = numbers(&official[field]["by_sub"]);
                tally.same(counts.map(|count| count as f64).to_vec(), official);
            }
        }
    }
    tally.finish();
}

#[test]
fn reports_enter_the_prompt_as_officially() {
    let mut slots = Tally::identical("GREEN", "slots of the prompt", "green_slot.jsonl");
    for golden in records("green_slot.jsonl") {
        slots.at(&golden);
        let ours = prompt_slot(golden.value["report"].as_str().unwrap());
        slots.same(&json!(ours), &golden.value["slot"]);
    }
    slots.finish();
    let mut prompts = Tally::identical("GREEN", "slots of the prompt", "green_prompt.jsonl");
    for golden in shared_records("green_prompt.jsonl") {
        prompts.at(&golden);
        for side in ["reference", "candidate"] {
            let ours = prompt_slot(golden.value[side].as_str().unwrap());
            let official = &golden.value[format!("slot_{side}")];
            prompts.same(&json!(ours), official);
        }
    }
    prompts.finish();
}

/// An answer in the asked-for form.
fn answer(significant: [u64; 6], insignificant: [u64; 6], matched: u64) -> String {
    let lines = |counts: [u64; 6]| -> String {
        let line = |(letter, count): (char, u64)| format!("({letter}) Some error: {count}. x; y\n");
        ('a'..='f').zip(counts).map(line).collect()
    };
    format!(
        "[Explanation]:\nDifferent.\n\n[Clinically Significant Errors]:\n{}\n\
         [Clinically Insignificant Errors]:\n{}\n[Matched Findings]:\n{matched}. a; b",
        lines(significant),
        lines(insignificant)
    )
}

fn notes(text: &str) -> Vec<GreenNote> {
    parse(&clean(text)).notes
}

#[test]
fn a_well_formed_answer_has_no_notes() {
    let text = answer([1, 0, 2, 0, 0, 0], [0; 6], 3);
    assert_eq!(notes(&text), []);
    assert_eq!(explanation(&clean(&text)), Some("Different."));
    let none = "[Clinically Significant Errors]:\nNo errors.\n\n\
                [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n2. a; b";
    assert_eq!(notes(none), []);
}

#[test]
fn what_was_misread_is_named() {
    use GreenPart::{InsignificantErrors, MatchedFindings, SignificantErrors};
    let good = answer([1, 0, 0, 0, 0, 0], [0; 6], 3);
    let cases = [
        (String::new(), GreenNote::MissingPart(MatchedFindings)),
        ("[Matched Findings]:\n".to_owned(), GreenNote::EmptyPart(MatchedFindings)),
        (good.replace("3. a; b", "3 findings"), GreenNote::NoMatchedCount),
        (good.replace("3. a; b", "1.5 cm nodule"), GreenNote::CountIsDecimal(MatchedFindings)),
        (good.replace("3. a; b", "Normal heart; 3."), GreenNote::TakenForNothing(MatchedFindings)),
        (good.replace("3. a; b", "No. 3"), GreenNote::TakenForNothing(MatchedFindings)),
        (good.replace("\n\n", "\n"), GreenNote::MergedParts(SignificantErrors)),
        (good.replace(": 1.", ": one."), GreenNote::NoErrorCount(SignificantErrors, 0)),
        (good.replace("(b)", "(a)"), GreenNote::RepeatedCategory(InsignificantErrors, 0)),
        (good.replace("y\n(c)", "y; (c)"), GreenNote::SharedLine(SignificantErrors, 1)),
        (good.replace("(", "- "), GreenNote::NoErrorLines(SignificantErrors)),
        (good.replace(": 1. x", ": 1.2 cm"), GreenNote::CountIsDecimal(SignificantErrors)),
        (good.replacen("\n(b)", "\n\n(b)", 1), GreenNote::LinesBehindBlankLine(SignificantErrors)),
    ];
    for (text, note) in cases {
        assert!(notes(&text).contains(&note), "{note:?} not in {:?}", notes(&text));
    }
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn counts_are_read_back(
        significant in prop::array::uniform6(0u64..30),
        insignificant in prop::array::uniform6(0u64..30),
        matched in 0u64..30,
    ) {
        let ours = parse(&clean(&answer(significant, insignificant, matched)));
        prop_assert_eq!(ours.significant, significant);
        prop_assert_eq!(ours.insignificant, insignificant);
        prop_assert_eq!(ours.matched, matched);
        prop_assert_eq!(ours.notes, []);
        let all = matched + significant.iter().sum::<u64>();
        let score = if matched == 0 { 0.0 } else { matched as f64 / all as f64 };
        prop_assert_eq!(ours.score, score);
    }

    #[test]
    fn any_text_gets_a_score_in_bounds(text in "(\\[Matched Findings\\]:|\\[Clinically Significant Errors\\]:|\\([a-g1-7]\\) |: |[0-9٣]{1,25}\\.|No|\n|\\PC|\\s){0,40}") {
        let ours = parse(&clean(&text));
        prop_assert!((0.0..=1.0).contains(&ours.score));
        significant_sentences(&text);
        explanation(&text);
    }
}
