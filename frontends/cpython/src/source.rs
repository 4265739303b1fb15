//! From the bytes of a source file to text: byte-order mark, PEP 263 encoding declaration, null bytes, newlines.
//!
//! The wording of every error is CPython's.

use orochi_frontend::{CompileRequest, Diagnostic, Span};

/// A decoded source: text with `\n` as the only newline.
#[derive(Debug)]
pub struct Source {
    text: String,
}

impl Source {
    /// Decodes a source file.
    ///
    /// # Errors
    /// A `SyntaxError` in CPython's words when the bytes are not text in the declared encoding.
    pub fn decode(bytes: &[u8], name: &str) -> Result<Source, Diagnostic> {
        Source::of(decode_text(bytes, name)?)
    }

    /// Decodes the source of a request.
    ///
    /// # Errors
    /// As [`Source::decode`].
    pub fn of_request(request: &CompileRequest) -> Result<Source, Diagnostic> {
        if request.flags.utf8 {
            return Source::of(decode_utf8(&request.source, &request.source_name)?);
        }
        Source::decode(&request.source, &request.source_name)
    }

    fn of(text: String) -> Result<Source, Diagnostic> {
        let text = normalize_newlines(text);
        if u32::try_from(text.len()).is_err() {
            return Err(plain_error("MemoryError", "source code is larger than 4 GiB".into(), None));
        }
        Ok(Source { text })
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn plain_error(kind: &str, message: String, line: Option<u32>) -> Diagnostic {
    let span = line.map(|line| Span { line: line as i32, column: 1, end_line: 0, end_column: 0 });
    Diagnostic::error(kind, message).at(span)
}

fn decode_text(bytes: &[u8], name: &str) -> Result<String, Diagnostic> {
    let (bytes, marked) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if bytes.contains(&0) {
        let line = 1 + bytes.iter().take_while(|&&byte| byte != 0).filter(|&&byte| byte == b'\n').count() as u32;
        return Err(plain_error("SyntaxError", "source code cannot contain null bytes".into(), Some(line)));
    }
    let Some(declared) = declared_encoding(bytes) else { return decode_utf8(bytes, name) };
    let normal = normal_name(&declared.name);
    if marked && normal != "utf-8" {
        let span =
            Span { line: declared.line, column: 0, end_line: declared.line, end_column: declared.text.len() as i32 };
        let text = Some(String::from_utf8_lossy(declared.text).into_owned());
        return Err(Diagnostic {
            text,
            ..Diagnostic::error("SyntaxError", format!("encoding problem: {normal} with BOM")).at(Some(span))
        });
    }
    match Encoding::named(&declared.name) {
        Some(Encoding::Utf8) if normal == "utf-8" => decode_utf8(bytes, name),
        Some(Encoding::Utf8) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(unplaced("SyntaxError", utf8_problem(bytes, error))),
        },
        Some(Encoding::Ascii) => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => decode_utf8(bytes, name),
            Some(at) => {
                let byte = bytes[at];
                let what = "ordinal not in range(128)";
                let message = format!("'ascii' codec can't decode byte 0x{byte:02x} in position {at}: {what}");
                Err(unplaced("SyntaxError", message))
            }
        },
        Some(Encoding::Latin1) => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Some(Encoding::Latin9) => Ok(bytes.iter().map(|&byte| latin9(byte)).collect()),
        Some(Encoding::Other(encoding)) => match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => Ok(text.into_owned()),
            None => {
                let name = declared.name.to_ascii_lowercase();
                Err(unplaced("SyntaxError", format!("'{name}' codec can't decode the source")))
            }
        },
        None => {
            // A host that knows more encodings may decode the source and ask again.
            let help = Some("save the file as UTF-8 and drop the declaration of its encoding".into());
            Err(Diagnostic { help, ..unplaced("LookupError", format!("unknown encoding: {}", declared.name)) })
        }
    }
}

/// An error of a source whose lines are not known.
fn unplaced(kind: &str, message: String) -> Diagnostic {
    Diagnostic::error(kind, message).at(Some(Span { line: 0, column: -1, end_line: 0, end_column: 0 }))
}

