//! Operators of `bytes`, and those that `bytearray` shares.

use core::cmp::Ordering;

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::buffer::{self, Buffer, like, receiver};
use super::construct;
use super::methods::lent;
use crate::error::PyResult;
use crate::protocol::compare::ordering_is;
use crate::protocol::siphash::hash_text;
use crate::types::bytes::Bytes;
use crate::types::iterators::SeqIter;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::types::str::fill::Builder;
use crate::types::str::{Str, Text, printf, search};
use crate::value::Value;
use crate::vm::Vm;

/// Compares bytes with bytes only; other bytes-like objects say themselves how they compare.
fn compare_bytes(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    match (args[0].cast::<Bytes>(), args[1].cast::<Bytes>()) {
        (Some(a), Some(b)) => Ok(vm.bool(ordering_is(op, a.as_slice().cmp(b.as_slice())))),
        _ => {
            warn_of_comparison(vm, "bytes", args[1], op)?;
            Ok(vm.not_implemented())
        }
    }
}

/// Warns of a comparison that is never true, where `-b` asks for that.
fn warn_of_comparison(vm: &Vm, kind: &str, other: Value, op: CompareOp) -> PyResult<()> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(());
    }
    let what = if other.cast::<Str>().is_some() {
        "string"
    } else if kind == "bytes" && vm.is_instance(other, vm.types().int) {
        "int"
    } else {
        return Ok(());
    };
    warn_of_str(vm, &format!("Comparison between {kind} and {what}"))
}

/// Compares a bytearray with any bytes-like object.
pub(crate) fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let Some(other) = buffer::of(vm, args[1])? else {
        warn_of_comparison(vm, "bytearray", args[1], op)?;
        return Ok(vm.not_implemented());
    };
    let ordering: Ordering = (*receiver(args)).cmp(&*other);
    Ok(vm.bool(ordering_is(op, ordering)))
}

