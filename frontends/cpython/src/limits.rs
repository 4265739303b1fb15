//! How deep a program may nest, and where the stack for it comes from.
//!
//! Every recursive walk of the syntax tree goes through [`with_stack`], which continues on a fresh piece of stack when
//! the current one runs low. [`MAX_DEPTH`] bounds the depth of the tree and so the memory that this takes.

/// The deepest syntax tree that is compiled. CPython gives up at a depth that depends on its own stack, of the same
/// order.
pub(crate) const MAX_DEPTH: usize = 20_000;

/// How many brackets may be open at once, as in CPython.
pub(crate) const MAX_BRACKETS: usize = 200;

/// How many levels of indentation there may be, as in CPython.
pub(crate) const MAX_INDENTATION: usize = 99;

/// How many functions and classes may be nested. CPython has no such limit, but what it makes of them (qualified names,
/// closures) grows with the square of the depth, and so it fails by memory or stack.
pub(crate) const MAX_SCOPES: usize = 500;

/// How many statements may be nested statically in one code object, as in CPython.
pub(crate) const MAX_BLOCKS: usize = 21;

/// Below this depth no check of the remaining stack is made: so much is always there.
const UNCHECKED_DEPTH: usize = 24;
const RED_ZONE: usize = 256 * 1024;
const SEGMENT: usize = 4 * 1024 * 1024;

/// Runs `f`, which is `depth` levels deep in the tree, with enough stack for one more level.
pub(crate) fn with_stack<T>(depth: usize, f: impl FnOnce() -> T) -> T {
    if !depth.is_multiple_of(8) || depth < UNCHECKED_DEPTH { f() } else { stacker::maybe_grow(RED_ZONE, SEGMENT, f) }
}
