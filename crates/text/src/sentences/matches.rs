//! The matches of one kind in a text, of which overlapping ones are merged.
//!
//! Source: PyFastNER 1.0.10 `FastCNER.py` (`addDeterminants`, `compareSpan`, `removePseudo`) over
//! the interval tree of quicksectx 0.4.1.

use std::ops::Range;

/// Matches that do not overlap, in the order in which their places were first taken.
#[derive(Debug, Default)]
pub(super) struct Matches {
    kept: Vec<Match>,
    /// What is asked for overlaps, by start. Ranges of matches that a wider one has replaced stay
    /// in it, as in the official tree.
    taken: Vec<Taken>,
    /// Width of the widest range in `taken`.
    widest: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    rule: usize,
    range: Range<usize>,
}

#[derive(Debug)]
struct Taken {
    start: usize,
    end: usize,
    /// Index of the match in `kept`.
    place: usize,
}

impl Taken {
    /// Ranges that only touch do not overlap, but an empty one overlaps what begins or ends there.
    fn overlaps(&self, start: usize, end: usize) -> bool {
        (self.end > start && self.start < end)
            || (start == end && start == self.start)
            || (self.start == self.end && self.end == start)
    }
}

impl Matches {
    /// Adds a match. Of overlapping ones the wider stays, of equally wide ones the first; a
    /// rule's score plays no part.
    pub(super) fn add(&mut self, rule: usize, range: Range<usize>) {
        let found = Match { rule, range: range.clone() };
        if self.kept.is_empty() {
            self.kept.push(found);
            // The first range of all is entered one character shorter than the others.
            self.take(range.start, range.end.saturating_sub(1).max(range.start), 0);
            return;
        }
        let place = match self.overlapping(&range) {
            Some(place) => {
                if range.len() <= self.kept[place].range.len() {
                    return;
                }
                self.kept[place] = found;
                let same = |t: &Taken| t.start == range.start && t.end == range.end;
                if let Some(at) = self.taken.iter().position(same) {
                    self.taken.remove(at);
                }
                place
            }
            None => {
                self.kept.push(found);
                self.kept.len() - 1
            }
        };
        self.take(range.start, range.end, place);
    }

    /// The matches of rules that do not merely suppress others.
    pub(super) fn actual(self, pseudo: &[bool]) -> Vec<Range<usize>> {
        let actual = self.kept.into_iter().filter(|found| !pseudo[found.rule]);
        actual.map(|found| found.range).collect()
    }

    fn take(&mut self, start: usize, end: usize, place: usize) {
        let at = self.taken.partition_point(|taken| taken.start < start);
        self.taken.insert(at, Taken { start, end, place });
        self.widest = self.widest.max(end - start);
    }

    /// Of several that overlap, the official tree, which is balanced at random, gives any; here
    /// it is the one that starts last.
    fn overlapping(&self, range: &Range<usize>) -> Option<usize> {
        let from = range.start.saturating_sub(self.widest);
        let first = self.taken.partition_point(|taken| taken.start < from);
        let near = self.taken[first..].iter().take_while(|taken| taken.start <= range.end);
        let overlapping = near.filter(|taken| taken.overlaps(range.start, range.end));
        overlapping.last().map(|taken| taken.place)
    }
}
