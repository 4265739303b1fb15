//! Set operators of `dict_keys` and `dict_items`. The other operand may be any iterable; results are sets.

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;
use orochi_macros::methods;

use super::views::dict_of;
use crate::error::PyResult;
use crate::types::native::NativeDef;
use crate::types::set::Set;
use crate::value::Value;
use crate::vm::Vm;

/// A set of the items of an iterable.
fn set_of(vm: &Vm, iterable: Value) -> PyResult<Gc<Set>> {
    let set = Set::new(vm, vm.types().set, &[])?;
    set.update(vm, iterable)?;
    Ok(set)
}

fn common(vm: &Vm, view: Value, other: Value) -> PyResult {
    let result = Set::new(vm, vm.types().set, &[])?;
    vm.for_each(other, |item| {
        if vm.contains(view, item)? {
            result.add(vm, item)?;
        }
        Ok(())
    })?;
    Ok(result.into())
}

/// Whether all items of one are in the other.
fn all_in(vm: &Vm, items: Value, container: Value) -> PyResult<bool> {
    let iterator = vm.iter(items)?;
    while let Some(item) = vm.next(iterator)? {
        if !vm.contains(container, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (view, other) = (args[0], args[1]);
    let types = vm.types();
    let is_view = vm.is_instance(other, types.dict_keys) || vm.is_instance(other, types.dict_items);
    if !is_view && other.cast::<Set>().is_none() {
        return Ok(vm.not_implemented());
    }
    let (size, other_size) = (dict_of(view).len(), vm.len(other)?);
    let holds = match op {
        CompareOp::Eq => size == other_size && all_in(vm, view, other)?,
        CompareOp::Ne => size != other_size || !all_in(vm, view, other)?,
        CompareOp::Lt => size < other_size && all_in(vm, view, other)?,
        CompareOp::Le => size <= other_size && all_in(vm, view, other)?,
        CompareOp::Gt => size > other_size && all_in(vm, other, view)?,
        CompareOp::Ge => size >= other_size && all_in(vm, other, view)?,
    };
    Ok(vm.bool(holds))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self&value.
    #[method("__and__($self, value, /)")]
    fn and(vm: &Vm, args: &[Value]) -> PyResult {
        common(vm, args[0], args[1])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return True if the view and the given iterable have no item in common.
    #[method("isdisjoint($self, other, /)")]
    fn isdisjoint(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[1])?;
        while let Some(item) = vm.next(iterator)? {
            if vm.contains(args[0], item)? {
                return Ok(vm.false_());
            }
        }
        Ok(vm.true_())
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[0])?;
        result.update(vm, args[1])?;
        Ok(result.into())
    }

    /// Return value&self.
    #[method("__rand__($self, value, /)")]
    fn rand(vm: &Vm, args: &[Value]) -> PyResult {
        common(vm, args[0], args[1])
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[1])?;
        result.update(vm, args[0])?;
        Ok(result.into())
    }

    /// Return value-self.
    #[method("__rsub__($self, value, /)")]
    fn rsub(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[1])?;
        result.difference_update(vm, args[0])?;
        Ok(result.into())
    }

    /// Return value^self.
    #[method("__rxor__($self, value, /)")]
    fn rxor(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[1])?;
        result.symmetric_difference_update(vm, args[0])?;
        Ok(result.into())
    }

    /// Return self-value.
    #[method("__sub__($self, value, /)")]
    fn sub(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[0])?;
        result.difference_update(vm, args[1])?;
        Ok(result.into())
    }

    /// Return self^value.
    #[method("__xor__($self, value, /)")]
    fn xor(vm: &Vm, args: &[Value]) -> PyResult {
        let result = set_of(vm, args[0])?;
        result.symmetric_difference_update(vm, args[1])?;
        Ok(result.into())
    }
}
