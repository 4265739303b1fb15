//! Code objects from what programs see of them (`types.CodeType(..)`, and `replace` when it is given another body).
//!
//! `co_code` is decoded into a body of the common bytecode in a module of its own, which the verifier checks as it checks any
//! other. Constants and inner code objects of that module only stand for those in `co_consts`, which the code object keeps.

use orochi_bytecode::builder::ModuleBuilder;
use orochi_bytecode::module::{Cell, CodeFlags, Handler};
use orochi_bytecode::op::{OP_INFO, OperandKind};
use orochi_bytecode::operands::{CodeIdx, ConstIdx, LocalIdx, NameIdx};
use orochi_bytecode::{Code as Wire, Const, Module, Op, VerifiedModule, VerifyError};
use orochi_gc::Gc;

use super::attributes::FLAG_BITS;
use super::words::{Constant, ENTRY, EXTENDED_ARG, Word, Words};
use super::{Changes, Code, tables};
use crate::error::{PyResult, Raised};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The attributes of a code object.
pub(super) struct Parts<'a> {
    pub positional: u32,
    pub positional_only: u32,
    pub keyword_only: u32,
    pub locals: u32,
    pub max_stack: u32,
    pub flags: u32,
    pub code: &'a [u8],
    pub consts: Gc<Tuple>,
    pub names: Gc<Tuple>,
    pub varnames: Gc<Tuple>,
    pub freevars: Gc<Tuple>,
    pub cellvars: Gc<Tuple>,
    pub filename: Value,
    pub name: Value,
    pub qualname: Value,
    pub first_line: u32,
    pub linetable: &'a [u8],
    pub exceptiontable: &'a [u8],
}

/// The flags that bits of `co_flags` say, and the bits that mean nothing to the VM.
fn flags(bits: u32) -> (CodeFlags, u32) {
    let known = FLAG_BITS.iter().fold(0, |known, (bit, _)| known | bit);
    let has = |bit: u32| bits & bit != 0;
    let flags = CodeFlags {
        function: bits & 0x3 == 0x3,
        varargs: has(0x4),
        varkwargs: has(0x8),
        nested: has(0x10),
        generator: has(0x20),
        coroutine: has(0x80),
        iterable_coroutine: has(0x100),
        async_generator: has(0x200),
        has_docstring: has(0x400_0000),
        method: has(0x800_0000),
    };
    (flags, bits & !known)
}

fn texts(vm: &Vm, names: Gc<Tuple>) -> PyResult<Vec<String>> {
    let text = |name: &Value| match name.cast::<Str>() {
        Some(name) => Ok(name.to_string()),
        None => Err(vm.type_error(format!("name tuples must contain only strings, not '{}'", vm.type_name(*name)))),
    };
    names.items().iter().map(text).collect()
}

/// A constant of the module: what the verifier looks at is the constant itself, all else only stands for one.
fn constant(builder: &mut ModuleBuilder, value: Value, index: usize) -> ConstIdx {
    let text = |builder: &mut ModuleBuilder, text: Gc<Str>| builder.str(&text.to_string());
    if let Some(value) = value.cast::<Str>() {
        return text(builder, value);
    }
    let names = value.cast::<Tuple>();
    if let Some(names) = names.filter(|names| names.items().iter().all(|name| name.cast::<Str>().is_some())) {
        let items =
            names.items().iter().filter_map(|name| name.cast::<Str>()).map(|name| text(builder, name)).collect();
        return builder.tuple(items);
    }
    builder.int(index as i64)
}

/// The units of `co_code`, as instructions with one argument.
struct Unit {
    first: u32,
    units: u32,
    opcode: u8,
    argument: u64,
}

fn units(code: &[u8]) -> Option<Vec<Unit>> {
    let (pairs, rest) = code.as_chunks::<2>();
    if !rest.is_empty() || pairs.first() != Some(&[ENTRY, 0]) {
        return None;
    }
    let mut result = Vec::new();
    let (mut first, mut argument) = (1, 0u64);
    for (at, &[opcode, low]) in pairs.iter().enumerate().skip(1) {
        let at = at as u32;
        if at - first >= 8 {
            return None;
        }
        argument = argument << 8 | u64::from(low);
        if opcode != EXTENDED_ARG {
            result.push(Unit { first, units: at + 1 - first, opcode, argument });
            (first, argument) = (at + 1, 0);
        }
    }
    Some(result)
}

/// The parts of an argument that stands for two operands.
fn split(argument: u64) -> [u64; 2] {
    if argument >> 32 == 0 { [argument & 0xffff, argument >> 16] } else { [argument & 0xffff_ffff, argument >> 32] }
}

