//! Operators of `bytearray`.

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::methods::{bytes_of_iterable, extend_bytes, this};
use super::{ByteArray, slices};
use crate::error::PyResult;
use crate::types::bytes::buffer::{self, Buffer, byte, receiver};
use crate::types::bytes::construct::bytes_from;
use crate::types::bytes::protocol::{compare, contains, formatted, repeated, repr, slice};
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

fn made(vm: &Vm, bytes: Vec<u8>) -> PyResult {
    ByteArray::new(vm, vm.types().bytearray, bytes).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        match buffer::find(args[1]) {
            Some(other) => made(vm, [&*receiver(args), &*other].concat()),
            None => Err(vm.type_error(format!("can't concat {} to bytearray", vm.type_name(args[1])))),
        }
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
        match buffer::find(args[1]) {
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
    #[method("__init__($self, /, source=b'', encoding='utf-8', errors='strict')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = bytes_from(vm, args[1], args[2], args[3], "bytearray")?;
        this(args).check_resizable(vm)?;
        this(args).data.replace(bytes);
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
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        ByteArray::new(vm, args[0].expect(), Vec::new()).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = vm.new_bytes(&receiver(args))?;
        let arguments = vm.new_tuple(&[bytes])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn show(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.type_name(args[0]);
        vm.new_str(&format!("{name}({})", repr(&receiver(args))))
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
            let bytes = match buffer::find(args[2]) {
                Some(bytes) => bytes,
                None if vm.class_of(args[2]).special(crate::Special::Index).is_bound() => {
                    return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
                }
                None => Buffer::Copied(bytes_of_iterable(vm, args[2])?),
            };
            slices::assign(vm, this(args), &part, &bytes)?;
            return Ok(vm.none());
        }
        let byte = byte(vm, args[2], "byte")?;
        let place = place(vm, args)?;
        if let Some(slot) = this(args).data.borrow_mut().get_mut(place) {
            *slot = byte;
        }
        Ok(vm.none())
    }
}
