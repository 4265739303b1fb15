//! The nearest match for a name that is not known.

/// The candidate that is most like `name`, if one is like it at all: at most a third of its letters differ.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many insertions, deletions, substitutions and swaps of neighbours make one of the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(64).collect(), to.chars().take(64).collect());
    let width = to.len() + 1;
    let mut cost: Vec<usize> = (0..(from.len() + 1) * width).map(|i| if i < width { i } else { 0 }).collect();
    for i in 1..=from.len() {
        cost[i * width] = i;
        for j in 1..=to.len() {
            let substitution = cost[(i - 1) * width + j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut best = substitution.min(cost[(i - 1) * width + j] + 1).min(cost[i * width + j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(cost[(i - 2) * width + j - 2] + 1);
            }
            cost[i * width + j] = best;
        }
    }
    cost[from.len() * width + to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        let names = ["cpython", "pypy", "jython", "ironpython"];
        assert_eq!(nearest("cpyhton", names), Some("cpython"));
        assert_eq!(nearest("pipy", names), Some("pypy"));
        assert_eq!(nearest("jyton", names), Some("jython"));
        assert_eq!(nearest("ruby", names), None);
        assert_eq!(nearest("", names), None);
    }
}
