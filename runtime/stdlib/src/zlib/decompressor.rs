//! `zlib.Decompress` and `zlib._ZlibDecompressor`: decompression in pieces.

use core::cell::{Cell, RefCell};

use libz_rs_sys as z;
use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Raised, Value, Vm};

use super::stream::Stream;
use super::{BUFFER, Output, raise, refuse, run};
use crate::host::{int_or, ssize};

/// Values: bytes behind the end of the stream, bytes that were not needed yet, the dictionary.
const UNUSED: usize = 0;
const TAIL: usize = 1;
const DICTIONARY: usize = 2;

/// The state.
struct Decompressor {
    stream: RefCell<Option<Stream>>,
    ended: Cell<bool>,
    /// Whether more input is needed for more output (of the incremental one).
    needs_input: Cell<bool>,
}

static CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[METHODS],
    getset: &[
        EOF,
        GetSetDef::member("unconsumed_tail", "", |_, object| Ok(object.expect::<Opaque>().get(TAIL))),
        UNUSED_DATA,
    ],
    ..ClassDef::new("zlib.Decompress", "", Layout::Opaque)
};

static INCREMENTAL: ClassDef = ClassDef {
    methods: &[INCREMENTAL_METHODS],
    getset: &[
        EOF,
        GetSetDef::member(
            "needs_input",
            "True if more input is needed before more decompressed data can be produced.",
            |vm, object| Ok(vm.bool(state(&object.expect()).needs_input.get())),
        ),
        UNUSED_DATA,
    ],
    ..ClassDef::new(
        "zlib._ZlibDecompressor",
        "Create a decompressor object for decompressing data incrementally.",
        Layout::Opaque,
    )
};

const EOF: GetSetDef = GetSetDef::member("eof", "True if the end-of-stream marker has been reached.", |vm, object| {
    Ok(vm.bool(state(&object.expect()).ended.get()))
});
const UNUSED_DATA: GetSetDef =
    GetSetDef::member("unused_data", "Data found after the end of the compressed stream.", |_, object| {
        Ok(object.expect::<Opaque>().get(UNUSED))
    });

/// `zlib._ZlibDecompressor`.
pub(super) fn incremental_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&INCREMENTAL)
}

fn state(object: &Gc<Opaque>) -> &Decompressor {
    object.state().expect("a decompressor has this state")
}

fn dictionary_of(vm: &Vm, object: Gc<Opaque>, stream: &mut Stream) -> PyResult<bool> {
    let Some(dictionary) = object.get(DICTIONARY).bound() else { return Ok(false) };
    let bytes = buffer::required(vm, dictionary)?;
    match stream.set_dictionary(&bytes) {
        Ok(()) => Ok(true),
        Err(code) => Err(raise(vm, &stream.failure(code), "while setting zdict")),
    }
}

fn make(vm: &Vm, class: Gc<Class>, stream: Stream, dictionary: Value) -> PyResult<Gc<Opaque>> {
    let own =
        Decompressor { stream: RefCell::new(Some(stream)), ended: Cell::new(false), needs_input: Cell::new(true) };
    let object = Opaque::new(vm, class, Box::new(own))?;
    let empty = vm.new_bytes(b"")?;
    object.set(vm, UNUSED, empty);
    object.set(vm, TAIL, empty);
    object.set(vm, DICTIONARY, dictionary);
    Ok(object)
}

fn start(vm: &Vm, class: Gc<Class>, bits: i32, dictionary: Value) -> PyResult {
    let dictionary = dictionary.bound().filter(|dictionary| *dictionary != vm.none());
    if let Some(dictionary) = dictionary
        && buffer::find(dictionary).is_none()
    {
        return Err(vm.type_error("zdict argument must support the buffer protocol"));
    }
    let stream = match Stream::inflate(bits) {
        Ok(stream) => stream,
        Err(z::Z_STREAM_ERROR) => return Err(vm.value_error("Invalid initialization option")),
        Err(z::Z_MEM_ERROR) => {
            return Err(vm.raise(vm.types().memory_error, "Can't allocate memory for decompression object"));
        }
        Err(code) => return Err(refuse(vm, code, "creating decompression object")),
    };
    let object = make(vm, class, stream, dictionary.unwrap_or_default())?;
    if bits < 0 && dictionary.is_some() {
        // A raw stream does not ask for its dictionary.
        with(vm, object, |stream| stream.as_mut().map_or(Ok(true), |stream| dictionary_of(vm, object, stream)))?;
    }
    Ok(object.into())
}

/// A decompressor.
pub(super) fn new(vm: &Vm, bits: i32, dictionary: Value) -> PyResult {
    start(vm, vm.module_class(&CLASS)?, bits, dictionary)
}

/// Uses the stream, which nobody else uses meanwhile.
fn with<R>(vm: &Vm, object: Gc<Opaque>, f: impl FnOnce(&mut Option<Stream>) -> PyResult<R>) -> PyResult<R> {
    match state(&object).stream.try_borrow_mut() {
        Ok(mut stream) => f(&mut stream),
        Err(_) => Err(vm.runtime_error("the decompressor is in use")),
    }
}

/// The exception for a code that ends decompression, if it does.
fn check(vm: &Vm, stream: &Stream, code: i32) -> Result<(), Raised> {
    match code {
        z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => Ok(()),
        code => Err(raise(vm, &stream.failure(code), "while decompressing data")),
    }
}

/// Keeps what is left of the input: behind the end of the stream, or for later.
fn keep_rest(vm: &Vm, object: Gc<Opaque>, rest: &[u8]) -> PyResult<()> {
    if state(&object).ended.get() {
        if !rest.is_empty() {
            let all = [object.get(UNUSED).expect::<Bytes>().as_slice(), rest].concat();
            object.set(vm, UNUSED, vm.new_bytes(&all)?);
        }
        object.set(vm, TAIL, vm.new_bytes(b"")?);
    } else {
        object.set(vm, TAIL, vm.new_bytes(rest)?);
    }
    Ok(())
}

