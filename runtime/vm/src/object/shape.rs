//! Shapes, or hidden classes: the class of an object together with the places of its attributes.
//!
//! Objects that got the same attributes in the same order share a shape, so one pointer comparison answers both
//! "is it still of that class" and "is the attribute still there". Inline caches keep shapes; see
//! [`crate::interp::cache`].
//!
//! Attributes live behind the native part of an object: first the *extension word*, then the inline slots.
//!
//! ```text
//! header | native part (basic size of the class) | extension | slot 0 | slot 1 | ..
//! ```
//!
//! The extension is unbound, or an array with the slots that do not fit inline, or (mode [`Attrs::Dict`]) the
//! dict that holds all attributes. An object gets a dict when a program asks for its `__dict__`, when an attribute is
//! deleted, or when it has more than [`MAX_SLOTS`] of them. Objects that end in an array of varying length are
//! always in that mode and have the extension word behind the array, and behind it the values of `__slots__`.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, Meta, Tracer};

use crate::object::class::{Class, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// More attributes than this and an object gets a dict.
pub const MAX_SLOTS: usize = 64;

/// Where the attributes of an object are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attrs {
    /// It has none: no `__dict__`.
    None,
    /// In slots, by this shape.
    Slots,
    /// In the dict that the extension word holds (unbound: an empty one that was not made yet).
    Dict,
}

/// A hidden class. Immutable but for its transitions.
#[repr(C)]
pub struct Shape {
    header: Header,
    /// What the headers of objects point to.
    meta: Meta,
    pub class: Gc<Class>,
    pub layout: Layout,
    pub attrs: Attrs,
    /// Whether objects may have attributes or a finalizer: all but those of built-in types without.
    pub(crate) extended: bool,
    /// Slots inside the object.
    pub inline_slots: u16,
    /// Byte offset of the extension word; 0 when there is none or it lies behind a trailing array.
    pub extension_offset: u32,
    /// Values of `__slots__`: between the native part and the extension word, or at the end of objects with a trailing array.
    pub members: u16,
    /// Attribute names by slot, all interned.
    // traced: by `Shape::trace_native`
    keys: Box<[Gc<Str>]>,
    /// Shapes with one more attribute.
    // traced: by `Shape::trace_native`
    transitions: RefCell<Vec<(Gc<Str>, Gc<Shape>)>>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Shape {
    const LAYOUT: Layout = Layout::Shape;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.class).trace(tracer);
        for key in &self.keys {
            Value::from(*key).trace(tracer);
        }
        if let Ok(transitions) = self.transitions.try_borrow() {
            for (key, shape) in transitions.iter() {
                Value::from(*key).trace(tracer);
                Value::from(*shape).trace(tracer);
            }
        }
    }
}

/// Frees what a dead shape owns outside the heap.
///
/// # Safety
/// `object` is a dead shape, dropped once.
pub unsafe fn drop_shape(object: NonNull<Header>, _: &orochi_gc::Heap) {
    // SAFETY: the caller vouches that it is a shape that nobody uses any more.
    unsafe { core::ptr::drop_in_place(object.cast::<Shape>().as_ptr()) }
}

/// What the headers of shapes point to.
static SHAPE_META: Meta = Meta::fixed(Layout::Shape.kind());

const META_OFFSET: usize = core::mem::offset_of!(Shape, meta);

impl Shape {
    /// The shape that contains a `Meta`.
    ///
    /// # Safety
    /// `meta` is the address of the `meta` field of a live shape.
    #[inline(always)]
    #[must_use]
    pub unsafe fn from_meta(meta: *const Meta) -> Gc<Shape> {
        // SAFETY: the field lies at that offset in the shape.
        unsafe { Gc::from_ptr(meta.byte_sub(META_OFFSET).cast_mut().cast::<Shape>()) }
    }

    /// The address that headers of objects with this shape hold.
    #[inline(always)]
    #[must_use]
    pub fn meta(self: &Shape) -> *const Meta {
        &raw const self.meta
    }

    /// The shape of fresh instances of a class.
    pub fn root(vm: &Vm, class: Gc<Class>, inline_slots: u16) -> Gc<Shape> {
        let trailing = class.layout.is_sized_by_instance();
        let attrs = match (class.has_dict(), trailing) {
            (false, _) => Attrs::None,
            (true, true) => Attrs::Dict,
            (true, false) => Attrs::Slots,
        };
        Self::make(vm, class, attrs, inline_slots, Box::default())
    }

