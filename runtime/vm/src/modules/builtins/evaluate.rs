//! Built-in functions that compile and run code, and those behind the `class` and `import` statements.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::compile::SourceMode;
use crate::error::PyResult;
use crate::modules::builtins::source::{self, Wanted};
use crate::modules::frames;
use crate::object::special::Special;
use crate::types::bytes::Bytes;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::native::{Args, NativeDef};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn given(vm: &Vm, value: Value) -> Option<Value> {
    value.bound().filter(|value| *value != vm.none())
}

/// The namespaces for `eval` and `exec`: those given, else those of the running frame.
fn namespaces(vm: &Vm, name: &str, globals: Value, locals: Value) -> PyResult<(Gc<Dict>, Value)> {
    let is_mapping = |value: Value| vm.class_of(value).special(Special::GetItem).is_bound();
    let locals = given(vm, locals);
    if let Some(locals) = locals
        && !is_mapping(locals)
    {
        let text = match name {
            "exec" => format!("locals must be a mapping or None, not {}", vm.type_name(locals)),
            _ => "locals must be a mapping".to_owned(),
        };
        return Err(vm.type_error(text));
    }
    let Some(globals) = given(vm, globals) else {
        let Some(current) = frames::current_globals(vm) else {
            let text = format!("{name} must be given globals and locals when called without a frame");
            return Err(vm.raise(vm.types().system_error, text));
        };
        let locals = match locals {
            Some(locals) => locals,
            None => frames::current_locals(vm)?.unwrap_or(current.into()),
        };
        return Ok((current, locals));
    };
    let Some(dict) = globals.cast::<Dict>() else {
        let text = match name {
            "exec" => format!("exec() globals must be a dict, not {}", vm.type_name(globals)),
            _ if is_mapping(globals) => "globals must be a real dict; try eval(code, {}, mapping)".to_owned(),
            _ => "globals must be a dict".to_owned(),
        };
        return Err(vm.type_error(text));
    };
    Ok((dict, locals.unwrap_or(globals)))
}

/// Runs a code object for `eval` or `exec`.
fn run(vm: &Vm, name: &str, code: Gc<Code>, globals: Gc<Dict>, locals: Value, closure: Option<Value>) -> PyResult {
    let free = code.wire().free.len();
    let cells = match closure {
        None if free > 0 => {
            return Err(vm.type_error(format!("code object passed to {name}() may not contain free variables")));
        }
        None => None,
        Some(_) if free == 0 => {
            return Err(vm.type_error("cannot use a closure with this code object"));
        }
        Some(closure) => {
            let is_cell = |cell: &Value| cell.cast::<crate::types::cell::PyCell>().is_some();
            match closure.cast::<Tuple>().filter(|cells| cells.len() == free && cells.items().iter().all(is_cell)) {
                Some(cells) => Some(cells),
                None => {
                    let text = format!("code object requires a closure of exactly length {free}");
                    return Err(vm.type_error(text));
                }
            }
        }
    };
    if code.flags().function || cells.is_some() {
        vm.insert_builtins(globals)?;
        let function = Function::new(vm, code, globals)?;
        if let Some(cells) = cells {
            function.closure.set(cells.into());
            vm.heap.barrier(function.header());
        }
        return if code.flags().function { vm.call(function.into(), &[]) } else { vm.run_body(function, locals) };
    }
    vm.run_code(code, globals, locals)
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Build a class; what the `class` statement calls.
    #[method("__build_class__(func, name, /, *bases, **kwds)")]
    fn build_class(vm: &Vm, args: &[Value]) -> PyResult {
        let kwds: Gc<Dict> = args[2].expect();
        let mut names = vm.scratch(kwds.len())?;
        let mut values = vm.scratch(args.len() - 1 + kwds.len())?;
        values.extend(&args[..2]);
        values.extend(&args[3..]);
        for (name, value) in kwds.entries() {
            names.push(name);
            values.push(value);
        }
        let names = Tuple::new(vm, &names)?;
        vm.build_class(Args { values: &values, names: Some(names) })
    }

    /// Import a module.
    #[method("__import__(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn import(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(name) = args[0].cast::<Str>() else {
            return Err(vm.type_error("module name must be a string"));
        };
        let level = if args[4].is_bound() { vm.index_i64(args[4])? } else { 0 };
        crate::modules::import::dunder_import(vm, name, args[1], args[3], level)
    }

    /// Compile source text or a syntax tree to a code object for `exec`, `eval` or one interactive statement (`single`); or source text
    /// to a syntax tree.
    #[method("compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    fn compile(vm: &Vm, args: &[Value]) -> PyResult {
        let path = vm.fspath(args[1])?;
        let filename = match path.cast::<Bytes>() {
            Some(bytes) => vm.fs_decode(bytes.as_slice())?,
            None => vm.to_str(path)?,
        };
        let Some(mode) = args[2].cast::<Str>() else {
            let name = vm.argument_name(args[2]);
            return Err(vm.type_error(format!("compile() argument 'mode' must be str, not {name}")));
        };
        let wanted = source::wanted(vm, mode, &args[3..])?;
        source::compile_any(vm, args[0], &filename.to_string(), &wanted)
    }

    /// Evaluate an expression: source text or a code object.
    #[method("eval(source, /, globals=None, locals=None)")]
    fn eval(vm: &Vm, args: &[Value]) -> PyResult {
        let (globals, locals) = namespaces(vm, "eval", args[1], args[2])?;
        vm.insert_builtins(globals)?;
        let code = match args[0].cast::<Code>() {
            Some(code) => code,
            None => {
                let mut source = source::source(vm, args[0], "eval", "string, bytes or code")?;
                let start = source.bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                source.bytes.drain(..start);
                source::compile(vm, &source, "<string>", &Wanted::plain(SourceMode::Eval).inherit(vm))?
            }
        };
        run(vm, "eval", code, globals, locals, None)
    }

    /// Run statements: source text or a code object.
    #[method("exec(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(vm: &Vm, args: &[Value]) -> PyResult {
        let (globals, locals) = namespaces(vm, "exec", args[1], args[2])?;
        vm.insert_builtins(globals)?;
        let closure = given(vm, args[3]);
        let code = match args[0].cast::<Code>() {
            Some(code) => code,
            None => {
                if closure.is_some() {
                    return Err(vm.type_error("closure can only be used when source is a code object"));
                }
                let source = source::source(vm, args[0], "exec", "string, bytes or code")?;
                source::compile(vm, &source, "<string>", &Wanted::plain(SourceMode::Exec).inherit(vm))?
            }
        };
        run(vm, "exec", code, globals, locals, closure)?;
        Ok(vm.none())
    }
}
