//! Constant folding: what CPython's optimiser turns into constants where a program can see it or it plainly pays.
//!
//! Nothing is folded that could raise, overflow into a large object, or depend on the run.

use crate::ast::{Constant, Expr, ExprContext, Operator, UnaryOp};
use orochi_bytecode::module::Const;
use orochi_bytecode::operands::ConstIdx;

use super::Compiler;

/// The value of a constant expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    /// Two's complement, little-endian.
    BigInt(Vec<u8>),
    Float(f64),
    Complex(f64, f64),
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Value>),
    FrozenSet(Vec<Value>),
    Slice(Box<[Value; 3]>),
}

/// The longest string, bytes object or tuple that folding makes of shorter ones.
const MAX_FOLDED: usize = 4096;
/// Expressions nested deeper than this are not folded.
const MAX_NESTING: usize = 40;

impl Value {
    /// What `bool` of it is.
    pub fn truth(&self) -> bool {
        match self {
            Value::None => false,
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Complex(real, imag) => *real != 0.0 || *imag != 0.0,
            Value::Str(value) | Value::Bytes(value) => !value.is_empty(),
            Value::Tuple(items) | Value::FrozenSet(items) => !items.is_empty(),
            Value::Ellipsis | Value::BigInt(_) | Value::Slice(_) => true,
        }
    }

    /// The value of a literal.
    pub(super) fn of(constant: &Constant) -> Value {
        let all = |items: &[Constant]| items.iter().map(Value::of).collect();
        match *constant {
            Constant::None => Value::None,
            Constant::Bool(value) => Value::Bool(value),
            Constant::Ellipsis => Value::Ellipsis,
            Constant::Int(value) => Value::Int(value),
            Constant::BigInt(value) => Value::BigInt(value.to_vec()),
            Constant::Float(value) => Value::Float(value),
            Constant::Complex(real, imag) => Value::Complex(real, imag),
            Constant::Str(value) => Value::Str(value.to_vec()),
            Constant::Bytes(value) => Value::Bytes(value.to_vec()),
            Constant::Tuple(items) => Value::Tuple(all(items)),
            Constant::FrozenSet(items) => Value::FrozenSet(all(items)),
        }
    }

    /// Whether `==` of two values is true, as far as keys of mappings go: numbers are equal whatever their types.
    pub fn equals(&self, other: &Value) -> bool {
        let complex = |value: &Value| match *value {
            Value::Bool(value) => Some((f64::from(u8::from(value)), 0.0)),
            Value::Complex(real, imag) => Some((real, imag)),
            ref value => value.number().map(|real| (real, 0.0)),
        };
        match (complex(self), complex(other)) {
            (Some(one), Some(two)) => one == two,
            _ => self == other,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Value::Float(value) => Some(*value),
            // Larger integers are not exact as floats.
            Value::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(*value as f64),
            _ => None,
        }
    }
}

