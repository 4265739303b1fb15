//! Which part of an expression carets point at: the operator of a binary operation, the brackets of a call or a subscript.
//!
//! The text of the instruction is read with a small scanner that knows brackets, strings and operators; what it does not
//! understand has no anchors.

/// The lines of an instruction's text; the first one begins at its start, the last one ends at its end.
pub struct Segment {
    lines: Vec<Vec<char>>,
}

/// A line and a column in a segment.
pub type Place = (usize, usize);

/// The part to point at.
#[derive(Debug, PartialEq, Eq)]
pub struct Anchors {
    pub left: Place,
    /// Behind the last character.
    pub right: Place,
    /// For a call, whether what is called is a plain name.
    pub call: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Literal,
    Operator,
    /// A bracketed part, from its opening bracket to its closing one.
    Group(char),
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    text: String,
    start: Place,
}

impl Segment {
    /// A segment of these lines.
    #[must_use]
    pub fn new(lines: Vec<Vec<char>>) -> Segment {
        Segment { lines }
    }

    fn end(&self) -> Place {
        let last = self.lines.len().saturating_sub(1);
        (last, self.lines.get(last).map_or(0, Vec::len))
    }
}

/// Reads tokens of a segment at bracket depth zero.
struct Scanner<'a> {
    segment: &'a Segment,
    at: Place,
}

const OPERATORS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", ":=", "+=", "-=", "*=",
    "/=", "%=", "@=", "&=", "|=", "^=",
];
const MAX_NESTING: usize = 100;

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        let line = self.segment.lines.get(self.at.0)?;
        Some(line.get(self.at.1).copied().unwrap_or('\n'))
    }

    fn advance(&mut self) {
        match self.segment.lines.get(self.at.0) {
            Some(line) if self.at.1 < line.len() => self.at.1 += 1,
            _ => self.at = (self.at.0 + 1, 0),
        }
    }

    fn rest_starts_with(&self, text: &str) -> bool {
        let Some(line) = self.segment.lines.get(self.at.0) else { return false };
        let rest = line.get(self.at.1..).unwrap_or_default();
        text.chars().enumerate().all(|(index, c)| rest.get(index) == Some(&c))
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            if c == '#' {
                self.at = (self.at.0 + 1, 0);
            } else if c.is_whitespace() || c == '\\' {
                self.advance();
            } else {
                break;
            }
        }
    }

    /// The next token; `None` at the end, or where the text makes no sense.
    fn next(&mut self, depth: usize) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let c = self.peek()?;
        let token = |kind, text: String| Some(Token { kind, text, start });
        if c.is_alphabetic() || c == '_' {
            let mut text = String::new();
            while let Some(c) = self.peek().filter(|c| c.is_alphanumeric() || *c == '_') {
                text.push(c);
                self.advance();
            }
            if matches!(self.peek(), Some('"' | '\'')) && text.len() <= 2 {
                let formatted = text.to_lowercase().contains(['f', 't']);
                self.string(formatted, depth)?;
                return token(Kind::Literal, text);
            }
            return token(Kind::Name, text);
        }
        if c == '"' || c == '\'' {
            self.string(false, depth)?;
            return token(Kind::Literal, String::new());
        }
        let is_number = c.is_ascii_digit()
            || c == '.' && {
                let line = &self.segment.lines[self.at.0];
                line.get(self.at.1 + 1).is_some_and(char::is_ascii_digit)
            };
        if is_number {
            self.number();
            return token(Kind::Literal, String::new());
        }
        if matches!(c, '(' | '[' | '{') {
            self.group(depth)?;
            return token(Kind::Group(c), String::new());
        }
        if matches!(c, ')' | ']' | '}') {
            return None;
        }
        let known = OPERATORS.iter().find(|operator| self.rest_starts_with(operator));
        let text = known.map_or_else(|| c.to_string(), |operator| (*operator).to_owned());
        for _ in text.chars() {
            self.advance();
        }
        token(Kind::Operator, text)
    }

    fn number(&mut self) {
        let mut previous = ' ';
        while let Some(c) = self.peek() {
            let exponent_sign = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
            if !(c.is_alphanumeric() || c == '_' || c == '.' || exponent_sign) {
                break;
            }
            previous = c;
            self.advance();
        }
    }

    /// Passes over a bracketed part.
    fn group(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_NESTING {
            return None;
        }
        let close = match self.peek()? {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        self.advance();
        loop {
            self.skip_blanks();
            if self.peek()? == close {
                self.advance();
                return Some(());
            }
            self.next(depth + 1)?;
        }
    }

    /// Passes over a string from its opening quote on.
    fn string(&mut self, formatted: bool, depth: usize) -> Option<()> {
        let quote = self.peek()?;
        let triple: String = core::iter::repeat_n(quote, 3).collect();
        let is_triple = self.rest_starts_with(&triple);
        for _ in 0..if is_triple { 3 } else { 1 } {
            self.advance();
        }
        loop {
            let c = self.peek()?;
            if c == '\\' {
                self.advance();
                self.advance();
            } else if c == quote && (!is_triple || self.rest_starts_with(&triple)) {
                for _ in 0..if is_triple { 3 } else { 1 } {
                    self.advance();
                }
                return Some(());
            } else if c == '\n' && !is_triple {
                return None;
            } else if formatted && c == '{' && !self.rest_starts_with("{{") {
                self.group(depth + 1)?;
            } else if formatted && c == '{' {
                self.advance();
                self.advance();
            } else {
                self.advance();
            }
        }
    }
}