    /// The shape of instances whose attributes are in a dict, with the same room for slots.
    pub fn dict_mode(&self, vm: &Vm) -> Gc<Shape> {
        self.class.dict_shape(vm, self.inline_slots)
    }

    // untraced: interned names live as long as the VM
    pub(crate) fn make(vm: &Vm, class: Gc<Class>, attrs: Attrs, inline_slots: u16, keys: Box<[Gc<Str>]>) -> Gc<Shape> {
        let trailing = class.layout.is_sized_by_instance();
        let has_extension = attrs != Attrs::None && !trailing;
        let shape = vm.heap.alloc(
            &raw const SHAPE_META,
            Shape {
                header: Header::empty(),
                meta: Meta::fixed(class.layout.kind()),
                class,
                layout: class.layout,
                attrs,
                extended: attrs != Attrs::None || class.has(flags::HEAP),
                inline_slots: if has_extension { inline_slots } else { 0 },
                extension_offset: if has_extension { class.basic_size.get() } else { 0 },
                members: ((class.basic_size.get() as usize - class.layout.size()) / 8) as u16,
                keys,
                transitions: RefCell::new(Vec::new()),
            },
        );
        shape.meta.owner.set(shape.header());
        shape
    }

    /// The slot of an attribute. `name` is interned.
    #[inline]
    #[must_use]
    pub fn find(&self, name: Gc<Str>) -> Option<usize> {
        self.keys.iter().position(|key| *key == name)
    }

    /// Attribute names in the order in which they were set.
    #[must_use]
    pub fn keys(&self) -> &[Gc<Str>] {
        &self.keys
    }

    /// The shape with one attribute more. `name` is interned and not yet an attribute.
    pub fn with(self: &Shape, vm: &Vm, name: Gc<Str>) -> Gc<Shape> {
        let known = self.transitions.borrow().iter().find(|(key, _)| *key == name).map(|(_, shape)| *shape);
        if let Some(shape) = known {
            return shape;
        }
        let mut keys = Vec::with_capacity(self.keys.len() + 1);
        keys.extend_from_slice(&self.keys);
        keys.push(name);
        let shape = Self::make(vm, self.class, Attrs::Slots, self.inline_slots, keys.into());
        self.transitions.borrow_mut().push((name, shape));
        vm.heap.barrier(&raw const self.header);
        shape
    }

    /// The extension word and inline slots of an object with this shape.
    #[inline]
    #[must_use]
    pub fn slot_area<'a>(&self, object: NonNull<Header>) -> Option<&'a [Cell<Value>]> {
        if self.attrs == Attrs::None {
            return None;
        }
        let (offset, len) = if self.extension_offset == 0 {
            (crate::object::instance::trailing_extension_offset(self.layout, object), 1)
        } else {
            (self.extension_offset as usize, 1 + self.inline_slots as usize)
        };
        // SAFETY: objects with attributes were allocated with room for the extension word and the inline slots of their
        // shape, and all shapes that an object ever has agree on both.
        Some(unsafe { core::slice::from_raw_parts(object.as_ptr().byte_add(offset).cast::<Cell<Value>>(), len) })
    }

    /// The values of `__slots__` of an object with this shape.
    #[inline]
    #[must_use]
    pub fn member_area<'a>(&self, object: NonNull<Header>) -> &'a [Cell<Value>] {
        let (offset, len) = (self.members_offset(object), self.members as usize);
        // SAFETY: objects of a class were allocated with its basic size, which is that of the native part and of as many
        // values as the shape says.
        unsafe { core::slice::from_raw_parts(object.as_ptr().byte_add(offset).cast::<Cell<Value>>(), len) }
    }

    /// Byte offset of the first value of `__slots__` in an object with this shape.
    #[must_use]
    pub fn members_offset(&self, object: NonNull<Header>) -> usize {
        if !self.layout.is_sized_by_instance() {
            return self.layout.size();
        }
        let extension = crate::object::instance::trailing_extension_offset(self.layout, object);
        extension + if self.attrs == Attrs::None { 0 } else { 8 }
    }

    /// Byte offset of an inline slot from the start of the object, or `None` when it is in the overflow array.
    #[inline]
    #[must_use]
    pub fn inline_offset(&self, slot: usize) -> Option<usize> {
        (slot < self.inline_slots as usize).then(|| self.extension_offset as usize + 8 + 8 * slot)
    }
}
