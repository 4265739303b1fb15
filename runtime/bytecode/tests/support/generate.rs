//! Modules without sense: every table has anything in it, in range or not.

use orochi_bytecode::op::{OperandInfo, OperandSource};
use orochi_bytecode::operands::*;
use orochi_bytecode::{Cell, Code, CodeFlags, Const, Handler, Module, OP_INFO, Op, OperandKind, Position, Producer};

use super::source::Source;

/// Any module, but one that requires nothing of its host.
pub fn module(source: &mut Source<'_>) -> Module {
    let mut module = Module {
        producer: Producer { frontend: source.text(), version: source.text(), source_hash: [source.byte(); 32] },
        source_name: source.text(),
        names: (0..source.below(6)).map(|_| source.text()).collect(),
        ..Module::default()
    };
    for _ in 0..source.below(12) {
        let constant = constant(source, module.constants.len());
        module.constants.push(constant);
    }
    for _ in 0..source.below(4) {
        let code = code(source);
        module.codes.push(code);
    }
    for _ in 0..source.below(3) {
        module.custom.push((source.text(), source.content()));
    }
    module
}

fn constant(source: &mut Source<'_>, known: usize) -> Const {
    let item = |source: &mut Source<'_>| match source.byte() {
        0..=240 if known > 0 => ConstIdx(source.below(known) as u32),
        _ => ConstIdx(source.number()),
    };
    match source.below(16) {
        0 => Const::None,
        1 => Const::True,
        2 => Const::False,
        3 => Const::Ellipsis,
        4 => Const::Int(i64::from(source.number())),
        5 => Const::Int(source.u64() as i64),
        6 => Const::BigInt(source.content()),
        7 => Const::integer(&source.content()),
        8 => Const::Float(f64::from(source.number() as i32) / 8.0),
        9 => Const::Float(f64::from_bits(source.u64())),
        10 => Const::Complex { real: f64::from(source.number()), imag: f64::from_bits(source.u64()) },
        11 => Const::Str(source.text().into_bytes()),
        12 => Const::Str(source.content()),
        13 => Const::Bytes(source.content()),
        14 => match source.below(2) {
            0 => Const::Tuple((0..source.below(4)).map(|_| item(source)).collect()),
            _ => Const::FrozenSet((0..source.below(4)).map(|_| item(source)).collect()),
        },
        _ => Const::Slice { start: item(source), stop: item(source), step: item(source) },
    }
}

fn code(source: &mut Source<'_>) -> Code {
    let name = |source: &mut Source<'_>| NameIdx(source.number());
    let body = if source.chance(8) { source.content() } else { body(source) };
    let position = |source: &mut Source<'_>| Position {
        offset: source.number(),
        line: source.number(),
        end_line: source.number(),
        column: source.number(),
        end_column: source.number(),
    };
    Code {
        name: name(source),
        qualname: name(source),
        flags: CodeFlags::from_bits(source.u32() & ((1 << CodeFlags::NAMES.len()) - 1)).expect("these bits are flags"),
        first_line: source.number(),
        positional_only: source.number(),
        positional: source.number(),
        keyword_only: source.number(),
        locals: (0..source.below(5)).map(|_| name(source)).collect(),
        cells: (0..source.below(3))
            .map(|_| Cell { name: name(source), parameter: source.chance(2).then(|| LocalIdx(source.number())) })
            .collect(),
        free: (0..source.below(3)).map(|_| name(source)).collect(),
        docstring: source.chance(3).then(|| ConstIdx(source.number())),
        max_stack: source.number(),
        handlers: (0..source.below(4))
            .map(|_| Handler {
                start: source.number(),
                end: source.number(),
                target: source.number(),
                depth: source.number(),
            })
            .collect(),
        positions: (0..source.below(4)).map(|_| position(source)).collect(),
        body,
    }
}

fn body(source: &mut Source<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    for _ in 0..source.below(20) {
        let row = OP_INFO[source.below(OP_INFO.len())];
        let op = Op::build(row.opcode, &mut Operands(source)).expect("operands are in range").expect("a known opcode");
        op.encode(&mut body);
    }
    body
}

/// Any operands.
struct Operands<'b, 'a>(&'b mut Source<'a>);

impl OperandSource for Operands<'_, '_> {
    type Error = ();

    fn next(&mut self, operand: &OperandInfo) -> Result<u32, ()> {
        Ok(match operand.kind {
            OperandKind::Choice(_, texts) => self.0.below(texts.len()) as u32,
            _ => self.0.number(),
        })
    }

    fn invalid(&mut self, _: &OperandInfo, _: u32) {}
}
