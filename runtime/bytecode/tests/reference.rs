//! `docs/bytecode.md` is made of the op table, the rules of the verifier and the module documentation. This test fails when
//! the page is not current; `BLESS=1 cargo test -p orochi-bytecode --test reference` writes it anew.

use std::fmt::Write;

use orochi_bytecode::op::{OpInfo, OperandInfo};
use orochi_bytecode::operands::*;
use orochi_bytecode::{CodeFlags, OP_INFO, OperandKind, Rule, binary, limits};

#[test]
fn the_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bytecode.md");
    let page = page();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &page).expect("docs/bytecode.md can be written");
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    let line = there.lines().zip(page.lines()).position(|(a, b)| a != b);
    assert!(
        there == page,
        "docs/bytecode.md is not current (first at line {}); run BLESS=1 cargo test -p orochi-bytecode --test reference",
        line.unwrap_or_else(|| there.lines().count().min(page.lines().count())) + 1
    );
}

fn page() -> String {
    let mut page = String::from(
        "# The common bytecode\n\n\
         <!-- Made by `BLESS=1 cargo test -p orochi-bytecode --test reference`; do not edit. -->\n\n\
         A frontend compiles a source to a *module*: names, constants and code objects. A code object is code for a stack \
         machine: a body of instructions, a table of exception handlers, and source positions. The VM takes a module once the \
         verifier accepts it.\n",
    );
    page.push_str("\n## Instructions\n\n");
    page.push_str(
        "An instruction is an opcode of one byte and its operands. An operand is unsigned LEB128 in its shortest form, but a \
         label is four bytes, little-endian: the offset in the body of the instruction that it leads to. In the column \
         *stack* the top is on the right: `(a b -- c)` takes `b` from the top, then `a`, and leaves `c`. What a rarer \
         operand stands for is below the table.\n\n",
    );
    operations(&mut page);
    page.push_str("\n### Operands\n\n");
    operands(&mut page);
    page.push_str("\n## Exceptions\n\n");
    page.push_str(
        "A handler covers the instructions from `start` to `end`. When one of them raises, the stack is cut to `depth` values \
         (as it was before the instruction), the exception is pushed, and control goes on at `target`. Handlers do not \
         overlap: where regions of the source nest, the table says for each instruction which handler is the innermost. \
         A handler makes the exception the one being handled with `begin_handler`, and undoes that with `end_handler`.\n",
    );
    page.push_str("\n## The verifier\n\n");
    page.push_str(&prose(include_str!("../src/verify.rs")));
    page.push_str("\n| rule | name | what it demands |\n|---|---|---|\n");
    for rule in Rule::ALL {
        let _ = writeln!(page, "| {rule} | {rule:?} | {} |", cell(rule.text()));
    }
    let _ = write!(
        page,
        "\nLimits: {} bytes a body, {} registers a code object, {} entries a table, constants {} deep.\n",
        limits::BODY_BYTES,
        limits::REGISTERS,
        limits::TABLE_ENTRIES,
        limits::CONSTANT_NESTING
    );
    page.push_str("\n## The binary form\n\n");
    page.push_str(&prose(include_str!("../src/binary.rs")));
    let magic: Vec<_> = binary::MAGIC.iter().map(|byte| format!("{byte:02x}")).collect();
    let flags: Vec<_> = CodeFlags::NAMES.iter().enumerate().map(|(bit, name)| format!("{bit} `{name}`")).collect();
    let (major, minor) = binary::VERSION;
    let _ = writeln!(
        page,
        "\nThe magic is `{}`; the version is {major}.{minor}; the bits of the flags are {}.",
        magic.join(" "),
        flags.join(", ")
    );
    page.push_str("\n## The text form\n\n");
    page.push_str(&prose(include_str!("../src/text.rs")));
    page
}

/// The documentation of a module without its first sentence, which names the module.
fn prose(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let text: String = lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
    let text = text.split_once("\n\n").map_or(text.as_str(), |(_, rest)| rest);
    text.replace("[`", "`").replace("`]", "`")
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn operations(page: &mut String) {
    page.push_str("| opcode | mnemonic | operands | stack | meaning |\n|---|---|---|---|---|\n");
    for OpInfo { opcode, mnemonic, operands, signature, meaning, .. } in OP_INFO {
        let operands: Vec<_> = operands.iter().map(operand).collect();
        let (operands, meaning) = (operands.join(", "), cell(meaning));
        let _ = writeln!(page, "| {opcode:#04x} | `{mnemonic}` | {operands} | `{}` | {meaning} |", cell(signature));
    }
}

fn operand(operand: &OperandInfo) -> String {
    let kind = match operand.kind {
        OperandKind::Choice(name, _) => name.to_owned(),
        other => format!("{other:?}"),
    };
    format!("`{}`: {kind}", operand.name)
}

fn operands(page: &mut String) {
    for (kind, meaning) in [
        ("Const, Name, Code", "an index into the module's constants, names, code objects"),
        ("Local", "an index into the code object's local variables"),
        ("Cell", "an index into its own cells and then its free variables"),
        ("Label", "the offset of an instruction"),
        ("Count", "a number of values"),
        (
            "Depth",
            "a place on the stack counted from the top, which is 1, once the instruction has taken its own values",
        ),
    ] {
        let _ = writeln!(page, "- {kind}: {meaning}.");
    }
    let mut described = Vec::new();
    macro_rules! choices {
        ($($type:ident)*) => {$(
            described.push(stringify!($type));
            let _ = write!(page, "- {}: {}", stringify!($type), $type::DOC.trim());
            for (number, (text, doc)) in $type::TEXTS.iter().zip($type::DOCS).enumerate() {
                let separator = if doc.is_empty() { "" } else { ": " };
                let (start, doc) = if number == 0 { (" ", doc.trim()) } else { ("; ", doc.trim()) };
                let _ = write!(page, "{start}{number} `{text}`{separator}{}", doc.trim_end_matches('.'));
            }
            page.push_str(".\n");
        )*};
    }
    choices! { Flag UnaryOp BinaryOp CompareOp Conversion RaiseArgs AwaitContext FunctionAttr BuiltinRef IntrinsicFn }
    for info in OP_INFO.iter().flat_map(|info| info.operands) {
        if let OperandKind::Choice(name, _) = info.kind {
            assert!(described.contains(&name), "the page does not describe {name}");
        }
    }
}
