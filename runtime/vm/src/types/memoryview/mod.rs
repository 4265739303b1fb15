//! `memoryview`: the object. It shows items in the memory of another one; [`crate::protocol::buffer`] has what memory is.
//!
//! - [`cast`] has other formats and shapes for the same bytes
//! - [`index`] has subscripts
//! - [`item`] has items from bytes, and back
//! - [`methods`] has the methods and attributes

pub mod cast;
mod compare;
mod index;
pub mod item;
pub mod methods;

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use std::rc::Rc;

use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::protocol::buffer::{self, Export, Exports, Lock, View};
use crate::types::iterators;
use crate::value::Value;
use crate::vm::Vm;

/// A memoryview.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// Whose memory it is, as programs see it; unbound once the view is released.
    obj: Cell<Value>,
    store: Cell<Value>,
    /// See [`Export::wrapper`].
    wrapper: Cell<Value>,
    /// 0 when it is not computed yet.
    hash: Cell<u64>,
    /// Whether no other view can be made of it.
    restricted: Cell<bool>,
    parts: Parts,
}

/// What a view has outside of the heap.
struct Parts {
    view: View,
    lock: RefCell<Option<Lock>>,
    exports: Exports,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for MemoryView {
    const LAYOUT: Layout = Layout::MemoryView;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.obj.get().trace(tracer);
        self.store.get().trace(tracer);
        self.wrapper.get().trace(tracer);
    }
}

/// Frees what a dead view owns, and lets go of the memory.
///
/// # Safety
/// `object` is a dead view, dropped once.
pub unsafe fn drop_memoryview(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe { core::ptr::drop_in_place(&raw mut (*object.cast::<MemoryView>().as_ptr()).parts) }
}

const RELEASED: &str = "operation forbidden on released memoryview object";

impl MemoryView {
    /// A view of memory.
    pub fn new(vm: &Vm, export: Export) -> PyResult<Gc<MemoryView>> {
        let Export { obj, store, wrapper, lock, view } = export;
        let view = vm.new_native(
            vm.types().memoryview,
            MemoryView {
                header: Header::empty(),
                obj: Cell::new(obj),
                store: Cell::new(store),
                wrapper: Cell::new(wrapper),
                hash: Cell::new(0),
                restricted: Cell::new(false),
                parts: Parts { view, lock: RefCell::new(lock), exports: Exports::default() },
            },
        )?;
        if wrapper.is_bound() {
            buffer::count_view(vm, wrapper, 1);
        }
        Ok(view)
    }

    /// `memoryview(object)`. TypeError when it lends no memory.
    pub fn of(vm: &Vm, object: Value) -> PyResult<Gc<MemoryView>> {
        if let Some(view) = object.cast::<MemoryView>() {
            return MemoryView::new(vm, view.share(vm)?);
        }
        match vm.export(object, buffer::request::FULL_RO)? {
            Some(export) => MemoryView::new(vm, export),
            None => {
                let name = vm.type_name(object);
                Err(vm.type_error(format!("memoryview: a bytes-like object is required, not '{name}'")))
            }
        }
    }

    /// Whose memory it is; `None` once it is released.
    #[must_use]
    pub fn object(&self) -> Option<Value> {
        self.obj.get().bound()
    }

    /// How its items lie in the memory. ValueError once it is released.
    #[inline]
    pub fn view(&self, vm: &Vm) -> PyResult<&View> {
        if self.obj.get().is_bound() { Ok(&self.parts.view) } else { Err(vm.value_error(RELEASED)) }
    }

    /// How its items lay in the memory, released or not.
    fn view_unchecked(&self) -> &View {
        &self.parts.view
    }

    /// How often its own memory is lent out.
    #[must_use]
    pub fn exports(&self) -> usize {
        self.parts.exports.count()
    }

    /// From now on no other view can be made of it.
    pub fn restrict(&self) {
        self.restricted.set(true);
    }

    fn check_viewable(&self, vm: &Vm) -> PyResult<&View> {
        let view = self.view(vm)?;
        if self.restricted.get() {
            return Err(vm.value_error("cannot create new view on restricted memoryview"));
        }
        Ok(view)
    }

    /// What another view of the same memory is made of.
    pub fn share(&self, vm: &Vm) -> PyResult<Export> {
        let view = self.check_viewable(vm)?.clone();
        self.share_as(view)
    }

    fn share_as(&self, view: View) -> PyResult<Export> {
        Ok(Export {
            obj: self.obj.get(),
            store: self.store.get(),
            wrapper: self.wrapper.get(),
            lock: self.parts.lock.borrow().clone(),
            view,
        })
    }

    /// Its memory as that of this object, which cannot be released meanwhile.
    pub fn lend(self: &MemoryView, vm: &Vm) -> PyResult<Export> {
        let view = self.check_viewable(vm)?.clone();
        // SAFETY: views live only in the heap.
        let this: Gc<MemoryView> = unsafe { Gc::from_ptr(core::ptr::from_ref(self).cast_mut()) };
        Ok(Export {
            obj: this.into(),
            store: self.store.get(),
            wrapper: Value::UNBOUND,
            lock: Some(self.parts.exports.lock()),
            view,
        })
    }

    /// Lets go of the memory. BufferError while others look at it.
    pub fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.obj.get().is_unbound() {
            return Ok(());
        }
        if self.exports() > 0 {
            vm.drop_lost_views(&self.parts.exports);
        }
        match self.exports() {
            0 => {}
            1 => return Err(vm.raise(vm.types().buffer_error, "memoryview has 1 exported buffer")),
            count => {
                let text = format!("memoryview has {count} exported buffers");
                return Err(vm.raise(vm.types().buffer_error, text));
            }
        }
        self.obj.set(Value::UNBOUND);
        self.store.set(Value::UNBOUND);
        self.parts.lock.take();
        let wrapper = self.wrapper.replace(Value::UNBOUND);
        if wrapper.is_bound() {
            buffer::count_view(vm, wrapper, -1);
        }
        Ok(())
    }

    /// The view is lost: it lets go of the memory, if it has this lock.
    pub(crate) fn forget_lock(&self, lock: &Lock) {
        let mut own = self.parts.lock.borrow_mut();
        if own.as_ref().is_some_and(|own| Rc::ptr_eq(own, lock)) {
            own.take();
        }
    }

    /// Calls `f` with the memory.
    #[inline]
    pub fn read<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        buffer::read(self.store.get(), f)
    }

    /// Calls `f` with the memory to write to.
    pub fn write(&self, f: impl FnOnce(&mut [u8])) {
        buffer::write(self.store.get(), f);
    }

    /// A copy of the bytes of its items. ValueError once it is released.
    pub fn to_vec(&self, vm: &Vm) -> PyResult<Vec<u8>> {
        let view = self.view(vm)?;
        Ok(self.read(|memory| view.gather(memory, false)))
    }

    /// The same; `None` once it is released.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.object()?;
        Some(self.read(|memory| self.parts.view.gather(memory, false)))
    }
}

/// `memoryview`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::SEQUENCE | flags::WEAKREF,
    methods: &[methods::METHODS, methods::PROTOCOL],
    getset: methods::GETSET,
    ..ClassDef::new(
        "memoryview",
        "Create a new memoryview object which references the given object.",
        Layout::MemoryView,
    )
};

/// `memory_iterator`.
pub static ITERATOR_CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: iterators::MEMORY_METHODS,
    ..ClassDef::new("memory_iterator", "", Layout::SeqIter)
};
