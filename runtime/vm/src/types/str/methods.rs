//! Methods of `str`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::{Str, case, codecs, edit, search, split, template, unicode};
use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::bytes::buffer;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;
use crate::with_text;

/// `str`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    ..ClassDef::new(
        "str",
        "Text: a sequence of Unicode code points.\n\nWithout an argument it is empty. With one it is what `__str__` gives; with an \
         encoding or an error handler, bytes are decoded.",
        Layout::Str,
    )
};

/// The receiver.
#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<Str> {
    args[0].expect()
}

/// A string argument of a method, by its place.
fn text_argument(vm: &Vm, value: Value, method: &str, place: usize) -> PyResult<Gc<Str>> {
    value.cast::<Str>().ok_or_else(|| {
        let name = vm.argument_name(value);
        vm.type_error(format!("{method}() argument {place} must be str, not {name}"))
    })
}

/// A separator of `partition`.
fn separator_argument(vm: &Vm, value: Value) -> PyResult<Gc<Str>> {
    value.cast::<Str>().ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("must be str, not {name}"))
    })
}

/// The text of an `encoding` or `errors` argument, if it is there.
pub(crate) fn codec_argument(vm: &Vm, value: Value, function: &str, what: &str) -> PyResult<Option<String>> {
    match value.bound() {
        None => Ok(None),
        Some(value) => match value.cast::<Str>() {
            Some(text) if text.text().iter().any(|c| c == 0) => Err(vm.value_error("embedded null character")),
            Some(text) => Ok(Some(text.to_string())),
            None => {
                let name = vm.argument_name(value);
                Err(vm.type_error(format!("{function}() argument '{what}' must be str, not {name}")))
            }
        },
    }
}

/// A part of a string that `start` and `end` arguments name; the start may lie behind the end.
pub(crate) fn bounds(vm: &Vm, start: Value, end: Value, len: usize) -> PyResult<(usize, usize)> {
    let bound = |value: Value, default: usize| -> PyResult<usize> {
        let Some(value) = value.bound().filter(|value| *value != vm.none()) else { return Ok(default) };
        let Some(index) = vm.try_index(value)? else {
            return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
        };
        let index = crate::types::int::to_i64_clamped(index);
        Ok(if index < 0 { index.saturating_add(len as i64).max(0) } else { index } as usize)
    };
    Ok((bound(start, 0)?, bound(end, len)?.min(len)))
}

/// How often something may be done at most: any number of times when the argument is negative or absent.
pub(crate) fn limit(vm: &Vm, value: Value) -> PyResult<usize> {
    match value.bound() {
        Some(value) => Ok(usize::try_from(vm.index_i64(value)?).unwrap_or(usize::MAX)),
        None => Ok(usize::MAX),
    }
}

/// The width and the fill character of `center`, `ljust` and `rjust`: how many fill characters are missing, and which.
fn padding(vm: &Vm, args: &[Value]) -> PyResult<(usize, u32)> {
    let width = vm.index_i64(args[1])?;
    let fill = match args[2].bound() {
        None => u32::from(b' '),
        Some(fill) => match fill.cast::<Str>() {
            Some(text) if text.len() == 1 => text.text().at(0),
            Some(_) => return Err(vm.type_error("The fill character must be exactly one character long")),
            None => {
                let name = vm.type_name(fill);
                return Err(vm.type_error(format!("The fill character must be a unicode character, not {name}")));
            }
        },
    };
    Ok((usize::try_from(width).unwrap_or(0).saturating_sub(this(args).len()), fill))
}

/// The place that `find` and its kin look for.
fn search(vm: &Vm, args: &[Value], method: &str, from_right: bool) -> PyResult<Option<usize>> {
    let text = this(args);
    let needle = text_argument(vm, args[1], method, 1)?;
    let (start, end) = bounds(vm, args[2], args[3], text.len())?;
    Ok(split::find(&text, &needle, start, end, from_right))
}

fn found(vm: &Vm, place: Option<usize>) -> PyResult {
    vm.new_int(place.map_or(-1, |place| place as i64))
}

fn must_be_found(vm: &Vm, place: Option<usize>) -> PyResult {
    match place {
        Some(place) => vm.new_int(place as i64),
        None => Err(vm.value_error("substring not found")),
    }
}

