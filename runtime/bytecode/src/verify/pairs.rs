//! The call pairs on an abstract stack, as persistent linked lists: a list is the number of its newest node, equal lists
//! have equal numbers, and old lists stay valid. Every operation takes at most logarithmic time, so that deep stacks of
//! pairs cannot make verification slow.

use std::collections::HashMap;

/// A list of pairs, the highest on the stack first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Pairs(u32);

/// The list without pairs.
pub(super) const NO_PAIRS: Pairs = Pairs(0);

#[derive(Debug)]
struct Node {
    /// Where the callable half is, counted from the bottom of the stack; the receiver is right above it.
    callable: u32,
    rest: Pairs,
    /// A list further down, by the rule of skew-binary numbers.
    jump: Pairs,
    length: u32,
    /// The first list that was made of this one by another pair, or the empty one: most often there is no second.
    next: Pairs,
}

#[derive(Debug)]
pub(super) struct PairLists {
    nodes: Vec<Node>,
    /// Lists by the one that they were made of and the pair, but for the first of each.
    known: HashMap<(u32, u32), Pairs>,
}

impl PairLists {
    pub fn new() -> Self {
        let empty = Node { callable: 0, rest: NO_PAIRS, jump: NO_PAIRS, length: 0, next: NO_PAIRS };
        Self { nodes: vec![empty], known: HashMap::new() }
    }

    fn node(&self, list: Pairs) -> &Node {
        &self.nodes[list.0 as usize]
    }

    /// The list with a pair more, above all others.
    pub fn push(&mut self, list: Pairs, callable: u32) -> Pairs {
        let next = self.node(list).next;
        if next != NO_PAIRS {
            if self.node(next).callable == callable {
                return next;
            }
            if let Some(&known) = self.known.get(&(list.0, callable)) {
                return known;
            }
        }
        let (first, length) = (self.node(list).jump, self.node(list).length);
        let second = self.node(first).jump;
        let balanced = length - self.node(first).length == self.node(first).length - self.node(second).length;
        let jump = if balanced && length > 0 { second } else { list };
        let new = Pairs(self.nodes.len() as u32);
        self.nodes.push(Node { callable, rest: list, jump, length: length + 1, next: NO_PAIRS });
        if next == NO_PAIRS {
            self.nodes[list.0 as usize].next = new;
        } else {
            self.known.insert((list.0, callable), new);
        }
        new
    }

    /// The list without its highest pair.
    pub fn pop(&self, list: Pairs) -> Pairs {
        self.node(list).rest
    }

    /// The callable's place of the highest pair.
    #[inline]
    pub fn highest(&self, list: Pairs) -> Option<u32> {
        (list != NO_PAIRS).then(|| self.node(list).callable)
    }

    /// The pairs whose callable is below a place.
    pub fn below(&self, mut list: Pairs, place: u32) -> Pairs {
        while list != NO_PAIRS && self.node(list).callable >= place {
            let Node { rest, jump, .. } = *self.node(list);
            list = if jump != NO_PAIRS && self.node(jump).callable >= place { jump } else { rest };
        }
        list
    }

    /// Whether one of the halves is at a place.
    pub fn holds(&self, list: Pairs, place: u32) -> bool {
        self.highest(self.below(list, place + 1)).is_some_and(|callable| callable + 1 >= place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_shared_and_found_by_place() {
        let mut lists = PairLists::new();
        let mut list = NO_PAIRS;
        let mut all = vec![list];
        for index in 0..1000 {
            list = lists.push(list, index * 3);
            all.push(list);
        }
        assert_eq!(lists.push(all[5], 15), all[6]);
        assert_eq!(lists.pop(all[6]), all[5]);
        for (length, &list) in all.iter().enumerate() {
            assert_eq!(lists.highest(list), (length > 0).then(|| (length as u32 - 1) * 3));
            for place in [0, 1, 2, 3, 500, 1499, 1500, 1501, 3000] {
                let expected = all[(place as usize).div_ceil(3).min(length)];
                assert_eq!(lists.below(list, place), expected, "{length} {place}");
                assert_eq!(lists.holds(list, place), place % 3 < 2 && place < length as u32 * 3, "{length} {place}");
            }
        }
    }
}
