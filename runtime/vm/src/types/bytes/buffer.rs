//! Bytes-like objects: reading them, writing to them, making views of them.

use core::ops::Deref;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::{self, Memory, MemoryView};
use crate::types::typed_array::TypedArray;
use crate::value::Value;
use crate::vm::Vm;

/// Flags of the buffer protocol (`inspect.BufferFlags`).
const WRITABLE: i64 = 0x1;
const FORMAT: i64 = 0x4;
const ND: i64 = 0x8;
const STRIDES: i64 = 0x10 | ND;
const C_CONTIGUOUS: i64 = 0x20 | STRIDES;
const F_CONTIGUOUS: i64 = 0x40 | STRIDES;
const ANY_CONTIGUOUS: i64 = 0x80 | STRIDES;

/// The bytes of a bytes-like object. Those of an object that can change are a copy, so that no code in between can change
/// what is being read.
pub enum Buffer {
    Shared(Gc<Bytes>),
    Copied(Vec<u8>),
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Shared(bytes) => bytes.as_slice(),
            Buffer::Copied(bytes) => bytes,
        }
    }
}

/// The bytes of a native bytes-like object; `None` for any other.
#[must_use]
pub fn find(value: Value) -> Option<Buffer> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Some(Buffer::Shared(bytes));
    }
    if let Some(array) = value.cast::<ByteArray>() {
        return Some(Buffer::Copied(array.data.borrow().clone()));
    }
    if let Some(array) = value.cast::<TypedArray>() {
        return Some(Buffer::Copied(array.data.borrow().clone()));
    }
    memoryview::bytes_of(value).map(Buffer::Copied)
}

/// The bytes of an argument. TypeError when it is not bytes-like.
pub fn required(vm: &Vm, value: Value) -> PyResult<Buffer> {
    if let Some(buffer) = find(value) {
        return Ok(buffer);
    }
    let view = view_of(vm, value)?.expect::<MemoryView>();
    let bytes = view.bytes(vm);
    vm.call_method(view.into(), "release", &[])?;
    bytes.map(Buffer::Copied)
}

/// A view of what an object of a program says its bytes are (`__buffer__`); `None` when it has no such method.
fn view_by_method(vm: &Vm, value: Value, flags: i64) -> PyResult<Option<Value>> {
    let Some(method) = vm.class_of(value).lookup(vm, vm.intern("__buffer__")) else { return Ok(None) };
    let exported = vm.call_special(value, method, &[vm.new_int(flags)?])?;
    let Some(view) = exported.cast::<MemoryView>() else {
        return Err(vm.type_error("__buffer__ returned non-memoryview object"));
    };
    view.exported_by(vm, value).map(Some)
}

/// A view of an object's bytes; `what` is how the TypeError for any other object begins.
fn view(vm: &Vm, value: Value, what: &str) -> PyResult {
    if let Some(view) = value.cast::<MemoryView>() {
        let window = view.window.borrow().clone();
        return view.again(vm, window);
    }
    if let Some(memory) = Memory::of(value) {
        return memoryview::of_object(vm, memory);
    }
    match view_by_method(vm, value, 0x11c)? {
        Some(view) => Ok(view),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("{what}a bytes-like object is required, not '{name}'")))
        }
    }
}

/// A view of an object's bytes. TypeError when it is not bytes-like.
pub fn view_of(vm: &Vm, value: Value) -> PyResult {
    view(vm, value, "")
}

/// What `memoryview(value)` gives.
pub fn view_of_argument(vm: &Vm, value: Value) -> PyResult {
    view(vm, value, "memoryview: ")
}

