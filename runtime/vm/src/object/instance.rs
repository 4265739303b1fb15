//! Instances: allocation of objects of any class, and their attribute slots.

use core::cell::Cell;
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::array::Array;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout, shape_of_header};
use crate::object::shape::{Attrs, MAX_SLOTS, Shape};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// An object with nothing but attributes: `object()` and instances of most Python classes.
#[repr(C)]
pub struct Object {
    header: Header,
}

// SAFETY: begins with a header and has no references of its own.
unsafe impl PyLayout for Object {
    const LAYOUT: Layout = Layout::Object;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// Where the extension word of an object lies that ends in an array of varying length.
#[must_use]
pub fn trailing_extension_offset(layout: Layout, object: NonNull<Header>) -> usize {
    use crate::types::{bytes::Bytes, str::Str, tuple::Tuple};
    // SAFETY: the layout is that of the object's shape.
    let size = unsafe {
        match layout {
            Layout::Str => object.cast::<Str>().as_ref().native_size(),
            Layout::Bytes => object.cast::<Bytes>().as_ref().native_size(),
            Layout::Tuple => object.cast::<Tuple>().as_ref().native_size(),
            Layout::Array => object.cast::<Array>().as_ref().native_size(),
            Layout::Registers => object.cast::<crate::types::generator::registers::Registers>().as_ref().native_size(),
            Layout::Record => object.cast::<crate::object::record::Record>().as_ref().native_size(),
            _ => unreachable!("only these layouts end in an array"),
        }
    };
    size.next_multiple_of(8)
}

impl Vm {
    /// A fresh instance of a class whose layout is [`Layout::Object`], with unbound attributes and `__slots__`.
    #[inline]
    pub fn new_object(&self, class: Gc<Class>) -> PyResult<Value> {
        debug_assert_eq!(class.layout, Layout::Object);
        let shape = class.root_shape(self);
        let size = instance_size(&shape, class);
        let memory = self.alloc_raw::<Object>(shape, size)?;
        // SAFETY: fresh memory of `size` bytes; everything behind the header is values.
        unsafe {
            let mut word = memory.as_ptr().add(8).cast::<Cell<Value>>();
            let end = memory.as_ptr().add(size).cast::<Cell<Value>>();
            while word < end {
                (*word).set(Value::UNBOUND);
                word = word.add(1);
            }
        }
        let value = Value::from_header(memory.cast());
        if class.has_finalizer() {
            self.heap.register_finalizable(memory.cast());
        }
        Ok(value)
    }

    /// Allocates a native object that may belong to a subclass: `init` is written as the native part, the words behind it
    /// (`__slots__`, extension, attribute slots) are unbound. `init`'s own header is replaced.
    #[inline]
    pub fn new_native<T: PyLayout>(&self, class: Gc<Class>, init: T) -> PyResult<Gc<T>> {
        debug_assert!(class.layout == T::LAYOUT && !T::TRAILING);
        let shape = class.root_shape(self);
        if shape.attrs == Attrs::None && class.basic_size.get() as usize == size_of::<T>() && !class.has_finalizer() {
            // Nothing behind the native part: the size is known when this is compiled.
            let memory = self.alloc_raw::<T>(shape, size_of::<T>())?;
            // SAFETY: fresh memory of that size, whose header is kept.
            return Ok(unsafe {
                let from = (&raw const init).cast::<u8>().add(8);
                core::ptr::copy_nonoverlapping(from, memory.as_ptr().add(8), size_of::<T>() - 8);
                core::mem::forget(init);
                Gc::from_ptr(memory.as_ptr().cast::<T>())
            });
        }
        self.new_native_slow(class, shape, init)
    }

