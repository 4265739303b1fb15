//! Every rule is broken at least once, and by nothing else than what its case says.

use super::*;
use crate::module::{Cell, CodeFlags, Const, Handler, Position};
use crate::operands::*;

const NONE: Op = Op::Const { value: ConstIdx(0) };
const ITER: Op = Op::GetIter;
const METHOD: Op = Op::LoadMethod { name: NameIdx(0) };

/// A module with two code objects, both of which return None.
fn module() -> Module {
    let mut module = Module {
        names: vec!["f".into(), "x".into()],
        constants: vec![
            Const::None,
            Const::Str(b"a".to_vec()),
            Const::Str(b"b".to_vec()),
            Const::Tuple(vec![ConstIdx(1), ConstIdx(2)]),
            Const::Str(b"a".to_vec()),
            Const::Tuple(vec![ConstIdx(1), ConstIdx(4)]),
        ],
        codes: vec![Code::default(), Code::default()],
        ..Module::default()
    };
    for code in &mut module.codes {
        code.max_stack = 9;
        code.body = body(&[NONE, Op::Return]);
    }
    module.codes[1].flags.function = true;
    module.codes[1].locals = vec![NameIdx(1)];
    module.codes[1].cells = vec![Cell { name: NameIdx(1), parameter: None }];
    module.codes[1].free = vec![NameIdx(0)];
    module
}

fn body(ops: &[Op]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ops.iter().for_each(|op| op.encode(&mut bytes));
    bytes
}

/// The module, changed.
fn with(change: impl FnOnce(&mut Module)) -> Module {
    let mut module = module();
    change(&mut module);
    module
}

/// The module with another inner code object.
fn code(change: impl FnOnce(&mut Code)) -> Module {
    with(|module| change(&mut module.codes[1]))
}

/// The module with another inner body.
fn ops(ops: &[Op]) -> Module {
    code(|code| code.body = body(ops))
}

/// A body with a handler over its first `end` bytes, for a stack of `depth`.
fn handled(list: &[Op], end: u32, depth: u32) -> Module {
    code(|code| {
        code.body = body(list);
        let target = code.body.len() as u32;
        code.body.extend(body(&[Op::Reraise]));
        code.handlers = vec![Handler { start: 0, end, target, depth }];
    })
}

fn handler(start: u32, end: u32, target: u32) -> Handler {
    Handler { start, end, target, depth: 0 }
}

fn copy(depth: u32) -> Op {
    Op::Copy { depth: Depth(depth) }
}

fn call_method(argc: u32) -> Op {
    Op::CallMethod { argc: Count(argc) }
}

fn container_cases() -> Vec<(Rule, Module)> {
    use Rule::*;
    let deep = |levels: u32| {
        with(|m| (0..levels).for_each(|_| m.constants.push(Const::Tuple(vec![ConstIdx(m.constants.len() as u32 - 1)]))))
    };
    let doubled = with(|m| {
        for _ in 0..30 {
            let last = ConstIdx(m.constants.len() as u32 - 1);
            m.constants.push(Const::FrozenSet(vec![last, last]));
        }
    });
    let constant = |constant: Const| with(|m| m.constants.push(constant));
    let flags = |change: fn(&mut CodeFlags)| code(|c| change(&mut c.flags));
    vec![
        (TableSizes, with(|m| m.codes.clear())),
        (Features, with(|m| m.required_features = vec!["telepathy".into()])),
        (Features, with(|m| m.required_features = vec!["b".into(), "a".into()])),
        (ConstantOrder, constant(Const::Tuple(vec![ConstIdx(6)]))),
        (ConstantOrder, constant(Const::Slice { start: ConstIdx(0), stop: ConstIdx(0), step: ConstIdx(99) })),
        (ConstantNesting, deep(101)),
        (ConstantNesting, doubled),
        (ConstantForm, constant(Const::BigInt(vec![1; 8]))),
        (ConstantForm, constant(Const::BigInt(vec![1, 1, 1, 1, 1, 1, 1, 1, 0]))),
        (ConstantForm, constant(Const::BigInt(vec![1, 1, 1, 1, 1, 1, 1, 1, 0x80, 0xff]))),
        (ConstantForm, constant(Const::Str(vec![b'a', 0xff]))),
        (ConstantForm, constant(Const::Str(vec![0xed, 0xa0, 0x80, 0xc0, 0x80]))),
        (ConstantForm, constant(Const::Str(vec![0xed, 0xa0]))),
        (HeaderIndices, code(|c| c.name = NameIdx(2))),
        (HeaderIndices, code(|c| c.qualname = NameIdx(2))),
        (HeaderIndices, code(|c| c.locals.push(NameIdx(2)))),
        (HeaderIndices, code(|c| c.cells.push(Cell { name: NameIdx(2), parameter: None }))),
        (HeaderIndices, code(|c| c.free.push(NameIdx(2)))),
        (HeaderIndices, code(|c| c.docstring = Some(ConstIdx(0)))),
        (HeaderIndices, code(|c| c.docstring = Some(ConstIdx(99)))),
        (Parameters, code(|c| c.positional_only = 1)),
        (Parameters, code(|c| c.positional = 2)),
        (Parameters, code(|c| (c.positional, c.flags.varkwargs) = (1, true))),
        (Parameters, code(|c| (c.positional, c.keyword_only) = (u32::MAX, u32::MAX))),
        (Parameters, with(|m| m.codes[0].free.push(NameIdx(0)))),
        (Parameters, with(|m| (m.codes[0].positional, m.codes[0].locals) = (1, vec![NameIdx(0)]))),
        (Cells, code(|c| c.cells[0].parameter = Some(LocalIdx(0)))),
        (
            Cells,
            code(|c| {
                c.positional = 1;
                c.cells = vec![Cell { name: NameIdx(0), parameter: Some(LocalIdx(0)) }; 2];
            }),
        ),
        (Flags, flags(|f| (f.generator, f.coroutine) = (true, true))),
        (Flags, flags(|f| f.iterable_coroutine = true)),
        (Registers, code(|c| c.max_stack = 59_998)),
        (Registers, code(|c| c.max_stack = u32::MAX)),
    ]
}

