//! Operators: binary, in-place and unary, by the rules of the data model chapter (reflected methods, subclass priority).

use orochi_bytecode::operands::{BinaryOp, UnaryOp};

use crate::error::{PyResult, Raised};
use crate::object::special::Special;
use crate::types::native::Native;
use crate::value::Value;
use crate::vm::Vm;

/// The special methods and the symbols of an operator.
struct Operator {
    method: Special,
    reflected: Special,
    inplace: Special,
    symbol: &'static str,
    inplace_symbol: &'static str,
}

const fn operator(op: BinaryOp) -> Operator {
    macro_rules! row {
        ($method:ident $reflected:ident $inplace:ident $symbol:literal $inplace_symbol:literal) => {
            Operator {
                method: Special::$method,
                reflected: Special::$reflected,
                inplace: Special::$inplace,
                symbol: $symbol,
                inplace_symbol: $inplace_symbol,
            }
        };
    }
    match op {
        BinaryOp::Add => row!(Add RAdd IAdd "+" "+="),
        BinaryOp::Sub => row!(Sub RSub ISub "-" "-="),
        BinaryOp::Mul => row!(Mul RMul IMul "*" "*="),
        BinaryOp::MatMul => row!(MatMul RMatMul IMatMul "@" "@="),
        BinaryOp::Div => row!(TrueDiv RTrueDiv ITrueDiv "/" "/="),
        BinaryOp::FloorDiv => row!(FloorDiv RFloorDiv IFloorDiv "//" "//="),
        BinaryOp::Mod => row!(Mod RMod IMod "%" "%="),
        BinaryOp::Pow => row!(Pow RPow IPow "** or pow()" "**="),
        BinaryOp::LShift => row!(LShift RLShift ILShift "<<" "<<="),
        BinaryOp::RShift => row!(RShift RRShift IRShift ">>" ">>="),
        BinaryOp::And => row!(And RAnd IAnd "&" "&="),
        BinaryOp::Or => row!(Or ROr IOr "|" "|="),
        BinaryOp::Xor => row!(Xor RXor IXor "^" "^="),
        BinaryOp::DivClassic => row!(Div RDiv IDiv "/" "/="),
    }
}

impl Vm {
    /// `a op b`.
    pub fn binary(&self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        let operator = operator(op);
        if op == BinaryOp::Pow
            && let Some(result) = self.power_of_numbers(a, b)
        {
            return result;
        }
        match self.try_binary(&operator, a, b)? {
            Some(value) => Ok(value),
            None => Err(self.unsupported_operands(operator.symbol, a, b)),
        }
    }

