//! The object: which bytes of another object it shows, as what, and in which order.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use std::borrow::Cow;

use orochi_gc::{Gc, Header, Heap, Tracer};

use super::memory::Memory;
use crate::error::PyResult;
use crate::object::layout::{Layout, PyLayout};
use crate::types::bytearray::ByteArray;
use crate::types::typed_array::TypeCode;
use crate::value::Value;
use crate::vm::Vm;

/// A dimension: how many items, and the distance from one to the next in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dim {
    pub len: usize,
    pub stride: isize,
}

/// What a view shows of the bytes of its object.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where the first item begins.
    pub start: isize,
    pub format: Cow<'static, str>,
    pub item_size: usize,
    /// The dimensions, the outermost first.
    pub dims: Vec<Dim>,
    pub readonly: bool,
}

impl Window {
    /// All of an object's bytes, as it says itself what they are.
    fn whole(memory: Memory) -> Window {
        let (format, item_size) = match memory {
            Memory::Typed(array) => (format_of(array.code.get()), array.code.get().size()),
            _ => ("B", 1),
        };
        Window {
            start: 0,
            format: Cow::Borrowed(format),
            item_size,
            dims: vec![Dim { len: memory.len() / item_size, stride: item_size as isize }],
            readonly: memory.is_readonly(),
        }
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.dims.iter().map(|dim| dim.len).product()
    }

    /// How many bytes they have together.
    pub fn bytes(&self) -> usize {
        self.items() * self.item_size
    }

    /// Whether the items stand one behind the other, the last dimension varying first.
    pub fn is_c_contiguous(&self) -> bool {
        self.is_contiguous(self.dims.iter().rev())
    }

    /// The same with the first dimension varying first.
    pub fn is_f_contiguous(&self) -> bool {
        self.is_contiguous(self.dims.iter())
    }

    fn is_contiguous<'a>(&self, dims: impl Iterator<Item = &'a Dim>) -> bool {
        if self.items() == 0 {
            return true;
        }
        let mut expected = self.item_size as isize;
        for dim in dims {
            if dim.len > 1 && dim.stride != expected {
                return false;
            }
            expected *= dim.len as isize;
        }
        true
    }

    /// Calls `f` with the place of each item, the last dimension varying first.
    pub fn for_each_place(&self, mut f: impl FnMut(isize)) {
        fn walk(dims: &[Dim], at: isize, f: &mut impl FnMut(isize)) {
            match dims {
                [] => f(at),
                [dim, rest @ ..] => (0..dim.len as isize).for_each(|index| walk(rest, at + index * dim.stride, f)),
            }
        }
        walk(&self.dims, self.start, &mut f);
    }

    /// The bytes of all items, out of those of the object. What the object has not any more is left out.
    pub fn gather(&self, bytes: &[u8]) -> Vec<u8> {
        let start = usize::try_from(self.start).unwrap_or(0);
        if self.is_c_contiguous() {
            let end = (start + self.bytes()).min(bytes.len());
            return bytes.get(start..end).unwrap_or_default().to_vec();
        }
        let mut out = Vec::with_capacity(self.bytes());
        self.for_each_place(|place| out.extend_from_slice(item_at(bytes, place, self.item_size)));
        out
    }

    /// Puts bytes into the items, one after the other.
    pub fn scatter(&self, target: &mut [u8], bytes: &[u8]) {
        let mut rest = bytes;
        self.for_each_place(|place| {
            let (item, more) = rest.split_at(self.item_size.min(rest.len()));
            rest = more;
            let room = usize::try_from(place).ok().and_then(|place| target.get_mut(place..place + item.len()));
            if let Some(room) = room {
                room.copy_from_slice(item);
            }
        });
    }
}

/// The bytes of an item; none when the object has not so many any more.
pub fn item_at(bytes: &[u8], place: isize, size: usize) -> &[u8] {
    usize::try_from(place).ok().and_then(|place| bytes.get(place..place + size)).unwrap_or_default()
}

/// The format of an array's items, as `struct` has it.
fn format_of(code: TypeCode) -> &'static str {
    use TypeCode::*;
    match code {
        I8 => "b",
        U8 => "B",
        Wide | CodePoint => "w",
        I16 => "h",
        U16 => "H",
        I32 => "i",
        U32 => "I",
        Long => "l",
        ULong => "L",
        I64 => "q",
        U64 => "Q",
        F32 => "f",
        F64 => "d",
    }
}

