//! What must hold whatever the input is. Each function panics when it does not.

use orochi_bytecode::operands::{CodeIdx, ConstIdx, NameIdx};
use orochi_bytecode::{Code, Module, Op, VerifiedCode, VerifiedModule, assemble, binary, disassemble, instructions};

use super::source::Source;
use super::{generate, programs};

/// A decoder takes any bytes; what it accepts is the one encoding of the module, and survives everything else.
pub fn decode(bytes: &[u8]) {
    let Ok(module) = binary::decode(bytes) else {
        return;
    };
    let mut canonical = bytes.to_vec();
    canonical[10..12].copy_from_slice(&binary::VERSION.1.to_le_bytes());
    assert_eq!(binary::encode(&module), canonical, "two encodings of one module");
    text_round_trip(&module);
    verify(module, &mut Source::new(bytes));
}

/// A module that passes the verifier says the same of each part when it is read in place, whichever part is asked for first.
pub fn read_in_place(module: &Module) {
    let bytes: &'static [u8] = binary::encode(module).leak();
    let whole = VerifiedModule::verify(module.clone()).expect("a valid module");
    let carried = VerifiedModule::carried(bytes, module.source_name.clone()).expect("a module");
    for index in (0..module.codes.len() as u32).rev().map(CodeIdx) {
        assert_eq!(carried.title(index), whole.title(index));
        assert_eq!(carried.positions(index), module.code(index).positions);
        let code = Code { positions: module.code(index).positions.clone(), ..carried.code(index).clone() };
        assert_eq!(&code, module.code(index));
        let (own, other) = (carried.verify_code(index).expect("valid"), whole.verify_code(index).expect("valid"));
        assert_eq!(own.instructions, other.instructions);
    }
    for index in (0..module.constants.len() as u32).rev().map(ConstIdx) {
        assert_eq!(&*carried.constant(index), module.constant(index));
        assert_eq!(carried.text(index), whole.text(index));
    }
    for index in (0..module.names.len() as u32).rev().map(NameIdx) {
        assert_eq!(carried.name(index), module.name(index).as_bytes());
    }
    let counts = (carried.constant_count(), carried.name_count(), carried.code_count());
    assert_eq!(counts, (module.constants.len(), module.names.len(), module.codes.len()));
    assert_eq!((carried.producer(), carried.custom()), (&module.producer, module.custom.as_slice()));
    assert_eq!(carried.source_name(), module.source_name);
    assert_eq!(&**carried.module(), module);
}

/// An assembler takes any text; what it makes survives the round trips.
pub fn assembler(text: &str) {
    let Ok(module) = assemble(text) else {
        return;
    };
    text_round_trip(&module);
    if module.required_features.is_empty() {
        binary_round_trip(&module);
    }
    verify(module, &mut Source::new(text.as_bytes()));
}

/// Bytes as decisions: a module without sense, one with sense, one that had sense until it was damaged, and one that touches
/// what it should not. What is accepted must be sound; says whether all was.
pub fn verifier(decisions: &[u8]) -> bool {
    let mut source = Source::new(decisions);
    match source.below(5) {
        0 => {
            let module = generate::module(&mut source);
            verify(module, &mut source)
        }
        1 => {
            assert!(verify(programs::module(&mut source), &mut source), "a good program is refused");
            true
        }
        2 => {
            let mut damage = Source::new(&decisions[decisions.len() / 2..]);
            let module = damaged(programs::module(&mut source), &mut damage);
            verify(module, &mut damage)
        }
        _ => {
            let mut steps = Source::new(&decisions[decisions.len() / 2..]);
            programs::mischievous(&mut source).is_some_and(|module| verify(module, &mut steps))
        }
    }
}

/// A module with some bytes of its bodies and some entries of its tables changed.
fn damaged(mut module: Module, source: &mut Source<'_>) -> Module {
    for _ in 0..=source.below(3) {
        let index = source.below(module.codes.len());
        let code = &mut module.codes[index];
        let place = source.u32() as usize;
        let handlers = code.handlers.len();
        match source.below(4) {
            0 if handlers > 0 => code.handlers[place % handlers].depth = source.number(),
            1 if handlers > 0 => code.handlers[place % handlers].target = source.u32() % code.body.len() as u32,
            _ => {
                let length = code.body.len();
                code.body[place % length] = source.byte();
            }
        }
    }
    module
}

