//! Expressions back to text, as CPython's `ast_unparse.c` writes them: for annotations under
//! `from __future__ import annotations`.

use crate::ast::{self, BoolOp, CmpOp, Comprehension, Constant, Expr, ExprConstant, Operator, Parameter, UnaryOp};

/// How tightly an operator binds; a part that binds less tightly than its place demands is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        use Level::*;
        const ORDER: [Level; 16] = [
            Tuple, Test, Or, And, Not, Compare, BitOr, BitXor, BitAnd, Shift, Arithmetic, Term, Factor, Power, Await,
            Atom,
        ];
        ORDER[(self as usize + 1).min(ORDER.len() - 1)]
    }
}

/// The text of an expression, as generalised UTF-8.
pub(crate) fn unparse(expr: &Expr) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), depth: 0 };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer {
    out: Vec<u8>,
    depth: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes within parentheses when the place binds more tightly than the expression.
    fn grouped(&mut self, place: Level, own: Level, write: impl FnOnce(&mut Self)) {
        let group = place > own;
        if group {
            self.text("(");
        }
        write(self);
        if group {
            self.text(")");
        }
    }

    fn separated(&mut self, items: &[Expr]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            self.expr(item, Level::Test);
        }
    }

    fn expr(&mut self, expr: &Expr, place: Level) {
        self.depth += 1;
        let depth = self.depth;
        crate::limits::with_stack(depth, || self.expression(expr, place));
        self.depth -= 1;
    }

    fn expression(&mut self, expr: &Expr, place: Level) {
        match expr {
            Expr::BoolOp(expr) => {
                let (word, own) = match expr.op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.grouped(place, own, |this| {
                    for (at, value) in expr.values.iter().enumerate() {
                        if at > 0 {
                            this.text(word);
                        }
                        this.expr(value, own.next());
                    }
                });
            }
            Expr::Named(expr) => self.grouped(place, Level::Tuple, |this| {
                this.expr(expr.target, Level::Atom);
                this.text(" := ");
                this.expr(expr.value, Level::Atom);
            }),
            Expr::BinOp(expr) => self.binary(expr, place),
            Expr::UnaryOp(expr) => {
                let (word, own) = match expr.op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(place, own, |this| {
                    this.text(word);
                    this.expr(expr.operand, own);
                });
            }
            Expr::Lambda(lambda) => self.grouped(place, Level::Test, |this| {
                this.text("lambda");
                let before = this.out.len();
                this.parameters(lambda.parameters);
                if this.out.len() > before {
                    this.out.insert(before, b' ');
                }
                this.text(": ");
                this.expr(lambda.body, Level::Test);
            }),
            Expr::If(expr) => self.grouped(place, Level::Test, |this| {
                this.expr(expr.body, Level::Test.next());
                this.text(" if ");
                this.expr(expr.test, Level::Test.next());
                this.text(" else ");
                this.expr(expr.orelse, Level::Test);
            }),
            Expr::Dict(dict) => {
                self.text("{");
                for (at, (key, value)) in dict.keys.iter().zip(dict.values).enumerate() {
                    if at > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::Test);
                            self.text(": ");
                            self.expr(value, Level::Test);
                        }
                        None => {
                            self.text("**");
                            self.expr(value, Level::BitOr);
                        }
                    }
                }
                self.text("}");
            }
            Expr::Set(set) => {
                self.text("{");
                self.separated(set.elts);
                self.text("}");
            }
            Expr::ListComp(comp) => self.comprehension("[", comp.elt, comp.generators, "]"),
            Expr::SetComp(comp) => self.comprehension("{", comp.elt, comp.generators, "}"),
            Expr::Generator(comp) => self.comprehension("(", comp.elt, comp.generators, ")"),
            Expr::DictComp(comp) => {
                self.text("{");
                self.expr(comp.key, Level::Test);
                self.text(": ");
                self.expr(comp.value, Level::Test);
                self.generators(comp.generators);
                self.text("}");
            }
            Expr::Await(expr) => self.grouped(place, Level::Await, |this| {
                this.text("await ");
                this.expr(expr.value, Level::Atom);
            }),
            Expr::Yield(expr) => {
                self.text("(yield");
                if let Some(value) = &expr.value {
                    self.text(" ");
                    self.expr(value, Level::Test);
                }
                self.text(")");
            }
            Expr::YieldFrom(expr) => {
                self.text("(yield from ");
                self.expr(expr.value, Level::Test);
                self.text(")");
            }
            Expr::Compare(expr) => self.grouped(place, Level::Compare, |this| {
                this.expr(expr.left, Level::Compare.next());
                for (op, right) in expr.ops.iter().zip(expr.comparators) {
                    this.text(compare_text(*op));
                    this.expr(right, Level::Compare.next());
                }
            }),
            Expr::Call(call) => self.call(call),
            Expr::JoinedStr(string) => self.interpolated("f", string.values),
            Expr::TemplateStr(string) => self.interpolated("t", string.values),
            Expr::FormattedValue(_) => self.interpolated("f", std::slice::from_ref(expr)),
            Expr::Interpolation(_) => self.interpolated("t", std::slice::from_ref(expr)),
            Expr::Constant(literal) => {
                if literal.kind.is_some() {
                    self.text("u");
                }
                self.constant(&literal.value);
            }
            Expr::Attribute(attribute) => {
                self.expr(attribute.value, Level::Atom);
                // `1 .real`: a dot right after an integer would make it a float.
                let dot = if is_integer(attribute.value) { " ." } else { "." };
                self.text(dot);
                self.text(attribute.attr);
            }
            Expr::Subscript(subscript) => {
                self.expr(subscript.value, Level::Atom);
                self.text("[");
                self.expr(subscript.slice, Level::Tuple);
                self.text("]");
            }
            Expr::Starred(starred) => {
                self.text("*");
                self.expr(starred.value, Level::BitOr);
            }
            Expr::Name(name) => self.text(name.id),
            Expr::List(list) => {
                self.text("[");
                self.separated(list.elts);
                self.text("]");
            }
            Expr::Tuple(tuple) => {
                if tuple.elts.is_empty() {
                    return self.text("()");
                }
                self.grouped(place, Level::Tuple, |this| {
                    this.separated(tuple.elts);
                    if tuple.elts.len() == 1 {
                        this.text(",");
                    }
                });
            }
            Expr::Slice(slice) => {
                if let Some(lower) = &slice.lower {
                    self.expr(lower, Level::Test);
                }
                self.text(":");
                if let Some(upper) = &slice.upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = &slice.step {
                    self.text(":");
                    self.expr(step, Level::Test);
                }
            }
        }
    }

    fn binary(&mut self, expr: &ast::ExprBinOp, place: Level) {
        let (word, own, right_first) = match expr.op {
            Operator::Add => (" + ", Level::Arithmetic, false),
            Operator::Sub => (" - ", Level::Arithmetic, false),
            Operator::Mult => (" * ", Level::Term, false),
            Operator::MatMult => (" @ ", Level::Term, false),
            Operator::Div => (" / ", Level::Term, false),
            Operator::Mod => (" % ", Level::Term, false),
            Operator::FloorDiv => (" // ", Level::Term, false),
            Operator::LShift => (" << ", Level::Shift, false),
            Operator::RShift => (" >> ", Level::Shift, false),
            Operator::BitOr => (" | ", Level::BitOr, false),
            Operator::BitXor => (" ^ ", Level::BitXor, false),
            Operator::BitAnd => (" & ", Level::BitAnd, false),
            Operator::Pow => (" ** ", Level::Power, true),
        };
        self.grouped(place, own, |this| {
            this.expr(expr.left, if right_first { own.next() } else { own });
            this.text(word);
            this.expr(expr.right, if right_first { own } else { own.next() });
        });
    }

    fn constant(&mut self, value: &Constant) {
        match *value {
            Constant::None => self.text("None"),
            Constant::Bool(value) => self.text(if value { "True" } else { "False" }),
            Constant::Ellipsis => self.text("..."),
            Constant::Int(value) => self.text(&value.to_string()),
            Constant::BigInt(value) => self.text(&decimal(value)),
            Constant::Float(value) => self.text(&float_repr(value)),
            Constant::Complex(real, imag) => {
                let imag = format!("{}j", float_repr(imag).trim_end_matches(".0"));
                if real == 0.0 {
                    self.text(&imag);
                } else {
                    let sign = if imag.starts_with('-') { "" } else { "+" };
                    self.text(&format!("({}{sign}{imag})", float_repr(real).trim_end_matches(".0")));
                }
            }
            Constant::Str(value) => repr(value, &mut self.out),
            Constant::Bytes(value) => {
                self.text("b");
                repr_bytes(value, &mut self.out);
            }
            Constant::Tuple(items) => {
                self.text("(");
                self.constants(items);
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) => {
                self.text(if items.is_empty() { "frozenset(" } else { "frozenset({" });
                self.constants(items);
                self.text(if items.is_empty() { ")" } else { "})" });
            }
        }
    }

    fn constants(&mut self, items: &[Constant]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            self.constant(item);
        }
    }

    fn call(&mut self, call: &ast::ExprCall) {
        self.expr(call.func, Level::Atom);
        if let ([Expr::Generator(generator)], []) = (call.args, call.keywords) {
            return self.comprehension("(", generator.elt, generator.generators, ")");
        }
        self.text("(");
        self.separated(call.args);
        let mut first = call.args.is_empty();
        for keyword in call.keywords {
            if !std::mem::take(&mut first) {
                self.text(", ");
            }
            match keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(keyword.value, Level::Test);
        }
        self.text(")");
    }

    fn comprehension(&mut self, open: &str, element: &Expr, generators: &[Comprehension], close: &str) {
        self.text(open);
        self.expr(element, Level::Test);
        self.generators(generators);
        self.text(close);
    }

    fn generators(&mut self, generators: &[Comprehension]) {
        for generator in generators {
            self.text(if generator.is_async { " async for " } else { " for " });
            self.expr(generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(generator.iter, Level::Test.next());
            for test in generator.ifs {
                self.text(" if ");
                self.expr(test, Level::Test.next());
            }
        }
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut first = true;
        let mut comma = |this: &mut Self| {
            if !std::mem::take(&mut first) {
                this.text(", ");
            }
        };
        let positional = parameters.posonlyargs.len() + parameters.args.len();
        let plain = positional.saturating_sub(parameters.defaults.len());
        for (at, parameter) in parameters.positional().enumerate() {
            comma(self);
            let default = at.checked_sub(plain).and_then(|at| parameters.defaults.get(at));
            self.parameter(parameter, default);
            if at + 1 == parameters.posonlyargs.len() {
                self.text(", /");
            }
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(vararg) = parameters.vararg {
                self.text(vararg.name);
            }
        }
        for (parameter, default) in parameters.kwonlyargs.iter().zip(parameters.kw_defaults) {
            comma(self);
            self.parameter(parameter, default.as_ref());
        }
        if let Some(kwarg) = parameters.kwarg {
            comma(self);
            self.text("**");
            self.text(kwarg.name);
        }
    }

    fn parameter(&mut self, parameter: &Parameter, default: Option<&Expr>) {
        self.text(parameter.name);
        if let Some(default) = default {
            self.text("=");
            self.expr(default, Level::Test);
        }
    }

    /// An f-string or t-string.
    fn interpolated(&mut self, prefix: &str, values: &[Expr]) {
        let mut body = Writer { out: Vec::new(), depth: self.depth };
        body.elements(values);
        self.text(prefix);
        repr(&body.out, &mut self.out);
    }

    fn elements(&mut self, values: &[Expr]) {
        for value in values {
            match value {
                Expr::Constant(ExprConstant { value: Constant::Str(text), .. }) => {
                    for &byte in *text {
                        self.out.push(byte);
                        if matches!(byte, b'{' | b'}') {
                            self.out.push(byte);
                        }
                    }
                }
                Expr::FormattedValue(field) => {
                    let start = self.out.len();
                    self.expr(field.value, Level::Test.next());
                    self.open_field(start);
                    self.close_field(field.conversion, field.format_spec);
                }
                Expr::Interpolation(field) => {
                    let start = self.out.len();
                    match field.text {
                        Constant::Str(text) => self.out.extend_from_slice(text),
                        _ => self.expr(field.value, Level::Test.next()),
                    }
                    self.open_field(start);
                    self.close_field(field.conversion, field.format_spec);
                }
                other => self.expr(other, Level::Test),
            }
        }
    }

    /// Opens the field whose expression begins at an offset.
    fn open_field(&mut self, start: usize) {
        // A brace right after the opening one would read as an escaped brace.
        let brace = if self.out.get(start) == Some(&b'{') { "{ " } else { "{" };
        self.out.splice(start..start, brace.bytes());
    }

    fn close_field(&mut self, conversion: i32, spec: Option<&Expr>) {
        if let Ok(code @ (b's' | b'r' | b'a')) = u8::try_from(conversion) {
            self.out.extend_from_slice(&[b'!', code]);
        }
        match spec {
            Some(Expr::JoinedStr(spec)) => {
                self.text(":");
                self.elements(spec.values);
            }
            Some(spec) => {
                self.text(":");
                self.elements(std::slice::from_ref(spec));
            }
            None => {}
        }
        self.text("}");
    }
}

