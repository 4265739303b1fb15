//! Built-in functions that compile and run code, and those behind the `class` and `import` statements.

use orochi_bytecode::operands::CodeIdx;
use orochi_gc::Gc;
use orochi_macros::methods;

use crate::compile::SourceMode;
use crate::error::PyResult;
use crate::modules::frames;
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::native::{Args, NativeDef};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Bits of the `flags` argument of `compile` that mean something here: PyCF_ONLY_AST.
const ONLY_AST: i64 = 0x400;

/// The bytes of a source; `None` when the value is none.
fn source_bytes(vm: &Vm, source: Value) -> PyResult<Option<Vec<u8>>> {
    let bytes = if let Some(text) = source.cast::<Str>() {
        crate::types::str::codecs::encode(vm, text, "utf-8", "strict")?
    } else if let Some(bytes) = source.cast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if let Some(array) = source.cast::<ByteArray>() {
        array.data.borrow().clone()
    } else {
        return Ok(None);
    };
    if bytes.contains(&0) {
        return Err(vm.raise(vm.types().syntax_error, "source code string cannot contain null bytes"));
    }
    Ok(Some(bytes))
}

fn compile_source(vm: &Vm, source: &[u8], filename: &str, mode: SourceMode) -> PyResult<Gc<Code>> {
    // The text is in the language of the code that runs; what import compiles goes by the file.
    let caller = frames::current_code(vm);
    let importing = |code: &Gc<Code>| vm.display(code.filename.get()).starts_with("<frozen importlib.");
    let caller = caller.filter(|code| !importing(code));
    let frontend = caller.as_ref().map(|code| code.module.module().producer.frontend.as_str());
    let module = vm.compile_for(source, filename, mode, frontend)?;
    Code::new(vm, &module, CodeIdx(0))
}

/// The file name that `compile` was given.
fn filename_of(vm: &Vm, value: Value) -> PyResult<String> {
    if let Some(text) = value.cast::<Str>() {
        return Ok(text.to_string());
    }
    if let Some(bytes) = value.cast::<Bytes>() {
        return Ok(String::from_utf8_lossy(bytes.as_slice()).into_owned());
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {name}")))
}

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

    /// Compile source text to a code object for `exec`, `eval` or one interactive statement (`single`).
    #[method("compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    fn compile(vm: &Vm, args: &[Value]) -> PyResult {
        let filename = filename_of(vm, args[1])?;
        let Some(mode) = args[2].cast::<Str>() else {
            let name = vm.argument_name(args[2]);
            return Err(vm.type_error(format!("compile() argument 'mode' must be str, not {name}")));
        };
        let flags = if args[3].is_bound() { vm.index_i64(args[3])? } else { 0 };
        if flags & ONLY_AST != 0 {
            return Err(vm.raise(vm.types().not_implemented_error, "compile() makes no syntax trees"));
        }
        let mode = match mode.to_string().as_str() {
            "exec" => SourceMode::Exec,
            "eval" => SourceMode::Eval,
            "single" => SourceMode::Single,
            _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
        };
        let Some(source) = source_bytes(vm, args[0])? else {
            return Err(vm.type_error("compile() arg 1 must be a string, bytes or AST object"));
        };
        compile_source(vm, &source, &filename, mode).map(Value::from)
    }

    /// Evaluate an expression: source text or a code object.
    #[method("eval(source, /, globals=None, locals=None)")]
    fn eval(vm: &Vm, args: &[Value]) -> PyResult {
        let (globals, locals) = namespaces(vm, "eval", args[1], args[2])?;
        vm.insert_builtins(globals)?;
        let code = match args[0].cast::<Code>() {
            Some(code) => code,
            None => {
                let Some(source) = source_bytes(vm, args[0])? else {
                    return Err(vm.type_error("eval() arg 1 must be a string, bytes or code object"));
                };
                let start = source.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                compile_source(vm, &source[start..], "<string>", SourceMode::Eval)?
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
                let Some(source) = source_bytes(vm, args[0])? else {
                    return Err(vm.type_error("exec() arg 1 must be a string, bytes or code object"));
                };
                if closure.is_some() {
                    return Err(vm.type_error("closure can only be used when source is a code object"));
                }
                compile_source(vm, &source, "<string>", SourceMode::Exec)?
            }
        };
        run(vm, "exec", code, globals, locals, closure)?;
        Ok(vm.none())
    }
}
