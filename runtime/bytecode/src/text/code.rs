//! Reads a code object of the text form.

use std::collections::HashMap;

use crate::builder::CodeBuilder;
use crate::module::{Cell, Code, CodeFlags, Handler, Position};
use crate::op::{OP_INFO, Op, OperandInfo, OperandKind, OperandSource, instructions};
use crate::operands::{Label, LocalIdx, NameIdx};

use super::assemble::Tables;
use super::lexer::{Line, Token};
use super::{AsmError, Result};

/// A place in the body as the text gives it.
enum Place<'a> {
    Offset(u32),
    /// A label, and where it is mentioned.
    Label(&'a str, Line<'a>),
}

/// What `.handler` says.
struct HandlerLine<'a> {
    start: Place<'a>,
    end: Place<'a>,
    target: Place<'a>,
    depth: u32,
}

/// A code object whose `.end` is not read yet.
pub(super) struct CodeAssembler<'a> {
    code: Code,
    max_stack: Option<u32>,
    /// Whether the header is over: no variable may come any more.
    in_body: bool,
    raw: bool,
    locals: HashMap<String, u32>,
    cells: HashMap<String, u32>,
    labels: HashMap<&'a str, u32>,
    /// Labels that are not filled in: where in the body, and what.
    open: Vec<(usize, Place<'a>)>,
    handlers: Vec<HandlerLine<'a>>,
}

impl<'a> CodeAssembler<'a> {
    pub fn new(name: NameIdx, qualname: NameIdx) -> Self {
        Self {
            code: Code { name, qualname, ..Code::default() },
            max_stack: None,
            in_body: false,
            raw: false,
            locals: HashMap::new(),
            cells: HashMap::new(),
            labels: HashMap::new(),
            open: Vec::new(),
            handlers: Vec::new(),
        }
    }

    /// Reads a line; false for `.end`.
    pub fn line(&mut self, line: &mut Line<'a>, tables: &mut Tables) -> Result<bool> {
        let token = line.next()?;
        let Token::Word(word) = token else {
            return Err(line.error(token.describe(), "an instruction, a label, a directive or `.end`"));
        };
        if word == ".end" {
            return Ok(false);
        }
        if line.peek()? == Token::Mark(':') {
            self.in_body = true;
            if self.labels.insert(word, self.code.body.len() as u32).is_some() {
                return Err(line.error(format!("the label `{word}` again"), "each label once"));
            }
            line.next()?;
            return Ok(true);
        }
        if word.starts_with('.') {
            if !self.body_directive(word, line)? {
                self.header_directive(word, line, tables)?;
            }
        } else {
            self.instruction(word, line, tables)?;
        }
        Ok(true)
    }

    /// Reads a directive that belongs to the body; false when it is none.
    fn body_directive(&mut self, word: &str, line: &mut Line<'a>) -> Result<bool> {
        match word {
            ".at" => {
                let offset = self.code.body.len() as u32;
                self.position(offset, line)?;
            }
            ".position" => {
                line.expect_mark('@')?;
                let offset = line.expect_u32()?;
                self.position(offset, line)?;
            }
            ".handler" => {
                let (start, end, target) = (read_place(line)?, read_place(line)?, read_place(line)?);
                self.handlers.push(HandlerLine { start, end, target, depth: line.expect_u32()? });
            }
            ".body" => {
                if !self.code.body.is_empty() {
                    return Err(line.error("`.body`", "it in place of instructions, not behind them"));
                }
                self.code.body = line.expect_hex()?;
                self.raw = true;
            }
            _ => return Ok(false),
        }
        self.in_body = true;
        Ok(true)
    }

    fn position(&mut self, offset: u32, line: &mut Line<'a>) -> Result<()> {
        let mut pair = || -> Result<(u32, u32)> {
            let first = line.expect_u32()?;
            line.expect_mark(':')?;
            Ok((first, line.expect_u32()?))
        };
        let ((line, column), (end_line, end_column)) = (pair()?, pair()?);
        self.code.positions.push(Position { offset, line, end_line, column, end_column });
        Ok(())
    }

