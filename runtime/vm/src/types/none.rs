//! `None`, `...` and `NotImplemented`.

use crate::object::class::ClassDef;
use crate::object::layout::Layout;

/// `NoneType`.
pub static CLASS: ClassDef = ClassDef::new("NoneType", "The type of the None singleton.", Layout::Object);
/// `ellipsis`.
pub static ELLIPSIS_CLASS: ClassDef = ClassDef::new("ellipsis", "The type of the Ellipsis singleton.", Layout::Object);
/// `NotImplementedType`.
pub static NOT_IMPLEMENTED_CLASS: ClassDef =
    ClassDef::new("NotImplementedType", "The type of the NotImplemented singleton.", Layout::Object);
