//! Positions of a text stream. A position is a number in which stands all that it takes to go there: a place in the file where a
//! decoder can begin, its flags, how many bytes to give it from there, and how many characters of what it makes to skip.

use dashu_int::IBig;
use orochi_vm::types::int;
use orochi_vm::{PyResult, Raised, Value, Vm};

use super::super::arguments::{bytes, c_int};
use super::super::{Own, buffered, unsupported};
use super::write::flush_pending;
use super::{Snapshot, TextStream};

/// A position, taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cookie {
    start: u64,
    flags: i32,
    bytes_to_feed: u32,
    chars_to_skip: u32,
    need_eof: bool,
}

impl Cookie {
    /// The number. That of a place where a decoder can begin, with no flags, is the place itself.
    fn number(self) -> IBig {
        let mut number = IBig::from(u8::from(self.need_eof));
        for part in [self.chars_to_skip, self.bytes_to_feed, self.flags as u32] {
            number = (number << 32) + IBig::from(part);
        }
        (number << 64) + IBig::from(self.start)
    }

    /// The parts of a number. `None` when it is none that [`Cookie::number`] makes.
    fn of(number: &IBig) -> Option<Cookie> {
        let (low, rest) = (IBig::from(u64::MAX), number >> 64);
        let start = u64::try_from(&(number & &low)).ok()?;
        let rest = u128::try_from(&rest).ok()?;
        let part = |index: u32| (rest >> (32 * index)) as u32;
        let need_eof = part(3);
        (need_eof <= 0xff).then_some(Cookie {
            start,
            flags: part(0) as i32,
            bytes_to_feed: part(1),
            chars_to_skip: part(2),
            need_eof: need_eof != 0,
        })
    }
}

/// The value of a position.
fn cookie_value(vm: &Vm, cookie: Cookie) -> PyResult {
    vm.new_big_int(cookie.number())
}

/// What a position that a program gives means.
fn parse(vm: &Vm, value: Value) -> PyResult<Cookie> {
    let index = vm.index(value)?;
    let number = int::to_big(index);
    number.and_then(|number| Cookie::of(&number)).ok_or_else(|| vm.overflow_error("int too big to convert"))
}

impl Own<TextStream> {
    /// Puts the decoder where a position says that it can begin.
    fn decode_from(self, vm: &Vm, start: u64, flags: i64) -> PyResult<()> {
        if start == 0 && flags == 0 { self.reset_decoder(vm) } else { self.set_decoder_state(vm, b"", flags) }
    }

    /// What `seek` does with its arguments.
    pub(super) fn seek(self, vm: &Vm, cookie: Value, whence: Value) -> PyResult {
        let whence = c_int(vm, whence, 0)?;
        let buffer = self.open_buffer(vm)?;
        if !self.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        let cookie = match whence {
            0 => cookie,
            1 => {
                if !vm.equals(cookie, Value::ZERO)? {
                    return Err(unsupported(vm, "can't do nonzero cur-relative seeks"));
                }
                // The streams beneath are to be where this one is.
                vm.call_method(self.object(), "tell", &[])?
            }
            2 => {
                if !vm.equals(cookie, Value::ZERO)? {
                    return Err(unsupported(vm, "can't do nonzero end-relative seeks"));
                }
                return self.seek_end(vm, buffer);
            }
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        if vm.compare_bool(orochi_vm::CompareOp::Lt, cookie, Value::ZERO)? {
            let shown = vm.repr(cookie)?;
            return Err(vm.value_error(format!("negative seek position {shown}")));
        }
        vm.call_method(self.object(), "flush", &[])?;
        self.go_to(vm, buffer, parse(vm, cookie)?)?;
        Ok(cookie)
    }

    fn seek_end(self, vm: &Vm, buffer: Value) -> PyResult {
        vm.call_method(self.object(), "flush", &[])?;
        self.set_decoded(vm, None);
        self.snapshot.take();
        self.reset_decoder(vm)?;
        let place = vm.call_method(buffer, "seek", &[Value::ZERO, Value::small(2)])?;
        let at_start = vm.equals(place, Value::ZERO)?;
        self.set_encoder_start(vm, at_start)?;
        Ok(place)
    }

    /// Goes back to where a decoder can begin, and on by as many characters as there are to skip.
    fn go_to(self, vm: &Vm, buffer: Value, cookie: Cookie) -> PyResult<()> {
        let start = vm.new_big_int(IBig::from(cookie.start))?;
        vm.call_method(buffer, "seek", &[start])?;
        self.set_decoded(vm, None);
        self.snapshot.take();
        let flags = i64::from(cookie.flags);
        if self.can_decode() {
            self.decode_from(vm, cookie.start, flags)?;
        }
        let mut input = Vec::new();
        if cookie.chars_to_skip > 0 {
            let count = vm.new_int(cookie.bytes_to_feed.into())?;
            let chunk = vm.call_method(buffer, "read", &[count])?;
            let Some(chunk) = bytes(chunk) else {
                let name = vm.type_name(chunk);
                let text = format!("underlying read() should have returned a bytes object, not '{name}'");
                return Err(vm.type_error(text));
            };
            input = chunk.as_slice().to_vec();
            *self.snapshot.borrow_mut() = Some(Snapshot { flags, input: input.clone() });
            let text = self.decode(vm, core::mem::take(&mut input), cookie.need_eof)?;
            self.set_decoded(vm, Some(text));
            if text.len() < cookie.chars_to_skip as usize {
                return Err(vm.raise(vm.types().os_error, "can't restore logical file position"));
            }
            self.used.set(cookie.chars_to_skip as usize);
        } else {
            *self.snapshot.borrow_mut() = Some(Snapshot { flags, input });
        }
        self.set_encoder_start(vm, cookie.start == 0 && cookie.flags == 0)
    }

    /// What `tell` does.
    pub(super) fn tell(self, vm: &Vm) -> PyResult {
        let buffer = self.open_buffer(vm)?;
        if !self.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(vm.raise(vm.types().os_error, "telling position disabled by next() call"));
        }
        flush_pending(vm, self, buffer)?;
        vm.call_method(self.object(), "flush", &[])?;
        let place = match buffered::native(vm, buffer) {
            Some(native) => vm.new_int(buffered::tell(vm, native)?)?,
            None => vm.call_method(buffer, "tell", &[])?,
        };
        let snapshot = self.snapshot.borrow().as_ref().map(|it| (it.flags, it.input.clone()));
        let Some((flags, input)) = snapshot.filter(|_| self.can_decode()) else { return Ok(place) };
        let place = vm.index_i64(place)?;
        let start = u64::try_from(place.saturating_sub(input.len() as i64)).unwrap_or(0);
        let used = self.used.get();
        if used == 0 {
            // Nothing has been used of what was decoded from here.
            return cookie_value(vm, Cookie { start, flags: flags_of(vm, flags)?, ..Cookie::default() });
        }
        let (tail, state) = self.decoder_state(vm)?;
        let found = self.find_place(vm, start, flags, &input, used);
        let found = found.map_err(|raised| vm.take_exception(raised));
        // Whatever happened, the decoder goes on where it was.
        let restored = self.set_decoder_state(vm, &tail, state);
        match found {
            Ok(cookie) => restored.and_then(|()| cookie_value(vm, cookie)),
            Err(exception) => {
                restored?;
                Err(vm.raise_exception(exception))
            }
        }
    }

