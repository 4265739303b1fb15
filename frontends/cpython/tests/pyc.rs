//! `.pyc` files: what a real CPython compiled is translated to modules that verify, and no other bytes do harm.
//!
//! The sources in `tests/pyc` are committed with what CPython 3.11 and 3.14 made of them. Where `python3` is one of these,
//! they are compiled again, and the opcode table is held against its `opcode` module.

// A test that cannot read its own fixtures fails by that.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use orochi_bytecode::{Code, Const, Module, VerifiedModule, instructions};
use orochi_cpython::CPython;
use orochi_cpython::pyc::header::{SUPPORTED, Version};
use orochi_cpython::pyc::opcodes::Operand;
use orochi_cpython::pyc::{PycError, translate};
use orochi_frontend::{CompileRequest, Frontend};

const FIXTURES: [&str; 11] = [
    "asynchronous.311",
    "asynchronous.314",
    "calls.311",
    "calls.314",
    "classes.311",
    "classes.314",
    "control.311",
    "control.314",
    "long.311",
    "long.314",
    "only314.314",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pyc")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.pyc"))).unwrap()
}

fn module(name: &str) -> Module {
    translate(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn code<'m>(module: &'m Module, qualname: &str) -> &'m Code {
    module.codes.iter().find(|code| module.name(code.qualname) == qualname).unwrap()
}

/// The mnemonics of a body, in one line.
fn mnemonics(module: &Module, qualname: &str) -> String {
    let ops = instructions(&code(module, qualname).body).map(|item| item.unwrap().1.mnemonic());
    ops.collect::<Vec<_>>().join(" ")
}

/// The version of `python3`, if its bytecode is supported.
fn python() -> Option<&'static Version> {
    let output = Command::new("python3").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    SUPPORTED.iter().find(|supported| version.starts_with(&format!("Python {}.", supported.python)))
}

