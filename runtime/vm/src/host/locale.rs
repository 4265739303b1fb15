//! The locale: what encoding text in files is in unless something else is said.

use std::ffi::CStr;

/// The encoding of the locale that the environment names, as the system calls it. The locales `C` and `POSIX`, and one that
/// the system does not have, are UTF-8 (PEP 538 and 540).
#[must_use]
pub fn encoding() -> String {
    codeset().unwrap_or_else(|| "utf-8".to_owned())
}

/// Whether the locale says nothing of encodings, so that what cannot be decoded passes through the standard streams unchanged.
#[must_use]
pub fn is_plain() -> bool {
    match named() {
        None => true,
        Some(name) => name == "C" || name == "POSIX" || name.eq_ignore_ascii_case("C.UTF-8") || name == "C.utf8",
    }
}

/// The name of the locale, as the environment has it.
fn named() -> Option<String> {
    ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()))
}

/// Whether a name says that the encoding is UTF-8: `C.UTF-8`, `de_DE.utf8@euro`.
fn says_utf8(name: &str) -> bool {
    let codeset = name.split_once('.').map(|(_, rest)| rest.split('@').next().unwrap_or(rest));
    codeset.is_some_and(|codeset| ["utf-8", "utf8"].iter().any(|known| codeset.eq_ignore_ascii_case(known)))
}

fn codeset() -> Option<String> {
    // What the name says the system need not be asked for, which would load its tables of characters.
    if named().is_some_and(|name| says_utf8(&name)) {
        return Some("UTF-8".to_owned());
    }
    // SAFETY: the locale is made, asked and freed here; what `nl_langinfo_l` gives lives as long as it.
    let name = unsafe {
        let locale = libc::newlocale(libc::LC_CTYPE_MASK, c"".as_ptr(), core::ptr::null_mut());
        if locale.is_null() {
            return None;
        }
        let name = CStr::from_ptr(libc::nl_langinfo_l(libc::CODESET, locale)).to_string_lossy().into_owned();
        libc::freelocale(locale);
        name
    };
    // The encoding of the locale C.
    (!name.is_empty() && name != "ANSI_X3.4-1968" && name != "US-ASCII").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_utf8() {
        for (name, expected) in [
            ("C.UTF-8", true),
            ("en_US.utf8", true),
            ("de_DE.Utf8@euro", true),
            ("C", false),
            ("de_DE@euro", false),
            ("de_DE.ISO-8859-15", false),
            ("ja_JP.eucJP", false),
        ] {
            assert_eq!(says_utf8(name), expected, "{name}");
        }
    }
}
