//! The text form reads as documented, tells errors with their place, and loses nothing. The property test over generated
//! modules is in `tests/round_trip.rs`.

use super::*;
use crate::VerifiedModule;
use crate::module::{Code, Const, Handler, Module, Position};
use crate::op::{Op, instructions};
use crate::operands::*;

const HELLO: &str = r#".orasm 1
.source "hello.py"
.producer "by hand" "1"

.code "<module>" "<module>"
  .first_line 1
  .at 1:0 1:14
  load_global print
L0:
  const "hello"
  call 1
L1:
  return
L2:
  begin_handler ; the exception
  pop
  end_handler
  const None
  jump back
  .handler L0 L1 L2 0
back:
  return
.end

.code f f
  .flags function varargs
  .locals args "odd name"
  .cell args 0
  .free outer
  load_deref args
  load_deref outer
  binary add
  store_local "odd name"
  make_function #2
  pop
  const (1, -2, "a", (b"\x00", 1.5), frozenset(), slice(None, ..., 1))
  return
.end
"#;

fn hello() -> String {
    HELLO.replace("...", "Ellipsis").replace("#2", "#1")
}

#[test]
fn a_module_written_by_hand() {
    let module = assemble(&hello()).unwrap();
    assert_eq!(module.source_name, "hello.py");
    assert_eq!(module.names, ["<module>", "print", "f", "args", "odd name", "outer"]);
    let body: Vec<Op> = instructions(&module.codes[0].body).map(|item| item.unwrap().1).collect();
    assert_eq!(body[0], Op::LoadGlobal { name: NameIdx(1) });
    assert_eq!(body[1], Op::Const { value: ConstIdx(0) });
    assert_eq!(module.constants[0], Const::Str(b"hello".to_vec()));
    assert_eq!(module.codes[0].max_stack, 2);
    assert_eq!(module.codes[0].handlers, [Handler { start: 2, end: 6, target: 7, depth: 0 }]);
    assert_eq!(module.codes[0].positions, [Position { offset: 0, line: 1, end_line: 1, column: 0, end_column: 14 }]);
    assert_eq!(module.codes[1].cells[0].parameter, Some(LocalIdx(0)));
    let error = VerifiedModule::verify(module.clone()).unwrap_err();
    assert_eq!(error.rule, crate::Rule::InnerCode, "{error}");
    assert_eq!(assemble(&disassemble(&module)).as_ref(), Ok(&module));
}

#[test]
fn the_disassembly_reads_well() {
    let text = disassemble(&assemble(&hello()).unwrap());
    let body = text.split_once(".first_line").unwrap().1;
    assert!(
        body.starts_with(
            " 1\n  .max_stack 2\n  .at 1:0 1:14\n  load_global print\nL0:\n  const \"hello\"\n  call 1\nL1:\n  return\n"
        ),
        "{body}"
    );
    assert!(body.contains("  make_function #1 ; f\n"), "{body}");
    assert!(body.contains("  store_local \"odd name\"\n"), "{body}");
    assert!(
        body.contains("  const (1, -2, \"a\", (b\"\\x00\", 1.5), frozenset(), slice(None, Ellipsis, 1))\n"),
        "{body}"
    );
}

/// A module with one code object that has these constants.
fn constants(constants: Vec<Const>) -> Module {
    let mut body = Vec::new();
    for index in 0..constants.len() as u32 + 1 {
        Op::Const { value: ConstIdx(index) }.encode(&mut body);
    }
    let code = Code { body, ..Code::default() };
    Module { constants, names: vec!["a".into(), "a".into()], codes: vec![code], ..Module::default() }
}

