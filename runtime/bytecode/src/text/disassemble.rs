//! Writes the text form.

use std::collections::HashMap;
use std::fmt::Write;

use crate::module::{Code, CodeFlags, Const, Module, Position};
use crate::op::{Op, OperandKind, instructions};
use crate::operands::{ConstIdx, NameIdx};

use super::VERSION;
use super::literal::{write_const, write_hex, write_name, write_str};

/// Constants whose text is longer than this are written as their index.
const INLINE_LENGTH: usize = 72;
/// And so are those that nest deeper than this.
const INLINE_DEPTH: u32 = 3;

/// The text form of a module.
#[must_use]
pub fn disassemble(module: &Module) -> String {
    let mut writer = Writer { module, out: String::new(), names: HashMap::new(), constants: HashMap::new() };
    for (index, name) in module.names.iter().enumerate() {
        writer.names.entry(name).or_insert(index);
    }
    for (index, constant) in module.constants.iter().enumerate() {
        writer.constants.entry(constant).or_insert(index);
    }
    writer.module();
    writer.out
}

struct Writer<'m> {
    module: &'m Module,
    out: String,
    /// What index the assembler gives a name or constant that it finds written out.
    names: HashMap<&'m str, usize>,
    constants: HashMap<&'m Const, usize>,
}

impl<'m> Writer<'m> {
    fn module(&mut self) {
        let module = self.module;
        let _ = writeln!(self.out, ".orasm {VERSION}");
        self.string_line(".source", &module.source_name);
        if !module.producer.frontend.is_empty() || !module.producer.version.is_empty() {
            self.out.push_str(".producer ");
            write_str(&mut self.out, &module.producer.frontend);
            self.out.push(' ');
            write_str(&mut self.out, &module.producer.version);
            self.out.push('\n');
        }
        if module.producer.source_hash != [0; 32] {
            self.out.push_str(".source_hash ");
            write_hex(&mut self.out, &module.producer.source_hash);
            self.out.push('\n');
        }
        module.required_features.iter().for_each(|feature| self.string_line(".feature", feature));
        for (index, name) in module.names.iter().enumerate() {
            self.out.push_str(".name ");
            write_name(&mut self.out, name);
            let _ = writeln!(self.out, " ; {index}");
        }
        for (index, constant) in module.constants.iter().enumerate() {
            self.out.push_str(".const ");
            write_const(&mut self.out, constant, &mut |out, item| {
                let _ = write!(out, "#{}", item.0);
            });
            let _ = writeln!(self.out, " ; {index}");
        }
        for (name, content) in &module.custom {
            self.out.push_str(".custom ");
            write_str(&mut self.out, name);
            self.out.push(' ');
            write_hex(&mut self.out, content);
            self.out.push('\n');
        }
        for (index, code) in module.codes.iter().enumerate() {
            self.code(index, code);
        }
    }

    fn string_line(&mut self, directive: &str, text: &str) {
        self.out.push_str(directive);
        self.out.push(' ');
        write_str(&mut self.out, text);
        self.out.push('\n');
    }

    fn code(&mut self, index: usize, code: &'m Code) {
        self.out.push_str("\n.code ");
        self.name(code.name);
        self.out.push(' ');
        self.name(code.qualname);
        let _ = writeln!(self.out, " ; {index}");
        self.header(code);
        match decode(code) {
            Some(body) => self.body(code, &body),
            None => {
                self.out.push_str("  .body ");
                write_hex(&mut self.out, &code.body);
                self.out.push('\n');
                self.tables(code, &HashMap::new(), true);
            }
        }
        self.out.push_str(".end\n");
    }

