//! What the language asks of Unicode: which characters can be shown, and the form in which identifiers are compared.

use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Whether `str.isprintable` of a character is true, as far as error messages need it.
pub(crate) fn is_printable(c: char) -> bool {
    use unicode_properties_table as table;
    c == ' ' || !table::is_other_or_separator(c)
}

/// An identifier in the form in which it is compared (NFKC).
pub(crate) fn identifier(name: &str) -> std::borrow::Cow<'_, str> {
    if name.is_ascii() || is_nfkc(name) { name.into() } else { name.nfkc().collect::<String>().into() }
}

/// The character of a name, in any case, or of an alias.
pub(crate) fn character_named(name: &str) -> Option<char> {
    // The crate knows the names with any spaces and hyphens; Python takes them as they are.
    let exact = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
    if exact { unicode_names2::character(name) } else { None }
}

mod unicode_properties_table {
    /// Characters of the categories C (but for unassigned ones that messages never show) and Z.
    pub(super) fn is_other_or_separator(c: char) -> bool {
        matches!(c,
            '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{f0000}'..='\u{10ffff}'
        )
    }
}
