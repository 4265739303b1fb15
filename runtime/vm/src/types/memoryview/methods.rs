//! The methods and attributes of `memoryview`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::{MemoryView, cast, compare, index, item};
use crate::error::PyResult;
use crate::protocol::buffer::{self, View};
use crate::protocol::siphash::hash_text;
use crate::types::bytes::hexadecimal;
use crate::types::iterators::SeqIter;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::types::sequence;
use crate::types::str::{Str, Text};
use crate::value::Value;
use crate::vm::Vm;

fn this(value: Value) -> Gc<MemoryView> {
    value.expect()
}

/// An attribute that is computed from how the items lie.
macro_rules! of_view {
    ($name:literal, $doc:literal, $f:expr) => {
        GetSetDef::readonly($name, $doc, |vm, value| {
            let view = this(value);
            let f: fn(&Vm, &View) -> PyResult = $f;
            f(vm, view.view(vm)?)
        })
    };
}

pub(super) static GETSET: &[GetSetDef] = &[
    of_view!(
        "c_contiguous",
        "Whether the items lie one behind the other, the last index going fastest.",
        |vm, view| { Ok(vm.bool(view.is_c_contiguous())) }
    ),
    of_view!("contiguous", "Whether the items lie one behind the other in some order.", |vm, view| {
        Ok(vm.bool(view.is_c_contiguous() || view.is_f_contiguous()))
    }),
    of_view!(
        "f_contiguous",
        "Whether the items lie one behind the other, the first index going fastest.",
        |vm, view| { Ok(vm.bool(view.is_f_contiguous())) }
    ),
    of_view!("format", "What an item is, in the syntax of the module struct.", |vm, view| vm.new_str(&view.format)),
    of_view!("itemsize", "Bytes of an item.", |vm, view| vm.new_int(view.itemsize as i64)),
    of_view!("nbytes", "Bytes of all items.", |vm, view| vm.new_int(view.nbytes() as i64)),
    of_view!("ndim", "The number of dimensions.", |_, view| Ok(Value::small(view.dims.len() as i64))),
    GetSetDef::readonly("obj", "The object whose memory it is.", |vm, value| {
        let view = this(value);
        view.view(vm)?;
        Ok(view.object().unwrap_or(vm.none()))
    }),
    of_view!("readonly", "Whether the memory cannot be written to.", |vm, view| Ok(vm.bool(view.readonly))),
    of_view!("shape", "The number of items along each dimension.", |vm, view| {
        dims(vm, view, |vm, dim| vm.new_int(dim.len as i64))
    }),
    of_view!("strides", "The bytes from one item to the next along each dimension.", |vm, view| {
        dims(vm, view, |vm, dim| vm.new_int(dim.stride as i64))
    }),
    of_view!("suboffsets", "Empty: there are no arrays of pointers.", |vm, _| Ok(vm.empty_tuple().into())),
];

fn dims(vm: &Vm, view: &View, f: fn(&Vm, &buffer::Dim) -> PyResult) -> PyResult {
    let mut values = vm.scratch(view.dims.len())?;
    for dim in &view.dims {
        let value = f(vm, dim)?;
        values.push(value);
    }
    vm.new_tuple(&values)
}

/// The items as a list, or lists in lists.
fn to_list(vm: &Vm, source: &MemoryView, place: isize, dim: usize) -> PyResult {
    let view = source.view(vm)?;
    let Some(found) = view.dims.get(dim) else { return item::unpack(vm, source, place as usize) };
    let list = List::with_capacity(vm, found.len)?;
    for index in 0..found.len as isize {
        list.push(vm, to_list(vm, source, place + index * found.stride, dim + 1)?)?;
    }
    Ok(list.into())
}

/// Whether `tobytes` is asked for Fortran's order.
fn is_fortran(vm: &Vm, view: &View, order: Value) -> PyResult<bool> {
    let Some(order) = order.bound().filter(|order| *order != vm.none()) else { return Ok(false) };
    let Some(text) = order.cast::<Str>() else {
        let name = vm.argument_name(order);
        return Err(vm.type_error(format!("tobytes() argument 'order' must be str or None, not {name}")));
    };
    match text.to_string().as_str() {
        "C" => Ok(false),
        "F" => Ok(true),
        "A" => Ok(view.is_f_contiguous() && !view.is_c_contiguous()),
        _ => Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    }
}

#[methods(pub(super) PROTOCOL)]
impl Protocol {
    /// Return the memory as asked for by the flags.
    #[method("__buffer__($self, flags, /)")]
    fn buffer_(vm: &Vm, args: &[Value]) -> PyResult {
        buffer::buffer_method(vm, args)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let layout = view.view(vm)?;
        item::check_native(vm, &layout.format)?;
        if layout.readonly {
            return Err(vm.type_error("cannot modify read-only memory"));
        }
        Err(vm.type_error("cannot delete memory"))
    }

