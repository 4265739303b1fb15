//! The text of a SyntaxError: its place, the source line and carets under it.

use orochi_gc::Gc;

use super::class_title;
use crate::types::exception::Exception;
use crate::types::exception::syntax_error::{self, detail};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// The lines of a SyntaxError.
pub(crate) fn describe(vm: &Vm, exception: Gc<Exception>) -> String {
    let field = |index: usize| match detail(vm, exception, index) {
        Ok(value) => value,
        Err(raised) => {
            let _ = vm.take_exception(raised);
            vm.none()
        }
    };
    let none = vm.none();
    let (filename, line) = (field(syntax_error::FILENAME), field(syntax_error::LINE));
    let mut text = String::new();
    let mut suffix = String::new();
    if line != none {
        let name = if filename == none { "<string>".to_owned() } else { vm.display(filename) };
        text += &format!("  File \"{name}\", line {}\n", vm.display(line));
    } else if filename != none {
        suffix = format!(" ({})", vm.display(filename));
    }
    if let Some(source) = field(syntax_error::TEXT).cast::<Str>() {
        let place = |index: usize| field(index).as_int();
        let range = Range {
            line: line.as_int(),
            end_line: place(syntax_error::END_LINE),
            offset: place(syntax_error::OFFSET),
            end_offset: place(syntax_error::END_OFFSET),
        };
        text += &show_source(&source.to_string(), &range);
    }
    let message = field(syntax_error::MESSAGE);
    let message = if is_empty(vm, message) { "<no detail available>".to_owned() } else { vm.display(message) };
    text + &format!("{}: {message}{suffix}\n", class_title(vm, exception))
}

fn is_empty(vm: &Vm, value: Value) -> bool {
    value == vm.none() || value.cast::<Str>().is_some_and(|text| text.is_empty())
}

/// 1-based, in characters.
struct Range {
    line: Option<i64>,
    end_line: Option<i64>,
    offset: Option<i64>,
    end_offset: Option<i64>,
}

fn show_source(source: &str, range: &Range) -> String {
    let right = source.trim_end_matches('\n');
    let shown = right.trim_start_matches([' ', '\n', '\x0c']);
    let (Some(_), Some(mut offset)) = (range.line, range.offset) else { return format!("    {shown}\n") };
    let spaces = (right.chars().count() - shown.chars().count()) as i64;
    let len = source.chars().count() as i64;
    let mut end = if range.line == range.end_line {
        range.end_offset.filter(|end| *end != 0).unwrap_or(offset)
    } else {
        right.chars().count() as i64 + 1
    };
    let behind = right.chars().count() as i64 + 1;
    if !source.is_empty() && offset > len {
        offset = behind;
    }
    if !source.is_empty() && end > len {
        end = behind;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (column, end_column) = (offset - 1 - spaces, end - 1 - spaces);
    if column < 0 {
        return format!("    {shown}\n");
    }
    // White space that is no blank (tabs) stays as it is, so that the carets stand where they should.
    let margin: String = shown.chars().take(column as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    let carets = "^".repeat((end_column - column).clamp(0, 1 << 16) as usize);
    format!("    {shown}\n    {margin}{carets}\n")
}