pub fn binary_round_trip(module: &Module) {
    let bytes = binary::encode(module);
    assert_eq!(binary::decode(&bytes).as_ref(), Ok(module));
}

pub fn text_round_trip(module: &Module) {
    let text = disassemble(module);
    match assemble(&text) {
        Ok(again) => assert!(again == *module, "lost on the way:\n{module:#?}\n{text}\n{again:#?}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// Verifies a module and walks through the bodies that are accepted; says whether all are.
pub fn verify(module: Module, source: &mut Source<'_>) -> bool {
    let verified = match VerifiedModule::container(module) {
        Ok(verified) => verified,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    let mut all = true;
    for index in 0..verified.module().codes.len() {
        match verified.verify_code(CodeIdx(index as u32)) {
            Ok(code) => (0..3).for_each(|_| walk(&code, source)),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                all = false;
            }
        }
    }
    all
}

/// What a slot of the stack holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Slot {
    Value,
    Callable,
    Receiver,
}

/// Runs a body with values that are only slots, by chance and not by the verifier's reasoning, and checks that each
/// instruction finds what it needs.
fn walk(code: &VerifiedCode<'_>, source: &mut Source<'_>) {
    let reencoded: Vec<u8> = instructions(&code.code.body)
        .flat_map(|item| {
            let mut bytes = Vec::new();
            item.expect("a verified body decodes").1.encode(&mut bytes);
            bytes
        })
        .collect();
    assert_eq!(reencoded, code.code.body);
    let mut stack = Vec::new();
    let mut at = 0;
    for _ in 0..500 {
        let instruction = &code.instructions[at];
        let op = instruction.op;
        assert_eq!(stack.len() as u32, instruction.depth, "{op:?}");
        if let Some(handler) = instruction.handler
            && op.can_raise()
            && source.chance(2)
        {
            let handler = &code.code.handlers[handler as usize];
            assert!(handler.depth <= instruction.depth - op.pops(), "{op:?}");
            stack.truncate(handler.depth as usize);
            assert_ne!(stack.last(), Some(&Slot::Callable), "half a pair is kept");
            stack.push(Slot::Value);
            at = code.index_of(handler.target).expect("a handler that is reached");
            continue;
        }
        let jumps = instruction.target.is_some() && source.chance(2);
        if !step(op, &mut stack, jumps) {
            return;
        }
        assert!(stack.len() as u32 <= code.code.max_stack);
        let only_jumps = matches!(op, Op::Jump { .. });
        at = match instruction.target {
            Some(target) if jumps || only_jumps => target as usize,
            _ => at + 1,
        };
    }
}

/// Does to the stack what an instruction does; false when it ends the walk.
fn step(op: Op, stack: &mut Vec<Slot>, jumps: bool) -> bool {
    let (pops, pushes) = if jumps { op.jump_effect() } else { (op.pops(), op.pushes()) };
    if let Some((place, least)) = op.points_at() {
        assert!(place >= least);
        assert_eq!(stack[stack.len() - place as usize], Slot::Value, "{op:?}");
    }
    if let Op::DictMerge { depth } = op {
        assert_eq!(stack[stack.len() - depth.index() - 3], Slot::Value, "{op:?}");
    }
    let seen = stack.len() - op.looks_at() as usize;
    let pair = matches!(op, Op::CallMethod { .. } | Op::CallMethodKw { .. });
    if pair {
        assert_eq!(stack[seen..seen + 2], [Slot::Callable, Slot::Receiver], "{op:?}");
    }
    let plain = seen + if pair { 2 } else { 0 };
    assert!(stack[plain..].iter().all(|slot| *slot == Slot::Value), "{op:?}");
    stack.truncate(stack.len() - pops as usize);
    match op {
        Op::LoadMethod { .. } => stack.extend([Slot::Callable, Slot::Receiver]),
        Op::Return | Op::Raise { .. } | Op::Reraise => return false,
        _ => stack.extend(std::iter::repeat_n(Slot::Value, pushes as usize)),
    }
    true
}
