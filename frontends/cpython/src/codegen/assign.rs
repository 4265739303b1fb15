//! Assignments: targets of every kind, augmented assignment, `del`.

use crate::ast::{self, Expr, ExprContext, Range, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{Count, Depth};

use super::expr::{attribute_range, binary_op};
use super::unit::UnitKind;
use super::{Compiler, Error, Result};

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, assign: &'a ast::StmtAssign<'a>) -> Result {
        let Some((last, first)) = assign.targets.split_last() else { return Ok(()) };
        if first.is_empty()
            && let (Expr::Tuple(targets), Expr::Tuple(values)) = (last, assign.value)
            && self.assign_pairwise(assign.range, targets, values)?
        {
            return Ok(());
        }
        self.expr(assign.value)?;
        for target in first {
            self.emit(assign.range, Op::Copy { depth: Depth(1) });
            self.store(target)?;
        }
        self.store(last)
    }

    /// `a, b = b, a` without a tuple, for two or three values.
    fn assign_pairwise(
        &mut self,
        range: Range,
        targets: &'a ast::ExprTuple<'a>,
        values: &'a ast::ExprTuple<'a>,
    ) -> Result<bool> {
        let plain = |items: &[Expr]| !items.iter().any(Expr::is_starred);
        let count = targets.elts.len();
        if !(2..=3).contains(&count) || count != values.elts.len() || !plain(targets.elts) || !plain(values.elts) {
            return Ok(false);
        }
        self.exprs(values.elts)?;
        // The first value must come to the top, as unpacking would leave it.
        self.swap(range, count as u32);
        for target in targets.elts {
            self.store(target)?;
        }
        Ok(true)
    }

    /// Stores the value on the stack in a target.
    pub(super) fn store(&mut self, target: &'a Expr<'a>) -> Result {
        let range = target.range();
        match target {
            Expr::Name(name) => {
                self.store_name(range, name.id);
                Ok(())
            }
            Expr::Attribute(attribute) => {
                self.note_static_attribute(attribute);
                self.expr(attribute.value)?;
                let name = self.mangled_name(attribute.attr);
                let place = attribute_range(range, attribute);
                self.emit(place, Op::StoreAttr { name });
                Ok(())
            }
            Expr::Subscript(subscript) => {
                self.expr(subscript.value)?;
                self.index(subscript.slice)?;
                self.emit(range, Op::StoreItem);
                Ok(())
            }
            Expr::Tuple(tuple) => self.deeper(tuple, |this| this.unpack(range, tuple.elts)),
            Expr::List(list) => self.deeper(list, |this| this.unpack(range, list.elts)),
            Expr::Starred(starred) => {
                Err(Error::syntax("starred assignment target must be in a list or tuple", starred.range))
            }
            _ => Err(Error::syntax("cannot assign to expression", range)),
        }
    }

    fn unpack(&mut self, range: Range, targets: &'a [Expr<'a>]) -> Result {
        let mut starred = targets.iter().enumerate().filter(|(_, target)| target.is_starred());
        match (starred.next(), starred.next()) {
            (None, _) => self.emit(range, Op::UnpackSequence { count: Count(targets.len() as u32) }),
            (Some((at, _)), None) => {
                let after = targets.len() - at - 1;
                if at >= 1 << 8 || after >= 1 << 23 {
                    return Err(Error::syntax("too many expressions in star-unpacking assignment", range));
                }
                self.emit(range, Op::UnpackEx { before: Count(at as u32), after: Count(after as u32) });
            }
            (Some(_), Some(_)) => {
                return Err(Error::syntax("multiple starred expressions in assignment", range));
            }
        }
        for target in targets {
            match target {
                Expr::Starred(starred) => self.store(starred.value)?,
                _ => self.store(target)?,
            }
        }
        Ok(())
    }

    /// Remembers an attribute that a method sets on `self`, for the class's `__static_attributes__`.
    fn note_static_attribute(&mut self, attribute: &ast::ExprAttribute) {
        let Expr::Name(name) = attribute.value else { return };
        if name.id != "self" || self.unit_ref().kind == UnitKind::Class {
            return;
        }
        let attr = attribute.attr.to_owned();
        if let Some(class) = self.units.iter_mut().rev().find(|unit| unit.kind == UnitKind::Class) {
            class.static_attributes.insert(attr);
        }
    }

    pub(super) fn augmented_assign(&mut self, assign: &'a ast::StmtAugAssign<'a>) -> Result {
        let target = assign.target.range();
        let op = Op::Inplace { op: binary_op(assign.op) };
        match assign.target {
            Expr::Name(name) => {
                self.load_name(target, name.id);
                self.expr(assign.value)?;
                self.emit(assign.range, op);
                self.store_name(target, name.id);
            }
            Expr::Attribute(attribute) => {
                self.note_static_attribute(attribute);
                let name = self.mangled_name(attribute.attr);
                self.expr(attribute.value)?;
                self.emit(target, Op::Copy { depth: Depth(1) });
                let place = attribute_range(target, attribute);
                self.emit(place, Op::LoadAttr { name });
                self.expr(assign.value)?;
                self.emit(assign.range, op);
                self.swap(place, 2);
                self.emit(place, Op::StoreAttr { name });
            }
            Expr::Subscript(subscript) => {
                self.expr(subscript.value)?;
                self.index(subscript.slice)?;
                self.emit(target, Op::Copy { depth: Depth(2) });
                self.emit(target, Op::Copy { depth: Depth(2) });
                self.emit(target, Op::LoadItem);
                self.expr(assign.value)?;
                self.emit(assign.range, op);
                // From `obj key v` to `v obj key`.
                self.swap(target, 3);
                self.swap(target, 2);
                self.emit(target, Op::StoreItem);
            }
            other => {
                return Err(Error::syntax("illegal expression for augmented assignment", other.range()));
            }
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &'a Expr<'a>) -> Result {
        let range = target.range();
        match target {
            Expr::Name(name) => self.name(range, name.id, ExprContext::Del),
            Expr::Attribute(attribute) => {
                self.expr(attribute.value)?;
                let name = self.mangled_name(attribute.attr);
                let place = attribute_range(range, attribute);
                self.emit(place, Op::DeleteAttr { name });
            }
            Expr::Subscript(subscript) => {
                self.expr(subscript.value)?;
                self.index(subscript.slice)?;
                self.emit(range, Op::DeleteItem);
            }
            Expr::Tuple(tuple) => {
                return self.deeper(tuple, |this| tuple.elts.iter().try_for_each(|item| this.delete(item)));
            }
            Expr::List(list) => {
                return self.deeper(list, |this| list.elts.iter().try_for_each(|item| this.delete(item)));
            }
            _ => return Err(Error::syntax("cannot delete expression", range)),
        }
        Ok(())
    }
}
