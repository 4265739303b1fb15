//! Annotations: the `__annotate__` functions of PEP 649, or strings under `from __future__ import annotations`.

use crate::ast::{self, Expr, Range, Ranged, Stmt};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{Count, Depth, Flag};

use super::function::Given;
use super::unit::{Header, UnitKind};
use super::{Compiler, Result, unparse};
use crate::symtable::{Role, ScopeKind};

impl<'a> Compiler<'a> {
    // ---- functions --------------------------------------------------------------------------------------------------

    /// Pushes what carries a function's annotations, if it has any.
    pub(super) fn function_annotations(
        &mut self,
        def: &'a ast::StmtFunctionDef<'a>,
        range: Range,
        given: &mut Given,
    ) -> Result {
        let parameters = def.parameters.annotated().map(|(parameter, annotation)| (parameter.name, annotation));
        let annotations: Vec<(&str, &'a Expr<'a>)> =
            parameters.chain(def.returns.map(|returns| ("return", returns))).collect();
        if annotations.is_empty() {
            return Ok(());
        }
        let scope = self.scope_of(def, Role::Annotations);
        let line = range.line();
        let mut header = Header::new("__annotate__", scope, line, range);
        header.positional = 1;
        header.positional_only = 1;
        let qualname = format!("{}.__annotate__", self.qualname(def.name, UnitKind::Function));
        self.enter(header, UnitKind::Annotations);
        self.unit().code.code.qualname = self.module.name(&qualname);
        self.check_format(range);
        for &(name, annotation) in &annotations {
            let name = self.mangle(name).into_owned();
            self.str(range, &name);
            if self.options.future_annotations {
                self.annotation_text(annotation);
            } else {
                self.annotation(annotation)?;
            }
        }
        self.emit(range, Op::BuildDict { count: Count(annotations.len() as u32) });
        self.emit(range, Op::Return);
        let code = self.exit()?;
        self.closure(range, scope, code, Given::default());
        given.annotate = true;
        Ok(())
    }

