//! What `compile`, `eval` and `exec` take: sources, flags, and what the calling code hands on to the code that it makes.

use orochi_bytecode::operands::CodeIdx;
use orochi_gc::Gc;

use crate::compile::{Flags, Request, SourceMode};
use crate::error::PyResult;
use crate::modules::_ast::{self, flag};
use crate::modules::frames;
use crate::types::bytes::buffer;
use crate::types::code::Code;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Features of `__future__` with the bits of flags that stand for them.
pub(crate) const FUTURE_FEATURES: &[(&str, i64)] = &[
    ("nested_scopes", 0x10),
    ("generators", 0),
    ("division", 0x2_0000),
    ("absolute_import", 0x4_0000),
    ("with_statement", 0x8_0000),
    ("print_function", 0x10_0000),
    ("unicode_literals", 0x20_0000),
    ("barry_as_FLUFL", 0x40_0000),
    ("generator_stop", 0x80_0000),
    ("annotations", 0x100_0000),
];

/// The custom section of a module that names the features that its source imports from `__future__`, with newlines between them.
const FUTURE_SECTION: &str = "python.future";

/// All bits that may be set.
fn known_flags() -> i64 {
    let future = FUTURE_FEATURES.iter().fold(0, |bits, (_, bit)| bits | bit);
    future
        | flag::OPTIMIZED_AST
        | flag::TYPE_COMMENTS
        | flag::ALLOW_TOP_LEVEL_AWAIT
        | flag::DONT_IMPLY_DEDENT
        | flag::ALLOW_INCOMPLETE_INPUT
}

/// The bits for the features of `__future__` that a code object's source has imported.
pub(crate) fn future_bits(code: &Code) -> i64 {
    let Some((_, names)) = code.module.custom().iter().find(|(name, _)| name == FUTURE_SECTION) else { return 0 };
    let bit =
        |name: &[u8]| FUTURE_FEATURES.iter().find(|(known, _)| known.as_bytes() == name).map_or(0, |(_, bit)| *bit);
    names.split(|byte| *byte == b'\n').fold(0, |bits, name| bits | bit(name))
}

/// What is asked of the compiler, as far as it does not depend on the source.
pub(super) struct Wanted {
    pub mode: SourceMode,
    pub optimize: Option<u8>,
    pub flags: i64,
    pub feature_version: Option<u32>,
}

impl Wanted {
    /// A mode and nothing else.
    pub fn plain(mode: SourceMode) -> Wanted {
        Wanted { mode, optimize: None, flags: 0, feature_version: None }
    }

    /// Adds the features of `__future__` that are in force where the code runs that asks.
    pub fn inherit(self, vm: &Vm) -> Wanted {
        let bits = frames::current_code(vm).map_or(0, |code| future_bits(&code));
        Wanted { flags: self.flags | bits, ..self }
    }

    pub fn tree(&self) -> bool {
        self.flags & flag::ONLY_AST != 0
    }
}

/// A source: its bytes, and whether they are UTF-8 whatever they say of themselves.
pub(super) struct Source {
    pub bytes: Vec<u8>,
    utf8: bool,
}

/// The bytes of a source. TypeError when the value is none, in the words of one of the three functions.
pub(super) fn source(vm: &Vm, value: Value, function: &str, expected: &str) -> PyResult<Source> {
    let source = if let Some(text) = value.cast::<Str>() {
        Source { bytes: crate::types::str::codecs::encode(vm, text, "utf-8", "strict")?, utf8: true }
    } else if let Some(bytes) = buffer::find(value) {
        Source { bytes: bytes.to_vec(), utf8: false }
    } else {
        return Err(vm.type_error(format!("{function}() arg 1 must be a {expected} object")));
    };
    if source.bytes.contains(&0) {
        return Err(vm.raise(vm.types().syntax_error, "source code string cannot contain null bytes"));
    }
    Ok(source)
}

