//! `memoryview`: a window on the bytes of another object. Items are bytes (format `B`), in one dimension.

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::buffer::{byte, find, required};
use crate::types::bytes::{Bytes, hexadecimal};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: the object (unbound once released), place of the first byte, number of bytes, distance from one to the next.
const OBJECT: usize = 0;
const START: usize = 1;
const LEN: usize = 2;
const STEP: usize = 3;

/// `memoryview`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::SEQUENCE | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("c_contiguous", "", |vm, view| Ok(vm.bool(number(view, STEP) == 1))),
        GetSetDef::readonly("contiguous", "", |vm, view| Ok(vm.bool(number(view, STEP) == 1))),
        GetSetDef::readonly("f_contiguous", "", |vm, view| Ok(vm.bool(number(view, STEP) == 1))),
        GetSetDef::readonly("format", "", |vm, _| vm.new_str("B")),
        GetSetDef::readonly("itemsize", "", |_, _| Ok(Value::small(1))),
        GetSetDef::readonly("nbytes", "", |_, view| Ok(this(view).get(LEN))),
        GetSetDef::readonly("ndim", "", |_, _| Ok(Value::small(1))),
        GetSetDef::readonly("obj", "", object),
        GetSetDef::readonly("readonly", "", |vm, view| Ok(vm.bool(object(vm, view)?.cast::<ByteArray>().is_none()))),
        GetSetDef::readonly("shape", "", |vm, view| vm.new_tuple(&[this(view).get(LEN)])),
        GetSetDef::readonly("strides", "", |vm, view| vm.new_tuple(&[this(view).get(STEP)])),
        GetSetDef::readonly("suboffsets", "", |vm, _| Ok(vm.empty_tuple().into())),
    ],
    ..ClassDef::new("memoryview", "Create a new memoryview object which references the given object.", Layout::Record)
};

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

fn number(value: Value, field: usize) -> i64 {
    this(value).get(field).as_int().unwrap_or(0)
}

fn object(vm: &Vm, value: Value) -> PyResult {
    match this(value).get(OBJECT).bound() {
        Some(object) => Ok(object),
        None => Err(vm.value_error("operation forbidden on released memoryview object")),
    }
}

/// The bytes that a view shows; `None` when the value is no view. Those that the object has not any more are left out.
#[must_use]
pub fn bytes_of(value: Value) -> Option<Vec<u8>> {
    let record = value.cast::<Record>()?;
    if !is_view(record) {
        return None;
    }
    let object = record.get(OBJECT).bound()?;
    let base = match object.cast::<Bytes>() {
        Some(bytes) => bytes.as_slice().to_vec(),
        None => object.cast::<ByteArray>()?.data.borrow().clone(),
    };
    let places = (0..number(value, LEN)).map(|index| number(value, START) + index * number(value, STEP));
    Some(places.filter_map(|place| base.get(usize::try_from(place).ok()?).copied()).collect())
}

fn is_view(record: Gc<Record>) -> bool {
    let class = crate::object::layout::shape_of_header(record.as_header()).class;
    class.def.is_some_and(|definition| core::ptr::eq(definition, &CLASS))
}

/// The bytes of the receiver. ValueError when it is released.
fn bytes(vm: &Vm, view: Value) -> PyResult<Vec<u8>> {
    object(vm, view)?;
    Ok(bytes_of(view).unwrap_or_default())
}

fn view(vm: &Vm, object: Value, start: i64, len: i64, step: i64) -> PyResult {
    let fields = [object, vm.new_int(start)?, vm.new_int(len)?, vm.new_int(step)?];
    Record::new(vm, vm.types().memoryview, &fields).map(Value::from)
}

