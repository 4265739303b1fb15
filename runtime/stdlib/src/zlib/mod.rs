//! `zlib`: compression and decompression, at once and in pieces, and checksums.

mod compressor;
mod decompressor;
mod stream;

use libz_rs_sys as z;
use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

use crate::host::{self, int_or, ssize};
use stream::{Failure, Settings, Stream};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU \
          zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with \
          compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a \
          CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) \
          -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support \
          compress() and flush() methods; decompressor\nobjects support decompress() and flush().",
    functions: FUNCTIONS,
    init: |vm, module| {
        crate::add_constants(vm, module, CONSTANTS)?;
        let set = |name: &str, value: Value| module.dict().set_str(vm, vm.intern(name), value);
        set("ZLIB_VERSION", vm.new_str(&stream::version())?)?;
        set("ZLIB_RUNTIME_VERSION", vm.new_str(&stream::version())?)?;
        set("__version__", vm.new_str("1.0")?)?;
        set("error", error_class(vm)?.into())?;
        set("_ZlibDecompressor", decompressor::incremental_class(vm)?.into())
    },
};

static CONSTANTS: &[(&str, i64)] = &[
    ("DEFLATED", z::Z_DEFLATED as i64),
    ("DEF_BUF_SIZE", BUFFER),
    ("DEF_MEM_LEVEL", MEMORY_LEVEL as i64),
    ("MAX_WBITS", WINDOW_BITS as i64),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_BEST_SPEED", 1),
    ("Z_BLOCK", z::Z_BLOCK as i64),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY as i64),
    ("Z_FILTERED", z::Z_FILTERED as i64),
    ("Z_FINISH", z::Z_FINISH as i64),
    ("Z_FIXED", z::Z_FIXED as i64),
    ("Z_FULL_FLUSH", z::Z_FULL_FLUSH as i64),
    ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY as i64),
    ("Z_NO_COMPRESSION", 0),
    ("Z_NO_FLUSH", z::Z_NO_FLUSH as i64),
    ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH as i64),
    ("Z_RLE", z::Z_RLE as i64),
    ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH as i64),
    ("Z_TREES", z::Z_TREES as i64),
];

const BUFFER: i64 = 16 * 1024;
const MEMORY_LEVEL: i32 = 8;
const WINDOW_BITS: i32 = 15;

static ERROR: ClassDef =
    ClassDef { flags: orochi_vm::object::class::flags::BASE, ..ClassDef::new("zlib.error", "", Layout::Exception) };

fn error_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&ERROR, &[vm.types().exception])
}

