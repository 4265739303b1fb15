//! `_io`: streams on files and in memory. What programs import is `io`, which puts its abstract classes over these.
//!
//! - [`iobase`] has `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`
//! - [`fileio`] has `FileIO`, a file without a buffer
//! - [`buffered`] has `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair`
//! - [`text`] has `TextIOWrapper`
//! - [`newline`] has ends of lines, `IncrementalNewlineDecoder`
//! - [`open`] has the functions
//! - [`stringio`] and [`bytesio`]: `StringIO`, `BytesIO`
//! - [`standard`] has `sys.stdin`, `sys.stdout`, `sys.stderr`
//! - [`arguments`] has numbers and texts as these modules take them

mod arguments;
mod buffered;
mod bytesio;
mod fileio;
mod iobase;
mod newline;
mod open;
mod standard;
mod stringio;
pub(crate) mod target;
mod text;

use core::marker::PhantomData;
use core::ops::Deref;

use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::exception::Exception;
use orochi_vm::types::module::Module;
use orochi_vm::types::native::Native;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

/// The module.
pub const MODULE: NativeModule =
    NativeModule { name: "_io", doc: "Streams of text and bytes.", functions: open::FUNCTIONS, init };

/// Bytes that a buffer holds unless a program wants others.
const DEFAULT_BUFFER_SIZE: i64 = 131_072;

/// A class that programs can change: `io` says that it is its own.
static UNSUPPORTED: ClassDef =
    ClassDef { flags: flags::BASE | flags::HEAP, ..ClassDef::new("io.UnsupportedOperation", "", Layout::Exception) };

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let classes = [
        iobase::io_base(vm)?,
        iobase::raw_base(vm)?,
        iobase::buffered_base(vm)?,
        iobase::text_base(vm)?,
        fileio::class(vm)?,
        bytesio::class(vm)?,
        bytesio::buffer_class(vm)?,
        stringio::class(vm)?,
        buffered::class(vm, buffered::Kind::Reader)?,
        buffered::class(vm, buffered::Kind::Writer)?,
        buffered::class(vm, buffered::Kind::Random)?,
        buffered::rwpair::class(vm)?,
        newline::class(vm)?,
        text::class(vm)?,
        unsupported_class(vm)?,
        vm.types().blocking_io_error,
    ];
    for class in classes {
        dict.set_str(vm, vm.intern_str(class.name.get()), class.into())?;
    }
    dict.set_str(vm, vm.intern("DEFAULT_BUFFER_SIZE"), vm.new_int(DEFAULT_BUFFER_SIZE)?)?;
    // `builtins.open` is the same object.
    let name = vm.intern("open");
    let builtins: Option<Gc<Dict>> = vm.state.builtins.get().cast();
    match builtins.and_then(|builtins| builtins.get_interned(vm, name)).filter(|open| is_open(*open)) {
        Some(open) => dict.set_str(vm, name, open),
        None => Ok(()),
    }
}

fn is_open(value: Value) -> bool {
    value.cast::<Native>().is_some_and(|native| core::ptr::eq(native.def, open::open_def()))
}

/// Adds `open` to the built-in functions, and the standard streams to `sys`.
pub(crate) fn add_builtins(vm: &Vm) -> PyResult<()> {
    let builtins: Gc<Dict> = vm.state.builtins.get().expect();
    let open = Native::function(vm, open::open_def(), vm.intern("_io").into())?;
    builtins.set_str(vm, vm.intern("open"), open.into())?;
    standard::add(vm)
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

/// ValueError for a stream whose `__init__` has not run.
#[cold]
fn uninitialized(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on uninitialized object")
}

/// TypeError for `__getstate__` of streams that stand for something in the system.
#[cold]
fn cannot_pickle(vm: &Vm, stream: Value) -> Raised {
    let name = vm.class_of(stream).name.get();
    vm.type_error(format!("cannot pickle '{name}' instances"))
}

/// Does one thing and then another, whatever becomes of the first. Of two exceptions the second is raised, with the first as its
/// context.
fn both(vm: &Vm, first: PyResult, second: impl FnOnce() -> PyResult) -> PyResult {
    let Err(raised) = first else { return second() };
    let before = vm.take_exception(raised);
    Err(match second() {
        Ok(_) => vm.raise_exception(before),
        Err(raised) => with_context(vm, raised, before),
    })
}

/// Makes an exception the context of the one that is being raised.
fn with_context(vm: &Vm, raised: Raised, context: Gc<Exception>) -> Raised {
    let exception = vm.take_exception(raised);
    if exception != context {
        exception.context.set(context.into());
        vm.heap.barrier(exception.header());
    }
    vm.raise_exception(exception)
}

/// Whether it is a plain instance of a native class.
fn is_of(vm: &Vm, value: Value, definition: &'static ClassDef) -> bool {
    vm.class_of(value).def.is_some_and(|own| core::ptr::eq(own, definition))
}

/// An object of one of the classes here with a state in Rust, which it derefs to.
struct Own<T> {
    object: Gc<Opaque>,
    state: PhantomData<T>,
}

impl<T> Clone for Own<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Own<T> {}

impl<T: 'static> Own<T> {
    /// The receiver of a method, or another object that is known to be of the class.
    #[inline]
    fn of(value: Value) -> Own<T> {
        Own { object: value.expect(), state: PhantomData }
    }

    /// One of the object's values.
    #[inline]
    fn value(self, index: usize) -> Value {
        self.object.get(index)
    }

    fn set_value(self, vm: &Vm, index: usize, value: Value) {
        self.object.set(vm, index, value);
    }

    /// The object itself.
    fn object(self) -> Value {
        self.object.into()
    }
}

impl<T: 'static> Deref for Own<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.object.state().expect("the object has its class's state")
    }
}