impl Compiler<'_> {
    /// The index of the value of a literal.
    pub(super) fn literal(&mut self, value: &Constant) -> ConstIdx {
        match value {
            Constant::Str(value) => self.module.wtf8(value),
            Constant::Bytes(value) => self.module.bytes(value),
            value => self.intern(&Value::of(value)),
        }
    }

    /// The index of a constant.
    pub(super) fn intern(&mut self, value: &Value) -> ConstIdx {
        match value {
            Value::None => self.module.none(),
            Value::Bool(value) => self.module.bool(*value),
            Value::Ellipsis => self.module.ellipsis(),
            Value::Int(value) => self.module.int(*value),
            Value::BigInt(bytes) => self.module.bigint(bytes),
            Value::Float(value) => self.module.float(*value),
            Value::Complex(real, imag) => self.module.complex(*real, *imag),
            Value::Str(value) => self.module.wtf8(value),
            Value::Bytes(value) => self.module.bytes(value),
            Value::Tuple(items) => {
                let items = items.iter().map(|item| self.intern(item)).collect();
                self.module.tuple(items)
            }
            Value::FrozenSet(items) => {
                let items = items.iter().map(|item| self.intern(item)).collect();
                self.module.constant(Const::FrozenSet(items))
            }
            Value::Slice(parts) => {
                let [start, stop, step] = [0, 1, 2].map(|at| self.intern(&parts[at]));
                self.module.slice(start, stop, step)
            }
        }
    }

    /// The value of an expression, if it is a constant one.
    pub(super) fn fold(&self, expr: &Expr) -> Option<Value> {
        self.fold_nested(expr, 0)
    }

    fn fold_nested(&self, expr: &Expr, nesting: usize) -> Option<Value> {
        if nesting > MAX_NESTING {
            return None;
        }
        Some(match expr {
            Expr::Constant(literal) => Value::of(&literal.value),
            Expr::UnaryOp(unary) => fold_unary(unary.op, self.fold_nested(unary.operand, nesting + 1)?)?,
            Expr::BinOp(binary) => {
                let right = self.fold_nested(binary.right, nesting + 1)?;
                fold_binary(binary.op, self.fold_nested(binary.left, nesting + 1)?, right)?
            }
            Expr::Tuple(tuple) if tuple.ctx == ExprContext::Load => {
                Value::Tuple(self.fold_all(tuple.elts, nesting + 1)?)
            }
            Expr::Slice(slice) => {
                let part = |expr: Option<&Expr>| match expr {
                    Some(expr) => self.fold_nested(expr, nesting + 1),
                    None => Some(Value::None),
                };
                Value::Slice(Box::new([part(slice.lower)?, part(slice.upper)?, part(slice.step)?]))
            }
            _ => return None,
        })
    }

    /// The values of expressions that are all constant.
    pub(super) fn fold_all(&self, items: &[Expr], nesting: usize) -> Option<Vec<Value>> {
        items.iter().map(|item| self.fold_nested(item, nesting)).collect()
    }

    /// The truth of a condition that is constant.
    pub(super) fn constant_truth(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Constant(_) | Expr::UnaryOp(_) | Expr::Tuple(_) => {}
            _ => return None,
        }
        self.fold(expr).map(|value| value.truth())
    }
}

fn fold_unary(op: UnaryOp, operand: Value) -> Option<Value> {
    Some(match (op, operand) {
        (UnaryOp::Not, value) => Value::Bool(!value.truth()),
        (UnaryOp::USub, Value::Int(value)) => match value.checked_neg() {
            Some(value) => Value::Int(value),
            None => negate(&value.to_le_bytes()),
        },
        (UnaryOp::USub, Value::BigInt(value)) => negate(&value),
        (UnaryOp::USub, Value::Float(value)) => Value::Float(-value),
        (UnaryOp::USub, Value::Complex(real, imag)) => Value::Complex(-real, -imag),
        (UnaryOp::USub | UnaryOp::UAdd, Value::Bool(value)) => {
            Value::Int(if op == UnaryOp::USub { -i64::from(value) } else { i64::from(value) })
        }
        (UnaryOp::UAdd, value @ (Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Complex(..))) => value,
        (UnaryOp::Invert, Value::Int(value)) => Value::Int(!value),
        _ => return None,
    })
}

fn fold_binary(op: Operator, left: Value, right: Value) -> Option<Value> {
    match (&left, &right) {
        (Value::Int(a), Value::Int(b)) => fold_integers(op, *a, *b),
        (Value::Complex(a, b), Value::Complex(c, d)) => match op {
            Operator::Add => Some(Value::Complex(a + c, b + d)),
            Operator::Sub => Some(Value::Complex(a - c, b - d)),
            _ => None,
        },
        (Value::Complex(a, b), other) => {
            let other = other.number()?;
            match op {
                Operator::Add => Some(Value::Complex(a + other, *b)),
                Operator::Sub => Some(Value::Complex(a - other, *b)),
                _ => None,
            }
        }
        (other, Value::Complex(a, b)) => {
            let other = other.number()?;
            match op {
                Operator::Add => Some(Value::Complex(other + a, *b)),
                Operator::Sub => Some(Value::Complex(other - a, -b)),
                _ => None,
            }
        }
        (Value::Str(a), Value::Str(b)) if op == Operator::Add && a.len() + b.len() <= MAX_FOLDED => {
            // Two halves of a surrogate pair are not one character in Python, but would be in generalised UTF-8.
            let pair = a.ends_with_surrogate(0xa0..=0xaf) && b.starts_with_surrogate();
            if pair { None } else { Some(Value::Str([a.as_slice(), b].concat())) }
        }
        (Value::Bytes(a), Value::Bytes(b)) if op == Operator::Add && a.len() + b.len() <= MAX_FOLDED => {
            Some(Value::Bytes([a.as_slice(), b].concat()))
        }
        (Value::Tuple(a), Value::Tuple(b)) if op == Operator::Add && a.len() + b.len() <= 256 => {
            Some(Value::Tuple([a.as_slice(), b].concat()))
        }
        (Value::Str(text), Value::Int(times)) | (Value::Int(times), Value::Str(text)) if op == Operator::Mult => {
            repeat(text, *times).map(Value::Str)
        }
        (Value::Bytes(text), Value::Int(times)) | (Value::Int(times), Value::Bytes(text)) if op == Operator::Mult => {
            repeat(text, *times).map(Value::Bytes)
        }
        (Value::Tuple(items), Value::Int(times)) | (Value::Int(times), Value::Tuple(items))
            if op == Operator::Mult && items.len().saturating_mul((*times).max(0) as usize) <= 256 =>
        {
            let times = (*times).max(0) as usize;
            Some(Value::Tuple(std::iter::repeat_n(items, times).flatten().cloned().collect()))
        }
        _ => fold_floats(op, left.number()?, right.number()?),
    }
}