fn body_cases() -> Vec<(Rule, Module)> {
    use Rule::*;
    let bytes = |bytes: &[u8]| code(|c| c.body = bytes.to_vec());
    let names = |names: u32| Op::CallKw { argc: Count(1), names: ConstIdx(names) };
    let handlers = |handlers: &[Handler]| code(|c| c.handlers = handlers.to_vec());
    let positions = |offsets: &[u32]| {
        code(|c| c.positions = offsets.iter().map(|&offset| Position { offset, ..Position::default() }).collect())
    };
    let jump = |target: u32| Op::Jump { target: Label(target) };
    let branch = |target: u32| Op::JumpIfTrue { target: Label(target) };
    vec![
        (BodySize, bytes(&[])),
        (BodySize, bytes(&[0; (1 << 24) + 1])),
        (Decoding, bytes(&[0xff])),
        (Decoding, bytes(&[0x04])),
        (Decoding, bytes(&[0x04, 0x80, 0x00])),
        (Decoding, bytes(&[0x48, 0, 0, 0])),
        (OperandRange, ops(&[Op::Const { value: ConstIdx(99) }, Op::Return])),
        (OperandRange, ops(&[Op::LoadGlobal { name: NameIdx(2) }, Op::Return])),
        (OperandRange, ops(&[Op::LoadLocal { local: LocalIdx(1) }, Op::Return])),
        (OperandRange, ops(&[Op::LoadDeref { cell: CellIdx(2) }, Op::Return])),
        (OperandRange, ops(&[Op::MakeCell { cell: CellIdx(1) }, NONE, Op::Return])),
        (OperandRange, ops(&[Op::MakeFunction { code: CodeIdx(2) }, Op::Return])),
        (OperandRange, ops(&[NONE, NONE, NONE, Op::MatchClass { count: Count(60_001) }, Op::Return])),
        (OperandRange, ops(&[NONE, copy(0), Op::Return])),
        (OperandRange, ops(&[NONE, Op::Swap { depth: Depth(1) }, Op::Return])),
        (OperandRange, ops(&[NONE, NONE, Op::ListAppend { depth: Depth(0) }, NONE, Op::Return])),
        (OperandRange, ops(&[NONE, Op::WithExcept { depth: Depth(1) }, Op::Return])),
        (InnerCode, ops(&[Op::MakeFunction { code: CodeIdx(1) }, Op::Return])),
        (InnerCode, ops(&[Op::MakeFunction { code: CodeIdx(0) }, Op::Return])),
        (KeywordNames, ops(&[NONE, NONE, names(0), Op::Return])),
        (KeywordNames, ops(&[NONE, NONE, names(3), Op::Return])),
        (KeywordNames, ops(&[NONE, NONE, NONE, Op::CallKw { argc: Count(2), names: ConstIdx(5) }, Op::Return])),
        (KeywordNames, ops(&[NONE, METHOD, Op::CallMethodKw { argc: Count(0), names: ConstIdx(3) }, Op::Return])),
        (Targets, ops(&[jump(1)])),
        (Targets, ops(&[jump(5)])),
        (Targets, ops(&[NONE, Op::Return, jump(u32::MAX)])),
        (HandlerTable, handlers(&[handler(2, 2, 2)])),
        (HandlerTable, handlers(&[handler(0, 3, 2), handler(2, 3, 2)])),
        (HandlerTable, handlers(&[handler(2, 3, 2), handler(0, 2, 2)])),
        (HandlerTable, handlers(&[handler(1, 3, 2)])),
        (HandlerTable, handlers(&[handler(0, 1, 2)])),
        (HandlerTable, handlers(&[handler(0, 4, 2)])),
        (HandlerTable, handlers(&[handler(0, 2, 3)])),
        (HandlerTable, handlers(&[handler(0, 2, 1)])),
        (PositionTable, positions(&[1])),
        (PositionTable, positions(&[3])),
        (PositionTable, positions(&[0, 0])),
        (PositionTable, positions(&[2, 0])),
        (End, ops(&[NONE])),
        (End, ops(&[NONE, branch(0)])),
        (Underflow, ops(&[Op::Return])),
        (Underflow, ops(&[Op::GetLen])),
        (Underflow, ops(&[NONE, Op::MatchException])),
        (Underflow, ops(&[NONE, copy(2)])),
        (Underflow, ops(&[NONE, copy(u32::MAX)])),
        (Underflow, ops(&[NONE, Op::DictSet { depth: Depth(1) }])),
        (Underflow, ops(&[NONE, NONE, Op::DictMerge { depth: Depth(1) }, Op::Return])),
        (Underflow, ops(&[Op::BuildTuple { count: Count(60_000) }, Op::Return])),
        (Underflow, ops(&[Op::ForIter { target: Label(0) }])),
        (StackLimit, ops(&[NONE, Op::UnpackSequence { count: Count(10) }, Op::Return])),
        (StackLimit, code(|c| c.max_stack = 0)),
        (Joins, ops(&[NONE, jump(0)])),
        (Joins, ops(&[NONE, NONE, branch(11), NONE, Op::Nop, Op::Return])),
        // Two ways to a stack of three, one with a pair.
        (Joins, ops(&[NONE, branch(18), NONE, METHOD, NONE, jump(24), NONE, NONE, NONE, call_method(1), Op::Return])),
        (Pairs, ops(&[NONE, METHOD, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, Op::Pop, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, copy(1), Op::Return])),
        (Pairs, ops(&[NONE, METHOD, copy(2), Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, Op::Swap { depth: Depth(3) }, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, Op::ListAppend { depth: Depth(1) }, call_method(0), Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, Op::BuildTuple { count: Count(2) }, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, Op::GetLen, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, NONE, NONE, Op::DictMerge { depth: Depth(1) }, NONE, Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, Op::Call { argc: Count(1) }, Op::Return])),
        (Pairs, ops(&[NONE, NONE, call_method(0), Op::Return])),
        (Pairs, ops(&[NONE, METHOD, NONE, call_method(0), Op::Return])),
        (Pairs, ops(&[NONE, NONE, METHOD, call_method(1), Op::Return])),
        (HandlerDepth, handled(&[NONE, Op::Return], 2, 1)),
        (HandlerDepth, handled(&[NONE, Op::Return], 3, u32::MAX)),
        (
            HandlerDepth,
            code(|c| {
                c.body = body(&[NONE, ITER, Op::Return, Op::Reraise]);
                c.handlers = vec![Handler { start: 2, end: 3, target: 4, depth: 1 }];
            }),
        ),
        (
            HandlerDepth,
            code(|c| {
                c.body = body(&[NONE, METHOD, NONE, call_method(1), Op::Return, Op::Reraise]);
                c.handlers = vec![Handler { start: 4, end: 6, target: 9, depth: 1 }];
            }),
        ),
        (Suspension, ops(&[NONE, Op::Yield, Op::Return])),
        (Suspension, ops(&[NONE, Op::YieldFrom, Op::Return])),
        (Suspension, ops(&[NONE, Op::AsyncGenWrap, Op::Return])),
        (LocalsMapping, ops(&[Op::LoadName { name: NameIdx(0) }, Op::Return])),
        (LocalsMapping, ops(&[NONE, Op::StoreName { name: NameIdx(0) }, NONE, Op::Return])),
        (LocalsMapping, ops(&[Op::DeleteName { name: NameIdx(0) }, NONE, Op::Return])),
        (LocalsMapping, ops(&[Op::LoadLocals, Op::Return])),
        (LocalsMapping, ops(&[NONE, Op::ImportStar, NONE, Op::Return])),
        (LocalsMapping, ops(&[Op::SetupAnnotations, NONE, Op::Return])),
    ]
}

