//! Conversations with a model: what it answered last.

use serde_json::Value;

/// Who writes the reports in a conversation.
const MODELS: [&str; 6] = ["assistant", "gpt", "model", "bot", "chatbot", "ai"];

/// The model's last message among some messages; `None` if they are none, and an empty answer if
/// the model's last message has no text.
pub(super) fn last_answer(messages: &[Value]) -> Option<Option<String>> {
    if !messages.iter().all(|message| speaker(message).is_some()) {
        return None;
    }
    let last = messages.iter().rev().find(|message| is_model(message))?;
    Some(content(last))
}

/// What a model answered in an object: a message of its own, or an API's completion.
pub(super) fn answer(object: &Value) -> Option<Option<String>> {
    if is_model(object) {
        return Some(content(object));
    }
    if let Some(choice) = object.get("choices").and_then(|choices| choices.get(0)) {
        return answer(choice.get("message")?);
    }
    answer(object.get("body").or_else(|| object.get("message"))?)
}

fn speaker(message: &Value) -> Option<&str> {
    message.get("role").or_else(|| message.get("from"))?.as_str()
}

fn is_model(message: &Value) -> bool {
    speaker(message).is_some_and(|name| MODELS.iter().any(|model| name.eq_ignore_ascii_case(model)))
}

/// The text of a message: one text, or the texts of its parts.
fn content(message: &Value) -> Option<String> {
    match message.get("content").or_else(|| message.get("value"))? {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> =
                parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            (!texts.is_empty()).then(|| texts.concat())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_message_of_the_model_counts() {
        let messages = |value: Value| last_answer(value.as_array().unwrap());
        let user = json!({"role": "user", "content": "Write"});
        let first = json!({"role": "assistant", "content": "Which?"});
        let last = json!({"role": "assistant", "content": [{"type": "text", "text": "Clear."}]});
        assert_eq!(messages(json!([user, first, user, last])), Some(Some("Clear.".to_owned())));
        let thanks = json!([user, first, user]);
        assert_eq!(messages(thanks), Some(Some("Which?".to_owned())));
        let llava =
            json!([{"from": "human", "value": "Write"}, {"from": "gpt", "value": "Clear."}]);
        assert_eq!(messages(llava), Some(Some("Clear.".to_owned())));
        assert_eq!(messages(json!([user])), None);
        assert_eq!(messages(json!([{"prediction": "Clear."}])), None);
        let completion = json!({"body": {"choices": [{"message": first}]}});
        assert_eq!(answer(&completion), Some(Some("Which?".to_owned())));
        assert_eq!(answer(&json!({"text": "Clear."})), None);
    }
}
