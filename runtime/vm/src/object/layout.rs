//! Layouts: what the native part of an object looks like in memory.
//!
//! Every heap object begins with a header that points to its [`Shape`]; the shape names the class and the
//! [`Layout`]. A layout belongs to one `#[repr(C)]` struct ([`PyLayout`]) and to one collector [`Kind`]. Instances
//! of Python subclasses of a native type keep its layout, and have their attributes behind the native part.

use core::ptr::NonNull;

use orochi_gc::{Gc, Header, HeapObject, Kind, Tracer};

use crate::object::shape::Shape;
use crate::value::Value;

/// Declares the layouts with their structs.
macro_rules! layouts {
    ($($(#[$doc:meta])* $layout:ident: $type:path $(, drop $drop:expr)?;)*) => {
        /// What the native part of an object is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Layout { $($(#[$doc])* $layout,)* }

        impl Layout {
            /// The collector's description of objects with this layout.
            #[must_use]
            pub const fn kind(self) -> &'static Kind {
                match self { $(Layout::$layout => {
                    static KIND: Kind = Kind {
                        name: stringify!($layout),
                        trace: trace_object::<$type>,
                        drop: layouts!(@drop $($drop)?),
                    };
                    &KIND
                })* }
            }

            /// Size of the struct in bytes, without a trailing array.
            #[must_use]
            pub const fn size(self) -> usize {
                match self { $(Layout::$layout => size_of::<$type>(),)* }
            }

            /// Whether objects end in an array of varying length.
            #[must_use]
            pub const fn is_sized_by_instance(self) -> bool {
                match self { $(Layout::$layout => <$type as PyLayout>::TRAILING,)* }
            }
        }

        // SAFETY: each of these is `repr(C)` and begins with a `Header`.
        $(unsafe impl HeapObject for $type {
            const NEEDS_DROP: bool = layouts!(@needs $($drop)?);
        })*
    };
    (@needs) => { false };
    (@needs $drop:expr) => { true };
    (@drop) => { None };
    (@drop $drop:expr) => { Some($drop) };
}

/// A struct that is the native part of objects with one layout.
///
/// # Safety
/// The struct is `repr(C)` and begins with a [`Header`]; objects whose shape names [`PyLayout::LAYOUT`] hold a valid
/// value of it; `trace_native` reports every reference in it.
pub unsafe trait PyLayout: HeapObject {
    const LAYOUT: Layout;
    /// Whether an array of varying length follows the struct.
    const TRAILING: bool = false;

    /// Reports every reference in the native part, but not the shape or attributes.
    fn trace_native(&self, tracer: &mut Tracer<'_>);

    /// Bytes of the native part, with its trailing array.
    fn native_size(&self) -> usize {
        size_of_val(self)
    }
}

/// Reports everything that an object refers to: the native part, then the attribute slots behind it.
///
/// # Safety
/// `object` is a live object whose shape's layout is `T`'s.
unsafe fn trace_object<T: PyLayout>(object: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: the caller vouches for the layout.
    let native = unsafe { object.cast::<T>().as_ref() };
    native.trace_native(tracer);
    if T::LAYOUT as u8 == Layout::Shape as u8 {
        return; // A shape's own meta is static: it has no attribute slots.
    }
    let shape = shape_of_header(object);
    if shape.members != 0 {
        shape.member_area(object).iter().for_each(|member| member.get().trace(tracer));
    }
    if let Some(slots) = shape.slot_area(object) {
        for slot in slots {
            slot.get().trace(tracer);
        }
    }
}

/// The shape of an object that is not a shape itself.
#[inline(always)]
#[must_use]
pub fn shape_of_header(object: NonNull<Header>) -> Gc<Shape> {
    // SAFETY: the header of every object but shapes points to the `Meta` inside a live shape.
    unsafe { Shape::from_meta(object.as_ref().meta()) }
}

impl Value {
    /// The object with the layout of `T`, if the value is one (of that type or a subclass).
    #[inline(always)]
    #[must_use]
    pub fn cast<T: PyLayout>(self) -> Option<Gc<T>> {
        const {
            assert!(T::LAYOUT as u8 != Layout::Shape as u8, "shapes have no shape that says what they are");
        }
        let header = self.as_header()?;
        if shape_of_header(header).layout as u8 == T::LAYOUT as u8 {
            // SAFETY: the shape says that the object holds a `T`.
            Some(unsafe { Gc::from_ptr(header.as_ptr().cast::<T>()) })
        } else {
            None
        }
    }

    /// The object with the layout of `T`, where a type check has been made before (receivers of native methods).
    #[inline(always)]
    #[must_use]
    #[track_caller]
    pub fn expect<T: PyLayout>(self) -> Gc<T> {
        self.cast::<T>().expect("the receiver of a native method has its class's layout")
    }
}

layouts! {
    /// A hidden class.
    Shape: crate::object::shape::Shape, drop crate::object::shape::drop_shape;
    /// A class.
    Class: crate::object::class::Class, drop crate::object::class::drop_class;
    /// An object with nothing but attributes.
    Object: crate::object::instance::Object;
    /// A fixed number of values and nothing else; what they mean depends on the class.
    Record: crate::object::record::Record;
    /// An array of values that a list, a dict view or an overflowing instance owns; never seen by programs.
    Array: crate::object::array::Array;
    /// An integer beyond 62 bits, or an instance of a subclass of `int`.
    Int: crate::types::int::Int, drop crate::types::int::drop_int;
    /// A float that is not inline, or an instance of a subclass of `float`.
    Float: crate::types::float::Float;
    Complex: crate::types::complex::Complex;
    Str: crate::types::str::Str;
    Bytes: crate::types::bytes::Bytes;
    ByteArray: crate::types::bytearray::ByteArray, drop crate::types::bytearray::drop_bytearray;
    MemoryView: crate::types::memoryview::MemoryView, drop crate::types::memoryview::drop_memoryview;
    Tuple: crate::types::tuple::Tuple;
    List: crate::types::list::List;
    Dict: crate::types::dict::Dict;
    /// The table that a dict or a set owns.
    DictTable: crate::types::dict::DictTable;
    Set: crate::types::set::Set;
    Range: crate::types::range::Range;
    RangeIter: crate::types::range::RangeIter;
    /// Iterators over lists, tuples and strings by position.
    SeqIter: crate::types::iterators::SeqIter;
    /// Iterators over dicts, their views and sets.
    DictIter: crate::types::dict::DictIter;
    Slice: crate::types::slice::Slice;
    /// A ring of values: `collections.deque`.
    Deque: crate::types::deque::Deque;
    /// Numbers of one machine type: `array.array`.
    TypedArray: crate::types::typed_array::TypedArray, drop crate::types::typed_array::drop_typed_array;
    /// What a module in Rust makes of it.
    Opaque: crate::types::opaque::Opaque, drop crate::types::opaque::drop_opaque;
    Function: crate::types::function::Function;
    Native: crate::types::native::Native;
    BoundMethod: crate::types::method::BoundMethod;
    Cell: crate::types::cell::PyCell;
    Code: crate::types::code::Code, drop crate::types::code::drop_code;
    Module: crate::types::module::Module;
    Exception: crate::types::exception::Exception;
    Traceback: crate::types::traceback::Traceback;
    Generator: crate::types::generator::Generator;
    /// What a generator's frame runs on.
    Registers: crate::types::generator::registers::Registers;
    Frame: crate::types::frame::Frame;
    /// What growing strings lie in.
    TextBuffer: crate::types::str::growing::Buffer;
    WeakRef: crate::types::weakref::WeakRef;
}