    /// The value of an annotation; `*args: *Ts` unpacks.
    fn annotation(&mut self, annotation: &'a Expr<'a>) -> Result {
        match annotation {
            Expr::Starred(starred) => {
                self.expr(starred.value)?;
                self.emit(starred.range, Op::UnpackSequence { count: Count(1) });
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    fn annotation_text(&mut self, annotation: &Expr) {
        let text = unparse(annotation);
        let text = self.module.wtf8(&text);
        self.constant(annotation.range(), text);
    }

    // ---- variables ---------------------------------------------------------------------------------------------------

    /// Makes the `__annotate__` function of a module or class, if it has annotated variables.
    pub(super) fn deferred_annotations(&mut self, body: &'a [Stmt<'a>], range: Range) -> Result {
        if self.options.future_annotations {
            return Ok(());
        }
        let Some(id) = self.scope().annotations else { return Ok(()) };
        let is_module = self.scope().kind == ScopeKind::Module;
        let mut variables = Vec::new();
        collect(body, is_module, &mut variables);
        if variables.is_empty() {
            return Ok(());
        }
        let line = range.line();
        let mut header = Header::new("__annotate__", id, line, range);
        header.positional = 1;
        header.positional_only = 1;
        self.enter(header, UnitKind::Annotations);
        self.check_format(range);
        self.emit(range, Op::BuildDict { count: Count(0) });
        let mut number = 0;
        for (variable, conditional) in variables {
            let Expr::Name(name) = variable.target else { continue };
            let skip = self.label();
            if conditional {
                self.int(variable.range, number);
                self.load_name(variable.range, "__conditional_annotations__");
                self.emit(variable.range, Op::Contains { negate: Flag::No });
                self.emit(variable.range, Op::JumpIfFalse { target: skip });
                number += 1;
            }
            self.expr(variable.annotation)?;
            self.emit(range, Op::Copy { depth: Depth(2) });
            let name = self.mangle(name.id).into_owned();
            self.str(range, &name);
            self.emit(range, Op::StoreItem);
            self.bind(skip);
        }
        self.emit(range, Op::Return);
        let code = self.exit()?;
        self.closure(range, id, code, Given::default());
        let name = self.module.name(if is_module { "__annotate__" } else { "__annotate_func__" });
        self.emit(range, Op::StoreName { name });
        Ok(())
    }

    /// Numbers the conditional annotations of a module or class body, in the order of the source.
    pub(super) fn number_annotations(&mut self, body: &'a [Stmt<'a>]) {
        if self.options.future_annotations || self.scope().annotations.is_none() {
            return;
        }
        let is_module = self.scope().kind == ScopeKind::Module;
        let mut variables = Vec::new();
        collect(body, is_module, &mut variables);
        let numbers = variables
            .into_iter()
            .filter(|(_, conditional)| *conditional)
            .enumerate()
            .map(|(number, (variable, _))| (std::ptr::from_ref(variable) as usize, number as i64))
            .collect();
        self.unit().conditional_annotations = numbers;
    }

    pub(super) fn annotated_assignment(&mut self, assign: &'a ast::StmtAnnAssign<'a>) -> Result {
        let range = assign.range;
        if let Some(value) = &assign.value {
            self.expr(value)?;
            self.store(assign.target)?;
        }
        match assign.target {
            Expr::Name(name) => {
                let holds_annotations = !self.scope().is_function_like();
                if assign.simple && holds_annotations {
                    self.record_annotation(assign, name.id);
                }
            }
            Expr::Attribute(attribute) if assign.value.is_none() => {
                self.expr(attribute.value)?;
                self.emit(range, Op::Pop);
            }
            Expr::Subscript(subscript) if assign.value.is_none() => {
                self.expr(subscript.value)?;
                self.emit(range, Op::Pop);
                self.evaluate_and_drop(subscript.slice)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn record_annotation(&mut self, assign: &'a ast::StmtAnnAssign<'a>, name: &str) {
        let range = assign.range;
        if self.options.future_annotations {
            self.annotation_text(assign.annotation);
            let annotations = self.module.name("__annotations__");
            self.emit(range, Op::LoadName { name: annotations });
            let name = self.mangle(name).into_owned();
            self.str(range, &name);
            self.emit(range, Op::StoreItem);
            return;
        }
        let key = std::ptr::from_ref(assign) as usize;
        if let Some(&number) = self.unit_ref().conditional_annotations.get(&key) {
            match self.cell_of("__conditional_annotations__") {
                Some(cell) => self.emit(range, Op::LoadDeref { cell }),
                None => self.load_name(range, "__conditional_annotations__"),
            }
            self.int(range, number);
            self.emit(range, Op::SetAdd { depth: Depth(1) });
            self.emit(range, Op::Pop);
        }
    }

    /// Evaluates the parts of a subscript for their effects.
    fn evaluate_and_drop(&mut self, expr: &'a Expr<'a>) -> Result {
        let parts: Vec<&'a Expr<'a>> = match expr {
            Expr::Slice(slice) => [slice.lower, slice.upper, slice.step].into_iter().flatten().collect(),
            Expr::Tuple(tuple) => return tuple.elts.iter().try_for_each(|item| self.evaluate_and_drop(item)),
            _ => vec![expr],
        };
        for part in parts {
            self.expr(part)?;
            self.emit(part.range(), Op::Pop);
        }
        Ok(())
    }
}

/// Whether a body annotates a variable of its block.
pub(super) fn any(body: &[Stmt]) -> bool {
    let mut found = Vec::new();
    collect(body, true, &mut found);
    !found.is_empty()
}

/// The annotated names of a block in the order of the source; with each, whether only the run knows if it is executed.
fn collect<'a>(body: &'a [Stmt<'a>], conditional: bool, found: &mut Vec<(&'a ast::StmtAnnAssign<'a>, bool)>) {
    for stmt in body {
        match stmt {
            Stmt::AnnAssign(assign) if assign.simple && assign.target.is_name() => found.push((assign, conditional)),
            Stmt::If(stmt) => {
                collect(stmt.body, true, found);
                let mut orelse = stmt.orelse;
                while let [Stmt::If(next)] = orelse {
                    collect(next.body, true, found);
                    orelse = next.orelse;
                }
                collect(orelse, true, found);
            }
            Stmt::For(stmt) => {
                collect(stmt.body, true, found);
                collect(stmt.orelse, true, found);
            }
            Stmt::While(stmt) => {
                collect(stmt.body, true, found);
                collect(stmt.orelse, true, found);
            }
            Stmt::With(stmt) => collect(stmt.body, true, found),
            Stmt::Try(stmt) => {
                collect(stmt.body, true, found);
                for handler in stmt.handlers {
                    collect(handler.body, true, found);
                }
                collect(stmt.orelse, true, found);
                collect(stmt.finalbody, true, found);
            }
            Stmt::Match(stmt) => stmt.cases.iter().for_each(|case| collect(case.body, true, found)),
            _ => {}
        }
    }
}
