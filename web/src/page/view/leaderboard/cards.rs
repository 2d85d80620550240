//! What columns measure, and what is known of the models.

use rrgscore_results::published::{ModelCard, Published, PublishedColumn, PublishedTable};
use yew::prelude::*;

/// Per column: what it measures, its values, what it does not see.
pub(super) fn columns_help() -> Html {
    let help = |column: PublishedColumn| {
        let spec = column.metric().map(|metric| metric.spec());
        html! {
            <div>
                <dt>{ column.label() }</dt>
                <dd>
                    if let Some(spec) = spec {
                        <p>{ spec.about }</p>
                        <p class="note">{ format!("Values of a study: {}.", spec.range) }</p>
                    }
                    if column.is_reciprocal() {
                        <p class="note">{ "Shown as the reciprocal of the mean." }</p>
                    }
                    <p>{ format!("Blind spots: {}", column.blind_spots()) }</p>
                </dd>
            </div>
        }
    };
    html! {
        <details id="columns-help">
            <summary>{ "What the columns measure, and what they do not see" }</summary>
            <dl class="columns-help">{ for PublishedColumn::ALL.map(help) }</dl>
        </details>
    }
}

/// A card for each model of a table. Addresses are text: nothing here leads out of the page.
pub(super) fn model_cards(published: &Published, table: &PublishedTable) -> Html {
    let known =
        |text: &str| if text.is_empty() { "not stated".to_owned() } else { text.to_owned() };
    let none = ModelCard::default();
    let line = |model: &String| {
        let card = published.card(model).unwrap_or(&none);
        let rest = [&card.institution, &card.year, &card.trained_on, &card.paper, &card.code];
        html! {
            <tr key={model.clone()}>
                <th scope="row">{ model.clone() }</th>
                { for rest.map(|text| html! { <td>{ known(text) }</td> }) }
            </tr>
        }
    };
    let heading = ["Model", "Institution", "Year", "Trained on", "Paper", "Code or weights"];
    html! {
        <details id="model-cards">
            <summary>{ "The models: who made them, and of what" }</summary>
            <div class="table-scroll is-short" tabindex="0" role="group" aria-label="The models of this table">
                <table class="parts cards-table">
                    <caption class="visually-hidden">{ "The models of this table" }</caption>
                    <thead><tr>
                        { for heading.map(|text| html! { <th scope="col">{ text }</th> }) }
                    </tr></thead>
                    <tbody>{ for table.rows.iter().map(|row| line(&row.model)) }</tbody>
                </table>
            </div>
        </details>
    }
}
