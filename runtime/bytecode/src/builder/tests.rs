//! The builder drops dead code, finds depths, and lays out labels and tables.

use super::*;
use crate::module::{Handler, Position};
use crate::op::{Op, instructions};
use crate::operands::{Count, Label, LocalIdx};

fn builder() -> CodeBuilder {
    CodeBuilder::new(Code::default())
}

fn none() -> Op {
    Op::Const { value: ConstIdx(0) }
}

fn ops(code: &Code) -> Vec<Op> {
    instructions(&code.body).map(|item| item.unwrap().1).collect()
}

#[test]
fn names_and_constants_are_kept_once() {
    let mut module = ModuleBuilder::new("x");
    assert_eq!(module.name("a"), module.name("a"));
    assert_ne!(module.float(0.0), module.float(-0.0));
    assert_ne!(module.int(1), module.bool(true));
    assert_eq!(module.bigint(&[1, 0, 0]), module.int(1));
    assert_eq!(module.bigint(&[0xff; 20]), module.int(-1));
    assert_eq!(module.bigint(&[]), module.int(0));
    assert_eq!(module.bigint(&[0, 0, 0, 0, 0, 0, 0, 0x80]), module.int(i64::MIN));
    let big = module.bigint(&[0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0]);
    assert_eq!(module.constant_value(big), &Const::BigInt(vec![0, 0, 0, 0, 0, 0, 0, 0x80, 0]));
    module.require_feature("b");
    module.require_feature("a");
    module.require_feature("b");
    assert_eq!(module.module.required_features, ["a", "b"]);
    module.reserve_code();
    assert!(module.finish().unwrap_err().to_string().contains("never set"));
}

#[test]
fn dead_code_is_dropped() {
    let mut b = builder();
    let (end, dead) = (b.new_label(), b.new_label());
    b.emit(Op::Jump { target: end });
    b.emit(Op::Pop);
    b.emit(Op::Jump { target: dead });
    b.bind(dead);
    b.emit(Op::BuildTuple { count: Count(9) });
    b.bind(end);
    b.emit(none());
    b.emit(Op::Return);
    b.emit(Op::Nop);
    let code = b.finish().unwrap();
    assert_eq!(ops(&code), [Op::Jump { target: Label(5) }, none(), Op::Return]);
    assert_eq!(code.max_stack, 1);
}

#[test]
fn loops_and_branches() {
    let mut b = builder();
    b.emit(none());
    b.emit(Op::GetIter);
    let head = b.here();
    let end = b.new_label();
    b.emit(Op::ForIter { target: end });
    b.emit(Op::StoreLocal { local: LocalIdx(0) });
    b.emit(Op::Jump { target: head });
    b.bind(end);
    b.emit(none());
    b.emit(Op::Return);
    let code = b.finish().unwrap();
    assert_eq!(code.max_stack, 2);
    assert_eq!(ops(&code)[2], Op::ForIter { target: Label(15) });
}

#[test]
fn regions_nest_and_resume() {
    let mut b = builder();
    let (outer_handler, inner_handler) = (b.new_label(), b.new_label());
    let (outer, inner) = (b.new_try(outer_handler), b.new_try(inner_handler));
    b.begin_try(outer);
    b.emit(none());
    b.begin_try(inner);
    b.emit(Op::GetIter);
    b.end_try(inner);
    b.emit(Op::Nop);
    b.begin_try(inner);
    b.emit(Op::GetIter);
    b.end_try(inner);
    b.end_try(outer);
    b.emit(Op::Return);
    b.bind(inner_handler);
    b.emit(Op::Reraise);
    b.bind(outer_handler);
    b.emit(Op::Reraise);
    let code = b.finish().unwrap();
    let handler = |start, end, target, depth| Handler { start, end, target, depth };
    assert_eq!(code.handlers, [handler(0, 2, 7, 0), handler(2, 3, 6, 1), handler(3, 4, 7, 0), handler(4, 5, 6, 1)]);
    assert_eq!(code.max_stack, 2);
}

#[test]
fn a_region_may_consume_what_its_handler_does_not_need() {
    let mut b = builder();
    let handler = b.new_label();
    let region = b.new_try_under(handler, 1);
    b.emit(none());
    b.emit(none());
    b.begin_try(region);
    b.emit(Op::Pop);
    b.emit(Op::GetIter);
    b.end_try(region);
    b.emit(Op::Return);
    b.bind(handler);
    b.emit(Op::Reraise);
    let code = b.finish().unwrap();
    assert_eq!(code.handlers, [Handler { start: 4, end: 6, target: 7, depth: 1 }]);
}

