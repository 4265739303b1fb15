//! `io` and `_io`: streams on files and in memory.
//!
//! - [`base`]: the base classes
//! - [`file`]: `FileIO`, a file without a buffer
//! - [`buffered`]: `BufferedReader`, `BufferedWriter`, `BufferedRandom`
//! - [`text`]: `TextIOWrapper`; [`decode`] has what it has read, [`newline`] the ends of lines
//! - [`open`]: the function
//! - [`string`] and [`bytes`]: `StringIO`, `BytesIO`
//! - [`target`]: what `readinto` reads into

mod base;
mod buffered;
mod bytes;
mod decode;
mod file;
mod newline;
mod open;
mod string;
pub(crate) mod target;
mod text;

use core::marker::PhantomData;
use core::ops::Deref;

use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::module::Module;
use orochi_vm::types::native::Native;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

const DOC: &str = "Streams of text and bytes.";

/// The module.
pub const MODULE: NativeModule = NativeModule { name: "io", doc: DOC, functions: &[], init };

/// The part that the standard library's own `io` imports.
pub const ACCELERATOR: NativeModule = NativeModule { name: "_io", doc: DOC, functions: &[], init };

/// Bytes that a buffer holds unless a program wants others.
const DEFAULT_BUFFER_SIZE: i64 = 131_072;

static UNSUPPORTED: ClassDef =
    ClassDef { flags: flags::BASE, ..ClassDef::new("io.UnsupportedOperation", "", Layout::Exception) };

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let bases = [
        ("IOBase", base::io_base(vm)?),
        ("RawIOBase", base::raw_base(vm)?),
        ("BufferedIOBase", base::buffered_base(vm)?),
        ("TextIOBase", base::text_base(vm)?),
    ];
    for (name, class) in bases {
        dict.set_str(vm, vm.intern(name), class.into())?;
    }
    let classes = [
        file::class(vm)?,
        buffered::class(vm, buffered::Kind::Reader)?,
        buffered::class(vm, buffered::Kind::Writer)?,
        buffered::class(vm, buffered::Kind::Random)?,
        text::class(vm)?,
        vm.module_class_with(&string::CLASS, &[base::text_base(vm)?])?,
        vm.module_class_with(&bytes::CLASS, &[base::buffered_base(vm)?])?,
        unsupported_class(vm)?,
    ];
    for class in classes {
        dict.set_str(vm, class.name.get(), class.into())?;
    }
    for (name, number) in
        [("SEEK_SET", 0), ("SEEK_CUR", 1), ("SEEK_END", 2), ("DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)]
    {
        dict.set_str(vm, vm.intern(name), vm.new_int(number)?)?;
    }
    dict.set_str(vm, vm.intern("BlockingIOError"), vm.types().blocking_io_error.into())?;
    let name = vm.intern("open");
    let builtins: Option<Gc<Dict>> = vm.state.builtins.get().cast();
    let own = builtins.and_then(|builtins| builtins.get_interned(vm, name));
    let open = own.filter(|open| is_open(*open)).map_or_else(|| open_function(vm), Ok)?;
    dict.set_str(vm, name, open)
}

fn open_function(vm: &Vm) -> PyResult {
    Native::function(vm, &open::FUNCTIONS[0], vm.intern("_io").into()).map(Value::from)
}

fn is_open(value: Value) -> bool {
    value.cast::<Native>().is_some_and(|native| core::ptr::eq(native.def, &raw const open::FUNCTIONS[0]))
}

/// Adds `open` to the built-in functions.
pub(crate) fn add_builtins(vm: &Vm) -> PyResult<()> {
    let builtins: Gc<Dict> = vm.state.builtins.get().expect();
    builtins.set_str(vm, vm.intern("open"), open_function(vm)?)
}

fn unsupported_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&UNSUPPORTED, &[vm.types().os_error, vm.types().value_error])
}

/// `UnsupportedOperation`.
#[cold]
fn unsupported(vm: &Vm, message: &str) -> Raised {
    match unsupported_class(vm) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// ValueError for a stream that was closed.
fn closed(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on closed file")
}

/// An object of one of the classes here with a state in Rust, which it derefs to.
struct Own<T> {
    object: Gc<Opaque>,
    state: PhantomData<T>,
}

impl<T: 'static> Own<T> {
    /// The receiver of a method, or another object that is known to be of the class.
    fn of(value: Value) -> Own<T> {
        Own { object: value.expect(), state: PhantomData }
    }
}

impl<T: 'static> Deref for Own<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.object.state().expect("the object has its class's state")
    }
}

/// How many items a `size` argument allows; all without one or when it is negative.
fn size(vm: &Vm, value: Value) -> PyResult<usize> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(usize::MAX),
        Some(value) => match vm.try_index(value)? {
            Some(index) => Ok(usize::try_from(orochi_vm::types::int::to_i64_clamped(index)).unwrap_or(usize::MAX)),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("argument should be integer or None, not '{name}'")))
            }
        },
    }
}
