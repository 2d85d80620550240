//! Input formats, splits, alignment of predictions with references, and the input doctor.
//!
//! ```text
//! bytes ──read──▶ Dataset ─┐
//!                          ├─align──▶ Alignment { pairs, counts, findings, split }
//! bytes ──read──▶ Dataset ─┘
//! ```
//!
//! [`read()`] takes any accepted file from an [`std::io::Read`] and guesses what it is from
//! its content; [`align`] brings predictions and references together under a [`Task`] and a
//! [`MissingPolicy`]; [`check`] is the doctor alone. All types can be serialized, because they
//! cross the border between a page and its workers.
//!
//! Report text is private: no error and no finding of this crate holds any of it.

mod align;
mod alignment;
mod doctor;
mod error;
mod finding;
mod follow;
mod hint;
mod ids;
mod join;
mod missing;
mod names;
mod options;
mod order;
mod read;
mod record;
pub mod samples;
mod sections;
mod shape;
mod splits;
mod study_field;
mod task;
mod text;
mod texts;

pub use align::{align, align_with, check, check_with};
pub use alignment::{Alignment, Counts, IdsMatched, JoinedBy, ReferenceSource};
pub use error::{AlignError, Place, ReadError, Side};
pub use finding::{Code, Finding, Severity};
pub use hint::Hint;
pub use missing::{PANDAS_NA, is_missing_text, is_pandas_na};
pub use options::{IdMatching, JoinOptions, ReadOptions, RepeatedIds};
pub use order::official_order;
pub use read::read;
pub use record::{Dataset, Field, IdField, Record, StudyPair};
pub use sections::{SectionText, findings_text, glue, impression_text};
pub use shape::{Format, Kind, Role, Shape, TextEncoding};
pub use splits::{KNOWN_SPLITS, KnownSplit, SplitMatch, hash_of_ids, hash_of_texts, recognise};
pub use study_field::{PatientFact, StudyField};
pub use task::{MissingPolicy, Task, UnknownName};
pub use text::thousands;

/// SHA-256 of some bytes, as lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal digits of some bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
