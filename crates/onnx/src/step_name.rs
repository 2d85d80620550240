use std::fmt;

/// What the name of a node in a pack's graph says: which step of the model it belongs to, of what
/// kind that step is, and which of the step's nodes it is. Written `step:kind/part`, as in
/// `layer.0.attention.qkv:linear/product`; docs/packs.md lists the kinds and their parts.
///
/// A node whose name is not of this form is a step by itself, of its operator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepName<'a> {
    /// The step, unique in its graph. Has no `:`.
    pub step: &'a str,
    /// What the step computes. Has neither `:` nor `/`.
    pub kind: &'a str,
    /// The node within the step.
    pub part: &'a str,
}

impl<'a> StepName<'a> {
    /// Takes a node's name apart; `None` where it is not of the form, or a piece of it is empty.
    pub fn parse(name: &'a str) -> Option<StepName<'a>> {
        let (step, rest) = name.split_once(':')?;
        let (kind, part) = rest.split_once('/')?;
        let whole = ![step, kind, part].iter().any(|piece| piece.is_empty());
        (whole && !part.contains(':')).then_some(StepName { step, kind, part })
    }
}

impl fmt::Display for StepName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StepName { step, kind, part } = self;
        write!(f, "{step}:{kind}/{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::StepName;

    #[test]
    fn names_are_taken_apart_and_written_again() {
        let name = "layer.0.attention.qkv:linear/gelu.erf";
        let found = StepName::parse(name).unwrap();
        assert_eq!(found.step, "layer.0.attention.qkv");
        assert_eq!((found.kind, found.part), ("linear", "gelu.erf"));
        assert_eq!(found.to_string(), name);
    }

    #[test]
    fn other_names_belong_to_no_step() {
        for name in ["", "hidden", "a/b", "a:b", ":linear/sum", "a:/sum", "a:linear/", "a:b/c:d"] {
            assert_eq!(StepName::parse(name), None, "{name}");
        }
    }
}
