//! Methods that `bytes` and `bytearray` share. What they return is of the receiver's type.

use core::ops::Range;

use orochi_macros::methods;

use super::buffer::{self, like, receiver, required};
use super::{edit, hexadecimal};
use crate::error::PyResult;
use crate::protocol::buffer::Lock;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::methods::{bounds, codec_argument, limit};
use crate::types::str::{codecs, search};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d)
}

fn list_of(vm: &Vm, args: &[Value], bytes: &[u8], parts: &[Range<usize>]) -> PyResult {
    let list = List::with_capacity(vm, parts.len())?;
    for part in parts {
        list.push(vm, like(vm, args[0], &bytes[part.clone()])?)?;
    }
    Ok(list.into())
}

/// The width that is missing, and the fill byte, of `center` and its kin.
fn padding(vm: &Vm, args: &[Value], len: usize, method: &str) -> PyResult<(usize, u8)> {
    let width = vm.index_i64(args[1])?;
    let fill = match args[2].bound() {
        None => b' ',
        Some(fill) => {
            match (fill.cast::<Bytes>().is_some() || fill.cast::<ByteArray>().is_some(), buffer::find(fill)) {
                (true, Some(bytes)) if bytes.len() == 1 => bytes[0],
                (true, Some(bytes)) => {
                    let text = format!(
                        "{method}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
                        vm.type_name(fill),
                        bytes.len()
                    );
                    return Err(vm.type_error(text));
                }
                _ => {
                    let name = vm.argument_name(fill);
                    return Err(
                        vm.type_error(format!("{method}() argument 2 must be a byte string of length 1, not {name}"))
                    );
                }
            }
        }
    };
    Ok((usize::try_from(width).unwrap_or(0).saturating_sub(len), fill))
}

/// The place that `find` and its kin look for.
/// Keeps a bytearray from changing its size while Python code may run that an argument brings along.
pub(crate) fn lent(value: Value) -> Option<Lock> {
    value.cast::<ByteArray>().map(|array| array.exports.lock())
}

fn place(vm: &Vm, args: &[Value], from_right: bool) -> PyResult<Option<usize>> {
    let bytes = receiver(args);
    let _lent = lent(args[0]);
    let (start, end) = bounds(vm, args[2], args[3], bytes.len())?;
    let needle = buffer::needle(vm, args[1])?;
    if start > end || needle.len() > end - start {
        return Ok(None);
    }
    let part = &bytes[start..end];
    let found = if from_right { search::rfind(part, &needle) } else { search::find(part, &needle) };
    Ok(found.map(|place| place + start))
}

fn found(vm: &Vm, place: Option<usize>) -> PyResult {
    vm.new_int(place.map_or(-1, |place| place as i64))
}

fn must_be_found(vm: &Vm, place: Option<usize>) -> PyResult {
    match place {
        Some(place) => vm.new_int(place as i64),
        None => Err(vm.value_error("subsection not found")),
    }
}

/// `startswith` and `endswith`.
fn has_affix(vm: &Vm, args: &[Value], method: &str, at_end: bool) -> PyResult {
    let bytes = receiver(args);
    let (start, end) = bounds(vm, args[2], args[3], bytes.len())?;
    let part = if start <= end { Some(&bytes[start..end]) } else { None };
    let matches =
        |affix: &[u8]| part.is_some_and(|part| if at_end { part.ends_with(affix) } else { part.starts_with(affix) });
    if let Some(affixes) = args[1].cast::<Tuple>() {
        for affix in affixes.items() {
            if matches(&required(vm, *affix)?) {
                return Ok(vm.true_());
            }
        }
        return Ok(vm.false_());
    }
    match buffer::of(vm, args[1])? {
        Some(affix) => Ok(vm.bool(matches(&affix))),
        None => {
            let name = vm.type_name(args[1]);
            Err(vm.type_error(format!("{method} first arg must be bytes or a tuple of bytes, not {name}")))
        }
    }
}

