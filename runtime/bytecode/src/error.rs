//! What is wrong with bytes that do not decode.

use core::fmt;

/// Bytes that are not what the format says. `offset` counts from the start of the bytes that were decoded: the file, or
/// the body of a code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub offset: usize,
    /// What stands there.
    pub found: String,
    /// What the format asks for.
    pub expected: String,
}

impl DecodeError {
    /// An error at an offset.
    #[cold]
    pub fn new(offset: usize, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { offset, found: found.into(), expected: expected.into() }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: found {}, expected {}", self.offset, self.found, self.expected)
    }
}

impl std::error::Error for DecodeError {}
