//! Input formats, splits, alignment of predictions with references, and the input doctor.
