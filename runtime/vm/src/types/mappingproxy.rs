//! `mappingproxy`.

use crate::object::class::ClassDef;
use crate::object::layout::Layout;

/// `mappingproxy`.
pub static CLASS: ClassDef = ClassDef::new("mappingproxy", "", Layout::Record);