/// A view.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// The object whose bytes it shows; unbound once the view is released.
    memory: Cell<Value>,
    /// What a program is told that it is a view of.
    pub(super) shown: Cell<Value>,
    /// An object of a program that is told when the view is released (`__release_buffer__`), with the view that it gave.
    pub(super) exporter: Cell<Value>,
    pub(super) exported: Cell<Value>,
    /// The hash, once it was asked for.
    pub(super) hash: Cell<Option<u64>>,
    pub(crate) window: RefCell<Window>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for MemoryView {
    const LAYOUT: Layout = Layout::MemoryView;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for value in [&self.memory, &self.shown, &self.exporter, &self.exported] {
            value.get().trace(tracer);
        }
    }
}

/// Lets go of what a dead view is of, and frees what it owns outside the heap.
///
/// # Safety
/// `object` is a dead view, dropped once.
pub unsafe fn drop_view(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it. What the view is of is alive, or dropped in the same collection: its memory is
    // as it was until all objects are dropped.
    unsafe {
        let view = object.cast::<MemoryView>().as_ptr();
        (*view).let_go();
        core::ptr::drop_in_place(&raw mut (*view).window);
    }
}

impl MemoryView {
    /// A view of some of an object's bytes.
    pub(super) fn new(vm: &Vm, memory: Memory, shown: Value, window: Window) -> PyResult<Gc<MemoryView>> {
        let view = vm.new_native(
            vm.types().memoryview,
            MemoryView {
                header: Header::empty(),
                memory: Cell::new(memory.value()),
                shown: Cell::new(shown),
                exporter: Cell::new(Value::UNBOUND),
                exported: Cell::new(Value::UNBOUND),
                hash: Cell::new(None),
                window: RefCell::new(window),
            },
        )?;
        if let Some(exports) = memory.exports() {
            exports.add();
        }
        Ok(view)
    }

    /// Another view of the same bytes.
    pub(crate) fn again(&self, vm: &Vm, window: Window) -> PyResult {
        let memory = self.memory(vm)?;
        let view = MemoryView::new(vm, memory, self.shown.get(), window)?;
        if self.exporter.get().is_bound() {
            // The object of the program is told when this view is released; the others keep it alive.
            view.exported.set(self.exported.get());
            vm.heap.barrier(view.header());
        }
        Ok(view.into())
    }

    /// A view like this one, which an object of a program gave: it is told when that view is released.
    pub(crate) fn exported_by(&self, vm: &Vm, exporter: Value) -> PyResult {
        let window = self.window.borrow().clone();
        let view = MemoryView::new(vm, self.memory(vm)?, exporter, window)?;
        view.exporter.set(exporter);
        view.exported.set(Value::from_header(self.this()));
        vm.heap.barrier(view.header());
        Ok(view.into())
    }

    fn this(&self) -> NonNull<Header> {
        NonNull::from(&self.header)
    }

    /// What it shows bytes of; `None` once it is released.
    #[inline]
    pub(crate) fn memory_if_any(&self) -> Option<Memory> {
        Memory::of(self.memory.get())
    }

    /// The same; ValueError once it is released.
    #[inline]
    pub(crate) fn memory(&self, vm: &Vm) -> PyResult<Memory> {
        match self.memory_if_any() {
            Some(memory) => Ok(memory),
            None => Err(vm.value_error("operation forbidden on released memoryview object")),
        }
    }

    /// Lets go of the object. True the first time.
    pub(super) fn let_go(&self) -> bool {
        let Some(memory) = self.memory_if_any() else { return false };
        self.memory.set(Value::UNBOUND);
        if let Some(exports) = memory.exports() {
            exports.remove();
        }
        true
    }

    /// The bytes of all items.
    pub(crate) fn bytes(&self, vm: &Vm) -> PyResult<Vec<u8>> {
        let memory = self.memory(vm)?;
        Ok(memory.read(|bytes| self.window.borrow().gather(bytes)))
    }
}

/// The bytes that a view shows; `None` when the value is no view, or one that was released.
#[must_use]
pub fn bytes_of(value: Value) -> Option<Vec<u8>> {
    let view = value.cast::<MemoryView>()?;
    let memory = view.memory_if_any()?;
    Some(memory.read(|bytes| view.window.borrow().gather(bytes)))
}

/// A view of the bytes of a bytearray that belongs to native code, and that the program is not to see.
pub fn of_memory(vm: &Vm, array: Gc<ByteArray>, readonly: bool) -> PyResult {
    of_memory_of(vm, array, readonly, vm.none())
}

/// The same, with what the program is told that it is a view of.
pub fn of_memory_of(vm: &Vm, array: Gc<ByteArray>, readonly: bool, shown: Value) -> PyResult {
    let memory = Memory::Array(array);
    let window = Window { readonly, ..Window::whole(memory) };
    MemoryView::new(vm, memory, shown, window).map(Value::from)
}

/// A view of all bytes of an object that has some of its own.
pub(crate) fn of_object(vm: &Vm, memory: Memory) -> PyResult {
    MemoryView::new(vm, memory, memory.value(), Window::whole(memory)).map(Value::from)
}
