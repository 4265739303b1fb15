//! f-strings and t-strings.

use orochi_bytecode::Op;
use orochi_bytecode::operands::{Conversion, Count, Depth, Flag};

use super::constant::Value;
use super::{Compiler, Error, Result};
use crate::ast::{self, Constant, Expr, ExprConstant, Range};

/// Strings of more pieces than this are joined from a list, so that the stack stays shallow.
const MAX_ON_STACK: usize = 30;

impl<'a> Compiler<'a> {
    /// An f-string: the string that its pieces make together.
    pub(super) fn joined(&mut self, string: &'a ast::ExprJoinedStr<'a>) -> Result {
        let (range, pieces) = (string.range, string.values);
        match pieces {
            [] => self.str(range, ""),
            [Expr::Constant(ExprConstant { value: value @ Constant::Str(_), .. })] => {
                let value = self.literal(value);
                self.constant(range, value);
            }
            [piece] => self.expr(piece)?,
            _ if pieces.len() <= MAX_ON_STACK => {
                self.exprs(pieces)?;
                self.emit(range, Op::BuildString { count: Count(pieces.len() as u32) });
            }
            _ => {
                self.str(range, "");
                let name = self.module.name("join");
                self.emit(range, Op::LoadMethod { name });
                self.emit(range, Op::BuildList { count: Count(0) });
                for piece in pieces {
                    self.expr(piece)?;
                    self.emit(range, Op::ListAppend { depth: Depth(1) });
                }
                self.emit(range, Op::CallMethod { argc: Count(1) });
            }
        }
        Ok(())
    }

    /// One replacement field: its expression, converted and formatted.
    pub(super) fn field(&mut self, field: &'a ast::ExprFormattedValue<'a>) -> Result {
        self.expr(field.value)?;
        let conversion = conversion(field.conversion, field.range)?;
        if conversion != Conversion::None {
            self.emit(field.range, Op::Convert { conversion });
        }
        let spec = self.format_spec(field.format_spec)?;
        self.emit(field.range, Op::Format { spec });
        Ok(())
    }

    fn format_spec(&mut self, spec: Option<&'a Expr<'a>>) -> Result<Flag> {
        let Some(spec) = spec else { return Ok(Flag::No) };
        self.expr(spec)?;
        Ok(Flag::Yes)
    }

    /// A t-string: the tuple of its texts, one more than there are fields, and the tuple of its fields.
    pub(super) fn template(&mut self, string: &'a ast::ExprTemplateStr<'a>) -> Result {
        let mut texts: Vec<Value> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        let mut fields = Vec::new();
        for piece in string.values {
            if let Expr::Constant(ExprConstant { value: Constant::Str(more), .. }) = piece {
                text.extend_from_slice(more);
            } else {
                texts.push(Value::Str(std::mem::take(&mut text)));
                fields.push(piece);
            }
        }
        texts.push(Value::Str(text));
        let texts = self.intern(&Value::Tuple(texts));
        self.constant(string.range, texts);
        let many = fields.len() > MAX_ON_STACK;
        if many {
            self.emit(string.range, Op::BuildList { count: Count(0) });
        }
        let count = Count(fields.len() as u32);
        for field in fields {
            self.expr(field)?;
            if many {
                self.emit(string.range, Op::ListAppend { depth: Depth(1) });
            }
        }
        self.emit(string.range, if many { Op::ListToTuple } else { Op::BuildTuple { count } });
        self.emit(string.range, Op::BuildTemplate);
        Ok(())
    }

    pub(super) fn interpolation(&mut self, field: &'a ast::ExprInterpolation<'a>) -> Result {
        self.expr(field.value)?;
        let text = self.literal(&field.text);
        self.constant(field.range, text);
        let conversion = conversion(field.conversion, field.range)?;
        let spec = self.format_spec(field.format_spec)?;
        self.emit(field.range, Op::BuildInterpolation { conversion, spec });
        Ok(())
    }
}

/// The conversion that a node has the code of.
fn conversion(code: i32, range: Range) -> Result<Conversion> {
    match u8::try_from(code) {
        Ok(b's') => Ok(Conversion::Str),
        Ok(b'r') => Ok(Conversion::Repr),
        Ok(b'a') => Ok(Conversion::Ascii),
        _ if code == -1 => Ok(Conversion::None),
        _ => {
            let message = format!("Unrecognized conversion character {code}");
            Err(Error { kind: "SystemError", message, range })
        }
    }
}
