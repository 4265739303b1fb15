//! Special methods of `str`.

use core::cmp::Ordering;

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;
use orochi_macros::methods;

use super::fill::{Fill, Measure};
use super::methods::this;
use super::search::{self, Unit};
use super::{Str, Text, printf};
use crate::error::PyResult;
use crate::protocol::compare::ordering_is;
use crate::types::iterators::SeqIter;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;
use crate::with_text;

/// How two texts compare, by code points.
#[must_use]
pub fn order(a: Text<'_>, b: Text<'_>) -> Ordering {
    match (a, b) {
        (Text::Latin1(a), Text::Latin1(b)) => a.cmp(b),
        (Text::Ucs2(a), Text::Ucs2(b)) => a.cmp(b),
        (Text::Ucs4(a), Text::Ucs4(b)) => a.cmp(b),
        _ => a.iter().cmp(b.iter()),
    }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (a, Some(b)) = (this(args), args[1].cast::<Str>()) else { return Ok(vm.not_implemented()) };
    Ok(vm.bool(match op {
        CompareOp::Eq => a.equals(&b),
        CompareOp::Ne => !a.equals(&b),
        _ => ordering_is(op, order(a.text(), b.text())),
    }))
}

/// `a + b`.
pub fn concat(vm: &Vm, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
    if b.is_empty() {
        return Str::plain(vm, a);
    }
    if a.is_empty() {
        return Str::plain(vm, b);
    }
    if let Some(sum) = super::growing::append(vm, a, b)? {
        return Ok(sum);
    }
    let measure = Measure::EMPTY.add(&a, 1).and_then(|measure| measure.add(&b, 1));
    let Some(measure) = measure else { return Err(vm.memory_error()) };
    let mut fill = Fill::new(vm, measure)?;
    fill.push(a.text());
    fill.push(b.text());
    Ok(fill.finish(vm))
}

/// `needle in haystack`.
#[must_use]
pub fn contains(haystack: &Str, needle: &Str) -> bool {
    fn within<U: Unit>(haystack: &[U], needle: Text<'_>) -> bool {
        U::units(needle).is_some_and(|needle| search::find(haystack, &needle).is_some())
    }
    needle.len() <= haystack.len() && with_text!(haystack.text(), units => within(units, needle.text()))
}

fn repeat(vm: &Vm, args: &[Value]) -> PyResult {
    let text = this(args);
    let count = sequence::repeat_count(vm, args[1])?;
    if count == 1 {
        return Str::plain(vm, text).map(Value::from);
    }
    if count == 0 || text.is_empty() {
        return Ok(vm.empty_str().into());
    }
    let Some(measure) = Measure::EMPTY.add(&text, count) else { return Err(vm.memory_error()) };
    let mut fill = Fill::new(vm, measure)?;
    match text.text() {
        Text::Latin1([byte]) => {
            let chunk = [*byte; 256];
            (0..count.div_ceil(chunk.len())).for_each(|_| fill.push(Text::Latin1(&chunk)));
        }
        units => (0..count).for_each(|_| fill.push(units)),
    }
    Ok(fill.finish(vm).into())
}

fn slice(vm: &Vm, text: Gc<Str>, slice: &Slice) -> PyResult {
    let range = vm.slice_range(slice, text.len())?;
    if range.step == 1 {
        if range.count == text.len() {
            return Str::plain(vm, text).map(Value::from);
        }
        let start = range.start as usize;
        return Str::from_text(vm, text.text().slice(start, start + range.count)).map(Value::from);
    }
    let units = text.text();
    let largest = range.places().map(|place| units.at(place)).max().unwrap_or(0);
    Str::from_code_points(vm, range.count, largest, range.places().map(|place| units.at(place))).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Str>() {
            Some(other) => concat(vm, this(args), other).map(Value::from),
            None => {
                let name = vm.type_name(args[1]);
                Err(vm.type_error(format!("can only concatenate str (not \"{name}\") to str")))
            }
        }
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains_(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Str>() {
            Some(needle) => Ok(vm.bool(contains(&this(args), &needle))),
            None => {
                let name = vm.type_name(args[1]);
                Err(vm.type_error(format!("'in <string>' requires string as left operand, not {name}")))
            }
        }
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return the text of the string as a format specification says.
    #[method("__format__($self, format_spec, /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::format_spec::format_str(vm, args[0], args[1])
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let text = this(args);
        if let Some(index) = args[1].as_int() {
            let place = if index < 0 { index + text.len() as i64 } else { index };
            return match usize::try_from(place) {
                Ok(place) if place < text.len() => text.char_at(vm, place).map(Value::from),
                _ => Err(vm.index_error("string index out of range")),
            };
        }
        if let Some(part) = args[1].cast::<Slice>() {
            return slice(vm, text, &part);
        }
        let Some(index) = vm.try_index(args[1])? else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("string indices must be integers, not '{name}'")));
        };
        match vm.sequence_place(index, text.len(), "string")? {
            Some(place) => text.char_at(vm, place).map(Value::from),
            None => Err(vm.index_error("string index out of range")),
        }
    }

    /// Return the arguments that make an equal string, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let plain = Str::from_text(vm, this(args).text())?;
        vm.new_tuple(&[plain.into()])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).hash() as i64)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        let (types, ascii) = (vm.types(), this(args).is_ascii());
        SeqIter::new(vm, if ascii { types.str_ascii_iterator } else { types.str_iterator }, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self%value.
    #[method("__mod__($self, value, /)")]
    fn modulo(vm: &Vm, args: &[Value]) -> PyResult {
        let template = this(args);
        printf::format(vm, template.text(), args[1], printf::Mode::Text)?.finish(vm)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        repeat(vm, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        super::repr::repr(this(args).text()).finish(vm)
    }

    /// Return value%self.
    #[method("__rmod__($self, value, /)")]
    fn rmod(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Str>() {
            Some(template) => printf::format(vm, template.text(), args[0], printf::Mode::Text)?.finish(vm),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        repeat(vm, args)
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        Str::plain(vm, this(args)).map(Value::from)
    }
}
