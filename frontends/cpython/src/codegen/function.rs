//! Functions and lambdas: parameters, defaults, closures, docstrings.

use crate::ast::{self, Expr, Parameters, Range, Ranged, Stmt};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{CodeIdx, ConstIdx, Count, FunctionAttr};

use super::program::split_docstring;
use super::unit::{Header, UnitKind};
use super::{Compiler, Result};
use crate::symtable::{Role, ScopeId};

/// What lies on the stack for a function that is about to be made, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given {
    pub defaults: bool,
    pub kw_defaults: bool,
    pub annotate: bool,
}

impl<'a> Compiler<'a> {
    pub(super) fn function_def(&mut self, def: &'a ast::StmtFunctionDef<'a>) -> Result {
        self.decorators(def.decorator_list)?;
        let range = def.range;
        let first_line = first_line(def.decorator_list, range);
        let mut given = self.defaults(range, def.parameters)?;
        if !def.type_params.is_empty() {
            let passed = u32::from(given.defaults) + u32::from(given.kw_defaults);
            if passed == 2 {
                self.swap(range, 2);
            }
            let scope = self.scope_of(def, Role::TypeParameters);
            let mut header = Header::new(self.table.scope(scope).name.clone(), scope, first_line, range);
            header.positional = passed;
            self.enter(header, UnitKind::TypeParameters);
            self.type_params(def.type_params)?;
            if given.defaults {
                self.load_name(range, ".defaults");
            }
            if given.kw_defaults {
                self.load_name(range, ".kwdefaults");
            }
            self.function_object(def, range, first_line, &mut given)?;
            self.emit(range, Op::SetFunction { attr: FunctionAttr::TypeParams });
            self.emit(range, Op::Return);
            let code = self.exit()?;
            self.closure(range, scope, code, Given::default());
            if passed > 0 {
                self.swap(range, passed + 1);
            }
            self.emit(range, Op::Call { argc: Count(passed) });
        } else {
            self.function_object(def, range, first_line, &mut given)?;
        }
        self.apply_decorators(def.decorator_list);
        self.store_name(range, def.name);
        Ok(())
    }

    /// The annotations and the function itself; defaults are on the stack.
    fn function_object(
        &mut self,
        def: &'a ast::StmtFunctionDef<'a>,
        range: Range,
        first_line: u32,
        given: &mut Given,
    ) -> Result {
        self.function_annotations(def, range, given)?;
        let scope = self.scope_of(def, Role::Body);
        let mut header = Header::new(def.name, scope, first_line, def.range);
        parameters(&mut header, def.parameters);
        let kind = if def.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter(header, kind);
        self.function_body(def.body)?;
        let code = self.exit()?;
        self.closure(range, scope, code, *given);
        Ok(())
    }