/// `startswith` and `endswith`: one string or a tuple of them.
fn has_affix(vm: &Vm, args: &[Value], method: &str, at_end: bool) -> PyResult {
    let text = this(args);
    let (start, end) = bounds(vm, args[2], args[3], text.len())?;
    let is_there = |affix: &Str| {
        if start > end || affix.len() > end - start {
            return false;
        }
        split::matches_at(&text, affix, if at_end { end - affix.len() } else { start })
    };
    if let Some(affix) = args[1].cast::<Str>() {
        return Ok(vm.bool(is_there(&affix)));
    }
    let Some(tuple) = args[1].cast::<Tuple>() else {
        let name = vm.type_name(args[1]);
        return Err(vm.type_error(format!("{method} first arg must be str or a tuple of str, not {name}")));
    };
    for item in tuple.items() {
        let Some(affix) = item.cast::<Str>() else {
            let name = vm.type_name(*item);
            return Err(vm.type_error(format!("tuple for {method} must only contain str, not {name}")));
        };
        if is_there(&affix) {
            return Ok(vm.true_());
        }
    }
    Ok(vm.false_())
}

/// Whether a string is not empty and a test holds for all of it.
fn all(vm: &Vm, args: &[Value], test: impl Fn(u32) -> bool) -> PyResult {
    let text = this(args);
    Ok(vm.bool(!text.is_empty() && text.text().iter().all(test)))
}

/// Whether something in a string has case, and it all is of one.
fn all_cased(vm: &Vm, args: &[Value], is_right: impl Fn(u32) -> bool, is_wrong: impl Fn(u32) -> bool) -> PyResult {
    let text = this(args);
    let mut any = false;
    for c in text.text().iter() {
        if is_wrong(c) {
            return Ok(vm.false_());
        }
        any = any || is_right(c);
    }
    Ok(vm.bool(any))
}

fn strip(vm: &Vm, args: &[Value], method: &str, left: bool, right: bool) -> PyResult {
    let text = this(args);
    let part = match args[1].bound().filter(|characters| *characters != vm.none()) {
        None => with_text!(text.text(), units => {
            search::strip(units, |unit| unicode::is_space(unit.into()), left, right)
        }),
        Some(characters) => {
            let Some(characters) = characters.cast::<Str>() else {
                return Err(vm.type_error(format!("{method} arg must be None or str")));
            };
            let set: Vec<u32> = characters.text().iter().collect();
            with_text!(text.text(), units => search::strip(units, |unit| set.contains(&unit.into()), left, right))
        }
    };
    edit::part(vm, text, part.start, part.end)
}

fn split(vm: &Vm, args: &[Value], from_right: bool) -> PyResult {
    let separator = match args[1].bound().filter(|separator| *separator != vm.none()) {
        None => None,
        Some(separator) => match separator.cast::<Str>() {
            Some(separator) => Some(separator),
            None => {
                let name = vm.type_name(separator);
                return Err(vm.type_error(format!("must be str or None, not {name}")));
            }
        },
    };
    split::split(vm, this(args), separator, limit(vm, args[2])?, from_right)
}

/// `removeprefix` and `removesuffix`.
fn affix_argument(vm: &Vm, value: Value, method: &str) -> PyResult<Gc<Str>> {
    value.cast::<Str>().ok_or_else(|| {
        let name = vm.argument_name(value);
        vm.type_error(format!("{method}() argument must be str, not {name}"))
    })
}

