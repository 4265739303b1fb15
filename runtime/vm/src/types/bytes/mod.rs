//! `bytes`: the object and its construction.
//!
//! - [`buffer`] has reading any bytes-like object, arguments that are bytes
//! - [`construct`] has what `bytes(..)` and `bytearray(..)` take
//! - [`hexadecimal`] has `hex()` and `fromhex()`
//! - [`methods`] has the methods that `bytes` and `bytearray` share
//! - [`protocol`] has operators
//! - [`edit`] has padding, tabs, replacing, case

pub mod buffer;
pub mod construct;
mod edit;
pub mod hexadecimal;
pub mod methods;
pub mod protocol;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A bytes object.
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// 0 when it is not computed yet.
    pub hash: Cell<u64>,
    len: usize,
    data: [u8; 0],
}

// SAFETY: begins with a header, and has no references.
unsafe impl PyLayout for Bytes {
    const LAYOUT: Layout = Layout::Bytes;
    const TRAILING: bool = true;

    fn trace_native(&self, _: &mut Tracer<'_>) {}

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len
    }
}

impl Bytes {
    /// A bytes object.
    pub fn new(vm: &Vm, data: &[u8]) -> PyResult<Gc<Bytes>> {
        Self::with_class(vm, vm.types().bytes, data)
    }

    /// A bytes object that may belong to a subclass.
    pub fn with_class(vm: &Vm, class: Gc<Class>, data: &[u8]) -> PyResult<Gc<Bytes>> {
        let bytes: Gc<Bytes> = vm.alloc_trailing(class.root_shape(vm), data.len(), 1)?;
        // SAFETY: a new object with room for the data that nobody else refers to.
        unsafe {
            (&raw mut (*bytes.as_ptr()).len).write(data.len());
            core::ptr::copy_nonoverlapping(data.as_ptr(), (&raw mut (*bytes.as_ptr()).data).cast(), data.len());
        }
        Ok(bytes)
    }

    /// The bytes.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the object was made with `len` bytes behind it, which never change.
        unsafe { core::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
}

impl Vm {
    /// A bytes value.
    pub fn new_bytes(&self, data: &[u8]) -> PyResult {
        Bytes::new(self, data).map(Value::from)
    }
}

/// `bytes`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[protocol::METHODS, methods::METHODS, methods::SEARCH],
    ..ClassDef::new(
        "bytes",
        "bytes(source=b'', encoding='utf-8', errors='strict') -> an immutable sequence of bytes\n\nWithout an argument it is empty. An integer makes so many zero bytes, an iterable of integers \
         those bytes, a string its encoding, a bytes-like object a copy.",
        Layout::Bytes,
    )
};
