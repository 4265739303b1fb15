//! Unsigned LEB128, as in WebAssembly and DWARF: seven bits a byte, the lowest first, the high bit set on all but the
//! last byte. Only the shortest form of a number is accepted, so that one number has one encoding.

use crate::error::DecodeError;

/// Appends a number.
pub(crate) fn write(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Reads a number that fits 32 bits; gives it and the offset behind it.
#[inline]
pub(crate) fn read_u32(bytes: &[u8], offset: usize) -> Result<(u32, usize), DecodeError> {
    if let Some(&byte) = bytes.get(offset)
        && byte < 0x80
    {
        return Ok((u32::from(byte), offset + 1));
    }
    let (value, next) = read_u64(bytes, offset)?;
    match u32::try_from(value) {
        Ok(value) => Ok((value, next)),
        Err(_) => Err(DecodeError::new(offset, format!("the number {value}"), "a number below 2^32")),
    }
}

/// Reads a number that fits 64 bits; gives it and the offset behind it.
pub(crate) fn read_u64(bytes: &[u8], offset: usize) -> Result<(u64, usize), DecodeError> {
    let mut value = 0u64;
    let mut at = offset;
    for shift in (0..64).step_by(7) {
        let Some(&byte) = bytes.get(at) else {
            return Err(DecodeError::new(at, "the end", "another byte of a LEB128 number"));
        };
        at += 1;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            break;
        }
        value |= bits << shift;
        if byte < 0x80 {
            if byte == 0 && shift > 0 {
                return Err(DecodeError::new(offset, "a LEB128 number with needless zero bits", "its shortest form"));
            }
            return Ok((value, at));
        }
    }
    Err(DecodeError::new(offset, "a LEB128 number of more than 64 bits", "a number below 2^64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        for value in [0, 1, 127, 128, 300, 1 << 31, u64::from(u32::MAX), 1 << 32, 1 << 63, u64::MAX] {
            let mut bytes = Vec::new();
            write(&mut bytes, value);
            assert_eq!(read_u64(&bytes, 0), Ok((value, bytes.len())));
            assert_eq!(read_u32(&bytes, 0).is_ok(), value <= u64::from(u32::MAX));
        }
    }

    #[test]
    fn refuses_long_forms_and_ends() {
        for bytes in [
            &[0x80][..],
            &[],
            &[0x80, 0x00],
            &[0xff; 10],
            &[0xff; 11],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        ] {
            assert!(read_u64(bytes, 0).is_err(), "{bytes:?}");
        }
    }
}
