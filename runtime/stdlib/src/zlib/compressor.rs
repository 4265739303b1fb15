//! `zlib.Compress`: compression in pieces.

use core::cell::RefCell;

use libz_rs_sys as z;
use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::stream::{Failure, Settings, Stream};
use super::{BUFFER, Output, raise, refuse, run};
use crate::host::int_or;

static CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, methods: &[METHODS], ..ClassDef::new("zlib.Compress", "", Layout::Opaque) };

/// The state: the stream, until it is finished.
struct Compressor(RefCell<Option<Stream>>);

/// A compressor with these settings.
pub(super) fn new(vm: &Vm, settings: Settings, dictionary: Option<&[u8]>) -> PyResult {
    let mut stream = match Stream::deflate(settings) {
        Ok(stream) => stream,
        Err(z::Z_STREAM_ERROR) => return Err(vm.value_error("Invalid initialization option")),
        Err(z::Z_MEM_ERROR) => {
            return Err(vm.raise(vm.types().memory_error, "Can't allocate memory for compression object"));
        }
        Err(code) => return Err(refuse(vm, code, "creating compression object")),
    };
    match dictionary.map(|dictionary| stream.set_dictionary(dictionary)) {
        Some(Err(z::Z_STREAM_ERROR)) => Err(vm.value_error("Invalid dictionary")),
        Some(Err(_)) => Err(vm.value_error("deflateSetDictionary()")),
        _ => make(vm, stream),
    }
}

fn make(vm: &Vm, stream: Stream) -> PyResult {
    Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(Compressor(RefCell::new(Some(stream))))).map(Value::from)
}

/// Uses the stream, which nobody else uses meanwhile. `None` once it is finished.
fn with<R>(vm: &Vm, object: Value, f: impl FnOnce(&mut Option<Stream>) -> PyResult<R>) -> PyResult<R> {
    let object: Gc<Opaque> = object.expect();
    let state: &Compressor = object.state().expect("a compressor has this state");
    match state.0.try_borrow_mut() {
        Ok(mut stream) => f(&mut stream),
        Err(_) => Err(vm.runtime_error("the compressor is in use")),
    }
}

const FINISHED: Failure = Failure { code: z::Z_STREAM_ERROR, text: None };

fn copy(vm: &Vm, object: Value) -> PyResult {
    let stream = with(vm, object, |stream| match stream {
        Some(stream) => stream.copy().map_err(|code| match code {
            z::Z_MEM_ERROR => vm.raise(vm.types().memory_error, "Can't allocate memory for compression object"),
            z::Z_STREAM_ERROR => vm.value_error("Inconsistent stream state"),
            code => refuse(vm, code, "copying compression object"),
        }),
        None => Err(vm.value_error("Inconsistent stream state")),
    })?;
    make(vm, stream)
}

#[methods(METHODS)]
impl Methods {
    /// Return a copy of the compression object.
    #[method("__copy__($self, /)")]
    fn copy_special(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Return a copy of the compression object.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still be stored in internal buffers for later processing. Call the flush()
    /// method to clear these buffers.
    #[method("compress($self, data, /)")]
    fn compress(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[1])?;
        with(vm, args[0], |stream| {
            let Some(stream) = stream else { return Err(raise(vm, &FINISHED, "while compressing data")) };
            let mut output = Output::new(BUFFER as usize, usize::MAX);
            match run(vm, stream, &bytes, &mut output, z::Z_NO_FLUSH, |_| Ok(false))? {
                (_, z::Z_STREAM_ERROR) => Err(raise(vm, &stream.failure(z::Z_STREAM_ERROR), "while compressing data")),
                _ => output.into_value(vm),
            }
        })
    }

    /// Return a copy of the compression object.
    #[method("copy($self, /)")]
    fn copy_object(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH. If mode == Z_FINISH, the compressor object can no longer be used
    ///     after calling the flush() method. Otherwise, more data can still be compressed.
    #[method("flush($self, mode=Z_FINISH, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let mode = int_or(vm, args[1], z::Z_FINISH)?;
        if mode == z::Z_NO_FLUSH {
            return vm.new_bytes(b"");
        }
        with(vm, args[0], |stream| {
            let Some(open) = stream else { return Err(raise(vm, &FINISHED, "while flushing")) };
            let mut output = Output::new(BUFFER as usize, usize::MAX);
            match run(vm, open, &[], &mut output, mode, |_| Ok(false))? {
                (_, z::Z_STREAM_END) if mode == z::Z_FINISH => {
                    *stream = None;
                    output.into_value(vm)
                }
                // There was nothing to flush.
                (_, z::Z_OK | z::Z_BUF_ERROR) => output.into_value(vm),
                (_, code) => Err(raise(vm, &open.failure(code), "while flushing")),
            }
        })
    }
}
