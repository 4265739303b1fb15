//! Why a `.pyc` file cannot be taken: its header, its marshal data, or the bytecode in it.

use thiserror::Error;

use super::header::HeaderError;
use super::marshal::MarshalError;

/// Why a `.pyc` file cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PycError {
    #[error(transparent)]
    Header(#[from] HeaderError),
    #[error(transparent)]
    Marshal(#[from] MarshalError),
    #[error(transparent)]
    Translate(#[from] TranslateError),
}

/// What is wrong with a code object.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("bad bytecode in {code:?}{}: {problem}", .offset.map(|offset| format!(" at byte {offset}")).unwrap_or_default())]
pub struct TranslateError {
    /// The qualified name of the code object, as far as it could be read.
    pub code: String,
    /// The byte offset in its `co_code`, when an instruction is at fault.
    pub offset: Option<u32>,
    pub problem: Problem,
}

/// What is wrong, without the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    #[error("{what} is {found}, expected {expected}")]
    Unexpected { what: &'static str, found: String, expected: &'static str },
    #[error("{what} {index} is out of range: there are {count}")]
    OutOfRange { what: &'static str, index: u64, count: usize },
    #[error("{what} ends in the middle of an entry")]
    Truncated { what: &'static str },
    #[error("opcode {number} does not exist in Python {python}")]
    UnknownOpcode { number: u8, python: &'static str },
    #[error("{instruction} is not supported here: {reason}")]
    Unsupported { instruction: &'static str, reason: &'static str },
    #[error("{instruction} needs {needed} values on the stack, found {found}")]
    StackUnderflow { instruction: &'static str, needed: usize, found: usize },
    #[error("{instruction} found {found} on the stack, expected {expected}")]
    WrongSlot { instruction: &'static str, found: &'static str, expected: &'static str },
    #[error("two ways lead here with different stacks ({first} and {second} slots)")]
    UnequalStacks { first: usize, second: usize },
    #[error("the target {target} is not the start of an instruction")]
    BadTarget { target: i64 },
    #[error("control runs past the last instruction")]
    FallsOffEnd,
    #[error("the module cannot be built: {message}")]
    Build { message: String },
    #[error("the file expands to more than its size justifies")]
    TooMuchWork,
}

impl Problem {
    /// A value that is not what it should be.
    pub(crate) fn unexpected(what: &'static str, found: impl ToString, expected: &'static str) -> Self {
        Problem::Unexpected { what, found: found.to_string(), expected }
    }
}
