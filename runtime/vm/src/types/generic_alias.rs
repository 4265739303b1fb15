//! `types.GenericAlias` (`list[int]`) and unions (`int | str`).

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `GenericAlias`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("types.GenericAlias", "", Layout::Record) };

/// `Union`.
pub static UNION_CLASS: ClassDef = ClassDef::new("typing.Union", "", Layout::Record);
