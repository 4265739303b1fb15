//! The buffer protocol (PEP 3118 and PEP 688): memory that one object lets others read and write without a copy.
//!
//! What lends its memory is a *store*: `bytes`, `bytearray`, an array of numbers, or a native object whose state is a
//! [`Memory`]. An [`Export`] is a store together with how the items lie in it; memoryviews are made of them. While an export is
//! alive its store is locked: the memory stays where it is and as long as it is. Locks are counted outside of the heap, so that
//! a view that the collector finds dead lets go of them.

use core::cell::RefCell;
use std::borrow::Cow;
use std::rc::Rc;

use crate::error::{PyResult, Raised};
use crate::methods;
use crate::object::Record;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::types::native::NativeDef;
use crate::types::opaque::Opaque;
use crate::types::typed_array::TypedArray;
use crate::value::Value;
use crate::vm::Vm;

/// What is asked of an exporter (`inspect.BufferFlags`).
pub mod request {
    pub const SIMPLE: i64 = 0;
    pub const WRITABLE: i64 = 0x1;
    pub const FORMAT: i64 = 0x4;
    pub const ND: i64 = 0x8;
    pub const STRIDES: i64 = 0x10 | ND;
    pub const C_CONTIGUOUS: i64 = 0x20 | STRIDES;
    pub const F_CONTIGUOUS: i64 = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: i64 = 0x80 | STRIDES;
    pub const INDIRECT: i64 = 0x100 | STRIDES;
    /// What memoryviews ask for.
    pub const FULL_RO: i64 = INDIRECT | FORMAT;
    /// For `PyMemoryView_GetContiguous`, never asked of an exporter.
    pub const READ: i64 = 0x100;
    pub const WRITE: i64 = 0x200;
}

/// Says, as long as it is there, that memory is lent out.
pub type Lock = Rc<()>;

/// Counts how often an object's memory is lent out.
#[derive(Default)]
pub struct Exports(RefCell<Option<Lock>>);

impl Exports {
    /// Lends the memory out once more.
    pub fn lock(&self) -> Lock {
        self.0.borrow_mut().get_or_insert_with(Lock::default).clone()
    }

    /// How often it is lent out.
    #[inline]
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.borrow().as_ref().map_or(0, |lock| Rc::strong_count(lock) - 1)
    }
}

/// Keeps a bytearray or an array from changing its size, for native code that runs a program's code while it works on one.
#[must_use]
pub fn keep_size(object: Value) -> Option<Lock> {
    let array = object.cast::<ByteArray>().map(|array| array.exports.lock());
    array.or_else(|| object.cast::<TypedArray>().map(|array| array.exports.lock()))
}

/// Memory of a native object that is none of the built-in types. It is the state of an [`Opaque`], as a `Box<dyn Memory>`.
pub trait Memory {
    /// Calls `f` with the bytes.
    fn read(&self, f: &mut dyn FnMut(&[u8]));
    /// Calls `f` with the bytes to write to; not at all where they cannot be written.
    fn write(&self, f: &mut dyn FnMut(&mut [u8]));
}

/// Calls `f` with the bytes of a store; with none if it is no store. `f` runs no Python code.
pub fn read<R>(store: Value, f: impl FnOnce(&[u8]) -> R) -> R {
    if let Some(bytes) = store.cast::<Bytes>() {
        return f(bytes.as_slice());
    }
    if let Some(array) = store.cast::<ByteArray>() {
        return f(&array.data.borrow());
    }
    if let Some(array) = store.cast::<TypedArray>() {
        return f(&array.data.borrow());
    }
    let (mut f, mut result) = (Some(f), None);
    if let Some(object) = store.cast::<Opaque>()
        && let Some(memory) = object.state::<Box<dyn Memory>>()
    {
        memory.read(&mut |bytes| result = f.take().map(|f| f(bytes)));
    }
    match (result, f) {
        (Some(result), _) => result,
        (None, Some(f)) => f(&[]),
        (None, None) => unreachable!("`f` was called, which gave a result"),
    }
}

