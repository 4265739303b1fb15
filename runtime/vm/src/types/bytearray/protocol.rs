//! Operators of `bytearray`.

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::methods::{extend_bytes, this};
use super::{ByteArray, slices};
use crate::error::PyResult;
use crate::types::bytes::buffer::{self, Buffer, byte, receiver};
use crate::types::bytes::construct::{bytes_from, check_iterable};
use crate::types::bytes::methods::lent;
use crate::types::bytes::protocol::{bytearray_repr, compare, contains, formatted, repeated, slice};
use crate::types::iterators::SeqIter;
use crate::types::native::NativeDef;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

fn place(vm: &Vm, args: &[Value]) -> PyResult<usize> {
    let len = this(args).data.borrow().len();
    match vm.sequence_place(args[1], len, "bytearray")? {
        Some(place) => Ok(place),
        None => Err(vm.index_error("bytearray index out of range")),
    }
}

fn is_number_or_text(vm: &Vm, value: Value) -> bool {
    use crate::object::special::Special;
    let class = vm.class_of(value);
    let number =
        [Special::Index, Special::Int, Special::Float].iter().any(|special| class.special(*special).is_bound());
    number
        || value.cast::<crate::types::str::Str>().is_some()
        || value.cast::<crate::types::complex::Complex>().is_some()
}

/// Whether the arguments of the constructor are an iterable that is nothing else.
fn is_only_iterable(vm: &Vm, args: &[Value]) -> bool {
    use crate::object::special::Special;
    let Some(source) = args[1].bound() else { return false };
    let class = vm.class_of(source);
    args[2].is_unbound()
        && args[3].is_unbound()
        && source.cast::<crate::types::str::Str>().is_none()
        && class.special(Special::Index).is_unbound()
        && class.special(Special::Buffer).is_unbound()
}

fn made(vm: &Vm, bytes: Vec<u8>) -> PyResult {
    ByteArray::new(vm, vm.types().bytearray, bytes).map(Value::from)
}

