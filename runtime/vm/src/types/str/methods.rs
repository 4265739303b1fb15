//! Methods of `str`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `str`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::MATCH_SELF, ..ClassDef::new("str", "", Layout::Str) };
