//! `bytearray`: the object. What it shares with `bytes` is in [`crate::types::bytes::methods`].
//!
//! - [`methods`] has the methods that change it
//! - [`protocol`] has operators
//! - [`slices`] has assigning and deleting slices

pub mod methods;
pub mod protocol;
mod slices;

use core::cell::RefCell;
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::protocol::buffer::Exports;
use crate::vm::Vm;

/// A bytearray; the bytes are outside the heap.
#[repr(C)]
pub struct ByteArray {
    header: Header,
    pub data: RefCell<Vec<u8>>,
    /// While they are lent out, the bytes stay as many as they are.
    pub exports: Exports,
}

// SAFETY: begins with a header, and has no references.
unsafe impl PyLayout for ByteArray {
    const LAYOUT: Layout = Layout::ByteArray;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// Frees the bytes of a dead bytearray.
///
/// # Safety
/// `object` is a dead bytearray, dropped once.
pub unsafe fn drop_bytearray(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe {
        core::ptr::drop_in_place(&raw mut (*object.cast::<ByteArray>().as_ptr()).data);
        core::ptr::drop_in_place(&raw mut (*object.cast::<ByteArray>().as_ptr()).exports);
    }
}

impl ByteArray {
    /// A bytearray that may belong to a subclass.
    pub fn new(vm: &Vm, class: Gc<Class>, data: Vec<u8>) -> PyResult<Gc<ByteArray>> {
        vm.new_native(
            class,
            ByteArray { header: Header::empty(), data: RefCell::new(data), exports: Exports::default() },
        )
    }

    /// BufferError while the bytes are lent out.
    #[inline]
    pub fn check_resizable(&self, vm: &Vm) -> PyResult<()> {
        vm.check_resizable(&self.exports, "Existing exports of data: object cannot be re-sized")
    }
}

/// `bytearray`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[
        protocol::METHODS,
        methods::METHODS,
        crate::types::bytes::methods::METHODS,
        crate::types::bytes::methods::SEARCH,
    ],
    ..ClassDef::new(
        "bytearray",
        "bytearray(source=b'', encoding='utf-8', errors='strict') -> a mutable sequence of bytes\n\nIt takes the same arguments as bytes().",
        Layout::ByteArray,
    )
};