    fn new_native_slow<T: PyLayout>(&self, class: Gc<Class>, shape: Gc<Shape>, init: T) -> PyResult<Gc<T>> {
        let size = instance_size(&shape, class);
        let memory = self.alloc_raw::<T>(shape, size)?;
        // SAFETY: fresh memory of at least `size_of::<T>()` bytes whose header is kept; behind the native part is
        // nothing but values.
        unsafe {
            let target = memory.as_ptr();
            let native = size_of::<T>();
            core::ptr::copy_nonoverlapping((&raw const init).cast::<u8>().add(8), target.add(8), native - 8);
            core::mem::forget(init);
            let mut word = target.add(native).cast::<Cell<Value>>();
            let end = target.add(size).cast::<Cell<Value>>();
            while word < end {
                (*word).set(Value::UNBOUND);
                word = word.add(1);
            }
            if class.has_finalizer() {
                self.heap.register_finalizable(memory.cast());
            }
            Ok(Gc::from_ptr(target.cast::<T>()))
        }
    }

    /// Reads an attribute of the object itself, not of its class. `name` is interned.
    #[inline]
    pub fn instance_get(&self, object: NonNull<Header>, name: Gc<Str>) -> PyResult<Option<Value>> {
        let shape = shape_of_header(object);
        match shape.attrs {
            Attrs::None => Ok(None),
            Attrs::Slots => Ok(shape.find(name).map(|slot| read_slot(&shape, object, slot))),
            Attrs::Dict => match extension(&shape, object).get().cast::<Dict>() {
                Some(dict) => dict.get_str(self, name),
                None => Ok(None),
            },
        }
    }

    /// Sets an attribute of the object itself. `name` is interned. False when the object has no attributes.
    pub fn instance_set(&self, object: NonNull<Header>, name: Gc<Str>, value: Value) -> PyResult<bool> {
        let shape = shape_of_header(object);
        match shape.attrs {
            Attrs::None => return Ok(false),
            Attrs::Slots => {
                if let Some(slot) = shape.find(name) {
                    self.write_slot(&shape, object, slot, value);
                } else if shape.keys().len() < MAX_SLOTS {
                    self.add_slot(&shape, object, name, value)?;
                } else {
                    let dict = self.instance_dict(object)?;
                    dict.set_str(self, name, value)?;
                }
            }
            Attrs::Dict => {
                let dict = self.instance_dict(object)?;
                dict.set_str(self, name, value)?;
            }
        }
        Ok(true)
    }

    /// Deletes an attribute of the object itself. False when it has no such attribute.
    pub fn instance_delete(&self, object: NonNull<Header>, name: Gc<Str>) -> PyResult<bool> {
        let shape = shape_of_header(object);
        if shape.attrs == Attrs::None || (shape.attrs == Attrs::Slots && shape.find(name).is_none()) {
            return Ok(false);
        }
        let dict = self.instance_dict(object)?;
        dict.remove_str(self, name).map(|value| value.is_some())
    }

    /// The object's `__dict__`, made now if need be: its attributes live in the dict from then on.
    pub fn instance_dict(&self, object: NonNull<Header>) -> PyResult<Gc<Dict>> {
        let shape = shape_of_header(object);
        let word = extension(&shape, object);
        if shape.attrs == Attrs::Dict {
            if let Some(dict) = word.get().cast::<Dict>() {
                return Ok(dict);
            }
            let dict = Dict::new(self)?;
            word.set(dict.into());
            self.heap.barrier(object.as_ptr());
            return Ok(dict);
        }
        let dict = Dict::new(self)?;
        for (slot, key) in shape.keys().iter().enumerate() {
            dict.set_str(self, *key, read_slot(&shape, object, slot))?;
        }
        self.set_instance_dict(object, dict);
        Ok(dict)
    }

    /// Whether the object itself has attributes now, beside those of its class.
    #[must_use]
    pub fn has_instance_attributes(&self, object: NonNull<Header>) -> bool {
        let shape = shape_of_header(object);
        match shape.attrs {
            Attrs::None => false,
            Attrs::Slots => !shape.keys().is_empty(),
            Attrs::Dict => extension(&shape, object).get().cast::<Dict>().is_some_and(|dict| !dict.is_empty()),
        }
    }

