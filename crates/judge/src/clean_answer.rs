//! A step that takes out of a judge's answer what some models put around it. The official code has no
//! such step: it is done where the user asks for it, and what is read after it says so.

/// The step's name in signatures. Another rule needs another name.
pub const ANSWER_CLEANING: &str = "rrgscore-answers-1";

/// What is left of an answer
/// - behind its last `</think>` or `</thinking>` (a model that thinks aloud may not say where it
///   begins), and of a thought that does not end, before it;
/// - inside its first complete code fence, if it has one: the lines between one that begins with
///   three backticks and the next that does.
///
/// White space around it is taken away. An answer with none of these is the same but for that.
pub fn clean_answer(answer: &str) -> &str {
    let mut left = answer;
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        if let Some(end) = left.rfind(close) {
            left = &left[end + close.len()..];
        }
        if let Some(begin) = left.find(open) {
            left = &left[..begin];
        }
    }
    fenced(left).unwrap_or(left).trim()
}

/// The lines between the first two that begin with a fence.
fn fenced(text: &str) -> Option<&str> {
    let mut begin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```");
        match begin {
            None if is_fence => begin = Some(at + line.len()),
            Some(begin) if is_fence => return text.get(begin..at),
            _ => {}
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::clean_answer;

    #[test]
    fn thoughts_and_fences_go_and_nothing_else() {
        for (answer, left) in [
            ("<think>\n[Matched Findings]: 9.\n</think>\n\n[Explanation]: x", "[Explanation]: x"),
            ("so… </think> {\"a\": 1}", "{\"a\": 1}"),
            ("{\"a\": 1}\n<think>cut off", "{\"a\": 1}"),
            ("Here it is:\n```json\n{\"a\": 1}\n```\nDone.", "{\"a\": 1}"),
            ("<thinking>```\nno\n```</thinking>  ```\n yes\n  ```", "yes"),
            ("``` open", "``` open"),
            ("a `b` c ``` d", "a `b` c ``` d"),
            ("", ""),
        ] {
            assert_eq!(clean_answer(answer), left, "{answer}");
        }
        for same in ["[Explanation]:\nx\n[Matched Findings]:\n2. a", "{\"x\": \"`\"}"] {
            assert_eq!(clean_answer(same), same);
        }
    }
}