fn cut(vm: &Vm, args: &[Value], from_right: bool) -> PyResult {
    let bytes = receiver(args);
    let _lent = lent(args[0]);
    let limit = limit(vm, args[2])?;
    let parts = match args[1].bound().filter(|separator| *separator != vm.none()) {
        None if from_right => search::rsplit_space(&bytes, is_space, limit),
        None => search::split_space(&bytes, is_space, limit),
        Some(separator) => {
            let separator = required(vm, separator)?;
            if separator.is_empty() {
                return Err(vm.value_error("empty separator"));
            }
            if from_right {
                search::rsplit(&bytes, &separator, limit)
            } else {
                search::split(&bytes, &separator, limit)
            }
        }
    };
    list_of(vm, args, &bytes, &parts)
}

fn stripped(vm: &Vm, args: &[Value], left: bool, right: bool) -> PyResult {
    let bytes = receiver(args);
    let kept = match args[1].bound().filter(|chars| *chars != vm.none()) {
        None => search::strip(&bytes, is_space, left, right),
        Some(chars) => {
            let chars = required(vm, chars)?;
            search::strip(&bytes, |byte: u8| chars.contains(&byte), left, right)
        }
    };
    like(vm, args[0], &bytes[kept])
}

fn parted(vm: &Vm, args: &[Value], from_right: bool) -> PyResult {
    let bytes = receiver(args);
    let separator = required(vm, args[1])?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let found = if from_right { search::rfind(&bytes, &separator) } else { search::find(&bytes, &separator) };
    let [a, b, c]: [&[u8]; 3] = match found {
        Some(place) => [&bytes[..place], &separator, &bytes[place + separator.len()..]],
        None if from_right => [&[], &[], &bytes],
        None => [&bytes, &[], &[]],
    };
    let parts = [like(vm, args[0], a)?, like(vm, args[0], b)?, like(vm, args[0], c)?];
    vm.new_tuple(&parts)
}

/// Whether all bytes satisfy a test, and there is one.
fn all(vm: &Vm, args: &[Value], test: impl Fn(&u8) -> bool) -> PyResult {
    let bytes = receiver(args);
    Ok(vm.bool(!bytes.is_empty() && bytes.iter().all(test)))
}

/// Whether there are letters and all are of one case.
fn one_case(vm: &Vm, args: &[Value], wrong: impl Fn(&u8) -> bool) -> PyResult {
    let bytes = receiver(args);
    Ok(vm.bool(bytes.iter().any(u8::is_ascii_alphabetic) && !bytes.iter().any(wrong)))
}

