//! Normal forms of texts (Unicode Standard Annex 15).

use super::database::{Version, composition};

/// A normal form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    /// Whether what is only compatible is decomposed too.
    pub compatible: bool,
    /// Whether it is composed again.
    pub composed: bool,
}

impl Form {
    /// The form of a name.
    pub fn named(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form { compatible: false, composed: true },
            "NFD" => Form { compatible: false, composed: false },
            "NFKC" => Form { compatible: true, composed: true },
            "NFKD" => Form { compatible: true, composed: false },
            _ => return None,
        })
    }
}

/// Hangul syllables: the first, and the first of each kind of part.
const SYLLABLES: u32 = 0xac00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILING: u32 = 0x11a7;
/// How many there are: of leading parts, vowels, trailing parts (none included), syllables.
const LEADING_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT;

/// Appends the full decomposition of a code point.
fn decompose(version: Version, compatible: bool, c: u32, out: &mut Vec<u32>) {
    if let Some(syllable) = c.checked_sub(SYLLABLES).filter(|syllable| *syllable < SYLLABLE_COUNT) {
        out.push(LEADING + syllable / (VOWEL_COUNT * TRAILING_COUNT));
        out.push(VOWELS + syllable / TRAILING_COUNT % VOWEL_COUNT);
        let trailing = syllable % TRAILING_COUNT;
        if trailing > 0 {
            out.push(TRAILING + trailing);
        }
        return;
    }
    if let Some(old) = version.old_normalization(c) {
        return out.push(old);
    }
    match version.decomposition(c) {
        // Decompositions of what is decomposed to are few and end.
        Some((tag, parts)) if compatible || tag.is_empty() => {
            parts.iter().for_each(|part| decompose(version, compatible, *part, out));
        }
        _ => out.push(c),
    }
}

/// Sorts runs of combining characters by their classes.
fn order(version: Version, text: &mut [u32]) {
    let mut start = 0;
    while start < text.len() {
        let len = text[start..].iter().take_while(|c| version.combining(**c) != 0).count();
        text[start..start + len].sort_by_key(|c| version.combining(*c));
        start += len.max(1);
    }
}

/// What two code points compose to, syllables included.
fn compose_pair(a: u32, b: u32) -> Option<u32> {
    if let (Some(leading), Some(vowel)) = (a.checked_sub(LEADING), b.checked_sub(VOWELS))
        && leading < LEADING_COUNT
        && vowel < VOWEL_COUNT
    {
        return Some(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    if let (Some(syllable), Some(trailing)) = (a.checked_sub(SYLLABLES), b.checked_sub(TRAILING))
        && syllable < SYLLABLE_COUNT
        && syllable % TRAILING_COUNT == 0
        && (1..TRAILING_COUNT).contains(&trailing)
    {
        return Some(a + trailing);
    }
    composition(a, b)
}

/// Composes what is decomposed and in order.
fn compose(version: Version, text: Vec<u32>) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(text.len());
    // The place of the last starter, and the class of what was last put behind it.
    let mut starter: Option<usize> = None;
    let mut last = 0;
    for c in text {
        let class = version.combining(c);
        if let Some(at) = starter {
            let blocked = at + 1 < out.len() && (last == 0 || last >= class);
            if !blocked && let Some(composed) = compose_pair(out[at], c).filter(|c| !is_too_new(version, *c)) {
                out[at] = composed;
                continue;
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last = class;
        out.push(c);
    }
    out
}

fn is_too_new(version: Version, c: u32) -> bool {
    version == Version::Old && !version.is_assigned(c)
}

/// The normal form of a text.
pub fn normalize(version: Version, form: Form, text: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut out = Vec::new();
    text.for_each(|c| decompose(version, form.compatible, c, &mut out));
    order(version, &mut out);
    if form.composed { compose(version, out) } else { out }
}
