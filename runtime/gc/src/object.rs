//! What the heap knows of an object: its header, the metadata that the header points to, and `Gc<T>`, the reference
//! to one.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::heap::Heap;
use crate::trace::Tracer;

/// The first word of every heap object: a pointer to its [`Meta`]. The word is zero in a free cell and never in a
/// live one.
#[repr(C)]
pub struct Header {
    meta: Cell<*const Meta>,
}

impl Header {
    /// What to write in the header field of a value that is about to be passed to [`Heap::alloc`], which fills it in.
    pub const fn empty() -> Header {
        Header { meta: Cell::new(std::ptr::null()) }
    }

    /// The object's metadata: its shape or its static type.
    #[inline(always)]
    pub fn meta(&self) -> *const Meta {
        self.meta.get()
    }

    #[inline(always)]
    pub(crate) fn init(&self, meta: *const Meta) {
        self.meta.set(meta);
    }

    /// Gives the object another shape. When `meta` lies inside a heap object (has an owner), this stores a reference:
    /// call [`Heap::barrier`] on the object afterwards.
    ///
    /// # Safety
    /// `meta` points to metadata that lives as long as the object (static, or kept alive through `Meta::owner`) and
    /// whose `kind` describes the same memory layout and has a `drop` exactly when the old one had.
    #[inline(always)]
    pub unsafe fn set_meta(&self, meta: *const Meta) {
        self.meta.set(meta);
    }

    /// The object's kind.
    #[inline(always)]
    pub fn kind(&self) -> &'static Kind {
        // SAFETY: a `Header` that is reachable by reference is that of a live object (or of a value not yet
        // allocated, whose kind nobody asks for), so `meta` points to valid metadata: the contract of `alloc` and
        // `set_meta`.
        unsafe { (*self.meta.get()).kind }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({:p})", self.meta.get())
    }
}

/// What a header points to. Either static (or leaked), or a part of a heap object such as a shape: then `owner` is
/// that object, and every object whose header points here keeps it alive.
#[repr(C)]
#[derive(Debug)]
pub struct Meta {
    pub kind: &'static Kind,
    /// The heap object that contains this `Meta`, or null when it is static.
    pub owner: Cell<*const Header>,
}

// SAFETY: only a `Meta` with a null owner is placed in a static, and nobody changes that one: it is plain immutable
// data.
unsafe impl Sync for Meta {}

impl Meta {
    /// Metadata that outlives every heap, for a `static`.
    pub const fn fixed(kind: &'static Kind) -> Meta {
        Meta { kind, owner: Cell::new(std::ptr::null()) }
    }

    /// Metadata to be placed inside the heap object `owner`. The owner's address is known only after it is allocated:
    /// write null first and set `owner` at once after the allocation, before any other.
    pub const fn owned(kind: &'static Kind, owner: *const Header) -> Meta {
        Meta { kind, owner: Cell::new(owner) }
    }
}

/// What the collector must know about all objects of one layout.
pub struct Kind {
    pub name: &'static str,
    /// Calls [`Tracer::edge`] for every reference in the object. It must cope with an object whose body is still all
    /// zero, must not allocate, and must not follow references itself.
    pub trace: unsafe fn(NonNull<Header>, &mut Tracer<'_>),
    /// Releases the memory or handles that the object owns outside the heap. It runs when the object is swept, in no
    /// particular order: it must not allocate and must not look at other heap objects, which may be gone. Of the
    /// heap's methods it may call [`Heap::external`] only. Objects with a `drop` live in blocks of their own.
    pub drop: Option<unsafe fn(NonNull<Header>, &Heap)>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({})", self.name)
    }
}

/// A Rust type whose values can be heap objects.
///
/// # Safety
/// The type is `#[repr(C)]`, its first field is a [`Header`], its alignment is at most 16, and it has no drop glue
/// that matters: the heap never runs `Drop` of `T`, only `Kind::drop`.
pub unsafe trait HeapObject {
    /// Whether the kinds of these objects have a `drop`. The allocator chooses the block by it at compile time.
    const NEEDS_DROP: bool = false;
}

/// A reference to a heap object: a plain pointer, free to copy. It keeps the object alive as long as the collector
/// can see it: in a registered native stack or register, in a traced heap object, in the roots. A `Gc` in malloc
/// memory (`Vec`, `Box`, `HashMap`) is **not** seen.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>, PhantomData<*const T>);

impl<T: HeapObject> Gc<T> {
    /// # Safety
    /// `pointer` is the start of a live heap object of type `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(pointer: *const T) -> Gc<T> {
        // SAFETY: a live object's address is not null.
        Gc(unsafe { NonNull::new_unchecked(pointer.cast_mut()) }, PhantomData)
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    #[inline(always)]
    pub fn header(self) -> *const Header {
        self.0.as_ptr().cast_const().cast()
    }

    #[inline(always)]
    pub fn as_header(self) -> NonNull<Header> {
        self.0.cast()
    }

    /// A reference that is not bound to the `Gc` variable. It is valid as long as the object is reachable.
    ///
    /// # Safety
    /// The object stays reachable (the reference itself, seen on the stack, makes it so) while the result is in use.
    #[inline(always)]
    pub unsafe fn as_ref_unbound<'a>(self) -> &'a T {
        // SAFETY: the caller says so.
        unsafe { &*self.0.as_ptr() }
    }
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Gc<T> {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    /// Identity.
    #[inline(always)]
    fn eq(&self, other: &Gc<T>) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Gc<T> {}

impl<T> std::hash::Hash for Gc<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc` is made from the start of a live object only (`from_ptr`, `Heap::alloc`), and the collector
        // keeps alive whatever it finds on a native stack, where this `Gc` or the reference made from it stands.
        unsafe { self.0.as_ref() }
    }
}

/// Shows the object itself.
impl<T: fmt::Display> fmt::Display for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({:p})", self.0)
    }
}
