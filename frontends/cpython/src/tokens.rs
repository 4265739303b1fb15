//! The tokens of a source as the module `tokenize` shows them: texts, places in characters, and the lines around them.

use std::borrow::Cow;

use orochi_frontend::{Diagnostic, Span, Token, Tokens};

use crate::lexer::{Done, Kind, Lexer, Settings};
use crate::tree;

/// The tokens of a source, as far as it goes; with `extra` also those that mean nothing.
pub(crate) fn tokens(source: &str, extra: bool) -> Tokens {
    let unended = !source.is_empty() && !source.ends_with('\n');
    let text: Cow<'_, str> = if unended { format!("{source}\n").into() } else { source.into() };
    let mut lexer = Lexer::new(&text, Settings { type_comments: false, extra_tokens: extra, by_lines: true });
    let mut reader = Reader { text: &text, unended, extra, tokens: Tokens::default(), line: 0, columns: (0, 0, 0) };
    loop {
        let token = lexer.token();
        for warning in std::mem::take(&mut lexer.warnings) {
            let before = reader.tokens.tokens.len() as u32;
            reader.tokens.warnings.push((before, tree::warning(warning)));
        }
        if token.kind == Kind::Error {
            reader.tokens.error = Some(error(&mut lexer));
            return reader.tokens;
        }
        reader.add(&lexer, token);
        if token.kind == Kind::EndMarker {
            return reader.tokens;
        }
    }
}

struct Reader<'s> {
    text: &'s str,
    /// The last line has no end in the source.
    unended: bool,
    extra: bool,
    tokens: Tokens,
    /// The number of the line that the last token began in.
    line: i32,
    /// A column that was counted: the start of its line, an offset in it, the characters between.
    columns: (usize, usize, i32),
}

impl Reader<'_> {
    fn add(&mut self, lexer: &Lexer<'_>, token: crate::lexer::Token) {
        let kind = token.kind;
        let trailing = kind == Kind::EndMarker || kind == Kind::Dedent && lexer.done() == Done::End;
        let ((begin, first), (last_begin, last)) = lexer.lines_of(token);
        let in_unended = self.unended && lexer.line_end() == self.text.len();
        let mut text = self.text[token.start..token.end].to_owned();
        let mut number = kind.number();
        let (mut start, mut end) = ((first, -1), (last, -1));
        if self.extra && trailing {
            (start, end) = ((last + 1, 0), (last + 1, 0));
            self.add_line(String::new());
        } else {
            if last != self.line || self.tokens.lines.is_empty() {
                let line_end = lexer.line_end() - usize::from(in_unended);
                self.add_line(self.text.get(begin..line_end).unwrap_or_default().to_owned());
            }
            self.line = first;
            if token.range.start().column >= 0 {
                start.1 = self.column(begin, token.start);
                end.1 = self.column(last_begin, token.end);
            }
        }
        if self.extra {
            match kind {
                Kind::Newline => {
                    if !in_unended {
                        text = if text.starts_with('\r') { "\r\n" } else { "\n" }.to_owned();
                    }
                    end.1 += 1;
                }
                Kind::Nl if in_unended => text.clear(),
                _ if (Kind::Dedent.number() + 1..Kind::Op.number()).contains(&number) => number = Kind::Op.number(),
                _ => {}
            }
        }
        let line = self.tokens.lines.len() as u32 - 1;
        self.tokens.tokens.push(Token { kind: number, start, end, text, line });
    }

    fn add_line(&mut self, line: String) {
        if self.tokens.lines.last() != Some(&line) {
            self.tokens.lines.push(line);
        }
    }

    /// How many characters there are in a line before an offset; -1 when it is in an earlier line. Counts on from the last one.
    fn column(&mut self, begin: usize, offset: usize) -> i32 {
        if offset < begin {
            return -1;
        }
        let (known_begin, known, columns) = self.columns;
        let (from, before) = if known_begin == begin && known <= offset { (known, columns) } else { (begin, 0) };
        let column = before + self.text.get(from..offset).unwrap_or_default().chars().count() as i32;
        self.columns = (begin, offset, column);
        column
    }
}

/// What is wrong behind the last token.
fn error(lexer: &mut Lexer<'_>) -> Diagnostic {
    if let Some(fault) = lexer.fault.take() {
        return tree::error(fault);
    }
    let shown = lexer.shown();
    let (kind, message) = match lexer.done() {
        Done::End => {
            // Its column counts bytes.
            let span = Span { line: lexer.line(), column: shown.len() as i32, end_line: 0, end_column: 0 };
            return Diagnostic::error("SyntaxError", "unexpected EOF in multi-line statement").at(Some(span));
        }
        Done::Dedent => ("IndentationError", "unindent does not match any outer indentation level"),
        Done::TabSpace => ("TabError", "inconsistent use of tabs and spaces in indentation"),
        Done::TooDeep => ("IndentationError", "too many levels of indentation"),
        Done::LineContinuation => ("SyntaxError", "unexpected character after line continuation character"),
        Done::No | Done::Error => ("SyntaxError", "unknown tokenization error"),
    };
    let line = shown.strip_suffix('\n').unwrap_or(shown);
    let column = line.chars().count() as i32 + 1;
    let span = Span { line: lexer.line(), column, end_line: 0, end_column: 0 };
    Diagnostic { text: Some(line.to_owned()), ..Diagnostic::error(kind, message).at(Some(span)) }
}
