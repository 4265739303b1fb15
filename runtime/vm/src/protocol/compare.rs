//! Comparison: `==`, `<`, ..., `is`, `in`, and how containers compare their items.

use core::cmp::Ordering;

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::native::Native;
use crate::types::sequence;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::str::protocol::order;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The special method of a comparison, of the mirrored one, and the symbol.
const fn methods(op: CompareOp) -> (Special, Special, &'static str) {
    match op {
        CompareOp::Lt => (Special::Lt, Special::Gt, "<"),
        CompareOp::Le => (Special::Le, Special::Ge, "<="),
        CompareOp::Eq => (Special::Eq, Special::Eq, "=="),
        CompareOp::Ne => (Special::Ne, Special::Ne, "!="),
        CompareOp::Gt => (Special::Gt, Special::Lt, ">"),
        CompareOp::Ge => (Special::Ge, Special::Le, ">="),
    }
}

/// Whether an ordering satisfies a comparison.
#[inline]
#[must_use]
pub fn ordering_is(op: CompareOp, ordering: core::cmp::Ordering) -> bool {
    match op {
        CompareOp::Lt => ordering.is_lt(),
        CompareOp::Le => ordering.is_le(),
        CompareOp::Eq => ordering.is_eq(),
        CompareOp::Ne => ordering.is_ne(),
        CompareOp::Gt => ordering.is_gt(),
        CompareOp::Ge => ordering.is_ge(),
    }
}

/// Compares floats.
#[inline(always)]
#[must_use]
pub fn compare_floats(op: CompareOp, a: f64, b: f64) -> bool {
    match op {
        CompareOp::Lt => a < b,
        CompareOp::Le => a <= b,
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        CompareOp::Gt => a > b,
        CompareOp::Ge => a >= b,
    }
}

impl Vm {
    /// `a op b`; the result may be any object.
    pub fn compare(&self, op: CompareOp, a: Value, b: Value) -> PyResult {
        if Value::both_ints(a, b) {
            return Ok(self.bool(ordering_is(op, a.raw_int().cmp(&b.raw_int()))));
        }
        if Value::both_floats(a, b) {
            return Ok(self.bool(compare_floats(op, a.float_unchecked(), b.float_unchecked())));
        }
        if let Some(ordering) = self.plain_order(op, a, b) {
            return Ok(self.bool(ordering_is(op, ordering)));
        }
        self.compare_slow(op, a, b)
    }

    fn compare_slow(&self, op: CompareOp, a: Value, b: Value) -> PyResult {
        let (method, mirrored, symbol) = methods(op);
        let (left, right) = (self.class_of(a), self.class_of(b));
        let first = left.special(method);
        let second = right.special(mirrored);
        self.check_native_recursion()?;
        if left == right
            && let Some(compare) = left.native(method)
        {
            let result = compare(self, &[a, b])?;
            if result != self.not_implemented() {
                return Ok(result);
            }
        }
        let subclass_first = left != right && right.is_subclass_of(left) && second.is_bound();
        if subclass_first {
            let result = self.call_comparison(b, second, a)?;
            if result != self.not_implemented() {
                return Ok(result);
            }
        }
        if first.is_bound() {
            let result = self.call_comparison(a, first, b)?;
            if result != self.not_implemented() {
                return Ok(result);
            }
        }
        if !subclass_first && second.is_bound() {
            let result = self.call_comparison(b, second, a)?;
            if result != self.not_implemented() {
                return Ok(result);
            }
        }
        match op {
            CompareOp::Eq => Ok(self.bool(a == b)),
            CompareOp::Ne => Ok(self.bool(a != b)),
            _ => Err(self.no_order(symbol, a, b)),
        }
    }

    /// Calls the method of a comparison. One whose descriptor says that there is no such attribute declines.
    fn call_comparison(&self, receiver: Value, method: Value, other: Value) -> PyResult {
        if method.cast::<Function>().is_some() || method.cast::<Native>().is_some() {
            return self.call_special(receiver, method, &[other]);
        }
        let bound = self.bind(method, receiver, self.class_of(receiver));
        match self.absorb(bound, self.types().attribute_error)? {
            Some(bound) => self.call(bound, &[other]),
            None => Ok(self.not_implemented()),
        }
    }

    #[cold]
    fn no_order(&self, symbol: &str, a: Value, b: Value) -> Raised {
        let (left, right) = (self.type_name(a), self.type_name(b));
        self.type_error(format!("'{symbol}' not supported between instances of '{left}' and '{right}'"))
    }

    /// Whether a comparison holds.
    #[inline]
    pub fn compare_bool(&self, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
        if Value::both_ints(a, b) {
            return Ok(ordering_is(op, a.raw_int().cmp(&b.raw_int())));
        }
        self.compare_bool_slow(op, a, b)
    }

