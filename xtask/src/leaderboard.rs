//! `cargo xtask leaderboard`: rows that an operator adds, and the file with all editions that the
//! site publishes.

use crate::error::{Error, Result};
use crate::files;
use crate::paths::Paths;
use crate::program::{cargo, output};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The file of the site with all editions and the models' cards.
pub(crate) const SITE_FILE: &str = "data/leaderboard.json";

/// The published editions and the cards, in the crate that embeds them elsewhere.
const DATA: &str = "crates/results/data";

/// Decimals of an operator's rows.
const DECIMALS: u32 = 3;

/// Rows of this site's own edition, kept in `leaderboard/rows.json` of the checkout.
#[derive(Debug, Subcommand)]
pub(crate) enum Leaderboard {
    /// Add a run over a published split as a row, from its summary.json
    Add(AddArgs),
    /// List the rows
    List,
    /// Take a model's rows away
    Remove {
        /// The model's name
        name: String,
    },
}

/// What a row is made of. No study and no report text: means, intervals, and what is said here.
#[derive(Debug, Clone, Args)]
pub(crate) struct AddArgs {
    /// The summary.json of a finished run over all studies of a published split; its signature is
    /// checked
    summary: PathBuf,
    /// The model's name in the table
    #[arg(long)]
    name: String,
    /// Who made it
    #[arg(long, default_value = "")]
    institution: String,
    /// Of when it is
    #[arg(long, default_value = "")]
    year: String,
    /// The reports that it was trained on
    #[arg(long, default_value = "")]
    trained_on: String,
    /// Its paper; shown as text
    #[arg(long, default_value = "")]
    paper: String,
    /// Where its code or weights are; shown as text
    #[arg(long, default_value = "")]
    code: String,
    /// Put it in the place of the model's row in the same table
    #[arg(long)]
    replace: bool,
}

/// Does what is asked of the rows.
///
/// # Errors
/// When a summary cannot be a row, or the file of rows cannot be read or written.
pub(crate) fn leaderboard(paths: &Paths, job: &Leaderboard) -> Result<()> {
    let file = paths.leaderboard();
    let mut rows = read(&file)?;
    match job {
        Leaderboard::Add(args) => {
            let row = row(paths, args)?;
            let same = |other: &Value| {
                ["dataset", "task", "model"].iter().all(|&field| other[field] == row[field])
            };
            let place = rows.iter().position(same);
            match place {
                Some(place) if args.replace => rows[place] = row,
                Some(_) => {
                    return Err(Error::Refused {
                        what: format!("{} has a row in this table already", args.name),
                        hint: "--replace puts the new one in its place".to_owned(),
                    });
                }
                None => rows.push(row),
            }
            write(&file, &rows)?;
            println!("{} is in {}; the next build of the site shows it", args.name, file.display());
        }
        Leaderboard::List => {
            for row in &rows {
                let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
                println!("{}: {}, {}", text("model"), text("dataset"), text("task"));
            }
        }
        Leaderboard::Remove { name } => {
            let before = rows.len();
            rows.retain(|row| row["model"] != name.as_str());
            write(&file, &rows)?;
            println!("{} rows taken away", before - rows.len());
        }
    }
    Ok(())
}

/// A summary as a row, made and checked by the crate that ranks; and the model's card.
fn row(paths: &Paths, args: &AddArgs) -> Result<Value> {
    let mut command = cargo(&paths.root);
    command.args(["run", "--quiet", "--locked", "-p", "rrgscore-results"]);
    command.args(["--example", "leaderboard_row", "--"]);
    let summary = std::path::absolute(&args.summary);
    command.arg(summary.map_err(Error::io("finding", &args.summary))?).arg(&args.name);
    command.env("CARGO_TARGET_DIR", &paths.target);
    let text = output(&mut command)?;
    let mut row: Value =
        serde_json::from_str(&text).map_err(|error| Error::bad_file(&args.summary, error))?;
    row["card"] = json!({
        "names": [args.name],
        "institution": args.institution,
        "year": args.year,
        "trained_on": args.trained_on,
        "paper": args.paper,
        "code": args.code,
    });
    Ok(row)
}

/// Writes the file of the site: the published editions, this site's own where it has rows, and a card
/// for each model.
///
/// # Errors
/// When data cannot be read or written.
pub(crate) fn publish(paths: &Paths, site: &Path) -> Result<()> {
    let data = |name: &str| -> Result<Value> {
        let file = paths.root.join(DATA).join(name);
        serde_json::from_str(&files::read_text(&file)?).map_err(|e| Error::bad_file(&file, e))
    };
    let mut editions = vec![data("paper.json")?, data("site-2025-09.json")?];
    let mut models = data("models.json")?;
    let rows = read(&paths.leaderboard())?;
    if !rows.is_empty() {
        editions.push(own_edition(&rows, &editions[0]["columns"]));
        if let Some(models) = models.as_array_mut() {
            // A card that is published stays: an operator's is only for who has none.
            let known = |name: &Value| {
                let mut names = models.iter().filter_map(|card| card["names"].as_array());
                names.any(|names| names.contains(name))
            };
            let new: Vec<Value> = (rows.iter().map(|row| &row["card"]))
                .filter(|card| !known(&card["names"][0]))
                .cloned()
                .collect();
            models.extend(new);
        }
    }
    let file = site.join(SITE_FILE);
    let text = serde_json::to_string(&json!({ "editions": editions, "models": models }))
        .map_err(|error| Error::bad_file(&file, error))?;
    files::write(&file, text)
}

