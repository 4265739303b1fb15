//! `repr` of strings.

use super::fill::Builder;
use super::{Text, unicode};

/// Appends a code point as it stands between quotes.
fn push_escaped(out: &mut Builder, code_point: u32, quote: u8) {
    match code_point {
        0x09 => out.push_str("\\t"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x5c => out.push_str("\\\\"),
        c if c == u32::from(quote) => {
            out.push(b'\\'.into());
            out.push(c);
        }
        c if unicode::is_printable(c) => out.push(c),
        c => push_hex_escape(out, c),
    }
}

/// Appends `\xe9`, `\u20ac` or `\U0001f600`.
pub fn push_hex_escape(out: &mut Builder, code_point: u32) {
    out.push_str(&match code_point {
        0..0x100 => format!("\\x{code_point:02x}"),
        0x100..0x1_0000 => format!("\\u{code_point:04x}"),
        _ => format!("\\U{code_point:08x}"),
    });
}

/// `repr(text)`: in single quotes, unless it has such quotes and no double ones.
#[must_use]
pub fn repr(text: Text<'_>) -> Builder {
    let single = text.iter().any(|c| c == u32::from(b'\''));
    let double = text.iter().any(|c| c == u32::from(b'"'));
    let quote = if single && !double { b'"' } else { b'\'' };
    let mut out = Builder::with_capacity(text.len() + 2);
    out.push(quote.into());
    text.iter().for_each(|c| push_escaped(&mut out, c, quote));
    out.push(quote.into());
    out
}
