//! `_struct`: Python values as the bytes of C structs.
//!
//! - [`format`] reads format strings
//! - [`pack`] and [`unpack`] convert values
//! - [`target`] writes into other objects' bytes
//! - [`half`] converts floats of 16 bits

mod format;
mod half;
mod pack;
mod target;
mod unpack;

use core::cell::RefCell;
use std::rc::Rc;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::buffer::Export;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::int;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Record, Value, Vm};

use format::Format;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data \
          representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin \
          the C struct.",
    functions: FUNCTIONS,
    init: |vm, module| {
        vm.add_module_class(module, &STRUCT)?;
        let error = vm.module_class_with(&ERROR, &[vm.types().exception])?;
        module.dict().set_str(vm, vm.intern("error"), error.into())
    },
};

static ERROR: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("struct.error", "", Layout::Exception) };

static STRUCT: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("format", "struct format string", |vm, value| match format_of(value) {
            Some(format) => Str::from_latin1(vm, &format.source).map(Value::from),
            None => Err(vm.runtime_error("Struct object is not initialized")),
        }),
        GetSetDef::readonly("size", "struct size in bytes", |vm, value| {
            vm.new_int(format_of(value).map_or(-1, |format| format.size as i64))
        }),
    ],
    ..ClassDef::new("_struct.Struct", "Struct(fmt) --> compiled struct object", Layout::Opaque)
};

/// What `iter_unpack` returns.
static UNPACK_ITERATOR: ClassDef =
    ClassDef { methods: &[ITERATOR_METHODS], ..ClassDef::new("_struct.unpack_iterator", "", Layout::Record) };

/// Fields of the iterator: the struct, the object with the bytes (unbound at the end), and the next place.
const OWNER: usize = 0;
const SOURCE: usize = 1;
const PLACE: usize = 2;

/// The state of a struct: its format, once `__init__` was called.
type State = RefCell<Option<Rc<Format>>>;

fn format_of(value: Value) -> Option<Rc<Format>> {
    value.expect::<Opaque>().state::<State>()?.borrow().clone()
}

/// Raises `struct.error`.
#[cold]
fn error(vm: &Vm, message: impl AsRef<str>) -> Raised {
    match vm.module_class_with(&ERROR, &[vm.types().exception]) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// The text of a format argument.
fn source(vm: &Vm, value: Value) -> PyResult<Vec<u8>> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    let Some(text) = value.cast::<Str>() else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {name}")));
    };
    match text.text() {
        Text::Latin1(units) if units.is_ascii() => Ok(units.to_vec()),
        _ => {
            // The error that encoding to ASCII raises.
            vm.call_method(value, "encode", &[vm.new_str("ascii")?])?;
            Err(error(vm, "bad char in struct format"))
        }
    }
}

/// More formats than this are not remembered.
const REMEMBERED: usize = 100;

/// The struct of a format, made once for each format while it is remembered.
fn remembered(vm: &Vm, value: Value) -> PyResult<Rc<Format>> {
    let cache = match vm.module_value(&STRUCT).and_then(Value::cast::<Dict>) {
        Some(cache) => cache,
        None => {
            let cache = Dict::new(vm)?;
            vm.set_module_value(&STRUCT, cache.into());
            cache
        }
    };
    let is_plain = vm.is_exact_str(value) || value.cast::<Bytes>().is_some();
    if is_plain && let Some(known) = cache.get(vm, value)?.and_then(format_of) {
        return Ok(known);
    }
    let format = Rc::new(Format::read(vm, &source(vm, value)?)?);
    if is_plain {
        if cache.len() >= REMEMBERED {
            cache.clear(vm);
        }
        let owner = new_struct(vm, vm.module_class(&STRUCT)?, Some(Rc::clone(&format)))?;
        cache.set(vm, value, owner)?;
    }
    Ok(format)
}

fn new_struct(vm: &Vm, class: Gc<orochi_vm::Class>, format: Option<Rc<Format>>) -> PyResult {
    let state: State = RefCell::new(format);
    Opaque::new(vm, class, Box::new(state)).map(Value::from)
}

/// The receiver's format; one that packs nothing before `__init__` was called.
/// RuntimeError for an object whose `__init__` did not run.
fn check_initialized(vm: &Vm, args: &[Value]) -> PyResult<()> {
    match format_of(args[0]) {
        Some(_) => Ok(()),
        None => Err(vm.runtime_error("Struct object is not initialized")),
    }
}

