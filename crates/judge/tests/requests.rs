//! What a judge is asked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read goldens from disk and say when they cannot"
)]

use rrgscore_judge::{
    GreenTokenizer, JudgeMetric, JudgedPair, MessageRole, Request, RequestError, RequestPrompt,
    Studies, Template, TemplateError, prepare,
};
use rrgscore_parity::{Golden, records, shared_records};
use serde_json::{Value, json};

fn pair<'a>(study: &'a str, reference: &'a str, candidate: &'a str) -> JudgedPair<'a> {
    JudgedPair { study, reference, candidate, context: [None; 2] }
}

fn values(goldens: Vec<Golden>) -> impl Iterator<Item = Value> {
    goldens.into_iter().map(|golden| golden.value)
}

#[test]
fn the_same_question_is_asked_once() {
    let template = Template::built_in(JudgeMetric::Green);
    let pairs = [
        pair("a", "Clear lungs.", "Clear."),
        pair("b", "Normal heart.", "Clear."),
        pair("c", " Clear\nlungs.", "Clear."),
    ];
    let prepared = prepare(&template, &pairs, None);
    assert_eq!(prepared.requests.len(), 2);
    let studies: Vec<_> = prepared.studies.requests.values().cloned().collect();
    assert_eq!(studies, [vec!["a", "c"], vec!["b"]]);
    // FineRadScore's official code does not collapse white space.
    assert_eq!(
        prepare(&Template::built_in(JudgeMetric::Fineradscore), &pairs, None).requests.len(),
        3
    );
}

#[test]
fn a_request_is_a_line_of_a_batch_file() {
    let template = Template::parse(JudgeMetric::Green, "R {reference}\nC {candidate}").unwrap();
    let prepared = prepare(&template, &[pair("s", "{candidate} {x}", "two")], Some("m"));
    let line = serde_json::to_value(&prepared.requests[0]).unwrap();
    let id = line["custom_id"].as_str().unwrap();
    assert!(id.starts_with("green-") && id.len() == 38);
    assert_eq!(
        line,
        json!({"custom_id": id, "method": "POST", "url": "/v1/chat/completions", "body": {
            "model": "m", "temperature": 0.0, "seed": 0, "max_tokens": 2048,
            "messages": [{"role": "user", "content": "R {candidate} {x}\nC two"}]}})
    );
    let text = format!("{line}\n\n{line}\n");
    assert_eq!(Request::read_all(&text).unwrap()[1], prepared.requests[0]);
    assert_eq!(prepared.requests[0].metric(), Some(JudgeMetric::Green));
}

#[test]
fn ids_hold_no_study_and_depend_on_all_that_is_asked() {
    let ask = |study, reference, template: &Template| {
        prepare(template, &[pair(study, reference, "c")], None).requests.remove(0).custom_id
    };
    let one = Template::parse(JudgeMetric::Green, "{reference}|{candidate}").unwrap();
    let other = Template::parse(JudgeMetric::Green, "{reference}/{candidate}").unwrap();
    assert_eq!(ask("a", "x", &one), ask("b", "x", &one));
    assert_ne!(ask("a", "x", &one), ask("a", "y", &one));
    assert_ne!(ask("a", "x", &one), ask("a", "x", &other));
    assert_ne!(one.signature(), other.signature());
    assert!(one.signature().starts_with("given:"));
}

