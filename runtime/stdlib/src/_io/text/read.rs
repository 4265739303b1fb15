//! Reading from a text stream.

use orochi_vm::types::bytes::buffer;
use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::super::{Own, buffered, iobase, unsupported};
use super::write::flush_pending;
use super::{Snapshot, TextStream};

impl Own<TextStream> {
    /// Takes at most so many characters of the text that was decoded.
    fn take(self, vm: &Vm, count: usize) -> PyResult<Gc<Str>> {
        let Some(decoded) = self.decoded() else { return Ok(vm.empty_str()) };
        let start = self.used.get().min(decoded.len());
        let end = start.saturating_add(count).min(decoded.len());
        self.used.set(end);
        if start == 0 && end == decoded.len() {
            return Ok(decoded);
        }
        Str::from_text(vm, decoded.text().slice(start, end))
    }

    /// Bytes of the binary stream, from one call.
    fn read_bytes(self, vm: &Vm, buffer: Value, wanted: i64) -> PyResult<Vec<u8>> {
        if let Some(native) = buffered::reads_natively(vm, buffer) {
            return buffered::read_once(vm, native, wanted);
        }
        let method = if self.has_read1.get() { "read1" } else { "read" };
        let bytes = iobase::retry(vm, || vm.call_method(buffer, method, &[vm.new_int(wanted)?]))?;
        match buffer::find(bytes) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => {
                let name = vm.type_name(bytes);
                let text = format!("underlying {method}() should have returned a bytes-like object, not '{name}'");
                Err(vm.type_error(text))
            }
        }
    }

    /// Reads and decodes a chunk, in place of the text that was decoded before. False at the end of the file.
    pub(super) fn read_chunk(self, vm: &Vm, buffer: Value, hint: usize) -> PyResult<bool> {
        if !self.can_decode() {
            return Err(unsupported(vm, "not readable"));
        }
        // For tell(): where the decoder has nothing left over, that many bytes ago.
        let state = if self.telling.get() { Some(self.decoder_state(vm)?) } else { None };
        let hint = if hint == 0 { 0 } else { (self.ratio.get().max(1.0) * hint as f64) as i64 };
        let bytes = self.read_bytes(vm, buffer, self.chunk.get().max(hint))?;
        let (count, is_last) = (bytes.len(), bytes.is_empty());
        let snapshot = state.map(|(mut input, flags)| {
            input.extend_from_slice(&bytes);
            Snapshot { flags, input }
        });
        let text = self.decode(vm, bytes, is_last)?;
        self.set_decoded(vm, Some(text));
        self.ratio.set(if text.is_empty() { 0.0 } else { count as f64 / text.len() as f64 });
        if let Some(snapshot) = snapshot {
            *self.snapshot.borrow_mut() = Some(snapshot);
        }
        Ok(!is_last || !text.is_empty())
    }

    /// The binary stream of one that is to be read, with what was written on its way.
    pub(super) fn for_reading(self, vm: &Vm) -> PyResult {
        let buffer = self.open_buffer(vm)?;
        if !self.can_decode() {
            return Err(unsupported(vm, "not readable"));
        }
        flush_pending(vm, self, buffer)?;
        Ok(buffer)
    }

    /// All characters that are left.
    pub(super) fn read_all(self, vm: &Vm) -> PyResult {
        let buffer = self.for_reading(vm)?;
        let bytes = match buffered::reads_natively(vm, buffer) {
            Some(native) => buffered::read_all(vm, native)?,
            None => {
                let bytes = vm.call_method(buffer, "read", &[])?;
                match buffer::find(bytes) {
                    Some(bytes) => Some(bytes.to_vec()),
                    None if bytes == vm.none() => None,
                    None => {
                        let name = vm.type_name(bytes);
                        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
                    }
                }
            }
        };
        let Some(bytes) = bytes else { return Err(vm.raise(vm.types().blocking_io_error, "Read returned None.")) };
        let rest = self.decode(vm, bytes, true)?;
        let first = self.take(vm, usize::MAX)?;
        if self.snapshot.take().is_some() {
            self.set_decoded(vm, None);
        }
        if first.is_empty() {
            return Ok(rest.into());
        }
        let parts = [first, rest];
        orochi_vm::types::str::join_runs(vm, parts.into_iter()).map(Value::from)
    }

    /// At most so many characters, fewer only at the end.
    pub(super) fn read(self, vm: &Vm, count: usize) -> PyResult {
        let buffer = self.for_reading(vm)?;
        let first = self.take(vm, count)?;
        if first.len() >= count {
            return Ok(first.into());
        }
        let mut all: Option<Builder> = None;
        let mut part = first;
        let mut missing = count - first.len();
        while missing > 0 && self.read_chunk(vm, buffer, missing)? {
            let so_far = all.get_or_insert_with(Builder::new);
            so_far.push_text(part.text());
            part = self.take(vm, missing)?;
            missing -= part.len().min(missing);
        }
        match all {
            None => Ok(part.into()),
            Some(mut all) => {
                all.push_text(part.text());
                all.finish(vm)
            }
        }
    }

    /// The next line, as far as the limit allows; empty at the end.
    #[inline]
    pub(super) fn line(self, vm: &Vm, limit: usize) -> PyResult<Gc<Str>> {
        let buffer = self.open_buffer(vm)?;
        if !self.pending.borrow().is_empty() {
            flush_pending(vm, self, buffer)?;
        }
        if let Some(decoded) = self.decoded() {
            let start = self.used.get().min(decoded.len());
            let rest = decoded.text().slice(start, decoded.len());
            if let Some(len) = self.newline.get().find(rest) {
                let len = len.min(limit);
                self.used.set(start + len);
                return part(vm, decoded, start, start + len);
            }
            if rest.len() >= limit {
                self.used.set(start + limit);
                return part(vm, decoded, start, start + limit);
            }
        }
        self.long_line(vm, buffer, limit)
    }

    /// A line whose end has not been decoded yet.
    fn long_line(self, vm: &Vm, buffer: Value, limit: usize) -> PyResult<Gc<Str>> {
        let newline = self.newline.get();
        let mut line = Builder::new();
        if let Some(decoded) = self.decoded() {
            let start = self.used.get().min(decoded.len());
            line.push_text(decoded.text().slice(start, decoded.len()));
            self.set_decoded(vm, None);
        }
        loop {
            let mut more = true;
            while more && self.decoded().is_none_or(|decoded| decoded.is_empty()) {
                more = self.read_chunk(vm, buffer, 0)?;
            }
            let Some(decoded) = self.decoded().filter(|_| more) else {
                self.set_decoded(vm, None);
                self.snapshot.take();
                break;
            };
            let text = decoded.text();
            // An end of lines may begin in one chunk and end in the next.
            let torn = newline == super::super::newline::Newline::ReturnFeed
                && ends_in_return(line.text())
                && text.at(0) == u32::from(b'\n');
            let end = if torn { Some(1) } else { newline.find(text) };
            let room = limit - line.len();
            let count = end.unwrap_or(text.len()).min(room);
            line.push_text(text.slice(0, count));
            if end.is_some() || count == room {
                self.used.set(count);
                break;
            }
            self.set_decoded(vm, None);
        }
        line.finish(vm).map(Value::expect)
    }
}

fn ends_in_return(text: Text<'_>) -> bool {
    !text.is_empty() && text.at(text.len() - 1) == u32::from(b'\r')
}

/// A part of a string.
#[inline]
fn part(vm: &Vm, text: Gc<Str>, start: usize, end: usize) -> PyResult<Gc<Str>> {
    if start == 0 && end == text.len() {
        return Ok(text);
    }
    match text.text() {
        Text::Latin1(units) if text.is_ascii() => Str::from_ascii(vm, &units[start..end]),
        text => Str::from_text(vm, text.slice(start, end)),
    }
}