/// `(class, arguments, state)`. Old protocols know no bytes: there they are written as text.
fn reduced(vm: &Vm, value: Value, protocol: i64) -> PyResult {
    let bytes = receiver(&[value]);
    let arguments = match () {
        () if bytes.is_empty() => vm.new_tuple(&[])?,
        () if protocol < 3 => {
            let text = crate::types::str::Str::from_latin1(vm, &bytes)?;
            vm.new_tuple(&[text.into(), vm.new_str("latin-1")?])?
        }
        () => vm.new_tuple(&[vm.new_bytes(&bytes)?])?,
    };
    let state = vm.call_method(value, "__getstate__", &[])?;
    vm.new_tuple(&[vm.class_of(value).into(), arguments, state])
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return how many bytes there is room for, one more than can be used.
    #[method("__alloc__($self, /)")]
    fn alloc(vm: &Vm, args: &[Value]) -> PyResult {
        let capacity = this(args).data.borrow().capacity();
        vm.new_int(if capacity == 0 { 0 } else { capacity as i64 + 1 })
    }

    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        match buffer::of(vm, args[1])? {
            Some(other) => made(vm, [&*receiver(args), &*other].concat()),
            None => Err(vm.type_error(format!("can't concat {} to bytearray", vm.type_name(args[1])))),
        }
    }

    /// Return the memory as asked for by the flags.
    #[method("__buffer__($self, flags, /)")]
    fn buffer_(vm: &Vm, args: &[Value]) -> PyResult {
        crate::protocol::buffer::buffer_method(vm, args)
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains_key(vm: &Vm, args: &[Value]) -> PyResult {
        contains(vm, args)
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(part) = args[1].cast::<Slice>() {
            slices::delete(vm, this(args), &part)?;
            return Ok(vm.none());
        }
        let place = place(vm, args)?;
        this(args).check_resizable(vm)?;
        this(args).data.borrow_mut().remove(place);
        Ok(vm.none())
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(part) = args[1].cast::<Slice>() {
            let data = receiver(args);
            return made(vm, slice(vm, &data, &part)?);
        }
        let place = place(vm, args)?;
        let byte = this(args).data.borrow().get(place).copied();
        match byte {
            Some(byte) => Ok(Value::small(i64::from(byte))),
            None => Err(vm.index_error("bytearray index out of range")),
        }
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Implement self+=value.
    #[method("__iadd__($self, value, /)")]
    fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
        match buffer::of(vm, args[1])? {
            Some(other) => {
                extend_bytes(vm, this(args), &other)?;
                Ok(args[0])
            }
            None => Err(vm.type_error(format!("can't concat {} to bytearray", vm.type_name(args[1])))),
        }
    }

    /// Implement self*=value.
    #[method("__imul__($self, value, /)")]
    fn imul(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = repeated(vm, &receiver(args), args[1])?;
        if bytes.len() != this(args).data.borrow().len() {
            this(args).check_resizable(vm)?;
        }
        this(args).data.replace(bytes);
        Ok(args[0])
    }

    /// Initialize self.
    #[method("hidden __init__($self, /, source=b'', encoding='utf-8', errors='strict')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if is_only_iterable(vm, args) {
            // Item by item, so that the iterable sees the array grow.
            array.check_resizable(vm)?;
            array.data.borrow_mut().clear();
            check_iterable(vm, args[1], "bytearray")?;
            let filled = vm.for_each(args[1], |item| extend_bytes(vm, array, &[byte(vm, item, "byte")?]));
            if filled.is_err() && array.exports.count() == 0 {
                array.data.borrow_mut().clear();
            }
            return filled.map(|()| vm.none());
        }
        let bytes = bytes_from(vm, args[1], args[2], args[3], "bytearray")?;
        array.check_resizable(vm)?;
        array.data.replace(bytes);
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.types().bytearray_iterator, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).data.borrow().len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self%value.
    #[method("__mod__($self, value, /)")]
    fn modulo(vm: &Vm, args: &[Value]) -> PyResult {
        let _lent = lent(args[0]);
        formatted(vm, args)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        made(vm, repeated(vm, &receiver(args), args[1])?)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        ByteArray::new(vm, args[0].expect(), Vec::new()).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        reduced(vm, args[0], 2)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce_ex__($self, proto=0, /)")]
    fn reduce_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let protocol = if args[1].is_bound() { vm.index_i64(args[1])? } else { 0 };
        reduced(vm, args[0], protocol)
    }

    /// Release the memory that a view shows.
    #[method("__release_buffer__($self, buffer, /)")]
    fn release_buffer(vm: &Vm, args: &[Value]) -> PyResult {
        crate::protocol::buffer::release_method(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn show(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.type_name(args[0]);
        vm.new_str(&format!("{name}({})", bytearray_repr(&receiver(args))))
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

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(part) = args[1].cast::<Slice>() {
            let bytes = match buffer::of(vm, args[2])? {
                Some(bytes) => bytes,
                None if is_number_or_text(vm, args[2]) => {
                    return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
                }
                None => Buffer::Copied(bytes_from(vm, args[2], Value::UNBOUND, Value::UNBOUND, "bytearray")?),
            };
            slices::assign(vm, this(args), &part, &bytes)?;
            return Ok(vm.none());
        }
        vm.sequence_place(args[1], 0, "bytearray")?;
        let byte = byte(vm, args[2], "byte")?;
        // Making the byte may have made the array shorter.
        let place = place(vm, args)?;
        if let Some(slot) = this(args).data.borrow_mut().get_mut(place) {
            *slot = byte;
        }
        Ok(vm.none())
    }

    /// Return the size of the object in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let capacity = this(args).data.borrow().capacity();
        vm.new_int((size_of::<ByteArray>() + capacity) as i64)
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::bytes::protocol::warn_of_str(vm, "str() on a bytearray instance")?;
        show(vm, args)
    }
}
