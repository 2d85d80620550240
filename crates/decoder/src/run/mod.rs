//! Greedy decoding of many studies: passes out, likeliest tokens in.

mod draft;
mod pass;
mod prefix;
mod schedule;

pub use pass::{Candidate, Pass, PassRows, SequenceCommand, SequenceId, Span};
pub use schedule::{DecodeSettings, DecodedAnswer, Decoding, DecodingProgress, Question, Stop};
