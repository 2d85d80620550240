//! How fast 200 MB are read, and how long the doctor takes over two files of 1,000,000 rows:
//! `cargo bench -p rrgscore-data`.
//!
//! The files are made up while they are read; nothing is written.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use std::io::Read;
use std::time::Instant;

use rrgscore_data::{Dataset, MissingPolicy, ReadOptions, Task, align, check, read};

const BYTES: usize = 200 * 1000 * 1000;

const REPORT: &str = "The heart is normal in size. The lungs are clear, without focal consolidation \
                      or effusion; no pneumothorax is seen. Degenerative changes of the spine.";

/// Repeats a record with a running number until about [`BYTES`] are given.
struct Made {
    record: fn(usize) -> String,
    end: &'static str,
    number: usize,
    given: usize,
    ready: Vec<u8>,
    at: usize,
}

impl Made {
    fn new(start: &str, record: fn(usize) -> String, end: &'static str) -> Self {
        Self { record, end, number: 0, given: 0, ready: start.as_bytes().to_vec(), at: 0 }
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.ready.len() {
            self.at = 0;
            self.ready.clear();
            if self.given < BYTES {
                while self.ready.len() < 256 * 1024 {
                    self.ready.extend_from_slice((self.record)(self.number).as_bytes());
                    self.number += 1;
                }
            } else {
                self.ready.extend_from_slice(self.end.as_bytes());
                self.end = "";
            }
        }
        let ready = &self.ready[self.at..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.at += count;
        self.given += count;
        Ok(count)
    }
}

fn json(number: usize) -> String {
    let comma = if number == 0 { "" } else { "," };
    format!(
        "{comma}\n\"CXR{number}\": {{\"image_path\": [\"CXR{number}/0.png\"], \"section_findings\": \
         \"{REPORT}\", \"section_impression\": NaN, \"model_prediction\": \"{REPORT}\"}}"
    )
}

fn lines(number: usize) -> String {
    format!("{{\"id\": {number}, \"prediction\": \"{REPORT}\", \"reference\": \"{REPORT}\"}}\n")
}

fn table(number: usize) -> String {
    format!("{number},\"{REPORT}\",\"{REPORT}\"\n")
}

/// Rows of the two files for the doctor, together 200 MB.
const ROWS: usize = 1_000_000;

/// A prediction or reference of about 100 bytes; no two alike.
fn row(number: usize) -> String {
    let cut = REPORT.get(..80 + number % 20).unwrap_or(REPORT);
    format!("s{number},\"{cut} {number}\"\n")
}

/// Reads and checks two files of [`ROWS`] rows with ids in different orders.
fn doctor() {
    let (start, before) = (Instant::now(), on_cpu());
    let file = |of: &dyn Fn(usize) -> usize| -> Result<Dataset, rrgscore_data::ReadError> {
        let mut text = "study_id,report\n".to_owned();
        (0..ROWS).for_each(|number| text.push_str(&row(of(number))));
        read(text.as_bytes(), &ReadOptions::default(), &mut |_| {})
    };
    // The second order goes through all rows in steps that share no factor with their number.
    let (Ok(predictions), Ok(references)) =
        (file(&|number| number), file(&|number| number * 7 % ROWS))
    else {
        return println!("the files for the doctor cannot be read");
    };
    let megabytes = (predictions.bytes + references.bytes) as f64 / 1e6;
    println!(
        "two files of {ROWS} rows, {megabytes:.0} MB: made and read in {:.2} s, of which {:.2} s \
         on a core",
        start.elapsed().as_secs_f64(),
        on_cpu() - before,
    );
    let (start, before) = (Instant::now(), on_cpu());
    let findings = check(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse);
    let (seconds, busy) = (start.elapsed().as_secs_f64(), on_cpu() - before);
    println!(
        "    the doctor: {} findings in {seconds:.2} s, of which {busy:.2} s on a core",
        findings.len()
    );
    println!("    the most memory: {}", peak());
}

/// Seconds that this process has run on a core, where the system tells it: on a busy machine it
/// waits for one most of the time.
fn on_cpu() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// The most memory that this process has held, where the system tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not told".to_owned(), |line| line.trim().to_owned())
}

fn main() {
    doctor();
    // Only making the bytes, to be taken off.
    let start = Instant::now();
    let mut made = Made::new("{", json, "}");
    let mut buffer = vec![0; 64 * 1024];
    while made.read(&mut buffer).is_ok_and(|count| count > 0) {}
    println!("making the bytes alone: {:.2} s", start.elapsed().as_secs_f64());

    for (name, source) in [
        ("ReXrank JSON", Made::new("{", json, "\n}\n")),
        ("JSON Lines", Made::new("", lines, "")),
        ("CSV", Made::new("study_id,prediction,reference\n", table, "")),
    ] {
        let start = Instant::now();
        match read(source, &ReadOptions::default(), &mut |_| {}) {
            Ok(dataset) => {
                let seconds = start.elapsed().as_secs_f64();
                let megabytes = dataset.bytes as f64 / 1e6;
                println!(
                    "{name}: {megabytes:.0} MB, {} records in {seconds:.2} s, {:.0} MB/s",
                    dataset.records.len(),
                    megabytes / seconds
                );
                let start = Instant::now();
                let aligned = align(&dataset, None, Task::Report, MissingPolicy::Refuse);
                let pairs = aligned.map_or(0, |alignment| alignment.pairs.len());
                println!("    aligned: {pairs} pairs in {:.2} s", start.elapsed().as_secs_f64());
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
}
