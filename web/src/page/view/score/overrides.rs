//! Overrides of what was guessed about a file.

use rrgscore_data::{Format, Role, Shape, TextEncoding};
use yew::prelude::*;

use crate::control_names;
use crate::page::state::{Action, Input};
use crate::page::view::plain::{picked, typed};
use crate::page::view::{Act, ViewAction};
use rrgscore_data::Side;

/// What [`Overrides`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct OverridesProps {
    /// Which side.
    pub side: Side,
    /// What is known of it.
    pub input: Input,
    /// What the user does.
    pub act: Act,
}

/// What separates a table's columns.
const DELIMITERS: [(char, &str); 4] =
    [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "bar")];
/// Whether a table's first line names its columns.
const HEADERS: [(bool, &str); 2] = [(true, "names the columns"), (false, "is a study: no header")];

/// A fold-out form that says how a file is to be read.
#[component]
pub(crate) fn Overrides(props: &OverridesProps) -> Html {
    let OverridesProps { side, input, act } = props.clone();
    let word = match side {
        Side::Predictions => "predictions",
        Side::References => "references",
    };
    let reread = {
        let options = input.options.clone();
        move |change: &dyn Fn(&mut rrgscore_data::ReadOptions)| {
            let mut options = options.clone();
            change(&mut options);
            act.emit(ViewAction::Act(Action::Reread(side, Box::new(options))));
        }
    };
    let on_format = {
        let reread = reread.clone();
        Callback::from(move |event: Event| {
            let at = (picked(&event) as usize).checked_sub(1);
            reread(&|options| options.format = at.and_then(|at| Format::ALL.get(at).copied()));
        })
    };
    let on_encoding = {
        let reread = reread.clone();
        Callback::from(move |event: Event| {
            let at = (picked(&event) as usize).checked_sub(1);
            reread(&|options| {
                options.encoding = at.and_then(|at| TextEncoding::ALL.get(at).copied())
            });
        })
    };
    let on_delimiter = {
        let reread = reread.clone();
        Callback::from(move |event: Event| {
            let at = (picked(&event) as usize).checked_sub(1);
            let chosen = at.and_then(|at| DELIMITERS.get(at));
            reread(&|options| options.delimiter = chosen.map(|(delimiter, _)| *delimiter));
        })
    };
    let on_header = {
        let reread = reread.clone();
        Callback::from(move |event: Event| {
            let at = (picked(&event) as usize).checked_sub(1);
            let chosen = at.and_then(|at| HEADERS.get(at));
            reread(&|options| options.header = chosen.map(|(header, _)| *header));
        })
    };
    let column = |role: Role| {
        let reread = reread.clone();
        let on_change = Callback::from(move |event: Event| {
            let name = typed(&event);
            reread(&|options| {
                match name.trim() {
                    "" => options.columns.remove(&role),
                    name => options.columns.insert(role, name.to_owned()),
                };
            });
        });
        let id = format!("{word}-column-{}", role.as_str().replace(' ', "-"));
        let guessed = guessed(input.opened.as_ref().map(|opened| &opened.shape), role);
        html! {
            <div class="field" key={role.as_str()}>
                <label for={id.clone()}>{ control_names::column(role) }</label>
                <input
                    type="text" {id} list={format!("{word}-names")} autocomplete="off" spellcheck="false"
                    value={input.options.columns.get(&role).cloned().unwrap_or_default()}
                    placeholder={guessed} onchange={on_change}
                />
            </div>
        }
    };
    let roles: &[Role] = match side {
        Side::Predictions => &Role::ALL,
        Side::References => &[
            Role::Id,
            Role::Reference,
            Role::Findings,
            Role::Impression,
            Role::Report,
            Role::Split,
        ],
    };
    let names = input.opened.as_ref().map(|opened| names(&opened.shape)).unwrap_or_default();
    let formats = Format::ALL.map(|format| (format.label(), input.options.format == Some(format)));
    let encodings = TextEncoding::ALL.map(|one| (one.label(), input.options.encoding == Some(one)));
    let delimiters = DELIMITERS.map(|(one, label)| (label, input.options.delimiter == Some(one)));
    let headers = HEADERS.map(|(one, label)| (label, input.options.header == Some(one)));
    html! {
        <details class="overrides">
            <summary>{ control_names::OVERRIDES }</summary>
            <div class="form">
                { select(format!("{word}-format"), control_names::FORMAT, &formats, on_format) }
                { select(format!("{word}-encoding"), control_names::ENCODING, &encodings, on_encoding) }
                { select(format!("{word}-delimiter"), control_names::DELIMITER, &delimiters, on_delimiter) }
                { select(format!("{word}-header"), control_names::FIRST_LINE, &headers, on_header) }
                { for roles.iter().map(|role| column(*role)) }
                <datalist id={format!("{word}-names")}>
                    { for names.into_iter().map(|name| html! { <option value={name} /> }) }
                </datalist>
                <p class="note">
                    { "Columns of a table can also be given by number: #2 is the second. Without \
                       a header they must be." }
                </p>
            </div>
        </details>
    }
}

fn select(
    id: String,
    label: &'static str,
    choices: &[(&'static str, bool)],
    on_change: Callback<Event>,
) -> Html {
    let any = choices.iter().any(|(_, chosen)| *chosen);
    html! {
        <div class="field">
            <label for={id.clone()}>{ label }</label>
            <select {id} onchange={on_change}>
                <option selected={!any}>{ "As recognised" }</option>
                { for choices.iter().map(|(name, chosen)| html! { <option selected={*chosen}>{ *name }</option> }) }
            </select>
        </div>
    }
}

/// All names that the file's records use.
fn names(shape: &Shape) -> Vec<String> {
    shape.roles.values().flatten().chain(&shape.ignored).cloned().collect()
}

fn guessed(shape: Option<&Shape>, role: Role) -> String {
    let names = shape.and_then(|shape| shape.roles.get(&role));
    names.map_or_else(|| "none".to_owned(), |names| names.join(", "))
}
