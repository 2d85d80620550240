//! Which of several equally similar entities is taken.

/// Position of the largest value; there must be one.
///
/// Of equal values it is the one that `torch.topk(values, 1)` takes on a CPU. This matters: an
/// entity text that occurs under two types is tied with itself, and the choice changes the score.
/// From 64 values on torch takes the first. Below it uses `std::nth_element`, whose choice in
/// libstdc++ depends on the other values too: quickselect with the median of three as pivot,
/// followed here swap by swap. NaN counts as larger than any number.
///
/// Official products of one text's two equal embeddings can differ in their last bit, by the place
/// of the rows in the matrix; here they never do.
pub(super) fn largest(values: &[f32]) -> usize {
    let mut queue: Vec<Item> = values.iter().copied().zip(0..).collect();
    let mut end = queue.len();
    let mut depth = 2 * end.ilog2();
    if end < 64 {
        // The wanted place is the first, so that only the left part is ever followed.
        while end > 3 && depth > 0 {
            depth -= 1;
            end = partition(&mut queue[..end]);
        }
    }
    let first = queue[0];
    queue[1..end].iter().fold(first, |best, &item| if before(item, best) { item } else { best }).1
}

/// A value and its original position.
type Item = (f32, usize);

fn before(a: Item, b: Item) -> bool {
    (a.0.is_nan() && !b.0.is_nan()) || a.0 > b.0
}

/// Moves the median of the second, middle and last item to the front and partitions the others
/// around it; returns where the right part begins. There must be more than three items.
fn partition(items: &mut [Item]) -> usize {
    let (a, b, c) = (1, items.len() / 2, items.len() - 1);
    let is_before = |x: usize, y: usize| before(items[x], items[y]);
    let median = match (is_before(a, b), is_before(b, c), is_before(a, c)) {
        (true, true, _) | (false, false, false) => b,
        (true, false, true) | (false, true, false) => c,
        (true, false, false) | (false, _, true) => a,
    };
    items.swap(0, median);
    let pivot = items[0];
    let (mut left, mut right) = (1, items.len());
    loop {
        while before(items[left], pivot) {
            left += 1;
        }
        right -= 1;
        while before(pivot, items[right]) {
            right -= 1;
        }
        if left >= right {
            return left;
        }
        items.swap(left, right);
        left += 1;
    }
}
