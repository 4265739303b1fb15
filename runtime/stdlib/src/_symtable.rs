//! `_symtable`: the scopes of a source and the names in them, behind `symtable`. They come from the frontend of the code that asks.

use orochi_macros::methods;
use orochi_vm::codecs;
use orochi_vm::compile::{Flags, Request, Scope, ScopeKind, SourceMode};
use orochi_vm::modules::frames;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_symtable",
    doc: "",
    functions: FUNCTIONS,
    init: |vm, module| {
        for (name, number) in NUMBERS {
            module.dict().set_str(vm, vm.intern(name), Value::small(*number))?;
        }
        Ok(())
    },
};

/// Flags of names, where they live, and types of scopes.
const NUMBERS: &[(&str, i64)] = &[
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_TYPE_PARAM", 1 << 10),
    ("DEF_FREE_CLASS", 1 << 6),
    ("DEF_IMPORT", 1 << 7),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 1 << 8),
    ("DEF_COMP_ITER", 1 << 9),
    ("DEF_COMP_CELL", 1 << 11),
    ("TYPE_FUNCTION", ScopeKind::Function as i64),
    ("TYPE_CLASS", ScopeKind::Class as i64),
    ("TYPE_MODULE", ScopeKind::Module as i64),
    ("TYPE_ANNOTATION", ScopeKind::Annotation as i64),
    ("TYPE_TYPE_ALIAS", ScopeKind::TypeAlias as i64),
    ("TYPE_TYPE_PARAMETERS", ScopeKind::TypeParameters as i64),
    ("TYPE_TYPE_VARIABLE", ScopeKind::TypeVariable as i64),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
];

/// Values of an entry.
const ID: usize = 0;
const NAME: usize = 1;
const SYMBOLS: usize = 2;
const VARNAMES: usize = 3;
const CHILDREN: usize = 4;
const NESTED: usize = 5;
const TYPE: usize = 6;
const LINENO: usize = 7;

fn value(entry: Value, index: usize) -> Value {
    entry.expect::<Opaque>().get(index)
}

static ENTRY: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("id", "", |_, entry| Ok(value(entry, ID))),
        GetSetDef::member("name", "", |_, entry| Ok(value(entry, NAME))),
        GetSetDef::member("symbols", "", |_, entry| Ok(value(entry, SYMBOLS))),
        GetSetDef::member("varnames", "", |_, entry| Ok(value(entry, VARNAMES))),
        GetSetDef::member("children", "", |_, entry| Ok(value(entry, CHILDREN))),
        GetSetDef::member("nested", "", |_, entry| Ok(value(entry, NESTED))),
        GetSetDef::member("type", "", |_, entry| Ok(value(entry, TYPE))),
        GetSetDef::member("lineno", "", |_, entry| Ok(value(entry, LINENO))),
    ],
    ..ClassDef::new("symtable entry", "", Layout::Opaque)
};

#[methods(METHODS)]
impl Methods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let shown = |index: usize| vm.to_str(value(args[0], index)).map(|text| text.to_string());
        let text = format!("<symtable entry {}({}), line {}>", shown(NAME)?, shown(ID)?, shown(LINENO)?);
        vm.new_str(&text)
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return symbol and scope dictionaries used internally by compiler.
    #[method("symtable(source, filename, startstr, /)")]
    fn symtable(vm: &Vm, args: &[Value]) -> PyResult {
        let path = vm.fspath(args[1])?;
        let filename = match path.cast::<Bytes>() {
            Some(bytes) => vm.fs_decode(bytes.as_slice())?,
            None => vm.to_str(path)?,
        };
        let Some(start) = args[2].cast::<Str>() else {
            let message = format!("symtable() argument 3 must be str, not {}", vm.argument_name(args[2]));
            return Err(vm.type_error(message));
        };
        let (bytes, utf8) = source(vm, args[0])?;
        let mode = match start.to_string().as_str() {
            "exec" => SourceMode::Exec,
            "eval" => SourceMode::Eval,
            "single" => SourceMode::Single,
            _ => return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
        };
        let filename = filename.to_string();
        let caller = frames::current_code(vm);
        let request = Request {
            source: &bytes,
            filename: &filename,
            mode,
            asked_by: caller.as_ref().map(|code| code.module.producer().frontend.as_str()),
            flags: Flags { utf8, ..Flags::default() },
            ..Request::default()
        };
        let scopes = vm.ask_compiler(&request, |compiler, request| compiler.symbols(request))?;
        entries(vm, &scopes)
    }
}

/// The bytes of a source, and whether they are UTF-8 for sure.
fn source(vm: &Vm, value: Value) -> PyResult<(Vec<u8>, bool)> {
    let (bytes, utf8) = if let Some(text) = value.cast::<Str>() {
        (codecs::encode(vm, text, "utf-8", "strict")?, true)
    } else if let Some(bytes) = buffer::find(value) {
        (bytes.to_vec(), false)
    } else {
        return Err(vm.type_error("symtable() arg 1 must be a string or bytes object"));
    };
    if bytes.contains(&0) {
        return Err(vm.raise(vm.types().syntax_error, "source code string cannot contain null bytes"));
    }
    Ok((bytes, utf8))
}

/// The entry of the module's scope, with those of all others in it. A scope's number is lower than those of the scopes in it.
fn entries(vm: &Vm, scopes: &[Scope]) -> PyResult {
    let made = List::with_capacity(vm, scopes.len())?;
    for _ in scopes {
        made.push(vm, vm.none())?;
    }
    for (number, scope) in scopes.iter().enumerate().rev() {
        let entry = Opaque::new(vm, vm.module_class(&ENTRY)?, Box::new(()))?;
        let children = List::with_capacity(vm, scope.children.len())?;
        for &child in &scope.children {
            if let Some(child) = made.get(child as usize) {
                children.push(vm, child)?;
            }
        }
        entry.set(vm, CHILDREN, children.into());
        entry.set(vm, ID, vm.new_int(number as i64 + 1)?);
        entry.set(vm, NAME, vm.new_str(&scope.name)?);
        let symbols = Dict::new(vm)?;
        entry.set(vm, SYMBOLS, symbols.into());
        for (name, flags) in &scope.symbols {
            symbols.set_str(vm, vm.intern(name), Value::small(i64::from(*flags)))?;
        }
        let names = List::with_capacity(vm, scope.parameters.len())?;
        entry.set(vm, VARNAMES, names.into());
        for name in &scope.parameters {
            names.push(vm, vm.intern(name).into())?;
        }
        entry.set(vm, NESTED, Value::small(i64::from(scope.nested)));
        entry.set(vm, TYPE, Value::small(scope.kind as i64));
        entry.set(vm, LINENO, Value::small(i64::from(scope.line)));
        made.set(vm, number, entry.into());
    }
    Ok(made.get(0).unwrap_or(vm.none()))
}
