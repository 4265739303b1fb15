//! The entries of a traceback: file, line, function, source with carets (PEP 657).

use orochi_gc::Gc;

use super::anchors::{self, Anchors, Segment};
use crate::types::code::Code;
use crate::types::function::Function;
use crate::types::traceback::Traceback;
use crate::vm::Vm;

/// The same entry is shown so often in a row at most.
const RECURSIVE_CUTOFF: usize = 3;

/// Where an entry is.
#[derive(Clone)]
struct Entry {
    code: Gc<Code>,
    function: Gc<Function>,
    filename: String,
    name: String,
    line: u32,
    end_line: u32,
    column: u32,
    end_column: u32,
}

impl Entry {
    fn new(vm: &Vm, traceback: Gc<Traceback>) -> Entry {
        let (code, position) = (traceback.code(), traceback.position(vm));
        Entry {
            code,
            function: traceback.function(),
            filename: vm.display(code.filename.get()),
            name: vm.display(code.name.get()),
            line: position.line,
            end_line: position.end_line,
            column: position.column,
            end_column: position.end_column,
        }
    }

    fn same_place(&self, other: &Entry) -> bool {
        self.filename == other.filename && self.line == other.line && self.name == other.name
    }
}

/// All entries from the outermost on.
pub fn format(vm: &Vm, traceback: Gc<Traceback>) -> String {
    format_with(vm, traceback, format_entry)
}

/// The same without carets: the first line of each entry's source, as the interpreter itself shows it without the module
/// `traceback`.
pub fn format_plain(vm: &Vm, traceback: Gc<Traceback>) -> String {
    format_with(vm, traceback, |vm, entry| {
        let end = entry.line;
        format_entry(vm, &Entry { end_line: end, end_column: entry.column, ..entry.clone() })
    })
}

fn format_with(vm: &Vm, traceback: Gc<Traceback>, format_entry: fn(&Vm, &Entry) -> String) -> String {
    let mut text = String::new();
    let mut last: Option<Entry> = None;
    let mut count = 0;
    let mut next = Some(traceback);
    while let Some(traceback) = next {
        next = traceback.next.get().cast::<Traceback>();
        let entry = Entry::new(vm, traceback);
        if !last.as_ref().is_some_and(|last| last.same_place(&entry)) {
            text += &repeated(count);
            count = 0;
        }
        count += 1;
        if count <= RECURSIVE_CUTOFF {
            text += &format_entry(vm, &entry);
        }
        last = Some(entry);
    }
    text + &repeated(count)
}

fn repeated(count: usize) -> String {
    match count.saturating_sub(RECURSIVE_CUTOFF) {
        0 => String::new(),
        more => format!("  [Previous line repeated {more} more time{}]\n", if more > 1 { "s" } else { "" }),
    }
}

fn format_entry(vm: &Vm, entry: &Entry) -> String {
    let mut text = format!("  File \"{}\", line {}, in {}\n", entry.filename, entry.line, entry.name);
    let Some(source) = vm.source_lines(entry.code, entry.function) else { return text };
    let source_line = |line: u32| line.checked_sub(1).and_then(|line| source.get(line as usize));
    let Some(first) = source_line(entry.line) else { return text };
    let has_columns = entry.end_line >= entry.line
        && (entry.end_line > entry.line || entry.end_column > entry.column)
        && !vm.flags(|flags| flags.no_debug_ranges);
    if !has_columns {
        let first = first.trim();
        if !first.is_empty() {
            text += &format!("    {first}\n");
        }
        return text;
    }
    let original: Vec<String> = (entry.line..=entry.end_line)
        .map(|line| source_line(line).map_or_else(String::new, |line| line.trim_end().to_owned()))
        .collect();
    if original.iter().all(String::is_empty) {
        return text;
    }
    for line in Excerpt::new(&original, entry.column, entry.end_column).show() {
        text += &format!("    {line}\n");
    }
    text
}

/// Takes the white space away that all lines begin with; lines of nothing else become empty (`textwrap.dedent`).
fn dedent(lines: &[String]) -> Vec<String> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(margin) => {
                let common = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &margin[..common]
            }
        });
    }
    let cut = margin.map_or(0, str::len);
    let strip = |line: &String| if line.trim().is_empty() { String::new() } else { line[cut..].to_owned() };
    lines.iter().map(strip).collect()
}

fn byte_to_char(line: &str, offset: u32) -> usize {
    let offset = (offset as usize).min(line.len());
    line.char_indices().take_while(|(at, _)| *at < offset).count()
}

/// How many columns the first `count` characters take on a terminal.
fn display_width(line: &[char], count: usize) -> usize {
    line.iter().take(count).map(|c| if is_wide(*c) { 2 } else { 1 }).sum()
}

/// Whether a character takes two columns (East Asian Width W or F, by blocks).
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x231a..=0x231b | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xa000..=0xa4cf | 0xa960..=0xa97f | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd)
}

/// The lines of an instruction, without their common indentation, and its range in them in characters.
struct Excerpt {
    lines: Vec<Vec<char>>,
    start: usize,
    end: usize,
}

