//! The calls of the C library for locales. They read and write what belongs to the whole process; a lock keeps them apart.

#![allow(unsafe_code)]

use std::cmp::Ordering;
use std::ffi::{CStr, CString};
use std::sync::Mutex;

static LOCALE: Mutex<()> = Mutex::new(());

unsafe extern "C" {
    fn wcscoll(left: *const libc::wchar_t, right: *const libc::wchar_t) -> i32;
    fn wcsxfrm(target: *mut libc::wchar_t, source: *const libc::wchar_t, size: usize) -> usize;
    fn gettext(text: *const libc::c_char) -> *mut libc::c_char;
    fn dgettext(domain: *const libc::c_char, text: *const libc::c_char) -> *mut libc::c_char;
    fn dcgettext(domain: *const libc::c_char, text: *const libc::c_char, category: i32) -> *mut libc::c_char;
    fn textdomain(domain: *const libc::c_char) -> *mut libc::c_char;
    fn bindtextdomain(domain: *const libc::c_char, folder: *const libc::c_char) -> *mut libc::c_char;
    fn bind_textdomain_codeset(domain: *const libc::c_char, codeset: *const libc::c_char) -> *mut libc::c_char;
}

/// # Safety
/// The pointer is null or to a C string.
unsafe fn text(pointer: *const libc::c_char) -> Option<Vec<u8>> {
    // SAFETY: the caller vouches for it.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec())
}

fn pointer(text: Option<&CString>) -> *const libc::c_char {
    text.map_or(core::ptr::null(), |text| text.as_ptr())
}

/// `setlocale`, or what the locale is.
pub fn setlocale(category: i32, locale: Option<&CString>) -> Option<Vec<u8>> {
    let _guard = LOCALE.lock();
    // SAFETY: the name is null or a C string; the result is copied before another call can change it.
    unsafe { text(libc::setlocale(category, pointer(locale))) }
}

/// `nl_langinfo`.
pub fn nl_langinfo(key: i32) -> Vec<u8> {
    let _guard = LOCALE.lock();
    // SAFETY: numbers only; the result is copied before another call can change it.
    unsafe { text(libc::nl_langinfo(key)) }.unwrap_or_default()
}

/// What `localeconv` says.
pub struct Conventions {
    pub texts: [(&'static str, Vec<u8>); 8],
    pub groupings: [(&'static str, Vec<u8>); 2],
    pub numbers: [(&'static str, i32); 14],
}

/// `localeconv`.
pub fn localeconv() -> Conventions {
    let _guard = LOCALE.lock();
    // SAFETY: the result is a structure of the library's with C strings, copied before another call can change it.
    unsafe {
        let it = &*libc::localeconv();
        let copy = |pointer: *mut libc::c_char| text(pointer).unwrap_or_default();
        let number = |number: libc::c_char| i32::from(number);
        Conventions {
            texts: [
                ("decimal_point", copy(it.decimal_point)),
                ("thousands_sep", copy(it.thousands_sep)),
                ("int_curr_symbol", copy(it.int_curr_symbol)),
                ("currency_symbol", copy(it.currency_symbol)),
                ("mon_decimal_point", copy(it.mon_decimal_point)),
                ("mon_thousands_sep", copy(it.mon_thousands_sep)),
                ("positive_sign", copy(it.positive_sign)),
                ("negative_sign", copy(it.negative_sign)),
            ],
            groupings: [("grouping", copy(it.grouping)), ("mon_grouping", copy(it.mon_grouping))],
            numbers: [
                ("int_frac_digits", number(it.int_frac_digits)),
                ("frac_digits", number(it.frac_digits)),
                ("p_cs_precedes", number(it.p_cs_precedes)),
                ("p_sep_by_space", number(it.p_sep_by_space)),
                ("n_cs_precedes", number(it.n_cs_precedes)),
                ("n_sep_by_space", number(it.n_sep_by_space)),
                ("p_sign_posn", number(it.p_sign_posn)),
                ("n_sign_posn", number(it.n_sign_posn)),
                ("int_p_cs_precedes", number(it.int_p_cs_precedes)),
                ("int_p_sep_by_space", number(it.int_p_sep_by_space)),
                ("int_n_cs_precedes", number(it.int_n_cs_precedes)),
                ("int_n_sep_by_space", number(it.int_n_sep_by_space)),
                ("int_p_sign_posn", number(it.int_p_sign_posn)),
                ("int_n_sign_posn", number(it.int_n_sign_posn)),
            ],
        }
    }
}

/// `wcscoll` of texts that end in a zero.
pub fn compare(left: &[libc::wchar_t], right: &[libc::wchar_t]) -> Ordering {
    let _guard = LOCALE.lock();
    debug_assert!(left.last() == Some(&0) && right.last() == Some(&0));
    // SAFETY: both end in a zero.
    unsafe { wcscoll(left.as_ptr(), right.as_ptr()) }.cmp(&0)
}

/// `wcsxfrm` of a text that ends in a zero; `None` when the library refuses it.
pub fn transform(source: &[libc::wchar_t]) -> Option<Vec<libc::wchar_t>> {
    let _guard = LOCALE.lock();
    debug_assert!(source.last() == Some(&0));
    let mut size = source.len() * 2 + 1;
    loop {
        let mut target = vec![0; size];
        // SAFETY: the source ends in a zero, the target has the size that is said; the error number is this thread's own.
        let length = unsafe {
            *libc::__errno_location() = 0;
            wcsxfrm(target.as_mut_ptr(), source.as_ptr(), size)
        };
        if length >= isize::MAX as usize || crate::host::last_error() != 0 && length == 0 && source.len() > 1 {
            return None;
        }
        if length < size {
            target.truncate(length);
            return Some(target);
        }
        size = length + 1;
    }
}

/// `dcgettext` and its kin, by what is given; the text itself where there is no translation.
pub fn translate(domain: Option<&CString>, message: &CString, category: Option<i32>) -> Vec<u8> {
    let _guard = LOCALE.lock();
    // SAFETY: the domain is null or a C string, the message is one; the result is one of these or the library's.
    unsafe {
        text(match (domain, category) {
            (_, Some(category)) => dcgettext(pointer(domain), message.as_ptr(), category),
            (Some(domain), None) => dgettext(domain.as_ptr(), message.as_ptr()),
            (None, None) => gettext(message.as_ptr()),
        })
    }
    .unwrap_or_default()
}

/// What is set for a domain of translations.
#[derive(Clone, Copy)]
pub enum Setting {
    Current,
    Folder,
    Codeset,
}

/// `textdomain`, `bindtextdomain`, `bind_textdomain_codeset`.
pub fn domain(setting: Setting, domain: Option<&CString>, value: Option<&CString>) -> Option<Vec<u8>> {
    let _guard = LOCALE.lock();
    // SAFETY: all are null or C strings.
    unsafe {
        text(match setting {
            Setting::Current => textdomain(pointer(domain)),
            Setting::Folder => bindtextdomain(pointer(domain), pointer(value)),
            Setting::Codeset => bind_textdomain_codeset(pointer(domain), pointer(value)),
        })
    }
}
