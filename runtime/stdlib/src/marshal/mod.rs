//! `marshal`: values as bytes and back, in CPython's format of version 5. Code objects are the common bytecode, whose form is
//! Orochi's own.

mod read;
mod write;

use orochi_macros::methods;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

use read::{Reader, Source};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "marshal",
    doc: "Functions that write and read Python values in a binary format.\n\nThe format is specific to Python and may change \
          between versions; it is independent of the machine. Not all types are supported: None, booleans, numbers, \
          strings, bytes-like objects, tuples, lists, sets, dicts, slices and code objects are.\n\nReading from an \
          untrusted source is refused nothing but damage: a code object that is read can be run.",
    functions: FUNCTIONS,
    init: |vm, module| module.dict().set_str(vm, vm.intern("version"), Value::small(i64::from(VERSION))),
};

/// The version that is written if none is asked for.
const VERSION: i32 = 5;

/// More values than this inside each other are not written or read.
const MAX_DEPTH: u32 = 2000;

/// The bytes of the types.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const FLOAT_TEXT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX_TEXT: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const STR: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    /// Or-ed to a type: later values may refer to this one.
    pub const FLAG_REF: u8 = 0x80;
}

/// What of a code object that `replace` made may differ from its module: arguments of `replace`.
const REPLACEABLE: [&str; 8] = [
    "co_flags",
    "co_firstlineno",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_cellvars",
    "co_freevars",
    "co_linetable",
];

fn version(vm: &Vm, value: Value) -> PyResult<i32> {
    let Some(value) = value.bound() else { return Ok(VERSION) };
    let number = vm.index_i64(value)?;
    i32::try_from(number).map_err(|_| vm.overflow_error("signed integer is greater than maximum"))
}

fn allows_code(vm: &Vm, value: Value) -> PyResult<bool> {
    value.bound().map_or(Ok(true), |value| vm.is_true(value))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Write the value on the open file.
    ///
    /// A ValueError is raised for a value of a type that is not supported, or that contains one.
    #[method("dump(value, file, version=5, /, *, allow_code=True)")]
    fn dump(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = write::dumps(vm, args[0], version(vm, args[2])?, allows_code(vm, args[3])?)?;
        vm.call_method(args[1], "write", &[vm.new_bytes(&bytes)?])
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[method("dumps(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = write::dumps(vm, args[0], version(vm, args[1])?, allows_code(vm, args[2])?)?;
        vm.new_bytes(&bytes)
    }

    /// Read one value from the open file and return it.
    ///
    /// EOFError, ValueError or TypeError is raised if there is no valid value.
    #[method("load(file, /, *, allow_code=True)")]
    fn load(vm: &Vm, args: &[Value]) -> PyResult {
        let empty = vm.call_method(args[0], "read", &[Value::ZERO])?;
        if empty.cast::<Bytes>().is_none() {
            let name = vm.type_name(empty);
            return Err(vm.type_error(format!("file.read() returned not bytes but {name}")));
        }
        Reader::new(vm, Source::File(args[0]), allows_code(vm, args[1])?)?.value()
    }

    /// Convert the bytes-like object to a value. Bytes after it are ignored.
    ///
    /// EOFError, ValueError or TypeError is raised if there is no valid value.
    #[method("loads(bytes, /, *, allow_code=True)")]
    fn loads(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        Reader::new(vm, Source::Bytes(&bytes), allows_code(vm, args[1])?)?.value()
    }
}