    /// Replaces the object's `__dict__`.
    pub fn set_instance_dict(&self, object: NonNull<Header>, dict: Gc<Dict>) {
        let shape = shape_of_header(object);
        // Made first: nothing may be allocated between the stores and their barrier.
        let next = (shape.attrs == Attrs::Slots).then(|| shape.dict_mode(self));
        if let Some(area) = shape.slot_area(object) {
            area[0].set(dict.into());
            for slot in &area[1..] {
                slot.set(Value::UNBOUND);
            }
        }
        match next {
            Some(next) => self.set_shape(object, next),
            None => self.heap.barrier(object.as_ptr()),
        }
    }

    /// Gives an object another shape of the same size.
    #[inline]
    pub fn set_shape(&self, object: NonNull<Header>, shape: Gc<Shape>) {
        // SAFETY: the object is alive.
        unsafe { object.as_ref().set_meta(shape.meta()) };
        self.heap.barrier(object.as_ptr());
    }

    #[inline]
    fn write_slot(&self, shape: &Shape, object: NonNull<Header>, slot: usize, value: Value) {
        match shape.inline_offset(slot) {
            Some(offset) => value_at(object, offset).set(value),
            None => {
                let array = overflow(shape, object).expect("a slot beyond the inline ones has its array");
                array.slots()[slot - shape.inline_slots as usize].set(value);
                self.heap.barrier(array.header());
            }
        }
        self.heap.barrier(object.as_ptr());
    }

    fn add_slot(&self, shape: &Shape, object: NonNull<Header>, name: Gc<Str>, value: Value) -> PyResult<()> {
        let slot = shape.keys().len();
        let next = shape.with(self, name);
        if shape.inline_offset(slot).is_none() {
            let index = slot - shape.inline_slots as usize;
            let old = overflow(shape, object);
            if old.is_none_or(|array| array.len() <= index) {
                let array = Array::new(self, (index + 1).next_power_of_two().max(4))?;
                if let Some(old) = old {
                    for (to, from) in array.slots().iter().zip(old.slots()) {
                        to.set(from.get());
                    }
                }
                extension(shape, object).set(array.into());
                self.heap.barrier(object.as_ptr());
            }
            shape.class.wants_slots(self, slot + 1);
        }
        self.set_shape(object, next);
        self.write_slot(&next, object, slot, value);
        Ok(())
    }
}

/// Bytes of an instance: native part, `__slots__`, extension word, inline slots.
#[inline]
#[must_use]
pub fn instance_size(shape: &Shape, class: Gc<Class>) -> usize {
    let attributes = if shape.attrs == Attrs::None { 0 } else { 8 + 8 * shape.inline_slots as usize };
    class.basic_size.get() as usize + attributes
}

/// A value at a byte offset into an object.
#[inline(always)]
#[must_use]
pub fn value_at<'a>(object: NonNull<Header>, offset: usize) -> &'a Cell<Value> {
    // SAFETY: callers take offsets from the object's shape or class, which lie inside the object and hold values.
    unsafe { &*object.as_ptr().byte_add(offset).cast::<Cell<Value>>() }
}

/// The object's extension word.
#[inline]
fn extension<'a>(shape: &Shape, object: NonNull<Header>) -> &'a Cell<Value> {
    &shape.slot_area(object).expect("the object has attributes")[0]
}

#[inline]
fn overflow(shape: &Shape, object: NonNull<Header>) -> Option<Gc<Array>> {
    extension(shape, object).get().cast::<Array>()
}

/// The value of a slot.
#[inline]
#[must_use]
pub fn read_slot(shape: &Shape, object: NonNull<Header>, slot: usize) -> Value {
    match shape.inline_offset(slot) {
        Some(offset) => value_at(object, offset).get(),
        None => overflow(shape, object).expect("a slot beyond the inline ones has its array").slots()
            [slot - shape.inline_slots as usize]
            .get(),
    }
}
