//! A reader of CPython's marshal format (`Python/marshal.c`), versions 0 to 5, for untrusted input.
//!
//! Objects are read into an arena and refer to each other by index; an object's parts always have lower indices than
//! itself, so that there are no cycles. Nesting is bounded by [`MAX_DEPTH`], also where it is built up by references.
//! Nothing is allocated ahead of the bytes that fill it. What the objects mean is not decided here.

use thiserror::Error;

/// How deep objects may nest.
pub const MAX_DEPTH: u16 = 500;

/// Marks an object that later ones may refer to.
const FLAG_REF: u8 = 0x80;

/// Index into [`Objects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(u32);

impl ObjectId {
    /// Its number.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The index with a number that [`ObjectId::number`] gave.
    pub(super) fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// An object as marshal stores it.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    None,
    True,
    False,
    Ellipsis,
    StopIteration,
    Int(i64),
    /// An integer beyond 64 bits: two's complement, little-endian, as short as can be.
    BigInt(Vec<u8>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    Bytes(Vec<u8>),
    /// UTF-8 that may hold surrogates, each as three bytes.
    Str(Vec<u8>),
    Tuple(Vec<ObjectId>),
    List(Vec<ObjectId>),
    Set(Vec<ObjectId>),
    FrozenSet(Vec<ObjectId>),
    Dict(Vec<(ObjectId, ObjectId)>),
    Slice {
        start: ObjectId,
        stop: ObjectId,
        step: ObjectId,
    },
    Code(Box<RawCode>),
}

impl Object {
    /// The name of its type, for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Object::None => "None",
            Object::True | Object::False => "bool",
            Object::Ellipsis => "ellipsis",
            Object::StopIteration => "StopIteration",
            Object::Int(_) | Object::BigInt(_) => "int",
            Object::Float(_) => "float",
            Object::Complex { .. } => "complex",
            Object::Bytes(_) => "bytes",
            Object::Str(_) => "str",
            Object::Tuple(_) => "tuple",
            Object::List(_) => "list",
            Object::Set(_) => "set",
            Object::FrozenSet(_) => "frozenset",
            Object::Dict(_) => "dict",
            Object::Slice { .. } => "slice",
            Object::Code(_) => "code",
        }
    }
}

/// A code object of the layout that Python 3.11 introduced, in the order of its fields; nothing in it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCode {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: ObjectId,
    pub consts: ObjectId,
    pub names: ObjectId,
    pub localsplusnames: ObjectId,
    pub localspluskinds: ObjectId,
    pub filename: ObjectId,
    pub name: ObjectId,
    pub qualname: ObjectId,
    pub firstlineno: i32,
    pub linetable: ObjectId,
    pub exceptiontable: ObjectId,
}

/// Every object that was read.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    nodes: Vec<Object>,
    /// How deep each nests, itself included.
    depths: Vec<u16>,
}