/// Calls `f` with the bytes of a store that can be written to; with none otherwise. `f` runs no Python code.
pub fn write(store: Value, f: impl FnOnce(&mut [u8])) {
    if let Some(array) = store.cast::<ByteArray>() {
        return f(&mut array.data.borrow_mut());
    }
    if let Some(array) = store.cast::<TypedArray>() {
        return f(&mut array.data.borrow_mut());
    }
    if let Some(object) = store.cast::<Opaque>()
        && let Some(memory) = object.state::<Box<dyn Memory>>()
    {
        let mut f = Some(f);
        memory.write(&mut |bytes| {
            if let Some(f) = f.take() {
                f(bytes);
            }
        });
    }
}

/// One dimension: how many items, and how many bytes from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dim {
    pub len: usize,
    pub stride: isize,
}

/// How the items of an export lie in the memory of its store.
#[derive(Clone, Debug)]
pub struct View {
    /// Where the first item is, in bytes.
    pub offset: usize,
    /// What an item is, in the syntax of the module `struct`.
    pub format: Cow<'static, str>,
    pub itemsize: usize,
    pub dims: Box<[Dim]>,
    pub readonly: bool,
}

impl View {
    /// Bytes in a row.
    #[must_use]
    pub fn bytes(len: usize, readonly: bool) -> View {
        View::items(len, 1, Cow::Borrowed("B"), readonly)
    }

    /// Items in a row.
    #[must_use]
    pub fn items(len: usize, itemsize: usize, format: Cow<'static, str>, readonly: bool) -> View {
        View { offset: 0, format, itemsize, dims: Box::new([Dim { len, stride: itemsize as isize }]), readonly }
    }

    /// How many items there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.dims.iter().map(|dim| dim.len).product()
    }

    /// Bytes of all items.
    #[must_use]
    pub fn nbytes(&self) -> usize {
        self.count() * self.itemsize
    }

    /// Whether the items lie one behind the other, the last index going fastest.
    #[must_use]
    pub fn is_c_contiguous(&self) -> bool {
        self.is_contiguous(self.dims.iter().rev())
    }

    /// The same with the first index going fastest.
    #[must_use]
    pub fn is_f_contiguous(&self) -> bool {
        self.is_contiguous(self.dims.iter())
    }

    fn is_contiguous<'a>(&'a self, dims: impl Iterator<Item = &'a Dim>) -> bool {
        let mut expected = self.itemsize as isize;
        if self.dims.iter().any(|dim| dim.len == 0) {
            return true;
        }
        for dim in dims {
            if dim.len > 1 && dim.stride != expected {
                return false;
            }
            expected *= dim.len as isize;
        }
        true
    }

    /// Calls `f` with the place of each item, the last index going fastest (or the first, in Fortran's order).
    pub fn for_each_place(&self, fortran: bool, mut f: impl FnMut(usize)) {
        if let [dim] = *self.dims {
            let mut place = self.offset as isize;
            for _ in 0..dim.len {
                f(place as usize);
                place += dim.stride;
            }
            return;
        }
        let dims: Vec<Dim> = if fortran { self.dims.iter().rev().copied().collect() } else { self.dims.to_vec() };
        fn walk(dims: &[Dim], place: isize, f: &mut impl FnMut(usize)) {
            let Some((dim, rest)) = dims.split_first() else { return f(place as usize) };
            (0..dim.len as isize).for_each(|index| walk(rest, place + index * dim.stride, f));
        }
        walk(&dims, self.offset as isize, &mut f);
    }

    /// The bytes of the items, one item behind the other.
    #[must_use]
    pub fn gather(&self, memory: &[u8], fortran: bool) -> Vec<u8> {
        let contiguous = if fortran { self.is_f_contiguous() } else { self.is_c_contiguous() };
        if contiguous {
            return memory.get(self.offset..self.offset + self.nbytes()).unwrap_or_default().to_vec();
        }
        let mut bytes = Vec::with_capacity(self.nbytes());
        self.for_each_place(fortran, |place| {
            bytes.extend_from_slice(memory.get(place..place + self.itemsize).unwrap_or_default());
        });
        bytes
    }

    /// Puts the bytes of items where the items are.
    pub fn scatter(&self, memory: &mut [u8], bytes: &[u8]) {
        let mut items = bytes.chunks_exact(self.itemsize.max(1));
        self.for_each_place(false, |place| {
            if let (Some(item), Some(target)) = (items.next(), memory.get_mut(place..place + self.itemsize)) {
                target.copy_from_slice(item);
            }
        });
    }
}

