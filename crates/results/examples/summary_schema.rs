//! Prints the JSON Schema of `summary.json`, which is kept as `docs/summary.schema.json`:
//!
//! `cargo run -p rrgscore-results --features schema --example summary_schema`

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use rrgscore_scoring::Summary;
use rrgscore_scoring::summary::SUMMARY_FORMAT;
use schemars::generate::SchemaSettings;
use serde_json::Value;

fn main() -> serde_json::Result<()> {
    let generator = SchemaSettings::draft07().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Summary>().to_value();
    schema["title"] = format!("summary.json of RRGScore, format_version {SUMMARY_FORMAT}").into();
    schema["properties"]["format_version"]["const"] = SUMMARY_FORMAT.into();
    close(&mut schema);
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(())
}

/// Refuses unknown fields of every object whose fields are listed: a field that the schema does not
/// know is none of this form.
fn close(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object)
                && !fields.contains_key("additionalProperties")
            {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