    /// Out of line, so that loops over integers stay small.
    #[inline(never)]
    fn compare_bool_slow(&self, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
        if let Some(ordering) = self.plain_order(op, a, b) {
            return Ok(ordering_is(op, ordering));
        }
        let result = self.compare(op, a, b)?;
        self.is_true(result)
    }

    /// The order of two plain strings, or `None` for other values. For (in)equality anything but equal stands for a
    /// difference.
    #[inline(always)]
    fn plain_order(&self, op: CompareOp, a: Value, b: Value) -> Option<Ordering> {
        if !self.is_exact_str(a) || !self.is_exact_str(b) {
            return None;
        }
        let (a, b) = (a.expect::<Str>(), b.expect::<Str>());
        Some(match op {
            CompareOp::Eq | CompareOp::Ne if a.equals(&b) => Ordering::Equal,
            CompareOp::Eq | CompareOp::Ne => Ordering::Less,
            _ => order(a.text(), b.text()),
        })
    }

    /// Compares two tuples by their first items that differ.
    pub(crate) fn compare_tuples(&self, op: CompareOp, a: Gc<Tuple>, b: Gc<Tuple>) -> PyResult {
        let (left, right) = (a.items(), b.items());
        for (x, y) in left.iter().copied().zip(right.iter().copied()) {
            if x == y || (!Value::both_ints(x, y) && self.equals(x, y)?) {
                continue;
            }
            return match op {
                CompareOp::Eq => Ok(self.false_()),
                CompareOp::Ne => Ok(self.true_()),
                _ => self.compare(op, x, y),
            };
        }
        Ok(self.bool(ordering_is(op, left.len().cmp(&right.len()))))
    }

    /// Whether two items are the same in the eyes of a container: identical or equal.
    #[inline]
    pub fn equals(&self, a: Value, b: Value) -> PyResult<bool> {
        // A NaN is one object only where it is the same inline word, as in CPython where it is the same object.
        if a == b {
            return Ok(true);
        }
        self.compare_bool(CompareOp::Eq, a, b)
    }

    /// Compares the items of two sequences in order: lists and tuples. `a_at(i)` and `b_at(i)` give the items as they are
    /// when asked, `None` beyond the end.
    pub fn compare_sequences(
        &self,
        op: CompareOp,
        a_at: impl Fn(usize) -> Option<Value>,
        b_at: impl Fn(usize) -> Option<Value>,
    ) -> PyResult {
        let mut index = 0;
        loop {
            match (a_at(index), b_at(index)) {
                (Some(a), Some(b)) => {
                    if !self.equals(a, b)? {
                        // Comparing may have made the sequences shorter: then their lengths count.
                        let (a_now, b_now) = (a_at(index).is_some(), b_at(index).is_some());
                        if !a_now || !b_now {
                            return Ok(self.bool(ordering_is(op, a_now.cmp(&b_now))));
                        }
                        return match op {
                            CompareOp::Eq => Ok(self.false_()),
                            CompareOp::Ne => Ok(self.true_()),
                            _ => self.compare(op, a, b),
                        };
                    }
                }
                (a, b) => return Ok(self.bool(ordering_is(op, a.is_some().cmp(&b.is_some())))),
            }
            index += 1;
        }
    }

    /// `item in container`.
    pub fn contains(&self, container: Value, item: Value) -> PyResult<bool> {
        let (types, class) = (self.types(), self.class_of(container));
        if class == types.dict {
            return container.expect::<Dict>().get(self, item).map(|value| value.is_some());
        }
        if class == types.list {
            let list = container.expect::<List>();
            return sequence::find(self, item, 0, usize::MAX, |index| list.get(index)).map(|place| place.is_some());
        }
        if class == types.tuple {
            let tuple = container.expect::<Tuple>();
            return sequence::find(self, item, 0, usize::MAX, |index| tuple.get(index)).map(|place| place.is_some());
        }
        if class == types.set && (item.is_int() || self.is_exact_str(item)) {
            return container.expect::<Set>().contains(self, item);
        }
        if let Some(contains) = class.native(Special::Contains) {
            let result = contains(self, &[container, item])?;
            return self.is_true(result);
        }
        let method = class.special(Special::Contains);
        if method == self.none() {
            return Err(self.type_error(format!("'{}' object is not a container", class.name.get())));
        }
        if method.is_bound() {
            let result = self.call_special(container, method, &[item])?;
            return self.is_true(result);
        }
        let iterator = self.iter(container);
        let Some(iterator) = self.absorb(iterator, self.types().type_error)? else {
            return Err(
                self.type_error(format!("argument of type '{}' is not a container or iterable", class.name.get()))
            );
        };
        while let Some(other) = self.next(iterator)? {
            if self.equals(other, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