    /// The place nearest to `used` characters behind a start where the decoder has nothing left over.
    fn find_place(self, vm: &Vm, start: u64, flags: i64, input: &[u8], used: usize) -> PyResult<Cookie> {
        let (skipped, mut flags, mut missing) = self.guess_place(vm, start, flags, input, used)?;
        let mut cookie = Cookie { start: start + skipped as u64, flags: flags_of(vm, flags)?, ..Cookie::default() };
        if missing == 0 {
            return Ok(cookie);
        }
        let (mut fed, mut made) = (0u32, 0);
        let mut is_found = false;
        for byte in &input[skipped..] {
            fed += 1;
            made += self.decode(vm, vec![*byte], false)?.len();
            let (tail, now) = self.decoder_state(vm)?;
            flags = now;
            if tail.is_empty() && made <= missing {
                // A place to begin at.
                cookie.start += u64::from(fed);
                missing -= made;
                cookie.flags = flags_of(vm, flags)?;
                (fed, made) = (0, 0);
            }
            if made >= missing {
                is_found = true;
                break;
            }
        }
        if !is_found {
            // Perhaps the decoder keeps back what the end of the file decides.
            made += self.decode(vm, Vec::new(), true)?.len();
            cookie.need_eof = true;
            if made < missing {
                return Err(vm.raise(vm.types().os_error, "can't reconstruct logical file position"));
            }
        }
        cookie.bytes_to_feed = fed;
        cookie.chars_to_skip = u32::try_from(missing).map_err(|_| too_large(vm))?;
        Ok(cookie)
    }

    /// Guesses how many bytes make `used` characters, and goes back until the decoder has nothing left over there: the number of
    /// bytes, the flags there, and how many characters are missing. The decoder is left there.
    fn guess_place(self, vm: &Vm, start: u64, flags: i64, input: &[u8], used: usize) -> PyResult<(usize, i64, usize)> {
        let mut skip = ((self.ratio.get() * used as f64) as usize).min(input.len());
        let mut back = 1;
        while skip > 0 {
            self.decode_from(vm, start, flags)?;
            let made = self.decode(vm, input[..skip].to_vec(), false)?.len();
            if made > used {
                // Too far.
                skip = skip.saturating_sub(back);
                back *= 2;
                continue;
            }
            let (tail, now) = self.decoder_state(vm)?;
            if tail.is_empty() {
                return Ok((skip, now, used - made));
            }
            skip = skip.saturating_sub(tail.len());
            back = 1;
        }
        self.decode_from(vm, start, flags)?;
        Ok((0, flags, used))
    }
}

/// The flags of a decoder as a position holds them.
fn flags_of(vm: &Vm, flags: i64) -> PyResult<i32> {
    i32::try_from(flags).map_err(|_| too_large(vm))
}

#[cold]
fn too_large(vm: &Vm) -> Raised {
    vm.overflow_error("Python int too large to convert to C int")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_what_it_was_made_of() {
        let cookie = Cookie { start: 77, flags: -3, bytes_to_feed: 5, chars_to_skip: 1 << 31, need_eof: true };
        assert_eq!(Cookie::of(&cookie.number()), Some(cookie));
        let plain = Cookie { start: 1 << 40, ..Cookie::default() };
        assert_eq!(plain.number(), IBig::from(1u64 << 40));
        assert_eq!(Cookie::of(&(IBig::from(1) << 168)), None);
    }
}