#[test]
fn every_rule_is_enforced() {
    let (container, body) = (container_cases(), body_cases());
    let mut seen = std::collections::BTreeSet::new();
    for (number, (rule, module)) in container.into_iter().enumerate() {
        seen.insert(rule);
        let error = VerifiedModule::container(module).expect_err(&format!("container case {number}: {rule:?}"));
        assert_eq!(error.rule, rule, "container case {number}: {error}");
    }
    for (number, (rule, module)) in body.into_iter().enumerate() {
        seen.insert(rule);
        let container = VerifiedModule::container(module).unwrap_or_else(|error| panic!("body case {number}: {error}"));
        assert!(container.verify_code(CodeIdx(0)).is_ok());
        let error = container.verify_code(CodeIdx(1)).expect_err(&format!("body case {number}: {rule:?}"));
        assert_eq!(error.rule, rule, "body case {number}: {error}");
    }
    assert!(seen.into_iter().eq(Rule::ALL.iter().copied()), "a rule has no case");
}

#[test]
fn good_modules_pass() {
    let good = [
        module(),
        ops(&[NONE, METHOD, NONE, call_method(1), Op::Return]),
        ops(&[NONE, METHOD, NONE, METHOD, call_method(0), call_method(1), Op::Return]),
        // A value below a pair may be copied.
        ops(&[NONE, NONE, METHOD, copy(3), call_method(1), Op::Return]),
        ops(&[NONE, NONE, NONE, Op::CallKw { argc: Count(2), names: ConstIdx(3) }, Op::Return]),
        // Dead code need only decode.
        ops(&[NONE, Op::Return, Op::Pop, Op::Return]),
        handled(&[NONE, METHOD, call_method(0), Op::Return], 7, 0),
        code(|c| {
            c.flags.generator = true;
            c.body = body(&[NONE, Op::Yield, Op::YieldFrom, Op::Return]);
        }),
        code(|c| c.docstring = Some(ConstIdx(1))),
    ];
    for module in good {
        VerifiedModule::verify(module).unwrap();
    }
}