/// Memory that an object lends out.
pub struct Export {
    /// Whose memory it is, as programs see it.
    pub obj: Value,
    pub store: Value,
    /// What has to be told when it is given back: a record of [`WRAPPER_CLASS`], or unbound.
    pub wrapper: Value,
    pub lock: Option<Lock>,
    pub view: View,
}

impl Export {
    /// The whole of a store as bytes.
    #[must_use]
    pub fn of_store(obj: Value, store: Value, lock: Option<Lock>, view: View) -> Export {
        Export { obj, store, wrapper: Value::UNBOUND, lock, view }
    }

    /// A copy of the bytes, in order.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        read(self.store, |memory| self.view.gather(memory, false))
    }

    /// Gives the memory back.
    pub fn end(self, vm: &Vm) {
        drop(self.lock);
        if self.wrapper.is_bound() && views_of(self.wrapper) == 0 {
            release_wrapped(vm, self.wrapper);
        }
    }
}

/// How many views there are that a wrapper stands behind and that were not released.
fn views_of(wrapper: Value) -> i64 {
    wrapper.cast::<Record>().and_then(|record| record.get(VIEWS).as_int()).unwrap_or(0)
}

/// Counts one view more (or less) behind a wrapper; the last one that goes ends the loan.
pub(crate) fn count_view(vm: &Vm, wrapper: Value, difference: i64) {
    let Some(record) = wrapper.cast::<Record>() else { return };
    let count = views_of(wrapper) + difference;
    record.set(vm, VIEWS, Value::small(count));
    if count == 0 {
        release_wrapped(vm, wrapper);
    }
}

/// What stands between a view and an object whose class says in Python how its memory is lent out or given back.
///
/// Fields: the object (unbound once it was told), the memoryview that its `__buffer__` gave (unbound when that is native), how
/// many views there are.
pub static WRAPPER_CLASS: ClassDef =
    ClassDef { methods: &[WRAPPER], flags: flags::NO_NEW, ..ClassDef::new("_buffer_wrapper", "", Layout::Record) };

const OBJECT: usize = 0;
const VIEW: usize = 1;
const VIEWS: usize = 2;

#[methods(WRAPPER)]
impl Wrapper {
    /// Give the memory back when nobody looks at it any more.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        release_wrapped(vm, args[0]);
        Ok(vm.none())
    }
}

/// Calls the `__release_buffer__` of a wrapped object, once.
pub fn release_wrapped(vm: &Vm, wrapper: Value) {
    let Some(record) = wrapper.cast::<Record>() else { return };
    let object = record.get(OBJECT);
    if object.is_unbound() {
        return;
    }
    record.set(vm, OBJECT, Value::UNBOUND);
    let method = vm.class_of(object).special(Special::ReleaseBuffer);
    if method.is_unbound() {
        return;
    }
    let pending = vm.pending.replace(Value::UNBOUND);
    if let Err(raised) = call_release(vm, object, method, record.get(VIEW)) {
        vm.report_ignored(raised, "calling", method);
    }
    vm.pending.set(pending);
}

