//! The methods and attributes of views.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::item::{not_implemented, required_letter};
use super::view::{Dim, MemoryView, Window};
use super::{access, cast, compare, iterator};
use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::bytes::{buffer, hexadecimal};
use crate::types::generic_alias;
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// `memoryview`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::SEQUENCE | flags::WEAKREF,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "memoryview",
        "Create a new memoryview object which references the given object.",
        Layout::MemoryView,
    )
};

const GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("c_contiguous", "A bool indicating whether the memory is C contiguous.", |vm, view| {
        with(vm, view, |window| Ok(vm.bool(window.is_c_contiguous())))
    }),
    GetSetDef::readonly("contiguous", "A bool indicating whether the memory is contiguous.", |vm, view| {
        with(vm, view, |window| Ok(vm.bool(window.is_c_contiguous() || window.is_f_contiguous())))
    }),
    GetSetDef::readonly("f_contiguous", "A bool indicating whether the memory is Fortran contiguous.", |vm, view| {
        with(vm, view, |window| Ok(vm.bool(window.is_f_contiguous())))
    }),
    GetSetDef::readonly("format", "The format of an item, as the module struct has it.", |vm, view| {
        with(vm, view, |window| vm.new_str(&window.format))
    }),
    GetSetDef::readonly("itemsize", "The size in bytes of each element of the memoryview.", |vm, view| {
        with(vm, view, |window| vm.new_int(window.item_size as i64))
    }),
    GetSetDef::readonly("nbytes", "The size in bytes of all items.", |vm, view| {
        with(vm, view, |window| vm.new_int(window.bytes() as i64))
    }),
    GetSetDef::readonly("ndim", "The number of dimensions.", |vm, view| {
        with(vm, view, |window| vm.new_int(window.dims.len() as i64))
    }),
    GetSetDef::readonly("obj", "The underlying object of the memoryview.", |vm, view| {
        with(vm, view, |_| Ok(this(view).shown.get()))
    }),
    GetSetDef::readonly("readonly", "A bool indicating whether the memory is read only.", |vm, view| {
        with(vm, view, |window| Ok(vm.bool(window.readonly)))
    }),
    GetSetDef::readonly("shape", "A tuple of the lengths of the dimensions.", |vm, view| {
        numbers(vm, view, |dim| dim.len as i64)
    }),
    GetSetDef::readonly("strides", "A tuple of the distances in bytes from item to item, by dimension.", |vm, view| {
        numbers(vm, view, |dim| dim.stride as i64)
    }),
    GetSetDef::readonly("suboffsets", "A tuple of integers used internally for PIL-style arrays.", |vm, view| {
        with(vm, view, |_| Ok(vm.empty_tuple().into()))
    }),
];

fn this(value: Value) -> Gc<MemoryView> {
    value.expect()
}

/// Looks at what a view shows. ValueError once it is released.
fn with(vm: &Vm, view: Value, f: impl FnOnce(&Window) -> PyResult) -> PyResult {
    let view = this(view);
    view.memory(vm)?;
    let window = view.window.borrow();
    f(&window)
}

/// A tuple of a number for each dimension.
fn numbers(vm: &Vm, view: Value, number: impl Fn(&Dim) -> i64) -> PyResult {
    with(vm, view, |window| {
        let mut values = vm.scratch(window.dims.len())?;
        for dim in &window.dims {
            values.push(vm.new_int(number(dim))?);
        }
        Tuple::new(vm, &values).map(Value::from)
    })
}