#[test]
fn reports_enter_as_officially() {
    let template = Template::parse(JudgeMetric::Green, "<{reference}>{candidate}").unwrap();
    for record in values(records("green_slot.jsonl")) {
        let filled = template.fill(&pair("s", record["report"].as_str().unwrap(), ""));
        assert_eq!(filled[0].content, format!("<{}>", record["slot"].as_str().unwrap()));
    }
    for record in values(shared_records("green_prompt.jsonl")) {
        let text = |name: &str| record[name].as_str().unwrap().to_owned();
        let filled = template.fill(&pair("s", &text("reference"), &text("candidate")));
        let slots = format!("<{}>{}", text("slot_reference"), text("slot_candidate"));
        assert_eq!(filled[0].content, slots);
    }
    let built_in = Template::built_in(JudgeMetric::Fineradscore);
    for record in values(records("fineradscore_lines.jsonl")) {
        let Some(candidate) = record["candidate_after_csv"].as_str() else { continue };
        let last = built_in.fill(&pair("s", " The {reference}. ", candidate)).pop().unwrap();
        let numbered = record["numbered"].as_str().unwrap();
        let official =
            format!("Generated Text: {numbered} \n \n Ground Truth Text:  The {{reference}}. ");
        assert_eq!((last.role, last.content), (MessageRole::User, official));
    }
}

/// The built-in wording keeps the official parts: roles in turn, the six categories to the letter,
/// the four headers in order, four severities, and examples that parse as the answers they show.
#[test]
fn built_in_templates_keep_the_official_form() {
    use rrgscore_metrics::{fineradscore, green};
    let pair = pair("s", "REF.", "CAND.");
    let asked = &Template::built_in(JudgeMetric::Green).fill(&pair)[0].content;
    for category in green::ERROR_CATEGORIES {
        assert!(asked.matches(category).count() >= 3, "{category}");
    }
    let places: Vec<_> = ["REF.", "CAND.", "[Explanation]:"]
        .into_iter()
        .chain(green::GreenPart::ALL.map(green::GreenPart::header))
        .map(|part| asked.find(part).unwrap())
        .collect();
    assert!(places.is_sorted());

    let turns = Template::built_in(JudgeMetric::Fineradscore).fill(&pair);
    let roles: Vec<_> = turns.iter().map(|turn| turn.role).collect();
    let mut expected = vec![MessageRole::System];
    expected.extend([MessageRole::User, MessageRole::Assistant].repeat(5));
    expected.push(MessageRole::User);
    assert_eq!(roles, expected);
    let mut severities = Vec::new();
    for turn in turns.iter().filter(|turn| turn.role == MessageRole::Assistant) {
        let answer = fineradscore::parse(&turn.content).unwrap();
        assert_eq!(answer.unknown_severities(), 0);
        severities.extend(answer.edits.into_iter().filter_map(|edit| edit.severity));
    }
    severities.sort_unstable();
    severities.dedup();
    assert_eq!(severities.len(), 4);
    assert!(turns[10].content.ends_with('}') && turns[10].content.starts_with('{'));
}

#[test]
fn templates_of_the_users_are_checked() {
    let parse = |text| Template::parse(JudgeMetric::Fineradscore, text).map(|_| ());
    assert_eq!(parse("{reference}"), Err(TemplateError::NoSlot("{candidate}")));
    let after = "<<user>>\n{reference} {candidate}\n<<assistant>>\nyes\n";
    assert_eq!(parse(after), Err(TemplateError::LastNotUser));
    let before = "x\n<<user>>\n{reference} {candidate}";
    assert_eq!(parse(before), Err(TemplateError::TextBeforeRole));
    let good = "\n<<system>>\nBe {brief}.\n\n<<user>>\n{reference}\r\n{candidate}\n";
    let template = Template::parse(JudgeMetric::Green, good).unwrap();
    let turns: Vec<_> =
        template.fill(&pair("s", "r", "c")).into_iter().map(|turn| turn.content).collect();
    assert_eq!(turns, ["Be {brief}.\n", "r\r\nc"]);
    // Without roles the text stays as it is, so that the official one can be given to the byte.
    let template = Template::parse(JudgeMetric::Green, " {reference}{candidate}\n\n").unwrap();
    assert_eq!(template.fill(&pair("s", "r", "c"))[0].content, " rc\n\n");
}