    /// Return self.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).view(vm)?;
        Ok(args[0])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        let equal = compare::equals(vm, &this(args[0]), args[1])?;
        Ok(equal.map_or(vm.not_implemented(), |equal| vm.bool(equal)))
    }

    /// Release the memory.
    #[method("__exit__($self, /, *exc_info)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).release(vm)?;
        Ok(vm.none())
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        index::get(vm, &this(args[0]), args[1])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return hash(self): that of the bytes, which must not be changeable.
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        if view.hash.get() == 0 {
            let layout = view.view(vm)?;
            if !layout.readonly {
                return Err(vm.value_error("cannot hash writable memoryview object"));
            }
            if !matches!(item::native_letter(&layout.format), Some(b'B' | b'b' | b'c')) {
                let text = "memoryview: hashing is restricted to formats 'B', 'b' or 'c'";
                return Err(vm.value_error(text));
            }
            // An object that cannot be hashed may change in other ways.
            let _lent = view.lend(vm)?;
            vm.hash(view.obj.get())?;
            view.hash.set(hash_text(Text::Latin1(&view.to_vec(vm)?)));
        }
        vm.new_int(view.hash.get() as i64)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let layout = view.view(vm)?;
        match layout.dims.len() {
            0 => return Err(vm.type_error("invalid indexing of 0-dim memory")),
            1 => {}
            _ => {
                let text = "multi-dimensional sub-views are not implemented";
                return Err(vm.raise(vm.types().not_implemented_error, text));
            }
        }
        item::check_native(vm, &layout.format)?;
        SeqIter::new(vm, vm.types().memory_iterator, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args[0]).view(vm)?.dims.first() {
            Some(dim) => vm.new_int(dim.len as i64),
            None => Err(vm.type_error("0-dim memory has no length")),
        }
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        let equal = compare::equals(vm, &this(args[0]), args[1])?;
        Ok(equal.map_or(vm.not_implemented(), |equal| vm.bool(!equal)))
    }

    /// Create and return a new object.
    #[method("static __new__(type, object)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        MemoryView::of(vm, args[1]).map(Value::from)
    }

    /// Release the memory that a view shows.
    #[method("__release_buffer__($self, buffer, /)")]
    fn release_buffer(vm: &Vm, args: &[Value]) -> PyResult {
        buffer::release_method(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let released = if this(args[0]).object().is_none() { "released memory" } else { "memory" };
        vm.new_str(&format!("<{released} at {:#x}>", address(args[0])))
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        index::set(vm, &this(args[0]), args[1], args[2]).map(|()| vm.none())
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return a view of what an object lends as asked for by the flags.
    #[method("_from_flags($type, /, object, flags)")]
    fn from_flags(vm: &Vm, args: &[Value]) -> PyResult {
        let flags = vm.index_i64(args[2])?;
        if let Some(view) = args[1].cast::<MemoryView>() {
            return MemoryView::new(vm, view.share(vm)?).map(Value::from);
        }
        match vm.export(args[1], flags)? {
            Some(export) => MemoryView::new(vm, export).map(Value::from),
            None => {
                let name = vm.type_name(args[1]);
                Err(vm.type_error(format!("memoryview: a bytes-like object is required, not '{name}'")))
            }
        }
    }

    /// Return a view of the same bytes with another format or shape.
    #[method("cast($self, /, format, shape=<unrepresentable>)")]
    fn cast_(vm: &Vm, args: &[Value]) -> PyResult {
        let source = this(args[0]);
        let view = cast::cast(vm, &source, args[1], args[2])?;
        MemoryView::new(vm, source.share_as(view)?).map(Value::from)
    }

    /// Return the number of occurrences of a value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let iterator = iter(vm, &args[..1])?;
        let mut count = 0;
        while let Some(item) = vm.next(iterator)? {
            count += i64::from(item == args[1] || vm.equals(item, args[1])?);
        }
        view.view(vm)?;
        vm.new_int(count)
    }

    /// Return two hexadecimal digits a byte, with separators if asked for.
    #[method("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let _lent = view.lend(vm)?;
        hexadecimal::hex(vm, &view.to_vec(vm)?, args[1], args[2])
    }

    /// Return the first index of a value. ValueError if there is none.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let layout = view.view(vm)?;
        let len = match *layout.dims {
            [] => return Err(vm.type_error("invalid lookup on 0-dim memory")),
            [dim] => dim.len,
            _ => {
                let text = "multi-dimensional lookup is not implemented";
                return Err(vm.raise(vm.types().not_implemented_error, text));
            }
        };
        let start = sequence::search_bound(vm, args[2], 0, len)?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, len)?.min(len);
        for place in start..stop {
            let item = index::item_at(vm, &view, place as i64)?;
            if item == args[1] || vm.equals(item, args[1])? {
                return vm.new_int(place as i64);
            }
        }
        Err(vm.value_error("memoryview.index(x): x not found"))
    }

    /// Let go of the memory.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).release(vm).map(|()| vm.none())
    }

    /// Return a copy of the bytes, in the order of C, Fortran, or (A) Fortran's where they lie so.
    #[method("tobytes($self, /, order='C')")]
    fn tobytes(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let layout = view.view(vm)?;
        let fortran = is_fortran(vm, layout, args[1])?;
        let bytes = view.read(|memory| layout.gather(memory, fortran));
        vm.new_bytes(&bytes)
    }

    /// Return a list of the items, or lists in lists.
    #[method("tolist($self, /)")]
    fn tolist(vm: &Vm, args: &[Value]) -> PyResult {
        let view = this(args[0]);
        let layout = view.view(vm)?;
        item::check_native(vm, &layout.format)?;
        to_list(vm, &view, layout.offset as isize, 0)
    }

    /// Return a view of the same memory that cannot be written to.
    #[method("toreadonly($self, /)")]
    fn toreadonly(vm: &Vm, args: &[Value]) -> PyResult {
        let mut export = this(args[0]).share(vm)?;
        export.view.readonly = true;
        MemoryView::new(vm, export).map(Value::from)
    }
}

/// The next item of an iterator over a view.
pub(crate) fn next_item(vm: &Vm, iter: &SeqIter) -> PyResult<Option<Value>> {
    let Some(view) = iter.sequence.get().cast::<MemoryView>() else { return Ok(None) };
    let layout = view.view(vm)?;
    let (place, len) = (iter.index.get(), layout.dims.first().map_or(0, |dim| dim.len));
    if place >= len {
        return Ok(None);
    }
    index::item_at(vm, &view, place as i64).map(Some)
}