    fn header(&mut self, code: &Code) {
        if code.flags != CodeFlags::default() {
            self.out.push_str("  .flags");
            let bits = code.flags.bits();
            for (bit, name) in CodeFlags::NAMES.iter().enumerate() {
                if bits >> bit & 1 == 1 {
                    let _ = write!(self.out, " {name}");
                }
            }
            self.out.push('\n');
        }
        for (directive, number) in [
            (".first_line", code.first_line),
            (".positional_only", code.positional_only),
            (".positional", code.positional),
            (".keyword_only", code.keyword_only),
        ] {
            if number != 0 {
                let _ = writeln!(self.out, "  {directive} {number}");
            }
        }
        self.names_line(".locals", &code.locals);
        for cell in &code.cells {
            self.out.push_str("  .cell ");
            self.name(cell.name);
            if let Some(parameter) = cell.parameter {
                let _ = write!(self.out, " {}", parameter.0);
            }
            self.out.push('\n');
        }
        self.names_line(".free", &code.free);
        if let Some(docstring) = code.docstring {
            self.out.push_str("  .docstring ");
            self.constant(docstring);
            self.out.push('\n');
        }
        let _ = writeln!(self.out, "  .max_stack {}", code.max_stack);
    }

    fn names_line(&mut self, directive: &str, names: &[NameIdx]) {
        if names.is_empty() {
            return;
        }
        let _ = write!(self.out, "  {directive}");
        for &name in names {
            self.out.push(' ');
            self.name(name);
        }
        self.out.push('\n');
    }

    fn body(&mut self, code: &'m Code, body: &[(u32, Op)]) {
        let labels = labels(code, body);
        let variables = Variables::new(self.module, code);
        let inline_positions = positions_fit(code, body);
        let mut positions = if inline_positions { code.positions.iter().peekable() } else { [].iter().peekable() };
        let end = [(code.body.len() as u32, None)];
        let instructions = body.iter().map(|&(offset, op)| (offset, Some(op))).chain(end);
        for (offset, op) in instructions {
            if let Some(label) = labels.get(&offset) {
                let _ = writeln!(self.out, "L{label}:");
            }
            while let Some(position) = positions.next_if(|position| position.offset == offset) {
                self.out.push_str("  .at");
                self.position(position);
            }
            if let Some(op) = op {
                self.instruction(op, &labels, &variables);
            }
        }
        self.tables(code, &labels, !inline_positions);
    }

    fn instruction(&mut self, op: Op, labels: &HashMap<u32, usize>, variables: &Variables<'m>) {
        let _ = write!(self.out, "  {}", op.mnemonic());
        let mut comment = None;
        op.each_operand(|info, number| {
            self.out.push(' ');
            let _ = match info.kind {
                OperandKind::Const => return self.constant(ConstIdx(number)),
                OperandKind::Name => return self.name(NameIdx(number)),
                OperandKind::Local => return variables.write(&mut self.out, &variables.locals, number),
                OperandKind::Cell => return variables.write(&mut self.out, &variables.cells, number),
                OperandKind::Label => return place(&mut self.out, labels, number),
                OperandKind::Code => {
                    comment = self.module.codes.get(number as usize);
                    write!(self.out, "#{number}")
                }
                OperandKind::Count | OperandKind::Depth => write!(self.out, "{number}"),
                OperandKind::Choice(_, texts) => write!(self.out, "{}", texts[number as usize]),
            };
        });
        if let Some(name) = comment.and_then(|code| self.module.names.get(code.qualname.index())) {
            self.out.push_str(" ; ");
            write_name(&mut self.out, name);
        }
        self.out.push('\n');
    }

    /// Handlers, and the positions that do not stand among the instructions.
    fn tables(&mut self, code: &Code, labels: &HashMap<u32, usize>, positions: bool) {
        for handler in &code.handlers {
            self.out.push_str("  .handler");
            for offset in [handler.start, handler.end, handler.target] {
                self.out.push(' ');
                place(&mut self.out, labels, offset);
            }
            let _ = writeln!(self.out, " {}", handler.depth);
        }
        if positions {
            for position in &code.positions {
                let _ = write!(self.out, "  .position @{}", position.offset);
                self.position(position);
            }
        }
    }

    fn position(&mut self, position: &Position) {
        let Position { line, column, end_line, end_column, .. } = position;
        let _ = writeln!(self.out, " {line}:{column} {end_line}:{end_column}");
    }

    /// A name of the module, or its index when the name alone would not lead to it.
    fn name(&mut self, index: NameIdx) {
        match self.module.names.get(index.index()) {
            Some(name) if self.names.get(name.as_str()) == Some(&index.index()) => write_name(&mut self.out, name),
            _ => {
                let _ = write!(self.out, "#{}", index.0);
            }
        }
    }

