//! Which attentions need not compute all rows, where the first token's state alone is read.

use super::{Run, Task};
use std::collections::BTreeSet;

/// Has every attention of whose output nothing but outputs is made, row by row, give the first row
/// of each text alone. The tasks are in order.
pub(super) fn leave_out_others(tasks: &mut [Task]) {
    // Values of whose other rows something is made.
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for task in tasks.iter_mut().rev() {
        let all = task.outputs.iter().any(|output| needed.contains(output));
        let by_rows = match &mut task.run {
            Run::Node(node) => node.op_type == "Identity",
            Run::Step(step) => {
                if !all {
                    step.give_first_rows();
                }
                step.is_by_rows()
            }
        };
        if all || !by_rows {
            needed.extend(task.inputs.iter().cloned());
        }
    }
}
