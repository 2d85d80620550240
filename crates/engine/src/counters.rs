//! How long the steps take, by kind and width: for benchmarks, behind the feature `counters`.
//! One set of counters per thread. The clock comes from outside, because there is none here.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// What was counted of the steps of one kind and width.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The step's name, with the widths of its first input and its
    /// output: `Linear 768 3072`.
    pub step: String,
    /// How often it ran.
    pub runs: u64,
    /// How long all of them took, in the clock's unit.
    pub time: f64,
}

struct Counters {
    clock: fn() -> f64,
    steps: BTreeMap<(&'static str, usize, usize), (u64, f64)>,
}

thread_local! {
    static COUNTERS: RefCell<Option<Counters>> = const { RefCell::new(None) };
}

/// Counts this thread's steps from now on, with a clock of any unit and beginning.
pub fn begin(clock: fn() -> f64) {
    COUNTERS.set(Some(Counters { clock, steps: BTreeMap::new() }));
}

/// Ends the counting; gives what was counted, by name and widths.
pub fn end() -> Vec<Counted> {
    let counters = COUNTERS.take();
    let steps = counters.into_iter().flat_map(|counters| counters.steps);
    steps
        .map(|((name, from, to), (runs, time))| Counted {
            step: format!("{name} {from} {to}"),
            runs,
            time,
        })
        .collect()
}

/// Does a step, and counts it where counting was begun.
pub(crate) fn counted<T>(step: (&'static str, usize, usize), run: impl FnOnce() -> T) -> T {
    let Some(clock) = COUNTERS.with_borrow(|counters| counters.as_ref().map(|c| c.clock)) else {
        return run();
    };
    let began = clock();
    let result = run();
    let time = clock() - began;
    COUNTERS.with_borrow_mut(|counters| {
        if let Some(counters) = counters {
            let (runs, sum) = counters.steps.entry(step).or_default();
            (*runs, *sum) = (*runs + 1, *sum + time);
        }
    });
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        static NOW: Cell<f64> = const { Cell::new(0.0) };
    }

    #[test]
    fn steps_are_counted_by_name_and_widths_between_begin_and_end() {
        let step = |name, took: f64| {
            counted((name, 768, 3072), || NOW.set(NOW.get() + took));
        };
        step("Linear", 5.0);
        begin(|| NOW.get());
        step("Linear", 1.0);
        step("Norm", 2.0);
        step("Linear", 3.0);
        let linear = Counted { step: "Linear 768 3072".to_owned(), runs: 2, time: 4.0 };
        let norm = Counted { step: "Norm 768 3072".to_owned(), runs: 1, time: 2.0 };
        assert_eq!(end(), [linear, norm]);
        step("Linear", 1.0);
        assert_eq!(end(), []);
    }
}
