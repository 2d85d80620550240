//! Asks a judge: the one crate of the project that sends a report anywhere.
//!
//! What it sends goes to one address, chosen and checked before the first byte ([`Endpoint`]):
//! loopback, private or link-local, unless the user names another host. It follows no redirect,
//! uses no proxy, resolves no name a second time, and puts no text of a report or an answer into
//! an error.

mod backoff;
mod client;
mod endpoint;
mod journal;
mod run;

pub use client::Client;
pub use endpoint::{Endpoint, EndpointError};
pub use journal::{Journal, JournalError};
pub use run::{JudgeOutcome, JudgeProgress, Options, RunError, run};
