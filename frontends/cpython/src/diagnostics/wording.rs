//! From ruff's parse errors to CPython's words.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{Expr, Mod};
use ruff_python_parser::{ParseError, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Worded;
use super::{target, tokens};
use crate::source::Source;

mod strings;

/// The error with CPython's words and place.
pub(super) fn word(source: &Source, parsed: &Parsed<Mod>, error: &ParseError) -> Worded {
    Wording { source, parsed, error, range: error.location }.word()
}

struct Wording<'a> {
    source: &'a Source,
    parsed: &'a Parsed<Mod>,
    error: &'a ParseError,
    range: TextRange,
}

impl Wording<'_> {
    fn word(&self) -> Worded {
        use ParseErrorType as Type;
        match &self.error.error {
            Type::Lexical(error) => self.lexical(error),
            Type::FStringError(error) => self.interpolated(error, "f-string"),
            Type::TStringError(error) => self.interpolated(error, "t-string"),
            Type::UnexpectedIndentation => self.unexpected_indentation(),
            Type::ExpectedToken { expected, .. } => self.expected(*expected),
            Type::ExpectedExpression => self.expected_expression(),
            Type::SimpleStatementsOnSameLine => self.two_statements(),
            Type::InvalidAssignmentTarget => self.assignment_target(),
            Type::InvalidNamedAssignmentTarget => {
                self.about_target(|name| format!("cannot use assignment expressions with {name}"))
            }
            Type::InvalidAnnotatedAssignmentTarget => self.say("illegal target for annotation"),
            Type::InvalidAugmentedAssignmentTarget => {
                self.about_target(|name| format!("'{name}' is an illegal expression for augmented assignment"))
            }
            Type::InvalidDeleteTarget => self.about_target(|name| format!("cannot delete {name}")),
            Type::PositionalAfterKeywordArgument => self.at_closing("positional argument follows keyword argument"),
            Type::PositionalAfterKeywordUnpacking => {
                self.at_closing("positional argument follows keyword argument unpacking")
            }
            Type::InvalidArgumentUnpackingOrder => {
                self.say("iterable argument unpacking follows keyword argument unpacking")
            }
            Type::IterableUnpackingInComprehension => self.say("iterable unpacking cannot be used in comprehension"),
            Type::UnparenthesizedGeneratorExpression => self.say("Generator expression must be parenthesized"),
            Type::NonDefaultParamAfterDefaultParam => {
                self.say("parameter without a default follows parameter with a default")
            }
            Type::ExpectedKeywordParam => self.bare_star(),
            Type::VarParameterWithDefault => self.say("var-positional argument cannot have default value"),
            Type::ParamAfterVarKeywordParam => self.say("arguments cannot follow var-keyword argument"),
            Type::EmptyImportNames if self.token_text() != ")" => self.say("Expected one or more names after 'import'"),
            Type::EmptyTypeParams => self.say("Type parameter list cannot be empty"),
            Type::InvalidStarredExpressionUsage => self.starred(),
            Type::InvalidMatchPatternTarget => self.say("cannot use '_' as a target"),
            Type::OtherError(message) => self.other(message),
            _ => self.invalid(),
        }
    }

    // ---- helpers ------------------------------------------------------------------------------------------------------

    fn say(&self, message: impl Into<String>) -> Worded {
        Worded::syntax(message, self.range)
    }

    fn at(&self, range: TextRange, message: impl Into<String>) -> Worded {
        Worded::syntax(message, range)
    }

    /// The generic error, at the first token that fits nowhere.
    fn invalid(&self) -> Worded {
        let Some(token) = self.token() else { return self.at(self.range, "invalid syntax") };
        if token.kind().as_augmented_assign_operator().is_some() {
            let start = self.statement_start().map_or(token.start(), |first| first.start());
            let end = self.previous().map_or(start, |previous| previous.end()).max(start);
            let whole = TextRange::new(start, end);
            if let Some(expr) = target::at(self.parsed.syntax(), whole) {
                let name = target::name(expr);
                return self.at(whole, format!("'{name}' is an illegal expression for augmented assignment"));
            }
        }
        if let Some(first) = self.statement_start()
            && (first.kind(), token.kind()) == (TokenKind::Import, TokenKind::From)
        {
            let whole = TextRange::new(first.start(), self.line_end(token));
            return self.at(whole, "Did you mean to use 'from ... import ...' instead?");
        }
        // `<>` is one token to CPython.
        let mut range = token.range();
        if let Some(previous) = self.previous()
            && (previous.kind(), token.kind()) == (TokenKind::Less, TokenKind::Greater)
            && previous.end() == token.start()
        {
            range = TextRange::new(previous.start(), token.end());
        }
        self.at(range, "invalid syntax")
    }

    fn token_index(&self) -> usize {
        self.parsed
            .tokens()
            .partition_point(|token| token.end() <= self.range.start() && token.start() < self.range.start())
    }

    /// The token at the place of the error, comments left out.
    fn token(&self) -> Option<Token> {
        self.parsed.tokens()[self.token_index()..].iter().find(|token| !token.kind().is_trivia()).copied()
    }

    fn token_text(&self) -> &str {
        self.token().map_or("", |token| self.source.slice(token.range()))
    }

    /// The token before the place of the error.
    fn previous(&self) -> Option<Token> {
        self.parsed.tokens()[..self.token_index()].iter().rev().find(|token| !token.kind().is_trivia()).copied()
    }

    /// Where the innermost bracket that is open at the error begins its content.
    fn inside_bracket(&self) -> Option<TextSize> {
        let mut open = Vec::new();
        for token in &self.parsed.tokens()[..self.token_index()] {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(token.end()),
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.last().copied()
    }

    /// The first token of the logical line that the error is in.
    fn statement_start(&self) -> Option<Token> {
        let tokens = &self.parsed.tokens()[..self.token_index()];
        let start = tokens.iter().rposition(|token| {
            matches!(token.kind(), TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi)
        });
        let rest = &tokens[start.map_or(0, |at| at + 1)..];
        rest.iter().find(|token| !token.kind().is_trivia()).copied()
    }

    fn about_target(&self, message: impl FnOnce(&str) -> String) -> Worded {
        let name = target::at(self.parsed.syntax(), self.range).map_or("expression", target::name);
        self.say(message(name))
    }

    // ---- indentation and missing parts ------------------------------------------------------------------------------------

    fn unexpected_indentation(&self) -> Worded {
        if let Some(worded) = tokens::mixed_tabs(self.source, self.range) {
            return worded;
        }
        let end = TextRange::at(self.range.end() - TextSize::new(u32::from(!self.range.is_empty())), 0.into());
        Worded { kind: "IndentationError", message: "unexpected indent".into(), range: end }
    }

    fn expected(&self, expected: TokenKind) -> Worded {
        let found = self.token().map(|token| token.kind());
        let at_line_end = matches!(found, None | Some(TokenKind::Newline | TokenKind::EndOfFile));
        if found == Some(TokenKind::Equal)
            && let Some(worded) = self.assignment_in_expression()
        {
            return worded;
        }
        match expected {
            TokenKind::Colon => {
                let first = self.statement_start().map(|token| token.kind());
                let forced = matches!(
                    first,
                    Some(TokenKind::Def | TokenKind::Try | TokenKind::Else | TokenKind::Finally | TokenKind::Async)
                );
                let in_bracket = self.inside_bracket();
                if let Some(open) = in_bracket {
                    // A key of a dict without value.
                    if self.token_text() == "}" || self.token_text() == "," {
                        let end = self.previous().map_or(open, |token| token.end());
                        let key = TextRange::at(end - TextSize::new(1), TextSize::new(1));
                        return self.at(key, "':' expected after dictionary key");
                    }
                }
                if found == Some(TokenKind::Lpar) && self.previous().is_some_and(|t| t.kind() == TokenKind::Lambda) {
                    return self.parenthesized_parameters("Lambda expression");
                }
                let lambda = self.previous_keyword_is_lambda();
                if in_bracket.is_none() && !lambda && (at_line_end || forced) {
                    return self.say("expected ':'");
                }
                self.comma_or_invalid()
            }
            TokenKind::Else => match self.conditional_start() {
                Some(start) => {
                    let end = self.previous().map_or(self.range.start(), |token| token.end());
                    self.at(TextRange::new(start, end), "expected 'else' after 'if' expression")
                }
                None => self.invalid(),
            },
            TokenKind::In if self.inside_bracket().is_some() && !at_line_end => {
                self.say("'in' expected after for-loop variables")
            }
            TokenKind::Rpar if found == Some(TokenKind::Lpar) && self.in_parameters() => {
                self.parenthesized_parameters("Function")
            }
            _ => self.comma_or_invalid(),
        }
    }

    fn expected_expression(&self) -> Worded {
        let Some(previous) = self.previous() else { return self.invalid() };
        let next = self.token().map(|token| token.kind());
        match previous.kind() {
            TokenKind::Lbrace if self.in_interpolation() => {
                let token = self.token_text().chars().next().unwrap_or('}');
                let message = format!("f-string: valid expression required before '{token}'");
                self.say(message)
            }
            TokenKind::Equal if matches!(next, Some(TokenKind::Rpar | TokenKind::Comma)) => {
                match self.keyword_start(previous) {
                    Some(start) => self.at(TextRange::new(start, previous.end()), "expected argument value expression"),
                    None => self.invalid(),
                }
            }
            TokenKind::Else if self.statement_start().is_some_and(|token| token.kind() != TokenKind::Else) => {
                self.say("expected expression after 'else', but statement is given")
            }
            TokenKind::Colon if self.in_dict() && matches!(next, Some(TokenKind::Rbrace | TokenKind::Comma)) => {
                self.at(previous.range(), "expression expected after dictionary key and ':'")
            }
            _ => self.invalid(),
        }
    }

    /// Something that could begin an expression right after one.
    fn comma_or_invalid(&self) -> Worded {
        let Some(open) = self.inside_bracket() else { return self.legacy_or_invalid() };
        let (Some(token), Some(previous)) = (self.token(), self.previous()) else { return self.invalid() };
        let begins = matches!(
            token.kind(),
            TokenKind::Name
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringStart
                | TokenKind::TStringStart
                | TokenKind::Lbrace
                | TokenKind::None
                | TokenKind::True
                | TokenKind::False
                | TokenKind::Ellipsis
                | TokenKind::Lambda
                | TokenKind::Tilde
        ) || token.kind().is_soft_keyword();
        let prefix = previous.kind() == TokenKind::Name && token.kind() == TokenKind::String;
        if !begins || prefix {
            return self.invalid();
        }
        let Some(first) = target::ending_at(self.parsed.syntax(), open, previous.end()) else { return self.invalid() };
        if let Some(worded) = self.legacy(previous) {
            return worded;
        }
        let end = self.operand_end(token);
        self.at(TextRange::new(first.start(), end), "invalid syntax. Perhaps you forgot a comma?")
    }

    /// The end of the expression that a token begins, as far as brackets tell.
    fn operand_end(&self, first: Token) -> TextSize {
        let tokens = self.parsed.tokens();
        let start = tokens.partition_point(|token| token.start() < first.start());
        let mut end = first.end();
        let mut depth = 0;
        for token in &tokens[start..] {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace if depth > 0 => depth -= 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => break,
                TokenKind::Comma | TokenKind::Newline | TokenKind::Colon | TokenKind::Equal | TokenKind::For
                    if depth == 0 =>
                {
                    break;
                }
                kind if kind.is_trivia() => continue,
                _ => {}
            }
            end = token.end();
        }
        end
    }

    // ---- statements -----------------------------------------------------------------------------------------------------

    fn two_statements(&self) -> Worded {
        self.legacy_or_invalid()
    }

    fn legacy_or_invalid(&self) -> Worded {
        self.previous().and_then(|previous| self.legacy(previous)).unwrap_or_else(|| self.invalid())
    }

    /// `print x` and `exec x`.
    fn legacy(&self, previous: Token) -> Option<Worded> {
        let name = self.source.slice(previous.range());
        if !matches!(name, "print" | "exec") {
            return None;
        }
        let token = self.token()?;
        if matches!(token.kind(), TokenKind::Newline | TokenKind::Equal | TokenKind::Dot) || token.kind().is_operator()
        {
            return None;
        }
        let end = self.line_end(token);
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        Some(self.at(TextRange::new(previous.start(), end), message))
    }

    fn line_end(&self, from: Token) -> TextSize {
        let tokens = self.parsed.tokens();
        let start = tokens.partition_point(|token| token.start() < from.start());
        let last = tokens[start..]
            .iter()
            .take_while(|token| !matches!(token.kind(), TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile))
            .last();
        last.map_or(from.end(), |token| token.end())
    }

    fn assignment_target(&self) -> Worded {
        let program = self.parsed.syntax();
        let Some(expr) = target::at(program, self.range) else { return self.say("cannot assign to expression") };
        let name = target::name(expr);
        let whole = target::only_assignment(program, self.range);
        let parenthesized = self.source.text()[..self.range.start().to_usize()].ends_with('(');
        if matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_)) && !parenthesized {
            return self.say("assignment to yield expression not possible");
        }
        let operand = !matches!(
            expr,
            Expr::BoolOp(_)
                | Expr::Compare(_)
                | Expr::If(_)
                | Expr::Lambda(_)
                | Expr::Generator(_)
                | Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::Named(_)
                | Expr::Starred(_)
        ) && !matches!(expr, Expr::UnaryOp(unary) if unary.op == ruff_python_ast::UnaryOp::Not);
        if whole && operand {
            return self.say(format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"));
        }
        self.say(format!("cannot assign to {name}"))
    }

    /// `=` where an expression goes on: in a condition, in parentheses.
    fn assignment_in_expression(&self) -> Option<Worded> {
        let previous = self.previous()?;
        let from = self.inside_bracket().or_else(|| self.statement_start().map(|token| token.end()))?;
        let expr = target::ending_at(self.parsed.syntax(), from, previous.end())?;
        let name = target::name(expr);
        let end = self.token().map_or(previous.end(), |token| self.operand_end_after(token));
        Some(match expr {
            Expr::Name(_) => self
                .at(TextRange::new(expr.start(), end), "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
            Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) => {
                return None;
            }
            _ => self.at(expr.range(), format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?")),
        })
    }

    fn operand_end_after(&self, token: Token) -> TextSize {
        let tokens = self.parsed.tokens();
        let next = tokens.partition_point(|other| other.start() <= token.start());
        tokens.get(next).map_or(token.end(), |first| self.operand_end(*first))
    }

    // ---- calls and parameters ---------------------------------------------------------------------------------------------

    fn at_closing(&self, message: &str) -> Worded {
        // CPython points at the token that ends the arguments.
        let tokens = self.parsed.tokens();
        let start = tokens.partition_point(|token| token.start() < self.range.end());
        let mut depth = 0;
        for token in &tokens[start..] {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace if depth > 0 => depth -= 1,
                TokenKind::Rpar => return self.at(token.range(), message),
                _ => {}
            }
        }
        self.say(message)
    }

    fn bare_star(&self) -> Worded {
        let star = self.parsed.tokens()[..self.token_index() + 1].iter().rev().find(|t| t.kind() == TokenKind::Star);
        self.at(star.map_or(self.range, |token| token.range()), "named arguments must follow bare *")
    }

    fn parenthesized_parameters(&self, what: &str) -> Worded {
        let Some(open) = self.token() else { return self.invalid() };
        let tokens = self.parsed.tokens();
        let start = tokens.partition_point(|token| token.start() < open.start());
        let close = tokens[start..].iter().find(|token| token.kind() == TokenKind::Rpar);
        let end = close.map_or(open.end(), |token| token.end());
        self.at(TextRange::new(open.start(), end), format!("{what} parameters cannot be parenthesized"))
    }

    fn in_parameters(&self) -> bool {
        self.statement_start().is_some_and(|token| matches!(token.kind(), TokenKind::Def | TokenKind::Async))
    }

    fn previous_keyword_is_lambda(&self) -> bool {
        let tokens = &self.parsed.tokens()[..self.token_index()];
        let last = tokens
            .iter()
            .rev()
            .take_while(|token| !matches!(token.kind(), TokenKind::Newline | TokenKind::Colon))
            .find(|token| token.kind() == TokenKind::Lambda);
        last.is_some()
    }

    /// The start of the expression before a `=` in a call.
    fn keyword_start(&self, equal: Token) -> Option<TextSize> {
        let tokens = self.parsed.tokens();
        let at = tokens.partition_point(|token| token.start() < equal.start());
        let name = tokens[..at].iter().rev().find(|token| !token.kind().is_trivia())?;
        (name.kind() == TokenKind::Name && self.inside_bracket().is_some()).then(|| name.start())
    }

    fn conditional_start(&self) -> Option<TextSize> {
        let tokens = &self.parsed.tokens()[..self.token_index()];
        let at = tokens.iter().rposition(|token| token.kind() == TokenKind::If)?;
        let before = tokens[..at].iter().rev().find(|token| !token.kind().is_trivia())?;
        let from = self.inside_bracket().unwrap_or(TextSize::new(0));
        target::ending_at(self.parsed.syntax(), from, before.end()).map(Ranged::start).or(Some(before.start()))
    }

    fn in_dict(&self) -> bool {
        self.inside_bracket().is_some_and(|open| self.source.text()[..open.to_usize()].ends_with('{'))
    }

    fn in_interpolation(&self) -> bool {
        let tokens = &self.parsed.tokens()[..self.token_index()];
        let count = |kind: TokenKind| tokens.iter().filter(|token| token.kind() == kind).count();
        count(TokenKind::FStringStart) > count(TokenKind::FStringEnd)
            || count(TokenKind::TStringStart) > count(TokenKind::TStringEnd)
    }

    fn starred(&self) -> Worded {
        if self.in_dict() && self.previous().is_some_and(|token| token.kind() == TokenKind::Colon) {
            return self.say("cannot use a starred expression in a dictionary value");
        }
        if self.inside_bracket().is_some() {
            return self.say("cannot use starred expression here");
        }
        self.say("can't use starred expression here")
    }

    // ---- ruff's free-form errors ------------------------------------------------------------------------------------------

    fn other(&self, message: &str) -> Worded {
        if let Some(clause) = message.strip_prefix("Expected an indented block after ") {
            return self.missing_block(clause);
        }
        match message {
            "Expected `except` or `finally` after `try` block" => self.say("expected 'except' or 'finally' block"),
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                self.say("cannot have both 'except' and 'except*' on the same 'try'")
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                self.say("multiple exception types must be parenthesized when using 'as'")
            }
            "Expected one or more exception types" => self.say("expected one or more exception types"),
            "Trailing comma not allowed" if self.statement_start().is_some_and(|t| t.kind() == TokenKind::From) => {
                let end = TextRange::at(self.range.end(), TextSize::new(1));
                self.at(end, "trailing comma not allowed without surrounding parentheses")
            }
            "Only one '*' parameter allowed" | "Only one '*' separator allowed" => {
                self.say("* argument may appear only once")
            }
            "Keyword-only parameter separator not allowed after '*' parameter" => {
                self.say("* argument may appear only once")
            }
            "Only one '**' parameter allowed" => self.say("arguments cannot follow var-keyword argument"),
            "Only one '/' separator allowed" => self.say("/ may appear only once"),
            "'/' parameter must appear before '*' parameter" => self.say("/ must be ahead of *"),
            "Position-only parameter separator not allowed as first parameter" => {
                self.say("at least one argument must precede /")
            }
            "Expected a parameter name" => self.keyword_argument(),
            "Expected symbol after `as`" => self.import_target(),
            "Positional patterns cannot follow keyword patterns" => {
                self.say("positional patterns follow keyword patterns")
            }
            "Bytes literal cannot be mixed with non-bytes literals" => {
                let end = TextRange::at(self.range.end(), TextSize::new(1));
                self.at(end, "cannot mix bytes and nonbytes literals")
            }
            "Cannot mix t-string literals with string or bytes literals" => {
                self.say("cannot mix t-string literals with string or bytes literals")
            }
            "Only single target (not list) can be annotated" => {
                self.say("only single target (not list) can be annotated")
            }
            "Only single target (not tuple) can be annotated" => {
                self.say("only single target (not tuple) can be annotated")
            }
            _ if message.starts_with("Expected an expression or a ")
                || message.starts_with("Expected an expression or the end") =>
            {
                self.comma_or_invalid()
            }
            _ => self.invalid(),
        }
    }

    /// `clause` as ruff names it: `` `if` statement ``, `function definition`, ...
    fn missing_block(&self, clause: &str) -> Worded {
        let keyword = clause.split('`').nth(1).unwrap_or("");
        let line = self.header_line(clause, keyword);
        let what = match keyword {
            "" => clause.to_owned(),
            "class" => "class definition".to_owned(),
            "def" => "function definition".to_owned(),
            keyword => format!("'{keyword}' statement"),
        };
        let message = format!("expected an indented block after {what} on line {line}");
        let range = match self.token() {
            Some(token) if !matches!(token.kind(), TokenKind::Newline | TokenKind::EndOfFile) => token.range(),
            _ => self.range,
        };
        Worded { kind: "IndentationError", message, range }
    }

    /// The line of the keyword whose block is missing.
    fn header_line(&self, clause: &str, keyword: &str) -> u32 {
        let tokens = &self.parsed.tokens()[..self.token_index()];
        let wanted = |token: &&Token| {
            let text = self.source.slice(token.range());
            if keyword.is_empty() { clause.starts_with("function") && text == "def" } else { text == keyword }
        };
        let header = tokens.iter().rev().find(wanted);
        self.source.line(header.map_or(self.range.start(), |token| token.start()))
    }

    fn keyword_argument(&self) -> Worded {
        let equal = TextSize::new(1);
        let text = self.source.slice(self.range);
        if matches!(text, "None" | "True" | "False") {
            let end = self.range.end() + equal;
            return self.at(TextRange::new(self.range.start(), end), format!("cannot assign to {text}"));
        }
        let end = self.range.end() + equal;
        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
        self.at(TextRange::new(self.range.start(), end), message)
    }

    fn import_target(&self) -> Worded {
        let what = match self.token().map(|token| token.kind()) {
            Some(TokenKind::Int | TokenKind::Float | TokenKind::Complex | TokenKind::String) => "literal",
            Some(TokenKind::None) => "None",
            Some(TokenKind::True) => "True",
            Some(TokenKind::False) => "False",
            Some(TokenKind::Lpar) => "tuple",
            Some(TokenKind::Lsqb) => "list",
            _ => return self.invalid(),
        };
        let range = self.token().map_or(self.range, |token| token.range());
        self.at(range, format!("cannot use {what} as import target"))
    }
}
