//! The same studies written down in every shape of file.

#![allow(clippy::unwrap_used, clippy::panic, dead_code, unreachable_pub)]

use rrgscore_data::{Dataset, ReadOptions, Role, read};

use super::binary::{parquet_of_texts, texts, workbook};

/// A study's id and text.
pub type Rows<'a> = [(&'a str, &'a str)];

/// A way to write studies down. Those without ids come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Csv,
    Tsv,
    Semicolons,
    Records,
    Lines,
    Keyed,
    Map,
    Envelope,
    Split,
    Columns,
    PandasColumns,
    Table,
    Workbook,
    Parquet,
    ListOfTexts,
    OneColumn,
    OneReportPerLine,
    Headerless,
}

pub const WITH_IDS: [Shape; 14] = [
    Shape::Csv,
    Shape::Tsv,
    Shape::Semicolons,
    Shape::Records,
    Shape::Lines,
    Shape::Keyed,
    Shape::Map,
    Shape::Envelope,
    Shape::Split,
    Shape::Columns,
    Shape::PandasColumns,
    Shape::Table,
    Shape::Workbook,
    Shape::Parquet,
];

pub const WITHOUT_IDS: [Shape; 4] =
    [Shape::ListOfTexts, Shape::OneColumn, Shape::OneReportPerLine, Shape::Headerless];

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Writes studies under these names of their columns, and reads them again.
pub fn dataset_of(shape: Shape, [id, text]: [&str; 2], rows: &Rows<'_>) -> Dataset {
    let mut options = ReadOptions::default();
    let each = |write: &dyn Fn(usize, &str, &str) -> String, between: &str| {
        let all = rows.iter().enumerate().map(|(at, (id, text))| write(at, &json(id), &json(text)));
        all.collect::<Vec<_>>().join(between)
    };
    let table = |separator: char| {
        let rows = rows.iter().map(|(id, text)| format!("{id}{separator}\"{text}\"\n"));
        format!("{id}{separator}{text}\n{}", rows.collect::<String>())
    };
    let (id, text) = (json(id), json(text));
    let record = |_: usize, i: &str, t: &str| format!("{{{id}: {i}, {text}: {t}}}");
    let written = match shape {
        Shape::Csv => table(',').into_bytes(),
        Shape::Tsv => table('\t').into_bytes(),
        Shape::Semicolons => format!("sep=;\n{}", table(';')).into_bytes(),
        Shape::Records => format!("[{}]", each(&record, ",")).into_bytes(),
        Shape::Lines => each(&record, "\n").into_bytes(),
        Shape::Keyed => {
            let keyed = |_: usize, i: &str, t: &str| format!("{i}: {{\"x\": 1, {text}: {t}}}");
            format!("{{{}}}", each(&keyed, ",")).into_bytes()
        }
        Shape::Map => {
            options.format = Some(rrgscore_data::Format::JsonMap);
            format!("{{{}}}", each(&|_, i, t| format!("{i}: {t}"), ",")).into_bytes()
        }
        Shape::Envelope => {
            format!("{{\"mean\": 1, \"data\": [{}]}}", each(&record, ",")).into_bytes()
        }
        Shape::Split => {
            format!("{{\"train\": [], \"test\": [{}]}}", each(&record, ",")).into_bytes()
        }
        Shape::Columns => format!(
            "{{{id}: [{}], {text}: [{}]}}",
            each(&|_, i, _| i.to_owned(), ","),
            each(&|_, _, t| t.to_owned(), ",")
        )
        .into_bytes(),
        Shape::PandasColumns => format!(
            "{{{id}: {{{}}}, {text}: {{{}}}}}",
            each(&|at, i, _| format!("\"{at}\": {i}"), ","),
            each(&|at, _, t| format!("\"{at}\": {t}"), ",")
        )
        .into_bytes(),
        Shape::Table => format!(
            "{{\"columns\": [{id}, {text}], \"index\": [{}], \"data\": [{}]}}",
            each(&|at, _, _| at.to_string(), ","),
            each(&|_, i, t| format!("[{i}, {t}]"), ",")
        )
        .into_bytes(),
        Shape::Workbook => {
            let names = [id.trim_matches('"'), text.trim_matches('"')];
            let mut cells: Vec<Vec<&str>> = vec![names.to_vec()];
            cells.extend(rows.iter().map(|(id, text)| vec![*id, *text]));
            let cells: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
            workbook(&[("Sheet1", texts(&cells))])
        }
        Shape::Parquet => parquet_of_texts([id.trim_matches('"'), text.trim_matches('"')], rows),
        Shape::ListOfTexts => format!("[{}]", each(&|_, _, t| t.to_owned(), ",")).into_bytes(),
        Shape::OneColumn => {
            let rows = rows.iter().map(|(_, text)| format!("\"{text}\"\n"));
            format!("{}\n{}", text.trim_matches('"'), rows.collect::<String>()).into_bytes()
        }
        Shape::OneReportPerLine => {
            options.file_name = Some("reports.txt".to_owned());
            rows.iter().map(|(_, text)| format!("{text}\n")).collect::<String>().into_bytes()
        }
        Shape::Headerless => {
            options.header = Some(false);
            options.columns.insert(Role::Report, "#1".to_owned());
            rows.iter().map(|(_, text)| format!("\"{text}\"\n")).collect::<String>().into_bytes()
        }
    };
    read(written.as_slice(), &options, &mut |_| {})
        .unwrap_or_else(|error| panic!("{shape:?}: {error}"))
}
