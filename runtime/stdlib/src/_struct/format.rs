//! Format strings: what each character stands for, and where it lies in the struct.

use orochi_vm::{PyResult, Vm};

use super::error;

/// What an item of a format is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Char,
    Bool,
    Signed,
    Unsigned,
    Pointer,
    Half,
    Float,
    Double,
    /// A complex number of two floats, or of two doubles.
    ComplexFloat,
    ComplexDouble,
    /// Bytes, padded with zeros.
    Bytes,
    /// A byte with the length, then bytes.
    Pascal,
}

/// One character of a format with its repeat count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The character, for messages.
    pub(super) letter: u8,
    /// Bytes of one value; of [`Kind::Bytes`] and [`Kind::Pascal`] the whole.
    pub(super) size: usize,
    /// How many values.
    pub(super) count: usize,
    /// Where the first one lies.
    pub(super) offset: usize,
    /// Whether the most significant byte comes first.
    pub(super) big: bool,
}

/// A format.
#[derive(Default, Debug)]
pub(super) struct Format {
    pub(super) source: Vec<u8>,
    pub(super) items: Vec<Item>,
    /// Bytes of the struct.
    pub(super) size: usize,
    /// How many values it has.
    pub(super) values: usize,
}

/// Kind and size of a letter; the sizes of this machine if `native`.
fn lookup(letter: u8, native: bool) -> Option<(Kind, usize)> {
    let long = if native { 8 } else { 4 };
    Some(match letter {
        b'c' => (Kind::Char, 1),
        b'b' => (Kind::Signed, 1),
        b'B' => (Kind::Unsigned, 1),
        b'?' => (Kind::Bool, 1),
        b'h' => (Kind::Signed, 2),
        b'H' => (Kind::Unsigned, 2),
        b'i' => (Kind::Signed, 4),
        b'I' => (Kind::Unsigned, 4),
        b'l' => (Kind::Signed, long),
        b'L' => (Kind::Unsigned, long),
        b'q' => (Kind::Signed, 8),
        b'Q' => (Kind::Unsigned, 8),
        b'n' if native => (Kind::Signed, 8),
        b'N' if native => (Kind::Unsigned, 8),
        b'P' if native => (Kind::Pointer, 8),
        b'e' => (Kind::Half, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Double, 8),
        b'F' => (Kind::ComplexFloat, 8),
        b'D' => (Kind::ComplexDouble, 16),
        b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        _ => return None,
    })
}

/// What the addresses of values of a kind are multiples of, on this machine.
fn alignment(kind: Kind, size: usize) -> usize {
    match kind {
        Kind::ComplexFloat => 4,
        Kind::ComplexDouble => 8,
        _ => size,
    }
}

const MOST: usize = isize::MAX as usize;

impl Format {
    /// Reads a format string.
    ///
    /// # Errors
    /// `struct.error`.
    pub(super) fn read(vm: &Vm, source: &[u8]) -> PyResult<Format> {
        if source.contains(&0) {
            return Err(error(vm, "embedded null character"));
        }
        let (native, big, letters) = match source.first() {
            Some(b'<') => (false, false, &source[1..]),
            Some(b'>' | b'!') => (false, true, &source[1..]),
            Some(b'=') => (false, cfg!(target_endian = "big"), &source[1..]),
            Some(b'@') => (true, cfg!(target_endian = "big"), &source[1..]),
            _ => (true, cfg!(target_endian = "big"), source),
        };
        let mut format = Format { source: source.to_vec(), ..Format::default() };
        let mut rest = letters.iter().copied();
        while let Some(mut letter) = rest.next() {
            if letter.is_ascii_whitespace() || letter == 0x0b {
                continue;
            }
            let mut count = 1;
            if letter.is_ascii_digit() {
                count = 0;
                while letter.is_ascii_digit() {
                    let next =
                        10usize.checked_mul(count).and_then(|count| count.checked_add(usize::from(letter - b'0')));
                    count = match next.filter(|count| *count <= MOST) {
                        Some(count) => count,
                        None => return Err(error(vm, "total struct size too long")),
                    };
                    letter = match rest.next() {
                        Some(letter) => letter,
                        None => return Err(error(vm, "repeat count given without format specifier")),
                    };
                }
            }
            format.add(vm, letter, count, native, big)?;
        }
        Ok(format)
    }

    fn add(&mut self, vm: &Vm, letter: u8, count: usize, native: bool, big: bool) -> PyResult<()> {
        let too_long = || error(vm, "total struct size too long");
        let grown = |size: usize, bytes: Option<usize>| {
            bytes.and_then(|bytes| size.checked_add(bytes)).filter(|size| *size <= MOST)
        };
        if letter == b'x' {
            self.size = grown(self.size, Some(count)).ok_or_else(too_long)?;
            return Ok(());
        }
        let Some((kind, size)) = lookup(letter, native) else { return Err(error(vm, "bad char in struct format")) };
        if native {
            let multiple = self.size.checked_next_multiple_of(alignment(kind, size));
            self.size = multiple.filter(|size| *size <= MOST).ok_or_else(too_long)?;
        }
        let offset = self.size;
        self.size = grown(offset, size.checked_mul(count)).ok_or_else(too_long)?;
        let is_text = matches!(kind, Kind::Bytes | Kind::Pascal);
        let (size, count) = if is_text { (count, 1) } else { (size, count) };
        self.values = self.values.checked_add(count).ok_or_else(too_long)?;
        if count > 0 {
            self.items.push(Item { kind, letter, size, count, offset, big });
        }
        Ok(())
    }
}
