//! The page, its workers and its reader of workbooks and Parquet files: three programs that speak
//! [`protocol`] with each other.
//!
//! The page ([`page`]) shows and asks; the workers ([`worker`]) hold reports and models.

pub mod control_names;
#[cfg(feature = "page")]
pub mod page;
pub mod protocol;
#[cfg(any(feature = "worker", feature = "reader"))]
pub mod worker;
