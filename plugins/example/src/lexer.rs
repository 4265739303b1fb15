//! From text to tokens. Each token knows its place, so that every later message can point at the source.

use crate::Error;

/// A place on one line: the line counts from 1, the columns are byte offsets into the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: u32,
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Int(i64),
    Str(String),
    Name(String),
    /// A keyword or an operator.
    Word(&'static str),
    Newline,
    End,
}

/// Longer operators first, so that `<=` is not read as `<`.
const OPERATORS: &[&str] = &["==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", ",", "."];
const KEYWORDS: &[&str] = &["if", "else", "while", "end", "fn", "return", "print", "use"];

/// All tokens of a text, a newline after each line that holds any, and the end.
pub fn tokens(text: &str) -> Result<Vec<(Token, Place)>, Error> {
    let mut tokens = Vec::new();
    let mut last = Place { line: 1, start: 0, end: 0 };
    for (index, line) in text.split('\n').enumerate() {
        let number = u32::try_from(index + 1).map_err(|_| Error::new("the text is too long", last))?;
        let before = tokens.len();
        line_tokens(line.trim_end_matches('\r'), number, &mut tokens)?;
        if tokens.len() > before {
            let end = tokens[tokens.len() - 1].1.end;
            last = Place { line: number, start: end, end };
            tokens.push((Token::Newline, last));
        }
    }
    tokens.push((Token::End, last));
    Ok(tokens)
}

fn line_tokens(line: &str, number: u32, tokens: &mut Vec<(Token, Place)>) -> Result<(), Error> {
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        let rest = &line[at..];
        let place = |length: usize| Place { line: number, start: at as u32, end: (at + length) as u32 };
        let (token, length) = match first {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            '#' => break,
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let value = rest[..length].parse().map_err(|_| {
                    Error::new("this number is too large", place(length)).help("numbers go up to 9223372036854775807")
                })?;
                (Token::Int(value), length)
            }
            '"' => string(rest, place)?,
            c if c.is_alphabetic() || c == '_' => {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                let word = &rest[..length];
                let keyword = KEYWORDS.iter().find(|keyword| **keyword == word);
                (keyword.map_or_else(|| Token::Name(word.to_owned()), |keyword| Token::Word(keyword)), length)
            }
            c => match OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
                Some(operator) => (Token::Word(operator), operator.len()),
                None => return Err(Error::new(format!("{c:?} means nothing here"), place(c.len_utf8()))),
            },
        };
        tokens.push((token, place(length)));
        at += length;
    }
    Ok(())
}

/// A string, from its opening quote.
fn string(rest: &str, place: impl Fn(usize) -> Place) -> Result<(Token, usize), Error> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((Token::Str(text), at + 1)),
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, quoted @ ('"' | '\\'))) => text.push(quoted),
                _ => {
                    return Err(Error::new("an unknown escape", place(rest.len())).help("there are \\n, \\\" and \\\\"));
                }
            },
            c => text.push(c),
        }
    }
    Err(Error::new("this string does not end", place(rest.len())).help("add a closing quote on the same line"))
}