/// Lone surrogates at the edges of generalised UTF-8.
trait Surrogates {
    fn ends_with_surrogate(&self, second: std::ops::RangeInclusive<u8>) -> bool;
    fn starts_with_surrogate(&self) -> bool;
}

impl Surrogates for Vec<u8> {
    fn ends_with_surrogate(&self, second: std::ops::RangeInclusive<u8>) -> bool {
        matches!(self.as_slice(), [.., 0xed, middle, _] if second.contains(middle))
    }

    fn starts_with_surrogate(&self) -> bool {
        matches!(self.as_slice(), [0xed, 0xb0..=0xbf, ..])
    }
}

fn repeat(text: &[u8], times: i64) -> Option<Vec<u8>> {
    let times = usize::try_from(times.max(0)).ok()?;
    let surrogates = text.first() == Some(&0xed);
    if text.len().saturating_mul(times) > MAX_FOLDED || surrogates {
        return None;
    }
    Some(text.repeat(times))
}

fn fold_integers(op: Operator, a: i64, b: i64) -> Option<Value> {
    let value = match op {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mult => a.checked_mul(b),
        Operator::FloorDiv if b != 0 => {
            a.checked_div(b).map(|q| if (a % b != 0) && ((a < 0) != (b < 0)) { q - 1 } else { q })
        }
        Operator::Mod if b != 0 => a.checked_rem(b).map(|r| if r != 0 && ((r < 0) != (b < 0)) { r + b } else { r }),
        Operator::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        Operator::LShift if (0..63).contains(&b) => a.checked_mul(1i64.checked_shl(b as u32)?),
        Operator::RShift if b >= 0 => Some(a >> b.min(63)),
        Operator::BitAnd => Some(a & b),
        Operator::BitOr => Some(a | b),
        Operator::BitXor => Some(a ^ b),
        Operator::Div => return fold_floats(op, Value::Int(a).number()?, Value::Int(b).number()?),
        _ => None,
    };
    value.map(Value::Int)
}

fn fold_floats(op: Operator, a: f64, b: f64) -> Option<Value> {
    Some(Value::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}

/// Whether an expression is a literal or a display, for warnings.
pub(super) fn literal_type(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Constant(literal) => match literal.value {
            Constant::None => "NoneType",
            Constant::Bool(_) => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex(..) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        Expr::JoinedStr(_) | Expr::FormattedValue(_) => "str",
        Expr::TemplateStr(_) => "string.templatelib.Template",
        Expr::Interpolation(_) => "string.templatelib.Interpolation",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        _ => return None,
    })
}

/// The negative of a number in two's complement.
fn negate(bytes: &[u8]) -> Value {
    let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut carry = true;
    let negated = bytes.iter().chain([&sign]).map(|byte| {
        let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
        carry = overflow;
        sum
    });
    Value::BigInt(negated.collect())
}

#[cfg(test)]
mod tests {
    use super::{Value, negate};

    #[test]
    fn negatives() {
        assert_eq!(negate(&[1, 0]), Value::BigInt(vec![0xff, 0xff, 0xff]));
        assert_eq!(negate(&0i64.to_le_bytes()), Value::BigInt(vec![0; 9]));
    }
}
