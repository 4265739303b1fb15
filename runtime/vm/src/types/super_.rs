//! `super`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `super`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("super", "", Layout::Record) };
