//! Hints in the words of the command line: which option does what a finding or an error advises.

use rrgscore_data::{Hint, Role, Side};

/// A hint with the option that does it, if there is one.
pub(crate) fn with_option(hint: &str, control: Option<Hint>) -> String {
    let Some(option) = control.and_then(option) else { return hint.to_owned() };
    if hint.is_empty() { format!("Give {option}.") } else { format!("{hint} (option: {option})") }
}

fn option(control: Hint) -> Option<String> {
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
        Hint::ChooseMissing => "--missing empty, or --missing exclude".to_owned(),
        Hint::ChooseTask => "--task".to_owned(),
        Hint::ChooseRepeated => "--repeated-ids first, or --repeated-ids drop".to_owned(),
        Hint::GiveReferences => "--references".to_owned(),
        Hint::LeaveReferencesOut | Hint::ExchangeFiles => return None,
    })
}