#[test]
fn the_first_explicit_handler_wins() {
    let mut b = builder();
    let (start, middle, end, one, two) = (b.here(), b.new_label(), b.new_label(), b.new_label(), b.new_label());
    b.emit(none());
    b.bind(middle);
    b.emit(Op::GetIter);
    b.bind(end);
    b.emit(Op::Return);
    b.bind(one);
    b.emit(Op::Reraise);
    b.bind(two);
    b.emit(Op::Reraise);
    b.add_handler(middle, end, one, 0);
    b.add_handler(start, end, two, 0);
    let code = b.finish().unwrap();
    assert_eq!(
        code.handlers,
        [Handler { start: 0, end: 2, target: 5, depth: 0 }, Handler { start: 2, end: 3, target: 4, depth: 0 }]
    );
}

#[test]
fn positions_hold_until_the_next() {
    let mut b = builder();
    let at = |line| Position { offset: 9, line, end_line: line, column: 0, end_column: 1 };
    b.emit(Op::Nop);
    b.set_position(at(1));
    b.emit(Op::Nop);
    b.emit(none());
    b.set_position(at(2));
    b.emit(Op::Return);
    let code = b.finish().unwrap();
    assert_eq!(code.positions, [Position { offset: 1, ..at(1) }, Position { offset: 4, ..at(2) }]);
}

#[test]
fn errors_of_a_frontend_are_told() {
    let check = |build: fn(&mut CodeBuilder), expected: &str| {
        let mut b = builder();
        build(&mut b);
        let error = b.finish().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(|_| {}, "runs off the end");
    check(|b| b.emit(Op::Nop), "at instruction 0 (nop): control runs off the end");
    check(|b| b.emit(Op::Pop), "takes 1 values from a stack of 0");
    check(|b| b.emit(Op::Jump { target: Label(0) }), "not of this builder");
    check(|b| b.emit(Op::UnpackSequence { count: Count(9) }), "takes 1 values");
    check(
        |b| {
            let label = b.new_label();
            b.emit(Op::Jump { target: label });
        },
        "never bound",
    );
    check(
        |b| {
            let label = b.here();
            b.bind(label);
        },
        "bound twice",
    );
    check(
        |b| {
            let head = b.here();
            b.emit(none());
            b.emit(Op::Jump { target: head });
        },
        "leads to instruction 0 with 1 values on the stack, where another way has 0",
    );
    check(
        |b| {
            b.emit(none());
            b.emit(Op::UnpackSequence { count: Count(70_000) });
        },
        "grows beyond",
    );
    check(
        |b| {
            let label = b.here();
            let (one, two) = (b.new_try(label), b.new_try(label));
            b.begin_try(one);
            b.begin_try(two);
            b.end_try(one);
        },
        "not the innermost",
    );
}

fn line(line: u32) -> Position {
    Position { line, ..Position::default() }
}

fn lines(code: &Code) -> Vec<u32> {
    code.positions.iter().map(|position| position.line).collect()
}

#[test]
fn ways_to_the_end_get_copies_with_their_place() {
    let mut code = builder();
    let (otherwise, end) = (code.new_label(), code.new_label());
    code.set_position(line(1));
    code.emit(none());
    code.emit(Op::JumpIfFalse { target: otherwise });
    code.set_position(line(2));
    code.emit(Op::Jump { target: end });
    code.bind(otherwise);
    code.set_position(line(3));
    code.emit(Op::Nop);
    code.bind(end);
    code.set_position(Position::default());
    code.emit(none());
    code.emit(Op::Pop);
    code.emit(none());
    code.emit(Op::Return);
    code.copy_exits();
    // Line 2 ends by itself; what line 3 runs into belongs to it.
    assert_eq!(lines(&code.finish().expect("a good body")), [1, 2, 3]);
}

#[test]
fn jumps_to_jumps_without_a_place_go_where_those_go() {
    let mut code = builder();
    let (first, second, last) = (code.new_label(), code.new_label(), code.new_label());
    code.set_position(line(1));
    code.emit(none());
    code.emit(Op::JumpIfFalse { target: second });
    code.bind(first);
    code.emit(Op::Nop);
    code.bind(second);
    code.set_position(Position::default());
    code.emit(Op::Jump { target: last });
    code.set_position(line(2));
    code.bind(last);
    code.emit(none());
    code.emit(Op::Return);
    code.copy_exits();
    let code = code.finish().expect("a good body");
    let targets: Vec<_> = ops(&code).into_iter().filter_map(|op| op.target()).collect();
    assert_eq!(targets[0], targets[1]);
    assert_eq!(lines(&code), [1, 2]);
}
