//! Objects whose bytes others may look at and change in place: what a view is a view of.
//!
//! Nobody keeps the address of such bytes. Whoever looks at them asks the object each time, so that an object that changes
//! its size in between is no danger, only a surprise; and a program is kept from that surprise by a count of views
//! ([`Exports`]).

use core::cell::Cell;

use orochi_gc::{CollectKind, Gc};

use crate::error::PyResult;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::typed_array::TypedArray;
use crate::value::Value;
use crate::vm::Vm;

/// How many views there are of an object's bytes, so that their number cannot change.
#[derive(Default)]
pub struct Exports(Cell<usize>);

impl Exports {
    pub(super) fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    pub(super) fn remove(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// BufferError while there are views. Those that are lost do not count: the collector is asked.
    #[inline]
    pub fn check(&self, vm: &Vm) -> PyResult<()> {
        if self.0.get() == 0 { Ok(()) } else { self.check_again(vm) }
    }

    #[cold]
    fn check_again(&self, vm: &Vm) -> PyResult<()> {
        vm.clear_dead_registers();
        for kind in [CollectKind::Young, CollectKind::Full] {
            vm.heap.collect(kind);
            if self.0.get() == 0 {
                return Ok(());
            }
        }
        let text = "Existing exports of data: object cannot be re-sized";
        Err(vm.raise(vm.types().buffer_error, text))
    }
}

/// An object with bytes.
#[derive(Clone, Copy)]
pub enum Memory {
    Bytes(Gc<Bytes>),
    Array(Gc<ByteArray>),
    Typed(Gc<TypedArray>),
}

impl Memory {
    /// The bytes of an object that has some of its own.
    #[inline]
    #[must_use]
    pub fn of(value: Value) -> Option<Memory> {
        if let Some(bytes) = value.cast::<Bytes>() {
            return Some(Memory::Bytes(bytes));
        }
        if let Some(array) = value.cast::<ByteArray>() {
            return Some(Memory::Array(array));
        }
        value.cast::<TypedArray>().map(Memory::Typed)
    }

    /// The object.
    #[must_use]
    pub fn value(self) -> Value {
        match self {
            Memory::Bytes(bytes) => bytes.into(),
            Memory::Array(array) => array.into(),
            Memory::Typed(array) => array.into(),
        }
    }

    /// How many bytes there are now.
    #[must_use]
    pub fn len(self) -> usize {
        self.read(<[u8]>::len)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the bytes cannot be changed.
    #[must_use]
    pub fn is_readonly(self) -> bool {
        matches!(self, Memory::Bytes(_))
    }

    /// Looks at the bytes.
    #[inline]
    pub fn read<R>(self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Memory::Bytes(bytes) => f(bytes.as_slice()),
            Memory::Array(array) => f(&array.data.borrow()),
            Memory::Typed(array) => f(&array.data.borrow()),
        }
    }

    /// Changes the bytes; of those that cannot be changed there are none to see.
    #[inline]
    pub fn write<R>(self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        match self {
            Memory::Bytes(_) => f(&mut []),
            Memory::Array(array) => f(&mut array.data.borrow_mut()),
            Memory::Typed(array) => f(&mut array.data.borrow_mut()),
        }
    }

    /// The count of views, if they matter.
    pub(super) fn exports(&self) -> Option<&Exports> {
        match self {
            Memory::Bytes(_) => None,
            Memory::Array(array) => Some(&array.exports),
            Memory::Typed(array) => Some(&array.exports),
        }
    }
}
