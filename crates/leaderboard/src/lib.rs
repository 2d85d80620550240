//! The published ReXrank tables as data, and the rank of a run among them.
