//! A place in the bytes of a module or a tree, with the primitives of both formats. Nothing here allocates more than the bytes that are
//! there justify.

use crate::error::DecodeError;
use crate::leb128;

use crate::binary::SECTIONS;

type Result<T> = std::result::Result<T, DecodeError>;

/// What is still to be read of a stretch of a file.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    /// The file up to the end of the stretch.
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The place in the file.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes to a place of the file before the end of the stretch.
    pub fn seek(&mut self, offset: usize) {
        self.at = offset.min(self.bytes.len());
    }

    /// How many bytes are left.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that are left.
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize, what: &str) -> Result<&'a [u8]> {
        if length > self.len() {
            let found = format!("the end after {} bytes", self.len());
            return Err(DecodeError::new(self.at, found, format!("{length} bytes of {what}")));
        }
        let taken = &self.rest()[..length];
        self.at += length;
        Ok(taken)
    }

    /// Keeps the next `length` bytes, of which there are enough, and gives what follows them.
    pub fn split_off(&mut self, length: usize) -> Cursor<'a> {
        let end = self.at + length;
        let rest = Cursor { bytes: self.bytes, at: end };
        self.bytes = &self.bytes[..end];
        rest
    }

    /// Fails unless everything is read.
    pub fn finish(&self, what: &str) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        Err(DecodeError::new(self.at, format!("{} more bytes", self.len()), format!("the end of {what}")))
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let at = self.at;
        let Some(bytes) = self.rest().first_chunk::<N>() else {
            let found = format!("the end after {} bytes", self.len());
            return Err(DecodeError::new(at, found, format!("{N} bytes")));
        };
        self.at += N;
        Ok(*bytes)
    }

    pub fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64> {
        self.array().map(f64::from_le_bytes)
    }

    #[inline]
    pub fn leb32(&mut self) -> Result<u32> {
        let (value, next) = leb128::read_u32(self.bytes, self.at)?;
        self.at = next;
        Ok(value)
    }

    pub fn leb64(&mut self) -> Result<u64> {
        let (value, next) = leb128::read_u64(self.bytes, self.at)?;
        self.at = next;
        Ok(value)
    }

    /// A zigzagged number of 32 bits.
    #[inline]
    pub fn signed32(&mut self) -> Result<u32> {
        let value = self.leb32()?;
        Ok((value >> 1) ^ (value & 1).wrapping_neg())
    }

    /// A zigzagged number of 64 bits.
    pub fn signed64(&mut self) -> Result<i64> {
        let value = self.leb64()?;
        Ok(((value >> 1) ^ (value & 1).wrapping_neg()) as i64)
    }

    /// An index that is stored with 1 added; 0 is none.
    pub fn optional(&mut self) -> Result<Option<u32>> {
        let at = self.at;
        match self.leb64()?.checked_sub(1) {
            None => Ok(None),
            Some(index) => match u32::try_from(index) {
                Ok(index) => Ok(Some(index)),
                Err(_) => Err(DecodeError::new(at, format!("the index {index}"), "an index below 2^32")),
            },
        }
    }

    /// The count of a vector whose items take `least` bytes or more, so that the count tells what memory is justified.
    pub fn count(&mut self, least: usize, what: &str) -> Result<usize> {
        let at = self.at;
        let count = self.leb32()? as usize;
        if count > self.len() / least {
            let expected = format!("no more than the {} bytes that are left can hold", self.len());
            return Err(DecodeError::new(at, format!("a count of {count} {what}"), expected));
        }
        Ok(count)
    }

    /// A vector of items that take `least` bytes or more.
    pub fn vector<T>(
        &mut self,
        least: usize,
        what: &str,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let count = self.count(least, what)?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Goes over a length and that many bytes; gives where they begin and how many they are.
    #[inline]
    pub fn span(&mut self) -> Result<(u32, u32)> {
        let (length, start) = leb128::read_u32(self.bytes, self.at)?;
        if length as usize > self.bytes.len() - start {
            self.bytes("bytes of a string")?;
        }
        self.at = start + length as usize;
        Ok((start as u32, length))
    }

    /// A length and that many bytes.
    pub fn bytes(&mut self, what: &str) -> Result<&'a [u8]> {
        let length = self.count(1, what)?;
        self.take(length, what)
    }

    pub fn string(&mut self) -> Result<String> {
        let bytes = self.bytes("bytes of a string")?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let at = self.at - bytes.len() + error.valid_up_to();
                Err(DecodeError::new(at, format!("the byte {:#04x}", bytes[error.valid_up_to()]), "UTF-8"))
            }
        }
    }

    pub fn strings(&mut self) -> Result<Vec<String>> {
        self.vector(1, "strings", Self::string)
    }

    /// The section with this id, which must be the next.
    pub fn section(&mut self, id: u8) -> Result<Cursor<'a>> {
        let at = self.at;
        let expected = || format!("section {id} ({})", SECTIONS[id as usize]);
        if self.is_empty() {
            return Err(DecodeError::new(at, "the end", expected()));
        }
        let found = self.byte()?;
        if found != id {
            return Err(DecodeError::new(at, format!("section {found}"), expected()));
        }
        let at = self.at;
        let length = self.leb64()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.len() => {
                let mut section = self.clone();
                *self = section.split_off(length);
                Ok(section)
            }
            _ => {
                let found = format!("a section of {length} bytes");
                Err(DecodeError::new(at, found, format!("no more than the {} bytes that are left", self.len())))
            }
        }
    }
}
