//! Writing to a text stream.

use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::super::newline::find_unit;
use super::super::{Own, buffered, iobase, unsupported};
use super::codec::Encoder;
use super::{TextStream, native_buffer};

/// Passes on to the binary stream what is kept. What it does not take is lost.
pub(in super::super) fn flush_pending(vm: &Vm, stream: Own<TextStream>, buffer: Value) -> PyResult<()> {
    if stream.pending.borrow().is_empty() {
        return Ok(());
    }
    // The binary stream may be a program's, and use this one.
    let mut bytes = stream.pending.take();
    match native_buffer(vm, buffer) {
        Some(native) if buffered::writes(native) => {
            buffered::write_bytes(vm, native, &bytes)?;
        }
        _ => {
            let bytes = vm.new_bytes(&bytes)?;
            iobase::retry(vm, || vm.call_method(buffer, "write", &[bytes]))?;
        }
    }
    // The memory is used again.
    bytes.clear();
    if let Ok(mut pending) = stream.pending.try_borrow_mut()
        && pending.is_empty()
        && bytes.capacity() <= 4 * super::CHUNK as usize
    {
        *pending = bytes;
    }
    Ok(())
}

/// Flushes the binary stream.
pub(super) fn flush_buffer(vm: &Vm, buffer: Value) -> PyResult {
    match native_buffer(vm, buffer) {
        Some(native) if buffered::writes(native) => buffered::flush(vm, native).map(|()| vm.none()),
        _ => vm.call_method(buffer, "flush", &[]),
    }
}

/// The text with another end of lines in place of `\n`.
fn with_ends(vm: &Vm, text: Gc<Str>, end: &str) -> PyResult<Gc<Str>> {
    let units = text.text();
    let mut out = Builder::with_capacity(units.len() + 16);
    let mut from = 0;
    while let Some(at) = find_unit(units.slice(from, units.len()), b'\n'.into()) {
        out.push_text(units.slice(from, from + at));
        out.push_str(end);
        from += at + 1;
    }
    out.push_text(units.slice(from, units.len()));
    out.finish(vm).map(Value::expect)
}

/// Writes text.
#[inline]
pub(in super::super) fn write_text(vm: &Vm, stream: Own<TextStream>, text: Gc<Str>) -> PyResult<()> {
    let buffer = stream.open_buffer(vm)?;
    let encoder = stream.encoder.get();
    if encoder == Encoder::None {
        return Err(unsupported(vm, "not writable"));
    }
    let end = stream.newline.get().written();
    let line_buffering = stream.line_buffering.get();
    let mut flushes = false;
    let mut text = text;
    if end.is_some() || line_buffering {
        let units = text.text();
        let has_feed = find_unit(units, b'\n'.into()).is_some();
        flushes = line_buffering && (has_feed || find_unit(units, b'\r'.into()).is_some());
        if let Some(end) = end.filter(|_| has_feed) {
            text = with_ends(vm, text, end)?;
        }
    }
    let is_plain = matches!(encoder, Encoder::Native("utf-8" | "ascii" | "latin-1"));
    match text.text() {
        Text::Latin1(units) if is_plain && text.is_ascii() => {
            stream.at_start.set(false);
            stream.keep(vm, buffer, units)?;
        }
        _ => {
            let bytes = stream.encode(vm, text)?;
            stream.keep(vm, buffer, &bytes)?;
        }
    }
    let is_full = stream.pending.borrow().len() as i64 >= stream.chunk.get();
    if is_full || flushes || stream.write_through.get() {
        flush_pending(vm, stream, buffer)?;
    }
    if flushes {
        flush_buffer(vm, buffer)?;
    }
    // What was read ahead is not what follows any more.
    if stream.snapshot.borrow().is_some() {
        stream.set_decoded(vm, None);
        stream.snapshot.take();
    }
    if stream.can_decode() { stream.reset_decoder(vm) } else { Ok(()) }
}

impl Own<TextStream> {
    /// Adds bytes to what is to be written, which is passed on first if it would become too much.
    #[inline]
    fn keep(self, vm: &Vm, buffer: Value, bytes: &[u8]) -> PyResult<()> {
        let len = self.pending.borrow().len();
        if len > 0 && (len + bytes.len()) as i64 > self.chunk.get() {
            flush_pending(vm, self, buffer)?;
        }
        vm.check_room_for(bytes.len())?;
        self.pending.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }
}