fn receiver(args: &[Value]) -> Rc<Format> {
    format_of(args[0]).unwrap_or_default()
}

fn iterate(vm: &Vm, owner: Value, format: &Format, source: Value) -> PyResult {
    let len = target::len(vm, source)?;
    if format.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    if len % format.size != 0 {
        let size = format.size;
        return Err(error(vm, format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    let class = vm.module_class(&UNPACK_ITERATOR)?;
    Record::new(vm, class, &[owner, source, Value::ZERO]).map(Value::from)
}

/// The argument `offset`: an integer that fits a size.
fn offset(vm: &Vm, value: Value) -> PyResult<i64> {
    let index = vm.index(value)?;
    int::to_i64(index).ok_or_else(|| vm.index_error("cannot fit 'int' into an index-sized integer"))
}

fn pack(vm: &Vm, format: &Format, values: &[Value]) -> PyResult {
    pack::with_packed(vm, format, values, "pack", |bytes| vm.new_bytes(bytes))
}

/// `pack_into`: `args` is the buffer, the offset, the values.
fn pack_into(vm: &Vm, format: &Format, args: &[Value]) -> PyResult {
    let [object, place, values @ ..] = args else {
        let missing = if args.is_empty() { "buffer" } else { "offset" };
        return Err(error(vm, format!("pack_into expected {missing} argument")));
    };
    pack::check_count(vm, format, values, "pack_into")?;
    let export = target::writable(vm, *object)?;
    let result = pack_into_memory(vm, format, &export, *place, values);
    export.end(vm);
    result
}

fn pack_into_memory(vm: &Vm, format: &Format, memory: &Export, place: Value, values: &[Value]) -> PyResult {
    let len = memory.view.nbytes();
    let (given, size) = (offset(vm, place)?, format.size);
    let place = target::place(given, len);
    if given < 0 && given.saturating_add(size as i64) > 0 {
        return Err(error(vm, format!("no space to pack {size} bytes at offset {given}")));
    }
    let Some(place) = place else {
        return Err(error(vm, format!("offset {given} out of range for {len}-byte buffer")));
    };
    if len < place || len - place < size {
        return Err(error(
            vm,
            format!(
                "pack_into requires a buffer of at least {} bytes for packing {size} bytes at offset {place} (actual buffer \
                 size is {len})",
                size as u64 + place as u64
            ),
        ));
    }
    pack::with_packed(vm, format, values, "pack_into", |bytes| {
        target::write(vm, memory, place, bytes)?;
        Ok(vm.none())
    })
}

fn unpack_all(vm: &Vm, format: &Format, source: Value) -> PyResult {
    let buffer = buffer::required(vm, source)?;
    if buffer.len() != format.size {
        return Err(error(vm, format!("unpack requires a buffer of {} bytes", format.size)));
    }
    unpack::unpack(vm, format, &buffer)
}

fn unpack_from(vm: &Vm, format: &Format, source: Value, place: Value) -> PyResult {
    let given = place.bound().map_or(Ok(0), |place| offset(vm, place))?;
    let len = target::len(vm, source)?;
    let size = format.size;
    if given < 0 && given.saturating_add(size as i64) > 0 {
        return Err(error(vm, format!("not enough data to unpack {size} bytes at offset {given}")));
    }
    let Some(place) = target::place(given, len) else {
        return Err(error(vm, format!("offset {given} out of range for {len}-byte buffer")));
    };
    if len < place || len - place < size {
        return Err(error(
            vm,
            format!(
                "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {place} (actual \
                 buffer size is {len})",
                size as u64 + place as u64
            ),
        ));
    }
    target::with_part(vm, source, place, size, |bytes| unpack::unpack(vm, format, bytes))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Clear the internal cache.
    #[method("_clearcache()")]
    fn clearcache(vm: &Vm, _: &[Value]) -> PyResult {
        vm.set_module_value(&STRUCT, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Return size in bytes of the struct described by the format string.
    #[method("calcsize(format, /)")]
    fn calcsize(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(remembered(vm, args[0])?.size as i64)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[method("iter_unpack(format, buffer, /)")]
    fn iter_unpack(vm: &Vm, args: &[Value]) -> PyResult {
        let format = remembered(vm, args[0])?;
        let owner = new_struct(vm, vm.module_class(&STRUCT)?, Some(Rc::clone(&format)))?;
        iterate(vm, owner, &format, args[1])
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[method("pack(*args)")]
    fn pack_function(vm: &Vm, args: &[Value]) -> PyResult {
        match args {
            [format, values @ ..] => pack(vm, &*remembered(vm, *format)?, values),
            [] => Err(vm.type_error("missing format argument")),
        }
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[method("pack_into(*args)")]
    fn pack_into_function(vm: &Vm, args: &[Value]) -> PyResult {
        match args {
            [format, rest @ ..] => pack_into(vm, &*remembered(vm, *format)?, rest),
            [] => Err(vm.type_error("missing format argument")),
        }
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).  See help(struct)
    /// for more on format strings.
    #[method("unpack(format, buffer, /)")]
    fn unpack_function(vm: &Vm, args: &[Value]) -> PyResult {
        unpack_all(vm, &*remembered(vm, args[0])?, args[1])
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).  See
    /// help(struct) for more on format strings.
    #[method("unpack_from(format, /, buffer, offset=0)")]
    fn unpack_from_function(vm: &Vm, args: &[Value]) -> PyResult {
        unpack_from(vm, &*remembered(vm, args[0])?, args[1], args[2])
    }
}

#[methods(METHODS)]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, format)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let format = Format::read(vm, &source(vm, args[1])?)?;
        if let Some(state) = args[0].expect::<Opaque>().state::<State>() {
            *state.borrow_mut() = Some(Rc::new(format));
        }
        Ok(vm.none())
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method("iter_unpack($self, buffer, /)")]
    fn iter_unpack_method(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        iterate(vm, args[0], &receiver(args), args[1])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        new_struct(vm, args[0].expect(), None)
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method("pack($self, /, *values)")]
    fn pack_method(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        pack(vm, &receiver(args), &args[1..])
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[method("pack_into($self, /, *args)")]
    fn pack_into_method(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        pack_into(vm, &receiver(args), &args[1..])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        let mut text = TextBuf::new();
        text.push_str(&vm.class_of(args[0]).name.get());
        text.push("(");
        text.push_repr(vm, Str::from_latin1(vm, &receiver(args).source)?.into())?;
        text.push(")");
        text.finish(vm)
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        let format = receiver(args);
        let bytes = 48 + size_of::<Format>() + format.items.len() * size_of::<format::Item>() + format.source.len();
        vm.new_int(bytes as i64)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method("unpack($self, buffer, /)")]
    fn unpack_method(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        unpack_all(vm, &receiver(args), args[1])
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method("unpack_from($self, /, buffer, offset=0)")]
    fn unpack_from_method(vm: &Vm, args: &[Value]) -> PyResult {
        check_initialized(vm, args)?;
        unpack_from(vm, &receiver(args), args[1], args[2])
    }
}

#[methods(ITERATOR_METHODS)]
impl IteratorMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iterator_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return how many tuples are left.
    #[method("__length_hint__($self, /)")]
    fn iterator_length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = args[0].expect::<Record>();
        let Some(source) = iterator.get(SOURCE).bound() else { return Ok(Value::ZERO) };
        let size = format_of(iterator.get(OWNER)).map_or(1, |format| format.size.max(1));
        let place = iterator.get(PLACE).as_int().unwrap_or(0) as usize;
        vm.new_int((target::len(vm, source)?.saturating_sub(place) / size) as i64)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn iterator_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = args[0].expect::<Record>();
        let Some(source) = iterator.get(SOURCE).bound() else { return Ok(Value::UNBOUND) };
        let format = format_of(iterator.get(OWNER)).unwrap_or_default();
        let place = iterator.get(PLACE).as_int().unwrap_or(0) as usize;
        if place + format.size > target::len(vm, source)? {
            iterator.set(vm, SOURCE, Value::UNBOUND);
            return Ok(Value::UNBOUND);
        }
        iterator.set(vm, PLACE, Value::small((place + format.size) as i64));
        target::with_part(vm, source, place, format.size, |bytes| unpack::unpack(vm, &format, bytes))
    }
}