/// What `python3 arguments` prints.
fn run_python(arguments: &[&str]) -> String {
    let output = Command::new("python3").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn fixtures_verify() {
    for name in FIXTURES {
        let module = module(name);
        assert_eq!(module.source_name, format!("{}.py", name.split('.').next().unwrap()));
        VerifiedModule::verify(module).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn fixtures_are_what_python_makes_of_their_sources() {
    let Some(version) = python() else { return };
    let target = std::env::temp_dir().join(format!("orochi-pyc-{}", std::process::id()));
    std::fs::create_dir_all(&target).unwrap();
    let script = folder().join("compile.py");
    run_python(&[script.to_str().unwrap(), target.to_str().unwrap()]);
    let suffix = format!(".{}", version.python.replace('.', ""));
    for name in FIXTURES.iter().filter(|name| name.ends_with(&suffix)) {
        let fresh = std::fs::read(target.join(format!("{name}.pyc"))).unwrap();
        assert_eq!(translate(&fresh), Ok(module(name)), "{name}");
    }
    std::fs::remove_dir_all(&target).unwrap();
}

#[test]
fn opcode_table_is_that_of_python() {
    let Some(version) = python() else { return };
    let expected = run_python(&[folder().join("opcode_table.py").to_str().unwrap()]);
    assert_eq!(opcode_table(version), expected.trim());
}

/// The 3.14 table against what `opcode_table.py` printed under that version.
#[test]
fn opcode_tables_are_those_that_were_printed() {
    for version in SUPPORTED {
        let name = format!("opcode_table.{}.txt", version.python.replace('.', ""));
        let expected = std::fs::read_to_string(folder().join(name)).unwrap();
        assert_eq!(opcode_table(version), expected.trim());
    }
}

/// The table as `opcode_table.py` prints that of the Python that runs it.
fn opcode_table(version: &Version) -> String {
    let mut found = String::new();
    for row in version.opcodes.rows {
        let kind = match row.operand {
            Operand::None => "none",
            Operand::Number | Operand::Binary => "number",
            Operand::Const => "const",
            Operand::Name | Operand::NameAndNull | Operand::NameAndMethod | Operand::NameAndSuper => "name",
            Operand::Local | Operand::Deref | Operand::TwoLocals => "variable",
            Operand::Compare => "compare",
            Operand::JumpForward | Operand::JumpBackward => "jump",
        };
        found.push_str(&format!("{} {} {kind} {}\n", row.number, row.name, row.caches));
        let backward = row.name.contains("BACKWARD");
        assert_eq!(row.operand == Operand::JumpBackward, backward, "{}", row.name);
    }
    let signs: BTreeMap<&str, &str> = [
        ("add", "+"),
        ("and", "&"),
        ("floordiv", "//"),
        ("lshift", "<<"),
        ("matmul", "@"),
        ("mul", "*"),
        ("mod", "%"),
        ("or", "|"),
        ("pow", "**"),
        ("rshift", ">>"),
        ("sub", "-"),
        ("div", "/"),
        ("xor", "^"),
    ]
    .into();
    let operators = version.opcodes.binary.iter().map(|op| signs[op.text()].to_owned());
    let inplace = operators.clone().map(|sign| sign + "=");
    found + &operators.chain(inplace).collect::<Vec<_>>().join(" ")
}

#[test]
fn headers() {
    let module = module("calls.311");
    let plain = code(&module, "plain");
    assert_eq!((plain.positional_only, plain.positional, plain.keyword_only), (2, 3, 2));
    assert!(plain.flags.varargs && plain.flags.varkwargs && plain.flags.function && plain.flags.has_docstring);
    let names: Vec<_> = plain.locals.iter().map(|name| module.name(*name)).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "args", "kwargs"]);
    assert_eq!(module.constant(plain.docstring.unwrap()), &Const::Str(b"A docstring.".to_vec()));
    assert_eq!((plain.first_line, module.codes[0].flags.function), (6, false));

    let outer = code(&module, "outer");
    let parameters: Vec<_> =
        outer.cells.iter().map(|cell| (module.name(cell.name), cell.parameter.map(|local| local.0))).collect();
    assert_eq!(parameters, [("captured", Some(0)), ("other", Some(1)), ("count", None), ("inner", None)]);
    let inner = code(&module, "outer.<locals>.inner");
    let free: Vec<_> = inner.free.iter().map(|name| module.name(*name)).collect();
    assert_eq!(free, ["captured", "count", "inner", "other"]);
}

#[test]
fn positions() {
    let module = module("calls.311");
    let last = code(&module, "deleted").positions.last().copied().unwrap();
    assert_eq!((last.line, last.column, last.end_column), (37, 4, 16));
}

#[test]
fn constants() {
    let module = module("calls.311");
    let has = |constant: Const| assert!(module.constants.contains(&constant), "{constant:?}");
    has(Const::BigInt([&[0; 8][..], &[0x40]].concat()));
    has(Const::Float(-0.0));
    has(Const::Complex { real: 0.0, imag: 3.0 });
    has(Const::Ellipsis);
    has(Const::Str([b"\xed\xa0\x80 surrogate ", "\u{1f600}é".as_bytes()].concat()));
}

#[test]
fn calls_have_no_nulls() {
    let calls = module("calls.311");
    let found = mnemonics(&calls, "calls");
    assert!(found.contains("load_local load_method load_global const call_method_kw pop"), "{found}");
    assert!(found.contains("load_method call_method const call pop"), "{found}");
    assert_eq!(
        mnemonics(&calls, "decorated.<locals>.<dictcomp>"),
        "build_dict load_local for_iter store_local load_local load_local dict_set jump return"
    );
}

#[test]
fn managers_call_exit_with_three_nones() {
    let control = module("control.311");
    let found = mnemonics(&control, "managers");
    assert!(found.starts_with("load_local with_enter store_local load_local with_enter unpack_sequence"), "{found}");
    assert!(found.contains("const const const call pop"), "{found}");
    assert!(
        found.contains(
            "begin_handler with_except jump_if_true reraise copy end_handler reraise pop end_handler pop const"
        ),
        "{found}"
    );
}

#[test]
fn delegation_is_one_operation() {
    let asynchronous = module("asynchronous.311");
    assert_eq!(
        mnemonics(&asynchronous, "waits_for_expression"),
        "load_global call get_awaitable yield_from build_list load_global call get_awaitable yield_from list_extend \
         list_to_tuple load_global call get_awaitable yield_from load_global call get_awaitable yield_from build_slice \
         load_item return"
    );
    let control = module("control.311");
    assert!(mnemonics(&control, "generator").contains("yield store_local load_local get_yield_from_iter yield_from"));
}

#[test]
fn patterns_of_newer_versions() {
    let newer = module("only314.314");
    let managers = mnemonics(&newer, "managers");
    let expected = "load_local async_with_enter get_awaitable yield_from store_local load_local async_with_enter \
                    get_awaitable yield_from pop load_local with_enter pop load_local with_enter unpack_sequence";
    assert!(managers.starts_with(expected), "{managers}");
    let expected = "get_aiter build_list swap get_anext yield_from store_local load_local get_awaitable yield_from";
    assert!(managers.contains(expected), "{managers}");
    let strings = mnemonics(&newer, "strings");
    assert!(
        strings.contains("build_interpolation const load_local") || strings.contains("build_template"),
        "{strings}"
    );
    assert!(mnemonics(&newer, "functions").contains("make_function load_local get_iter call call jump_if_false"));
}

/// A comprehension's variable is not that of the function, though CPython uses one slot for both.
#[test]
fn comprehensions_have_variables_of_their_own() {
    let newer = module("only314.314");
    let code = code(&newer, "Box.comprehensions");
    let cells: Vec<_> = code.cells.iter().map(|cell| (newer.name(cell.name), cell.parameter.is_some())).collect();
    assert_eq!(cells, [("x", true), ("y", false), ("x", false), ("y", false), ("y", false)]);
    let names: Vec<_> = code.locals.iter().map(|name| newer.name(*name)).collect();
    assert_eq!(names, ["self", "x", "own", "y", "both", "x"]);
}

#[test]
fn dict_keys_go_below_their_values() {
    let calls = module("calls.311");
    let found = mnemonics(&calls, "literals");
    assert!(found.contains("load_local load_local const const const const swap"), "{found}");
}

#[test]
fn the_frontend_takes_both_forms() {
    let compile = |source: Vec<u8>| CPython.compile(&CompileRequest::module("given.py", source));
    let output = compile(fixture("calls.311")).unwrap();
    assert_eq!(output.module, module("calls.311"));
    assert_eq!(compile(b"x = 1".to_vec()).unwrap().module.source_name, "given.py");

    let diagnostics = compile(fixture("calls.311")[..200].to_vec()).unwrap_err();
    assert_eq!(diagnostics[0].kind, "EOFError");
    let mut newer = fixture("calls.311");
    newer[..2].copy_from_slice(&3531u16.to_le_bytes());
    let diagnostics = compile(newer).unwrap_err();
    assert_eq!(diagnostics[0].kind, "ImportError");
    assert!(diagnostics[0].message.contains("Python 3.12"), "{}", diagnostics[0].message);
}

/// A small pseudo-random generator (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

/// Changes a few bytes; the magic number stays.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        if bytes.len() <= 4 {
            return;
        }
        let at = 4 + random.below(bytes.len() - 4);
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'r', b'(', b'c', b'N', 0x90][random.below(10)],
            3 => bytes[at] = bytes[at].wrapping_add(1),
            4 => bytes[at] = bytes[at].wrapping_sub(1),
            5 => {
                let from = 4 + random.below(bytes.len() - 4);
                bytes[at] = bytes[from];
            }
            6 => bytes.insert(at, random.below(256) as u8),
            _ => bytes.truncate(if random.below(20) == 0 { at } else { bytes.len() }),
        }
    }
}