/// `str(object, encoding, errors)`: a plain string.
fn construct(vm: &Vm, args: &[Value]) -> PyResult<Gc<Str>> {
    let (object, encoding, errors) = (args[1], args[2], args[3]);
    let Some(object) = object.bound() else { return Ok(vm.empty_str()) };
    if encoding.is_unbound() && errors.is_unbound() {
        return vm.to_str(object);
    }
    let encoding = codec_argument(vm, encoding, "str", "encoding")?;
    let errors = codec_argument(vm, errors, "str", "errors")?;
    if object.cast::<Str>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    let Some(bytes) = buffer::of(vm, object)? else {
        let name = vm.type_name(object);
        return Err(vm.type_error(format!("decoding to str: need a bytes-like object, {name} found")));
    };
    codecs::bytes_decode(vm, object, &bytes, encoding.as_deref(), errors.as_deref()).map(|text| text.expect())
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return a copy whose first character has title case and the rest lower case.
    #[method("capitalize($self, /)")]
    fn capitalize(vm: &Vm, args: &[Value]) -> PyResult {
        case::capitalize(vm, this(args))
    }

    /// Return a copy for comparisons that do not look at case.
    #[method("casefold($self, /)")]
    fn casefold(vm: &Vm, args: &[Value]) -> PyResult {
        case::casefold(vm, this(args))
    }

    /// Return the string in the middle of a string of that length.
    #[method("center($self, width, fillchar=' ', /)")]
    fn center(vm: &Vm, args: &[Value]) -> PyResult {
        let (missing, fill) = padding(vm, args)?;
        // CPython puts the odd one to the left when the width is odd.
        let left = missing / 2 + (missing & (missing + this(args).len()) & 1);
        edit::pad(vm, this(args), left, missing - left, fill)
    }

    /// Return how often a string occurs in a part of this one, without overlap.
    #[method("count($self, sub, start=None, end=None, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let text = this(args);
        let needle = text_argument(vm, args[1], "count", 1)?;
        let (start, end) = bounds(vm, args[2], args[3], text.len())?;
        vm.new_int(split::count(&text, &needle, start, end) as i64)
    }

    /// Return the bytes of the string in an encoding.
    #[method("encode($self, /, encoding='utf-8', errors='strict')")]
    fn encode(vm: &Vm, args: &[Value]) -> PyResult {
        let encoding = codec_argument(vm, args[1], "encode", "encoding")?;
        let errors = codec_argument(vm, args[2], "encode", "errors")?;
        codecs::str_encode(vm, this(args), encoding.as_deref(), errors.as_deref())
    }

    /// Return whether a part of the string ends with a string, or with one of a tuple of them.
    #[method("endswith($self, suffix, start=None, end=None, /)")]
    fn endswith(vm: &Vm, args: &[Value]) -> PyResult {
        has_affix(vm, args, "endswith", true)
    }

    /// Return a copy in which tabs are spaces up to the next column that is a multiple of the size.
    #[method("expandtabs($self, /, tabsize=8)")]
    fn expandtabs(vm: &Vm, args: &[Value]) -> PyResult {
        let size = args[1].bound().map_or(Ok(8), |size| vm.index_i64(size))?;
        edit::expand_tabs(vm, this(args), size)
    }

    /// Return the first place of a string in a part of this one; -1 when there is none.
    #[method("find($self, sub, start=None, end=None, /)")]
    fn find(vm: &Vm, args: &[Value]) -> PyResult {
        found(vm, search(vm, args, "find", false)?)
    }

    /// Return a copy in which replacement fields in braces stand for arguments.
    #[method("format($self, /, *args, **kwargs)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        let named = args[1].cast::<Dict>();
        template::format(vm, this(args), &template::Source::Arguments(&args[2..], named))
    }

    /// Return a copy in which replacement fields in braces stand for a mapping's values.
    #[method("format_map($self, mapping, /)")]
    fn format_map(vm: &Vm, args: &[Value]) -> PyResult {
        template::format(vm, this(args), &template::Source::Mapping(args[1]))
    }

    /// Return the first place of a string in a part of this one. Raises ValueError when there is none.
    #[method("index($self, sub, start=None, end=None, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        must_be_found(vm, search(vm, args, "index", false)?)
    }

    /// Return whether all characters are letters or numeric, and there is one at least.
    #[method("isalnum($self, /)")]
    fn isalnum(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_alnum)
    }

    /// Return whether all characters are letters, and there is one at least.
    #[method("isalpha($self, /)")]
    fn isalpha(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_alpha)
    }

    /// Return whether all characters are ASCII. The empty string is.
    #[method("isascii($self, /)")]
    fn isascii(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).is_ascii()))
    }

    /// Return whether all characters are decimal digits, and there is one at least.
    #[method("isdecimal($self, /)")]
    fn isdecimal(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_decimal)
    }

    /// Return whether all characters are digits, and there is one at least.
    #[method("isdigit($self, /)")]
    fn isdigit(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_digit)
    }

    /// Return whether the string could be an identifier; keywords could.
    #[method("isidentifier($self, /)")]
    fn isidentifier(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(is_identifier(&this(args))))
    }

    /// Return whether all characters that have case are lower case, and there is one at least.
    #[method("islower($self, /)")]
    fn islower(vm: &Vm, args: &[Value]) -> PyResult {
        all_cased(vm, args, unicode::is_lower, |c| unicode::is_upper(c) || unicode::is_title(c))
    }

    /// Return whether all characters have a numeric value, and there is one at least.
    #[method("isnumeric($self, /)")]
    fn isnumeric(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_numeric)
    }

    /// Return whether repr() shows all characters as they are.
    #[method("isprintable($self, /)")]
    fn isprintable(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).text().iter().all(unicode::is_printable)))
    }

    /// Return whether all characters are white space, and there is one at least.
    #[method("isspace($self, /)")]
    fn isspace(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, unicode::is_space)
    }

    /// Return whether every word begins with title or upper case and goes on in lower case, and there is one at least.
    #[method("istitle($self, /)")]
    fn istitle(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(case::is_title(this(args).text())))
    }

    /// Return whether all characters that have case are upper case, and there is one at least.
    #[method("isupper($self, /)")]
    fn isupper(vm: &Vm, args: &[Value]) -> PyResult {
        all_cased(vm, args, unicode::is_upper, |c| unicode::is_lower(c) || unicode::is_title(c))
    }

    /// Return the strings of an iterable one after the other, with this string between them.
    #[method("join($self, iterable, /)")]
    fn join(vm: &Vm, args: &[Value]) -> PyResult {
        super::join::join(vm, this(args), args[1])
    }

    /// Return the string at the left of a string of that length.
    #[method("ljust($self, width, fillchar=' ', /)")]
    fn ljust(vm: &Vm, args: &[Value]) -> PyResult {
        let (missing, fill) = padding(vm, args)?;
        edit::pad(vm, this(args), 0, missing, fill)
    }

    /// Return a copy in lower case.
    #[method("lower($self, /)")]
    fn lower(vm: &Vm, args: &[Value]) -> PyResult {
        case::lower(vm, this(args))
    }

    /// Return a copy without white space, or without the characters given, at the start.
    #[method("lstrip($self, chars=None, /)")]
    fn lstrip(vm: &Vm, args: &[Value]) -> PyResult {
        strip(vm, args, "lstrip", true, false)
    }

    /// Return a table for translate(): of a dict, or of two strings of equal length and one of what is to be deleted.
    #[method("static maketrans(x, y=None, z=None, /)")]
    fn maketrans(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(to) = args[1].bound() else { return edit::table_of_mapping(vm, args[0]) };
        let Some(from) = args[0].cast::<Str>() else {
            return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
        };
        let to = text_argument(vm, to, "maketrans", 2)?;
        let delete = match args[2].bound() {
            Some(delete) => Some(text_argument(vm, delete, "maketrans", 3)?),
            None => None,
        };
        edit::table_of_strings(vm, from, to, delete)
    }

    /// Return what is before the first separator, the separator, and what is behind it; the string and two empty ones when it is
    /// not there.
    #[method("partition($self, sep, /)")]
    fn partition(vm: &Vm, args: &[Value]) -> PyResult {
        split::partition(vm, this(args), separator_argument(vm, args[1])?, false)
    }

    /// Return the string without a prefix, if it begins with that.
    #[method("removeprefix($self, prefix, /)")]
    fn removeprefix(vm: &Vm, args: &[Value]) -> PyResult {
        let (text, prefix) = (this(args), affix_argument(vm, args[1], "removeprefix")?);
        let start = if split::matches_at(&text, &prefix, 0) { prefix.len() } else { 0 };
        edit::part(vm, text, start, text.len())
    }

    /// Return the string without a suffix, if it ends with that.
    #[method("removesuffix($self, suffix, /)")]
    fn removesuffix(vm: &Vm, args: &[Value]) -> PyResult {
        let (text, suffix) = (this(args), affix_argument(vm, args[1], "removesuffix")?);
        let end = text.len().checked_sub(suffix.len()).filter(|end| split::matches_at(&text, &suffix, *end));
        edit::part(vm, text, 0, end.unwrap_or(text.len()))
    }

    /// Return a copy in which one string stands for another, everywhere or the first `count` times.
    #[method("replace($self, old, new, /, count=-1)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        let old = text_argument(vm, args[1], "replace", 1)?;
        let new = text_argument(vm, args[2], "replace", 2)?;
        edit::replace(vm, this(args), old, new, limit(vm, args[3])?)
    }

    /// Return the last place of a string in a part of this one; -1 when there is none.
    #[method("rfind($self, sub, start=None, end=None, /)")]
    fn rfind(vm: &Vm, args: &[Value]) -> PyResult {
        found(vm, search(vm, args, "rfind", true)?)
    }

    /// Return the last place of a string in a part of this one. Raises ValueError when there is none.
    #[method("rindex($self, sub, start=None, end=None, /)")]
    fn rindex(vm: &Vm, args: &[Value]) -> PyResult {
        must_be_found(vm, search(vm, args, "rindex", true)?)
    }

    /// Return the string at the right of a string of that length.
    #[method("rjust($self, width, fillchar=' ', /)")]
    fn rjust(vm: &Vm, args: &[Value]) -> PyResult {
        let (missing, fill) = padding(vm, args)?;
        edit::pad(vm, this(args), missing, 0, fill)
    }

    /// As partition(), with the last separator; two empty strings and the string when it is not there.
    #[method("rpartition($self, sep, /)")]
    fn rpartition(vm: &Vm, args: &[Value]) -> PyResult {
        split::partition(vm, this(args), separator_argument(vm, args[1])?, true)
    }

    /// Return a list of the parts between separators, or between white space, cut from the right.
    #[method("rsplit($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(vm: &Vm, args: &[Value]) -> PyResult {
        split(vm, args, true)
    }

    /// Return a copy without white space, or without the characters given, at the end.
    #[method("rstrip($self, chars=None, /)")]
    fn rstrip(vm: &Vm, args: &[Value]) -> PyResult {
        strip(vm, args, "rstrip", false, true)
    }

    /// Return a list of the parts between separators, or between white space.
    #[method("split($self, /, sep=None, maxsplit=-1)")]
    fn split_(vm: &Vm, args: &[Value]) -> PyResult {
        split(vm, args, false)
    }

    /// Return a list of the lines, with their ends if that is asked for.
    #[method("splitlines($self, /, keepends=False)")]
    fn splitlines(vm: &Vm, args: &[Value]) -> PyResult {
        let keep_ends = args[1].bound().map_or(Ok(false), |keep| vm.is_true(keep))?;
        split::split_lines(vm, this(args), keep_ends)
    }

    /// Return whether a part of the string begins with a string, or with one of a tuple of them.
    #[method("startswith($self, prefix, start=None, end=None, /)")]
    fn startswith(vm: &Vm, args: &[Value]) -> PyResult {
        has_affix(vm, args, "startswith", false)
    }

    /// Return a copy without white space, or without the characters given, at both ends.
    #[method("strip($self, chars=None, /)")]
    fn strip_(vm: &Vm, args: &[Value]) -> PyResult {
        strip(vm, args, "strip", true, true)
    }

    /// Return a copy in which upper case is lower case and the other way round.
    #[method("swapcase($self, /)")]
    fn swapcase(vm: &Vm, args: &[Value]) -> PyResult {
        case::swapcase(vm, this(args))
    }

    /// Return a copy in which every word begins with title case and goes on in lower case.
    #[method("title($self, /)")]
    fn title(vm: &Vm, args: &[Value]) -> PyResult {
        case::title(vm, this(args))
    }

    /// Return a copy in which a table's entry stands for every character that has one: a string, a code point, or None to delete
    /// it.
    #[method("translate($self, table, /)")]
    fn translate(vm: &Vm, args: &[Value]) -> PyResult {
        edit::translate(vm, this(args), args[1])
    }

    /// Return a copy in upper case.
    #[method("upper($self, /)")]
    fn upper(vm: &Vm, args: &[Value]) -> PyResult {
        case::upper(vm, this(args))
    }

    /// Return the string with zeros before it, behind its sign, up to that length.
    #[method("zfill($self, width, /)")]
    fn zfill(vm: &Vm, args: &[Value]) -> PyResult {
        let width = usize::try_from(vm.index_i64(args[1])?).unwrap_or(0);
        edit::zero_fill(vm, this(args), width)
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, object='', encoding='utf-8', errors='strict')")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let text = construct(vm, args)?;
        if class == vm.types().str {
            return Ok(text.into());
        }
        Str::with_class(vm, class, text).map(Value::from)
    }
}

/// Whether a string could be an identifier.
#[must_use]
pub fn is_identifier(text: &Str) -> bool {
    let mut code_points = text.text().iter();
    code_points.next().is_some_and(unicode::is_id_start) && code_points.all(unicode::is_id_continue)
}
