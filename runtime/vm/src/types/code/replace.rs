//! `code.replace()`: a copy with other attributes. The body and what it needs (numbers of parameters, variables, constants and names)
//! stay as the verifier has seen them.

use orochi_bytecode::module::CodeFlags;
use orochi_gc::Gc;

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
            Err(_) if number < 0 => {
                let what = name.trim_start_matches("co_");
                Err(self.vm.value_error(format!("code: {what} must not be negative")))
            }
            Err(_) => Err(self.vm.overflow_error("Python int too large to convert to C int")),
        }
    }

    /// An attribute that belongs to the body: only what it is already may be given.
    fn same(&self, name: &str, own: u32) -> PyResult<()> {
        match self.number(name)? {
            Some(other) if other != own => Err(self.fixed(name)),
            _ => Ok(()),
        }
    }

    fn fixed(&self, name: &str) -> Raised {
        self.vm.value_error(format!("code: {name} belongs to the verified bytecode and cannot be replaced"))
    }
}

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

fn interned_names(vm: &Vm, names: Gc<Tuple>, expected: usize) -> PyResult<Option<Gc<Tuple>>> {
    if names.len() != expected {
        return Ok(None);
    }
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
    list.to_tuple(vm).map(Some)
}

fn replace(vm: &Vm, args: &[Value]) -> PyResult {
    let code = this(args[0]);
    let given = Given { vm, args };
    let wire = code.wire();
    given.same("co_argcount", wire.positional)?;
    given.same("co_posonlyargcount", wire.positional_only)?;
    given.same("co_kwonlyargcount", wire.keyword_only)?;
    given.same("co_nlocals", wire.locals.len() as u32)?;
    given.same("co_stacksize", wire.max_stack)?;
    let words = code.words(vm)?;
    if given.bytes("co_code")?.is_some_and(|bytes| bytes.as_slice() != &*words.bytes) {
        return Err(given.fixed("co_code"));
    }
    if given.bytes("co_exceptiontable")?.is_some_and(|table| table.as_slice() != tables::exceptiontable(&code, words)) {
        return Err(given.fixed("co_exceptiontable"));
    }
    let (flags, other_flags) = match given.number("co_flags")? {
        Some(bits) => match flags(&code, bits) {
            Some(flags) => flags,
            None => return Err(given.fixed("co_flags")),
        },
        None => (code.flags(), code.other_flags()),
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
    let changes = Changes { flags, other_flags, first_line, positions, linetable };
    let copy = Code::make(vm, &code.module, code.index, titles, Some(Box::new(changes)))?;
    copy.pool.set(code.pool(vm)?.into());
    vm.heap.barrier(copy.header());
    for which in [Names::Used, Names::Local, Names::Cell, Names::Free] {
        let name = ["co_names", "co_varnames", "co_cellvars", "co_freevars"][which as usize];
        if let Some(names) = given.tuple(name)? {
            match interned_names(vm, names, code.names(vm, which)?.len())? {
                Some(names) => copy.replace_names(vm, which, names),
                None => return Err(given.fixed(name)),
            }
        } else if code.replaced[which as usize].get().is_bound() {
            copy.replace_names(vm, which, code.names(vm, which)?);
        }
    }
    let consts = code.consts(vm)?;
    let consts = match given.tuple("co_consts")? {
        Some(other) => {
            let fits = |(own, other): (&Value, &Value)| own.cast::<Code>().is_none() || other.cast::<Code>().is_some();
            if other.len() != consts.len() || !consts.items().iter().zip(other.items()).all(fits) {
                return Err(given.fixed("co_consts"));
            }
            other
        }
        None => consts,
    };
    copy.consts.set(consts.into());
    vm.heap.barrier(copy.header());
    Ok(copy.into())
}

#[methods(pub(super) METHODS)]
impl Methods {
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