/// `OROCHI_MUTATIONS` says how many mutations of each fixture are tried, and `OROCHI_SEED` from where.
#[test]
fn mutations_do_no_harm() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let count = number("OROCHI_MUTATIONS").unwrap_or(1000);
    let seed = number("OROCHI_SEED").unwrap_or(1);
    let mut accepted = 0;
    for (index, name) in FIXTURES.iter().enumerate() {
        let original = fixture(name);
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ (seed << 8) ^ index as u64);
        for round in 0..count {
            let mut bytes = original.clone();
            mutate(&mut bytes, &mut random);
            if let Ok(module) = translate(&bytes) {
                accepted += 1;
                if let Err(error) = VerifiedModule::verify(module) {
                    panic!("{name}, mutation {round}: {error}");
                }
            }
        }
    }
    assert!(accepted > 0, "some mutations only change constants");
}

#[test]
fn what_is_cut_short_is_an_error() {
    let bytes = fixture("classes.311");
    for length in 0..bytes.len() {
        assert!(translate(&bytes[..length]).is_err(), "{length}");
    }
}

#[test]
fn errors_say_what_and_where() {
    let error = |bytes: &[u8]| translate(bytes).unwrap_err();
    let bytes = fixture("classes.311");
    let cut = error(&bytes[..100]);
    assert!(matches!(cut, PycError::Marshal(_)), "{cut}");
    assert!(cut.to_string().contains("cut short"), "{cut}");

    let mut old = bytes.clone();
    old[..2].copy_from_slice(&3439u16.to_le_bytes());
    let message = error(&old).to_string();
    assert!(message.contains("of Python 3.10; supported: Python 3.11"), "{message}");

    // A body of one opcode that does not exist.
    let start = bytes.windows(2).position(|window| window == [151, 0]).unwrap();
    let mut unknown = bytes.clone();
    unknown[start + 2] = 250;
    assert_eq!(
        error(&unknown).to_string(),
        "bad bytecode in \"<module>\" at byte 2: opcode 250 does not exist in Python 3.11"
    );
    let data = error(&[&bytes[..16], b"N"].concat());
    assert!(data.to_string().contains("the object in the file is None, expected a code object"), "{data}");
}