    fn header_directive(&mut self, word: &str, line: &mut Line<'a>, tables: &mut Tables) -> Result<()> {
        if self.in_body {
            let expected = "`.at`, `.handler`, `.position`, an instruction, a label or `.end`";
            return Err(line.error_help(format!("`{word}`"), expected, "the header stands before the instructions"));
        }
        match word {
            ".flags" => self.flags(line)?,
            ".first_line" => self.code.first_line = line.expect_u32()?,
            ".positional_only" => self.code.positional_only = line.expect_u32()?,
            ".positional" => self.code.positional = line.expect_u32()?,
            ".keyword_only" => self.code.keyword_only = line.expect_u32()?,
            ".max_stack" => self.max_stack = Some(line.expect_u32()?),
            ".docstring" => self.code.docstring = Some(tables.read_constant(line)?),
            ".locals" => {
                while line.peek()? != Token::End {
                    let name = tables.read_name(line)?;
                    note(&mut self.locals, tables, name, self.code.locals.len());
                    self.code.locals.push(name);
                }
            }
            ".free" => {
                while line.peek()? != Token::End {
                    let name = tables.read_name(line)?;
                    note(&mut self.cells, tables, name, self.code.cells.len() + self.code.free.len());
                    self.code.free.push(name);
                }
            }
            ".cell" => {
                if !self.code.free.is_empty() {
                    return Err(line.error("`.cell`", "own cells before free variables"));
                }
                let name = tables.read_name(line)?;
                note(&mut self.cells, tables, name, self.code.cells.len());
                let parameter = match line.peek()? {
                    Token::End => None,
                    _ => Some(LocalIdx(line.expect_u32()?)),
                };
                self.code.cells.push(Cell { name, parameter });
            }
            _ => {
                let expected = "`.flags`, `.first_line`, `.positional_only`, `.positional`, `.keyword_only`, `.locals`, \
                                `.cell`, `.free`, `.docstring`, `.max_stack`, `.at`, `.handler`, `.position`, `.body` \
                                or `.end`";
                return Err(line.error(format!("`{word}`"), expected));
            }
        }
        Ok(())
    }

    fn flags(&mut self, line: &mut Line<'a>) -> Result<()> {
        let mut bits = self.code.flags.bits();
        loop {
            let token = line.next()?;
            let bit = match token {
                Token::End => break,
                Token::Word(word) => CodeFlags::NAMES.iter().position(|name| *name == word),
                _ => None,
            };
            let Some(bit) = bit else {
                return Err(line.error(token.describe(), format!("one of {}", CodeFlags::NAMES.join(", "))));
            };
            bits |= 1 << bit;
        }
        self.code.flags = CodeFlags::from_bits(bits).unwrap_or_default();
        Ok(())
    }

    fn instruction(&mut self, mnemonic: &str, line: &mut Line<'a>, tables: &mut Tables) -> Result<()> {
        let Some(opcode) = Op::opcode_of(mnemonic) else {
            let error = line.error(format!("`{mnemonic}`"), "an instruction");
            return Err(match nearest(mnemonic) {
                Some(near) => Box::new(AsmError { help: Some(format!("did you mean `{near}`?")), ..*error }),
                None => error,
            });
        };
        if self.raw {
            return Err(line.error("an instruction", "none, since the body is given by `.body`"));
        }
        self.in_body = true;
        let mut operands = Operands { assembler: self, line, tables, place: None };
        let op = Op::build(opcode, &mut operands)?;
        let place = operands.place.take();
        if let Some(op) = op {
            op.encode(&mut self.code.body);
        }
        if let Some(place) = place {
            // A label is the last operand, and has four bytes.
            self.open.push((self.code.body.len() - 4, place));
        }
        Ok(())
    }

    /// The code object; `line` is that of `.end`.
    pub fn finish(mut self, line: &Line<'_>) -> Result<Code> {
        for (at, place) in std::mem::take(&mut self.open) {
            let offset = self.resolve(&place)?;
            self.code.body[at..at + 4].copy_from_slice(&offset.to_le_bytes());
        }
        for handler in std::mem::take(&mut self.handlers) {
            let (start, end) = (self.resolve(&handler.start)?, self.resolve(&handler.end)?);
            let target = self.resolve(&handler.target)?;
            self.code.handlers.push(Handler { start, end, target, depth: handler.depth });
        }
        self.code.max_stack = match self.max_stack {
            Some(max_stack) => max_stack,
            None => needed_stack(&self.code).map_err(|message| {
                let found = format!("a body whose stack cannot be worked out: {message}");
                line.error_help(found, "one depth everywhere", "with `.max_stack` it is assembled as it is")
            })?,
        };
        Ok(self.code)
    }

    fn resolve(&self, place: &Place<'_>) -> Result<u32> {
        match place {
            Place::Offset(offset) => Ok(*offset),
            Place::Label(name, line) => match self.labels.get(name) {
                Some(&offset) => Ok(offset),
                None => Err(line.error(format!("`{name}`"), "a label of this code object")),
            },
        }
    }
}

