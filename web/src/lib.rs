//! The page and its workers: two programs that speak [`protocol`] with each other.
//!
//! The page ([`page`]) shows and asks; the workers ([`worker`]) hold reports and models.

#[cfg(feature = "page")]
pub mod page;
pub mod protocol;
#[cfg(feature = "worker")]
pub mod worker;
