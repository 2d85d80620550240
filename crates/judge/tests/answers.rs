//! What a judge has answered.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read goldens from disk")]

use rrgscore_judge::{
    AnswerFileError, AnswerLine, AnswerNote, AnswerReading, Answers, Conversation, JudgeMetric,
    JudgeResults, JudgedPair, Template, prepare,
};
use rrgscore_metrics::fineradscore::{AnswerError, CorrectionSeverity};
use rrgscore_metrics::green::GreenPart;
use serde_json::{Value, json};

const GREEN: &str = "[Explanation]:\nA finding is missing.\n\n[Clinically Significant Errors]:\n\
    (b) Missing a finding present in the reference: 1. nodule\n\n\
    [Clinically Insignificant Errors]:\nNone\n\n[Matched Findings]:\n3. a; b; c";

fn edit(severity: &str) -> Value {
    json!({"corrections": "x", "clinical severity": severity, "comments": "y",
           "error category": ["Omission of finding"]})
}

fn golden(name: &str) -> Vec<Value> {
    let path = format!("{}/../../tests/goldens/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The calls and the answer that is kept, for the official driver's scripted answers.
#[test]
fn the_judge_is_asked_as_often_as_officially() {
    for (i, record) in golden("fineradscore_parse.jsonl").iter().enumerate() {
        let mut script = record["llm_responses"].as_array().unwrap().iter();
        let mut conversation = Conversation::new(JudgeMetric::Fineradscore);
        while conversation.is_open() {
            // Where the script ends, the official driver had its answer.
            conversation.answer(script.next().unwrap().as_str().unwrap().to_owned());
        }
        assert_eq!(json!(conversation.responses().len()), record["calls"], "record {}", i + 1);
    }
    let mut green = Conversation::new(JudgeMetric::Green);
    green.answer("nothing of use".to_owned());
    assert!(!green.is_open());
}

#[test]
fn a_judge_that_repeats_itself_is_noticed() {
    let mut conversation = Conversation::new(JudgeMetric::Fineradscore);
    for (text, repeats) in [("bad", false), ("worse", false), ("worse", true)] {
        conversation.answer(text.to_owned());
        assert!(conversation.is_open());
        assert_eq!(conversation.repeats(), repeats);
    }
}

#[test]
fn all_forms_of_files_are_read() {
    let batch = |content: &str, reason: &str| {
        json!({"status_code": 200, "body": {"model": "m-2", "choices": [
            {"message": {"role": "assistant", "content": content}, "finish_reason": reason}]}})
    };
    let template = Template::built_in(JudgeMetric::Green);
    let pairs = [
        JudgedPair { study: "s1", reference: "a", candidate: "b", context: [None; 2] },
        JudgedPair { study: "s2", reference: "a", candidate: "b", context: [None; 2] },
        JudgedPair { study: "s3", reference: "a", candidate: "c", context: [None; 2] },
    ];
    let prepared = prepare(&template, &pairs, None);
    let ids: Vec<_> = prepared.requests.iter().map(|request| &request.custom_id).collect();
    let ours = AnswerLine {
        custom_id: "green-0".into(),
        studies: Some(vec!["s4".into()]),
        responses: vec!["one".into(), "two".into()],
        cut_off: true,
        model: Some("m-1".into()),
        template: Some("given:0".into()),
    };
    let text = [
        json!({"id": "s0", "response": "plain"}),
        json!({"id": 17, "response": "a number for an id"}),
        json!({"id": "batch_req_1", "custom_id": ids[0], "response": batch("x", "stop"), "error": null}),
        json!({"custom_id": ids[1], "response": batch("y", "length")}),
        json!({"custom_id": ids[1], "response": null, "error": {"code": "expired"}}),
        serde_json::to_value(ours).unwrap(),
    ]
    .map(|line| line.to_string())
    .join("\n\n");
    let answers = Answers::read(&text, Some(&prepared.studies)).unwrap();
    let read: Vec<_> = answers
        .iter()
        .map(|(study, answer)| (study, answer.responses.last().unwrap().as_str(), answer.cut_off))
        .collect();
    assert_eq!(
        read,
        [
            ("s0", "plain", false),
            ("17", "a number for an id", false),
            ("s1", "x", false),
            ("s2", "x", false),
            ("s3", "y", true),
            ("s4", "two", true),
        ]
    );
    assert_eq!(answers.failed(), 1);
    assert_eq!(answers.models().collect::<Vec<_>>(), ["m-1", "m-2"]);
    let template = template.signature();
    assert_eq!(answers.templates().collect::<Vec<_>>(), [template.as_str()]);
    let alone = Answers::read(text.lines().last().unwrap(), None).unwrap();
    assert_eq!(alone.templates().collect::<Vec<_>>(), ["given:0"]);
}

#[test]
fn bad_lines_are_named() {
    let read = |text: &str| Answers::read(text, None).unwrap_err();
    assert_eq!(read("\nx"), AnswerFileError::NotJson { line: 2 });
    assert_eq!(read("[]"), AnswerFileError::NotJson { line: 1 });
    assert_eq!(read(r#"{"response": "x"}"#), AnswerFileError::NoId { line: 1 });
    assert_eq!(read(r#"{"id": "a"}"#), AnswerFileError::NoResponse { line: 1 });
    assert_eq!(read(r#"{"id": "a", "response": 3}"#), AnswerFileError::NoResponse { line: 1 });
    assert_eq!(read(r#"{"id": "a", "response": {}}"#), AnswerFileError::NoResponse { line: 1 });
    let request = r#"{"custom_id": "green-1", "response": "x"}"#;
    assert_eq!(read(request), AnswerFileError::NoStudies { line: 1 });
    let twice = "{\"id\": \"a\", \"response\": \"x\"}\n{\"id\": \"a\", \"response\": \"y\"}";
    assert_eq!(read(twice), AnswerFileError::Twice { line: 2, first: 1, study: "a".into() });
    let same = "{\"id\": \"a\", \"response\": \"x\"}\n{\"id\": \"a\", \"response\": \"x\"}";
    assert!(Answers::read(same, None).is_ok());
}

fn read(answers: &[(&str, &str)]) -> Answers {
    let line = |(id, text): &(&str, &str)| json!({"id": id, "response": text}).to_string();
    Answers::read(&answers.iter().map(line).collect::<Vec<_>>().join("\n"), None).unwrap()
}

#[test]
fn green_says_what_it_could_not_read() {
    let merged = GREEN.replace("\n\n", "\n");
    let answers =
        read(&[("good", GREEN), ("prose", "They agree."), ("merged", &merged), ("e", "")]);
    let results = JudgeResults::green(
        ["good", "prose", "merged", "absent"],
        &answers,
        AnswerReading::Official,
    );
    let good = &results.by_study["good"];
    assert_eq!(good.green.score, 0.75);
    assert_eq!(good.notes, []);
    assert_eq!(good.explanation.as_deref(), Some("A finding is missing."));
    assert_eq!(good.significant_errors[1], [" nodule"]);
    let prose = &results.by_study["prose"];
    assert_eq!(prose.green.score, 0.0);
    let missing = rrgscore_metrics::green::GreenNote::MissingPart(GreenPart::MatchedFindings);
    assert!(prose.notes.contains(&AnswerNote::Green(missing)));
    assert_eq!(results.unanswered, ["absent"]);
    assert_eq!((results.unknown, results.noted), (1, 2));
    assert_eq!((results.by_note["missing-part"], results.by_note["merged-parts"]), (1, 1));
    for note in &prose.notes {
        assert!(!note.to_string().contains("agree"));
    }
}

#[test]
fn fineradscore_says_what_it_could_not_read() {
    let worst = json!({"0": edit("Urgent error"), "None": edit("not actionable")}).to_string();
    let odd = json!({"0": edit("Severe"), "1": edit("Urgent error")}).to_string();
    let unknown = json!({"0": edit("Severe")}).to_string();
    let fenced = format!("```json\n{worst}\n```");
    let answers = read(&[("w", &worst), ("o", &odd), ("u", &unknown), ("f", &fenced), ("n", "{}")]);
    let results = JudgeResults::fineradscore(["w", "o", "u", "f", "n"], &answers);
    let of = |study: &str| &results.by_study[study];
    assert_eq!((of("w").worst, &of("w").notes), (Some(CorrectionSeverity::Urgent), &vec![]));
    let odd = AnswerNote::UnknownSeverity { edits: 1 };
    assert_eq!((of("o").worst, &of("o").notes), (Some(CorrectionSeverity::Urgent), &vec![odd]));
    assert_eq!((of("u").worst, &of("u").notes), (None, &vec![odd, AnswerNote::NoKnownSeverity]));
    assert_eq!(of("f").notes, [AnswerNote::Refused(AnswerError::NotJson)]);
    assert!(of("f").edits.is_none() && of("n").is_without_edits() && of("n").notes.is_empty());
    assert_eq!(results.noted, 3);
    assert_eq!(results.by_note["unknown-severity"], 2);
}

const CRIMSON: &str = r#"{"reference_findings": [{"id": "R1", "finding": "left effusion",
    "clinical_significance": "urgent"}], "predicted_findings": [], "matched_findings": [],
    "errors": {"false_findings": [], "missing_findings": ["R1"], "attribute_errors": []}}"#;

/// crimson-score takes JSON alone and is content without parts, RadEval wants all four and finds
/// them in a fence.
#[test]
fn crimson_is_read_by_either_package() {
    let fenced = format!("Here:\n```json\n{CRIMSON}\n```");
    let answers =
        read(&[("plain", CRIMSON), ("fenced", &fenced), ("empty", "{}"), ("no", "SECRET")]);
    let studies = ["plain", "fenced", "empty", "no"];
    let scores = |reading| {
        let results = JudgeResults::crimson(studies, &answers, reading);
        let of = |study: &str| results.by_study[study].crimson.as_ref().map(|found| found.score);
        (studies.map(of), results.by_note)
    };
    let (official, notes) = scores(AnswerReading::Official);
    assert_eq!(official, [Some(0.0), None, Some(1.0), None]);
    assert_eq!(notes["not-json"], 2);
    let (radeval, notes) = scores(AnswerReading::Radeval);
    assert_eq!(radeval, [Some(0.0), Some(0.0), None, None]);
    assert_eq!((notes["missing-part"], notes["not-json"]), (1, 1));
    for result in
        JudgeResults::crimson(studies, &answers, AnswerReading::Official).by_study.values()
    {
        assert!(result.notes.iter().all(|note| !note.to_string().contains("SECRET")));
    }
}

#[test]
fn crimson_is_asked_three_times_at_most() {
    let mut conversation = Conversation::new(JudgeMetric::Crimson);
    for calls in 1..=3 {
        assert!(conversation.is_open());
        conversation.answer("no JSON".to_owned());
        assert_eq!(conversation.responses().len(), calls);
    }
    assert!(!conversation.is_open());
    let mut conversation = Conversation::new(JudgeMetric::Crimson);
    conversation.answer(CRIMSON.to_owned());
    assert!(!conversation.is_open());
}

/// The official driver stores the answer to its sixth call whatever its keys are; an answer to an
/// earlier one is not the last.
#[test]
fn the_sixth_answer_is_kept_though_its_keys_are_malformed() {
    let of = |answer: &Value, calls: usize| {
        let responses = vec![answer.to_string(); calls];
        let line = json!({"custom_id": "fineradscore-1", "studies": ["s"], "responses": responses});
        let answers = Answers::read(&line.to_string(), None).unwrap();
        JudgeResults::fineradscore(["s"], &answers).by_study["s"].clone()
    };
    let keys = json!({"line 1": edit("Urgent error"), "2": edit("Not actionable")});
    let fields = json!({"1": {"clinical severity": "Emergent error"}});
    for (answer, worst, error) in [
        (&keys, CorrectionSeverity::Urgent, AnswerError::BadLine { edit: 2 }),
        (&fields, CorrectionSeverity::Emergent, AnswerError::MissingField { edit: 1 }),
    ] {
        let kept = of(answer, 6);
        assert_eq!(kept.worst, Some(worst));
        assert!(kept.notes.contains(&AnswerNote::KeptMalformed(error)));
        assert!(!kept.notes.iter().any(AnswerNote::takes_the_score));
        let refused = of(answer, 5);
        assert_eq!((refused.worst, refused.edits), (None, None));
        assert!(refused.notes.contains(&AnswerNote::Refused(error)));
    }
    // What is no object of edits has none to keep.
    assert_eq!(
        of(&json!(["x"]), 6).notes.last(),
        Some(&AnswerNote::Refused(AnswerError::BadLine { edit: 1 }))
    );
}

/// The columns are those of green-score's table of results and of FineRadScore's driver; neither
/// names a study.
#[test]
fn tables_of_the_official_programs_are_read() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let green = format!(
        "reference,predictions,green_analysis,green_score,Matched Findings\n\
         Clear.  Normal heart.,Clear.,{},0.75,3\n\
         Other.,Clear.,,,\n",
        quoted(GREEN)
    );
    let pair = |study, reference, candidate| JudgedPair {
        study,
        reference,
        candidate,
        context: [None; 2],
    };
    let answers = Answers::read(&green, None).unwrap();
    assert_eq!(answers.metrics().collect::<Vec<_>>(), [JudgeMetric::Green]);
    assert_eq!((answers.failed(), answers.is_table()), (1, true));
    let answers = answers.for_pairs([
        pair("a", "Clear. Normal\nheart.", "Clear."),
        pair("b", "Clear.", "Clear. Normal heart."),
        pair("c", "Clear. Normal heart.", "Clear."),
    ]);
    let answers = answers.unwrap();
    let read = JudgeResults::green(["a", "b", "c"], &answers, AnswerReading::Official);
    assert_eq!(read.by_study["a"].green.score, 0.75);
    assert_eq!(read.by_study["c"], read.by_study["a"]);
    assert_eq!((read.unanswered, read.unknown), (vec!["b".to_owned()], 0));

    // What the driver keeps after its last call counts, malformed keys and all.
    let malformed = json!({"line 0": edit("Urgent error")}).to_string();
    let fine = format!(
        "gt_report,pred_report,claude3_raw_response\nR.,C.,{}\nR.,D.,{}\nX.,Y.,{{}}\n",
        quoted(&malformed),
        quoted("{\"Failed\": null}")
    );
    let answers = Answers::read(&fine, None).unwrap();
    let answers = answers.for_pairs([pair("a", "R.", "C."), pair("b", "R.", "D.")]).unwrap();
    let read = JudgeResults::fineradscore(["a", "b"], &answers);
    assert_eq!(read.by_study["a"].worst, Some(CorrectionSeverity::Urgent));
    assert_eq!(read.by_study["b"].worst, None);
    assert_eq!((read.unanswered.len(), read.unknown), (0, 1));

    let own = format!("study_id,response\n a ,{}\n7,none\n", quoted(GREEN));
    let answers = Answers::read(&own, None).unwrap();
    assert_eq!(answers.get("a").unwrap().responses, [GREEN]);
    assert_eq!(answers.get("7").unwrap().responses, ["none"]);
}

#[test]
fn a_table_that_contradicts_itself_is_refused() {
    let error = |text: &str| Answers::read(text, None).unwrap_err();
    assert_eq!(error("green_analysis,reference\nx,y\n"), AnswerFileError::NoStudyColumn);
    assert_eq!(
        error("study_id,response\na,x\na,y\n"),
        AnswerFileError::Twice { line: 3, first: 2, study: "a".to_owned() }
    );
    assert_eq!(
        error("reference,predictions,green_analysis\nR,C,x\n R ,C,y\n"),
        AnswerFileError::ReportsTwice { line: 3, first: 2 }
    );
    assert_eq!(error("study_id,response\na,x,z\n"), AnswerFileError::BadTable { line: 2 });
    // A counter from 0 beside studies that are numbered from 1 would shift every answer.
    let shifted = "id,reference,predictions,green_analysis\n0,R.,C.,x\n1,S.,D.,y\n";
    let pair = |study, reference, candidate| JudgedPair {
        study,
        reference,
        candidate,
        context: [None; 2],
    };
    let studies = [pair("1", "R.", "C."), pair("2", "S.", "D.")];
    let found = Answers::read(shifted, None).unwrap().for_pairs(studies);
    let study = "1".to_owned();
    assert_eq!(found, Err(AnswerFileError::OtherReports { line: 3, study }));
    // Lines of JSON are never a table, whatever stands between their commas.
    let line = json!({"id": "a", "response": "x", "list": ["response", "id"]}).to_string();
    let lines = Answers::read(&line, None).unwrap();
    assert_eq!(
        (lines.is_table(), lines.get("a").unwrap().responses.clone()),
        (false, vec!["x".to_owned()])
    );
    // Without a column of answers it is no table.
    assert_eq!(error("study_id,text\na,x\n"), AnswerFileError::NotJson { line: 1 });
}