/// Remembers a variable by its name; the first of that name counts.
fn note(variables: &mut HashMap<String, u32>, tables: &Tables, name: NameIdx, index: usize) {
    if let Some(name) = tables.module.names.get(name.index()) {
        variables.entry(name.clone()).or_insert(index as u32);
    }
}

fn read_place<'a>(line: &mut Line<'a>) -> Result<Place<'a>> {
    match line.next()? {
        Token::Mark('@') => line.expect_u32().map(Place::Offset),
        Token::Word(name) => Ok(Place::Label(name, line.clone())),
        token => Err(line.error(token.describe(), "a label or `@offset`")),
    }
}

/// The operands of an instruction, from its line.
struct Operands<'b, 'a> {
    assembler: &'b CodeAssembler<'a>,
    line: &'b mut Line<'a>,
    tables: &'b mut Tables,
    place: Option<Place<'a>>,
}

impl Operands<'_, '_> {
    fn variable(&mut self, known: &HashMap<String, u32>, what: &str) -> Result<u32> {
        let token = self.line.next()?;
        let name = match &token {
            Token::Mark('#') => return self.line.expect_u32(),
            Token::Word(name) => known.get(*name),
            Token::Str(name) => std::str::from_utf8(name).ok().and_then(|name| known.get(name)),
            _ => None,
        };
        match name {
            Some(&index) => Ok(index),
            None => Err(self.line.error(token.describe(), format!("a {what} of this code object, or #index"))),
        }
    }
}

impl OperandSource for Operands<'_, '_> {
    type Error = Box<AsmError>;

    fn next(&mut self, operand: &OperandInfo) -> Result<u32> {
        match operand.kind {
            OperandKind::Const => self.tables.read_constant(self.line).map(|index| index.0),
            OperandKind::Name => self.tables.read_name(self.line).map(|index| index.0),
            OperandKind::Local => {
                let assembler = self.assembler;
                self.variable(&assembler.locals, "local variable")
            }
            OperandKind::Cell => {
                let assembler = self.assembler;
                self.variable(&assembler.cells, "cell or free variable")
            }
            OperandKind::Code => {
                self.line.expect_mark('#')?;
                self.line.expect_u32()
            }
            OperandKind::Label => {
                self.place = Some(read_place(self.line)?);
                Ok(0)
            }
            OperandKind::Count | OperandKind::Depth => self.line.expect_u32(),
            OperandKind::Choice(_, texts) => {
                let token = self.line.next()?;
                let known = |word| texts.iter().position(|text| *text == word);
                match token {
                    Token::Word(word) if known(word).is_some() => Ok(known(word).unwrap_or(0) as u32),
                    token => Err(self.line.error(token.describe(), format!("one of {}", texts.join(", ")))),
                }
            }
        }
    }

    fn invalid(&mut self, operand: &OperandInfo, number: u32) -> Box<AsmError> {
        self.line.error(format!("`{number}`"), format!("the operand `{}`", operand.name))
    }
}

/// The mnemonic that is most like a word, if one is.
fn nearest(word: &str) -> Option<&'static str> {
    let likeness = |info: &crate::op::OpInfo| (distance(word, info.mnemonic), info.mnemonic);
    OP_INFO.iter().map(likeness).min().filter(|(distance, _)| *distance <= 2).map(|(_, mnemonic)| mnemonic)
}

/// How many letters to put in, take out or change. Words longer than any mnemonic are far from all.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 40 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The stack that a body needs, by the builder's means.
fn needed_stack(code: &Code) -> std::result::Result<u32, String> {
    let mut builder = CodeBuilder::new(Code::default());
    let mut labels = HashMap::new();
    let mut label_at =
        |builder: &mut CodeBuilder, offset: u32| *labels.entry(offset).or_insert_with(|| builder.new_label());
    let mut ops = Vec::new();
    for item in instructions(&code.body) {
        let (offset, mut op) = item.map_err(|error| error.to_string())?;
        if let Some(Label(target)) = op.target() {
            op.set_target(label_at(&mut builder, target));
        }
        ops.push((offset, op));
    }
    for handler in &code.handlers {
        let [start, end, target] = [handler.start, handler.end, handler.target].map(|at| label_at(&mut builder, at));
        builder.add_handler(start, end, target, handler.depth);
    }
    for (offset, op) in ops {
        if let Some(label) = labels.remove(&offset) {
            builder.bind(label);
        }
        builder.emit(op);
    }
    if let Some(label) = labels.remove(&(code.body.len() as u32)) {
        builder.bind(label);
    }
    builder.finish().map(|built| built.max_stack).map_err(|error| error.to_string())
}