#[test]
fn what_is_no_request_is_named_by_its_line() {
    assert_eq!(Request::read_all(" \n"), Err(RequestError::Empty));
    assert_eq!(Request::read_all("\n{}"), Err(RequestError::NotARequest { line: 2 }));
    let template = Template::built_in(JudgeMetric::Green);
    let mut request = prepare(&template, &[pair("s", "r", "c")], None).requests.remove(0);
    request.custom_id = "other-1".to_owned();
    let line = serde_json::to_string(&request).unwrap();
    assert_eq!(Request::read_all(&line), Err(RequestError::UnknownMetric { line: 1 }));
}

#[test]
fn the_file_of_studies_reads_back() {
    let template = Template::built_in(JudgeMetric::Green);
    let studies = prepare(&template, &[pair("s", "r", "c")], None).studies;
    let json = serde_json::to_string(&studies).unwrap();
    assert_eq!(serde_json::from_str::<Studies>(&json).unwrap(), studies);
    assert_eq!(studies.template, template.signature());
}

/// CRIMSON's official code has a part of the prompt about the patient where something is known,
/// with a line for each thing that is, and none where nothing is.
#[test]
fn crimsons_judge_is_told_of_the_patient_where_something_is_known() {
    let text = "<<system>>\nBe brief.\n<<user>>\n{reference}|{candidate}\n<<with context>>\n\
                <<user>>\nPatient:\n  age: {age}\n  indication: {indication}\n\n\
                {reference}|{candidate}{{}}";
    let template = Template::parse(JudgeMetric::Crimson, text).unwrap();
    let asked = |age, indication| {
        let pair = JudgedPair { context: [age, indication], ..pair("s", "r {age}", "c") };
        template.fill(&pair).pop().unwrap().content
    };
    assert_eq!(asked(None, None), "r {age}|c");
    assert_eq!(
        asked(Some("71"), Some("Pain {age}.")),
        "Patient:\n  age: 71\n  indication: Pain {age}.\n\nr {age}|c{{}}"
    );
    assert_eq!(asked(Some("71"), None), "Patient:\n  age: 71\n\nr {age}|c{{}}");
    assert_eq!(asked(None, Some("Pain")), "Patient:\n  indication: Pain\n\nr {age}|c{{}}");

    // The same reports of two patients are two questions.
    let of = |study, age| JudgedPair { context: [age, None], ..pair(study, "r", "c") };
    let pairs = [of("a", Some("5")), of("b", Some("71")), of("c", None), of("d", Some("5"))];
    let prepared = prepare(&template, &pairs, None);
    let waiting: Vec<_> = prepared.studies.requests.values().cloned().collect();
    assert_eq!(waiting, [vec!["a", "d"], vec!["b"], vec!["c"]]);
    assert_eq!(prepared.told, [3, 0]);
    // Other judges are not told.
    let green = Template::built_in(JudgeMetric::Green);
    let prepared = prepare(&green, &pairs, None);
    assert_eq!((prepared.requests.len(), prepared.told), (1, [0, 0]));

    let built_in = Template::built_in(JudgeMetric::Crimson);
    let told = built_in.fill(&pairs[0]).pop().unwrap().content;
    let plain = built_in.fill(&pairs[2]).pop().unwrap().content;
    assert!(told.contains("\n  age: 5\n\nHow") && !told.contains("indication: "));
    assert!(!plain.contains("age: ") && !plain.contains("<<"));
    assert!(plain.ends_with("empty lists.") && told.ends_with("empty lists."));
}

#[test]
fn a_template_that_tells_of_the_patient_is_checked() {
    let parse = |metric, text: &str| Template::parse(metric, text).map(|_| ());
    let (plain, line) = ("{reference}{candidate}", "\n<<with context>>\n");
    let told = format!("{plain}{line}{plain}{{age}}");
    assert_eq!(parse(JudgeMetric::Crimson, &told), Ok(()));
    assert_eq!(parse(JudgeMetric::Green, &told), Err(TemplateError::ContextIsCrimsons));
    let above = format!("{plain}{{age}}");
    assert_eq!(parse(JudgeMetric::Crimson, &above), Err(TemplateError::NoContextThere));
    for lacking in [format!("{plain}{line}{plain}"), format!("{plain}{line}{{age}}{{reference}}")] {
        let refused = parse(JudgeMetric::Crimson, &lacking);
        assert!(matches!(refused, Err(TemplateError::NoSlot(_))), "{refused:?}");
    }
    // What stands above the line is to the byte what it is without it.
    let template =
        Template::parse(JudgeMetric::Crimson, &format!("{plain}\n{line}{told}x")).unwrap();
    assert_eq!(template.fill(&pair("s", "r", "c"))[0].content, "rc\n");
}

