//! Mistakes in f-strings and t-strings, and in what stands beside them.

use super::super::strings::{F, Letter};
use super::{Kind, NOTHING, P, Parser};

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_string_tstring_concat(&mut self) -> P<()> {
        let message = "cannot mix t-string literals with string or bytes literals";
        let template_last = self.attempt(|p| {
            let parts = p.some(Self::fstring_or_string)?;
            Ok((parts, p.tstring()?))
        })?;
        if let Some((parts, template)) = template_last {
            return Err(self.fail_between(parts[parts.len() - 1], template, message));
        }
        let parts = self.some(Self::tstring)?;
        let string = self.fstring_or_string()?;
        Err(self.fail_between(parts[parts.len() - 1], string, message))
    }

    /// The start of a field up to its conversion.
    fn field_start(&mut self) -> P<()> {
        self.token(Kind::LBrace)?;
        self.annotated_rhs()?;
        self.eat(Kind::Equal)?;
        Ok(())
    }

    fn field_with_conversion(&mut self) -> P<()> {
        self.field_start()?;
        self.attempt(|p| {
            p.token(Kind::Exclamation)?;
            p.name()
        })
        .map(drop)
    }

    fn not_any(&mut self, kinds: &[Kind]) -> P<()> {
        if self.sees_any(kinds)? { NOTHING } else { Ok(()) }
    }

    pub(in super::super) fn invalid_replacement_field(&mut self, letter: Letter) -> P<()> {
        let what = format!("{}-string", letter.letter);
        for kind in [Kind::Equal, Kind::Exclamation, Kind::Colon, Kind::RBrace] {
            let empty = self.attempt(|p| {
                p.token(Kind::LBrace)?;
                p.token(kind)
            })?;
            if let Some(token) = empty {
                let shown = self.text_of(token);
                let message = format!("{what}: valid expression required before '{shown}'");
                return Err(self.fail_at(token.range, message));
            }
        }
        let no_expression = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            p.not_ahead(Self::annotated_rhs)
        })?;
        if no_expression.is_some() {
            return Err(self.fail_next(format!("{what}: expecting a valid expression after '{{'")));
        }
        let no_end = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            p.annotated_rhs()?;
            p.not_any(&[Kind::Equal, Kind::Exclamation, Kind::Colon, Kind::RBrace])
        })?;
        if no_end.is_some() {
            return Err(self.fail_next(format!("{what}: expecting '=', or '!', or ':', or '}}'")));
        }
        let behind_equal = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            p.annotated_rhs()?;
            p.token(Kind::Equal)?;
            p.not_any(&[Kind::Exclamation, Kind::Colon, Kind::RBrace])
        })?;
        if behind_equal.is_some() {
            return Err(self.fail_next(format!("{what}: expecting '!', or ':', or '}}'")));
        }
        self.attempt(|p| {
            p.field_start()?;
            p.invalid_conversion(&what)
        })?;
        let behind_conversion = self.attempt(|p| {
            p.field_with_conversion()?;
            p.not_any(&[Kind::Colon, Kind::RBrace])
        })?;
        if behind_conversion.is_some() {
            return Err(self.fail_next(format!("{what}: expecting ':' or '}}'")));
        }
        let in_spec = self.attempt(|p| {
            p.field_with_conversion()?;
            p.token(Kind::Colon)?;
            // For t-strings, too, as in CPython.
            p.many(|p| p.format_spec(F))?;
            p.not_token(Kind::RBrace)
        })?;
        if in_spec.is_some() {
            return Err(self.fail_next(format!("{what}: expecting '}}', or format specs")));
        }
        self.field_with_conversion()?;
        self.not_token(Kind::RBrace)?;
        Err(self.fail_next(format!("{what}: expecting '}}'")))
    }

    fn invalid_conversion(&mut self, what: &str) -> P<()> {
        self.token(Kind::Exclamation)?;
        if self.sees_any(&[Kind::Colon, Kind::RBrace])? {
            return Err(self.fail_next(format!("{what}: missing conversion character")));
        }
        self.not_token(Kind::Name)?;
        Err(self.fail_next(format!("{what}: invalid conversion character")))
    }
}
