//! Text in, typed annotation out: one annotator per model.
