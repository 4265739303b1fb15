//! f-strings and t-strings: their texts, and where their fields begin and end.

use super::{Done, EOF, Kind, Lexer, Token};

/// How many of them may be inside each other, as in CPython.
const MAX_NESTED: usize = 149;
/// How many fields may be inside each other in format specifications, as in CPython.
const MAX_FIELDS: i32 = 3;

/// An f-string or t-string that is open.
#[derive(Clone, Debug)]
pub(super) struct Mode {
    /// `f` or `t`.
    pub letter: char,
    pub quote: u8,
    /// 1 or 3.
    pub quotes: usize,
    raw: bool,
    /// Its text is being read, not a field.
    pub in_text: bool,
    /// Where it begins: the offset, its line's, the line.
    start: usize,
    line_start: usize,
    line: i32,
    /// Brackets that are open in it.
    pub braces: i32,
    /// Fields that are open, less one.
    pub fields: i32,
    pub in_format_spec: bool,
    /// A field with `=`.
    pub debug: bool,
    /// Where the expression of a field begins, and where it ends once that is known.
    expression: usize,
    expression_end: Option<usize>,
}

impl Mode {
    fn kind(&self, f: Kind, t: Kind) -> Kind {
        if self.letter == 'f' { f } else { t }
    }
}

impl Lexer<'_> {
    /// Reads the start of an f-string or t-string whose first quote was just read.
    pub(super) fn string_start(&mut self, quote: i32, letter: char, raw: bool) -> Token {
        self.first_line = self.line;
        self.first_line_start = self.line_start;
        let mut quotes = 1;
        let second = self.next();
        if second == quote {
            let third = self.next();
            if third == quote {
                quotes = 3;
            } else {
                self.back(third);
                self.back(second);
            }
        } else {
            self.back(second);
        }
        if self.modes.len() >= MAX_NESTED {
            return self.error("too many nested f-strings or t-strings");
        }
        let mode = Mode {
            letter,
            quote: quote as u8,
            quotes,
            raw,
            in_text: true,
            start: self.start.unwrap_or(self.at),
            line_start: self.line_start,
            line: self.line,
            braces: 0,
            fields: -1,
            in_format_spec: false,
            debug: false,
            expression: 0,
            expression_end: Some(0),
        };
        let kind = mode.kind(Kind::FStringStart, Kind::TStringStart);
        self.modes.push(mode);
        self.make(kind)
    }

    fn mode(&mut self) -> &mut Mode {
        self.modes.last_mut().expect("a text is read only inside an f-string")
    }

    /// Reads a piece of text, or the end, or what begins a field.
    pub(super) fn string_text(&mut self) -> Token {
        self.start = Some(self.at);
        self.first_line = self.line;
        let c = self.next();
        if c == i32::from(b'{') {
            let next = self.next();
            self.back(next);
            self.back(c);
            if next != i32::from(b'{') {
                return match self.enter_field() {
                    Ok(()) => self.plain_token(),
                    Err(token) => token,
                };
            }
        } else {
            self.back(c);
        }
        let mode = self.mode().clone();
        if self.reads_quotes(&mode) {
            self.modes.pop();
            self.first_line_start = self.line_start;
            return self.make(mode.kind(Kind::FStringEnd, Kind::TStringEnd));
        }
        self.first_line_start = self.line_start;
        self.piece(&mode)
    }

    fn enter_field(&mut self) -> Result<(), Token> {
        let mode = self.mode();
        mode.fields += 1;
        if mode.fields >= MAX_FIELDS {
            let letter = mode.letter;
            return Err(self.error(format!("{letter}-string: expressions nested too deeply")));
        }
        mode.in_text = false;
        Ok(())
    }

    /// Reads the closing quotes, if they are next; as far as they are there else.
    fn reads_quotes(&mut self, mode: &Mode) -> bool {
        for _ in 0..mode.quotes {
            let c = self.next();
            if c != i32::from(mode.quote) {
                self.back(c);
                return false;
            }
        }
        true
    }

    /// Reads text up to a field, a doubled brace or the end.
    fn piece(&mut self, mode: &Mode) -> Token {
        let kind = mode.kind(Kind::FStringMiddle, Kind::TStringMiddle);
        let in_format_spec = mode.in_format_spec && mode.fields >= 0;
        let mut closing = 0;
        let mut named = false;
        while closing != mode.quotes {
            let c = self.next();
            if self.done == Done::Error {
                return self.failed(Done::Error);
            }
            if c == EOF || mode.quotes == 1 && c == i32::from(b'\n') {
                if in_format_spec && c == i32::from(b'\n') {
                    let letter = mode.letter;
                    return self.error(format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    ));
                }
                self.ended_in_string = c == EOF && mode.quotes == 3;
                return self.unterminated_text(mode);
            }
            if c == i32::from(mode.quote) {
                closing += 1;
                continue;
            }
            closing = 0;
            match c as u8 {
                b'{' => return self.opening_brace(kind, in_format_spec),
                b'}' if named => return self.make(kind),
                b'}' => return self.closing_brace(kind, in_format_spec),
                b'\\' => {
                    let mut escaped = self.next();
                    if escaped == i32::from(b'\r') {
                        escaped = self.next();
                    }
                    if escaped == i32::from(b'{') || escaped == i32::from(b'}') {
                        if !mode.raw {
                            self.warn_brace(escaped);
                        }
                        self.back(escaped);
                    } else if !mode.raw && escaped == i32::from(b'N') {
                        let next = self.next();
                        if next == i32::from(b'{') {
                            named = true;
                        } else {
                            self.back(next);
                        }
                    }
                }
                _ => {}
            }
        }
        self.at -= mode.quotes;
        self.make(kind)
    }

    fn opening_brace(&mut self, kind: Kind, in_format_spec: bool) -> Token {
        let at = self.at;
        let mode = self.mode();
        mode.expression = at;
        mode.expression_end = None;
        let start = self.start.unwrap_or(self.at);
        let next = self.next();
        if next == i32::from(b'{') && !in_format_spec {
            // One of the two braces is text.
            return self.make_with(kind, start, self.at - 1);
        }
        self.back(next);
        self.back(i32::from(b'{'));
        match self.enter_field() {
            Ok(()) => {
                self.mode().in_format_spec = false;
                self.make(kind)
            }
            Err(token) => token,
        }
    }

    fn closing_brace(&mut self, kind: Kind, in_format_spec: bool) -> Token {
        let start = self.start.unwrap_or(self.at);
        let next = self.next();
        if next == i32::from(b'}') && !in_format_spec && self.mode().braces == 0 {
            return self.make_with(kind, start, self.at - 1);
        }
        self.back(next);
        self.back(i32::from(b'}'));
        let mode = self.mode();
        mode.in_text = false;
        mode.in_format_spec = false;
        self.make(kind)
    }

    fn unterminated_text(&mut self, mode: &Mode) -> Token {
        let detected = self.line;
        self.at = mode.start + 1;
        self.line_start = mode.line_start;
        self.line = mode.line;
        let quoted = if mode.quotes == 3 { "triple-quoted " } else { "" };
        let letter = mode.letter;
        self.error(format!("unterminated {quoted}{letter}-string literal (detected at line {detected})"))
    }

    fn warn_brace(&mut self, brace: i32) {
        let brace = char::from(brace as u8);
        let advice = format!("Did you mean \"\\\\{brace}\"? A raw string is also an option.");
        self.warn(
            format!(
                "\"\\{brace}\" is an invalid escape sequence. Such sequences will not work in the future. {advice}"
            ),
            format!("\"\\{brace}\" is an invalid escape sequence. {advice}"),
        );
    }

    /// Notes where the expression of a field begins or ends, at one of `{`, `}`, `!` and `:`. Gives the number of its text, plus
    /// one, where that is wanted: in a t-string, and in a field with `=`.
    pub(super) fn field_boundary(&mut self, byte: u8) -> usize {
        let (at, start) = (self.at, self.start.unwrap_or(self.at));
        let mode = self.mode();
        let cursor = mode.braces - i32::from(byte != b'{');
        let valid = cursor == 0 || cursor == 1 && (mode.debug || mode.in_format_spec);
        if !valid {
            return 0;
        }
        if byte == b'{' {
            mode.expression = at;
            mode.expression_end = None;
            return 0;
        }
        let end = *mode.expression_end.get_or_insert(start);
        if !mode.debug && mode.letter == 'f' {
            return 0;
        }
        let text = self.text.get(self.modes.last().map_or(0, |mode| mode.expression)..end).unwrap_or_default();
        let text = without_comments(&String::from_utf8_lossy(text));
        self.expressions.push(text);
        self.expressions.len()
    }
}

/// The text of an expression without the comments in it.
fn without_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\\', _) => {
                result.push(c);
                result.extend(characters.next());
                continue;
            }
            ('"' | '\'', None) => quote = Some(c),
            (_, Some(open)) if open == c => quote = None,
            ('#', None) => {
                if characters.by_ref().any(|c| c == '\n') {
                    result.push('\n');
                }
                continue;
            }
            _ => {}
        }
        result.push(c);
    }
    result
}