fn call_release(vm: &Vm, object: Value, method: Value, given: Value) -> PyResult<()> {
    if given.is_bound() {
        return vm.call_special(object, method, &[given]).map(drop);
    }
    // The memory is the object's own: a view for this call only.
    let Some(export) = native_export(vm, object)? else { return Ok(()) };
    let view = MemoryView::new(vm, export)?;
    view.restrict();
    let result = vm.call_special(object, method, &[view.into()]);
    if view.exports() == 0 {
        view.release(vm)?;
    }
    result.map(drop)
}

/// The memory of an object of a built-in type.
fn native_export(vm: &Vm, object: Value) -> PyResult<Option<Export>> {
    if let Some(bytes) = object.cast::<Bytes>() {
        let view = View::bytes(bytes.as_slice().len(), true);
        return Ok(Some(Export::of_store(object, object, None, view)));
    }
    if let Some(array) = object.cast::<ByteArray>() {
        let view = View::bytes(array.data.borrow().len(), false);
        return Ok(Some(Export::of_store(object, object, Some(array.exports.lock()), view)));
    }
    if let Some(array) = object.cast::<TypedArray>() {
        let code = array.code.get();
        let view = View::items(array.len(), code.size(), Cow::Borrowed(code.format()), false);
        return Ok(Some(Export::of_store(object, object, Some(array.exports.lock()), view)));
    }
    match object.cast::<MemoryView>() {
        Some(view) => view.lend(vm).map(Some),
        None => Ok(None),
    }
}

impl Vm {
    /// The memory of an object, as asked for in `flags` ([`request`]); `None` when it lends none. BufferError when it cannot be as
    /// asked for.
    pub fn export(&self, object: Value, flags: i64) -> PyResult<Option<Export>> {
        let class = self.class_of(object);
        let method = class.special(Special::Buffer);
        if method.is_unbound() {
            return Ok(None);
        }
        let release = class.special(Special::ReleaseBuffer);
        if class.native(Special::Buffer).is_some()
            && let Some(mut export) = self.checked_native_export(object, flags)?
        {
            if release.is_bound() && class.native(Special::ReleaseBuffer).is_none() {
                export.wrapper = self.wrap_exporter(object, Value::UNBOUND)?;
                export.obj = export.wrapper;
            }
            return Ok(Some(export));
        }
        self.check_native_recursion()?;
        let result = self.call_special(object, method, &[self.new_int(flags)?])?;
        let Some(view) = result.cast::<MemoryView>() else {
            return Err(self.type_error("__buffer__ returned non-memoryview object"));
        };
        if class.native(Special::Buffer).is_some() {
            // A native class whose memory is another object's.
            let export = view.share(self)?;
            view.release(self)?;
            return Ok(Some(export));
        }
        let mut export = view.lend(self)?;
        check_request(self, &mut export.view, flags, "memoryview: underlying buffer is not writable")?;
        export.wrapper = self.wrap_exporter(object, result)?;
        export.obj = export.wrapper;
        Ok(Some(export))
    }

    fn wrap_exporter(&self, object: Value, view: Value) -> PyResult {
        let wrapper = Record::new(self, self.types().buffer_wrapper, &[object, view, Value::ZERO])?;
        self.heap.register_finalizable(wrapper.as_header());
        Ok(wrapper.into())
    }

    /// The memory of an object of a built-in type, for its native `__buffer__`.
    pub fn checked_native_export(&self, object: Value, flags: i64) -> PyResult<Option<Export>> {
        let Some(mut export) = native_export(self, object)? else { return Ok(None) };
        if object.cast::<MemoryView>().is_some() {
            check_request(self, &mut export.view, flags, "memoryview: underlying buffer is not writable")?;
            return Ok(Some(export));
        }
        if flags == request::READ || flags == request::WRITE {
            return Err(self.raise(self.types().system_error, "bad argument to internal function"));
        }
        check_request(self, &mut export.view, flags, "Object is not writable.")?;
        Ok(Some(export))
    }

    /// A lent-out object's memory must not change its size: BufferError. Views that only wait for the collector do not count.
    #[inline]
    pub fn check_resizable(&self, exports: &Exports, message: &str) -> PyResult<()> {
        if exports.count() == 0 { Ok(()) } else { self.still_lent_out(exports, message) }
    }

