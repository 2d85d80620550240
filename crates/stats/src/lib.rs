//! Means, confidence intervals, resampling tests and ranks.