/// A code object whose tuple of variable names is as long as can be, and many code objects that refer to that tuple.
#[test]
fn references_cannot_multiply_work() {
    let bytes = |content: &[u8]| [b"s", &(content.len() as u32).to_le_bytes()[..], content].concat();
    let code = |consts: &[u8], names: &[u8], kinds: &[u8], body: &[u8]| {
        let mut out = b"c".to_vec();
        out.extend([0; 20]);
        out.extend(bytes(body));
        out.extend_from_slice(consts);
        out.extend_from_slice(b")\0");
        out.extend_from_slice(names);
        out.extend_from_slice(kinds);
        out.extend_from_slice(b"z\x01fz\x01fz\x01f\x01\0\0\0");
        out.extend(bytes(b""));
        out.extend(bytes(b""));
        out
    };
    let many = 20_000u32;
    let mut names = b"\xa8".to_vec();
    names[0] = b'(' | 0x80;
    names.extend(many.to_le_bytes());
    for _ in 0..many {
        names.extend_from_slice(b"z\x01x");
    }
    let mut kinds = bytes(&vec![0x20; many as usize]);
    kinds[0] |= 0x80;
    // return None
    let inner_body = [100, 0, 83, 0];
    let first = code(b")\x01N", &names, &kinds, &inner_body);
    let later = code(b")\x01N", b"r\0\0\0\0", b"r\x01\0\0\0", &inner_body);
    let mut consts = b"(".to_vec();
    consts.extend(251u32.to_le_bytes());
    consts.extend(first);
    for _ in 0..250 {
        consts.extend_from_slice(&later);
    }
    let mut body = Vec::new();
    for index in 0..=250 {
        body.extend([100, index, 132, 0, 1, 0]);
    }
    body.extend([100, 0, 132, 0, 83, 0]);
    let mut file = fixture("classes.311")[..16].to_vec();
    file.extend(code(&consts, b")\0", &bytes(b""), &body));
    let result = translate(&file);
    match result {
        Ok(module) => assert!(module.codes.len() == 252),
        Err(error) => assert!(error.to_string().contains("more than its size justifies"), "{error}"),
    }
}