    fn function_body(&mut self, body: &'a [Stmt<'a>]) -> Result {
        let mut body = body;
        if let Some(((docstring, _), rest)) = split_docstring(body) {
            let text = self.docstring(docstring);
            let code = &mut self.unit().code.code;
            code.docstring = Some(text);
            code.flags.has_docstring = true;
            body = rest;
        }
        self.statements(body)?;
        if body.is_empty() {
            // Only a docstring: its line is what runs.
            let range = self.unit_ref().range;
            self.emit(Range::empty(range.start()), Op::Nop);
        }
        self.implicit_return();
        Ok(())
    }

    /// Returns `None` where control falls off the end.
    fn implicit_return(&mut self) {
        let value = self.module.none();
        self.glue(Op::Const { value });
        self.op(Op::Return);
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda<'a>) -> Result {
        let given = self.defaults(lambda.range, lambda.parameters)?;
        let scope = self.scope_of(lambda, Role::Body);
        let mut header = Header::new("<lambda>", scope, lambda.range.line(), lambda.range);
        parameters(&mut header, lambda.parameters);
        self.enter(header, UnitKind::Lambda);
        self.expr(lambda.body)?;
        self.emit(lambda.body.range(), Op::Return);
        let code = self.exit()?;
        self.closure(lambda.range, scope, code, given);
        Ok(())
    }

    /// Pushes the defaults: a tuple of the positional ones, a dict of the keyword-only ones.
    fn defaults(&mut self, range: Range, parameters: &'a Parameters<'a>) -> Result<Given> {
        let mut given = Given::default();
        let positional = parameters.defaults;
        if !positional.is_empty() {
            given.defaults = true;
            if let Some(values) = self.fold_all(positional, 0) {
                let tuple = self.intern(&super::constant::Value::Tuple(values));
                self.constant(range, tuple);
            } else {
                self.exprs(positional)?;
                self.emit(range, Op::BuildTuple { count: Count(positional.len() as u32) });
            }
        }
        let mut count = 0;
        for (parameter, default) in parameters.keyword_defaults() {
            let name = self.mangle(parameter.name).into_owned();
            self.str(range, &name);
            self.expr(default)?;
            count += 1;
        }
        if count > 0 {
            given.kw_defaults = true;
            self.emit(range, Op::BuildDict { count: Count(count) });
        }
        Ok(given)
    }

    /// Makes a function of a code object, with its closure and what lies on the stack for it.
    pub(super) fn closure(&mut self, range: Range, scope: ScopeId, code: CodeIdx, given: Given) {
        let free = &self.table.scope(scope).free;
        if !free.is_empty() {
            for &sym in free {
                self.load_captured(range, sym);
            }
            self.emit(range, Op::BuildTuple { count: Count(free.len() as u32) });
        }
        self.emit(range, Op::MakeFunction { code });
        let attributes = [
            (!free.is_empty(), FunctionAttr::Closure),
            (given.annotate, FunctionAttr::Annotate),
            (given.kw_defaults, FunctionAttr::KwDefaults),
            (given.defaults, FunctionAttr::Defaults),
        ];
        for (_, attr) in attributes.into_iter().filter(|(given, _)| *given) {
            self.emit(range, Op::SetFunction { attr });
        }
    }

    pub(super) fn decorators(&mut self, decorators: &'a [Expr<'a>]) -> Result {
        self.exprs(decorators)
    }

    /// Applies decorators to what is on top of them on the stack, the last one first.
    pub(super) fn apply_decorators(&mut self, decorators: &[Expr]) {
        for decorator in decorators.iter().rev() {
            self.emit(decorator.range(), Op::Call { argc: Count(1) });
        }
    }

    /// A docstring, with its indentation removed as CPython does when it compiles.
    pub(super) fn docstring(&mut self, text: &[u8]) -> ConstIdx {
        self.module.wtf8(&clean_docstring(text))
    }
}

/// The line that a function or class begins on: that of its first decorator.
pub(super) fn first_line(decorators: &[Expr], range: Range) -> u32 {
    decorators.first().map_or(range, Ranged::range).line()
}

/// Enters the counts of a parameter list.
fn parameters(header: &mut Header, parameters: &Parameters) {
    header.positional_only = parameters.posonlyargs.len() as u32;
    header.positional = header.positional_only + parameters.args.len() as u32;
    header.keyword_only = parameters.kwonlyargs.len() as u32;
    header.varargs = parameters.vararg.is_some();
    header.varkwargs = parameters.kwarg.is_some();
}

/// Removes the indentation common to all lines but the first, and expands tabs before it: `inspect.cleandoc` without
/// the removal of blank lines at the ends.
fn clean_docstring(text: &[u8]) -> Vec<u8> {
    let is_space = |byte: &u8| *byte == b' ';
    let mut expanded = Vec::with_capacity(text.len());
    if text.contains(&b'\t') {
        expand_tabs(text, &mut expanded)
    } else {
        expanded.extend_from_slice(text)
    }
    let mut lines = expanded.split(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let margin = lines
        .clone()
        .filter(|line| !line.iter().all(is_space))
        .map(|line| line.iter().take_while(|byte| is_space(byte)).count())
        .min()
        .unwrap_or(0);
    let mut clean: Vec<u8> = first.iter().copied().skip_while(|byte| is_space(byte)).collect();
    for line in lines {
        clean.push(b'\n');
        let blank = line.iter().take_while(|byte| is_space(byte)).count();
        clean.extend_from_slice(&line[blank.min(margin)..]);
    }
    clean
}

/// Expands tabs to columns of eight.
fn expand_tabs(text: &[u8], expanded: &mut Vec<u8>) {
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(b' ', width));
                column += width;
            }
            b'\n' | b'\r' => {
                expanded.push(byte);
                column = 0;
            }
            _ => {
                expanded.push(byte);
                // Continuation bytes of UTF-8 take no column.
                column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
}