/// `key in bytes`: bytes, or one byte as an integer.
pub(crate) fn contains(vm: &Vm, args: &[Value]) -> PyResult {
    let _lent = lent(args[0]);
    if let Some(needle) = buffer::of(vm, args[1])? {
        return Ok(vm.bool(search::find(&receiver(args), &needle).is_some()));
    }
    match vm.try_index(args[1])? {
        Some(index) => {
            let byte = buffer::byte(vm, index, "byte")?;
            Ok(vm.bool(receiver(args).contains(&byte)))
        }
        None => {
            let name = vm.type_name(args[1]);
            Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

/// The BytesWarning that the option `-b` asks for.
pub(crate) fn warn_of_str(vm: &Vm, text: &str) -> PyResult<()> {
    if vm.flags(|flags| flags.bytes_warning) == 0 {
        return Ok(());
    }
    vm.warn(vm.types().bytes_warning, text, 1)
}

/// The bytes that a slice selects.
pub(crate) fn slice(vm: &Vm, bytes: &Buffer, slice: &Slice) -> PyResult<Vec<u8>> {
    let range = vm.slice_range(slice, bytes.len())?;
    if range.step == 1 {
        let start = range.start as usize;
        return Ok(bytes[start..start + range.count].to_vec());
    }
    Ok(range.places().map(|place| bytes[place]).collect())
}

/// The bytes so many times over.
pub(crate) fn repeated(vm: &Vm, bytes: &[u8], count: Value) -> PyResult<Vec<u8>> {
    let count = sequence::repeat_count(vm, count)?;
    let mut out = Vec::new();
    let room = bytes.len().checked_mul(count);
    if room.is_none_or(|room| out.try_reserve_exact(room).is_err()) {
        return Err(vm.memory_error());
    }
    match bytes {
        [byte] => out.resize(count, *byte),
        bytes => (0..if bytes.is_empty() { 0 } else { count }).for_each(|_| out.extend_from_slice(bytes)),
    }
    Ok(out)
}

/// `bytes % arguments`.
pub(crate) fn formatted(vm: &Vm, args: &[Value]) -> PyResult {
    let template = receiver(args);
    let out: Builder = printf::format(vm, Text::Latin1(&template), args[1], printf::Mode::Bytes)?;
    if out.has_failed() {
        return Err(vm.memory_error());
    }
    let bytes: Vec<u8> = out.text().iter().map(|unit| unit as u8).collect();
    like(vm, args[0], &bytes)
}

/// `b'..'` with what is not printable ASCII escaped.
#[must_use]
pub fn repr(bytes: &[u8]) -> String {
    quoted(bytes, false)
}

/// The literal for bytes as `bytearray` shows them, which escapes `'` between any quotes.
#[must_use]
pub fn bytearray_repr(bytes: &[u8]) -> String {
    quoted(bytes, true)
}

fn quoted(bytes: &[u8], escape_always: bool) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut text = String::with_capacity(bytes.len() + 3);
    text.push('b');
    text.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            byte if byte == quote || escape_always && byte == b'\'' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            0x20..0x7f => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text.push(char::from(quote));
    text
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        match buffer::of(vm, args[1])? {
            Some(other) => vm.new_bytes(&[&*receiver(args), &*other].concat()),
            None => Err(vm.type_error(format!("can't concat {} to bytes", vm.type_name(args[1])))),
        }
    }

    /// Return the memory as asked for by the flags.
    #[method("__buffer__($self, flags, /)")]
    fn buffer_(vm: &Vm, args: &[Value]) -> PyResult {
        crate::protocol::buffer::buffer_method(vm, args)
    }

    /// Return the bytes as a plain bytes object.
    #[method("__bytes__($self, /)")]
    fn to_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        if vm.is_exact(args[0], vm.types().bytes) {
            return Ok(args[0]);
        }
        vm.new_bytes(&receiver(args))
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains_key(vm: &Vm, args: &[Value]) -> PyResult {
        contains(vm, args)
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Ge)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = args[0].expect::<Bytes>();
        if let Some(part) = args[1].cast::<Slice>() {
            return vm.new_bytes(&slice(vm, &Buffer::Shared(bytes), &part)?);
        }
        let data = bytes.as_slice();
        match vm.sequence_place(args[1], data.len(), "byte")? {
            Some(place) => Ok(Value::small(i64::from(data[place]))),
            None => Err(vm.index_error("index out of range")),
        }
    }

    /// Return the arguments that make equal bytes, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let plain = vm.new_bytes(&receiver(args))?;
        vm.new_tuple(&[plain])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = args[0].expect::<Bytes>();
        if bytes.hash.get() == 0 {
            bytes.hash.set(hash_text(Text::Latin1(bytes.as_slice())));
        }
        vm.new_int(bytes.hash.get() as i64)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.types().bytes_iterator, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(args[0].expect::<Bytes>().as_slice().len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Lt)
    }

    /// Return self%value.
    #[method("__mod__($self, value, /)")]
    fn modulo(vm: &Vm, args: &[Value]) -> PyResult {
        formatted(vm, args)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == Value::small(1) && vm.is_exact(args[0], vm.types().bytes) {
            return Ok(args[0]);
        }
        vm.new_bytes(&repeated(vm, &receiver(args), args[1])?)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare_bytes(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, source=b'', encoding='utf-8', errors='strict')")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let (class, source) = (args[0], args[1]);
        let plain = class == Value::from(vm.types().bytes);
        if plain && args[2].is_unbound() && args[3].is_unbound() && source.is_bound() {
            if vm.is_exact(source, vm.types().bytes) {
                return Ok(source);
            }
            if let Some(bytes) = construct::own_bytes(vm, source)? {
                return Ok(bytes.into());
            }
        }
        let bytes = construct::bytes_from(vm, source, args[2], args[3], "bytes")?;
        Bytes::with_class(vm, class.expect(), &bytes).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn show(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&repr(&receiver(args)))
    }

    /// Return value%self.
    #[method("__rmod__($self, value, /)")]
    fn rmod(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        mul(vm, args)
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        warn_of_str(vm, "str() on a bytes instance")?;
        show(vm, args)
    }
}
