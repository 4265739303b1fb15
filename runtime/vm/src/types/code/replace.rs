//! `code.replace()`: a copy with other attributes, and `code(..)`, a code object of attributes alone.
//!
//! As long as the body and what it needs (numbers of parameters, variables, constants and names) stay as the verifier has seen
//! them, the copy shares the module; else a module is made for it ([`super::assemble`]).

use orochi_bytecode::module::CodeFlags;
use orochi_gc::Gc;

use super::assemble::{Parts, assemble};
use super::attributes::FLAG_BITS;
use super::names::Names;
use super::{Changes, Code, tables, this};
use crate::error::{PyResult, Raised};
use crate::methods;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The arguments of `replace`, in their order behind the code object itself.
const NAMES: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_firstlineno",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_linetable",
    "co_exceptiontable",
];

/// Flags that decide how a call makes a frame.
const KIND: u32 = 0x3 | 0x4 | 0x8 | 0x20 | 0x80 | 0x200;

struct Given<'a> {
    vm: &'a Vm,
    args: &'a [Value],
}

impl Given<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let index = NAMES.iter().position(|known| *known == name)?;
        self.args[1 + index].bound()
    }

    fn wrong(&self, name: &str, expected: &str, value: Value) -> Raised {
        let kind = self.vm.type_name(value);
        self.vm.type_error(format!("replace() argument '{name}' must be {expected}, not {kind}"))
    }

    fn text(&self, name: &str) -> PyResult<Option<Gc<Str>>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.cast() {
                Some(text) => Ok(Some(text)),
                None => Err(self.wrong(name, "str", value)),
            },
        }
    }

    fn bytes(&self, name: &str) -> PyResult<Option<Gc<Bytes>>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.cast() {
                Some(bytes) => Ok(Some(bytes)),
                None => Err(self.wrong(name, "bytes", value)),
            },
        }
    }

    fn tuple(&self, name: &str) -> PyResult<Option<Gc<Tuple>>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.cast() {
                Some(tuple) => Ok(Some(tuple)),
                None => Err(self.wrong(name, "tuple", value)),
            },
        }
    }

    fn number(&self, name: &str) -> PyResult<Option<u32>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = self.vm.index_i64(value)?;
        match u32::try_from(number) {
            Ok(number) => Ok(Some(number)),
            Err(_) if number < 0 => Err(self.vm.value_error(format!("{name} must be a positive integer"))),
            Err(_) => Err(self.vm.overflow_error("Python int too large to convert to C int")),
        }
    }

    /// All attributes: those that were given, and the code object's own.
    fn assemble(&self, code: Gc<Code>) -> PyResult {
        let (vm, wire, words) = (self.vm, code.wire(), code.words(self.vm)?);
        let number = |name: &str, own: u32| Ok(self.number(name)?.unwrap_or(own));
        let text = |name: &str, own: Value| Ok(self.text(name)?.map_or(own, Value::from));
        let names = |name: &str, which: Names| match self.tuple(name)? {
            Some(names) => Ok(names),
            None => code.names(vm, which),
        };
        let (body, linetable, handlers) =
            (self.bytes("co_code")?, self.bytes("co_linetable")?, self.bytes("co_exceptiontable")?);
        let (own_linetable, own_handlers) = (code.linetable(vm)?, tables::exceptiontable(&code, words));
        let parts = Parts {
            positional: number("co_argcount", wire.positional)?,
            positional_only: number("co_posonlyargcount", wire.positional_only)?,
            keyword_only: number("co_kwonlyargcount", wire.keyword_only)?,
            locals: number("co_nlocals", wire.locals.len() as u32)?,
            max_stack: number("co_stacksize", code.stack_size())?,
            flags: number("co_flags", code.flag_bits())?,
            code: body.as_ref().map_or(&words.bytes, |body| body.as_slice()),
            consts: match self.tuple("co_consts")? {
                Some(consts) => consts,
                None => code.consts(vm)?,
            },
            names: names("co_names", Names::Used)?,
            varnames: names("co_varnames", Names::Local)?,
            freevars: names("co_freevars", Names::Free)?,
            cellvars: names("co_cellvars", Names::Cell)?,
            filename: text("co_filename", code.filename.get())?,
            name: text("co_name", code.name.get())?,
            qualname: text("co_qualname", code.qualname.get())?,
            first_line: number("co_firstlineno", code.first_line())?,
            linetable: linetable.as_ref().map_or(&own_linetable, |table| table.as_slice()),
            exceptiontable: handlers.as_ref().map_or(&own_handlers, |table| table.as_slice()),
        };
        assemble(vm, &parts).map(Value::from)
    }

    /// Whether the body stays as the verifier has seen it, with all that it needs.
    fn keeps_body(&self, code: Gc<Code>) -> PyResult<bool> {
        let (vm, wire, words) = (self.vm, code.wire(), code.words(self.vm)?);
        let numbers = [
            ("co_argcount", wire.positional),
            ("co_posonlyargcount", wire.positional_only),
            ("co_kwonlyargcount", wire.keyword_only),
            ("co_nlocals", wire.locals.len() as u32),
            ("co_stacksize", code.stack_size()),
        ];
        for (name, own) in numbers {
            if self.number(name)?.is_some_and(|other| other != own) {
                return Ok(false);
            }
        }
        if self.bytes("co_code")?.is_some_and(|bytes| bytes.as_slice() != &*words.bytes)
            || self
                .bytes("co_exceptiontable")?
                .is_some_and(|table| table.as_slice() != tables::exceptiontable(&code, words))
            || self.number("co_flags")?.is_some_and(|bits| flags(&code, bits).is_none())
        {
            return Ok(false);
        }
        for (name, which) in ALL_NAMES {
            if let Some(names) = self.tuple(name)?
                && names.len() != code.names(vm, which)?.len()
            {
                return Ok(false);
            }
        }
        let Some(other) = self.tuple("co_consts")? else { return Ok(true) };
        let consts = code.consts(vm)?;
        let fits = |(own, other): (&Value, &Value)| own.cast::<Code>().is_some() == other.cast::<Code>().is_some();
        Ok(other.len() == consts.len() && consts.items().iter().zip(other.items()).all(fits))
    }
}

