//! Methods of `tuple`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `tuple`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::SEQUENCE | flags::MATCH_SELF, ..ClassDef::new("tuple", "", Layout::Tuple) };
