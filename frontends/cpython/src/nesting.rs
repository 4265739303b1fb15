//! How deeply the syntax tree of a source can nest at most, found from its tokens before it is parsed.
//!
//! The parser of ruff grows its stack with the depth of the source, so it never overflows, but a hostile source of a few
//! megabytes could make it take gigabytes. Every level of the tree costs at least one token that is counted here.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::lex;
use ruff_text_size::TextRange;

use crate::codegen::Error;
use crate::limits;

/// Sources shorter than this cannot nest deeply enough to matter: the parser takes some two kilobytes of stack a level.
const SHORT: usize = 4 * 1024;

/// An upper bound of the depth of the tree.
pub(crate) fn bound(text: &str) -> Result<usize, Error> {
    if text.len() < SHORT {
        return Ok(text.len());
    }
    let mut lexer = lex(text, Mode::Module);
    // Tokens that may nest since the last separator, for every open bracket; `total` is their sum.
    let mut open: Vec<usize> = vec![0];
    let (mut total, mut deepest) = (0usize, 0usize);
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return Ok(deepest),
            TokenKind::Indent => {
                open.insert(0, 2);
                total += 2;
            }
            TokenKind::Dedent => {
                if open.len() > 1 {
                    total -= open.remove(0);
                }
            }
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                open.push(1);
                total += 1;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                if open.len() > 1 {
                    total -= open.pop().unwrap_or(0);
                }
                // `f()()()` nests to the left.
                count(&mut open, &mut total);
            }
            TokenKind::Comma | TokenKind::Semi | TokenKind::Newline => {
                if let Some(top) = open.last_mut() {
                    total -= std::mem::take(top);
                }
            }
            TokenKind::Name | TokenKind::Int | TokenKind::Float | TokenKind::Complex | TokenKind::String => {}
            kind if kind.is_trivia() => {}
            // Operators and keywords.
            _ => count(&mut open, &mut total),
        }
        deepest = deepest.max(total);
        if total > limits::MAX_DEPTH {
            return Err(Error {
                kind: "RecursionError",
                message: "maximum recursion depth exceeded during compilation".into(),
                range: TextRange::default(),
            });
        }
    }
}

fn count(open: &mut [usize], total: &mut usize) {
    if let Some(top) = open.last_mut() {
        *top += 1;
        *total += 1;
    }
}
