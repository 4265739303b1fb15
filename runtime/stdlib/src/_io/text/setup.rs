//! Setting up a text stream: `__init__` and `reconfigure`.

use orochi_vm::host::locale;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::super::arguments::{flag, given, text};
use super::super::newline::{Lines, Newline};
use super::super::{Own, buffered, unsupported};
use super::codec::{Decoder, Encoder, look_up, native_decoding, native_encoding};
use super::write::flush_pending;
use super::{BUFFER, CHUNK, DECODED, DECODER, ENCODER, ENCODING, ERRORS, FILE, TextStream, native_buffer, this};

/// What a stream is to be.
pub(in super::super) struct Settings {
    pub encoding: Gc<Str>,
    pub errors: Gc<Str>,
    pub newline: Newline,
    pub line_buffering: bool,
    pub write_through: bool,
}

/// The encoding that an argument means: `locale` is that of the locale, and so is none.
fn encoding(vm: &Vm, given: Option<Gc<Str>>) -> PyResult<Gc<Str>> {
    match given {
        Some(name) if !name.equals_str("locale") => Ok(name),
        _ => Str::from_utf8(vm, &locale::encoding()),
    }
}

/// The name of an error handler. TypeError when it is none.
fn error_handler(vm: &Vm, value: Value, function: &str) -> PyResult<Option<Gc<Str>>> {
    text(vm, value, function, "errors", true)
}

/// Asks the binary stream.
fn ask(vm: &Vm, buffer: Value, method: &str) -> PyResult<bool> {
    let answer = vm.call_method(buffer, method, &[])?;
    vm.is_true(answer)
}

impl Own<TextStream> {
    /// Finds the codecs for an encoding. `codecs` is asked only for those that are not native.
    fn set_codecs(self, vm: &Vm, name: Gc<Str>, errors: Gc<Str>, buffer: Value) -> PyResult<()> {
        let text = name.to_string();
        let (decoding, encoding) = (native_decoding(&text), native_encoding(&text));
        let info = if decoding.is_none() || encoding.is_none() { look_up(vm, name)? } else { vm.none() };
        if ask(vm, buffer, "readable")? {
            let decoder = match decoding {
                Some(encoding) => Decoder::Native { encoding, tail: Vec::new() },
                None => {
                    let make = vm.get_attr_str(info, "incrementaldecoder")?;
                    let decoder = vm.call(make, &[errors.into()])?;
                    self.set_value(vm, DECODER, decoder);
                    Decoder::Object
                }
            };
            *self.decoder.borrow_mut() = decoder;
        }
        if ask(vm, buffer, "writable")? {
            let encoder = match encoding {
                Some(encoding) => Encoder::Native(encoding),
                None => {
                    let make = vm.get_attr_str(info, "incrementalencoder")?;
                    let encoder = vm.call(make, &[errors.into()])?;
                    self.set_value(vm, ENCODER, encoder);
                    Encoder::Object
                }
            };
            self.encoder.set(encoder);
        }
        self.set_value(vm, ENCODING, name.into());
        self.set_value(vm, ERRORS, errors.into());
        *self.errors.borrow_mut() = errors.to_string();
        Ok(())
    }

    /// Finds out whether what is written next begins the file.
    fn find_start(self, vm: &Vm, buffer: Value) -> PyResult<()> {
        self.at_start.set(false);
        if !self.seekable.get() || self.encoder.get() == Encoder::None {
            return Ok(());
        }
        self.at_start.set(true);
        let place = vm.call_method(buffer, "tell", &[])?;
        if vm.equals(place, Value::ZERO)? { Ok(()) } else { self.set_encoder_start(vm, false) }
    }

    /// Takes the arguments of `reconfigure` for encoding, error handler and ends of lines.
    fn change_codecs(self, vm: &Vm, args: &[Value], newline: Option<Newline>) -> PyResult<()> {
        let buffer = self.buffer(vm)?;
        let given_encoding = text(vm, args[1], "reconfigure", "encoding", true)?;
        let given_errors = error_handler(vm, args[2], "reconfigure")?;
        if let Some(newline) = newline {
            self.newline.set(newline);
        }
        if given_encoding.is_none() && given_errors.is_none() && newline.is_none() {
            return Ok(());
        }
        let (name, errors) = match (given_encoding, given_errors) {
            (None, errors) => (self.value(ENCODING).expect(), errors.unwrap_or(self.value(ERRORS).expect())),
            (name, Some(errors)) => (encoding(vm, name)?, errors),
            (name, None) => (encoding(vm, name)?, vm.intern("strict")),
        };
        self.lines.restart(self.newline.get() == Newline::Translate);
        self.set_codecs(vm, name, errors, buffer)?;
        self.find_start(vm, buffer)
    }
}

