//! The binary form of a module, `.orb`.
//!
//! ```text
//! file      = magic(8 bytes) major(u16) minor(u16) features section*
//! features  = vector of string
//! section   = id(u8) length(leb) payload
//! ```
//!
//! Fixed-width numbers are little-endian; `leb` is unsigned LEB128 in its shortest form; a signed number is zigzagged first
//! (0, -1, 1, -2, ...); a string is its length in bytes and its UTF-8; a vector is a count and that many items. The sections 1
//! to 4 stand in this order, each once; then come custom sections (0), in any number:
//!
//! ```text
//! 1 producer  = frontend(string) version(string) source_hash(32 bytes) source_name(string)
//! 2 names     = vector of string
//! 3 constants = vector of constant
//! constant    = 0 None | 1 True | 2 False | 3 Ellipsis | 4 Int signed | 5 BigInt bytes | 6 Float f64 | 7 Complex f64 f64
//!             | 8 Str bytes | 9 Bytes bytes | 10 Tuple vector of index | 11 FrozenSet vector of index
//!             | 12 Slice index index index            (the tag is one byte; bytes = length(leb) and the bytes)
//! 4 codes     = count(leb) end(u64)*count code*count  (`end` counts from the first code object, so that each can be
//!                                                      read without the others)
//! code        = name qualname flags first_line positional_only positional keyword_only max_stack docstring+1 (0: none)
//!               locals(vector of name) cells(vector of name, parameter+1 (0: none)) free(vector of name)
//!               body(bytes) handlers(vector) positions(vector)
//! handler     = start - end of the one before, end - start, target, depth
//! position    = offset - the last one, signed line - the last one, signed end_line - line, column,
//!               signed end_column - column
//! 0 custom    = name(string), then any bytes
//! ```
//!
//! Differences wrap around at 2^32, so that every [`Module`] can be written, valid or not; that it is valid is the
//! verifier's matter. The encoding is canonical: a module has one, and whatever else decodes to it is rejected.
//!
//! A change that an older host may ignore raises the minor version and lives in custom sections. Any other change is a
//! required feature, which a host that does not know it refuses, or raises the major version.

use crate::error::DecodeError;
use crate::module::{Code, Module, Producer};
use crate::operands::CodeIdx;
use crate::verify::SUPPORTED_FEATURES;

use crate::cursor::Cursor;

pub(crate) mod image;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use write::encode;

/// The first bytes of a file. As in PNG, the first is no ASCII, and the line ends show when a file was treated as text.
pub const MAGIC: [u8; 8] = *b"\x8eORB\r\n\x1a\n";
/// The version of the format that is written.
pub const VERSION: (u16, u16) = (1, 0);

const CUSTOM: u8 = 0;
pub(crate) const SECTIONS: [&str; 5] = ["custom", "producer", "names", "constants", "codes"];

/// Decodes a module.
///
/// # Errors
/// The first thing that is not as the format says.
pub fn decode(bytes: &[u8]) -> Result<Module, DecodeError> {
    Container::open(bytes)?.module()
}

/// Whether bytes start as a module does, whatever their version.
#[must_use]
pub fn is_module(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// A module that is not decoded yet but for what is cheap: who made it, from what, and where things are.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    pub version: (u16, u16),
    pub required_features: Vec<String>,
    pub producer: Producer,
    pub source_name: String,
    names: Cursor<'a>,
    constants: Cursor<'a>,
    /// The ends of the code objects.
    ends: Cursor<'a>,
    codes: Cursor<'a>,
    custom: Vec<(String, Vec<u8>)>,
}

impl<'a> Container<'a> {
    /// Reads the frame of a module.
    ///
    /// # Errors
    /// The first thing that is not as the format says; what the file needs and this host does not have.
    pub fn open(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::open_knowing(bytes, SUPPORTED_FEATURES)
    }

