//! RadGraph: entities and relations of a report, and scores that compare two such graphs.
//!
//! Sources: Jain et al. 2021 (RadGraph); rajpurkarlab/CXR-Report-Metric
//! `CXRMetric/radgraph_evaluate_model.py` ([`f1()`]); the radgraph package ([`reward`]).
//!
//! Study ids play no part here. The official `evaluate_radgraph` splits an id that holds one `_`
//! at it, keeps the best F1 of each group, and later drops ids that are not numbers; scores here
//! are of one pair, whatever it is called.

mod f1;
pub mod reward;

pub use f1::{Matched, RadGraphF1, SetF1, f1};
pub use rrgscore_annotations::{Entity, Graph, GraphError, Relation};
