//! Modules that no compiler made: programs of the corpus in text form, with lines changed by chance. What the verifier still
//! accepts has to run without harm.

use std::collections::HashMap;

/// Decisions by chance, the same for the same seed (xorshift64*).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    #[must_use]
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`, or 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        number as usize % bound.max(1)
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Lines to take replacements from, by what they do to the stack.
#[derive(Debug, Default)]
pub struct Pool {
    /// Instructions without a label.
    instructions: Vec<String>,
    by_mnemonic: HashMap<String, Vec<String>>,
    by_effect: HashMap<String, Vec<String>>,
    /// Header lines of code objects.
    headers: HashMap<String, Vec<String>>,
}

/// How many values each instruction takes and leaves, where that does not depend on its operands.
pub type Effects = HashMap<&'static str, String>;

/// The effects as the signatures of the op table say them: `(a b -- c)`.
#[must_use]
pub fn effects<'a>(table: impl Iterator<Item = (&'static str, &'a str)>) -> Effects {
    table
        .filter(|(_, signature)| !signature.contains("..") && !signature.contains('['))
        .filter_map(|(mnemonic, signature)| {
            let (takes, leaves) = signature.trim_matches(['(', ')']).split_once("--")?;
            let effect = format!("{}-{}", takes.split_whitespace().count(), leaves.split_whitespace().count());
            Some((mnemonic, effect))
        })
        .collect()
}

fn mnemonic(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn is_instruction(line: &str) -> bool {
    line.starts_with("  ") && !line.starts_with("  .")
}

/// Has an operand that means something else in another code object.
fn is_local(line: &str) -> bool {
    line.contains('#') || line.contains('@') || line.contains(" L")
}

impl Pool {
    /// Takes up the lines of a program.
    pub fn add(&mut self, text: &str, effects: &Effects) {
        for line in text.lines() {
            let word = mnemonic(line);
            if is_instruction(line) && !is_local(line) {
                self.instructions.push(line.to_owned());
                push(&mut self.by_mnemonic, word, line);
                if let Some(effect) = effects.get(word) {
                    push(&mut self.by_effect, effect, line);
                }
            } else if line.starts_with("  .") && !matches!(word, ".at" | ".handler" | ".max_stack") {
                push(&mut self.headers, word, line);
            }
        }
    }
}

fn push(map: &mut HashMap<String, Vec<String>>, key: &str, line: &str) {
    map.entry(key.to_owned()).or_default().push(line.to_owned());
}

/// A program with a few lines changed. The result may or may not be a module, and that may or may not be valid.
#[must_use]
pub fn mutant(text: &str, pool: &Pool, effects: &Effects, chance: &mut Chance) -> String {
    // The depth is worked out anew.
    let mut lines: Vec<String> =
        text.lines().filter(|line| mnemonic(line) != ".max_stack").map(str::to_owned).collect();
    let places: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("  ")).collect();
    if places.is_empty() {
        return text.to_owned();
    }
    for _ in 0..=chance.below(6) {
        let at = *chance.pick(&places);
        change(&mut lines, at, pool, effects, chance);
    }
    // A line may have become several.
    lines.join("\n") + "\n"
}

fn change(lines: &mut [String], at: usize, pool: &Pool, effects: &Effects, chance: &mut Chance) {
    let line = lines[at].clone();
    let word = mnemonic(&line).to_owned();
    if !is_instruction(&line) {
        match word.as_str() {
            ".at" => return change(lines, (at + 1).min(lines.len() - 1), pool, effects, chance),
            ".handler" => change_handler(&mut lines[at], chance),
            _ => {
                if let Some(others) = pool.headers.get(&word) {
                    lines[at] = chance.pick(others).clone();
                }
            }
        }
        return;
    }
    let label = line.split_whitespace().find(|word| word.starts_with('L') && word[1..].parse::<u32>().is_ok());
    match (chance.below(10), label) {
        (0..4, Some(label)) => {
            let number = label[1..].parse::<usize>().unwrap_or_default();
            let other = (number + chance.below(7)).saturating_sub(3);
            lines[at] = line.replace(label, &format!("L{other}"));
        }
        (0..4, None) => {
            if let Some(others) = pool.by_mnemonic.get(&word) {
                lines[at] = chance.pick(others).clone();
            }
        }
        (4..8, _) => {
            if let Some(others) = effects.get(word.as_str()).and_then(|effect| pool.by_effect.get(effect)) {
                lines[at] = chance.pick(others).clone();
            }
        }
        (8, _) => {
            // Something that leaves the stack as deep as it was.
            let neutral = ["1-1", "0-0", "2-2"];
            let mut more = match chance.below(4) {
                0 => pool.by_effect.get("0-1").map(|all| format!("{}\n  pop", chance.pick(all))),
                1 => Some("  copy 1\n  pop".to_owned()),
                2 => Some("  swap 2".to_owned()),
                _ => pool.by_effect.get(*chance.pick(&neutral)).map(|all| chance.pick(all).clone()),
            };
            if let Some(more) = more.take() {
                lines[at] = if chance.below(2) == 0 { format!("{line}\n{more}") } else { format!("{more}\n{line}") };
            }
        }
        _ => match chance.below(3) {
            0 => lines[at].clear(),
            1 => lines[at] = format!("{line}\n{line}"),
            _ => lines[at] = chance.pick(&pool.instructions).clone(),
        },
    }
}

fn change_handler(line: &mut String, chance: &mut Chance) {
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if words.len() == 5 {
        let which = 1 + chance.below(4);
        let (letter, number) = words[which].split_at(usize::from(which < 4));
        let moved = (number.parse::<usize>().unwrap_or_default() + chance.below(5)).saturating_sub(2);
        words[which] = format!("{letter}{moved}");
        *line = format!("  {}", words.join(" "));
    }
}