fn tokens(segment: &Segment) -> Option<Vec<Token>> {
    let mut scanner = Scanner { segment, at: (0, 0) };
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next(0) {
        tokens.push(token);
    }
    scanner.skip_blanks();
    scanner.peek().is_none().then_some(tokens)
}

/// How tightly a binary operator binds; `None` when it is none.
fn binding(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 1,
        "^" => 2,
        "&" => 3,
        "<<" | ">>" => 4,
        "+" | "-" => 5,
        "*" | "/" | "//" | "%" | "@" => 6,
        "**" => 8,
        _ => return None,
    })
}
const POWER: u8 = 8;

/// Words that make the whole something other than an operation, a call or a subscript.
const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
];

/// What to point at in an instruction's text; `None` when there is nothing in particular.
#[must_use]
pub fn extract(segment: &Segment) -> Option<Anchors> {
    let tokens = tokens(segment)?;
    let first = tokens.first()?;
    // The weakest binary operator: the last of its kind, for `**` the first.
    let mut weakest: Option<(u8, &Token)> = None;
    let mut after_operand = false;
    for token in &tokens {
        match token.kind {
            Kind::Name if KEYWORDS.contains(&token.text.as_str()) => return None,
            Kind::Operator if token.text == "." => after_operand = true,
            Kind::Operator if token.text == "..." => after_operand = true,
            Kind::Operator if after_operand => {
                let strength = binding(&token.text)?;
                if weakest.is_none_or(|(known, _)| strength < known || strength == known && strength != POWER) {
                    weakest = Some((strength, token));
                }
                after_operand = false;
            }
            Kind::Operator if matches!(token.text.as_str(), "+" | "-" | "~") => {}
            Kind::Operator => return None,
            _ => after_operand = true,
        }
    }
    let is_prefixed = first.kind == Kind::Operator && first.text != "...";
    if let Some((strength, operator)) = weakest {
        if strength == POWER && is_prefixed {
            return None;
        }
        let (line, column) = operator.start;
        return Some(Anchors {
            left: operator.start,
            right: (line, column + operator.text.chars().count()),
            call: None,
        });
    }
    let last = tokens.last().filter(|_| tokens.len() > 1 && !is_prefixed)?;
    let call = match last.kind {
        Kind::Group('(') => Some(tokens.len() == 2 && first.kind == Kind::Name),
        Kind::Group('[') => None,
        _ => return None,
    };
    Some(Anchors { left: last.start, right: segment.end(), call })
}

/// Whether a text is the part of an assignment up to its last `=`.
#[must_use]
pub fn is_assignment_head(text: &str) -> bool {
    let segment = Segment::new(vec![text.chars().collect()]);
    let Some(tokens) = tokens(&segment) else { return false };
    let is_assign = |token: &Token| token.kind == Kind::Operator && token.text == "=";
    tokens.len() > 1
        && tokens.last().is_some_and(is_assign)
        && tokens.iter().all(|token| match token.kind {
            Kind::Operator => matches!(token.text.as_str(), "=" | "." | "," | "*"),
            Kind::Name => !KEYWORDS.contains(&token.text.as_str()),
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(text: &str) -> Option<(usize, usize)> {
        let segment = Segment::new(text.lines().map(|line| line.chars().collect()).collect());
        extract(&segment).map(|anchors| (anchors.left.1, anchors.right.1))
    }

    #[test]
    fn the_weakest_operator_is_pointed_at() {
        assert_eq!(anchors("a + b * c"), Some((2, 3)));
        assert_eq!(anchors("a // b - c - d"), Some((11, 12)));
        assert_eq!(anchors("a ** b ** c"), Some((2, 4)));
        assert_eq!(anchors("-a * b"), Some((3, 4)));
        assert_eq!(anchors("-a ** b"), None);
        assert_eq!(anchors("f(x + y)[1 + 2]"), Some((8, 15)));
        assert_eq!(anchors("f'{a + b}' % c"), Some((11, 12)));
        assert_eq!(anchors("a < b"), None);
        assert_eq!(anchors("a.b.c"), None);
        assert_eq!(anchors("await f()"), None);
        assert_eq!(anchors("(lambda: x)()"), Some((11, 13)));
        assert_eq!(anchors("(a, b)"), None);
        assert_eq!(anchors("1e+5 + x"), Some((5, 6)));
    }

    #[test]
    fn heads_of_assignments_are_known() {
        assert!(is_assignment_head("x ="));
        assert!(is_assignment_head("a.b[c], *d = e ="));
        assert!(!is_assignment_head("x +="));
        assert!(!is_assignment_head("x: int ="));
        assert!(!is_assignment_head("x == y"));
    }
}
