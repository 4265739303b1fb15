//! Names of code points: those of the Unicode standard and their aliases.

/// The name of a code point; `None` when it has none.
#[must_use]
pub fn name(code_point: u32) -> Option<String> {
    char::from_u32(code_point).and_then(unicode_names2::name).map(|name| name.to_string())
}

/// The code point of a name or an alias, in any case.
#[must_use]
pub fn character(name: &str) -> Option<u32> {
    unicode_names2::character(name).map(u32::from)
}