fn is_integer(expr: &Expr) -> bool {
    matches!(expr, Expr::Constant(ExprConstant { value: Constant::Int(_) | Constant::BigInt(_), .. }))
}

fn compare_text(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// The decimal digits of a number in two's complement.
fn decimal(bytes: &[u8]) -> String {
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut carry = negative;
    let mut magnitude: Vec<u8> = bytes
        .iter()
        .map(|&byte| {
            let (sum, overflow) = (if negative { !byte } else { byte }).overflowing_add(u8::from(carry));
            carry = overflow;
            sum
        })
        .collect();
    let mut groups: Vec<u32> = Vec::new();
    while let Some(top) = magnitude.iter().rposition(|&byte| byte != 0) {
        magnitude.truncate(top + 1);
        let mut rest = 0u64;
        for byte in magnitude.iter_mut().rev() {
            let value = rest << 8 | u64::from(*byte);
            *byte = (value / 1_000_000_000 % 256) as u8;
            rest = value % 1_000_000_000;
        }
        groups.push(rest as u32);
    }
    let mut digits = groups.pop().unwrap_or(0).to_string();
    for group in groups.into_iter().rev() {
        digits += &format!("{group:09}");
    }
    if negative { format!("-{digits}") } else { digits }
}

/// The shortest digits that give the float back, in Python's notation; infinity as a literal that overflows.
fn float_repr(value: f64) -> String {
    if value.is_infinite() {
        return "1e309".into();
    }
    let digits = format!("{value:e}");
    let Some((mantissa, exponent)) = digits.split_once('e') else { return digits };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// The quote that `repr` takes for a string.
fn quote_of(text: &[u8]) -> u8 {
    if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' }
}

/// `repr` of a string in generalised UTF-8, good for the characters that annotations hold: control characters and lone
/// surrogates are escaped.
fn repr(text: &[u8], out: &mut Vec<u8>) {
    let quote = quote_of(text);
    out.push(quote);
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        match rest {
            [0xed, second @ 0xa0..=0xbf, third, tail @ ..] => {
                let code = 0xd000 | (u32::from(second & 0x3f) << 6) | u32::from(third & 0x3f);
                out.extend_from_slice(format!("\\u{code:04x}").as_bytes());
                rest = tail;
                continue;
            }
            [0xc2, second @ 0x80..=0xa0, tail @ ..] => {
                out.extend_from_slice(format!("\\x{second:02x}").as_bytes());
                rest = tail;
                continue;
            }
            _ => escape_byte(byte, quote, out),
        }
        rest = &rest[1..];
    }
    out.push(quote);
}

fn repr_bytes(text: &[u8], out: &mut Vec<u8>) {
    let quote = quote_of(text);
    out.push(quote);
    for &byte in text {
        if byte >= 0x80 {
            out.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
        } else {
            escape_byte(byte, quote, out);
        }
    }
    out.push(quote);
}

fn escape_byte(byte: u8, quote: u8, out: &mut Vec<u8>) {
    match byte {
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0..=0x1f | 0x7f => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        _ if byte == quote => out.extend_from_slice(&[b'\\', byte]),
        _ => out.push(byte),
    }
}