/// The body that units stand for, with its instructions.
fn body(units: &[Unit], constants: &[Constant], locals: usize) -> Option<(Vec<u8>, Vec<Word>)> {
    // First with targets as they are, which does not change how long instructions are.
    let mut offsets = Vec::with_capacity(units.len());
    let mut out: Vec<u8> = Vec::new();
    let mut labels = Vec::new();
    for unit in units {
        let info = OP_INFO.iter().find(|info| info.opcode == unit.opcode)?;
        let operands = match info.operands.len() {
            2 => split(unit.argument),
            0 | 1 => [unit.argument, 0],
            _ => return None,
        };
        offsets.push(out.len() as u32);
        out.push(unit.opcode);
        for (operand, number) in info.operands.iter().zip(operands) {
            let mut number = u32::try_from(number).ok()?;
            match operand.kind {
                OperandKind::Label => {
                    labels.push((out.len(), number));
                    out.extend(number.to_le_bytes());
                    continue;
                }
                OperandKind::Const => match constants.get(number as usize)? {
                    Constant::Plain(index) => number = index.0,
                    Constant::Code(_) => return None,
                },
                OperandKind::Code => match constants.get(number as usize)? {
                    Constant::Code(index) => number = index.0,
                    Constant::Plain(_) => return None,
                },
                OperandKind::Cell => number = number.checked_sub(locals as u32)?,
                _ => {}
            }
            while number >= 0x80 {
                out.push(number as u8 | 0x80);
                number >>= 7;
            }
            out.push(number as u8);
        }
    }
    for (at, target) in labels {
        let index = units.binary_search_by_key(&target, |unit| unit.first).ok()?;
        out.get_mut(at..at + 4)?.copy_from_slice(&offsets[index].to_le_bytes());
    }
    let mut words = Vec::with_capacity(units.len());
    for (unit, offset) in units.iter().zip(offsets) {
        let (op, _) = Op::decode(&out, offset as usize).ok()?;
        words.push(Word { offset, unit: unit.first, units: unit.units, op });
    }
    Some((out, words))
}

/// Reads a `co_exceptiontable`.
fn handlers(table: &[u8], words: &Words, end: u32) -> Option<Vec<Handler>> {
    let mut bytes = table.iter();
    let mut handlers = Vec::new();
    let mut number = |first: Option<u8>| {
        let mut byte = match first {
            Some(byte) => byte,
            None => *bytes.next()?,
        };
        let mut value = u32::from(byte & 63);
        while byte & 64 != 0 {
            byte = *bytes.next()?;
            value = value.checked_mul(64)? | u32::from(byte & 63);
        }
        Some(value)
    };
    let offset = |unit: u32| match words.words.binary_search_by_key(&unit, |word| word.unit) {
        Ok(index) => Some(words.words[index].offset),
        Err(_) => (2 * unit as usize == words.bytes.len()).then_some(end),
    };
    while let Some(start) = number(None) {
        let (len, target, depth) = (number(None)?, number(None)?, number(None)?);
        handlers.push(Handler {
            start: offset(start)?,
            end: offset(start.checked_add(len)?)?,
            target: offset(target)?,
            depth: depth >> 1,
        });
    }
    Some(handlers)
}

fn invalid(vm: &Vm, what: &str) -> Raised {
    vm.value_error(format!("code: {what}"))
}

