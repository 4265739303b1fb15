//! f-strings and t-strings.

use orochi_bytecode::Op;
use orochi_bytecode::operands::{Conversion, Count, Depth, Flag};
use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};

use super::constant::Value;
use super::{Compiler, Result, literal};

/// A piece of a format string: neighbouring literals are one piece.
enum Piece<'a> {
    Text(Vec<u8>, TextRange),
    Field(&'a InterpolatedElement),
}

/// Strings of more pieces than this are joined from a list, so that the stack stays shallow.
const MAX_ON_STACK: usize = 30;

impl<'a> Compiler<'a> {
    pub(super) fn f_string(&mut self, string: &'a ast::ExprFString) -> Result {
        let mut pieces = Vec::new();
        for part in &string.value {
            match part {
                FStringPart::Literal(literal) => {
                    let mut text = Vec::new();
                    let source = self.source.slice(literal.content_range());
                    literal::append(&mut text, &literal.value, source, literal.flags.prefix().is_raw(), false);
                    add_text(&mut pieces, &text, literal.range);
                }
                FStringPart::FString(part) => {
                    let raw = part.flags.prefix().is_raw();
                    self.pieces(&part.elements, raw, &mut pieces);
                }
            }
        }
        self.joined(string.range, pieces)
    }

    fn pieces(&self, elements: &'a [InterpolatedStringElement], raw: bool, pieces: &mut Vec<Piece<'a>>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let mut text = Vec::new();
                    literal::append(&mut text, &literal.value, self.source.slice(literal.range), raw, true);
                    add_text(pieces, &text, literal.range);
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        // `{x=}` shows the text of the expression too.
                        add_text(pieces, debug.as_str().as_bytes(), field.range);
                    }
                    pieces.push(Piece::Field(field));
                }
            }
        }
    }

    /// Pushes the string that pieces make together.
    fn joined(&mut self, range: TextRange, pieces: Vec<Piece<'a>>) -> Result {
        let count = pieces.len();
        let only_text = !pieces.iter().any(|piece| matches!(piece, Piece::Field(_)));
        if count == 0 {
            self.str(range, "");
            return Ok(());
        }
        let join = count > MAX_ON_STACK;
        if join {
            self.str(range, "");
            let name = self.module.name("join");
            self.emit(range, Op::LoadMethod { name });
            self.emit(range, Op::BuildList { count: Count(0) });
        }
        for piece in pieces {
            match piece {
                Piece::Text(text, place) => {
                    let value = self.intern(&Value::Str(text));
                    self.constant(if only_text { range } else { place }, value);
                }
                Piece::Field(field) => self.field(field)?,
            }
            if join {
                self.emit(range, Op::ListAppend { depth: Depth(1) });
            }
        }
        if join {
            self.emit(range, Op::CallMethod { argc: Count(1) });
        } else if count > 1 {
            self.emit(range, Op::BuildString { count: Count(count as u32) });
        }
        Ok(())
    }

    /// One replacement field: its expression, converted and formatted.
    fn field(&mut self, field: &'a InterpolatedElement) -> Result {
        self.expr(&field.expression)?;
        let conversion = conversion(field);
        if conversion != Conversion::None {
            self.emit(field.range, Op::Convert { conversion });
        }
        let spec = self.format_spec(field)?;
        self.emit(field.range, Op::Format { spec });
        Ok(())
    }

    fn format_spec(&mut self, field: &'a InterpolatedElement) -> Result<Flag> {
        let Some(spec) = &field.format_spec else { return Ok(Flag::No) };
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, false, &mut pieces);
        self.deeper(&spec.range, |this| this.joined(spec.range, pieces))?;
        Ok(Flag::Yes)
    }

    /// A t-string: the tuple of its texts, one more than there are fields, and the tuple of its fields.
    pub(super) fn t_string(&mut self, string: &'a ast::ExprTString) -> Result {
        let mut texts: Vec<Value> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        let mut fields = Vec::new();
        for part in &string.value {
            let raw = part.flags.prefix().is_raw();
            let mut pieces = Vec::new();
            self.pieces(&part.elements, raw, &mut pieces);
            for piece in pieces {
                match piece {
                    Piece::Text(more, _) => text.extend(more),
                    Piece::Field(field) => {
                        texts.push(Value::Str(std::mem::take(&mut text)));
                        fields.push(field);
                    }
                }
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
            self.interpolation(field)?;
            if many {
                self.emit(string.range, Op::ListAppend { depth: Depth(1) });
            }
        }
        self.emit(string.range, if many { Op::ListToTuple } else { Op::BuildTuple { count } });
        self.emit(string.range, Op::BuildTemplate);
        Ok(())
    }

    fn interpolation(&mut self, field: &'a InterpolatedElement) -> Result {
        self.expr(&field.expression)?;
        // The text of the expression, without the space after it.
        let text = self.field_text(field).trim_end();
        self.str(field.range, text);
        let conversion = conversion(field);
        let spec = self.format_spec(field)?;
        self.emit(field.range, Op::BuildInterpolation { conversion, spec });
        Ok(())
    }

    /// What stands between the brace and the conversion or format: parentheses belong to it.
    fn field_text(&self, field: &InterpolatedElement) -> &'a str {
        let whole = self.source.slice(field.range);
        let inside = whole.strip_prefix('{').unwrap_or(whole);
        let expression = self.source.slice(field.expression.range());
        let start = (field.expression.start() - field.range.start()).to_usize().saturating_sub(1);
        let mut end = start + expression.len();
        // Closing parentheses and space up to `!`, `:` or the closing brace.
        while let Some(c) = inside[end.min(inside.len())..].chars().next() {
            if !(c == ')' || c.is_whitespace()) {
                break;
            }
            end += c.len_utf8();
        }
        inside.get(..end).unwrap_or(expression)
    }
}

/// Appends text, to the text before it if there is one.
fn add_text(pieces: &mut Vec<Piece>, text: &[u8], range: TextRange) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text(before, place)) = pieces.last_mut() {
        before.extend_from_slice(text);
        *place = TextRange::new(place.start().min(range.start()), range.end().max(place.end()));
        return;
    }
    pieces.push(Piece::Text(text.to_vec(), range));
}

fn conversion(field: &InterpolatedElement) -> Conversion {
    match field.conversion {
        // `{x=}` shows the repr unless a conversion or a format says otherwise.
        ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => Conversion::Repr,
        ConversionFlag::None => Conversion::None,
        ConversionFlag::Str => Conversion::Str,
        ConversionFlag::Repr => Conversion::Repr,
        ConversionFlag::Ascii => Conversion::Ascii,
    }
}
