//! Functions and lambdas: parameters, defaults, closures, docstrings.

use orochi_bytecode::Op;
use orochi_bytecode::operands::{CodeIdx, ConstIdx, Count, FunctionAttr};
use ruff_python_ast::{self as ast, Expr, Parameters, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::program::split_docstring;
use super::unit::{Header, UnitKind};
use super::{Compiler, Result, literal};
use crate::symtable::{Role, ScopeId};

/// What lies on the stack for a function that is about to be made, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given {
    pub defaults: bool,
    pub kw_defaults: bool,
    pub annotations: bool,
    pub annotate: bool,
}

impl<'a> Compiler<'a> {
    pub(super) fn function_def(&mut self, def: &'a ast::StmtFunctionDef) -> Result {
        self.decorators(&def.decorator_list)?;
        // The position of what defines the function is its header's first line, decorators left out.
        let range = self.header_range(def.range, &def.decorator_list);
        let first_line = self.first_line(&def.decorator_list, range);
        let mut given = self.defaults(range, &def.parameters)?;
        if let Some(params) = &def.type_params {
            let passed = u32::from(given.defaults) + u32::from(given.kw_defaults);
            if passed == 2 {
                self.swap(range, 2);
            }
            let scope = self.scope_of(&**params, Role::TypeParameters);
            let mut header = Header::new(self.table.scope(scope).name.clone(), scope, first_line, range);
            header.positional = passed;
            self.enter(header, UnitKind::TypeParameters);
            self.type_params(params)?;
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
        self.apply_decorators(&def.decorator_list);
        self.store_name(range, &def.name.id);
        Ok(())
    }

    /// The annotations and the function itself; defaults are on the stack.
    fn function_object(
        &mut self,
        def: &'a ast::StmtFunctionDef,
        range: TextRange,
        first_line: u32,
        given: &mut Given,
    ) -> Result {
        self.function_annotations(def, range, given)?;
        let scope = self.scope_of(def, Role::Body);
        let mut header = Header::new(def.name.id.as_str(), scope, first_line, def.range);
        parameters(&mut header, &def.parameters);
        let kind = if def.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter(header, kind);
        self.function_body(&def.body)?;
        let code = self.exit()?;
        self.closure(range, scope, code, *given);
        Ok(())
    }

    fn function_body(&mut self, body: &'a [Stmt]) -> Result {
        let mut body = body;
        if let Some((docstring, rest)) = split_docstring(body) {
            if self.options.optimize < 2 {
                let text = self.docstring(docstring);
                let code = &mut self.unit().code.code;
                code.docstring = Some(text);
                code.flags.has_docstring = true;
                body = rest;
            } else {
                body = rest;
            }
        }
        self.statements(body)?;
        if body.is_empty() {
            // Only a docstring: its line is what runs.
            let range = self.unit_ref().range;
            self.emit(TextRange::empty(range.start()), Op::Nop);
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

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) -> Result {
        let given = match &lambda.parameters {
            Some(parameters) => self.defaults(lambda.range, parameters)?,
            None => Given::default(),
        };
        let scope = self.scope_of(lambda, Role::Body);
        let line = self.source.line(lambda.range.start());
        let mut header = Header::new("<lambda>", scope, line, lambda.range);
        if let Some(params) = &lambda.parameters {
            parameters(&mut header, params);
        }
        self.enter(header, UnitKind::Lambda);
        self.expr(&lambda.body)?;
        self.emit(lambda.body.range(), Op::Return);
        let code = self.exit()?;
        self.closure(lambda.range, scope, code, given);
        Ok(())
    }

    /// Pushes the defaults: a tuple of the positional ones, a dict of the keyword-only ones.
    fn defaults(&mut self, range: TextRange, parameters: &'a Parameters) -> Result<Given> {
        let mut given = Given::default();
        let positional: Vec<&'a Expr> =
            parameters.posonlyargs.iter().chain(&parameters.args).filter_map(|p| p.default.as_deref()).collect();
        if !positional.is_empty() {
            given.defaults = true;
            let values: Option<Vec<_>> = positional.iter().map(|default| self.fold(default)).collect();
            if let Some(values) = values {
                let tuple = self.intern(&super::constant::Value::Tuple(values));
                self.constant(range, tuple);
            } else {
                for default in &positional {
                    self.expr(default)?;
                }
                self.emit(range, Op::BuildTuple { count: Count(positional.len() as u32) });
            }
        }
        let mut count = 0;
        for parameter in &parameters.kwonlyargs {
            if let Some(default) = &parameter.default {
                let name = self.mangle(&parameter.parameter.name.id).into_owned();
                self.str(range, &name);
                self.expr(default)?;
                count += 1;
            }
        }
        if count > 0 {
            given.kw_defaults = true;
            self.emit(range, Op::BuildDict { count: Count(count) });
        }
        Ok(given)
    }

    /// Makes a function of a code object, with its closure and what lies on the stack for it.
    pub(super) fn closure(&mut self, range: TextRange, scope: ScopeId, code: CodeIdx, given: Given) {
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
            (given.annotations, FunctionAttr::Annotations),
            (given.kw_defaults, FunctionAttr::KwDefaults),
            (given.defaults, FunctionAttr::Defaults),
        ];
        for (_, attr) in attributes.into_iter().filter(|(given, _)| *given) {
            self.emit(range, Op::SetFunction { attr });
        }
    }

    pub(super) fn decorators(&mut self, decorators: &'a [ast::Decorator]) -> Result {
        decorators.iter().try_for_each(|decorator| self.expr(&decorator.expression))
    }

    /// Applies decorators to what is on top of them on the stack, the last one first.
    pub(super) fn apply_decorators(&mut self, decorators: &[ast::Decorator]) {
        for decorator in decorators.iter().rev() {
            self.emit(decorator.expression.range(), Op::Call { argc: Count(1) });
        }
    }

    /// The line that a function or class begins on: that of its first decorator.
    pub(super) fn first_line(&self, decorators: &[ast::Decorator], range: TextRange) -> u32 {
        let start = decorators.first().map_or(range.start(), |decorator| decorator.expression.start());
        self.source.line(start)
    }

    /// The range of a definition without its decorators: from the keyword on, past newlines and comments.
    pub(super) fn header_range(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let after = TextRange::new(last.range.end(), range.end());
        let text = self.source.slice(after);
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\\' || c == ')');
            match rest.strip_prefix('#') {
                Some(comment) => rest = comment.split_once('\n').map_or("", |(_, next)| next),
                None => break,
            }
        }
        let skipped = ruff_text_size::TextSize::new((text.len() - rest.len()) as u32);
        TextRange::new(after.start() + skipped, range.end())
    }

    /// A docstring, with its indentation removed as CPython does when it compiles.
    pub(super) fn docstring(&mut self, literal: &ast::ExprStringLiteral) -> ConstIdx {
        let text = clean_docstring(&literal::string(self.source, literal));
        self.module.wtf8(&text)
    }
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