fn raw(template: &Template, pair: &JudgedPair<'_>) -> String {
    match template.ask(pair) {
        RequestPrompt::Raw { prompt } => prompt,
        RequestPrompt::Chat { .. } => panic!("it is a conversation"),
    }
}

/// The order of headers and ends of sequence is that of the official code; that prompts of its own
/// wording have its hashes is held by a test of the decoder.
#[test]
fn a_raw_prompt_is_what_greens_official_code_sends() {
    let template = Template::parse(JudgeMetric::Green, "R {reference}\nC {candidate}\n").unwrap();
    let pair = pair("s", "One.", "Two.");
    let llama = template.clone().raw(GreenTokenizer::Llama).unwrap();
    assert_eq!(
        raw(&llama, &pair),
        "<|user|>\nR One.\nC Two.\n</s>\n<|assistant|>\n</s>\n<|assistant|>\n</s>"
    );
    let phi = template.clone().raw(GreenTokenizer::Phi).unwrap();
    assert_eq!(
        raw(&phi, &pair),
        "<|user|>\nR One.\nC Two.\n<|endoftext|>\n<|assistant|>\n<|endoftext|>\n<|assistant|>\n"
    );
    let request = prepare(&llama, &[pair], None).requests.remove(0);
    let line = serde_json::to_value(&request).unwrap();
    assert_eq!(line["url"], "/v1/completions");
    assert_eq!(line["body"]["prompt"], raw(&llama, &pair));
    assert!(line["body"].get("messages").is_none());
    assert_eq!(Request::read_all(&line.to_string()).unwrap()[0], request);
    // Another form is another question, and another signature.
    for other in [&template, &phi] {
        assert_ne!(prepare(other, &[pair], None).requests[0].custom_id, request.custom_id);
        assert_ne!(other.signature(), llama.signature());
    }
    assert!(llama.signature().ends_with(":raw-llama"));
    assert_eq!(
        Template::built_in(JudgeMetric::Crimson).raw(GreenTokenizer::Phi),
        Err(TemplateError::RawIsGreens)
    );
    let turns = Template::parse(
        JudgeMetric::Green,
        "<<system>>\nJudge.\n<<user>>\n{reference} {candidate}",
    );
    assert_eq!(turns.unwrap().raw(GreenTokenizer::Llama), Err(TemplateError::RawOfTurns));
}

/// A server that is given docs/green-chat-template.jinja makes the same text of the conversation.
#[test]
fn the_chat_template_writes_the_same_text() {
    let source = include_str!("../../../docs/green-chat-template.jinja");
    let mut jinja = minijinja::Environment::new();
    jinja.add_template("green", source).unwrap();
    let template = Template::parse(JudgeMetric::Green, "{reference}\n|{candidate}\n").unwrap();
    let pair = pair("s", "One <b>& \"two\".", "Three.\u{a0}Four.");
    for tokenizer in GreenTokenizer::ALL {
        let RequestPrompt::Chat { messages } = template.ask(&pair) else { panic!("it is raw") };
        let context = json!({
            "messages": messages, "eos_token": tokenizer.end_of_sequence(),
            "bos_token": "<s>", "add_generation_prompt": true,
        });
        let written = jinja.get_template("green").unwrap().render(context).unwrap();
        assert_eq!(written, raw(&template.clone().raw(tokenizer).unwrap(), &pair));
    }
}
