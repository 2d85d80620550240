//! Hints in the words of the command line: which option does what a finding or an error advises.

use rrgscore_data::{Hint, Role, Side};

/// Which of the options that hints name a command has; all that read files have those that override
/// what is guessed about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// `--references`.
    pub(crate) references: bool,
    /// `--task` and `--missing`.
    pub(crate) choices: bool,
}

impl Options {
    /// Of `score` and `judge prepare`.
    pub(crate) const SCORE: Self = Self { references: true, choices: true };
    /// Of `check`, which takes both files by their place.
    pub(crate) const CHECK: Self = Self { references: false, choices: true };
    /// Of `verify`, which takes task and policy from the summary.
    pub(crate) const VERIFY: Self = Self { references: true, choices: false };
}

/// A hint with the option that does it, if the command has one.
pub(crate) fn with_option(hint: &str, control: Option<Hint>, options: Options) -> String {
    let Some(option) = control.and_then(|control| option(control, options)) else {
        return hint.to_owned();
    };
    if hint.is_empty() { format!("Give {option}.") } else { format!("{hint} (option: {option})") }
}

fn option(control: Hint, options: Options) -> Option<String> {
    Some(match control {
        Hint::ChooseColumn { side, role } => {
            let name = match side {
                Some(Side::References) => "--reference-column",
                Some(Side::Predictions) => "--column",
                None => "--column or --reference-column",
            };
            let role = role.as_str().replace(' ', "-");
            let example = if role == Role::Id.as_str() { "study_id" } else { "NAME" };
            format!("{name} {role}={example}")
        }
        Hint::ChooseFormat => "--format or --reference-format".to_owned(),
        Hint::ChooseEncoding => {
            "--encoding or --reference-encoding, for example windows-1252".to_owned()
        }
        Hint::ChooseDelimiter => "--delimiter or --reference-delimiter".to_owned(),
        Hint::SayNoHeader => {
            "--no-header with --column, or --format lines; for the references --reference-…"
                .to_owned()
        }
        Hint::JoinLoosely => "--join-ids loose".to_owned(),
        Hint::ChooseMissing if options.choices => {
            "--missing empty, or --missing exclude".to_owned()
        }
        Hint::ChooseTask if options.choices => "--task".to_owned(),
        Hint::ChooseRepeated => "--repeated-ids first, or --repeated-ids drop".to_owned(),
        Hint::GiveReferences if options.references => "--references".to_owned(),
        Hint::GiveReferences => "a second file, the references".to_owned(),
        Hint::ChooseMissing | Hint::ChooseTask | Hint::LeaveReferencesOut | Hint::ExchangeFiles => {
            return None;
        }
    })
}
