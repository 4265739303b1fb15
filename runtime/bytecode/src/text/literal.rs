//! Strings, names and constants as text.

use std::fmt::Write;

use crate::limits;
use crate::module::Const;
use crate::operands::ConstIdx;

use super::Result;
use super::assemble::Tables;
use super::lexer::{Line, Token};

/// Writes a name: bare when it is an identifier.
pub(super) fn write_name(out: &mut String, name: &str) {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        out.push_str(name);
    } else {
        write_str(out, name);
    }
}

/// Writes a string in quotes.
pub(super) fn write_str(out: &mut String, text: &str) {
    out.push('"');
    text.chars().for_each(|c| write_char(out, c));
    out.push('"');
}

fn write_char(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // What cannot be seen, or changes how the rest is shown.
        c if c.is_control()
            || matches!(c as u32, 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff) =>
        {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        c => out.push(c),
    }
}

/// Writes hexadecimal digits in quotes.
pub(super) fn write_hex(out: &mut String, bytes: &[u8]) {
    out.push('"');
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out.push('"');
}

/// Writes a constant. `item` writes the items of a tuple, frozenset or slice.
pub(super) fn write_const(out: &mut String, value: &Const, item: &mut dyn FnMut(&mut String, ConstIdx)) {
    match value {
        Const::None => out.push_str("None"),
        Const::True => out.push_str("True"),
        Const::False => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Const::BigInt(bytes) => write_big_integer(out, bytes),
        Const::Float(value) => write_float(out, *value),
        Const::Complex { real, imag } => {
            out.push_str("complex(");
            write_float(out, *real);
            out.push_str(", ");
            write_float(out, *imag);
            out.push(')');
        }
        Const::Str(bytes) => write_text(out, bytes),
        Const::Bytes(bytes) => {
            out.push_str("b\"");
            for &byte in bytes {
                match byte {
                    b'"' | b'\\' | b'\n' | b'\r' | b'\t' | b' '..=b'~' => write_char(out, byte as char),
                    _ => {
                        let _ = write!(out, "\\x{byte:02x}");
                    }
                }
            }
            out.push('"');
        }
        Const::Tuple(items) => write_items(out, "", items, items.len() == 1, item),
        Const::FrozenSet(items) => write_items(out, "frozenset", items, false, item),
        Const::Slice { start, stop, step } => write_items(out, "slice", &[*start, *stop, *step], false, item),
    }
}

fn write_items(
    out: &mut String,
    kind: &str,
    items: &[ConstIdx],
    comma: bool,
    item: &mut dyn FnMut(&mut String, ConstIdx),
) {
    out.push_str(kind);
    out.push('(');
    for (number, &index) in items.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        item(out, index);
    }
    out.push_str(if comma { ",)" } else { ")" });
}

fn write_float(out: &mut String, value: f64) {
    let _ = if value.is_nan() && value.to_bits() != f64::NAN.to_bits() {
        write!(out, "float \"{:016x}\"", value.to_bits())
    } else if value.is_nan() {
        write!(out, "nan")
    } else {
        write!(out, "{value:?}")
    };
}

/// A big integer: hexadecimal, since that takes linear time.
fn write_big_integer(out: &mut String, bytes: &[u8]) {
    if !matches!(Const::integer(bytes), Const::BigInt(shortest) if shortest == bytes) {
        out.push_str("bigint ");
        return write_hex(out, bytes);
    }
    let mut magnitude = bytes.to_vec();
    if bytes.last().is_some_and(|last| last & 0x80 != 0) {
        out.push('-');
        negate(&mut magnitude);
    }
    let digits: String = magnitude.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    let _ = write!(out, "0x{}", digits.trim_start_matches('0'));
}

/// Two's complement.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        let (negated, overflow) = (!*byte).overflowing_add(u8::from(carry));
        (*byte, carry) = (negated, overflow);
    }
}

/// A string constant: generalised UTF-8, else hexadecimal.
fn write_text(out: &mut String, bytes: &[u8]) {
    let start = out.len();
    out.push('"');
    let mut rest = bytes;
    while !rest.is_empty() {
        let (valid, after) = match std::str::from_utf8(rest) {
            Ok(text) => (text, &rest[rest.len()..]),
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), after)
            }
        };
        valid.chars().for_each(|c| write_char(out, c));
        rest = match after {
            [] => after,
            [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, after @ ..] => {
                let _ = write!(out, "\\u{{{:x}}}", 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f));
                after
            }
            _ => {
                out.truncate(start);
                out.push_str("str ");
                return write_hex(out, bytes);
            }
        };
    }
    out.push('"');
}

/// Reads a constant or `#index`; gives its index.
pub(super) fn read_index(line: &mut Line<'_>, tables: &mut Tables, depth: u32) -> Result<ConstIdx> {
    if line.peek()? == Token::Mark('#') {
        line.next()?;
        return line.expect_u32().map(ConstIdx);
    }
    let value = read_const(line, tables, depth)?;
    Ok(tables.constant(value))
}