    #[cold]
    fn still_lent_out(&self, exports: &Exports, message: &str) -> PyResult<()> {
        self.drop_lost_views(exports);
        if exports.count() == 0 { Ok(()) } else { Err(self.raise(self.types().buffer_error, message)) }
    }

    /// Has views of memory that the program has lost let go of it, at the least cost that does it: most are not old.
    pub(crate) fn drop_lost_views(&self, exports: &Exports) {
        let Some(lock) = exports.0.borrow().clone() else { return };
        let kinds = [(1, orochi_gc::CollectKind::Young), (usize::MAX, orochi_gc::CollectKind::Full)];
        for (frames, kind) in kinds {
            // It may be in a register that nobody needs.
            self.clear_dead_registers(frames);
            // On native stacks there are only words that were left there: who works with a view has it in a register.
            self.heap.collect_inspecting_unrooted(kind, &mut |garbage| {
                garbage.for_each(|object| {
                    if crate::modules::gc::is_visible(object)
                        && let Some(view) = Value::from_header(object).cast::<MemoryView>()
                    {
                        view.forget_lock(&lock);
                    }
                });
            });
            // The one here is another.
            if exports.count() == 1 {
                return;
            }
        }
    }
}

/// BufferError when a view is not as asked for; drops what was not asked for.
pub fn check_request(vm: &Vm, view: &mut View, flags: i64, not_writable: &str) -> PyResult<()> {
    let error = |message: &str| -> Raised { vm.raise(vm.types().buffer_error, message) };
    let asks = |bits: i64| flags & bits == bits;
    if asks(request::WRITABLE) && view.readonly {
        return Err(error(not_writable));
    }
    let (c, f) = (view.is_c_contiguous(), view.is_f_contiguous());
    if asks(request::C_CONTIGUOUS) && !c {
        return Err(error("memoryview: underlying buffer is not C-contiguous"));
    }
    if asks(request::F_CONTIGUOUS) && !f {
        return Err(error("memoryview: underlying buffer is not Fortran contiguous"));
    }
    if asks(request::ANY_CONTIGUOUS) && !c && !f {
        return Err(error("memoryview: underlying buffer is not contiguous"));
    }
    if !asks(request::STRIDES) && !c {
        return Err(error("memoryview: underlying buffer is not C-contiguous"));
    }
    if !asks(request::FORMAT) {
        view.format = Cow::Borrowed("B");
    }
    if !asks(request::ND) {
        if asks(request::FORMAT) {
            return Err(error("memoryview: cannot cast to unsigned bytes if the format flag is present"));
        }
        let dim = Dim { len: view.count(), stride: view.itemsize as isize };
        view.dims = Box::new([dim]);
    }
    Ok(())
}

/// `__buffer__` of a built-in type.
pub fn buffer_method(vm: &Vm, args: &[Value]) -> PyResult {
    let flags = vm.index(args[1])?;
    let Some(flags) = crate::types::int::to_i64(flags) else {
        return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
    };
    if i32::try_from(flags).is_err() {
        return Err(vm.overflow_error("buffer flags out of range"));
    }
    match vm.checked_native_export(args[0], flags)? {
        Some(export) => MemoryView::new(vm, export).map(Value::from),
        None => Err(vm.type_error(format!("a bytes-like object is required, not '{}'", vm.type_name(args[0])))),
    }
}

/// `__release_buffer__` of a built-in type.
pub fn release_method(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(view) = args[1].cast::<MemoryView>() else {
        return Err(vm.type_error("expected a memoryview object"));
    };
    let Some(object) = view.object() else {
        return Err(vm.value_error("memoryview's buffer has already been released"));
    };
    if object != args[0] {
        return Err(vm.value_error("memoryview's buffer is not this object"));
    }
    view.release(vm)?;
    Ok(vm.none())
}