fn copy(vm: &Vm, object: Gc<Opaque>) -> PyResult {
    let stream = with(vm, object, |stream| match stream {
        Some(stream) => stream.copy().map_err(|code| match code {
            z::Z_MEM_ERROR => vm.raise(vm.types().memory_error, "Can't allocate memory for decompression object"),
            z::Z_STREAM_ERROR => vm.value_error("Inconsistent stream state"),
            code => refuse(vm, code, "copying decompression object"),
        }),
        None => Err(vm.value_error("Inconsistent stream state")),
    })?;
    let other = make(vm, vm.class_of(object.into()), stream, object.get(DICTIONARY))?;
    for index in [UNUSED, TAIL] {
        other.set(vm, index, object.get(index));
    }
    state(&other).ended.set(state(&object).ended.get());
    Ok(other.into())
}

#[methods(METHODS)]
impl Methods {
    /// Return a copy of the decompression object.
    #[method("__copy__($self, /)")]
    fn copy_special(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0].expect())
    }

    /// Return a copy of the decompression object.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0].expect())
    }

    /// Return a copy of the decompression object.
    #[method("copy($self, /)")]
    fn copy_object(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0].expect())
    }

    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data. Unconsumed input data will be stored in the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be stored in internal buffers for later processing. Call the flush()
    /// method to clear these buffers.
    #[method("decompress($self, data, /, max_length=0)")]
    fn decompress(vm: &Vm, args: &[Value]) -> PyResult {
        let object: Gc<Opaque> = args[0].expect();
        let bytes = buffer::required(vm, args[1])?;
        let most = args[2].bound().map_or(Ok(0), |most| ssize(vm, most))?;
        let most = match usize::try_from(most) {
            Ok(0) => usize::MAX,
            Ok(most) => most,
            Err(_) => return Err(vm.value_error("max_length must be non-negative")),
        };
        with(vm, object, |stream| {
            let mut output = Output::new(BUFFER as usize, most);
            let mut used = 0;
            if let Some(stream) = stream.as_mut().filter(|_| !state(&object).ended.get()) {
                let supply = |stream: &mut Stream| dictionary_of(vm, object, stream);
                let (count, code) = run(vm, stream, &bytes, &mut output, z::Z_SYNC_FLUSH, supply)?;
                used = count;
                state(&object).ended.set(code == z::Z_STREAM_END);
                keep_rest(vm, object, &bytes[used..])?;
                check(vm, stream, code)?;
            } else {
                keep_rest(vm, object, &bytes[used..])?;
            }
            output.into_value(vm)
        })
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method("flush($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let object: Gc<Opaque> = args[0].expect();
        let length = args[1].bound().map_or(Ok(BUFFER), |length| ssize(vm, length))?;
        if length <= 0 {
            return Err(vm.value_error("length must be greater than zero"));
        }
        let length = usize::try_from(length).unwrap_or(1);
        let rest = object.get(TAIL).expect::<Bytes>();
        with(vm, object, |stream| {
            let mut output = Output::new(length.min(1 << 20), usize::MAX);
            if let Some(open) = stream.as_mut().filter(|_| !state(&object).ended.get()) {
                let supply = |stream: &mut Stream| dictionary_of(vm, object, stream);
                let (used, code) = run(vm, open, rest.as_slice(), &mut output, z::Z_FINISH, supply)?;
                state(&object).ended.set(code == z::Z_STREAM_END);
                keep_rest(vm, object, &rest.as_slice()[used..])?;
                check(vm, open, code)?;
            }
            if state(&object).ended.get() {
                *stream = None;
            }
            output.into_value(vm)
        })
    }
}

#[methods(INCREMENTAL_METHODS)]
impl IncrementalMethods {
    /// Create and return a new object.
    #[method("static __new__(type, wbits=MAX_WBITS, zdict=b'')")]
    fn new_incremental(vm: &Vm, args: &[Value]) -> PyResult {
        let bits = int_or(vm, args[1], super::WINDOW_BITS)?;
        start(vm, args[0].expect(), bits, args[2])
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of decompressed data. If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``. In this case, the next call to *decompress()* may provide *data* as
    /// b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this was less than *max_length* bytes, or because *max_length*
    /// was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an EOFError. Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[method("decompress($self, /, data, max_length=-1)")]
    fn decompress_some(vm: &Vm, args: &[Value]) -> PyResult {
        let object: Gc<Opaque> = args[0].expect();
        let given = buffer::required(vm, args[1])?;
        let most = args[2].bound().map_or(Ok(-1), |most| ssize(vm, most))?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let own = state(&object);
        if own.ended.get() {
            return Err(vm.raise(vm.types().eof_error, "End of stream already reached"));
        }
        // What was given before and not used comes first.
        let before = object.get(TAIL).expect::<Bytes>();
        let input = [before.as_slice(), &given].concat();
        with(vm, object, |stream| {
            let mut output = Output::new(BUFFER as usize, most);
            let Some(stream) = stream else { return output.into_value(vm) };
            let supply = |stream: &mut Stream| dictionary_of(vm, object, stream);
            let (used, code) = run(vm, stream, &input, &mut output, z::Z_SYNC_FLUSH, supply)?;
            check(vm, stream, code)?;
            own.ended.set(code == z::Z_STREAM_END);
            own.needs_input.set(!own.ended.get() && used == input.len() && !output.is_full());
            keep_rest(vm, object, &input[used..])?;
            output.into_value(vm)
        })
    }
}