/// The code object with these attributes. ValueError when they make none.
pub(super) fn assemble(vm: &Vm, parts: &Parts<'_>) -> PyResult<Gc<Code>> {
    let [names, varnames, freevars, cellvars] =
        [texts(vm, parts.names)?, texts(vm, parts.varnames)?, texts(vm, parts.freevars)?, texts(vm, parts.cellvars)?];
    let (flags, other_flags) = flags(parts.flags);
    let parameters = u64::from(parts.positional)
        + u64::from(parts.keyword_only)
        + u64::from(flags.varargs)
        + u64::from(flags.varkwargs);
    if parts.locals as usize != varnames.len() {
        return Err(invalid(vm, "co_nlocals != len(co_varnames)"));
    }
    if parameters > varnames.len() as u64 {
        return Err(invalid(vm, "varnames is too small"));
    }
    let mut builder = ModuleBuilder::new(vm.display(parts.filename));
    // The body of the module itself may have no parameters.
    let empty = builder.name("");
    let outer = builder.reserve_code();
    let own = builder.reserve_code();
    let mut constants = Vec::new();
    let mut inner = Vec::new();
    for (index, value) in parts.consts.items().iter().enumerate() {
        constants.push(if value.cast::<Code>().is_some() {
            inner.push(builder.reserve_code());
            Constant::Code(inner[inner.len() - 1])
        } else {
            Constant::Plain(constant(&mut builder, *value, index))
        });
    }
    let name = |builder: &mut ModuleBuilder, text: &String| builder.name(text);
    let mut used = Vec::with_capacity(names.len());
    for text in &names {
        used.push(name(&mut builder, text));
    }
    let Some(mut units) = units(parts.code) else { return Err(invalid(vm, "co_code is no code of this VM")) };
    // Names stand in the module in an order of their own.
    let (body, words) = {
        for unit in &mut units {
            let info = OP_INFO.iter().find(|info| info.opcode == unit.opcode);
            let Some(place) = info.and_then(|info| info.operands.iter().position(|o| o.kind == OperandKind::Name))
            else {
                continue;
            };
            let two = info.is_some_and(|info| info.operands.len() == 2);
            let mut operands = if two { split(unit.argument) } else { [unit.argument, 0] };
            let Some(index) = usize::try_from(operands[place]).ok().and_then(|index| used.get(index)) else {
                return Err(invalid(vm, "co_code names what is not in co_names"));
            };
            operands[place] = u64::from(index.0);
            unit.argument = if two { super::words::join(operands[0], operands[1]) } else { operands[0] };
        }
        match body(&units, &constants, varnames.len()) {
            Some(found) => found,
            None => return Err(invalid(vm, "co_code is no code of this VM")),
        }
    };
    let words = Words {
        bytes: parts.code.into(),
        words: words.into(),
        constants: constants.clone().into(),
        names: used.into(),
    };
    let Some(handlers) = handlers(parts.exceptiontable, &words, body.len() as u32) else {
        return Err(invalid(vm, "co_exceptiontable does not fit co_code"));
    };
    let positions = tables::positions(&tables::read_linetable(parts.linetable, parts.first_line), &words);
    let cells = cellvars.iter().map(|text| Cell {
        name: builder.name(text),
        parameter: varnames[..parameters as usize]
            .iter()
            .position(|other| other == text)
            .map(|local| LocalIdx(local as u32)),
    });
    let cells: Vec<Cell> = cells.collect();
    let all = |builder: &mut ModuleBuilder, texts: &[String]| -> Vec<NameIdx> {
        texts.iter().map(|text| builder.name(text)).collect()
    };
    let docstring = match (flags.has_docstring, constants.first(), parts.consts.get(0).and_then(Value::cast::<Str>)) {
        (true, Some(Constant::Plain(index)), Some(_)) => Some(*index),
        _ => None,
    };
    let wire = Wire {
        name: builder.name(&vm.display(parts.name)),
        qualname: builder.name(&vm.display(parts.qualname)),
        flags,
        first_line: parts.first_line,
        positional_only: parts.positional_only,
        positional: parts.positional,
        keyword_only: parts.keyword_only,
        locals: all(&mut builder, &varnames),
        cells,
        free: all(&mut builder, &freevars),
        docstring,
        max_stack: parts.max_stack,
        body,
        handlers,
        positions: positions.to_vec(),
    };
    let variables = wire.locals.len() + wire.cells.len() + wire.free.len();
    builder.set_code(own, wire);
    let stand_in = |builder: &mut ModuleBuilder, index: CodeIdx| {
        let mut body = Vec::new();
        Op::Const { value: builder.constant(Const::None) }.encode(&mut body);
        Op::Return.encode(&mut body);
        builder.set_code(index, Wire { name: empty, qualname: empty, max_stack: 1, body, ..Wire::default() });
    };
    stand_in(&mut builder, outer);
    for index in inner {
        stand_in(&mut builder, index);
    }
    let mut source = builder.finish().map_err(|error| invalid(vm, &error.to_string()))?;
    let verify = |source: &Module| {
        let module = VerifiedModule::container(source.clone())?;
        module.verify_code(own).map(|_| ())?;
        Ok::<_, Box<VerifyError>>(module)
    };
    let mut verified = verify(&source);
    let mut stack_size = None;
    // A stack that is too small for the body, which CPython takes without looking, is made as large as the body may need.
    let enough = (2 * words.words.len() + 16).min(60_000usize.saturating_sub(variables)) as u32;
    if verified.is_err() && parts.max_stack < enough {
        source.codes[own.index()].max_stack = enough;
        stack_size = Some(parts.max_stack);
        verified = verify(&source);
    }
    let module = verified.map_err(|error| invalid(vm, &error.to_string()))?;
    let changes = Changes {
        flags,
        other_flags,
        first_line: parts.first_line,
        positions,
        stack_size,
        linetable: Some(parts.linetable.into()),
    };
    let titles = [parts.name, parts.qualname, parts.filename];
    let code = Code::make(vm, &module, own, titles, Some(Box::new(changes)))?;
    // Nobody has asked for them yet.
    let _ = code.words.set(Box::new(words));
    code.consts.set(parts.consts.into());
    vm.heap.barrier(code.header());
    Ok(code)
}