impl Objects {
    /// The object with an index that the reader gave.
    #[must_use]
    pub fn get(&self, id: ObjectId) -> &Object {
        &self.nodes[id.0 as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// Why marshal data cannot be read, and where: a byte offset in the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("bad marshal data at byte {offset}: {problem}")]
pub struct MarshalError {
    pub offset: usize,
    pub problem: MarshalProblem,
}

impl MarshalError {
    /// Whether the file ends too early.
    #[must_use]
    pub fn is_truncation(&self) -> bool {
        matches!(self.problem, MarshalProblem::Truncated { .. })
    }
}

/// Why marshal data cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MarshalProblem {
    #[error("{what} needs {needed} more bytes, found {found}: the file is cut short")]
    Truncated { what: &'static str, needed: u64, found: usize },
    #[error("found the type code {found:#04x}, which does not exist")]
    UnknownType { found: u8 },
    #[error("found a NULL where an object was expected")]
    Null,
    #[error("{what} has the length {found}, expected 0 or more")]
    NegativeLength { what: &'static str, found: i64 },
    #[error("objects nest more than {MAX_DEPTH} deep")]
    TooDeep,
    #[error("found a reference to object {found}, expected one of the {known} that are complete")]
    BadReference { found: u32, known: usize },
    #[error("the digits of an int are not canonical: expected 15 bits each, the last one not 0")]
    BadInt,
    #[error("found {found:?}, expected the text of a float")]
    BadFloat { found: String },
    #[error("a string is not {expected}")]
    BadText { expected: &'static str },
}

/// Reads the object at an offset. Bytes after it are left alone, as CPython leaves them.
///
/// # Errors
/// When there is no whole, valid object.
pub fn read(bytes: &[u8], offset: usize) -> Result<(Objects, ObjectId), MarshalError> {
    let mut reader = Reader { bytes, at: offset, objects: Objects::default(), refs: Vec::new() };
    let root = reader.object(0)?;
    Ok((reader.objects, root))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    objects: Objects,
    /// What references count; `None` while the object is being read.
    refs: Vec<Option<ObjectId>>,
}

type Result<T, E = MarshalError> = core::result::Result<T, E>;

impl<'a> Reader<'a> {
    /// Reads one object.
    fn object(&mut self, depth: u16) -> Result<ObjectId> {
        self.object_or_null(depth)?.ok_or_else(|| self.error_at(self.at.saturating_sub(1), MarshalProblem::Null))
    }

    /// Reads one object; `None` for the NULL that ends a dict.
    fn object_or_null(&mut self, depth: u16) -> Result<Option<ObjectId>> {
        if depth >= MAX_DEPTH {
            return Err(self.error(MarshalProblem::TooDeep));
        }
        let start = self.at;
        let [code] = self.array("a type code")?;
        let kind = code & !FLAG_REF;
        let object = match kind {
            b'0' => return Ok(None),
            b'r' => return self.reference(start).map(Some),
            // CPython does not count references to singletons.
            b'N' => return self.add(start, Object::None).map(Some),
            b'T' => return self.add(start, Object::True).map(Some),
            b'F' => return self.add(start, Object::False).map(Some),
            b'S' => return self.add(start, Object::StopIteration).map(Some),
            b'.' => return self.add(start, Object::Ellipsis).map(Some),
            _ => {
                let slot = (code & FLAG_REF != 0).then(|| {
                    self.refs.push(None);
                    self.refs.len() - 1
                });
                let object = self.body(kind, start, depth)?;
                let id = self.add(start, object)?;
                if let Some(slot) = slot {
                    self.refs[slot] = Some(id);
                }
                id
            }
        };
        Ok(Some(object))
    }

    /// Reads what follows a type code.
    fn body(&mut self, kind: u8, start: usize, depth: u16) -> Result<Object> {
        Ok(match kind {
            b'i' => Object::Int(i64::from(self.int("an int")?)),
            b'I' => Object::Int(i64::from_le_bytes(self.array("an int")?)),
            b'l' => self.long()?,
            b'f' => Object::Float(self.float_text()?),
            b'g' => Object::Float(self.float()?),
            b'x' => Object::Complex { real: self.float_text()?, imag: self.float_text()? },
            b'y' => Object::Complex { real: self.float()?, imag: self.float()? },
            b's' => {
                let length = self.length("bytes")?;
                Object::Bytes(self.take(length, "bytes")?.to_vec())
            }
            b'u' | b't' => {
                let length = self.length("a string")?;
                self.text(length)?
            }
            b'a' | b'A' => {
                let length = self.length("a string")?;
                self.ascii(length)?
            }
            b'z' | b'Z' => {
                let length = self.short_length("a string")?;
                self.ascii(length)?
            }
            b')' => {
                let length = self.short_length("a tuple")?;
                Object::Tuple(self.items(length, depth)?)
            }
            b'(' => {
                let length = self.length("a tuple")?;
                Object::Tuple(self.items(length, depth)?)
            }
            b'[' => {
                let length = self.length("a list")?;
                Object::List(self.items(length, depth)?)
            }
            b'<' => {
                let length = self.length("a set")?;
                Object::Set(self.items(length, depth)?)
            }
            b'>' => {
                let length = self.length("a frozenset")?;
                Object::FrozenSet(self.items(length, depth)?)
            }
            b'{' => self.dict(depth)?,
            b':' => Object::Slice {
                start: self.object(depth + 1)?,
                stop: self.object(depth + 1)?,
                step: self.object(depth + 1)?,
            },
            b'c' => Object::Code(Box::new(self.code(depth)?)),
            found => return Err(self.error_at(start, MarshalProblem::UnknownType { found })),
        })
    }

    /// Stores an object, one deeper than its deepest part.
    fn add(&mut self, start: usize, object: Object) -> Result<ObjectId> {
        let of = |ids: &[ObjectId]| ids.iter().map(|id| self.objects.depths[id.0 as usize]).max().unwrap_or(0);
        let parts = match &object {
            Object::Tuple(items) | Object::List(items) | Object::Set(items) | Object::FrozenSet(items) => of(items),
            Object::Dict(items) => items.iter().map(|(key, value)| of(&[*key, *value])).max().unwrap_or(0),
            Object::Slice { start, stop, step } => of(&[*start, *stop, *step]),
            // The other parts may not nest, which is for the translator to say.
            Object::Code(code) => of(&[code.consts]),
            _ => 0,
        };
        if parts >= MAX_DEPTH {
            return Err(self.error_at(start, MarshalProblem::TooDeep));
        }
        // Every object takes at least one byte of the input, whose length is below 2**32 in any file that is read;
        // a longer one ends here.
        let index = u32::try_from(self.objects.nodes.len()).map_err(|_| self.error(MarshalProblem::TooDeep))?;
        self.objects.nodes.push(object);
        self.objects.depths.push(parts + 1);
        Ok(ObjectId(index))
    }

    fn reference(&mut self, start: usize) -> Result<ObjectId> {
        let found = u32::from_le_bytes(self.array("a reference")?);
        let known = self.refs.len();
        let target = self.refs.get(found as usize).copied().flatten();
        target.ok_or_else(|| self.error_at(start, MarshalProblem::BadReference { found, known }))
    }

    fn items(&mut self, length: usize, depth: u16) -> Result<Vec<ObjectId>> {
        if length > self.left() {
            return Err(self.truncated("the items of a container", length as u64));
        }
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(self.object(depth + 1)?);
        }
        Ok(items)
    }

    fn dict(&mut self, depth: u16) -> Result<Object> {
        let mut items = Vec::new();
        while let Some(key) = self.object_or_null(depth + 1)? {
            items.push((key, self.object(depth + 1)?));
        }
        Ok(Object::Dict(items))
    }

    fn code(&mut self, depth: u16) -> Result<RawCode> {
        const WHAT: &str = "a code object";
        Ok(RawCode {
            argcount: self.int(WHAT)?,
            posonlyargcount: self.int(WHAT)?,
            kwonlyargcount: self.int(WHAT)?,
            stacksize: self.int(WHAT)?,
            flags: self.int(WHAT)?,
            code: self.object(depth + 1)?,
            consts: self.object(depth + 1)?,
            names: self.object(depth + 1)?,
            localsplusnames: self.object(depth + 1)?,
            localspluskinds: self.object(depth + 1)?,
            filename: self.object(depth + 1)?,
            name: self.object(depth + 1)?,
            qualname: self.object(depth + 1)?,
            firstlineno: self.int(WHAT)?,
            linetable: self.object(depth + 1)?,
            exceptiontable: self.object(depth + 1)?,
        })
    }

    /// An int in digits of 15 bits: a signed count of digits, whose sign is that of the int, and the digits from the
    /// lowest one.
    fn long(&mut self) -> Result<Object> {
        let start = self.at;
        let count = self.int("an int")?;
        let length = count.unsigned_abs() as usize;
        let digits = self.take(length.saturating_mul(2), "the digits of an int")?;
        let digits = digits.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let bad = self.error_at(start, MarshalProblem::BadInt);
        let mut magnitude = Vec::with_capacity(length * 2);
        let (mut pending, mut bits) = (0u32, 0);
        let mut last = 1;
        for digit in digits {
            if digit > 0x7fff {
                return Err(bad);
            }
            last = digit;
            pending |= u32::from(digit) << bits;
            bits += 15;
            while bits >= 8 {
                magnitude.push(pending as u8);
                pending >>= 8;
                bits -= 8;
            }
        }
        if last == 0 {
            return Err(bad);
        }
        magnitude.push(pending as u8);
        Ok(int_object(magnitude, count < 0))
    }

    fn float(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.array("a float")?))
    }

    fn float_text(&mut self) -> Result<f64> {
        let start = self.at;
        let length = self.short_length("a float")?;
        let text = self.take(length, "a float")?;
        let parsed = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        parsed.ok_or_else(|| {
            let found = String::from_utf8_lossy(text).into_owned();
            self.error_at(start, MarshalProblem::BadFloat { found })
        })
    }

    fn text(&mut self, length: usize) -> Result<Object> {
        let start = self.at;
        let text = self.take(length, "a string")?;
        if !is_generalised_utf8(text) {
            return Err(self.error_at(start, MarshalProblem::BadText { expected: "UTF-8" }));
        }
        Ok(Object::Str(text.to_vec()))
    }

    fn ascii(&mut self, length: usize) -> Result<Object> {
        let start = self.at;
        let text = self.take(length, "a string")?;
        if !text.is_ascii() {
            return Err(self.error_at(start, MarshalProblem::BadText { expected: "ASCII" }));
        }
        Ok(Object::Str(text.to_vec()))
    }

    fn int(&mut self, what: &'static str) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array(what)?))
    }

    fn length(&mut self, what: &'static str) -> Result<usize> {
        let start = self.at;
        let found = self.int(what)?;
        let bad = MarshalProblem::NegativeLength { what, found: i64::from(found) };
        usize::try_from(found).map_err(|_| self.error_at(start, bad))
    }

    fn short_length(&mut self, what: &'static str) -> Result<usize> {
        let [length] = self.array(what)?;
        Ok(usize::from(length))
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.first_chunk::<N>().ok_or_else(|| self.truncated(what, N as u64))?;
        self.at += N;
        Ok(*found)
    }

    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.get(..length).ok_or_else(|| self.truncated(what, length as u64))?;
        self.at += length;
        Ok(found)
    }

    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn truncated(&self, what: &'static str, needed: u64) -> MarshalError {
        self.error(MarshalProblem::Truncated { what, needed, found: self.left() })
    }

    fn error(&self, problem: MarshalProblem) -> MarshalError {
        self.error_at(self.at, problem)
    }

    fn error_at(&self, offset: usize, problem: MarshalProblem) -> MarshalError {
        MarshalError { offset, problem }
    }
}

/// The int with a magnitude, little-endian, and a sign.
fn int_object(mut magnitude: Vec<u8>, negative: bool) -> Object {
    // Room for the sign bit.
    magnitude.push(0);
    if negative {
        let mut carry = true;
        for byte in &mut magnitude {
            let (sum, overflow) = (!*byte).overflowing_add(u8::from(carry));
            *byte = sum;
            carry = overflow;
        }
    }
    let sign = |byte: u8| if byte & 0x80 == 0 { 0x00 } else { 0xff };
    while let [.., below, top] = magnitude[..]
        && top == sign(below)
    {
        magnitude.pop();
    }
    if magnitude.len() > 8 {
        return Object::BigInt(magnitude);
    }
    let mut word = [magnitude.last().map_or(0, |top| sign(*top)); 8];
    word[..magnitude.len()].copy_from_slice(&magnitude);
    Object::Int(i64::from_le_bytes(word))
}

/// Whether bytes are UTF-8, except that a surrogate may stand as three bytes (Python's `surrogatepass`).
fn is_generalised_utf8(mut bytes: &[u8]) -> bool {
    while let Err(error) = core::str::from_utf8(bytes) {
        let rest = &bytes[error.valid_up_to()..];
        match rest {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..] => bytes = tail,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(bytes: &[u8]) -> Result<Object> {
        read(bytes, 0).map(|(objects, root)| objects.get(root).clone())
    }

    fn problem(bytes: &[u8]) -> (usize, MarshalProblem) {
        let error = read(bytes, 0).expect_err("bad data");
        (error.offset, error.problem)
    }

    #[test]
    fn reads_ints() {
        assert_eq!(read_one(b"i\xff\xff\xff\xff"), Ok(Object::Int(-1)));
        assert_eq!(read_one(b"I\x01\0\0\0\0\0\0\x80"), Ok(Object::Int(i64::MIN + 1)));
        // 2**63 = 8 << 60, in digits of 15 bits: 0 0 0 0 8.
        let digits = b"\x05\0\0\0\0\0\0\0\0\0\0\0\x08\0";
        assert_eq!(read_one(&[b"l", &digits[..]].concat()), Ok(Object::BigInt([&[0; 7][..], &[0x80, 0]].concat())));
        let negative = b"l\xfb\xff\xff\xff\0\0\0\0\0\0\0\0\x08\0";
        assert_eq!(read_one(negative), Ok(Object::Int(i64::MIN)));
        assert_eq!(read_one(b"l\0\0\0\0"), Ok(Object::Int(0)));
        assert_eq!(problem(b"l\x01\0\0\0\0\x80"), (1, MarshalProblem::BadInt));
        assert_eq!(problem(b"l\x01\0\0\0\0\0"), (1, MarshalProblem::BadInt));
    }

    #[test]
    fn reads_floats_and_text() {
        assert_eq!(read_one(b"f\x031.5"), Ok(Object::Float(1.5)));
        assert_eq!(read_one(b"x\x011\x03inf"), Ok(Object::Complex { real: 1.0, imag: f64::INFINITY }));
        assert_eq!(read_one(b"u\x03\0\0\0\xed\xa0\x80"), Ok(Object::Str(b"\xed\xa0\x80".to_vec())));
        assert_eq!(problem(b"u\x02\0\0\0\xed\xa0"), (5, MarshalProblem::BadText { expected: "UTF-8" }));
        assert_eq!(problem(b"z\x01\x80"), (2, MarshalProblem::BadText { expected: "ASCII" }));
        assert!(matches!(problem(b"f\x01?"), (1, MarshalProblem::BadFloat { .. })));
    }

    #[test]
    fn resolves_references() {
        let (objects, root) = read(b"\xa9\x02\xfa\x01ar\x01\0\0\0", 0).expect("a tuple");
        let Object::Tuple(items) = objects.get(root) else { panic!("a tuple") };
        assert_eq!(items[0], items[1]);
        // A tuple that holds itself.
        assert_eq!(problem(b"\xa9\x01r\0\0\0\0"), (2, MarshalProblem::BadReference { found: 0, known: 1 }));
    }

    #[test]
    fn bounds_nesting() {
        assert_eq!(problem(&b")\x01".repeat(100_000)).1, MarshalProblem::TooDeep);
        // A list of tuples, each of which refers to the one before.
        let mut bytes = b"[\xff\xff\0\0\xa9\0".to_vec();
        for reference in 0..65534u32 {
            bytes.extend_from_slice(b"\xa9\x01r");
            bytes.extend_from_slice(&reference.to_le_bytes());
        }
        assert_eq!(problem(&bytes).1, MarshalProblem::TooDeep);
    }

    #[test]
    fn checks_lengths() {
        assert!(matches!(problem(b"s\xff\xff\xff\x7fab"), (5, MarshalProblem::Truncated { .. })));
        assert!(matches!(problem(b"(\xff\xff\xff\x7fNN"), (5, MarshalProblem::Truncated { .. })));
        assert!(matches!(problem(b"(\xff\xff\xff\xff"), (1, MarshalProblem::NegativeLength { .. })));
        assert_eq!(problem(b"{N0").1, MarshalProblem::Null);
        assert_eq!(problem(b"").0, 0);
        assert_eq!(problem(b"!"), (0, MarshalProblem::UnknownType { found: b'!' }));
    }
}
