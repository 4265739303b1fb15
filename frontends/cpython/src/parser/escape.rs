//! Escape sequences in strings and bytes.

/// A decoded text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Generalised UTF-8 for a string.
    pub value: Vec<u8>,
    /// The offset of the first backslash that begins no escape sequence.
    pub invalid: Option<usize>,
}

/// Appends a code point, surrogates included, as generalised UTF-8.
fn push(text: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.extend_from_slice(&[0xed, 0x80 | (code >> 6 & 0x3f) as u8, 0x80 | (code & 0x3f) as u8]),
    }
}

/// Decodes the escape sequences of a string. Positions in messages are those of a text in which every character outside
/// ASCII is ten long, as in CPython.
///
/// # Errors
/// The message.
pub(super) fn string(body: &str) -> Result<Decoded, String> {
    let mut value = Vec::with_capacity(body.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(slash) = body[at..].find('\\').map(|offset| at + offset) {
        let rest = &body[slash + 1..];
        let Some(c) = rest.chars().next() else { break };
        value.extend_from_slice(&body.as_bytes()[at..slash]);
        at = slash + 1 + c.len_utf8();
        match c {
            '\n' => {}
            '\\' | '\'' | '"' => value.push(c as u8),
            'x' => at = hexadecimal(body, slash, 2, "truncated \\xXX escape", &mut value)?,
            'u' => at = hexadecimal(body, slash, 4, "truncated \\uXXXX escape", &mut value)?,
            'U' => at = hexadecimal(body, slash, 8, "truncated \\UXXXXXXXX escape", &mut value)?,
            'N' => at = named(body, slash, &mut value)?,
            '0'..='7' => {
                let (code, length) = octal(rest.as_bytes());
                if code > 0o377 && invalid.is_none() {
                    invalid = Some(slash);
                }
                push(&mut value, code);
                at = slash + 1 + length;
            }
            _ => match simple(c) {
                Some(byte) => value.push(byte),
                None => {
                    // CPython does not look for escape sequences outside ASCII.
                    if c.is_ascii() {
                        invalid = invalid.or(Some(slash));
                    }
                    value.push(b'\\');
                    // The character itself stays where it is.
                    at = slash + 1;
                }
            },
        }
    }
    // A backslash at the end, before a field of an f-string, is one.
    value.extend_from_slice(&body.as_bytes()[at..]);
    Ok(Decoded { value, invalid })
}

/// Decodes the escape sequences of bytes.
///
/// # Errors
/// The message.
pub(super) fn bytes(body: &[u8]) -> Result<Decoded, String> {
    let mut value = Vec::with_capacity(body.len());
    let mut invalid = None;
    let mut at = 0;
    while at < body.len() {
        let slash = at;
        if body[at] != b'\\' {
            value.push(body[at]);
            at += 1;
            continue;
        }
        let Some(&c) = body.get(slash + 1) else { return Err("Trailing \\ in string".into()) };
        at = slash + 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => value.push(c),
            b'x' => {
                let digits = body.get(at..at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => value.push(byte),
                    None => return Err(format!("invalid \\x escape at position {slash}")),
                }
                at += 2;
            }
            b'0'..=b'7' => {
                let (code, length) = octal(&body[slash + 1..]);
                if code > 0o377 && invalid.is_none() {
                    invalid = Some(slash);
                }
                value.push(code as u8);
                at = slash + 1 + length;
            }
            _ => match simple(char::from(c)) {
                Some(byte) => value.push(byte),
                None => {
                    invalid = invalid.or(Some(slash));
                    value.push(b'\\');
                    at = slash + 1;
                }
            },
        }
    }
    Ok(Decoded { value, invalid })
}

fn simple(c: char) -> Option<u8> {
    Some(match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        _ => return None,
    })
}

/// Up to three octal digits: their value and number.
fn octal(digits: &[u8]) -> (u32, usize) {
    let length = digits.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
    (digits[..length].iter().fold(0, |code, digit| code * 8 + u32::from(digit - b'0')), length)
}

/// Reads `\x`, `\u` or `\U` with so many digits; gives the offset behind it.
fn hexadecimal(body: &str, slash: usize, count: usize, truncated: &str, value: &mut Vec<u8>) -> Result<usize, String> {
    let digits = body[slash + 2..].bytes().take(count).take_while(u8::is_ascii_hexdigit).count();
    if digits < count {
        return Err(complaint(body, slash, 2 + digits, truncated));
    }
    let end = slash + 2 + count;
    match u32::from_str_radix(&body[slash + 2..end], 16) {
        Ok(code) if code <= 0x10_ffff => push(value, code),
        _ => return Err(complaint(body, slash, 2 + count, "illegal Unicode character")),
    }
    Ok(end)
}

/// Reads `\N{NAME}`; gives the offset behind it.
fn named(body: &str, slash: usize, value: &mut Vec<u8>) -> Result<usize, String> {
    let rest = &body[slash + 2..];
    let malformed = "malformed \\N character escape";
    if !rest.starts_with('{') {
        return Err(complaint(body, slash, 2, malformed));
    }
    let Some(close) = rest.find('}') else {
        return Err(complaint(body, slash, 2 + rest.len(), malformed));
    };
    if close == 1 {
        return Err(complaint(body, slash, 3, malformed));
    }
    match crate::unicode::character_named(&rest[1..close]) {
        Some(c) => push(value, c as u32),
        None => return Err(complaint(body, slash, 2 + close + 1, "unknown Unicode character name")),
    }
    Ok(slash + 2 + close + 1)
}

/// What the codec says of `length` bytes from a backslash on.
fn complaint(body: &str, slash: usize, length: usize, reason: &str) -> String {
    let width = |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum() };
    let start = width(&body[..slash]);
    let length = body.get(slash..slash + length).map_or(length, width);
    if length == 1 {
        return format!("'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}");
    }
    format!("'unicodeescape' codec can't decode bytes in position {start}-{}: {reason}", start + length - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let value = |body: &str| string(body).map(|decoded| decoded.value);
        assert_eq!(
            value(
                r"a\n\x41\u00e9\101\
"
            ),
            Ok("a\nA\u{e9}A".as_bytes().to_vec())
        );
        assert_eq!(value(r"\ud800"), Ok(vec![0xed, 0xa0, 0x80]));
        assert_eq!(value(r"\N{BULLET}\é"), Ok("\u{2022}\\é".as_bytes().to_vec()));
        let error = |body: &str| string(body).expect_err("an error");
        assert!(error(r"é\x1").ends_with("in position 10-12: truncated \\xXX escape"));
        assert!(error(r"\N{none}").ends_with("in position 0-7: unknown Unicode character name"));
        assert_eq!(string(r"a\q\z").map(|decoded| decoded.invalid), Ok(Some(1)));
    }

    #[test]
    fn byte_strings() {
        assert_eq!(bytes(br"\x41\0\q"), Ok(Decoded { value: b"A\0\\q".to_vec(), invalid: Some(6) }));
        assert_eq!(bytes(br"ab\x1"), Err("invalid \\x escape at position 2".into()));
    }
}
