//! RadGraph scores against CXR-Report-Metric and the radgraph package.

#![cfg(test)]

#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
use rrgscore_metrics::radgraph::{Entity, Graph, GraphError, Relation, SetF1, f1, reward};
use rrgscore_parity::{Set, Tally, document, number, records};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn graph(value: &Value) -> Graph {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn f1_equals_cxr_report_metric() {
    let mut tally = Tally::within("RadGraph", "RadGraph-F1", "radgraph_reward.jsonl", 1e-12);
    for golden in records("radgraph_reward.jsonl") {
        tally.at(&golden);
        let record = &golden.value;
        let ours = f1(&graph(&record["reference"]), &graph(&record["hypothesis"]));
        let official = &record["cxr"];
        tally.close(ours.entity.f1, number(&official["entity_f1"]));
        tally.close(ours.relation.f1, number(&official["relation_f1"]));
        tally.close(ours.combined, number(&official["combined"]));
        for (ours, field) in [
            (ours.entity.reference, "n_ref_entities"),
            (ours.entity.candidate, "n_hyp_entities"),
            (ours.relation.reference, "n_ref_relations"),
            (ours.relation.candidate, "n_hyp_relations"),
        ] {
            tally.same(ours as f64, number(&official[field]));
        }
    }
    tally.finish();
}

const LEVELS: [reward::Level; 3] =
    [reward::Level::Simple, reward::Level::Partial, reward::Level::Complete];

#[test]
fn rewards_equal_the_package() {
    let versions = [
        ("pip_0_1_18", "rewards of radgraph 0.1.18", reward::RewardVersion::V0_1_18),
        ("git_head", "rewards of radgraph's current head", reward::RewardVersion::Head),
    ];
    for (field, what, version) in versions {
        let mut tally = Tally::within("RadGraph", what, "radgraph_reward.jsonl", 1e-12);
        for golden in records("radgraph_reward.jsonl") {
            let record = &golden.value;
            let (reference, candidate) =
                (graph(&record["reference"]), graph(&record["hypothesis"]));
            // The own set has the released package alone.
            let Some(official) = record.get(field) else { continue };
            tally.at(&golden);
            for (level, name) in LEVELS.into_iter().zip(["simple", "partial", "complete"]) {
                let ours = reward::reward(&reference, &candidate, level, version).overlap.f1;
                tally.close(ours, number(&official[name]));
            }
        }
        tally.finish();
    }
}

/// The official evaluation groups ids by what follows their underscore and keeps the best of each
/// group; here ids are opaque, so that only the best score of a group must be found again.
#[test]
fn ids_are_opaque() {
    let Some(record) = document::<Value>("radgraph_ids.json") else { return };
    let mut tally = Tally::within("RadGraph", "best F1 of an id group", "radgraph_ids.json", 1e-12);
    let missing = record["missing_hypotheses"].as_array().unwrap();
    let mut best = std::collections::BTreeMap::<&str, [f64; 2]>::new();
    for (i, id) in record["keys"].as_array().unwrap().iter().enumerate() {
        let reference = graph(&record["references"][i]);
        let empty = Graph::new(String::new(), []).unwrap();
        let candidate = if missing.contains(id) { empty } else { graph(&record["hypotheses"][i]) };
        let ours = f1(&reference, &candidate);
        let id = id.as_str().unwrap();
        let group = id.split_once('_').map_or(id, |(_, report)| report);
        let scores = best.entry(group).or_default();
        scores[0] = scores[0].max(ours.entity.f1);
        scores[1] = scores[1].max(ours.relation.f1);
    }
    for (group, [entity, relation]) in best {
        tally.fixture(Set::Official);
        tally.close(entity, number(&record["entity_f1"][group][0]));
        tally.close(relation, number(&record["relation_f1"][group][0]));
    }
    tally.finish();
}

#[test]
fn annotations_survive_a_round_trip() {
    for golden in records("radgraph_reward.jsonl") {
        let official = &golden.value["reference"];
        assert_eq!(&json!(graph(official)), official, "{}", golden.place);
    }
}

#[test]
fn entities_keep_the_order_of_the_annotation() {
    let entity = r#"{"tokens":"x","label":"OBS-DP","start_ix":0,"end_ix":0,"relations":[]}"#;
    let text = format!(r#"{{"entities":{{"10":{entity},"9":{entity}}}}}"#);
    let graph: Graph = serde_json::from_str(&text).unwrap();
    let ids: Vec<_> = graph.entities().map(|(id, _)| id).collect();
    assert_eq!(ids, ["10", "9"]);
}

fn entity(tokens: &str, relations: &[(&str, &str)]) -> Entity {
    let relation = |&(label, target): &(&str, &str)| Relation {
        label: label.to_owned(),
        target: target.to_owned(),
    };
    let relations = relations.iter().map(relation).collect();
    Entity {
        tokens: tokens.to_owned(),
        label: "OBS-DP".to_owned(),
        start_ix: 0,
        end_ix: 0,
        relations,
    }
}

#[test]
fn broken_annotations_are_refused_without_their_words() {
    let lost = [("1".to_owned(), entity("private", &[("modify", "7")]))];
    let error = Graph::new(String::new(), lost).unwrap_err();
    assert_eq!(error, GraphError::UnknownTarget { entity: 1, relation: 1 });
    assert!(!error.to_string().contains("private"));
    let twice = [("1".to_owned(), entity("a", &[])), ("1".to_owned(), entity("b", &[]))];
    assert_eq!(Graph::new(String::new(), twice), Err(GraphError::RepeatedId { entity: 2 }));
    let backward = Entity { start_ix: 2, ..entity("a", &[]) };
    let error = Graph::new(String::new(), [("1".to_owned(), backward)]).unwrap_err();
    assert_eq!(error, GraphError::BackwardSpan { entity: 1 });
}

/// Up to eight entities over few words, with relations among them.
#[cfg(not(target_arch = "wasm32"))]
fn graphs() -> impl Strategy<Value = Graph> {
    let word = prop::sample::select(vec!["effusion", "Effusion", "left", "lung", "small"]);
    let label = prop::sample::select(vec!["OBS-DP", "OBS-DA", "ANAT-DP"]);
    let kind = prop::sample::select(vec!["modify", "located_at"]);
    let relations = prop::collection::vec((kind, 0usize..8), 0..3);
    prop::collection::vec((word, label, relations), 0..9).prop_map(|list| {
        let count = list.len();
        let to_entity = |(word, label, relations): (&str, &str, Vec<(&str, usize)>)| {
            let targets: Vec<_> =
                relations.iter().map(|(kind, to)| (*kind, (to % count).to_string())).collect();
            let relations: Vec<_> = targets.iter().map(|(k, to)| (*k, to.as_str())).collect();
            Entity { label: label.to_owned(), ..entity(word, &relations) }
        };
        let ids = (0..count).map(|i| i.to_string());
        Graph::new(String::new(), ids.zip(list.into_iter().map(to_entity))).unwrap()
    })
}

fn mirrored(a: SetF1) -> SetF1 {
    SetF1 {
        precision: a.recall,
        recall: a.precision,
        reference: a.candidate,
        candidate: a.reference,
        ..a
    }
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn a_graph_matches_itself(graph in graphs()) {
        let ours = f1(&graph, &graph);
        let expected = |set: SetF1| if set.reference == 0 { 0.0 } else { 1.0 };
        prop_assert_eq!(ours.entity.f1, expected(ours.entity));
        prop_assert_eq!(ours.relation.f1, expected(ours.relation));
        prop_assert!(ours.reference_matched.entities.iter().all(|&matched| matched));
        for level in LEVELS {
            let reward = reward::reward(&graph, &graph, level, reward::RewardVersion::Head);
            prop_assert_eq!(reward.overlap.f1, expected(reward.overlap));
            prop_assert!(reward.reference_matched.entities.iter().all(|&matched| matched));
        }
    }

    #[test]
    fn swapping_sides_swaps_precision_and_recall(a in graphs(), b in graphs()) {
        let (forth, back) = (f1(&a, &b), f1(&b, &a));
        prop_assert_eq!(forth.entity, mirrored(back.entity));
        prop_assert_eq!(forth.relation, mirrored(back.relation));
        prop_assert_eq!(forth.reference_matched, back.candidate_matched);
        for level in LEVELS {
            let of = |a, b| reward::reward(a, b, level, reward::RewardVersion::V0_1_18);
            let (forth, back) = (of(&a, &b), of(&b, &a));
            prop_assert_eq!(forth.overlap, mirrored(back.overlap));
            prop_assert_eq!(forth.reference_matched, back.candidate_matched);
        }
    }

    #[test]
    fn flags_say_what_the_counts_say(a in graphs(), b in graphs()) {
        let ours = f1(&a, &b);
        prop_assert!((0.0..=1.0).contains(&ours.combined));
        let any = ours.candidate_matched.entities.iter().any(|&matched| matched);
        prop_assert_eq!(any, ours.entity.matched > 0);
        let any = ours.candidate_matched.relations.iter().flatten().any(|&matched| matched);
        prop_assert_eq!(any, ours.relation.matched > 0);
        // The distinct elements among those that are marked are those that were counted.
        let simple = reward::reward(&a, &b, reward::Level::Simple, reward::RewardVersion::V0_1_18);
        let marked: std::collections::BTreeSet<_> = a
            .entities()
            .zip(&simple.reference_matched.entities)
            .filter(|&(_, &matched)| matched)
            .map(|((_, entity), _)| (&entity.tokens, &entity.label))
            .collect();
        prop_assert_eq!(marked.len(), simple.overlap.matched);
    }
}
