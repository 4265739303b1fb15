//! `object`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `object`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("object", "", Layout::Object) };
