//! A chart on the page: as wide as there is room, its table beside it, to be had as SVG and PNG.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

use super::Chart;
use crate::page::platform;
use crate::page::state::Action;
use crate::page::view::icon::{Icon, icon};
use crate::page::view::{Act, ViewAction};

/// Width of a downloaded picture.
const PAPER: f64 = 880.0;
/// Pixels of a PNG for each of the picture's.
const SHARP: f64 = 2.0;
/// Width before the room is known.
const USUAL: f64 = 640.0;

/// What [`Figure`] takes.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FigureProps {
    /// Names the downloads: a file's name without its end.
    pub name: AttrValue,
    /// What it shows, in one line: read to who does not see it, the title of a download.
    pub title: AttrValue,
    /// Class names.
    #[prop_or_default]
    pub class: Classes,
    /// What is drawn.
    pub chart: Chart,
    /// The table with the same numbers.
    pub table: Html,
    /// What the user does.
    pub act: Act,
}

/// Shows a chart.
#[component]
pub fn Figure(props: &FigureProps) -> Html {
    let node = use_node_ref();
    let width = use_state_eq(|| USUAL);
    {
        let (node, width) = (node.clone(), width.clone());
        use_effect_with((), move |()| {
            let watched = node.cast::<Element>().and_then(|room| {
                let measured = room.clone();
                let measure = Closure::<dyn Fn()>::new(move || {
                    let room = f64::from(measured.client_width());
                    if room > 0.0 {
                        width.set(room);
                    }
                });
                let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok()?;
                observer.observe(&room);
                Some((observer, measure))
            });
            move || {
                if let Some((observer, _measure)) = watched {
                    observer.disconnect();
                }
            }
        });
    }
    let save = |form: &'static str| {
        let FigureProps { name, title, chart, act, .. } = props.clone();
        Callback::from(move |_: MouseEvent| {
            let picture = chart.drawn(PAPER);
            let (file, svg) = (format!("{name}.{form}"), picture.svg(&title));
            let act = act.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let size = [picture.width * SHARP, picture.height * SHARP];
                let saved = match form {
                    "svg" => platform::download(&file, "image/svg+xml", &svg),
                    _ => platform::download_png(file.clone(), &svg, size).await,
                };
                if saved.is_err() {
                    let words = format!("This browser could not save {file}.");
                    act.emit(ViewAction::Act(Action::Problem(words)));
                }
            });
        })
    };
    let button = |form: &'static str, label: &'static str| {
        html! {
            <button type="button" class="button quiet" onclick={save(form)} aria-label={format!("{label}: {}", props.title)}>
                { icon(Icon::Download) }<span>{ label }</span>
            </button>
        }
    };
    html! {
        <figure class={classes!("picture", props.class.clone())}>
            <div class="room" ref={node}>{ props.chart.drawn(*width).html(&props.title) }</div>
            <figcaption>
                <details>
                    <summary>{ "As a table" }</summary>
                    <div class="table-scroll is-short" tabindex="0" role="group" aria-label={props.title.clone()}>
                        { props.table.clone() }
                    </div>
                </details>
                <div class="actions">{ button("svg", "SVG") }{ button("png", "PNG") }</div>
            </figcaption>
        </figure>
    }
}
