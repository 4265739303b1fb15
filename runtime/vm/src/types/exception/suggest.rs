//! "Did you mean": the name nearest to a wrong one, by CPython's measure and limits.

/// More candidates than this and nothing is suggested.
const MAX_CANDIDATES: usize = 750;
/// Longer names are not looked at.
const MAX_LENGTH: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

/// The candidate nearest to a name, if any is near enough.
#[must_use]
pub fn suggest<'a>(wrong: &str, candidates: &'a [String]) -> Option<&'a str> {
    let wrong: Vec<char> = wrong.chars().collect();
    if candidates.len() > MAX_CANDIDATES || wrong.len() > MAX_LENGTH {
        return None;
    }
    let mut best: Option<(&str, usize)> = None;
    for candidate in candidates {
        let name: Vec<char> = candidate.chars().collect();
        if name == wrong {
            continue;
        }
        // No more than a third of the characters may need a change, and earlier matches must be beaten.
        let limit = (name.len() + wrong.len() + 3) * MOVE_COST / 6;
        let beaten = best.map_or(usize::MAX, |(_, distance)| distance);
        let Some(limit) = beaten.checked_sub(1).map(|below| below.min(limit)) else { continue };
        let distance = levenshtein(&wrong, &name, limit);
        if distance <= limit && best.is_none_or(|(_, known)| distance < known) {
            best = Some((candidate, distance));
        }
    }
    best.map(|(name, _)| name)
}

fn substitution_cost(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.to_lowercase().eq(b.to_lowercase()) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The edit distance, or more than `limit`.
fn levenshtein(a: &[char], b: &[char], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return MOVE_COST * (a.len() + b.len());
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if (long.len() - short.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=short.len()).map(|index| index * MOVE_COST).collect();
    let mut result = 0;
    for (index, &c) in long.iter().enumerate() {
        let mut distance = index * MOVE_COST;
        result = distance;
        let mut minimum = usize::MAX;
        for (place, &d) in short.iter().enumerate() {
            let substitute = distance + substitution_cost(c, d);
            distance = row[place];
            result = substitute.min(result.min(distance) + MOVE_COST);
            row[place] = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["blech", "fluch", "append", "extend"].map(str::to_owned);
        assert_eq!(suggest("bluch", &names), Some("blech"));
        assert_eq!(suggest("apend", &names), Some("append"));
        assert_eq!(suggest("Append", &names), Some("append"));
        assert_eq!(suggest("zzz", &names), None);
    }
}