/// The rows as an edition, its tables in the order in which rows came.
fn own_edition(rows: &[Value], columns: &Value) -> Value {
    let mut tables: Vec<Value> = Vec::new();
    for row in rows {
        let (dataset, task) = (&row["dataset"], &row["task"]);
        let at = tables.iter().position(|t| t["dataset"] == *dataset && t["task"] == *task);
        let at = at.unwrap_or_else(|| {
            tables.push(json!({ "dataset": dataset, "task": task, "rows": [] }));
            tables.len() - 1
        });
        let scores: Vec<Value> = (columns.as_array().into_iter().flatten())
            .map(|column| {
                let name = column.as_str().unwrap_or_default();
                row["scores"].get(name).cloned().unwrap_or(Value::Null)
            })
            .collect();
        if let Some(list) = tables[at]["rows"].as_array_mut() {
            list.push(json!({ "model": row["model"], "scores": scores }));
        }
    }
    json!({
        "id": "own",
        "title": "This site's own",
        "source": "runs that the operator of this site has added",
        "date": "",
        "decimals": DECIMALS,
        "columns": columns,
        "tables": tables,
    })
}

fn read(file: &Path) -> Result<Vec<Value>> {
    if !file.is_file() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&files::read_text(file)?).map_err(|error| Error::bad_file(file, error))
}

fn write(file: &Path, rows: &[Value]) -> Result<()> {
    let text = serde_json::to_string_pretty(rows).map_err(|error| Error::bad_file(file, error))?;
    files::write(file, text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;

    /// A checkout with the published data, and rows of its own.
    fn checkout(rows: &Value) -> (Scratch, Paths) {
        let scratch = Scratch::new(&std::env::temp_dir(), "xtask-leaderboard").unwrap();
        let root = scratch.path().join("root");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(DATA);
        for name in ["paper.json", "site-2025-09.json", "models.json"] {
            files::copy(&data.join(name), &root.join(DATA).join(name)).unwrap();
        }
        let paths = Paths {
            root,
            cache: scratch.path().join("cache"),
            target: scratch.path().join("target"),
        };
        files::write(&paths.leaderboard(), rows.to_string()).unwrap();
        (scratch, paths)
    }

    fn published(paths: &Paths, scratch: &Scratch) -> Value {
        let site = scratch.path().join("site");
        publish(paths, &site).unwrap();
        serde_json::from_str(&files::read_text(&site.join(SITE_FILE)).unwrap()).unwrap()
    }

    #[test]
    fn a_site_without_own_rows_has_the_two_published_editions() {
        let (scratch, paths) = checkout(&json!([]));
        let file = published(&paths, &scratch);
        let ids: Vec<&Value> =
            file["editions"].as_array().unwrap().iter().map(|e| &e["id"]).collect();
        assert_eq!(ids, ["paper", "site-2025-09"]);
    }

    #[test]
    fn own_rows_are_an_edition_and_bring_their_cards() {
        let row = |model: &str, dataset: &str, score: Value| {
            json!({
                "model": model, "dataset": dataset, "task": "findings", "n": 590,
                "scores": { "BLEU-2": score }, "signature": "s",
                "card": { "names": [model], "institution": "Here" },
            })
        };
        let rows = json!([
            row("ours", "IU X-ray", json!([0.25, 0.01])),
            row("RadFM", "MIMIC-CXR", json!([0.2, null])),
            row("theirs", "IU X-ray", json!([0.3, 0.02])),
        ]);
        let (scratch, paths) = checkout(&rows);
        let file = published(&paths, &scratch);
        let own = &file["editions"][2];
        assert_eq!((&own["id"], own["tables"].as_array().unwrap().len()), (&json!("own"), 2));
        let first = &own["tables"][0]["rows"];
        assert_eq!((&first[0]["model"], &first[1]["model"]), (&json!("ours"), &json!("theirs")));
        let scores = first[0]["scores"].as_array().unwrap();
        assert_eq!((scores.len(), &scores[0], &scores[1]), (8, &Value::Null, &json!([0.25, 0.01])));
        let cards = file["models"].as_array().unwrap();
        let of = |name: &str| -> Vec<&Value> {
            let has = |card: &&Value| card["names"].as_array().unwrap().contains(&json!(name));
            cards.iter().filter(has).map(|card| &card["institution"]).collect()
        };
        assert_eq!(of("ours"), ["Here"]);
        // A published card stays as it is.
        assert_eq!(of("RadFM"), ["SJTU"]);
    }
}