impl Excerpt {
    fn new(original: &[String], column: u32, end_column: u32) -> Excerpt {
        let (first, last) = (&original[0], &original[original.len() - 1]);
        let lines: Vec<Vec<char>> = dedent(original).iter().map(|line| line.chars().collect()).collect();
        let removed = first.chars().count() - lines[0].len();
        Excerpt {
            start: byte_to_char(first, column).saturating_sub(removed),
            end: byte_to_char(last, end_column).saturating_sub(removed),
            lines,
        }
    }

    /// The lines of the instruction's own text.
    fn segment(&self) -> Segment {
        let mut lines = self.lines.clone();
        let last = lines.len() - 1;
        lines[last].truncate(self.end);
        let start = self.start.min(lines[0].len());
        lines[0].drain(..start);
        Segment::new(lines)
    }

    fn show(&self) -> Vec<String> {
        let segment = self.segment();
        let anchors = anchors::extract(&segment);
        let carets = self.wants_carets(anchors.as_ref());
        let last = self.lines.len() - 1;
        let mut significant = vec![0, last];
        if let Some(anchors) = &anchors {
            for line in [anchors.left.0, anchors.right.0] {
                significant.extend(line.saturating_sub(1)..=line + 1);
            }
        }
        significant.retain(|line| *line <= last);
        significant.sort_unstable();
        significant.dedup();
        let mut result = Vec::new();
        let mut previous: Option<usize> = None;
        for line in significant {
            match previous.map(|previous| line - previous) {
                Some(2) => self.show_line(line - 1, carets, anchors.as_ref(), &mut result),
                Some(distance) if distance > 2 => result.push(format!("...<{} lines>...", distance - 1)),
                _ => {}
            }
            self.show_line(line, carets, anchors.as_ref(), &mut result);
            previous = Some(line);
        }
        dedent(&result)
    }

    fn show_line(&self, number: usize, carets: bool, anchors: Option<&Anchors>, result: &mut Vec<String>) {
        let line = &self.lines[number];
        result.push(line.iter().collect());
        if !carets {
            return;
        }
        let spaces = line.iter().take_while(|c| c.is_whitespace()).count();
        let is_last = number == self.lines.len() - 1;
        let count = display_width(line, if is_last { self.end } else { line.len() });
        let start = display_width(line, self.start);
        // Anchors on the first line count from the start of the instruction.
        let place = |(at, column): (usize, usize)| {
            let column = if at == 0 { column + self.start } else { column };
            (at, self.lines.get(at).map_or(column, |line| display_width(line, column)))
        };
        let anchors = anchors.map(|anchors| (place(anchors.left), place(anchors.right)));
        let caret = |column: usize| {
            if column < spaces || (number == 0 && column < start) {
                return ' ';
            }
            match anchors {
                Some((left, right)) if (number, column) >= left && (number, column) < right => '^',
                Some(_) => '~',
                None => '^',
            }
        };
        result.push((0..count).map(caret).collect());
    }

    /// Carets say nothing when they would mark whole lines, or all of `x = f(..)` or `return f(..)` behind the `=` or `return`.
    fn wants_carets(&self, anchors: Option<&Anchors>) -> bool {
        let before: String = self.lines[0].iter().take(self.start).collect();
        let after: String = self.lines[self.lines.len() - 1].iter().skip(self.end).collect();
        let after = after.trim();
        let ends = after.is_empty() || after.starts_with('#') || after.starts_with(';');
        if let Some(Anchors { call: Some(by_name), .. }) = anchors
            && ends
        {
            let statement = before.trim();
            if (statement == "return" && *by_name) || anchors::is_assignment_head(statement) {
                return false;
            }
        }
        anchors.is_some() || !before.trim_start().is_empty() || !after.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str, column: u32, end_column: u32) -> String {
        let lines: Vec<String> = source.lines().map(str::to_owned).collect();
        Excerpt::new(&lines, column, end_column).show().join("\n")
    }

    #[test]
    fn operators_calls_and_subscripts_have_anchors() {
        assert_eq!(show("    return x + y * z - x", 15, 20), "return x + y * z - x\n           ~~^~~");
        assert_eq!(show("    {}[\"missing\"]", 4, 17), "{}[\"missing\"]\n~~^^^^^^^^^^^");
        assert_eq!(show("    return f(1, g(2), 3)", 16, 20), "return f(1, g(2), 3)\n            ~^^^");
        assert_eq!(show("    y = x.missing", 8, 17), "y = x.missing\n    ^^^^^^^^^");
    }

    #[test]
    fn whole_lines_have_no_carets() {
        assert_eq!(show("    raise kind(text)", 4, 20), "raise kind(text)");
        assert_eq!(show("    return f(*a)", 11, 16), "return f(*a)");
        assert_eq!(show("    x = a.b(1)", 8, 14), "x = a.b(1)");
        assert_eq!(show("    return a.b(1)", 11, 17), "return a.b(1)\n       ~~~^^^");
    }

    #[test]
    fn instructions_of_many_lines_are_cut() {
        let source = "operator(\n    \"a\",\n    2,\n    3,\n    4,\n)";
        let expected = "operator(\n~~~~~~~~^\n    \"a\",\n    ^^^^\n...<2 lines>...\n    4,\n    ^^\n)\n^";
        assert_eq!(show(source, 0, 1), expected);
        let source = "    return (a\n            + b\n            + c)";
        assert_eq!(show(&source[..source.len() - 17], 12, 15), "return (a\n        ~\n        + b\n        ^~~");
    }
}
