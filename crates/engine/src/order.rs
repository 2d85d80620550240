//! The nodes of a graph in an order in which they can be run.

use crate::EngineError;
use rrgscore_onnx::OnnxGraph;
use std::collections::BTreeMap;

/// How far a node was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Not yet.
    New,
    /// What it takes is being put before it.
    Open,
    /// It has its place.
    Placed,
}

/// Puts each node behind those whose values it takes, and drops those of which no output comes.
///
/// # Errors
/// When a value is made of itself.
pub(crate) fn order(graph: &mut OnnxGraph) -> Result<(), EngineError> {
    let made = |(index, node): (usize, &rrgscore_onnx::Node)| {
        node.output.iter().map(move |value| (value.clone(), index)).collect::<Vec<_>>()
    };
    let makers: BTreeMap<String, usize> = graph.node.iter().enumerate().flat_map(made).collect();
    let mut marks = vec![Mark::New; graph.node.len()];
    let mut order = Vec::with_capacity(graph.node.len());
    for output in &graph.output {
        // No recursion: a file may chain as many nodes as it likes.
        let mut stack: Vec<usize> = makers.get(&output.name).copied().into_iter().collect();
        while let Some(&index) = stack.last() {
            let (Some(mark), Some(node)) = (marks.get_mut(index), graph.node.get(index)) else {
                break;
            };
            if *mark != Mark::New {
                if *mark == Mark::Open {
                    order.push(index);
                }
                *mark = Mark::Placed;
                stack.pop();
                continue;
            }
            *mark = Mark::Open;
            for maker in node.input.iter().filter_map(|value| makers.get(value)) {
                match marks.get(*maker) {
                    Some(Mark::New) => stack.push(*maker),
                    Some(Mark::Open) => {
                        let reason = format!("its node {} takes what is made of it", node.name);
                        return Err(EngineError::Load { reason });
                    }
                    _ => {}
                }
            }
        }
    }
    let mut nodes: Vec<Option<_>> = graph.node.drain(..).map(Some).collect();
    let placed = order.iter().filter_map(|&index| nodes.get_mut(index).and_then(Option::take));
    graph.node = placed.collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rrgscore_onnx::{Node, ValueInfo};

    fn graph(nodes: &[(&str, &[&str])], output: &str) -> OnnxGraph {
        let node = |&(name, inputs): &(&str, &[&str])| Node {
            name: name.to_owned(),
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![name.to_owned()],
            ..Node::default()
        };
        let output = vec![ValueInfo { name: output.to_owned(), r#type: None }];
        OnnxGraph { node: nodes.iter().map(node).collect(), output, ..OnnxGraph::default() }
    }

    #[test]
    fn makers_come_first_and_dead_nodes_go() {
        let mut found =
            graph(&[("d", &["b", "c"]), ("c", &["b", "x"]), ("dead", &["d"]), ("b", &["x"])], "d");
        order(&mut found).unwrap();
        let names: Vec<&str> = found.node.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "d"]);
    }

    #[test]
    fn circles_are_refused() {
        for nodes in [&[("a", &["a"][..])][..], &[("a", &["b", "b"]), ("b", &["c"]), ("c", &["a"])]]
        {
            let refused = order(&mut graph(nodes, "a"));
            assert!(matches!(refused, Err(EngineError::Load { .. })));
        }
    }

    #[test]
    fn long_chains_are_no_recursion() {
        let names: Vec<String> = (0..100_000).map(|at| format!("n{at}")).collect();
        let inputs: Vec<[&str; 1]> = names.iter().skip(1).map(|name| [name.as_str()]).collect();
        let nodes: Vec<(&str, &[&str])> = names
            .iter()
            .zip(inputs.iter().map(|input| &input[..]).chain([&[][..]]))
            .map(|(name, inputs)| (name.as_str(), inputs))
            .collect();
        let mut found = graph(&nodes, "n0");
        order(&mut found).unwrap();
        assert_eq!(found.node.len(), 100_000);
        assert_eq!(found.node[0].name, "n99999");
    }
}
