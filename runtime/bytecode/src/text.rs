//! The text form of a module, `.orasm`: [`disassemble`] writes it, [`assemble`] reads it, and nothing is lost on the way:
//! `assemble(disassemble(m)) == m` for every module, valid or not.
//!
//! A file is read line by line; `;` starts a comment.
//!
//! ```text
//! .orasm 1                             the version of the form, first
//! .source "hello.py"
//! .producer "cpython" "0.1.0"          frontend and version
//! .source_hash "e3b0..."               SHA-256, 64 hexadecimal digits
//! .feature "name"                      a required feature
//! .name print                          entries of the tables of names and of constants; they are optional, since
//! .const "hello"                       mentioning a name or a constant adds it
//! .custom "section" "00ff"             a custom section: name, content in hexadecimal
//!
//! .code "<module>" "<module>"          a code object: name, qualified name
//!   .flags function generator          the header: what is not there is 0 or empty
//!   .first_line 1
//!   .positional_only 0                 parameters
//!   .positional 1
//!   .keyword_only 0
//!   .locals x y
//!   .cell y 1                          an own cell, and the parameter whose argument it takes, if any
//!   .free z
//!   .docstring "text"
//!   .max_stack 2                       worked out when it is not there
//!   .at 1:0 1:14                       source position of what follows: line:column, end line:end column
//!   load_global print
//! L0:                                  a label
//!   const "hello"
//!   call 1
//!   return
//!   .handler L0 L1 L2 3                exceptions: start, end, target, depth of the stack
//! .end
//! ```
//!
//! An operand is a name (`print`, or `"print"` when it is no identifier), a constant, a number, or the name of a choice
//! (`binary add`). Names, local variables, cells, constants and code objects can also be given by index: `#3`; a place in
//! the body also by offset: `@17`. Constants are written so:
//!
//! ```text
//! None True False Ellipsis             1 -2 0x10000000000000000      1.5 -0.0 1e300 inf -inf nan
//! "text \n \" \\ \u{e9}"               b"bytes \x00"                 complex(0.0, 1.0)
//! (1, "a") (1,) ()                     frozenset(1, 2)               slice(None, 3, None)
//! ```
//!
//! For what is not in its usual form there are `float "hex of the bits"`, `bigint "hex"`, `str "hex"`, `.body "hex"` in place
//! of instructions, and `.position @offset 1:0 1:14`.

use std::fmt;

mod assemble;
mod code;
mod disassemble;
mod lexer;
mod literal;
#[cfg(test)]
mod tests;

pub use assemble::assemble;
pub use disassemble::disassemble;

/// The version of the text form.
const VERSION: u32 = 1;

/// A text that is not a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmError {
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    pub found: String,
    pub expected: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl fmt::Display for AsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: found {}, expected {}", self.line, self.column, self.found, self.expected)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AsmError {}

type Result<T> = std::result::Result<T, Box<AsmError>>;
