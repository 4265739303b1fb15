//! `type`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `type`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE | flags::WEAKREF, ..ClassDef::new("type", "", Layout::Class) };