/// The length of the first dimension. TypeError when there is none.
fn first_len(vm: &Vm, view: Value) -> PyResult<usize> {
    let view = this(view);
    view.memory(vm)?;
    let window = view.window.borrow();
    match window.dims.first() {
        Some(dim) => Ok(dim.len),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

/// The number of items of a view in one dimension, for a search among them.
fn searchable(vm: &Vm, view: Value) -> PyResult<usize> {
    let view = this(view);
    view.memory(vm)?;
    let window = view.window.borrow();
    match window.dims.as_slice() {
        [] => Err(vm.type_error("invalid lookup on 0-dim memory")),
        [dim] => Ok(dim.len),
        _ => Err(not_implemented(vm, "multi-dimensional lookup is not implemented")),
    }
}

/// Lets go of the object. An object of a program is told.
fn let_go(vm: &Vm, view: Value) -> PyResult<()> {
    let view = this(view);
    if !view.let_go() {
        return Ok(());
    }
    let (exporter, exported) = (view.exporter.replace(Value::UNBOUND), view.exported.replace(Value::UNBOUND));
    let Some(exporter) = exporter.bound() else { return Ok(()) };
    if let Some(release) = vm.class_of(exporter).lookup(vm, vm.intern("__release_buffer__")) {
        vm.call_special(exporter, release, &[exported])?;
    }
    vm.call_method(exported, "release", &[]).map(drop)
}

/// The order of bytes that `tobytes` is asked for.
fn is_fortran_order(vm: &Vm, window: &Window, order: Value) -> PyResult<bool> {
    let Some(order) = order.bound().filter(|order| *order != vm.none()) else { return Ok(false) };
    let Some(text) = order.cast::<Str>() else {
        let name = vm.type_name(order);
        return Err(vm.type_error(format!("tobytes() argument 'order' must be str or None, not {name}")));
    };
    match text.to_string().as_str() {
        "C" => Ok(false),
        "F" => Ok(true),
        "A" => Ok(window.is_f_contiguous() && !window.is_c_contiguous()),
        _ => Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Return a view of the same bytes, as the buffer protocol asks for it.
    #[method("__buffer__($self, flags, /)")]
    fn buffer(vm: &Vm, args: &[Value]) -> PyResult {
        buffer::with_flags(vm, args[0], vm.index_i64(args[1])?)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, item, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        generic_alias::new(vm, args[0], args[1])
    }

    /// Refuse to delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        with(vm, args[0], |window| {
            required_letter(vm, &window.format)?;
            Err(vm.type_error(if window.readonly { "cannot modify read-only memory" } else { "cannot delete memory" }))
        })
    }

    /// Return self.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).memory(vm)?;
        Ok(args[0])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(compare::equal(vm, args[0], args[1])?.map_or(vm.not_implemented(), |equal| vm.bool(equal)))
    }

    /// Release the object.
    #[method("__exit__($self, /, *exc_info)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        let_go(vm, args[0])?;
        Ok(vm.none())
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        access::get(vm, args[0], args[1])
    }

    /// Return hash(self): that of the bytes, which must not be changeable.
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        if let Some(hash) = view.hash.get() {
            return vm.new_int(hash as i64);
        }
        view.memory(vm)?;
        {
            let window = view.window.borrow();
            if !window.readonly {
                return Err(vm.value_error("cannot hash writable memoryview object"));
            }
            if super::item::letter(&window.format).is_none_or(|letter| !super::item::is_byte(letter)) {
                return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
            }
        }
        if view.shown.get() != vm.none() {
            // An object that cannot be hashed has bytes that may change.
            vm.hash(view.shown.get())?;
        }
        let bytes = vm.new_bytes(&view.bytes(vm)?)?;
        let hash = vm.hash(bytes)?;
        view.hash.set(Some(hash));
        vm.new_int(hash as i64)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        with(vm, args[0], |window| match window.dims.as_slice() {
            [] => Err(vm.type_error("invalid indexing of 0-dim memory")),
            [dim] => {
                required_letter(vm, &window.format)?;
                iterator::over(vm, args[0], dim.len)
            }
            _ => Err(not_implemented(vm, "multi-dimensional sub-views are not implemented")),
        })
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(first_len(vm, args[0])? as i64)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(compare::equal(vm, args[0], args[1])?.map_or(vm.not_implemented(), |equal| vm.bool(!equal)))
    }

    /// Create and return a new object.
    #[method("static __new__(type, object)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        buffer::view_of_argument(vm, args[1])
    }

    /// Let go of a view that __buffer__() gave.
    #[method("__release_buffer__($self, buffer, /)")]
    fn release_buffer(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(view) = args[1].cast::<MemoryView>() else {
            return Err(vm.type_error("expected a memoryview object"));
        };
        let_go(vm, view.into())?;
        Ok(vm.none())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let what = if this(args[0]).memory_if_any().is_some() { "memory" } else { "released memory" };
        vm.new_str(&format!("<{what} at {:#x}>", address(args[0])))
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        access::set(vm, args[0], args[1], args[2])?;
        Ok(vm.none())
    }

    /// Return a view of an object's bytes that has what the flags of the buffer protocol ask for.
    #[method("_from_flags($type, /, object, flags)")]
    fn from_flags(vm: &Vm, args: &[Value]) -> PyResult {
        buffer::with_flags(vm, args[1], vm.index_i64(args[2])?)
    }

    /// Return a view of the same bytes as items of another format, or in another shape.
    #[method("cast($self, /, format, shape=<unrepresentable>)")]
    fn cast_view(vm: &Vm, args: &[Value]) -> PyResult {
        cast::cast(vm, &this(args[0]), args[1], args[2])
    }

    /// Return how many items are equal to a value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let mut found = 0;
        let mut index = 0;
        while index < searchable(vm, args[0])? {
            let item = access::get(vm, args[0], vm.new_int(index as i64)?)?;
            found += i64::from(item == args[1] || vm.equals(item, args[1])?);
            index += 1;
        }
        vm.new_int(found)
    }

    /// Return two hexadecimal digits a byte.
    #[method("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        hexadecimal::hex(vm, &this(args[0]).bytes(vm)?, args[1], args[2])
    }

    /// Return the index of the first item that is equal to a value. ValueError when there is none.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let bound = |value: Value, default: i64| value.bound().map_or(Ok(default), |value| vm.index_clamped(value));
        let (start, stop) = (bound(args[2], 0)?, bound(args[3], i64::MAX)?);
        let len = searchable(vm, args[0])? as i64;
        let from_start = |place: i64| if place < 0 { (place + len).max(0) } else { place.min(len) };
        for index in from_start(start)..from_start(stop) {
            let item = access::get(vm, args[0], vm.new_int(index)?)?;
            if item == args[1] || vm.equals(item, args[1])? {
                return vm.new_int(index);
            }
        }
        Err(vm.value_error("memoryview.index(x): x not found"))
    }

    /// Let go of the object.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        let_go(vm, args[0])?;
        Ok(vm.none())
    }

    /// Return a copy of the bytes: in the order of C, in that of Fortran, or in that which the memory has ('A').
    #[method("tobytes($self, /, order='C')")]
    fn tobytes(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let memory = view.memory(vm)?;
        let mut window = view.window.borrow().clone();
        if is_fortran_order(vm, &window, args[1])? {
            window.dims.reverse();
        }
        vm.new_bytes(&memory.read(|bytes| window.gather(bytes)))
    }

    /// Return a list of the items, of lists where there are several dimensions.
    #[method("tolist($self, /)")]
    fn tolist(vm: &Vm, args: &[Value]) -> PyResult {
        access::to_list(vm, &this(args[0]))
    }

    /// Return a view of the same bytes that cannot be written to.
    #[method("toreadonly($self, /)")]
    fn toreadonly(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        view.memory(vm)?;
        let window = Window { readonly: true, ..view.window.borrow().clone() };
        view.again(vm, window)
    }
}
