//! Exports of a run: per-study CSV, summary JSON, printed tables.