#[test]
fn odd_constants_survive() {
    let module = constants(vec![
        Const::Int(i64::MIN),
        Const::BigInt(vec![0; 9].into_iter().chain([1]).collect()),
        Const::BigInt(vec![0, 0, 0, 0, 0, 0, 0, 0, 0x80]),
        Const::BigInt(vec![1, 0, 0, 0, 0, 0, 0, 0, 0xff]),
        Const::BigInt(vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 0xfe]),
        Const::BigInt(vec![5]),
        Const::BigInt(vec![]),
        Const::Float(f64::NAN),
        Const::Float(-f64::NAN),
        Const::Float(f64::NEG_INFINITY),
        Const::Float(-0.0),
        Const::Float(5e-324),
        Const::Float(1.7976931348623157e308),
        Const::Complex { real: f64::INFINITY, imag: f64::from_bits(0x7ff0_0000_0000_0001) },
        Const::Str("\u{0}\r\n\t\"\\é\u{202e}\u{10ffff}; #".into()),
        Const::Str(vec![0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
        Const::Str(vec![0xff, b'a']),
        Const::Str(vec![0xed, 0xa0]),
        Const::Bytes((0..=255).collect()),
        Const::Tuple(vec![ConstIdx(19)]),
        Const::Tuple(vec![ConstIdx(20), ConstIdx(99)]),
        Const::Int(1),
        Const::Int(1),
        Const::Tuple(vec![ConstIdx(22)]),
        Const::Tuple(vec![ConstIdx(21), ConstIdx(21)]),
    ]);
    let text = disassemble(&module);
    assert_eq!(assemble(&text).as_ref(), Ok(&module), "{text}");
    assert!(text.contains("const -0x"), "{text}");
}

#[test]
fn broken_code_survives() {
    let position = |offset| Position { offset, line: 3, ..Position::default() };
    let mut module = constants(vec![]);
    module.codes.push(Code { body: vec![0xff, 1, 2], positions: vec![position(1)], ..Code::default() });
    let mut body = Vec::new();
    Op::Jump { target: Label(3) }.encode(&mut body);
    Op::LoadLocal { local: LocalIdx(9) }.encode(&mut body);
    Op::LoadName { name: NameIdx(1) }.encode(&mut body);
    module.codes.push(Code {
        body,
        name: NameIdx(77),
        locals: vec![NameIdx(0), NameIdx(1), NameIdx(55)],
        handlers: vec![Handler { start: 9, end: 2, target: 99, depth: u32::MAX }],
        positions: vec![position(9), position(0)],
        ..Code::default()
    });
    let text = disassemble(&module);
    assert_eq!(assemble(&text).as_ref(), Ok(&module), "{text}");
}

#[test]
fn errors_tell_the_place_and_the_remedy() {
    let check = |line: &str, expected: &str| {
        let text = format!(".orasm 1\n.code f f\n  .locals x\n{line}\n.end\n");
        let error = assemble(&text).expect_err(line).to_string();
        assert_eq!(error, expected, "{line}");
    };
    check("  lod_local x", "4:3: found `lod_local`, expected an instruction\nhelp: did you mean `load_local`?");
    check("  load_local y", "4:14: found `y`, expected a local variable of this code object, or #index");
    check("  load_local", "4:13: found the end of the line, expected a local variable of this code object, or #index");
    check("  jump nowhere", "4:8: found `nowhere`, expected a label of this code object");
    check("  pop 1", "4:7: found `1`, expected the end of the line");
    check("  unary add", "4:9: found `add`, expected one of neg, pos, invert, not");
    check("  const \"abc", "4:9: found the end of the line, expected a closing quote");
    check("  const (1 2)", "4:12: found `2`, expected `,` or `)`");
    check(
        "  const 99999999999999999999",
        "4:9: found `99999999999999999999`, expected an integer of 64 bits\nhelp: write larger integers in \
         hexadecimal: 0x...",
    );
    check(
        "  nop\n  return",
        "6:1: found a body whose stack cannot be worked out: at instruction 1 (return): takes 1 values from a stack of 0, \
         expected one depth everywhere\nhelp: with `.max_stack` it is assembled as it is",
    );
    check("  const 'a'", "4:9: found the character `'`, expected a name, a number, a string or the end of the line");
    let error = assemble("load_local x").unwrap_err();
    assert_eq!((error.line, error.column, error.expected.as_str()), (1, 1, "`.orasm 1`"));
    assert!(assemble("").is_err());
    assert!(assemble(".orasm 2").unwrap_err().to_string().contains("version 1, which is the only one known"));
    assert!(assemble(".orasm 1\n.code f f\n").unwrap_err().to_string().contains("`.end` behind"));
    assert!(assemble(".orasm 1\nnop").unwrap_err().to_string().contains("between `.code` and `.end`"));
}

/// Nesting in a literal is bounded.
#[test]
fn deep_literals_are_refused() {
    let text = format!(".orasm 1\n.const {}\n", "(".repeat(1_000_000));
    assert!(assemble(&text).unwrap_err().to_string().contains("nested too deep"));
}
