//! What a frontend tells of a source to programs that look into sources: its scopes and names, and its tokens.

use serde::{Deserialize, Serialize};

use crate::Diagnostic;

/// The scopes of a source; the first is the module's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbols {
    pub scopes: Vec<Scope>,
    pub warnings: Vec<Diagnostic>,
}

/// A block of the source with names of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub name: String,
    pub kind: ScopeKind,
    pub line: u32,
    /// Inside a function.
    pub nested: bool,
    /// The scopes directly in it, by their numbers.
    pub children: Vec<u32>,
    /// Names of parameters.
    pub parameters: Vec<String>,
    /// The names in it, in the order in which they first appear.
    pub symbols: Vec<Symbol>,
}

/// What a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    Function,
    Class,
    Module,
    Annotation,
    TypeAlias,
    TypeParameters,
    TypeVariable,
}

/// A name in a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    pub name: String,
    /// Bits of [`symbol_flags`].
    pub flags: u32,
}

/// How a name is used in a scope and where it lives: the bits of CPython's symbol tables.
pub mod symbol_flags {
    pub const GLOBAL: u32 = 1;
    pub const LOCAL: u32 = 1 << 1;
    pub const PARAM: u32 = 1 << 2;
    pub const NONLOCAL: u32 = 1 << 3;
    pub const USE: u32 = 1 << 4;
    /// Free in a class, for an inner scope.
    pub const FREE_CLASS: u32 = 1 << 6;
    pub const IMPORT: u32 = 1 << 7;
    pub const ANNOT: u32 = 1 << 8;
    /// The target of a comprehension's `for`.
    pub const COMP_ITER: u32 = 1 << 9;
    pub const TYPE_PARAM: u32 = 1 << 10;
    /// A cell of an inlined comprehension.
    pub const COMP_CELL: u32 = 1 << 11;
    /// Where the number begins that says where a name lives.
    pub const BINDING: u32 = 12;
    /// These numbers.
    pub const LIVES_LOCAL: u32 = 1;
    pub const LIVES_GLOBAL_EXPLICIT: u32 = 2;
    pub const LIVES_GLOBAL_IMPLICIT: u32 = 3;
    pub const LIVES_FREE: u32 = 4;
    pub const LIVES_CELL: u32 = 5;
}

/// The tokens of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    /// Lines of the source, and runs of them, that tokens are in.
    pub lines: Vec<String>,
    /// What is wrong behind the last one.
    pub error: Option<Diagnostic>,
    /// What is to be warned of, each with the number of tokens before it.
    pub warnings: Vec<(u32, Diagnostic)>,
}

/// A token, as Python's module `tokenize` describes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The number that Python's module `token` has for its kind.
    pub kind: u8,
    /// Lines are 1-based, columns 0-based and count characters.
    pub start: (i32, i32),
    pub end: (i32, i32),
    pub text: String,
    /// The number of the line that it is in, or of the run of lines.
    pub line: u32,
}