/// What `__init__` does.
pub(super) fn init(vm: &Vm, args: &[Value]) -> PyResult {
    let own = this(args[0]);
    let given_encoding = text(vm, args[2], "TextIOWrapper", "encoding", true)?;
    let newline = Newline::of(vm, args[4], "TextIOWrapper")?;
    let (line_buffering, write_through) = (flag(vm, args[5])?, flag(vm, args[6])?);
    own.ready.set(false);
    own.detached.set(false);
    if given_encoding.is_none() && super::super::open::warns_about_encoding(vm) {
        vm.warn(vm.types().encoding_warning, "'encoding' argument not specified", 1)?;
    }
    let errors = error_handler(vm, args[3], "TextIOWrapper")?.unwrap_or_else(|| vm.intern("strict"));
    let encoding = encoding(vm, given_encoding)?;
    let settings = Settings { encoding, errors, newline, line_buffering, write_through };
    initialize(vm, args[0], args[1], &settings)?;
    Ok(vm.none())
}

/// Puts a stream over a binary one.
pub(in super::super) fn initialize(vm: &Vm, stream: Value, buffer: Value, settings: &Settings) -> PyResult<()> {
    let own = this(stream);
    if let Some(old) = own.value(BUFFER).bound() {
        buffered::set_wrapped(vm, old, false);
    }
    for value in [BUFFER, FILE, ENCODING, ERRORS, DECODER, ENCODER, DECODED] {
        own.set_value(vm, value, Value::UNBOUND);
    }
    *own.decoder.borrow_mut() = Decoder::None;
    own.encoder.set(Encoder::None);
    own.chunk.set(CHUNK);
    own.used.set(0);
    own.ratio.set(0.0);
    own.snapshot.take();
    own.pending.borrow_mut().clear();
    own.newline.set(settings.newline);
    own.lines.restart(settings.newline == Newline::Translate);
    own.line_buffering.set(settings.line_buffering);
    own.write_through.set(settings.write_through);
    own.set_codecs(vm, settings.encoding, settings.errors, buffer)?;
    own.set_value(vm, BUFFER, buffer);
    if let Some(file) = buffered::raw_file(vm, buffer) {
        own.set_value(vm, FILE, file);
    }
    let seekable = ask(vm, buffer, "seekable")?;
    own.seekable.set(seekable);
    own.telling.set(seekable);
    let has_read1 = native_buffer(vm, buffer).is_some() || vm.find_attr_str(buffer, "read1")?.is_some();
    own.has_read1.set(has_read1);
    own.find_start(vm, buffer)?;
    buffered::set_wrapped(vm, buffer, true);
    own.ready.set(true);
    Ok(())
}

/// The truth of an argument that is a number or None.
fn optional_flag(vm: &Vm, value: Value, now: bool) -> PyResult<bool> {
    match given(vm, value) {
        None => Ok(now),
        Some(value) => Ok(super::super::arguments::c_int(vm, value, 0)? != 0),
    }
}

/// What `reconfigure` does.
pub(super) fn reconfigure(vm: &Vm, args: &[Value]) -> PyResult {
    let own = this(args[0]);
    own.buffer(vm)?;
    if own.decoded().is_some() && (given(vm, args[1]).is_some() || given(vm, args[2]).is_some() || args[3].is_bound()) {
        let text = "It is not possible to set the encoding or newline of stream after the first read";
        return Err(unsupported(vm, text));
    }
    let newline = args[3].bound().map(|newline| Newline::of(vm, newline, "reconfigure")).transpose()?;
    let line_buffering = optional_flag(vm, args[4], own.line_buffering.get())?;
    let write_through = optional_flag(vm, args[5], own.write_through.get())?;
    vm.call_method(args[0], "flush", &[])?;
    flush_pending(vm, own, own.buffer(vm)?)?;
    own.ratio.set(0.0);
    own.change_codecs(vm, args, newline)?;
    own.line_buffering.set(line_buffering);
    own.write_through.set(write_through);
    Ok(vm.none())
}

impl Lines {
    /// Forgets everything, and is to translate or not.
    fn restart(&self, translate: bool) {
        self.reset();
        self.set_translate(translate);
    }
}
