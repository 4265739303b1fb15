//! The header of a `.pyc` file (PEP 552), and the table that tells Python versions by their magic numbers.

use thiserror::Error;

use super::opcodes::OpcodeTable;
use super::{opcodes311, opcodes314};

/// The length of the header: magic number, flags, and eight bytes that identify the source.
pub const HEADER_LENGTH: usize = 16;

/// A Python version whose bytecode can be translated.
#[derive(Debug)]
pub struct Version {
    /// `major.minor`.
    pub python: &'static str,
    /// The magic number of its final releases.
    pub magic: u16,
    pub opcodes: &'static OpcodeTable,
    /// Whether a flag says that the first constant is a function's docstring; else it is one if it is a string.
    pub docstring_flag: bool,
}

/// Every version whose bytecode can be translated.
pub static SUPPORTED: &[Version] = &[
    Version { python: "3.11", magic: 3495, opcodes: &opcodes311::TABLE, docstring_flag: false },
    Version { python: "3.14", magic: 3627, opcodes: &opcodes314::TABLE, docstring_flag: true },
];

/// The magic numbers that a Python version used from its first alpha on: first, last, version. From
/// `Lib/importlib/_bootstrap_external.py` and `Include/internal/pycore_magic_number.h`.
const MAGIC_NUMBERS: &[(u16, u16, &str)] = &[
    (3000, 3131, "3.0"),
    (3140, 3151, "3.1"),
    (3160, 3180, "3.2"),
    (3190, 3230, "3.3"),
    (3250, 3310, "3.4"),
    (3320, 3351, "3.5"),
    (3360, 3379, "3.6"),
    (3390, 3399, "3.7"),
    (3400, 3419, "3.8"),
    (3420, 3429, "3.9"),
    (3430, 3449, "3.10"),
    (3450, 3499, "3.11"),
    (3500, 3549, "3.12"),
    (3550, 3599, "3.13"),
    (3600, 3649, "3.14"),
    (3650, 3699, "3.15"),
    (62041, 62061, "2.4"),
    (62071, 62131, "2.5"),
    (62151, 62170, "2.6"),
    (62171, 62220, "2.7"),
];

/// How the file says which source it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceId {
    /// Modification time in seconds since the epoch, and size in bytes, both modulo 2**32.
    Timestamp { mtime: u32, size: u32 },
    /// SipHash of the source; `check` says that an importer should compare it.
    Hash { hash: [u8; 8], check: bool },
}

/// A header that was read.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub version: &'static Version,
    pub source: SourceId,
}

/// Why the header cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    #[error("a .pyc file starts with a header of {HEADER_LENGTH} bytes, found {found}")]
    TooShort { found: usize },
    #[error("not a .pyc file: it starts with {found:02x?}, expected a magic number and the bytes 0d 0a")]
    NoMagic { found: [u8; 4] },
    #[error(
        "magic number {magic} is {}; supported: {}. Compile the source with a supported Python, \
         or give the source itself",
        python.map_or_else(|| "of no known Python".to_owned(), |python| format!("of Python {python}")),
        supported()
    )]
    Unsupported { magic: u16, python: Option<&'static str> },
    #[error("invalid flags {found:#x} at byte 4, expected 0, 1 or 3")]
    Flags { found: u32 },
}

/// The supported versions, in words.
fn supported() -> String {
    let list: Vec<_> = SUPPORTED.iter().map(|v| format!("Python {} (magic number {})", v.python, v.magic)).collect();
    list.join(", ")
}

/// The Python version that a magic number belongs to, supported or not.
#[must_use]
pub fn python_of_magic(magic: u16) -> Option<&'static str> {
    MAGIC_NUMBERS.iter().find(|(first, last, _)| (*first..=*last).contains(&magic)).map(|(_, _, python)| *python)
}

/// Whether bytes are a `.pyc` file rather than source text: a known magic number, and a NUL byte in the header, which
/// no Python source may hold.
#[must_use]
pub fn is_pyc(bytes: &[u8]) -> bool {
    let Some([low, high, b'\r', b'\n']) = bytes.first_chunk::<4>() else { return false };
    python_of_magic(u16::from_le_bytes([*low, *high])).is_some() && bytes.iter().take(64).any(|byte| *byte == 0)
}

/// Reads the header at the start of a file.
///
/// # Errors
/// When it is not the header of a supported version.
pub fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    let magic = bytes.first_chunk::<4>().ok_or(HeaderError::TooShort { found: bytes.len() })?;
    let [low, high, b'\r', b'\n'] = *magic else { return Err(HeaderError::NoMagic { found: *magic }) };
    let magic = u16::from_le_bytes([low, high]);
    let version = SUPPORTED
        .iter()
        .find(|version| version.magic == magic)
        .ok_or(HeaderError::Unsupported { magic, python: python_of_magic(magic) })?;
    let header = bytes.first_chunk::<HEADER_LENGTH>().ok_or(HeaderError::TooShort { found: bytes.len() })?;
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let mut hash = [0; 8];
    hash.copy_from_slice(&header[8..]);
    let source = match word(4) {
        0 => SourceId::Timestamp { mtime: word(8), size: word(12) },
        1 => SourceId::Hash { hash, check: false },
        3 => SourceId::Hash { hash, check: true },
        found => return Err(HeaderError::Flags { found }),
    };
    Ok(Header { version, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(magic: u16, flags: u32) -> Vec<u8> {
        let mut bytes = magic.to_le_bytes().to_vec();
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&flags.to_le_bytes());
        bytes.extend_from_slice(&[1, 0, 0, 0, 2, 0, 0, 0]);
        bytes
    }

    #[test]
    fn reads_both_kinds() {
        let read_source = |flags| read(&header(3495, flags)).map(|header| header.source);
        assert_eq!(read_source(0), Ok(SourceId::Timestamp { mtime: 1, size: 2 }));
        assert_eq!(read_source(3), Ok(SourceId::Hash { hash: [1, 0, 0, 0, 2, 0, 0, 0], check: true }));
        assert_eq!(read_source(2), Err(HeaderError::Flags { found: 2 }));
    }

    #[test]
    fn names_the_version_of_an_unsupported_file() {
        let error = read(&header(3439, 0)).expect_err("3.10 is not supported").to_string();
        assert!(error.contains("of Python 3.10") && error.contains("Python 3.11 (magic number 3495)"), "{error}");
        let error = read(&header(9999, 0)).expect_err("no such version").to_string();
        assert!(error.contains("no known Python"), "{error}");
    }

    #[test]
    fn rejects_what_is_too_short() {
        assert_eq!(read(b"\xa7\r").map(|_| ()), Err(HeaderError::TooShort { found: 2 }));
        assert_eq!(read(&header(3495, 0)[..9]).map(|_| ()), Err(HeaderError::TooShort { found: 9 }));
        assert!(matches!(read(b"import sys"), Err(HeaderError::NoMagic { .. })));
    }

    #[test]
    fn tells_files_from_source() {
        assert!(is_pyc(&header(3495, 0)));
        assert!(is_pyc(&header(62211, 0)));
        assert!(!is_pyc(b"x\x0c\r\nprint(1)\r\n"));
        assert!(!is_pyc(b""));
    }
}