    /// `a ** b` of inline numbers.
    fn power_of_numbers(&self, a: Value, b: Value) -> Option<PyResult> {
        if let (Some(base), Some(exponent)) = (a.as_int(), b.as_int()) {
            let power = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent))?;
            return Some(self.new_int(power));
        }
        let float = |value: Value| value.as_inline_float().or(value.as_int().map(|int| int as f64));
        Some(crate::types::float::arith::power(self, float(a)?, float(b)?))
    }

    /// `a op= b`.
    pub fn inplace(&self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        let operator = operator(op);
        let class = self.class_of(a);
        let method = class.special(operator.inplace);
        if method.is_bound() {
            // As with `+` and `*`: the other operand is asked before a sequence extends or repeats itself.
            if let Some(reflected) = self.class_of(b).special(operator.reflected).bound()
                && self.is_sequence_method(method, operator.method)
                && !self.is_sequence_method(reflected, operator.method)
            {
                let result = self.call_special(b, reflected, &[a])?;
                if result != self.not_implemented() {
                    return Ok(result);
                }
            }
            let result = match class.native(operator.inplace) {
                Some(native) => native(self, &[a, b])?,
                None => self.call_special(a, method, &[b])?,
            };
            if result != self.not_implemented() {
                return Ok(result);
            }
        }
        if op == BinaryOp::Pow
            && let Some(result) = self.power_of_numbers(a, b)
        {
            return result;
        }
        if op == BinaryOp::Mul && self.declines_repeat(a, b) {
            return Err(self.unsupported_operands(operator.inplace_symbol, a, b));
        }
        match self.try_binary(&operator, a, b)? {
            Some(value) => Ok(value),
            None => Err(self.unsupported_operands(operator.inplace_symbol, a, b)),
        }
    }

    /// Tries the methods of both operands; `None` when all decline.
    fn try_binary(&self, operator: &Operator, a: Value, b: Value) -> PyResult<Option<Value>> {
        self.try_pair(operator.method, operator.reflected, a, b, &[])
    }

    /// Tries `a.method(b)` and `b.reflected(a)` in the right order; `None` when both decline.
    pub fn try_pair(
        &self,
        method: Special,
        reflected: Special,
        a: Value,
        b: Value,
        more: &[Value],
    ) -> PyResult<Option<Value>> {
        let (left, right) = (self.class_of(a), self.class_of(b));
        let mut first = left.special(method);
        let mut second = right.special(reflected);
        if left == right {
            if more.is_empty()
                && let Some(native) = left.native(method)
            {
                let result = native(self, &[a, b])?;
                return Ok((result != self.not_implemented()).then_some(result));
            }
            second = Value::UNBOUND;
        } else if second.is_bound() && right.is_subclass_of(left) && second != left.special(reflected) {
            // A subclass that overrides the reflected method goes first.
            let result = self.call_operator(b, second, a, more)?;
            if result != self.not_implemented() {
                return Ok(Some(result));
            }
            second = Value::UNBOUND;
        }
        // CPython asks the other operand before a sequence concatenates or repeats itself.
        let mut postponed = Value::UNBOUND;
        if second.is_bound() && self.is_sequence_method(first, method) {
            if self.is_sequence_method(second, method) {
                second = Value::UNBOUND;
            } else {
                postponed = core::mem::take(&mut first);
            }
        }
        for (receiver, method, other) in [(a, first, b), (b, second, a), (a, postponed, b)] {
            if method.is_bound() {
                let result = self.call_operator(receiver, method, other, more)?;
                if result != self.not_implemented() {
                    return Ok(Some(result));
                }
            }
        }
        Ok(None)
    }

    #[inline]
    fn call_operator(&self, receiver: Value, method: Value, other: Value, more: &[Value]) -> PyResult {
        if more.is_empty() {
            self.call_special(receiver, method, &[other])
        } else {
            let mut args = [other, Value::UNBOUND];
            args[1] = more[0];
            self.call_special(receiver, method, &args)
        }
    }

    /// Whether it is the native `+` or `*` of a sequence (CPython's `sq_concat` and `sq_repeat`).
    fn is_sequence_method(&self, method: Value, special: Special) -> bool {
        if !matches!(special, Special::Add | Special::Mul) {
            return false;
        }
        let types = self.types();
        method.cast::<Native>().is_some_and(|native| {
            let owner = native.owner.get();
            [types.list, types.tuple, types.str, types.bytes, types.bytearray]
                .iter()
                .any(|class| owner == Value::from(*class))
        })
    }

    /// Whether `a *= b` does not ask the sequence `b` to repeat itself, although `a * b` does: where CPython takes `a` for a sequence that
    /// cannot be repeated.
    fn declines_repeat(&self, a: Value, b: Value) -> bool {
        let (left, right) = (self.class_of(a), self.class_of(b));
        left.special(Special::Mul).is_unbound()
            && self.is_sequence_method(right.special(Special::RMul), Special::Mul)
            && (left.has(crate::object::class::flags::HEAP) || left.special(Special::Len).is_bound())
    }

    #[cold]
    fn unsupported_operands(&self, symbol: &str, a: Value, b: Value) -> Raised {
        let (left, right) = (self.type_name(a), self.type_name(b));
        self.type_error(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
    }

    /// `pow(a, b, modulus)`.
    pub fn power(&self, a: Value, b: Value, modulus: Value) -> PyResult {
        if modulus == self.none() {
            return self.binary(BinaryOp::Pow, a, b);
        }
        match self.try_pair(Special::Pow, Special::RPow, a, b, &[modulus])? {
            Some(value) => Ok(value),
            None => {
                let names = [a, b, modulus].map(|value| self.type_name(value));
                Err(self.type_error(format!(
                    "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                    names[0], names[1], names[2]
                )))
            }
        }
    }

    /// A unary operator.
    pub fn unary(&self, op: UnaryOp, a: Value) -> PyResult {
        let (special, symbol) = match op {
            UnaryOp::Neg => (Special::Neg, "-"),
            UnaryOp::Pos => (Special::Pos, "+"),
            UnaryOp::Invert => (Special::Invert, "~"),
            UnaryOp::Not => return self.is_true(a).map(|truth| self.bool(!truth)),
        };
        let class = self.class_of(a);
        if let Some(native) = class.native(special) {
            return native(self, &[a]);
        }
        let method = class.special(special);
        if method.is_unbound() {
            return Err(self.type_error(format!("bad operand type for unary {symbol}: '{}'", self.type_name(a))));
        }
        self.call_special(a, method, &[])
    }

    /// The integer that a value stands for (`operator.index`): an `int` object. TypeError when it is none.
    pub fn index(&self, value: Value) -> PyResult {
        match self.try_index(value)? {
            Some(index) => Ok(index),
            None => {
                Err(self.type_error(format!("'{}' object cannot be interpreted as an integer", self.type_name(value))))
            }
        }
    }

    /// The same, of no subclass.
    pub fn index_exact(&self, value: Value) -> PyResult {
        let index = self.index(value)?;
        if self.is_exact(index, self.types().int) { Ok(index) } else { crate::types::int::protocol::plain(self, index) }
    }

    /// The same; `None` when the value has no `__index__`.
    pub fn try_index(&self, value: Value) -> PyResult<Option<Value>> {
        if value.is_int() || value.cast::<crate::types::int::Int>().is_some() {
            return Ok(Some(value));
        }
        let method = self.class_of(value).special(Special::Index);
        if method.is_unbound() {
            return Ok(None);
        }
        let result = self.call_special(value, method, &[])?;
        self.check_int_result(result, "__index__").map(|()| Some(result))
    }

    /// TypeError when what a special method returned is no integer; DeprecationWarning when it is one of a subclass.
    pub(crate) fn check_int_result(&self, result: Value, method: &str) -> PyResult<()> {
        if self.is_exact(result, self.types().int) {
            return Ok(());
        }
        let name = self.type_name(result);
        if result.cast::<crate::types::int::Int>().is_none() {
            return Err(self.type_error(format!("{method} returned non-int (type {name})")));
        }
        self.warn_of_subclass(&format!("{method} returned non-int (type {name})"), "int")
    }

    /// The DeprecationWarning about a conversion that gave an instance of a subclass.
    #[cold]
    pub(crate) fn warn_of_subclass(&self, what: &str, kind: &str) -> PyResult<()> {
        let text = format!(
            "{what}.  The ability to return an instance of a strict subclass of {kind} is deprecated, and may be removed \
             in a future version of Python."
        );
        self.warn(self.types().deprecation_warning, &text, 1)
    }

    /// The integer that a value stands for, if it fits 64 bits; OverflowError otherwise.
    pub fn index_i64(&self, value: Value) -> PyResult<i64> {
        let index = self.index(value)?;
        match crate::types::int::to_i64(index) {
            Some(index) => Ok(index),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// The integer that a value stands for, cut to 64 bits: for slice bounds.
    pub fn index_clamped(&self, value: Value) -> PyResult<i64> {
        let index = self.index(value)?;
        Ok(crate::types::int::to_i64_clamped(index))
    }
}