/// A view with what flags of the buffer protocol ask for. BufferError when the object does not offer that.
pub fn with_flags(vm: &Vm, value: Value, flags: i64) -> PyResult {
    let made = match Memory::of(value) {
        None if value.cast::<MemoryView>().is_none() => match view_by_method(vm, value, flags)? {
            Some(view) => return Ok(view),
            None => view_of_argument(vm, value)?,
        },
        _ => view_of_argument(vm, value)?,
    };
    let asks = |flag: i64| flags & flag == flag;
    let view = made.expect::<MemoryView>();
    let refusal = {
        let window = view.window.borrow();
        let (c, f) = (window.is_c_contiguous(), window.is_f_contiguous());
        if asks(WRITABLE) && window.readonly {
            Some(if value.cast::<MemoryView>().is_some() {
                "memoryview: underlying buffer is not writable"
            } else {
                "Object is not writable."
            })
        } else if asks(C_CONTIGUOUS) && !c {
            Some("memoryview: underlying buffer is not C-contiguous")
        } else if asks(F_CONTIGUOUS) && !f {
            Some("memoryview: underlying buffer is not Fortran contiguous")
        } else if asks(ANY_CONTIGUOUS) && !c && !f {
            Some("memoryview: underlying buffer is not contiguous")
        } else if !asks(STRIDES) && !c {
            Some("memoryview: underlying buffer is not C-contiguous")
        } else if !asks(ND) && asks(FORMAT) {
            Some("memoryview: cannot cast to unsigned bytes if the format flag is present")
        } else {
            None
        }
    };
    match refusal {
        Some(text) => Err(vm.raise(vm.types().buffer_error, text)),
        None => Ok(made),
    }
}

/// An object with room for bytes, which stand one behind the other.
pub struct Target {
    memory: Memory,
    start: usize,
    len: usize,
}

impl Target {
    /// What an argument of a function is to be filled with. TypeError for an object that cannot be written to.
    pub fn of(vm: &Vm, value: Value, function: &str) -> PyResult<Target> {
        match Target::find(vm, value)? {
            Some(target) => Ok(target),
            None => {
                let name = if value == vm.none() { "None".to_owned() } else { vm.type_name(value) };
                let text = format!("{function}() argument must be read-write bytes-like object, not {name}");
                Err(vm.type_error(text))
            }
        }
    }

    /// The room in an object; `None` for one that cannot be written to.
    pub fn find(vm: &Vm, value: Value) -> PyResult<Option<Target>> {
        if let Some(memory) = Memory::of(value) {
            return Ok((!memory.is_readonly()).then(|| Target { memory, start: 0, len: memory.len() }));
        }
        let view = match value.cast::<MemoryView>() {
            Some(view) => view,
            None => match view_by_method(vm, value, WRITABLE)? {
                Some(view) => view.expect(),
                None => return Ok(None),
            },
        };
        let Some(memory) = view.memory_if_any() else { return Ok(None) };
        let window = view.window.borrow();
        if window.readonly || !window.is_c_contiguous() {
            return Ok(None);
        }
        Ok(Some(Target { memory, start: usize::try_from(window.start).unwrap_or(0), len: window.bytes() }))
    }

    /// How many bytes there is room for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts bytes at a place. Those beyond the end, if the object shrank since, are lost.
    pub fn store(&self, at: usize, bytes: &[u8]) {
        let end = self.start + self.len;
        self.memory.write(|target| {
            let end = end.min(target.len());
            let room = target.get_mut(self.start + at..end).unwrap_or_default();
            let count = room.len().min(bytes.len());
            room[..count].copy_from_slice(&bytes[..count]);
        });
    }
}

/// The receiver's bytes.
#[must_use]
pub fn receiver(args: &[Value]) -> Buffer {
    find(args[0]).unwrap_or(Buffer::Copied(Vec::new()))
}

/// An object of the receiver's type, but of no subclass, with other bytes.
pub fn like(vm: &Vm, receiver: Value, bytes: &[u8]) -> PyResult {
    if receiver.cast::<ByteArray>().is_some() {
        return ByteArray::new(vm, vm.types().bytearray, bytes.to_vec()).map(Value::from);
    }
    vm.new_bytes(bytes)
}

/// A byte from an integer. `what` is how the range error begins.
pub fn byte(vm: &Vm, value: Value, what: &str) -> PyResult<u8> {
    let index = vm.index(value)?;
    match u8::try_from(crate::types::int::to_i64_clamped(index)) {
        Ok(byte) => Ok(byte),
        Err(_) => Err(vm.value_error(format!("{what} must be in range(0, 256)"))),
    }
}

/// What `find` and its kin look for: bytes, or one byte as an integer.
pub fn needle(vm: &Vm, value: Value) -> PyResult<Buffer> {
    if let Some(buffer) = find(value) {
        return Ok(buffer);
    }
    match vm.try_index(value)? {
        Some(index) => Ok(Buffer::Copied(vec![byte(vm, index, "byte")?])),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{name}'")))
        }
    }
}