#[test]
fn what_lowering_needs_is_told() {
    let module = code(|c| {
        c.body = body(&[
            NONE,
            ITER,
            Op::ForIter { target: Label(14) },
            Op::Pop,
            Op::Jump { target: Label(3) },
            NONE,
            Op::Return,
            Op::Nop,
            Op::Reraise,
        ]);
        c.handlers = vec![Handler { start: 2, end: 3, target: 18, depth: 0 }];
    });
    let verified = VerifiedModule::verify(module).unwrap();
    let code = verified.verify_code(CodeIdx(1)).unwrap();
    let depths: Vec<_> = code.instructions.iter().map(|i| (i.offset, i.depth, i.is_target)).collect();
    assert_eq!(
        depths,
        [
            (0, 0, false),
            (2, 1, false),
            (3, 1, true),
            (8, 2, false),
            (9, 1, false),
            (14, 0, true),
            (16, 1, false),
            (18, 1, true)
        ]
    );
    assert_eq!(code.instructions[2].target, Some(5));
    assert_eq!(code.instructions[4].target, Some(2));
    assert_eq!(code.instructions[1].handler, Some(0));
    assert_eq!(code.index_of(18), Some(7));
    assert_eq!(code.index_of(17), None);
}

#[test]
fn errors_name_their_place() {
    let error = VerifiedModule::verify(ops(&[NONE, Op::Pop, Op::Pop, NONE, Op::Return])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "in code object 1 (`f`) at byte 3, `pop`: needs 1 values on a stack of 0 (rule V20: An instruction finds the \
         values that it takes, looks at or points at)"
    );
}

/// Many pairs on a deep stack, with handlers and copies far below them, take no quadratic time.
#[test]
fn deep_stacks_of_pairs_are_verified_fast() {
    let mut list = vec![NONE; 1];
    for _ in 0..19_900 {
        list.extend([copy(1), METHOD, NONE]);
    }
    for _ in 0..19_900 {
        list.extend([copy(59_701), Op::Pop]);
    }
    list.push(Op::Return);
    let module = code(|c| {
        c.body = body(&list);
        let end = c.body.len() as u32;
        c.body.extend(body(&[Op::Reraise]));
        c.handlers = vec![Handler { start: 0, end, target: end, depth: 0 }];
        c.max_stack = 59_702;
    });
    VerifiedModule::verify(module).unwrap();
}