    fn open_knowing(bytes: &'a [u8], known_features: &[&str]) -> Result<Self, DecodeError> {
        let mut cursor = Cursor::new(bytes);
        if !is_module(bytes) {
            return Err(not_a_module(bytes));
        }
        cursor.take(MAGIC.len(), "the magic")?;
        let version = (cursor.u16()?, cursor.u16()?);
        if version.0 != VERSION.0 {
            let found = format!("format version {}.{}", version.0, version.1);
            let (major, minor) = VERSION;
            let expected = format!(
                "a file of format {major}: this version reads {major}.{minor}; compile the source again, or use a \
                 version of Orochi that reads format {}",
                version.0
            );
            return Err(DecodeError::new(8, found, expected));
        }
        let at = cursor.offset();
        let required_features = cursor.strings()?;
        check_features(&required_features, known_features, at)?;
        let mut producer = cursor.section(1)?;
        let mut container = Self {
            version,
            required_features,
            producer: Producer {
                frontend: producer.string()?,
                version: producer.string()?,
                source_hash: producer.array()?,
            },
            source_name: producer.string()?,
            names: cursor.section(2)?,
            constants: cursor.section(3)?,
            ends: cursor.section(4)?,
            codes: Cursor::new(&[]),
            custom: Vec::new(),
        };
        producer.finish("the producer section")?;
        let count = container.ends.count(8, "code objects")?;
        container.codes = container.ends.split_off(count * 8);
        while !cursor.is_empty() {
            let mut custom = cursor.section(CUSTOM)?;
            container.custom.push((custom.string()?, custom.rest().to_vec()));
        }
        Ok(container)
    }

    /// How many code objects there are.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.ends.len() / 8
    }

    /// Decodes one code object.
    ///
    /// # Errors
    /// When it is not as the format says, or there is none with this index.
    pub fn code(&self, index: CodeIdx) -> Result<Code, DecodeError> {
        let mut cursor = self.code_bytes(index)?;
        let code = read::code(&mut cursor)?;
        cursor.finish("a code object")?;
        Ok(code)
    }

    /// The bytes of one code object.
    fn code_bytes(&self, index: CodeIdx) -> Result<Cursor<'a>, DecodeError> {
        if index.index() >= self.code_count() {
            let found = format!("the code object {}", index.0);
            return Err(DecodeError::new(self.ends.offset(), found, format!("one below {}", self.code_count())));
        }
        let mut ends = self.ends.clone();
        let mut start = 0;
        if index.0 > 0 {
            ends.take((index.index() - 1) * 8, "the ends of code objects")?;
            start = ends.u64()?;
        }
        let at = ends.offset();
        let end = ends.u64()?;
        let mut codes = self.codes.clone();
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let Some((start, end)) = range.filter(|&(start, end)| start <= end && end <= codes.len()) else {
            let found = format!("a code object from {start} to {end}");
            return Err(DecodeError::new(at, found, format!("rising places up to {}", codes.len())));
        };
        codes.take(start, "code objects")?;
        codes.split_off(end - start);
        Ok(codes)
    }

    /// Decodes everything.
    ///
    /// # Errors
    /// The first thing that is not as the format says.
    pub fn module(self) -> Result<Module, DecodeError> {
        let mut names = self.names.clone();
        let mut constants = self.constants.clone();
        let mut module =
            Module { names: names.strings()?, constants: read::constants(&mut constants)?, ..Module::default() };
        names.finish("the names section")?;
        constants.finish("the constants section")?;
        // A code object takes up more memory than its index entry does in the file: let the vector grow with what is read.
        for index in 0..self.code_count() {
            module.codes.push(self.code(CodeIdx(index as u32))?);
        }
        let last = match self.code_count() {
            0 => 0,
            count => u64::from_le_bytes(*self.ends.rest()[(count - 1) * 8..].first_chunk().unwrap_or(&[0; 8])),
        };
        if last != self.codes.len() as u64 {
            let found = format!("{} bytes of code objects", self.codes.len());
            return Err(DecodeError::new(self.codes.offset(), found, format!("{last}, as their index says")));
        }
        module.required_features = self.required_features;
        module.producer = self.producer;
        module.source_name = self.source_name;
        module.custom = self.custom;
        Ok(module)
    }
}

/// The error for a file that does not start as a module does.
fn not_a_module(bytes: &[u8]) -> DecodeError {
    let found = match bytes {
        [] => "an empty file".to_owned(),
        [0x8e, b'O', b'R', b'B', ..] => "a module that was changed as if it were text, or cut".to_owned(),
        _ => format!("the bytes {:02x?}", &bytes[..bytes.len().min(MAGIC.len())]),
    };
    DecodeError::new(0, found, format!("an Orochi module, which starts with {MAGIC:02x?}"))
}

/// Refuses features that the host does not know.
fn check_features(required: &[String], known: &[&str], at: usize) -> Result<(), DecodeError> {
    let unknown: Vec<_> = required.iter().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let found = format!("a module that requires the features {}", unknown.join(", "));
    Err(DecodeError::new(at, found, format!("features that this version knows: {known}")))
}