fn error(vm: &Vm, message: &str) -> Raised {
    match error_class(vm) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// The exception for an error of the library.
fn raise(vm: &Vm, failure: &Failure, what: &str) -> Raised {
    let text = match (&failure.text, failure.code) {
        (Some(text), code) if code != z::Z_VERSION_ERROR => text.as_str(),
        (_, z::Z_BUF_ERROR) => "incomplete or truncated stream",
        (_, z::Z_STREAM_ERROR) => "inconsistent stream state",
        (_, z::Z_DATA_ERROR) => "invalid input data",
        _ => return error(vm, &format!("Error {} {what}", failure.code)),
    };
    error(vm, &format!("Error {} {what}: {text}", failure.code))
}

/// The exception for an error at the start of a stream.
fn refuse(vm: &Vm, code: i32, what: &str) -> Raised {
    match code {
        z::Z_MEM_ERROR => vm.raise(vm.types().memory_error, format!("Out of memory while {what}")),
        code => raise(vm, &Failure { code, text: None }, &format!("while {what}")),
    }
}

/// Bytes that grow: the output of a stream.
struct Output {
    bytes: Vec<u8>,
    /// How many of them are filled.
    filled: usize,
    /// No more than so many.
    most: usize,
}

impl Output {
    fn new(first: usize, most: usize) -> Output {
        Output { bytes: vec![0; first.min(most)], filled: 0, most }
    }

    /// Whether the output may not grow, and is full.
    fn is_full(&self) -> bool {
        self.filled == self.most
    }

    /// Free room, made if there is none; empty when no more is wanted.
    fn room(&mut self, vm: &Vm) -> PyResult<&mut [u8]> {
        if self.filled == self.bytes.len() && !self.is_full() {
            let size = self.bytes.len().max(1).saturating_mul(2).min(self.most);
            vm.check_room_for(size)?;
            if self.bytes.try_reserve_exact(size - self.bytes.len()).is_err() {
                return Err(vm.memory_error());
            }
            self.bytes.resize(size, 0);
        }
        Ok(&mut self.bytes[self.filled..])
    }

    fn into_value(self, vm: &Vm) -> PyResult {
        vm.new_bytes(&self.bytes[..self.filled])
    }
}

/// Goes through input until the stream stops or has used all of it and has room left. Returns how much was used, and the last code.
fn run(
    vm: &Vm,
    stream: &mut Stream,
    input: &[u8],
    output: &mut Output,
    flush: i32,
    mut dictionary: impl FnMut(&mut Stream) -> PyResult<bool>,
) -> PyResult<(usize, i32)> {
    let mut used = 0;
    loop {
        vm.check_interrupt()?;
        let room = output.room(vm)?;
        if room.is_empty() {
            return Ok((used, z::Z_OK));
        }
        let whole = room.len();
        // Only the last of the input ends the stream.
        let step = vm.allow_threads(|| stream.step(&input[used..], room, flush));
        used += step.consumed;
        output.filled += step.produced;
        match step.code {
            z::Z_NEED_DICT if dictionary(stream)? => {}
            z::Z_OK | z::Z_BUF_ERROR if step.produced == whole || used < input.len() && step.consumed > 0 => {}
            code => return Ok((used, code)),
        }
    }
}

/// Window bits of an argument.
fn window_bits(vm: &Vm, value: Value) -> PyResult<i32> {
    int_or(vm, value, WINDOW_BITS)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[method("adler32(data, value=1, /)")]
    fn adler32(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let start = args[1].bound().map_or(Ok(1), |start| host::mask(vm, start).map(|bits| bits as u32))?;
        vm.new_int(i64::from(vm.allow_threads(|| stream::adler32(start, &bytes))))
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[method("compress(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let level = int_or(vm, args[1], -1)?;
        let settings = Settings {
            level,
            method: z::Z_DEFLATED,
            window_bits: window_bits(vm, args[2])?,
            memory_level: MEMORY_LEVEL,
            strategy: z::Z_DEFAULT_STRATEGY,
        };
        let mut stream = match Stream::deflate(settings) {
            Ok(stream) => stream,
            Err(z::Z_STREAM_ERROR) => return Err(error(vm, "Bad compression level")),
            Err(code) => return Err(refuse(vm, code, "compressing data")),
        };
        let mut output = Output::new(BUFFER as usize, usize::MAX);
        match run(vm, &mut stream, &bytes, &mut output, z::Z_FINISH, |_| Ok(false))? {
            (_, z::Z_STREAM_END) => output.into_value(vm),
            (_, code) => Err(raise(vm, &stream.failure(code), "while compressing data")),
        }
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is currently equivalent to 6). Higher compression levels are
    ///     slower, but produce smaller results.
    ///   method
    ///     The compression algorithm. If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size. Include a zlib container. -9 to -15: Generate a raw stream. +25 to +31:
    ///     Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state. Valid values range from 1 to 9.
    ///   strategy
    ///     Used to tune the compression algorithm.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes containing subsequences that are likely to occur in the input.
    #[method(
        "compressobj(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)"
    )]
    fn compressobj(vm: &Vm, args: &[Value]) -> PyResult {
        let settings = Settings {
            level: int_or(vm, args[0], -1)?,
            method: int_or(vm, args[1], z::Z_DEFLATED)?,
            window_bits: window_bits(vm, args[2])?,
            memory_level: int_or(vm, args[3], MEMORY_LEVEL)?,
            strategy: int_or(vm, args[4], z::Z_DEFAULT_STRATEGY)?,
        };
        let dictionary = args[5].bound().filter(|dictionary| *dictionary != vm.none());
        let dictionary = dictionary.map(|dictionary| buffer::required(vm, dictionary)).transpose()?;
        compressor::new(vm, settings, dictionary.as_deref())
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[method("crc32(data, value=0, /)")]
    fn crc32(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let start = args[1].bound().map_or(Ok(0), |start| host::mask(vm, start).map(|bits| bits as u32))?;
        let mut hasher = crc32fast::Hasher::new_with_initial(start);
        vm.allow_threads(|| hasher.update(&bytes));
        vm.new_int(i64::from(hasher.finalize()))
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[method("decompress(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let bits = window_bits(vm, args[1])?;
        let size = args[2].bound().map_or(Ok(BUFFER), |size| ssize(vm, size))?;
        let Ok(size) = usize::try_from(size) else { return Err(vm.value_error("bufsize must be non-negative")) };
        vm.check_room_for(size)?;
        let mut stream = Stream::inflate(bits).map_err(|code| refuse(vm, code, "preparing to decompress data"))?;
        let mut output = Output::new(size.max(1), usize::MAX);
        match run(vm, &mut stream, &bytes, &mut output, z::Z_SYNC_FLUSH, |_| Ok(false))? {
            (_, z::Z_STREAM_END) => output.into_value(vm),
            (_, z::Z_MEM_ERROR) => Err(refuse(vm, z::Z_MEM_ERROR, "decompressing data")),
            // There is no more input, and the stream has no end.
            (_, z::Z_OK) => Err(raise(vm, &Failure { code: z::Z_BUF_ERROR, text: None }, "while decompressing data")),
            (_, code) => Err(raise(vm, &stream.failure(code), "while decompressing data")),
        }
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary. This must be the same dictionary as used by the compressor that produced the input data.
    #[method("decompressobj(wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(vm: &Vm, args: &[Value]) -> PyResult {
        decompressor::new(vm, window_bits(vm, args[0])?, args[1])
    }
}