#[methods(pub(crate) SEARCH)]
impl Search {
    /// Return how often the bytes, or the byte, occur without overlap.
    #[method("count($self, sub, start=None, end=None, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = receiver(args);
        let _lent = lent(args[0]);
        let (start, end) = bounds(vm, args[2], args[3], bytes.len())?;
        let needle = buffer::needle(vm, args[1])?;
        vm.new_int(if start > end { 0 } else { search::count(&bytes[start..end], &needle) } as i64)
    }

    /// Return whether the bytes end with a suffix, or with one of a tuple.
    #[method("endswith($self, suffix, start=None, end=None, /)")]
    fn endswith(vm: &Vm, args: &[Value]) -> PyResult {
        has_affix(vm, args, "endswith", true)
    }

    /// Return the first place of the bytes, or of the byte; -1 if there is none.
    #[method("find($self, sub, start=None, end=None, /)")]
    fn find(vm: &Vm, args: &[Value]) -> PyResult {
        found(vm, place(vm, args, false)?)
    }

    /// Return the first place of the bytes, or of the byte. ValueError if there is none.
    #[method("index($self, sub, start=None, end=None, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        must_be_found(vm, place(vm, args, false)?)
    }

    /// Return the last place of the bytes, or of the byte; -1 if there is none.
    #[method("rfind($self, sub, start=None, end=None, /)")]
    fn rfind(vm: &Vm, args: &[Value]) -> PyResult {
        found(vm, place(vm, args, true)?)
    }

    /// Return the last place of the bytes, or of the byte. ValueError if there is none.
    #[method("rindex($self, sub, start=None, end=None, /)")]
    fn rindex(vm: &Vm, args: &[Value]) -> PyResult {
        must_be_found(vm, place(vm, args, true)?)
    }

    /// Return whether the bytes begin with a prefix, or with one of a tuple.
    #[method("startswith($self, prefix, start=None, end=None, /)")]
    fn startswith(vm: &Vm, args: &[Value]) -> PyResult {
        has_affix(vm, args, "startswith", false)
    }
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Return a copy with the first letter in upper case and the others in lower case (ASCII).
    #[method("capitalize($self, /)")]
    fn capitalize(vm: &Vm, args: &[Value]) -> PyResult {
        like(vm, args[0], &edit::capitalize(&receiver(args)))
    }

    /// Return the bytes in the middle of so many.
    #[method("center($self, width, fillchar=b' ', /)")]
    fn center(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = receiver(args);
        let (missing, fill) = padding(vm, args, bytes.len(), "center")?;
        // CPython's choice of the side that gets one more.
        let left = missing / 2 + (missing & (missing + bytes.len()) & 1);
        like(vm, args[0], &edit::pad(vm, &bytes, left, missing - left, fill)?)
    }

    /// Return the text that the bytes mean in an encoding.
    #[method("decode($self, /, encoding='utf-8', errors='strict')")]
    fn decode(vm: &Vm, args: &[Value]) -> PyResult {
        let encoding = codec_argument(vm, args[1], "decode", "encoding")?;
        let errors = codec_argument(vm, args[2], "decode", "errors")?;
        codecs::bytes_decode(vm, args[0], &receiver(args), encoding.as_deref(), errors.as_deref())
    }

    /// Return a copy with tabs replaced by spaces.
    #[method("expandtabs($self, /, tabsize=8)")]
    fn expandtabs(vm: &Vm, args: &[Value]) -> PyResult {
        let size = if args[1].is_bound() { vm.index_i64(args[1])? } else { 8 };
        like(vm, args[0], &edit::expand_tabs(vm, &receiver(args), size)?)
    }

    /// Return the bytes of hexadecimal text.
    #[method("fromhex($type, string, /)")]
    fn fromhex(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = hexadecimal::parse(vm, args[1])?;
        let (own, types) = (args[0], vm.types());
        if own == Value::from(types.bytes) {
            return vm.new_bytes(&bytes);
        }
        if own == Value::from(types.bytearray) {
            return ByteArray::new(vm, types.bytearray, bytes).map(Value::from);
        }
        let plain = vm.new_bytes(&bytes)?;
        vm.call(own, &[plain])
    }

    /// Return two hexadecimal digits a byte, with separators if asked for.
    #[method("hex($self, /, sep='', bytes_per_sep=1)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        let _lent = lent(args[0]);
        hexadecimal::hex(vm, &receiver(args), args[1], args[2])
    }

    /// Return whether all bytes are ASCII letters or digits, and there is one.
    #[method("isalnum($self, /)")]
    fn isalnum(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, u8::is_ascii_alphanumeric)
    }

    /// Return whether all bytes are ASCII letters, and there is one.
    #[method("isalpha($self, /)")]
    fn isalpha(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, u8::is_ascii_alphabetic)
    }

    /// Return whether all bytes are ASCII.
    #[method("isascii($self, /)")]
    fn isascii(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(receiver(args).is_ascii()))
    }

    /// Return whether all bytes are digits, and there is one.
    #[method("isdigit($self, /)")]
    fn isdigit(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, u8::is_ascii_digit)
    }

    /// Return whether there are letters and all are lower case.
    #[method("islower($self, /)")]
    fn islower(vm: &Vm, args: &[Value]) -> PyResult {
        one_case(vm, args, u8::is_ascii_uppercase)
    }

    /// Return whether all bytes are white space, and there is one.
    #[method("isspace($self, /)")]
    fn isspace(vm: &Vm, args: &[Value]) -> PyResult {
        all(vm, args, |byte| is_space(*byte))
    }

    /// Return whether words begin with upper-case letters and go on with lower-case ones.
    #[method("istitle($self, /)")]
    fn istitle(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(edit::is_title(&receiver(args))))
    }

    /// Return whether there are letters and all are upper case.
    #[method("isupper($self, /)")]
    fn isupper(vm: &Vm, args: &[Value]) -> PyResult {
        one_case(vm, args, u8::is_ascii_lowercase)
    }

    /// Return the bytes-like items of an iterable with these bytes between.
    #[method("join($self, iterable_of_bytes, /)")]
    fn join(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[1]);
        if class.special(crate::Special::Iter).is_unbound() && class.special(crate::Special::GetItem).is_unbound() {
            return Err(vm.type_error("can only join an iterable"));
        }
        let separator = receiver(args);
        let _lent = lent(args[0]);
        let items = vm.list_from(args[1])?;
        let own = args[1].cast::<List>();
        let mut out = Vec::new();
        for index in 0..items.len() {
            let Some(item) = items.get(index) else { break };
            if index > 0 {
                out.extend_from_slice(&separator);
            }
            let bytes = buffer::of(vm, item)?;
            if own.is_some_and(|list| list.len() != items.len()) {
                return Err(vm.runtime_error("sequence changed size during iteration"));
            }
            match bytes {
                Some(bytes) => out.extend_from_slice(&bytes),
                None => {
                    let name = vm.type_name(item);
                    let text = format!("sequence item {index}: expected a bytes-like object, {name} found");
                    return Err(vm.type_error(text));
                }
            }
        }
        like(vm, args[0], &out)
    }

    /// Return the bytes on the left of so many.
    #[method("ljust($self, width, fillchar=b' ', /)")]
    fn ljust(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = receiver(args);
        let (missing, fill) = padding(vm, args, bytes.len(), "ljust")?;
        like(vm, args[0], &edit::pad(vm, &bytes, 0, missing, fill)?)
    }

    /// Return a copy with ASCII letters in lower case.
    #[method("lower($self, /)")]
    fn lower(vm: &Vm, args: &[Value]) -> PyResult {
        like(vm, args[0], &receiver(args).to_ascii_lowercase())
    }

    /// Return a copy without white space, or without the given bytes, at the start.
    #[method("lstrip($self, bytes=None, /)")]
    fn lstrip(vm: &Vm, args: &[Value]) -> PyResult {
        stripped(vm, args, true, false)
    }

    /// Return a table for `translate` that maps each byte of `frm` to the one of `to` at the same place.
    #[method("static maketrans(frm, to, /)")]
    fn maketrans(vm: &Vm, args: &[Value]) -> PyResult {
        let (from, to) = (required(vm, args[0])?, required(vm, args[1])?);
        if from.len() != to.len() {
            return Err(vm.value_error("maketrans arguments must have same length"));
        }
        let mut table: [u8; 256] = core::array::from_fn(|byte| byte as u8);
        for (from, to) in from.iter().zip(to.iter()) {
            table[usize::from(*from)] = *to;
        }
        vm.new_bytes(&table)
    }

    /// Return what is before the first separator, the separator, and what is after it.
    #[method("partition($self, sep, /)")]
    fn partition(vm: &Vm, args: &[Value]) -> PyResult {
        parted(vm, args, false)
    }

    /// Return a copy without a prefix.
    #[method("removeprefix($self, prefix, /)")]
    fn removeprefix(vm: &Vm, args: &[Value]) -> PyResult {
        let (bytes, prefix) = (receiver(args), required(vm, args[1])?);
        like(vm, args[0], bytes.strip_prefix(&*prefix).unwrap_or(&bytes))
    }

    /// Return a copy without a suffix.
    #[method("removesuffix($self, suffix, /)")]
    fn removesuffix(vm: &Vm, args: &[Value]) -> PyResult {
        let (bytes, suffix) = (receiver(args), required(vm, args[1])?);
        like(vm, args[0], bytes.strip_suffix(&*suffix).unwrap_or(&bytes))
    }

    /// Return a copy with occurrences of `old` replaced by `new`.
    #[method("replace($self, old, new, count=-1, /)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        let (old, new) = (required(vm, args[1])?, required(vm, args[2])?);
        let limit = limit(vm, args[3])?;
        like(vm, args[0], &edit::replace(vm, &receiver(args), &old, &new, limit)?)
    }

    /// Return the bytes on the right of so many.
    #[method("rjust($self, width, fillchar=b' ', /)")]
    fn rjust(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = receiver(args);
        let (missing, fill) = padding(vm, args, bytes.len(), "rjust")?;
        like(vm, args[0], &edit::pad(vm, &bytes, missing, 0, fill)?)
    }

    /// Return what is before the last separator, the separator, and what is after it.
    #[method("rpartition($self, sep, /)")]
    fn rpartition(vm: &Vm, args: &[Value]) -> PyResult {
        parted(vm, args, true)
    }

    /// Return the parts between separators, with the cuts made from the right.
    #[method("rsplit($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(vm: &Vm, args: &[Value]) -> PyResult {
        cut(vm, args, true)
    }

    /// Return a copy without white space, or without the given bytes, at the end.
    #[method("rstrip($self, bytes=None, /)")]
    fn rstrip(vm: &Vm, args: &[Value]) -> PyResult {
        stripped(vm, args, false, true)
    }

    /// Return the parts between separators; between runs of white space without one.
    #[method("split($self, /, sep=None, maxsplit=-1)")]
    fn split(vm: &Vm, args: &[Value]) -> PyResult {
        cut(vm, args, false)
    }

    /// Return the lines.
    #[method("splitlines($self, /, keepends=False)")]
    fn splitlines(vm: &Vm, args: &[Value]) -> PyResult {
        let keep = args[1].is_bound() && vm.is_true(args[1])?;
        let bytes = receiver(args);
        let lines = search::split_lines(&bytes, |byte: u8| matches!(byte, b'\n' | b'\r'), keep);
        list_of(vm, args, &bytes, &lines)
    }

    /// Return a copy without white space, or without the given bytes, at both ends.
    #[method("strip($self, bytes=None, /)")]
    fn strip(vm: &Vm, args: &[Value]) -> PyResult {
        stripped(vm, args, true, true)
    }

    /// Return a copy with upper-case ASCII letters in lower case and the other way round.
    #[method("swapcase($self, /)")]
    fn swapcase(vm: &Vm, args: &[Value]) -> PyResult {
        let swap = |byte: &u8| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
        like(vm, args[0], &receiver(args).iter().map(swap).collect::<Vec<u8>>())
    }

    /// Return a copy in which words begin with an upper-case letter.
    #[method("title($self, /)")]
    fn title(vm: &Vm, args: &[Value]) -> PyResult {
        like(vm, args[0], &edit::title(&receiver(args)))
    }

    /// Return a copy without the bytes in `delete`, the others mapped by a table of 256 bytes.
    #[method("translate($self, table, /, delete=b'')")]
    fn translate(vm: &Vm, args: &[Value]) -> PyResult {
        let table = match args[1] == vm.none() {
            true => None,
            false => Some(required(vm, args[1])?),
        };
        if table.as_ref().is_some_and(|table| table.len() != 256) {
            return Err(vm.value_error("translation table must be 256 characters long"));
        }
        let delete = match args[2].bound() {
            Some(delete) => Some(required(vm, delete)?),
            None => None,
        };
        let mapped: Vec<u8> = receiver(args)
            .iter()
            .filter(|byte| !delete.as_ref().is_some_and(|delete| delete.contains(byte)))
            .map(|byte| table.as_ref().map_or(*byte, |table| table[usize::from(*byte)]))
            .collect();
        like(vm, args[0], &mapped)
    }

    /// Return a copy with ASCII letters in upper case.
    #[method("upper($self, /)")]
    fn upper(vm: &Vm, args: &[Value]) -> PyResult {
        like(vm, args[0], &receiver(args).to_ascii_uppercase())
    }

    /// Return the bytes with zeros on the left, behind a sign.
    #[method("zfill($self, width, /)")]
    fn zfill(vm: &Vm, args: &[Value]) -> PyResult {
        let width = usize::try_from(vm.index_i64(args[1])?).unwrap_or(0);
        like(vm, args[0], &edit::zero_fill(vm, &receiver(args), width)?)
    }
}
