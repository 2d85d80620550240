//! What the official code makes of a prompt before its model sees it.

const USER: &str = "<|user|>";

/// The header of the judge's turns; an answer is what follows the last one.
pub const ASSISTANT: &str = "<|assistant|>";

/// The conversation that the official code sends to its model for a prompt; `eos` is the tokenizer's
/// end-of-sequence token as text, `</s>` for Llama's and `<|endoftext|>` for Phi's.
///
/// The user's turn, an empty turn of the judge's, and the header of another one: the official code
/// renders its empty answer, too.
///
/// Source: green-score 0.0.12, `green.py` (`tokenize_batch_as_chat`) and the chat template in
/// `utils.py`.
#[must_use]
pub fn conversation(prompt: &str, eos: &str) -> String {
    format!("{USER}\n{prompt}{eos}\n{ASSISTANT}\n{eos}\n{ASSISTANT}\n")
}
