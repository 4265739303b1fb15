//! `'%s, %r' % (a, b)` as an f-string, where that means the same.

use bumpalo::Bump;

use super::nodes::*;
use super::place::{Place, Range, Ranged};

/// The most digits of a width or a precision, less one.
const MAX_DIGITS: usize = 3;

/// A constant that has no place of its own.
const NOWHERE: Range = Range::new(Place { line: -1, column: -1 }, Place { line: -1, column: -1 });

/// The f-string for an operation, if it is the formatting of a text with a tuple, and simple enough.
pub(super) fn joined<'a>(arena: &'a Bump, binary: &ExprBinOp<'a>) -> Option<Expr<'a>> {
    let (Expr::Constant(left), Operator::Mod, Expr::Tuple(tuple)) = (binary.left, binary.op, binary.right) else {
        return None;
    };
    let Constant::Str(mut format) = left.value else { return None };
    if tuple.elts.iter().any(|item| matches!(item, Expr::Starred(_))) {
        return None;
    }
    let mut values = Vec::new();
    let mut items = tuple.elts.iter();
    loop {
        let (literal, rest) = literal(format);
        if !literal.is_empty() {
            values.push(text(arena, &literal));
        }
        let Some(specified) = rest.strip_prefix(b"%") else { break };
        let item = items.next()?;
        let (value, rest) = field(arena, specified, item)?;
        values.push(value);
        format = rest;
    }
    if items.next().is_some() {
        return None;
    }
    Some(ExprJoinedStr { range: binary.range, values: arena.alloc_slice_copy(&values) }.into())
}

fn text<'a>(arena: &'a Bump, text: &[u8]) -> Expr<'a> {
    ExprConstant { range: NOWHERE, value: Constant::Str(arena.alloc_slice_copy(text)), kind: None }.into()
}

/// Text up to a field, with a percent sign for two, and the rest.
fn literal(format: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut literal = Vec::new();
    let mut rest = format;
    loop {
        match rest {
            [b'%', b'%', after @ ..] => {
                literal.push(b'%');
                rest = after;
            }
            [] | [b'%', ..] => return (literal, rest),
            [byte, after @ ..] => {
                literal.push(*byte);
                rest = after;
            }
        }
    }
}

/// A number of a few digits, if there is one, and the rest; `None` when it has too many.
fn digits(format: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let count = format.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return Some((None, format));
    }
    if count >= MAX_DIGITS {
        return None;
    }
    let number = format[..count].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Some((Some(number), &format[count..]))
}

/// The field for what follows a percent sign, and the rest.
fn field<'a, 'f>(arena: &'a Bump, format: &'f [u8], item: &'a Expr<'a>) -> Option<(Expr<'a>, &'f [u8])> {
    let flags = format.iter().take_while(|byte| b"-+ #0".contains(byte)).count();
    let left = format[..flags].contains(&b'-');
    let (width, rest) = digits(&format[flags..])?;
    let (precision, rest) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let (precision, rest) = digits(rest)?;
            (Some(precision.unwrap_or(0)), rest)
        }
        None => (None, rest),
    };
    let (conversion @ (b's' | b'r' | b'a'), rest) = rest.split_first()? else { return None };
    let mut spec = String::new();
    if !left && width.is_some_and(|width| width > 0) {
        spec.push('>');
    }
    spec.extend(width.map(|width| width.to_string()));
    spec.extend(precision.map(|precision| format!(".{precision}")));
    let format_spec = (!spec.is_empty()).then(|| &*arena.alloc(text(arena, spec.as_bytes())));
    let conversion = i32::from(*conversion);
    Some((ExprFormattedValue { range: item.range(), value: item, conversion, format_spec }.into(), rest))
}
