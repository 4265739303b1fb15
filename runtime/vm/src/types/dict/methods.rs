//! Methods of `dict`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `dict`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::MAPPING | flags::MATCH_SELF, ..ClassDef::new("dict", "", Layout::Dict) };