    /// A constant, or its index when its text is long or would not lead to it.
    fn constant(&mut self, index: ConstIdx) {
        let start = self.out.len();
        let mut out = std::mem::take(&mut self.out);
        if !self.inline(&mut out, start, index, 0) {
            out.truncate(start);
            let _ = write!(out, "#{}", index.0);
        }
        self.out = out;
    }

    /// Writes a constant out; says whether the assembler would find the same index. The work is bounded by the length that
    /// is allowed, as every item writes at least a character.
    fn inline(&self, out: &mut String, start: usize, index: ConstIdx, depth: u32) -> bool {
        let Some(constant) = self.module.constants.get(index.index()) else {
            return false;
        };
        let long = match constant {
            Const::Str(bytes) | Const::Bytes(bytes) | Const::BigInt(bytes) => bytes.len() > INLINE_LENGTH,
            Const::Tuple(items) | Const::FrozenSet(items) => items.len() > INLINE_LENGTH,
            _ => false,
        };
        if long || depth > INLINE_DEPTH || self.constants.get(constant) != Some(&index.index()) {
            return false;
        }
        let mut fits = true;
        write_const(out, constant, &mut |out, item| {
            fits = fits && out.len() - start <= INLINE_LENGTH && self.inline(out, start, item, depth + 1);
        });
        fits && out.len() - start <= INLINE_LENGTH
    }
}

/// A place in the body.
fn place(out: &mut String, labels: &HashMap<u32, usize>, offset: u32) {
    let _ = match labels.get(&offset) {
        Some(label) => write!(out, "L{label}"),
        None => write!(out, "@{offset}"),
    };
}

/// The instructions, when all of the body decodes.
fn decode(code: &Code) -> Option<Vec<(u32, Op)>> {
    instructions(&code.body).collect::<Result<_, _>>().ok()
}

/// Numbers for the places that something leads to and where an instruction starts, or the body ends.
fn labels(code: &Code, body: &[(u32, Op)]) -> HashMap<u32, usize> {
    let mut places: Vec<u32> = body.iter().filter_map(|(_, op)| op.target()).map(|label| label.0).collect();
    places.extend(code.handlers.iter().flat_map(|handler| [handler.start, handler.end, handler.target]));
    places.sort_unstable();
    places.dedup();
    places.retain(|&place| is_place(code, body, place));
    places.into_iter().enumerate().map(|(number, place)| (place, number)).collect()
}

fn is_place(code: &Code, body: &[(u32, Op)], place: u32) -> bool {
    place as usize == code.body.len() || body.binary_search_by_key(&place, |&(offset, _)| offset).is_ok()
}

/// Whether all positions can be written where they hold.
fn positions_fit(code: &Code, body: &[(u32, Op)]) -> bool {
    code.positions.windows(2).all(|pair| pair[0].offset <= pair[1].offset)
        && code.positions.iter().all(|position| is_place(code, body, position.offset))
}

/// What index the assembler gives the name of a variable.
struct Variables<'m> {
    locals: (Vec<Option<&'m str>>, HashMap<&'m str, usize>),
    cells: (Vec<Option<&'m str>>, HashMap<&'m str, usize>),
}

impl<'m> Variables<'m> {
    fn new(module: &'m Module, code: &'m Code) -> Self {
        let table = |names: Vec<NameIdx>| {
            let names: Vec<_> = names.iter().map(|name| module.names.get(name.index()).map(String::as_str)).collect();
            let mut first = HashMap::new();
            for (index, name) in names.iter().enumerate() {
                if let Some(name) = name {
                    first.entry(*name).or_insert(index);
                }
            }
            (names, first)
        };
        let cells = code.cells.iter().map(|cell| cell.name).chain(code.free.iter().copied());
        Self { locals: table(code.locals.clone()), cells: table(cells.collect()) }
    }

    fn write(&self, out: &mut String, table: &(Vec<Option<&'m str>>, HashMap<&'m str, usize>), index: u32) {
        match table.0.get(index as usize) {
            Some(Some(name)) if table.1.get(name) == Some(&(index as usize)) => write_name(out, name),
            _ => {
                let _ = write!(out, "#{index}");
            }
        }
    }
}
