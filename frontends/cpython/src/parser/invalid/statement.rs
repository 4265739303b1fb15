//! Mistakes in statements that fit on a line.

use super::super::report::TargetKind;
use super::{Kind, NOTHING, P, Parser, Stop};
use crate::ast::{Expr, Ranged};

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_assignment(&mut self) -> P<()> {
        let annotated = self.attempt(|p| {
            let target = p.invalid_ann_assign_target()?;
            p.token(Kind::Colon)?;
            p.expression()?;
            Ok(target)
        })?;
        if let Some(target) = annotated {
            let message = format!("only single target (not {}) can be annotated", target.description());
            return Err(self.fail_at(target.range(), message));
        }
        let several = self.attempt(|p| {
            let first = p.star_named_expression()?;
            p.token(Kind::Comma)?;
            p.many(Self::star_named_expressions)?;
            p.token(Kind::Colon)?;
            p.expression()?;
            Ok(first)
        })?;
        if let Some(first) = several {
            return Err(self.fail_at(first.range(), "only single target (not tuple) can be annotated"));
        }
        let illegal = self.attempt(|p| {
            let target = p.expression()?;
            p.token(Kind::Colon)?;
            p.expression()?;
            Ok(target)
        })?;
        if let Some(target) = illegal {
            return Err(self.fail_at(target.range(), "illegal target for annotation"));
        }
        let assigned = self.attempt(|p| p.behind_targets(Self::star_expressions))?;
        if let Some(target) = assigned {
            return self.fail_target(TargetKind::Star, target);
        }
        if let Some(target) = self.attempt(|p| p.behind_targets(Self::yield_expr))? {
            return Err(self.fail_at(target.range(), "assignment to yield expression not possible"));
        }
        let augmented = self.attempt(|p| {
            let target = p.star_expressions()?;
            p.augassign()?;
            p.annotated_rhs()?;
            Ok(target)
        })?;
        if let Some(target) = augmented {
            let message = format!("'{}' is an illegal expression for augmented assignment", target.description());
            return Err(self.fail_at(target.range(), message));
        }
        NOTHING
    }

    /// What stands before another `=`, behind proper targets.
    fn behind_targets(&mut self, rule: fn(&mut Self) -> P<&'a Expr<'a>>) -> P<&'a Expr<'a>> {
        self.many(|p| {
            p.star_targets()?;
            p.token(Kind::Equal)
        })?;
        let target = rule(self)?;
        self.token(Kind::Equal)?;
        Ok(target)
    }

    fn invalid_ann_assign_target(&mut self) -> P<&'a Expr<'a>> {
        if let Some(list) = self.attempt(Self::list)? {
            return Ok(list);
        }
        if let Some(tuple) = self.attempt(Self::tuple)? {
            return Ok(tuple);
        }
        self.token(Kind::LPar)?;
        let target = self.deeper(Self::invalid_ann_assign_target)?;
        self.token(Kind::RPar)?;
        Ok(target)
    }

    pub(in super::super) fn invalid_del_stmt(&mut self) -> P<()> {
        self.token(Kind::Del)?;
        let targets = self.star_expressions()?;
        self.fail_target(TargetKind::Del, targets)
    }

    // ---- imports --------------------------------------------------------------------------------------------------------

    pub(in super::super) fn invalid_import(&mut self) -> P<()> {
        let swapped = self.attempt(|p| {
            let import = p.token(Kind::Import)?;
            p.separated(Self::dotted_name)?;
            p.token(Kind::From)?;
            p.dotted_name()?;
            Ok(import)
        })?;
        if let Some(import) = swapped {
            return Err(self.fail_from(&import.range, "Did you mean to use 'from ... import ...' instead?"));
        }
        self.token(Kind::Import)?;
        let newline = self.token(Kind::Newline)?;
        Err(self.fail_from(&newline.range, "Expected one or more names after 'import'"))
    }

    pub(in super::super) fn invalid_dotted_as_name(&mut self) -> P<()> {
        self.dotted_name()?;
        let target = self.no_import_target()?;
        Err(self.fail_at(target.range(), format!("cannot use {} as import target", target.description())))
    }

    pub(in super::super) fn invalid_import_from_as_name(&mut self) -> P<()> {
        self.name()?;
        let target = self.no_import_target()?;
        Err(self.fail_at(target.range(), format!("cannot use {} as import target", target.description())))
    }

    pub(in super::super) fn invalid_import_from_targets(&mut self) -> P<()> {
        let trailing = self.attempt(|p| {
            p.import_from_as_names()?;
            p.token(Kind::Comma)?;
            p.token(Kind::Newline)
        })?;
        if trailing.is_some() {
            let message = "trailing comma not allowed without surrounding parentheses";
            return Err(self.fail_last("SyntaxError", message));
        }
        let newline = self.token(Kind::Newline)?;
        Err(self.fail_from(&newline.range, "Expected one or more names after 'import'"))
    }

    pub(in super::super) fn invalid_block(&mut self) -> P<()> {
        self.missing_block()?;
        Err(self.fail_indent("expected an indented block"))
    }

    /// A SyntaxError for a colon that is missing at the end of a line.
    pub(super) fn missing_colon(&mut self) -> Stop {
        self.fail_last("SyntaxError", "expected ':'")
    }
}
