//! Methods of `list`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `list`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::SEQUENCE | flags::MATCH_SELF, ..ClassDef::new("list", "", Layout::List) };
