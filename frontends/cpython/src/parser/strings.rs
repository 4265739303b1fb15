//! Strings, bytes, f-strings and t-strings, and what stands side by side of them.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop, escape};
use crate::ast::{
    Constant, Expr, ExprConstant, ExprFormattedValue, ExprInterpolation, ExprJoinedStr, ExprTemplateStr, Place, Range,
    Ranged,
};
use crate::lexer::{Fault, Kind, Token, Warning};

/// The kinds of tokens of an f-string or a t-string.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    pub letter: char,
    /// Backslashes mean nothing in it.
    raw: bool,
    start: Kind,
    pub middle: Kind,
    end: Kind,
}

pub(super) const F: Letter =
    Letter { letter: 'f', raw: false, start: Kind::FStringStart, middle: Kind::FStringMiddle, end: Kind::FStringEnd };
pub(super) const T: Letter =
    Letter { letter: 't', raw: false, start: Kind::TStringStart, middle: Kind::TStringMiddle, end: Kind::TStringEnd };

/// A part of a field that ends its expression: where it is, and the expression's text.
struct Ending<'a> {
    place: Place,
    text: &'a [u8],
}

impl<'a> Parser<'_, 'a> {
    pub(super) fn strings(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::Strings, |p| p.deeper(Self::strings_here))
    }

    fn strings_here(&mut self) -> P<Ex<'a>> {
        self.diagnose(Self::invalid_string_tstring_concat)?;
        let start = self.mark;
        if let Some(parts) = self.attempt(|p| p.some(Self::fstring_or_string))? {
            return self.concatenate(start, &parts);
        }
        let parts = self.some(Self::tstring)?;
        let mut values = Vec::new();
        for part in &parts {
            if let Expr::TemplateStr(part) = part {
                values.extend_from_slice(part.values);
            }
        }
        let values = self.folded(&values);
        Ok(self.expr(ExprTemplateStr { range: self.range(start), values }))
    }

    pub(super) fn fstring_or_string(&mut self) -> P<Ex<'a>> {
        if self.sees(Kind::String)? {
            return self.string();
        }
        let start = self.mark;
        let values = self.interpolated(F)?;
        let range = self.range(start);
        Ok(self.expr(ExprJoinedStr { range, values }))
    }

    pub(super) fn tstring(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let values = self.interpolated(T)?;
        self.since(14, "t-strings are")?;
        let range = self.range(start);
        Ok(self.expr(ExprTemplateStr { range, values }))
    }

    /// Strings that stand side by side, as one.
    fn concatenate(&mut self, start: usize, parts: &[Ex<'a>]) -> P<Ex<'a>> {
        let is_bytes = |part: &&Ex<'a>| matches!(part, Expr::Constant(ExprConstant { value: Constant::Bytes(_), .. }));
        let bytes = parts.iter().filter(is_bytes).count();
        if bytes > 0 && bytes < parts.len() {
            return Err(self.fail_last("SyntaxError", "cannot mix bytes and nonbytes literals"));
        }
        if let [only @ Expr::Constant(_)] = parts {
            return Ok(only);
        }
        if bytes > 0 {
            let mut value = Vec::new();
            for part in parts {
                if let Expr::Constant(ExprConstant { value: Constant::Bytes(part), .. }) = part {
                    value.extend_from_slice(part);
                }
            }
            let range = self.range(start);
            return Ok(self.expr(ExprConstant { range, value: Constant::Bytes(self.slice(&value)), kind: None }));
        }
        let mut values = Vec::new();
        let mut only_plain = true;
        for part in parts {
            match part {
                Expr::JoinedStr(part) => {
                    only_plain = false;
                    values.extend_from_slice(part.values);
                }
                part => values.push(**part),
            }
        }
        if only_plain {
            return Ok(self.arena.alloc(self.joined(&values)));
        }
        let values = self.folded(&values);
        Ok(self.expr(ExprJoinedStr { range: self.range(start), values }))
    }

    /// Neighbouring texts as one each, without those that are empty.
    fn folded(&self, values: &[Expr<'a>]) -> &'a [Expr<'a>] {
        let mut folded = Vec::with_capacity(values.len());
        let is_text = |value: &Expr<'a>| matches!(value, Expr::Constant(_));
        for run in values.chunk_by(|a, b| is_text(a) && is_text(b)) {
            if !is_text(&run[0]) {
                folded.extend_from_slice(run);
                continue;
            }
            let text = self.joined(run);
            if !matches!(text, Expr::Constant(ExprConstant { value: Constant::Str(b""), .. })) {
                folded.push(text);
            }
        }
        self.slice(&folded)
    }

    /// Texts as one.
    fn joined(&self, texts: &[Expr<'a>]) -> Expr<'a> {
        let [first, .., last] = texts else { return texts[0] };
        let mut value = Vec::new();
        for text in texts {
            if let Expr::Constant(ExprConstant { value: Constant::Str(text), .. }) = text {
                value.extend_from_slice(text);
            }
        }
        let kind = match first {
            Expr::Constant(first) => first.kind,
            _ => None,
        };
        let range = Range::new(first.start(), last.end());
        ExprConstant { range, value: Constant::Str(self.slice(&value)), kind }.into()
    }

    // ---- strings --------------------------------------------------------------------------------------------------------

    fn string(&mut self) -> P<Ex<'a>> {
        let token = self.token(Kind::String)?;
        let text = self.text_of(token);
        let quote = text.find(['"', '\'']).unwrap_or(0);
        let prefix = text[..quote].to_ascii_lowercase();
        let quotes =
            if text.len() >= quote + 6 && (text[quote..].starts_with("'''") || text[quote..].starts_with("\"\"\"")) {
                3
            } else {
                1
            };
        let body = &text[quote + quotes..text.len() - quotes];
        let raw = prefix.contains('r') || !body.contains('\\');
        let value = if prefix.contains('b') {
            if !body.is_ascii() {
                return Err(self.fail_at(token.range, "bytes can only contain ASCII literal characters"));
            }
            Constant::Bytes(self.decode(body, raw, token, None, "value error", |body| escape::bytes(body.as_bytes()))?)
        } else {
            Constant::Str(self.decode_text(body, raw, token, None)?)
        };
        let kind = text.starts_with('u').then_some(&b"u"[..]);
        Ok(self.expr(ExprConstant { range: token.range, value, kind }))
    }

    /// The text of a string literal, or of the part of an f-string that a token is.
    fn decode_text(&mut self, body: &str, raw: bool, token: Token, part: Option<Token>) -> P<&'a [u8]> {
        self.decode(body, raw, token, part, "unicode error", escape::string)
    }

    fn decode(
        &mut self,
        body: &str,
        raw: bool,
        token: Token,
        part: Option<Token>,
        trouble: &str,
        decode: fn(&str) -> Result<escape::Decoded, String>,
    ) -> P<&'a [u8]> {
        if raw {
            return Ok(self.slice(body.as_bytes()));
        }
        match decode(body) {
            Ok(decoded) => {
                if let Some(at) = decoded.invalid {
                    self.warn_of_escape(body, at, token);
                }
                Ok(self.slice(&decoded.value))
            }
            Err(message) => {
                let message = format!("({trouble}) {message}");
                Err(match part {
                    None => self.fail_last("SyntaxError", message),
                    Some(part) => self.fail_at_token("SyntaxError", part, message),
                })
            }
        }
    }

    /// Warns of a backslash that begins no escape sequence.
    fn warn_of_escape(&mut self, body: &str, at: usize, token: Token) {
        let shown: String = match body[at + 1..].chars().next() {
            Some('4'..='7') => body[at + 1..].chars().take(3).collect(),
            // The tokenizer has warned of these.
            Some('{' | '}') if token.kind != Kind::String => return,
            Some(c) => c.to_string(),
            None => return,
        };
        if self.diagnosing {
            return;
        }
        let octal = if shown.len() == 3 && shown.is_ascii() { "octal " } else { "" };
        let advice = format!("Did you mean \"\\\\{shown}\"? A raw string is also an option.");
        let what = format!("\"\\{shown}\" is an invalid {octal}escape sequence.");
        // Where CPython finds it: characters outside ASCII are ten long, and only quotes without a prefix are counted.
        let (mut line, mut column) = (token.range.start().line, token.range.start().column);
        for c in body[..at].chars() {
            match c {
                '\n' => (line, column) = (line + 1, 0),
                c if c.is_ascii() => column += 1,
                _ => column += 10,
            }
        }
        if line == token.range.start().line {
            let text = self.text_of(token).as_bytes();
            let quotes = text.iter().take_while(|byte| matches!(byte, b'\'' | b'"'));
            column += quotes.filter(|byte| text.first() == Some(*byte)).count() as i32;
        }
        let before = self.fault.take();
        self.fail_in_line(line, column, line, format!("{what} {advice}"));
        if let Some(fault) = std::mem::replace(&mut self.fault, before) {
            let end_column = self.character_column(&fault, column + 3);
            let as_error = Fault { end_column, ..fault };
            let message = format!("{what} Such sequences will not work in the future. {advice}");
            self.warnings.push(Warning { message, as_error });
        }
    }

    // ---- f-strings and t-strings ------------------------------------------------------------------------------------------

    fn interpolated(&mut self, letter: Letter) -> P<&'a [Expr<'a>]> {
        let start = self.token(letter.start)?;
        let raw = self.text_of(start).contains(['r', 'R']);
        let letter = Letter { raw, ..letter };
        // Texts are decoded when the string has ended: its end is where errors are told.
        let parts = self.many(|p| match p.eat(letter.middle)? {
            Some(token) => Ok((Some(token), Vec::new())),
            None => Ok((None, p.replacement_field(letter, true)?)),
        })?;
        let end = self.token(letter.end)?;
        let mut values = Vec::new();
        for (token, field) in parts {
            match token {
                Some(token) => values.push(self.middle(token, raw, end)?),
                None => values.extend(field),
            }
        }
        values.retain(|value| !matches!(value, Expr::Constant(ExprConstant { value: Constant::Str(b""), .. })));
        Ok(self.slice(&values))
    }

    fn middle(&mut self, token: Token, raw: bool, told_at: Token) -> P<Expr<'a>> {
        let text = self.text_of(token);
        let raw = raw || !text.contains('\\');
        let value = Constant::Str(self.decode_text(text, raw, told_at, Some(token))?);
        Ok(ExprConstant { range: token.range, value, kind: None }.into())
    }

    /// A field: the text of its expression, if it is shown, and its value. In format specifications of t-strings the fields are
    /// those of f-strings.
    fn replacement_field(&mut self, letter: Letter, outer: bool) -> P<Vec<Expr<'a>>> {
        let found = self.attempt(|p| p.field(letter, outer))?;
        if let Some(field) = found {
            return Ok(field);
        }
        self.diagnose(|p| p.invalid_replacement_field(letter))?;
        Err(Stop::NoMatch)
    }

    fn field(&mut self, letter: Letter, outer: bool) -> P<Vec<Expr<'a>>> {
        let start = self.mark;
        self.token(Kind::LBrace)?;
        let value = self.annotated_rhs()?;
        let debug = self.eat(Kind::Equal)?.is_some();
        let conversion = self.attempt(|p| p.conversion(letter))?;
        let format = self.attempt(|p| p.full_format_spec(letter))?;
        let brace = self.token(Kind::RBrace)?;
        let range = self.range(start);
        let code = match &conversion {
            Some((name, place, _)) => match *name {
                "s" | "r" | "a" => i32::from(name.as_bytes()[0]),
                name => {
                    let message = format!(
                        "{}-string: invalid conversion character '{name}': expected 's', 'r', or 'a'",
                        letter.letter
                    );
                    return Err(self.fail_at(*place, message));
                }
            },
            None if debug && format.is_none() => i32::from(b'r'),
            None => -1,
        };
        let spec = format.as_ref().map(|(spec, _)| *spec);
        let ending = match (conversion, format) {
            (Some((_, place, text)), _) => Ending { place: place.start(), text },
            (None, Some((spec, text))) => {
                let place = spec.start();
                Ending { place: Place { line: place.line, column: place.column + 1 }, text }
            }
            (None, None) => Ending { place: range.end(), text: self.expression_text(brace) },
        };
        let value: Expr<'a> = if letter.letter == 't' && outer {
            let text = trim_expression(ending.text);
            ExprInterpolation {
                range,
                value,
                text: Constant::Str(self.slice(text)),
                conversion: code,
                format_spec: spec,
            }
            .into()
        } else {
            ExprFormattedValue { range, value, conversion: code, format_spec: spec }.into()
        };
        if !debug {
            return Ok(vec![value]);
        }
        let (from, to) = (range.start(), ending.place);
        let shown = Range::new(
            Place { line: from.line, column: from.column + 1 },
            Place { line: to.line, column: to.column - 1 },
        );
        let text = ExprConstant { range: shown, value: Constant::Str(ending.text), kind: None };
        Ok(vec![text.into(), value])
    }

    fn expression_text(&self, token: Token) -> &'a [u8] {
        self.slice(self.lexer.expression(token).as_bytes())
    }

    /// `!r`: the name, where it stands, and the text of the expression before it.
    fn conversion(&mut self, letter: Letter) -> P<(&'a str, Range, &'a [u8])> {
        let mark = self.token(Kind::Exclamation)?;
        let (name, token) = self.name()?;
        let (before, after) = (mark.range.end(), token.range.start());
        if mark.range.start().line != after.line || before.column != after.column {
            let message =
                format!("{}-string: conversion type must come right after the exclamation mark", letter.letter);
            return Err(self.fail_between(&mark.range, &token.range, message));
        }
        Ok((name, token.range, self.expression_text(mark)))
    }

    fn full_format_spec(&mut self, letter: Letter) -> P<(Ex<'a>, &'a [u8])> {
        let start = self.mark;
        let colon = self.token(Kind::Colon)?;
        let parts = self.many(|p| p.format_spec(letter))?;
        let parts: Vec<Expr<'a>> = parts.into_iter().flatten().collect();
        let values = self.folded(&parts);
        let range = self.range(start);
        Ok((self.expr(ExprJoinedStr { range, values }), self.expression_text(colon)))
    }

    pub(super) fn format_spec(&mut self, letter: Letter) -> P<Vec<Expr<'a>>> {
        match self.eat(letter.middle)? {
            Some(token) => Ok(vec![self.middle(token, letter.raw, token)?]),
            None => self.replacement_field(letter, false),
        }
    }
}

/// The text of an expression without the spaces and the `=` behind it.
fn trim_expression(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(valid) => valid.trim_end_matches(|c: char| c.is_whitespace() || c == '=').as_bytes(),
        Err(_) => text,
    }
}