const ALL_NAMES: [(&str, Names); 4] = [
    ("co_names", Names::Used),
    ("co_varnames", Names::Local),
    ("co_cellvars", Names::Cell),
    ("co_freevars", Names::Free),
];

/// The flags for other bits of `co_flags`. `None` when code of that kind cannot come of this body.
fn flags(code: &Code, bits: u32) -> Option<(CodeFlags, u32)> {
    let own = code.flags();
    let known = FLAG_BITS.iter().fold(0, |known, (bit, _)| known | bit);
    if (bits ^ code.flag_bits()) & KIND != 0 {
        return None;
    }
    let flags = CodeFlags {
        nested: bits & 0x10 != 0,
        iterable_coroutine: bits & 0x100 != 0,
        has_docstring: bits & 0x400_0000 != 0,
        method: bits & 0x800_0000 != 0,
        ..own
    };
    Some((flags, bits & !known))
}

fn interned_names(vm: &Vm, names: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let list = List::new(vm, &[])?;
    for name in names.items() {
        match name.cast::<Str>() {
            Some(name) => list.push(vm, vm.intern_str(name).into())?,
            None => {
                return Err(
                    vm.type_error(format!("name tuples must contain only strings, not '{}'", vm.type_name(*name)))
                );
            }
        }
    }
    list.to_tuple(vm)
}

fn replace(vm: &Vm, args: &[Value]) -> PyResult {
    let code = this(args[0]);
    let given = Given { vm, args };
    if !given.keeps_body(code)? {
        return given.assemble(code);
    }
    let words = code.words(vm)?;
    let own_flags = (code.flags(), code.other_flags());
    let (flags, other_flags) = match given.number("co_flags")? {
        Some(bits) => flags(&code, bits).unwrap_or(own_flags),
        None => own_flags,
    };
    let first_line = given.number("co_firstlineno")?.unwrap_or(code.first_line());
    let mut linetable = None;
    let positions = match given.bytes("co_linetable")? {
        Some(table) => {
            linetable = Some(Box::from(table.as_slice()));
            tables::positions(&tables::read_linetable(table.as_slice(), first_line), words)
        }
        // Lines are counted from the first one.
        None => {
            let moved = |line: u32| if line == 0 { 0 } else { (line + first_line).saturating_sub(code.first_line()) };
            let positions = code.positions().iter();
            positions
                .map(|p| orochi_bytecode::Position { line: moved(p.line), end_line: moved(p.end_line), ..*p })
                .collect()
        }
    };
    let text = |name: &str, own: Value| Ok(given.text(name)?.map_or(own, Value::from));
    let titles = [
        text("co_name", code.name.get())?,
        text("co_qualname", code.qualname.get())?,
        text("co_filename", code.filename.get())?,
    ];
    let changes = Changes {
        flags,
        other_flags,
        first_line,
        positions,
        linetable,
        stack_size: code.changes.as_ref().and_then(|changes| changes.stack_size),
    };
    let copy = Code::make(vm, &code.module, code.index, titles, Some(Box::new(changes)))?;
    copy.pool.set(code.pool(vm)?.into());
    vm.heap.barrier(copy.header());
    for (name, which) in ALL_NAMES {
        if let Some(names) = given.tuple(name)? {
            copy.replace_names(vm, which, interned_names(vm, names)?);
        } else if code.replaced[which as usize].get().is_bound() {
            copy.replace_names(vm, which, code.names(vm, which)?);
        }
    }
    let consts = match given.tuple("co_consts")? {
        Some(consts) => consts,
        None => code.consts(vm)?,
    };
    copy.consts.set(consts.into());
    vm.heap.barrier(copy.header());
    Ok(copy.into())
}

