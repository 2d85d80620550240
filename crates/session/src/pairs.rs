//! Studies of which both reports are at hand, without a file.

use rrgscore_data::{ReadError, ReadOptions, Side, read};
use serde::Serialize;

use crate::session::Session;

/// A study as a program has it at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GivenPair {
    /// Its id; where no study has one, they are numbered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is compared with, if there is any.
    pub reference: Option<String>,
    /// What a model wrote, if it wrote any.
    #[serde(rename = "prediction")]
    pub candidate: Option<String>,
}

impl Session {
    /// A session over pairs of a reference and a candidate, whose ids are their numbers from `1` on.
    ///
    /// # Errors
    /// When they are more than a file may hold.
    pub fn of_reports<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ReadError> {
        let pair = |(number, (reference, candidate)): (usize, (&str, &str))| GivenPair {
            id: Some(number.to_string()),
            reference: Some(reference.to_owned()),
            candidate: Some(candidate.to_owned()),
        };
        let mut session = Self::new();
        session.set_pairs(&(1..).zip(pairs).map(pair).collect::<Vec<GivenPair>>())?;
        Ok(session)
    }

    /// Takes studies of which both reports are at hand in place of files: they are scored as given,
    /// and are to the session what a file of them would be.
    ///
    /// # Errors
    /// When they are more than a file may hold.
    pub fn set_pairs(&mut self, pairs: &[GivenPair]) -> Result<(), ReadError> {
        // A list of texts is always JSON.
        let file = serde_json::to_vec(pairs).unwrap_or_default();
        let data = read(file.as_slice(), &ReadOptions::default(), &mut |_| {})?;
        self.clear(Side::References);
        self.set(Side::Predictions, data);
        Ok(())
    }
}
