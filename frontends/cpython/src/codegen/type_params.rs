//! Type parameters and `type` statements (PEP 695, PEP 696).

use crate::ast::{self, Expr, Range, Ranged, TypeParam};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{BuiltinRef, CompareOp, Count, Depth, IntrinsicFn, RaiseArgs};

use super::constant::Value;
use super::function::Given;
use super::unit::{Header, UnitKind};
use super::{Compiler, Result};
use crate::symtable::{Role, ScopeId};

impl<'a> Compiler<'a> {
    /// Makes the type parameters, binds each to its name, and pushes a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> Result {
        for param in params {
            let (range, name) = (param.range(), param.name());
            self.str(range, name);
            let which = match param {
                TypeParam::TypeVar(var) => match var.bound {
                    Some(bound) => {
                        let scope = self.scope_of(param, Role::Bound);
                        self.lazy_value(scope, name, bound, bound.range())?;
                        if bound.is_tuple() {
                            IntrinsicFn::TypeVarWithConstraints
                        } else {
                            IntrinsicFn::TypeVarWithBound
                        }
                    }
                    None => IntrinsicFn::TypeVar,
                },
                TypeParam::TypeVarTuple(_) => IntrinsicFn::TypeVarTuple,
                TypeParam::ParamSpec(_) => IntrinsicFn::ParamSpec,
            };
            self.emit(range, Op::Intrinsic { which });
            if let Some(default) = param.default_value() {
                let scope = self.scope_of(param, Role::Default);
                self.lazy_value(scope, name, default, default.range())?;
                self.emit(range, Op::Intrinsic { which: IntrinsicFn::SetTypeParamDefault });
            }
            self.emit(range, Op::Copy { depth: Depth(1) });
            self.store_name(range, name);
        }
        let first = params.first().map_or(Range::default(), Ranged::range);
        self.emit(first, Op::BuildTuple { count: Count(params.len() as u32) });
        Ok(())
    }

    pub(super) fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias<'a>) -> Result {
        let range = alias.range;
        let Expr::Name(name) = alias.name else { return Ok(()) };
        let scope = self.scope_of(alias, Role::Body);
        if alias.type_params.is_empty() {
            self.str(range, name.id);
            self.none(range);
            self.lazy_value(scope, name.id, alias.value, range)?;
            self.emit(range, Op::Intrinsic { which: IntrinsicFn::TypeAlias });
        } else {
            let outer = self.scope_of(alias, Role::TypeParameters);
            let header = Header::new(self.table.scope(outer).name.clone(), outer, range.line(), range);
            self.enter(header, UnitKind::TypeParameters);
            self.str(range, name.id);
            self.type_params(alias.type_params)?;
            self.lazy_value(scope, name.id, alias.value, range)?;
            self.emit(range, Op::Intrinsic { which: IntrinsicFn::TypeAlias });
            self.emit(range, Op::Return);
            let code = self.exit()?;
            self.closure(range, outer, code, Given::default());
            self.emit(range, Op::Call { argc: Count(0) });
        }
        self.store_name(name.range, name.id);
        Ok(())
    }

    /// Pushes a function of a format that evaluates an expression when it is asked to.
    fn lazy_value(&mut self, scope: ScopeId, name: &str, value: &'a Expr<'a>, range: Range) -> Result {
        let one = self.intern(&Value::Tuple(vec![Value::Int(1)]));
        self.constant(range, one);
        let line = range.line();
        let mut header = Header::new(name, scope, line, range);
        header.positional = 1;
        header.positional_only = 1;
        self.enter(header, UnitKind::Annotations);
        self.check_format(range);
        match value {
            // The default of a `*Ts` may be an unpacked one.
            Expr::Starred(starred) => {
                self.expr(starred.value)?;
                self.emit(starred.range, Op::UnpackSequence { count: Count(1) });
            }
            _ => self.expr(value)?,
        }
        self.emit(range, Op::Return);
        let code = self.exit()?;
        let given = Given { defaults: true, ..Given::default() };
        self.closure(range, scope, code, given);
        Ok(())
    }

    /// Annotation functions support the formats VALUE and VALUE_WITH_FAKE_GLOBALS only; for others they raise
    /// `NotImplementedError` (PEP 649).
    pub(super) fn check_format(&mut self, range: Range) {
        let supported = self.label();
        self.load_name(range, ".format");
        self.int(range, 2);
        self.emit(range, Op::Compare { op: CompareOp::Gt });
        self.emit(range, Op::JumpIfFalse { target: supported });
        self.emit(range, Op::LoadBuiltin { which: BuiltinRef::NotImplementedError });
        self.emit(range, Op::Raise { argc: RaiseArgs::Exc });
        self.bind(supported);
    }
}
