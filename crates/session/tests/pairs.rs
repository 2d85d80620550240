//! Studies at hand, as a session takes them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rrgscore_data::{JoinOptions, MissingPolicy, StudyPair, Task};
use rrgscore_session::{GivenPair, Session};

fn pair(id: Option<&str>, reference: Option<&str>, candidate: Option<&str>) -> GivenPair {
    let text = |text: Option<&str>| text.map(str::to_owned);
    GivenPair { id: text(id), reference: text(reference), candidate: text(candidate) }
}

fn checked(pairs: &[GivenPair]) -> Vec<(String, String, String)> {
    let mut session = Session::new();
    session.set_pairs(pairs).unwrap();
    let none = JoinOptions::default();
    let checked = session.check(Task::Report, MissingPolicy::Empty, none).unwrap();
    let text = |pair: &StudyPair| (pair.id.clone(), pair.reference.clone(), pair.candidate.clone());
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
