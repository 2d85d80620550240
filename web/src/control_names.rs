//! What the page's controls are called, so that a hint can name the one that does what it advises.

use rrgscore_data::{Hint, Role, Side};

/// The fold-out form beneath a file.
pub const OVERRIDES: &str = "Read it differently";
/// In it: how records are written down.
pub const FORMAT: &str = "Format";
/// In it: how characters are written as bytes.
pub const ENCODING: &str = "Encoding";
/// In it: what stands between a table's columns.
pub const DELIMITER: &str = "Delimiter";
/// In it: whether a table's first line names its columns.
pub const FIRST_LINE: &str = "First line of a table";
/// The choice of what happens to studies without a prediction.
pub const MISSING: &str = "Studies without a prediction";
/// The choice of what happens to studies with different texts.
pub const REPEATED: &str = "Studies with different texts";
/// The choice of when two ids are the same.
pub const IDS: &str = "Study ids";
/// The choice of sections.
pub const TASK: &str = "What is compared";
/// The choice of references.
pub const SOURCES: &str = "Compare with";

/// In the fold-out form: which column or key plays a role.
#[must_use]
pub fn column(role: Role) -> String {
    format!("Column or key: {role}")
}

/// The control that does what a hint advises, as the page names it. `side` is the file that the
/// hint is about, where the hint itself does not say. None for what has a button beside the hint.
#[must_use]
pub fn named(hint: Hint, side: Option<Side>) -> Option<String> {
    let form = |side: Option<Side>, control: &str| match side {
        Some(side) => format!("{OVERRIDES} ({side}), {control}"),
        None => format!("{OVERRIDES}, {control}"),
    };
    Some(match hint {
        Hint::ChooseColumn { side: file, role } => form(file.or(side), &column(role)),
        Hint::ChooseFormat => form(side, FORMAT),
        Hint::ChooseEncoding => form(side, ENCODING),
        Hint::ChooseDelimiter => form(side, DELIMITER),
        Hint::SayNoHeader => form(side, FIRST_LINE),
        Hint::ChooseMissing => MISSING.to_owned(),
        Hint::ChooseRepeated => REPEATED.to_owned(),
        Hint::ChooseTask => TASK.to_owned(),
        Hint::GiveReferences => SOURCES.to_owned(),
        Hint::JoinLoosely | Hint::LeaveReferencesOut | Hint::ExchangeFiles => return None,
    })
}
