//! Whether a library's file is whole. The system maps the pieces that an ELF file's headers name without looking how
//! long the file is, so that loading a file that was cut off would end the process with a bus error.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// What is missing of a 64-bit little-endian ELF file; nothing for any other file, which is the loader's to judge.
pub fn missing(path: &Path) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut header = [0; 64];
    if length < 64 || file.read_exact(&mut header).is_err() || !header.starts_with(b"\x7fELF\x02\x01") {
        return Ok(None);
    }
    let (table, entry, count) = (word(&header, 32), u64::from(half(&header, 54)), half(&header, 56));
    for index in 0..u64::from(count) {
        let at = table.saturating_add(entry.saturating_mul(index));
        let mut program = [0; 56];
        file.seek(SeekFrom::Start(at))?;
        if file.read_exact(&mut program).is_err() {
            return Ok(Some(format!("a file of {length} bytes that ends before its own headers do")));
        }
        let end = word(&program, 8).saturating_add(word(&program, 32));
        if end > length {
            return Ok(Some(format!("a file of {length} bytes, cut off: its headers name byte {end}")));
        }
    }
    Ok(None)
}

fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}
