//! `types.SimpleNamespace`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `SimpleNamespace`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("types.SimpleNamespace", "", Layout::Object) };