/// Calls something with the request for a source, or for a tree when there is none.
pub(super) fn with_request<T>(
    vm: &Vm,
    source: Option<&Source>,
    filename: &str,
    wanted: &Wanted,
    work: impl FnOnce(&Request<'_>) -> PyResult<T>,
) -> PyResult<T> {
    // The text is in the language of the code that runs; what import compiles goes by the file.
    let importing = |code: &Gc<Code>| vm.display(code.filename.get()).starts_with("<frozen importlib.");
    let caller = frames::current_code(vm).filter(|code| !importing(code));
    let has = |bit: i64| wanted.flags & bit == bit;
    let features = FUTURE_FEATURES.iter().filter(|(_, bit)| *bit != 0 && has(*bit));
    work(&Request {
        source: source.map_or(&[], |source| &source.bytes),
        filename,
        mode: wanted.mode,
        optimize: wanted.optimize,
        asked_by: caller.as_ref().map(|code| code.module.producer().frontend.as_str()),
        future_features: features.map(|(name, _)| (*name).to_owned()).collect(),
        flags: Flags {
            utf8: source.is_some_and(|source| source.utf8),
            type_comments: has(flag::TYPE_COMMENTS),
            top_level_await: has(flag::ALLOW_TOP_LEVEL_AWAIT),
            incomplete_input: has(flag::ALLOW_INCOMPLETE_INPUT),
            dont_imply_dedent: has(flag::DONT_IMPLY_DEDENT),
            optimized_tree: has(flag::OPTIMIZED_AST),
            integer_digits: u32::try_from(vm.state.int_max_str_digits.0.get()).ok(),
        },
        feature_version: wanted.feature_version,
    })
}

/// The code object of a source.
pub(super) fn compile(vm: &Vm, source: &Source, filename: &str, wanted: &Wanted) -> PyResult<Gc<Code>> {
    let module = with_request(vm, Some(source), filename, wanted, |request| vm.compile_request(request))?;
    Code::new(vm, &module, CodeIdx(0))
}

/// `compile`: a code object or a tree.
pub(super) fn compile_any(vm: &Vm, value: Value, filename: &str, wanted: &Wanted) -> PyResult {
    if _ast::is_node(vm, value)? {
        return compile_tree(vm, value, filename, wanted);
    }
    let source = source(vm, value, "compile", "string, bytes or AST")?;
    if !wanted.tree() {
        return compile(vm, &source, filename, wanted).map(Value::from);
    }
    let tree = with_request(vm, Some(&source), filename, wanted, |request| {
        vm.ask_compiler(request, |compiler, request| compiler.parse(request))
    })?;
    _ast::objects(vm, &tree)
}

fn compile_tree(vm: &Vm, value: Value, filename: &str, wanted: &Wanted) -> PyResult {
    let root = match wanted.mode {
        SourceMode::Exec => "Module",
        SourceMode::Eval => "Expression",
        SourceMode::Single => "Interactive",
        SourceMode::FunctionType => "FunctionType",
    };
    let tree = _ast::tree(vm, value, root)?;
    if wanted.tree() {
        let tree = with_request(vm, None, filename, wanted, |request| {
            vm.ask_compiler(request, |compiler, request| compiler.optimize_tree(&tree, request))
        })?;
        return _ast::objects(vm, &tree);
    }
    let module = with_request(vm, None, filename, wanted, |request| {
        vm.ask_compiler(request, |compiler, request| compiler.compile_tree(&tree, request))
    })?;
    Code::new(vm, &module, CodeIdx(0)).map(Value::from)
}

/// What the arguments of `compile` ask for.
pub(super) fn wanted(vm: &Vm, mode: Gc<Str>, args: &[Value]) -> PyResult<Wanted> {
    let number = |value: Value, default: i64| if value.is_bound() { vm.index_i64(value) } else { Ok(default) };
    let flags = number(args[0], 0)?;
    let dont_inherit = args[1].is_bound() && vm.is_true(args[1])?;
    let optimize = number(args[2], -1)?;
    let feature_version = number(args[3], -1)?;
    if flags & !known_flags() != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let tree = flags & flag::ONLY_AST != 0;
    let mode = match mode.to_string().as_str() {
        "exec" => SourceMode::Exec,
        "eval" => SourceMode::Eval,
        "single" => SourceMode::Single,
        "func_type" if tree => SourceMode::FunctionType,
        "func_type" => {
            return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if tree => {
            return Err(vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let wanted = Wanted {
        mode,
        optimize: u8::try_from(optimize).ok(),
        flags,
        feature_version: u32::try_from(feature_version).ok().filter(|_| tree),
    };
    Ok(if dont_inherit { wanted } else { wanted.inherit(vm) })
}