/// The place in the object of an item of the view.
fn place(vm: &Vm, view: Value, key: Value) -> PyResult<usize> {
    if vm.class_of(key).special(crate::Special::Index).is_unbound() {
        return Err(vm.type_error("memoryview: invalid slice key"));
    }
    match vm.sequence_place(key, number(view, LEN) as usize, "memoryview")? {
        Some(index) => Ok((number(view, START) + index as i64 * number(view, STEP)) as usize),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn writable(vm: &Vm, view: Value) -> PyResult<Gc<ByteArray>> {
    match object(vm, view)?.cast::<ByteArray>() {
        Some(array) => Ok(array),
        None => Err(vm.type_error("cannot modify read-only memory")),
    }
}

/// A view of a part.
fn part(vm: &Vm, whole: Value, slice: &Slice) -> PyResult {
    let range = vm.slice_range(slice, number(whole, LEN) as usize)?;
    let step = number(whole, STEP);
    view(vm, object(vm, whole)?, number(whole, START) + range.start * step, range.count as i64, step * range.step)
}

fn set(vm: &Vm, target: Value, places: impl Iterator<Item = i64>, bytes: &[u8]) -> PyResult<()> {
    let array = writable(vm, target)?;
    let mut data = array.data.borrow_mut();
    for (place, byte) in places.zip(bytes) {
        if let Some(slot) = usize::try_from(place).ok().and_then(|place| data.get_mut(place)) {
            *slot = *byte;
        }
    }
    Ok(())
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    if args[0] == args[1] {
        return Ok(vm.bool(op == CompareOp::Eq));
    }
    match (bytes_of(args[0]), find(args[1])) {
        (Some(own), Some(other)) => Ok(vm.bool((own == *other) == (op == CompareOp::Eq))),
        _ => Ok(vm.not_implemented()),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Return self.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        object(vm, args[0])?;
        Ok(args[0])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Release the object.
    #[method("__exit__($self, /, *exc_info)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        release(vm, &args[..1])
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        object(vm, args[0])?;
        if let Some(slice) = args[1].cast::<Slice>() {
            return part(vm, args[0], &slice);
        }
        let place = place(vm, args[0], args[1])?;
        let object = object(vm, args[0])?;
        let byte = match object.cast::<Bytes>() {
            Some(bytes) => bytes.as_slice().get(place).copied(),
            None => object.cast::<ByteArray>().and_then(|array| array.data.borrow().get(place).copied()),
        };
        match byte {
            Some(byte) => Ok(Value::small(i64::from(byte))),
            None => Err(vm.index_error("index out of bounds on dimension 1")),
        }
    }

    /// Return hash(self): that of the bytes, which must not be changeable.
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        if object(vm, args[0])?.cast::<ByteArray>().is_some() {
            return Err(vm.value_error("cannot hash writable memoryview object"));
        }
        let bytes = vm.new_bytes(&bytes(vm, args[0])?)?;
        vm.new_int(vm.hash(bytes)? as i64)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        object(vm, args[0])?;
        Ok(this(args[0]).get(LEN))
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, object)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let target = args[1];
        if target.cast::<Record>().is_some_and(is_view) {
            return view(vm, object(vm, target)?, number(target, START), number(target, LEN), number(target, STEP));
        }
        let len = match (target.cast::<Bytes>(), target.cast::<ByteArray>()) {
            (Some(bytes), _) => bytes.as_slice().len(),
            (_, Some(array)) => array.data.borrow().len(),
            _ => {
                let name = vm.type_name(target);
                return Err(vm.type_error(format!("memoryview: a bytes-like object is required, not '{name}'")));
            }
        };
        view(vm, target, 0, len as i64, 1)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let released = if this(args[0]).get(OBJECT).is_unbound() { "released memory" } else { "memory" };
        vm.new_str(&format!("<{released} at {:#x}>", address(args[0])))
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        writable(vm, args[0])?;
        if let Some(slice) = args[1].cast::<Slice>() {
            let target = part(vm, args[0], &slice)?;
            let bytes = required(vm, args[2])?;
            if bytes.len() as i64 != number(target, LEN) {
                let text = "memoryview assignment: lvalue and rvalue have different structures";
                return Err(vm.value_error(text));
            }
            let places = (0..number(target, LEN)).map(|index| number(target, START) + index * number(target, STEP));
            set(vm, target, places, &bytes)?;
            return Ok(vm.none());
        }
        let place = place(vm, args[0], args[1])?;
        if vm.class_of(args[2]).special(crate::Special::Index).is_unbound() {
            return Err(vm.type_error("memoryview: invalid type for format 'B'"));
        }
        let result = byte(vm, args[2], "byte");
        let Some(byte) = vm.absorb(result, vm.types().value_error)? else {
            return Err(vm.value_error("memoryview: invalid value for format 'B'"));
        };
        set(vm, args[0], core::iter::once(place as i64), &[byte])?;
        Ok(vm.none())
    }

    /// Return a view with another format. Only bytes are there.
    #[method("cast($self, /, format)")]
    fn cast(vm: &Vm, args: &[Value]) -> PyResult {
        let format = vm.display(args[1]);
        if !matches!(format.as_str(), "B" | "b" | "c" | "@B") {
            return Err(
                vm.raise(vm.types().not_implemented_error, format!("memoryview: format {format} not supported"))
            );
        }
        view(vm, object(vm, args[0])?, number(args[0], START), number(args[0], LEN), number(args[0], STEP))
    }

    /// Return two hexadecimal digits a byte.
    #[method("hex($self, /, sep='', bytes_per_sep=1)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        hexadecimal::hex(vm, &bytes(vm, args[0])?, args[1], args[2])
    }

    /// Let go of the object.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).set(vm, OBJECT, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Return a copy of the bytes.
    #[method("tobytes($self, /, order='C')")]
    fn tobytes(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&bytes(vm, args[0])?)
    }

    /// Return a list of the items.
    #[method("tolist($self, /)")]
    fn tolist(vm: &Vm, args: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, 0)?;
        for byte in bytes(vm, args[0])? {
            list.push(vm, Value::small(i64::from(byte)))?;
        }
        Ok(list.into())
    }

    /// Return a view of the same bytes that cannot be written to.
    #[method("toreadonly($self, /)")]
    fn toreadonly(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = bytes(vm, args[0])?;
        let len = bytes.len() as i64;
        view(vm, vm.new_bytes(&bytes)?, 0, len, 1)
    }
}
