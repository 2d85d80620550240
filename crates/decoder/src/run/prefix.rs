//! What several prompts begin with, as a tree: each piece is computed once.

/// Tokens that a piece must have to be worth a place of its own.
const LEAST: usize = 16;

/// A beginning that several prompts share.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    /// The beginning of this beginning.
    pub(super) parent: Option<usize>,
    /// How many of the prompt's tokens it has, its parent's included.
    pub(super) end: usize,
    /// A prompt that begins so.
    pub(super) prompt: usize,
    /// Prompts and prefixes that rest on it.
    pub(super) users: usize,
}

/// The tree, parents first, and for each prompt the longest prefix of it. `order` holds the prompts'
/// indices in the order in which few prefixes are needed at a time.
#[derive(Debug, Default)]
pub(super) struct PrefixTree {
    pub(super) prefixes: Vec<Prefix>,
    pub(super) of_prompt: Vec<Option<usize>>,
    pub(super) order: Vec<usize>,
}

impl PrefixTree {
    /// Every prompt keeps one token of its own at least.
    pub(super) fn of(prompts: &[Vec<u32>]) -> PrefixTree {
        let mut order: Vec<usize> = (0..prompts.len()).collect();
        order.sort_by(|&a, &b| prompts.get(a).cmp(&prompts.get(b)));
        let mut tree = PrefixTree {
            prefixes: Vec::new(),
            of_prompt: vec![None; prompts.len()],
            order: Vec::new(),
        };
        // Not recursive: the branches can be as many as the tokens.
        let mut open = vec![(0..order.len(), None)];
        while let Some((range, parent)) = open.pop() {
            tree.branch(prompts, &order, range, parent, &mut open);
        }
        tree.order = order;
        tree
    }

    fn branch(
        &mut self,
        prompts: &[Vec<u32>],
        order: &[usize],
        range: std::ops::Range<usize>,
        parent: Option<usize>,
        open: &mut Vec<(std::ops::Range<usize>, Option<usize>)>,
    ) {
        let prompt =
            |place: usize| order.get(place).and_then(|&at| prompts.get(at)).map(Vec::as_slice);
        let (Some(first), Some(last)) = (prompt(range.start), prompt(range.end.wrapping_sub(1)))
        else {
            return;
        };
        if range.len() == 1 {
            self.settle(order, range, parent);
            return;
        }
        // Sorted, so what the outer two share all do.
        let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        let shortest = range.clone().filter_map(prompt).map(<[u32]>::len).min().unwrap_or(0);
        let end = shared.min(shortest.saturating_sub(1));
        let before = parent.and_then(|at| self.prefixes.get(at)).map_or(0, |prefix| prefix.end);
        let mut parent = parent;
        if end >= before + LEAST {
            if let Some(prefix) = parent.and_then(|at| self.prefixes.get_mut(at)) {
                prefix.users += 1;
            }
            let prompt = order.get(range.start).copied().unwrap_or_default();
            self.prefixes.push(Prefix { parent, end, prompt, users: 0 });
            parent = Some(self.prefixes.len() - 1);
        }
        // Cut where the next token differs; equal prompts stay together and need no cut.
        if first == last {
            self.settle(order, range, parent);
            return;
        }
        let mut start = range.start;
        for place in range.start + 1..=range.end {
            let next = |place: usize| prompt(place).and_then(|ids| ids.get(shared));
            if place == range.end || next(place) != next(start) {
                open.push((start..place, parent));
                start = place;
            }
        }
    }

    fn settle(&mut self, order: &[usize], range: std::ops::Range<usize>, parent: Option<usize>) {
        if let Some(prefix) = parent.and_then(|at| self.prefixes.get_mut(at)) {
            prefix.users += range.len();
        }
        for &prompt in order.get(range).unwrap_or_default() {
            if let Some(place) = self.of_prompt.get_mut(prompt) {
                *place = parent;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_beginnings_are_found_at_every_depth() {
        let long = |tail: &[u32]| (0..40u32).chain(tail.iter().copied()).collect::<Vec<_>>();
        let deep = |tail: u32| long(&(100..130).chain([tail]).collect::<Vec<_>>());
        let prompts = [deep(1), long(&[7]), deep(2), long(&[8, 9]), deep(2)];
        let tree = PrefixTree::of(&prompts);
        assert_eq!(tree.prefixes.len(), 2);
        assert_eq!((tree.prefixes[0].end, tree.prefixes[0].users), (40, 3));
        assert_eq!((tree.prefixes[1].end, tree.prefixes[1].users), (70, 3));
        assert_eq!(tree.prefixes[1].parent, Some(0));
        assert_eq!(tree.of_prompt, [Some(1), Some(0), Some(1), Some(0), Some(1)]);
        assert_eq!(tree.order, [1, 3, 0, 2, 4]);
    }

    #[test]
    fn short_or_single_prompts_share_nothing() {
        assert!(PrefixTree::of(&[vec![1, 2, 3], vec![1, 2, 4]]).prefixes.is_empty());
        assert!(PrefixTree::of(&[(0..99).collect()]).prefixes.is_empty());
        assert!(PrefixTree::of(&[]).order.is_empty());
        // A prompt that is the beginning of another keeps its last token.
        let tree = PrefixTree::of(&[(0..50).collect(), (0..90).collect()]);
        assert_eq!(tree.prefixes[0].end, 49);
    }
}
