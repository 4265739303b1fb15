//! The encodings that are native to strings, and their names.

use crate::types::str::push_wtf8;

/// An encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Ascii,
    Latin1,
    Utf8,
    /// With a byte order mark at the start.
    Utf8Sig,
    /// Units of two or four bytes; the byte order of the machine, with a mark, where none is named.
    Utf16(Option<Order>),
    Utf32(Option<Order>),
}

/// The order of bytes in a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little,
    Big,
}

/// A name as codecs are looked up by: lower case, with `_` for each run of other characters between letters and digits.
#[must_use]
pub fn normalize(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'.' {
            if gap && !normal.is_empty() {
                normal.push('_');
            }
            gap = false;
            normal.push(byte.to_ascii_lowercase().into());
        } else {
            gap = true;
        }
    }
    normal
}

impl Encoding {
    /// The encoding of a name for which `str.encode` and `bytes.decode` do not ask the registry.
    #[must_use]
    pub fn direct(name: &str) -> Option<Encoding> {
        if name == "utf-8" {
            return Some(Encoding::Utf8);
        }
        Some(match normalize(name).as_str() {
            "utf_8" | "utf8" => Encoding::Utf8,
            "ascii" | "us_ascii" => Encoding::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Encoding::Latin1,
            "utf_16" | "utf16" => Encoding::Utf16(None),
            "utf_32" | "utf32" => Encoding::Utf32(None),
            "utf_16_le" => Encoding::Utf16(Some(Order::Little)),
            "utf_16_be" => Encoding::Utf16(Some(Order::Big)),
            "utf_32_le" => Encoding::Utf32(Some(Order::Little)),
            "utf_32_be" => Encoding::Utf32(Some(Order::Big)),
            _ => return None,
        })
    }

    /// The encoding of a name or one of its aliases.
    #[must_use]
    pub fn named(name: &str) -> Option<Encoding> {
        Some(match normalize(name).as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Encoding::Utf8,
            "utf_8_sig" => Encoding::Utf8Sig,
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "iso646_us" | "us" => Encoding::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "cp819"
            | "iso_ir_100" => Encoding::Latin1,
            "utf_16" | "utf16" | "u16" => Encoding::Utf16(None),
            "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Encoding::Utf16(Some(Order::Little)),
            "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Encoding::Utf16(Some(Order::Big)),
            "utf_32" | "utf32" | "u32" => Encoding::Utf32(None),
            "utf_32_le" | "utf_32le" => Encoding::Utf32(Some(Order::Little)),
            "utf_32_be" | "utf_32be" => Encoding::Utf32(Some(Order::Big)),
            _ => return None,
        })
    }

    /// The name in errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "latin-1",
            Encoding::Utf8 | Encoding::Utf8Sig => "utf-8",
            Encoding::Utf16(None) => "utf-16",
            Encoding::Utf16(Some(Order::Little)) => "utf-16-le",
            Encoding::Utf16(Some(Order::Big)) => "utf-16-be",
            Encoding::Utf32(None) => "utf-32",
            Encoding::Utf32(Some(Order::Little)) => "utf-32-le",
            Encoding::Utf32(Some(Order::Big)) => "utf-32-be",
        }
    }

    /// Why a code point cannot be encoded.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Encoding::Ascii => "ordinal not in range(128)",
            Encoding::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        }
    }

    /// Whether a code point can be encoded.
    #[inline]
    #[must_use]
    pub fn can_encode(self, code_point: u32) -> bool {
        match self {
            Encoding::Ascii => code_point < 0x80,
            Encoding::Latin1 => code_point < 0x100,
            _ => !(0xd800..0xe000).contains(&code_point),
        }
    }

    /// Appends a code point, a surrogate too.
    #[inline]
    pub fn push(self, out: &mut Vec<u8>, code_point: u32) {
        match self {
            Encoding::Ascii | Encoding::Latin1 => out.push(code_point as u8),
            Encoding::Utf8 | Encoding::Utf8Sig => push_wtf8(out, code_point),
            Encoding::Utf16(order) => {
                let mut unit = |unit: u32| match order {
                    Some(Order::Big) => out.extend((unit as u16).to_be_bytes()),
                    _ => out.extend((unit as u16).to_le_bytes()),
                };
                match code_point.checked_sub(0x1_0000) {
                    Some(rest) => {
                        unit(0xd800 | rest >> 10);
                        unit(0xdc00 | rest & 0x3ff);
                    }
                    None => unit(code_point),
                }
            }
            Encoding::Utf32(Some(Order::Big)) => out.extend(code_point.to_be_bytes()),
            Encoding::Utf32(_) => out.extend(code_point.to_le_bytes()),
        }
    }

    /// The smallest number of bytes a code point takes.
    #[must_use]
    pub fn unit(self) -> usize {
        match self {
            Encoding::Utf16(_) => 2,
            Encoding::Utf32(_) => 4,
            _ => 1,
        }
    }

    /// The surrogate that is encoded at the front of some bytes, and its size.
    #[must_use]
    pub fn surrogate_at(self, bytes: &[u8]) -> Option<(u32, usize)> {
        let (unit, len) = match (self, bytes) {
            (Encoding::Utf8 | Encoding::Utf8Sig, [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..]) => {
                (0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f), 3)
            }
            (Encoding::Utf16(Some(Order::Big)), [a, b, ..]) => (u32::from(u16::from_be_bytes([*a, *b])), 2),
            (Encoding::Utf16(_), [a, b, ..]) => (u32::from(u16::from_le_bytes([*a, *b])), 2),
            (Encoding::Utf32(Some(Order::Big)), [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
            (Encoding::Utf32(_), [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
            _ => return None,
        };
        (0xd800..0xe000).contains(&unit).then_some((unit, len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized() {
        assert_eq!(normalize("UTF-8"), "utf_8");
        assert_eq!(normalize("--ISO 8859 - 1--"), "iso_8859_1");
        assert_eq!(normalize("x.y é"), "x.y");
        assert_eq!(Encoding::direct("Utf 8"), Some(Encoding::Utf8));
    }
}
