//! Type parameters and `type` statements (PEP 695, PEP 696).

use orochi_bytecode::Op;
use orochi_bytecode::operands::{BuiltinRef, CompareOp, Count, Depth, IntrinsicFn, RaiseArgs};
use ruff_python_ast::{self as ast, Expr, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::constant::Value;
use super::function::Given;
use super::unit::{Header, UnitKind};
use super::{Compiler, Result};
use crate::symtable::{Role, ScopeId};

impl<'a> Compiler<'a> {
    /// Makes the type parameters, binds each to its name, and pushes a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a ast::TypeParams) -> Result {
        for param in &params.type_params {
            let range = param.range();
            let (name, default) = match param {
                TypeParam::TypeVar(var) => (&var.name, &var.default),
                TypeParam::TypeVarTuple(var) => (&var.name, &var.default),
                TypeParam::ParamSpec(var) => (&var.name, &var.default),
            };
            self.str(range, &name.id);
            let which = match param {
                TypeParam::TypeVar(var) => match &var.bound {
                    Some(bound) => {
                        let scope = self.scope_of(param, Role::Bound);
                        self.lazy_value(scope, &name.id, bound, bound.range())?;
                        if bound.is_tuple_expr() {
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
            if let Some(default) = default {
                let scope = self.scope_of(param, Role::Default);
                self.lazy_value(scope, &name.id, default, default.range())?;
                self.emit(range, Op::Intrinsic { which: IntrinsicFn::SetTypeParamDefault });
            }
            self.emit(range, Op::Copy { depth: Depth(1) });
            self.store_name(range, &name.id);
        }
        self.emit(params.range, Op::BuildTuple { count: Count(params.type_params.len() as u32) });
        Ok(())
    }

    pub(super) fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias) -> Result {
        let range = alias.range;
        let Expr::Name(name) = &*alias.name else { return Ok(()) };
        let scope = self.scope_of(alias, Role::Body);
        if let Some(params) = &alias.type_params {
            let outer = self.scope_of(&**params, Role::TypeParameters);
            let line = self.source.line(range.start());
            let header = Header::new(self.table.scope(outer).name.clone(), outer, line, range);
            self.enter(header, UnitKind::TypeParameters);
            self.str(range, &name.id);
            self.type_params(params)?;
            self.lazy_value(scope, &name.id, &alias.value, range)?;
            self.emit(range, Op::Intrinsic { which: IntrinsicFn::TypeAlias });
            self.emit(range, Op::Return);
            let code = self.exit()?;
            self.closure(range, outer, code, Given::default());
            self.emit(range, Op::Call { argc: Count(0) });
        } else {
            self.str(range, &name.id);
            self.none(range);
            self.lazy_value(scope, &name.id, &alias.value, range)?;
            self.emit(range, Op::Intrinsic { which: IntrinsicFn::TypeAlias });
        }
        self.store_name(name.range, &name.id);
        Ok(())
    }

    /// Pushes a function of a format that evaluates an expression when it is asked to.
    fn lazy_value(&mut self, scope: ScopeId, name: &str, value: &'a Expr, range: TextRange) -> Result {
        let one = self.intern(&Value::Tuple(vec![Value::Int(1)]));
        self.constant(range, one);
        let line = self.source.line(range.start());
        let mut header = Header::new(name, scope, line, range);
        header.positional = 1;
        header.positional_only = 1;
        self.enter(header, UnitKind::Annotations);
        self.check_format(range);
        match value {
            // The default of a `*Ts` may be an unpacked one.
            Expr::Starred(starred) => {
                self.expr(&starred.value)?;
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
    pub(super) fn check_format(&mut self, range: TextRange) {
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
