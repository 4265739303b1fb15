//! The classes of native functions and methods; the object is in [`crate::types::native`].

use crate::object::class::ClassDef;
use crate::object::layout::Layout;

/// `builtin_function_or_method`.
pub static FUNCTION_CLASS: ClassDef = ClassDef::new("builtin_function_or_method", "", Layout::Native);

/// `method_descriptor`.
pub static METHOD_DESCRIPTOR_CLASS: ClassDef = ClassDef::new("method_descriptor", "", Layout::Native);

/// `classmethod_descriptor`.
pub static CLASSMETHOD_DESCRIPTOR_CLASS: ClassDef = ClassDef::new("classmethod_descriptor", "", Layout::Native);
