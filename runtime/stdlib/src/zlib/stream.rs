//! Streams of compressed data, on `libz-rs-sys`: zlib in Rust behind the interface of the C library, whose every setting Python
//! shows.

#![allow(unsafe_code)]

use std::ffi::CStr;

use libz_rs_sys as z;

/// An error of the library with its text, if it has one.
pub struct Failure {
    pub code: i32,
    pub text: Option<String>,
}

/// What a call did.
pub struct Step {
    /// Bytes of the input that were used.
    pub consumed: usize,
    /// Bytes of the output that were made.
    pub produced: usize,
    /// `Z_OK`, or why the stream stopped.
    pub code: i32,
}

/// The settings of a compressor.
#[derive(Clone, Copy)]
pub struct Settings {
    pub level: i32,
    pub method: i32,
    pub window_bits: i32,
    pub memory_level: i32,
    pub strategy: i32,
}

/// The direction of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deflate,
    Inflate,
}

/// A compressor or decompressor.
pub struct Stream {
    /// In a box: the library's state knows its address.
    stream: Box<z::z_stream>,
    kind: Kind,
}

/// The most bytes of a slice that one call takes.
const LARGEST: usize = 1 << 30;

impl Stream {
    fn start(
        kind: Kind,
        init: impl FnOnce(*mut z::z_stream, *const core::ffi::c_char, i32) -> i32,
    ) -> Result<Self, i32> {
        let mut stream = Box::new(z::z_stream::default());
        match init(&raw mut *stream, z::zlibVersion(), size_of::<z::z_stream>() as i32) {
            z::Z_OK => {
                // A copy is refused of a stream without a place for its output.
                stream.next_out = core::ptr::dangling_mut();
                Ok(Stream { stream, kind })
            }
            code => Err(code),
        }
    }

    /// A compressor.
    pub fn deflate(settings: Settings) -> Result<Self, i32> {
        let Settings { level, method, window_bits, memory_level, strategy } = settings;
        Self::start(Kind::Deflate, |stream, version, size| {
            // SAFETY: the stream is a default one, at an address that it keeps.
            unsafe { z::deflateInit2_(stream, level, method, window_bits, memory_level, strategy, version, size) }
        })
    }

    /// A decompressor.
    pub fn inflate(window_bits: i32) -> Result<Self, i32> {
        Self::start(Kind::Inflate, |stream, version, size| {
            // SAFETY: as above.
            unsafe { z::inflateInit2_(stream, window_bits, version, size) }
        })
    }

    /// Sets the dictionary.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), i32> {
        let (memory, size) = (dictionary.as_ptr(), dictionary.len().min(LARGEST) as u32);
        // SAFETY: the stream is initialised, the dictionary may be read.
        let code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateSetDictionary(&raw mut *self.stream, memory, size),
                Kind::Inflate => z::inflateSetDictionary(&raw mut *self.stream, memory, size),
            }
        };
        if code == z::Z_OK { Ok(()) } else { Err(code) }
    }

    /// Processes some of the input into some of the output.
    pub fn step(&mut self, input: &[u8], output: &mut [u8], flush: i32) -> Step {
        let (available, room) = (input.len().min(LARGEST), output.len().min(LARGEST));
        let stream = &mut *self.stream;
        stream.next_in = input.as_ptr();
        stream.avail_in = available as u32;
        stream.next_out = output.as_mut_ptr();
        stream.avail_out = room as u32;
        // SAFETY: the stream is initialised; input and output have the sizes that are said.
        let code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflate(&raw mut *stream, flush),
                Kind::Inflate => z::inflate(&raw mut *stream, flush),
            }
        };
        let step =
            Step { consumed: available - stream.avail_in as usize, produced: room - stream.avail_out as usize, code };
        // Nothing of this call is kept.
        stream.next_in = core::ptr::null();
        stream.next_out = core::ptr::dangling_mut();
        stream.avail_in = 0;
        stream.avail_out = 0;
        step
    }

    /// The error for a code, with the library's text.
    #[must_use]
    pub fn failure(&self, code: i32) -> Failure {
        let text = self.stream.msg;
        // SAFETY: the text is null or a C string that is part of the program.
        let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned());
        Failure { code, text }
    }

    /// A stream that goes on from here.
    pub fn copy(&mut self) -> Result<Self, i32> {
        let mut stream = Box::new(z::z_stream::default());
        // SAFETY: the source is initialised; the target is a default stream, at an address that it keeps.
        let code = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateCopy(&raw mut *stream, &raw mut *self.stream),
                Kind::Inflate => z::inflateCopy(&raw mut *stream, &raw const *self.stream),
            }
        };
        if code == z::Z_OK { Ok(Stream { stream, kind: self.kind }) } else { Err(code) }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream is initialised, and ended once.
        unsafe {
            match self.kind {
                Kind::Deflate => z::deflateEnd(&raw mut *self.stream),
                Kind::Inflate => z::inflateEnd(&raw mut *self.stream),
            };
        }
    }
}

/// `adler32`, from a checksum before.
#[must_use]
pub fn adler32(start: u32, bytes: &[u8]) -> u32 {
    // SAFETY: the bytes may be read.
    unsafe { z::adler32_z(start.into(), bytes.as_ptr(), bytes.len()) as u32 }
}

/// The version of zlib that the library is compatible with. Its own version stands behind it.
#[must_use]
pub fn version() -> String {
    // SAFETY: a C string that is part of the program.
    let text = unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy();
    text.split('-').next().unwrap_or_default().to_owned()
}
