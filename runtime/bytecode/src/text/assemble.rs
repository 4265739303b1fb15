//! Reads the text form: the frame of a module. Code objects are in `code`.

use std::collections::HashMap;

use crate::module::{Const, Module};
use crate::operands::{ConstIdx, NameIdx};

use super::code::CodeAssembler;
use super::lexer::{Line, Token};
use super::literal::{read_const, read_index};
use super::{AsmError, Result, VERSION};

/// The module that a text describes.
///
/// # Errors
/// The first line that is not as the form says.
pub fn assemble(text: &str) -> std::result::Result<Module, AsmError> {
    read(text).map_err(|error| *error)
}

fn read(text: &str) -> Result<Module> {
    let mut tables = Tables::default();
    let mut code: Option<CodeAssembler<'_>> = None;
    let mut versioned = false;
    let mut last = Line::new("", 1);
    for (number, content) in text.lines().enumerate() {
        let mut line = Line::new(content, number as u32 + 1);
        last = line.clone();
        if line.peek()? == Token::End {
            continue;
        }
        if let Some(open) = &mut code {
            if !open.line(&mut line, &mut tables)? {
                tables.module.codes.extend(code.take().map(|open| open.finish(&line)).transpose()?);
            }
        } else if !versioned {
            version(&mut line)?;
            versioned = true;
        } else {
            code = directive(&mut line, &mut tables)?;
        }
        line.expect_end()?;
    }
    if code.is_some() {
        return Err(last.error("the end of the file", "`.end` behind the code object"));
    }
    if !versioned {
        return Err(last.error("an empty file", format!("`.orasm {VERSION}`")));
    }
    Ok(tables.module)
}

fn version(line: &mut Line<'_>) -> Result<()> {
    let token = line.next()?;
    if token != Token::Word(".orasm") {
        let help = "the first line of a file names the version of its form";
        return Err(line.error_help(token.describe(), format!("`.orasm {VERSION}`"), help));
    }
    match line.expect_u32()? {
        VERSION => Ok(()),
        other => Err(line.error(format!("version {other}"), format!("version {VERSION}, which is the only one known"))),
    }
}

/// Reads a line outside code objects.
fn directive<'a>(line: &mut Line<'a>, tables: &mut Tables) -> Result<Option<CodeAssembler<'a>>> {
    let token = line.next()?;
    let module = &mut tables.module;
    match token {
        Token::Word(".source") => module.source_name = line.expect_string()?,
        Token::Word(".producer") => {
            module.producer.frontend = line.expect_string()?;
            module.producer.version = line.expect_string()?;
        }
        Token::Word(".source_hash") => {
            let bytes = line.expect_hex()?;
            module.producer.source_hash = bytes
                .try_into()
                .map_err(|bytes: Vec<u8>| line.error(format!("{} bytes", bytes.len()), "the 32 bytes of a SHA-256"))?;
        }
        Token::Word(".feature") => module.required_features.push(line.expect_string()?),
        Token::Word(".name") => {
            let text = match line.next()? {
                Token::Word(text) => text.to_owned(),
                Token::Str(text) => {
                    String::from_utf8(text).map_err(|_| line.error("a string with a surrogate", "a name without"))?
                }
                token => return Err(line.error(token.describe(), "a name")),
            };
            tables.push_name(text);
        }
        Token::Word(".const") => {
            let value = read_const(line, tables, 0)?;
            tables.push_constant(value);
        }
        Token::Word(".custom") => {
            let name = line.expect_string()?;
            module.custom.push((name, line.expect_hex()?));
        }
        Token::Word(".code") => {
            let name = tables.read_name(line)?;
            let qualname = tables.read_name(line)?;
            return Ok(Some(CodeAssembler::new(name, qualname)));
        }
        token => {
            let expected =
                "`.source`, `.producer`, `.source_hash`, `.feature`, `.name`, `.const`, `.custom` or `.code`";
            return Err(line.error_help(token.describe(), expected, "instructions stand between `.code` and `.end`"));
        }
    }
    Ok(None)
}

/// The module, and where its names and constants are.
#[derive(Default)]
pub(super) struct Tables {
    pub module: Module,
    names: HashMap<String, NameIdx>,
    constants: HashMap<Const, ConstIdx>,
}

impl Tables {
    /// Adds a name, even a known one.
    fn push_name(&mut self, text: String) -> NameIdx {
        let index = NameIdx(self.module.names.len() as u32);
        self.module.names.push(text.clone());
        *self.names.entry(text).or_insert(index)
    }

    /// Adds a constant, even a known one.
    fn push_constant(&mut self, value: Const) -> ConstIdx {
        let index = ConstIdx(self.module.constants.len() as u32);
        self.module.constants.push(value.clone());
        *self.constants.entry(value).or_insert(index)
    }

    /// The index of a constant.
    pub fn constant(&mut self, value: Const) -> ConstIdx {
        match self.constants.get(&value) {
            Some(&index) => index,
            None => self.push_constant(value),
        }
    }

    /// Reads a constant or its index.
    pub fn read_constant(&mut self, line: &mut Line<'_>) -> Result<ConstIdx> {
        read_index(line, self, 0)
    }

    /// Reads a name or its index.
    pub fn read_name(&mut self, line: &mut Line<'_>) -> Result<NameIdx> {
        let text = match line.next()? {
            Token::Word(text) => text.to_owned(),
            Token::Str(text) => {
                String::from_utf8(text).map_err(|_| line.error("a string with a surrogate", "a name without"))?
            }
            Token::Mark('#') => return line.expect_u32().map(NameIdx),
            token => return Err(line.error(token.describe(), "a name")),
        };
        match self.names.get(&text) {
            Some(&index) => Ok(index),
            None => Ok(self.push_name(text)),
        }
    }
}
