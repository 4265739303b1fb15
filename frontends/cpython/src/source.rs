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
            return Source::of(decode_utf8(&request.source, &request.source_name, true)?);
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
    let declared = declared_encoding(bytes);
    let encoding = match &declared {
        None => Encoding::Utf8,
        Some(declared) => match Encoding::named(declared) {
            _ if marked && !is_normal_utf8(declared) => {
                let message = format!("encoding problem: {} with BOM", normal_name(declared));
                return Err(plain_error("SyntaxError", message, None));
            }
            Some(encoding) => encoding,
            None => {
                let mut error = plain_error("SyntaxError", format!("unknown encoding: {declared}"), None);
                error.help = Some("save the file as UTF-8 and drop the declaration of its encoding".into());
                return Err(error);
            }
        },
    };
    match encoding {
        Encoding::Utf8 => decode_utf8(bytes, name, declared.is_some() || marked),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => decode_utf8(bytes, name, true),
            Some(at) => Err(plain_error(
                "SyntaxError",
                format!(
                    "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                ),
                None,
            )),
        },
        Encoding::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Encoding::Latin9 => Ok(bytes.iter().map(|&byte| latin9(byte)).collect()),
        Encoding::Other(encoding) => match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => Ok(text.into_owned()),
            None => {
                let name = encoding.name().to_ascii_lowercase();
                let message = format!("'{name}' codec can't decode the source");
                Err(plain_error("SyntaxError", message, None))
            }
        },
    }
}

fn decode_utf8(bytes: &[u8], name: &str, declared: bool) -> Result<String, Diagnostic> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32;
    let bad = bytes[at];
    let message = if declared || name.starts_with('<') {
        let what = if error.error_len().is_none() {
            "unexpected end of data"
        } else if matches!(bad, 0x80..=0xc1 | 0xf5..=0xff) {
            "invalid start byte"
        } else {
            "invalid continuation byte"
        };
        format!("(unicode error) 'utf-8' codec can't decode byte 0x{bad:02x} in position {at}: {what}")
    } else {
        format!(
            "Non-UTF-8 code starting with '\\x{bad:02x}' in file {name} on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details"
        )
    };
    Err(plain_error("SyntaxError", message, Some(line)))
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
            "cp932" | "932" | "mskanji" | "ms-kanji" => Encoding::Other(encoding_rs::SHIFT_JIS),
            "cp949" | "949" | "ms949" | "uhc" => Encoding::Other(encoding_rs::EUC_KR),
            "cp936" | "936" | "ms936" => Encoding::Other(encoding_rs::GBK),
            "cp950" | "950" | "ms950" => Encoding::Other(encoding_rs::BIG5),
            "eucjp" | "ujis" | "u-jis" => Encoding::Other(encoding_rs::EUC_JP),
            "euckr" => Encoding::Other(encoding_rs::EUC_KR),
            _ if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => Encoding::Latin1,
            _ => {
                // Labels of the web that mean something else than in Python, or are no text encodings there.
                let foreign =
                    matches!(name.as_str(), "utf-16" | "utf-16le" | "utf-16be" | "x-user-defined" | "replacement");
                let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).filter(|_| !foreign)?;
                Encoding::Other(encoding)
            }
        })
    }
}

/// What CPython's tokenizer makes of the name of an encoding: the usual spellings of two become one each.
fn normal_name(name: &str) -> &str {
    let start: String = name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |normal: &str| start == normal || start.strip_prefix(normal).is_some_and(|rest| rest.starts_with('-'));
    if is("utf-8") {
        "utf-8"
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1"
    } else {
        name
    }
}

fn is_normal_utf8(name: &str) -> bool {
    normal_name(name) == "utf-8"
}

/// The encoding that one of the first two lines declares (PEP 263).
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&byte| byte == b'\n' || byte == b'\r').take(2) {
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0x0c));
        let Some(start) = start else { continue };
        if line[start] != b'#' {
            return None;
        }
        if let Some(name) = encoding_in_comment(&line[start..]) {
            return Some(name);
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
            error(b"# coding: utf-8\n\xc3(", "f.py"),
            "(unicode error) 'utf-8' codec can't decode byte 0xc3 in position 16: invalid continuation byte"
        );
    }
}