/// The arguments of `code(..)`, in their order.
const POSITIONAL: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

fn construct(vm: &Vm, args: &[Value]) -> PyResult {
    let given = args.len();
    if !(16..=18).contains(&given) {
        let (bound, limit) = if given < 16 { ("at least", 16) } else { ("at most", 18) };
        return Err(vm.type_error(format!("code expected {bound} {limit} arguments, got {given}")));
    }
    let at = |name: &str| POSITIONAL.iter().position(|known| *known == name).unwrap_or(usize::MAX);
    let wrong = |index: usize, expected: &str| {
        let kind = vm.argument_name(args[index]);
        vm.type_error(format!("code() argument {} must be {expected}, not {kind}", index + 1))
    };
    let number = |name: &str, shown: &str| {
        let number = vm.index_i64(args[at(name)])?;
        match u32::try_from(number) {
            Ok(number) => Ok(number),
            Err(_) if number < 0 => Err(vm.value_error(format!("code: {shown} must not be negative"))),
            Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
        }
    };
    let bytes = |name: &str| args[at(name)].cast::<Bytes>().ok_or_else(|| wrong(at(name), "bytes"));
    let text = |name: &str| args[at(name)].cast::<Str>().ok_or_else(|| wrong(at(name), "str"));
    let tuple = |name: &str| match args.get(at(name)) {
        Some(value) => value.cast::<Tuple>().ok_or_else(|| wrong(at(name), "tuple")),
        None => Tuple::new(vm, &[]),
    };
    let (code, linetable, exceptiontable) = (bytes("co_code")?, bytes("co_linetable")?, bytes("co_exceptiontable")?);
    let parts = Parts {
        positional: number("co_argcount", "argcount")?,
        positional_only: number("co_posonlyargcount", "posonlyargcount")?,
        keyword_only: number("co_kwonlyargcount", "kwonlyargcount")?,
        locals: number("co_nlocals", "nlocals")?,
        max_stack: number("co_stacksize", "stacksize")?,
        flags: number("co_flags", "flags")?,
        code: code.as_slice(),
        consts: tuple("co_consts")?,
        names: tuple("co_names")?,
        varnames: tuple("co_varnames")?,
        freevars: tuple("co_freevars")?,
        cellvars: tuple("co_cellvars")?,
        filename: text("co_filename")?.into(),
        name: text("co_name")?.into(),
        qualname: text("co_qualname")?.into(),
        first_line: number("co_firstlineno", "firstlineno")?,
        linetable: linetable.as_slice(),
        exceptiontable: exceptiontable.as_slice(),
    };
    assemble(vm, &parts).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type, /, *args)")]
    fn dunder_new(vm: &Vm, args: &[Value]) -> PyResult {
        construct(vm, &args[1..])
    }

    /// The same as replace().
    #[method(
        "__replace__($self, /, *, co_argcount=<unrepresentable>, co_posonlyargcount=<unrepresentable>, co_kwonlyargcount=<unrepresentable>, co_nlocals=<unrepresentable>, co_stacksize=<unrepresentable>, co_flags=<unrepresentable>, co_firstlineno=<unrepresentable>, co_code=<unrepresentable>, co_consts=<unrepresentable>, co_names=<unrepresentable>, co_varnames=<unrepresentable>, co_freevars=<unrepresentable>, co_cellvars=<unrepresentable>, co_filename=<unrepresentable>, co_name=<unrepresentable>, co_qualname=<unrepresentable>, co_linetable=<unrepresentable>, co_exceptiontable=<unrepresentable>)"
    )]
    fn dunder_replace(vm: &Vm, args: &[Value]) -> PyResult {
        replace(vm, args)
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(
        "replace($self, /, *, co_argcount=<unrepresentable>, co_posonlyargcount=<unrepresentable>, co_kwonlyargcount=<unrepresentable>, co_nlocals=<unrepresentable>, co_stacksize=<unrepresentable>, co_flags=<unrepresentable>, co_firstlineno=<unrepresentable>, co_code=<unrepresentable>, co_consts=<unrepresentable>, co_names=<unrepresentable>, co_varnames=<unrepresentable>, co_freevars=<unrepresentable>, co_cellvars=<unrepresentable>, co_filename=<unrepresentable>, co_name=<unrepresentable>, co_qualname=<unrepresentable>, co_linetable=<unrepresentable>, co_exceptiontable=<unrepresentable>)"
    )]
    fn replace_method(vm: &Vm, args: &[Value]) -> PyResult {
        replace(vm, args)
    }
}