/// The name of an encoding as CPython's tokenizer compares it.
fn normal_name(name: &str) -> String {
    let lower: String = name.chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |known: &str| lower.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

/// Why bytes are not UTF-8, as a codec says it.
fn utf8_problem(bytes: &[u8], error: std::str::Utf8Error) -> String {
    let at = error.valid_up_to();
    let bad = bytes[at];
    if error.error_len().is_none() && bytes.len() - at > 1 {
        // A newline ends the text, and so the sequence.
        let last = bytes.len() - 1;
        return format!("'utf-8' codec can't decode bytes in position {at}-{last}: invalid continuation byte");
    }
    let what =
        if matches!(bad, 0x80..=0xc1 | 0xf5..=0xff) { "invalid start byte" } else { "invalid continuation byte" };
    format!("'utf-8' codec can't decode byte 0x{bad:02x} in position {at}: {what}")
}

/// Text that has to be UTF-8.
fn decode_utf8(bytes: &[u8], name: &str) -> Result<String, Diagnostic> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let bad = bytes[at];
    let start = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as i32;
    let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| at + end);
    let column = 1 + String::from_utf8_lossy(&bytes[start..at]).chars().count() as i32;
    let file = if name.starts_with('<') { String::new() } else { format!(" in file {name}") };
    let message = format!(
        "Non-UTF-8 code starting with '\\x{bad:02x}'{file} on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details"
    );
    let text = Some(String::from_utf8_lossy(&bytes[start..end]).into_owned());
    let span = Span { line, column, end_line: line, end_column: column };
    Err(Diagnostic { text, ..Diagnostic::error("SyntaxError", message).at(Some(span)) })
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Latin9,
    /// Encodings of single languages, by the tables of the web.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    fn named(name: &str) -> Option<Encoding> {
        let name: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "cp65001" | "utf-8-sig" => Encoding::Utf8,
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => Encoding::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "8859" | "cp819" | "latin" => Encoding::Latin1,
            "iso-8859-15" | "iso8859-15" | "latin-9" | "latin9" | "l9" => Encoding::Latin9,
            _ if name.starts_with("utf-8-") => Encoding::Utf8,
            _ if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => Encoding::Latin1,
            _ => {
                // Labels of the web that mean something else than in Python, or are no text encodings there.
                let foreign =
                    matches!(name.as_str(), "utf-16" | "utf-16le" | "utf-16be" | "x-user-defined" | "replacement");
                // Names that only Python has for what the web knows by others.
                let label = match name.as_str() {
                    "932" | "cp932" | "ms932" | "mskanji" | "ms-kanji" => "shift_jis",
                    "936" | "cp936" | "ms936" => "gbk",
                    "949" | "cp949" | "ms949" | "uhc" => "euc-kr",
                    "950" | "cp950" | "ms950" => "big5",
                    other => other,
                };
                let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).filter(|_| !foreign)?;
                Encoding::Other(encoding)
            }
        })
    }
}

/// A declaration of an encoding.
struct Declared<'a> {
    name: String,
    /// The number of its line, and the line.
    line: i32,
    text: &'a [u8],
}

/// The encoding that one of the first two lines declares (PEP 263).
fn declared_encoding(bytes: &[u8]) -> Option<Declared<'_>> {
    for (line, text) in (1..).zip(bytes.split(|&byte| byte == b'\n' || byte == b'\r').take(2)) {
        let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0x0c));
        let Some(start) = start else { continue };
        if text[start] != b'#' {
            return None;
        }
        if let Some(name) = encoding_in_comment(&text[start..]) {
            return Some(Declared { name, line, text });
        }
    }
    None
}

/// Matches `coding[:=]\s*([-\w.]+)`.
fn encoding_in_comment(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let value = rest[1..].iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        let name: String = value
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .map(|&byte| char::from(byte))
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

fn latin9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => char::from(byte),
    }
}

/// CPython translates `\r\n` and `\r` to `\n` before it reads a token, also within strings.
fn normalize_newlines(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: &[u8], name: &str) -> String {
        Source::decode(bytes, name).expect_err("must be refused").message
    }

    #[test]
    fn encodings() {
        let text = |bytes: &[u8]| Source::decode(bytes, "f.py").expect("is text").text().to_owned();
        assert_eq!(text(b"\xef\xbb\xbfx\r\ny\rz"), "x\ny\nz");
        assert_eq!(text(b"#!/bin/sh\n# -*- coding: latin-1 -*-\n'\xe9'"), "#!/bin/sh\n# -*- coding: latin-1 -*-\n'é'");
        assert_eq!(text(b"# coding=cp1252\n'\x80'"), "# coding=cp1252\n'€'");
        assert_eq!(text(b"# coding: koi8-r\n'\xc1'"), "# coding: koi8-r\n'а'");
        assert_eq!(error(b"# coding: martian\n", "f.py"), "unknown encoding: martian");
        assert_eq!(error(b"\xef\xbb\xbf# coding: latin-1\n", "f.py"), "encoding problem: iso-8859-1 with BOM");
        assert_eq!(error(b"x\0", "f.py"), "source code cannot contain null bytes");
        assert_eq!(
            error(b"a\n\xff", "f.py"),
            "Non-UTF-8 code starting with '\\xff' in file f.py on line 2, but no encoding declared; see \
             https://peps.python.org/pep-0263/ for details"
        );
        assert_eq!(
            error(b"# coding: utf8\n\xc3(", "f.py"),
            "'utf-8' codec can't decode byte 0xc3 in position 15: invalid continuation byte"
        );
    }
}
