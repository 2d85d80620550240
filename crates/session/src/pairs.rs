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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rrgscore_data::{JoinOptions, MissingPolicy, Task};

    use super::*;

    fn pair(id: Option<&str>, reference: Option<&str>, candidate: Option<&str>) -> GivenPair {
        let text = |text: Option<&str>| text.map(str::to_owned);
        GivenPair { id: text(id), reference: text(reference), candidate: text(candidate) }
    }

    fn checked(pairs: &[GivenPair]) -> Vec<(String, String, String)> {
        let mut session = Session::new();
        session.set_pairs(pairs).unwrap();
        let none = JoinOptions::default();
        let checked = session.check(Task::Report, MissingPolicy::Empty, none).unwrap();
        let text = |pair: &rrgscore_data::StudyPair| {
            (pair.id.clone(), pair.reference.clone(), pair.candidate.clone())
        };
        checked.pairs().iter().map(text).collect()
    }

    #[test]
    fn pairs_come_out_as_they_went_in() {
        let pairs = [
            pair(Some("b"), Some("clear \"lungs\"\n"), Some("é")),
            pair(Some("a"), Some("x"), None),
            pair(Some("c"), None, Some("y")),
        ];
        let expected = [("b", "clear \"lungs\"\n", "é"), ("a", "x", "")];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(checked(&pairs), expected);
    }

    #[test]
    fn without_ids_studies_are_numbered() {
        let pairs = [pair(None, Some("a"), Some("b")), pair(None, Some("c"), Some("d"))];
        let ids: Vec<String> = checked(&pairs).into_iter().map(|(id, ..)| id).collect();
        assert_eq!(ids, ["1", "2"]);
    }
}
