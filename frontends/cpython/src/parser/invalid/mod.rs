//! The rules of the second pass: each matches a common mistake and says what is wrong with it. They give nothing but errors; where
//! a mistake turns out to be none, they do not match.
//!
//! Their order, and the order of their alternatives, decides which of several errors is told.

mod call;
mod display;
mod expression;
mod function;
mod header;
mod pattern;
mod statement;
mod strings;

use super::engine::Parser;
use super::{P, Stop};
use crate::ast::{Comprehension, Expr, Range, Ranged};
use crate::lexer::Kind;

/// An invalid rule that did not match, or matched what is no mistake.
const NOTHING: P<()> = Err(Stop::NoMatch);

/// The last thing in a comprehension.
fn last_item<'a>(clauses: &[Comprehension<'a>]) -> Range {
    let Some(last) = clauses.last() else { return Range::default() };
    last.ifs.last().map_or(last.iter.range(), Ranged::range)
}

impl<'a> Parser<'_, 'a> {
    /// The end of a line behind which no block is indented.
    fn missing_block(&mut self) -> P<()> {
        self.token(Kind::Newline)?;
        self.not_token(Kind::Indent)
    }

    /// `'as' NAME`, if it is there.
    fn as_name_if_any(&mut self) -> P<()> {
        self.attempt(|p| {
            p.token(Kind::As)?;
            p.name()
        })
        .map(drop)
    }

    /// An expression where only a name may stand.
    fn no_import_target(&mut self) -> P<&'a Expr<'a>> {
        self.token(Kind::As)?;
        self.not_ahead(|p| {
            p.name()?;
            p.token_of(&[Kind::Comma, Kind::RPar, Kind::Semi, Kind::Newline])
        })?;
        self.expression()
    }
}
