//! How long to wait before asking again.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Longest wait of our own choosing.
const LONGEST: Duration = Duration::from_secs(30);
/// Longest wait that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(120);
/// How often a wait looks for a stop.
const SLICE: Duration = Duration::from_millis(50);

/// The wait before try number `tries` + 1: twice as long each time, and between half and all of
/// that by chance, so that those who failed together do not come back together. What the server
/// asks for is waited at least.
pub(crate) fn delay(first: Duration, tries: u32, asked: Option<Duration>) -> Duration {
    let full = first.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST);
    // The hasher's keys are drawn at random for each value.
    let chance = RandomState::new().hash_one(tries) as f64 / u64::MAX as f64;
    let own = full.mul_f64(0.5 + 0.5 * chance);
    own.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// Waits, but no longer than until `stop`. Whether it was not stopped.
pub(crate) fn wait(time: Duration, stop: &AtomicBool) -> bool {
    let until = Instant::now() + time;
    while !stop.load(Ordering::Relaxed) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(SLICE));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let first = Duration::from_millis(100);
        for tries in 1..40 {
            let full = first.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST);
            let waits = delay(first, tries, None);
            assert!(waits >= full / 2 && waits <= full, "{tries}: {waits:?}");
        }
        assert!(delay(first, 1, Some(Duration::from_secs(7))) >= Duration::from_secs(7));
        assert!(delay(first, 1, Some(Duration::from_secs(9999))) <= LONGEST_ASKED);
    }

    #[test]
    fn a_stop_ends_a_wait() {
        assert!(!wait(Duration::from_secs(60), &AtomicBool::new(true)));
        assert!(wait(Duration::ZERO, &AtomicBool::new(false)));
    }
}
