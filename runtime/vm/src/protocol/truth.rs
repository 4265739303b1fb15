//! Truth: `bool(obj)`, and what `if`, `while`, `not`, `and`, `or` ask.

use crate::error::PyResult;
use crate::object::special::Special;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Whether a value is true.
    #[inline]
    pub fn is_true(&self, value: Value) -> PyResult<bool> {
        if value == self.true_() {
            Ok(true)
        } else if value == self.false_() || value == self.none() {
            Ok(false)
        } else if value.is_int() {
            Ok(value != Value::ZERO)
        } else {
            self.is_true_slow(value)
        }
    }

    fn is_true_slow(&self, value: Value) -> PyResult<bool> {
        if value.is_float() {
            return Ok(value.float_unchecked() != 0.0);
        }
        if let Some(len) = self.builtin_len(value) {
            return Ok(len != 0);
        }
        let class = self.class_of(value);
        let method = class.special(Special::Bool);
        if method.is_bound() {
            let result = match class.native(Special::Bool) {
                Some(truth) => truth(self, &[value])?,
                None => self.call_special(value, method, &[])?,
            };
            return match result {
                result if result == self.true_() => Ok(true),
                result if result == self.false_() => Ok(false),
                result => {
                    Err(self.type_error(format!("__bool__ should return bool, returned {}", self.type_name(result))))
                }
            };
        }
        if class.special(Special::Len).is_bound() {
            return self.len(value).map(|len| len != 0);
        }
        Ok(true)
    }
}
