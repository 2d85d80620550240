//! JSON Lines: one record per line.

use std::io::{BufRead, BufReader, Read};

use serde::de::DeserializeSeed;

use super::bytes::LayerError;
use super::collect::{Collector, too_long};
use super::json::{Study, json_error};
use super::literals::Literals;
use super::rewrite::Rewritten;
use crate::error::{Place, ReadError};

/// Reads one record or text per line; empty lines are skipped.
pub(super) fn lines(text: impl Read, collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let mut text =
        BufReader::with_capacity(super::PREFIX, Rewritten::new(text, Literals::default()));
    let limit = collector.options().max_record_bytes;
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        // One more than the limit, to tell a line of that length from a longer one.
        let count = (&mut text)
            .take(limit as u64 + 1)
            .read_until(b'\n', &mut line)
            .map_err(LayerError::unpack)?;
        if count == 0 {
            return Ok(());
        }
        if count > limit {
            let place =
                Place { row: Some(collector.next_row()), line: Some(number), ..Place::default() };
            return Err(too_long(place, collector.options()));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut parser = serde_json::Deserializer::from_slice(&line);
        Study { collector: &mut *collector, id: None }
            .deserialize(&mut parser)
            .and_then(|()| parser.end())
            .map_err(|error| json_error(error, collector, Some(number)))?;
    }
}