/// Reads a constant, whose items are added to the table when they are not there.
pub(super) fn read_const(line: &mut Line<'_>, tables: &mut Tables, depth: u32) -> Result<Const> {
    let token = line.next()?;
    match token {
        Token::Str(bytes) => Ok(Const::Str(bytes)),
        Token::Bytes(bytes) => Ok(Const::Bytes(bytes)),
        Token::Number(text) => read_number(line, text),
        Token::Mark('(') => read_items(line, tables, depth).map(Const::Tuple),
        Token::Word("None") => Ok(Const::None),
        Token::Word("True") => Ok(Const::True),
        Token::Word("False") => Ok(Const::False),
        Token::Word("Ellipsis") => Ok(Const::Ellipsis),
        Token::Word("inf") => Ok(Const::Float(f64::INFINITY)),
        Token::Word("nan") => Ok(Const::Float(f64::NAN)),
        Token::Word("float") => read_float_bits(line).map(Const::Float),
        Token::Word("bigint") => line.expect_hex().map(Const::BigInt),
        Token::Word("str") => line.expect_hex().map(Const::Str),
        Token::Word("complex") => {
            line.expect_mark('(')?;
            let real = read_float(line)?;
            line.expect_mark(',')?;
            let imag = read_float(line)?;
            line.expect_mark(')')?;
            Ok(Const::Complex { real, imag })
        }
        Token::Word("frozenset") => {
            line.expect_mark('(')?;
            read_items(line, tables, depth).map(Const::FrozenSet)
        }
        Token::Word("slice") => {
            line.expect_mark('(')?;
            match read_items(line, tables, depth)?[..] {
                [start, stop, step] => Ok(Const::Slice { start, stop, step }),
                ref items => Err(line.error(format!("{} items", items.len()), "the three of a slice")),
            }
        }
        token => Err(line.error_help(
            token.describe(),
            "a constant",
            "a constant is None, True, False, Ellipsis, a number, \"text\", b\"bytes\", (items), frozenset(items), \
             slice(a, b, c), complex(re, im), or #index",
        )),
    }
}

/// Items behind an opening parenthesis, up to the closing one.
fn read_items(line: &mut Line<'_>, tables: &mut Tables, depth: u32) -> Result<Vec<ConstIdx>> {
    if depth >= limits::CONSTANT_NESTING {
        return Err(line.error("a constant nested too deep", format!("at most {} levels", limits::CONSTANT_NESTING)));
    }
    let mut items = Vec::new();
    loop {
        if line.peek()? == Token::Mark(')') {
            line.next()?;
            return Ok(items);
        }
        items.push(read_index(line, tables, depth + 1)?);
        match line.next()? {
            Token::Mark(',') => {}
            Token::Mark(')') => return Ok(items),
            token => return Err(line.error(token.describe(), "`,` or `)`")),
        }
    }
}

fn read_number(line: &Line<'_>, text: &str) -> Result<Const> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", text),
    };
    if let Some(digits) = magnitude.strip_prefix("0x") {
        return read_hex_integer(line, !sign.is_empty(), digits);
    }
    if magnitude.bytes().all(|c| c.is_ascii_digit()) {
        return match text.parse() {
            Ok(value) => Ok(Const::Int(value)),
            Err(_) => Err(line.error_help(
                format!("`{text}`"),
                "an integer of 64 bits",
                "write larger integers in hexadecimal: 0x...",
            )),
        };
    }
    parse_float(line, text).map(Const::Float)
}

fn read_hex_integer(line: &Line<'_>, negative: bool, digits: &str) -> Result<Const> {
    let values: Option<Vec<u8>> =
        digits.bytes().rev().map(|c| (c as char).to_digit(16).map(|digit| digit as u8)).collect();
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        return Err(line.error(format!("`0x{digits}`"), "hexadecimal digits"));
    };
    let mut bytes: Vec<u8> = values.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4).collect();
    bytes.push(0);
    if negative {
        negate(&mut bytes);
    }
    Ok(Const::integer(&bytes))
}

fn parse_float(line: &Line<'_>, text: &str) -> Result<f64> {
    let digits = text.bytes().any(|c| c.is_ascii_digit()) || matches!(text, "inf" | "-inf" | "nan");
    match text.parse() {
        Ok(value) if digits => Ok(value),
        _ => Err(line.error(format!("`{text}`"), "a number")),
    }
}

fn read_float(line: &mut Line<'_>) -> Result<f64> {
    match line.next()? {
        Token::Number(text) => parse_float(line, text),
        Token::Word(text @ ("inf" | "nan")) => parse_float(line, text),
        Token::Word("float") => read_float_bits(line),
        token => Err(line.error(token.describe(), "a floating-point number")),
    }
}

/// The string behind `float`.
fn read_float_bits(line: &mut Line<'_>) -> Result<f64> {
    let bytes = line.expect_hex()?;
    match bytes.first_chunk::<8>() {
        Some(bits) if bytes.len() == 8 => Ok(f64::from_bits(u64::from_be_bytes(*bits))),
        _ => Err(line.error(format!("{} bytes", bytes.len()), "the 8 bytes of a floating-point number")),
    }
}
