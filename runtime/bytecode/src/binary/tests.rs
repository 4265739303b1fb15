//! The binary form: round trip, one encoding, clear errors, bounded memory.

use super::*;
use crate::module::{Cell, CodeFlags, Const, Handler, Position};
use crate::operands::*;

/// A module with something in every table; its code is not valid.
fn full() -> Module {
    let position = |offset, line, column| Position { offset, line, end_line: line + 1, column, end_column: column / 2 };
    let code = Code {
        name: NameIdx(1),
        qualname: NameIdx(2),
        flags: CodeFlags { function: true, varargs: true, has_docstring: true, ..CodeFlags::default() },
        first_line: 7,
        positional_only: 1,
        positional: 2,
        keyword_only: 3,
        locals: vec![NameIdx(0); 6],
        cells: vec![
            Cell { name: NameIdx(0), parameter: None },
            Cell { name: NameIdx(1), parameter: Some(LocalIdx(0)) },
            Cell { name: NameIdx(1), parameter: Some(LocalIdx(u32::MAX)) },
        ],
        free: vec![NameIdx(500)],
        docstring: Some(ConstIdx(8)),
        max_stack: 1000,
        body: vec![4, 0, 0x4d],
        handlers: vec![
            Handler { start: 5, end: 9, target: 2, depth: 0 },
            Handler { start: 3, end: 1, target: u32::MAX, depth: u32::MAX },
        ],
        positions: vec![position(0, 10, 4), position(1, 3, u32::MAX), position(0, u32::MAX - 1, 0)],
    };
    Module {
        required_features: vec!["one".into(), "two".into()],
        producer: Producer { frontend: "f".into(), version: "1.2.3".into(), source_hash: [0xab; 32] },
        source_name: "dir/ü.py".into(),
        names: vec!["a".into(), String::new(), "名".into()],
        constants: vec![
            Const::None,
            Const::True,
            Const::False,
            Const::Ellipsis,
            Const::Int(i64::MIN),
            Const::Int(-1),
            Const::BigInt(vec![1; 20]),
            Const::Float(f64::from_bits(0x7ff8_dead_beef_0001)),
            Const::Str(vec![0xed, 0xa0, 0x80]),
            Const::Bytes(vec![0, 255]),
            Const::Complex { real: -0.0, imag: 1.5 },
            Const::Tuple(vec![ConstIdx(0), ConstIdx(700)]),
            Const::FrozenSet(vec![]),
            Const::Slice { start: ConstIdx(0), stop: ConstIdx(1), step: ConstIdx(2) },
        ],
        codes: vec![Code::default(), code],
        custom: vec![("x".into(), vec![1, 2, 3]), ("x".into(), vec![]), ("y".into(), vec![9; 300])],
    }
}

fn read(bytes: &[u8]) -> Result<Module, DecodeError> {
    Container::open_knowing(bytes, &["one", "two"])?.module()
}

#[test]
fn round_trip() {
    for module in [Module::default(), full()] {
        assert_eq!(read(&encode(&module)).as_ref(), Ok(&module));
    }
}

#[test]
fn one_code_object_is_read_alone() {
    let module = full();
    let bytes = encode(&module);
    let container = Container::open_knowing(&bytes, &["one", "two"]).unwrap();
    assert_eq!(container.code_count(), 2);
    assert_eq!(container.code(CodeIdx(1)).as_ref(), Ok(&module.codes[1]));
    assert_eq!(container.code(CodeIdx(0)).as_ref(), Ok(&module.codes[0]));
    assert!(container.code(CodeIdx(2)).is_err());
    assert_eq!(container.producer, module.producer);
}

/// Cut anywhere, it is an error; with a byte changed, it is an error or encodes to the changed bytes: no two encodings of
/// one module.
#[test]
fn damage_is_seen_and_nothing_has_two_encodings() {
    let bytes = encode(&full());
    for cut in 0..bytes.len() {
        // Without its last custom sections a file is whole.
        if let Ok(module) = read(&bytes[..cut]) {
            assert_eq!(encode(&module), bytes[..cut]);
        }
    }
    for at in 0..bytes.len() {
        for change in [1, 2, 0x40, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= change;
            if let Ok(module) = read(&damaged) {
                // The minor version is not kept: reading a newer one and writing makes an older one.
                damaged[10..12].copy_from_slice(&VERSION.1.to_le_bytes());
                assert_eq!(encode(&module), damaged, "byte {at} ^ {change}");
            }
        }
    }
}

#[test]
fn errors_say_what_is_needed() {
    let good = encode(&full());
    let message = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
    assert!(message(b"").contains("found an empty file, expected an Orochi module"));
    assert!(message(b"import os\n").contains("expected an Orochi module"));
    assert!(message(b"\x8eORB\n\x1a\n").contains("as if it were text"));
    let mut newer = good.clone();
    newer[8] = 2;
    assert!(message(&newer).contains("found format version 2.0, expected a file of format 1: this version reads 1.0"));
    assert!(message(&good).contains("requires the features one, two"));
    let mut trailing = good.clone();
    trailing.push(9);
    let error = read(&trailing).unwrap_err();
    assert_eq!((error.offset, error.found.as_str()), (good.len(), "section 9"));
}

/// A count of four billion in a small file must not reserve memory.
#[test]
fn hostile_counts_are_refused() {
    let mut bytes = encode(&Module::default());
    let names = bytes.windows(3).position(|window| window == [2, 1, 0]).expect("an empty names section");
    bytes.splice(names..names + 3, [2, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    let error = decode(&bytes).unwrap_err().to_string();
    assert!(error.contains("a count of 4294967295 strings, expected no more than the 0 bytes"), "{error}");
}
