//! Special methods of `set` and `frozenset`. The operators take only sets, the methods any iterable.

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;
use orochi_macros::methods;

use super::Set;
use super::methods::{has, plain_class, this};
use crate::error::PyResult;
use crate::protocol::text::TextBuf;
use crate::types::dict::DictIter;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// The hash of a frozenset: the same for any order of the items. The mixing is CPython's.
pub(super) fn hash_items(set: &Set) -> u64 {
    let mut hash = 0u64;
    let mut place = 0;
    while let Some((next, _, item)) = set.next_item(place) {
        hash ^= (item ^ 89_869_747 ^ (item << 16)).wrapping_mul(3_644_798_167);
        place = next;
    }
    hash ^= (set.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash }
}

/// Both operands, if the other is a set too.
fn operands(args: &[Value]) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((this(args), args[1].cast::<Set>()?))
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let Some((a, b)) = operands(args) else { return Ok(vm.not_implemented()) };
    let holds = match op {
        CompareOp::Eq => a.len() == b.len() && a.is_subset(vm, &b)?,
        CompareOp::Ne => a.len() != b.len() || !a.is_subset(vm, &b)?,
        CompareOp::Lt => a.len() < b.len() && a.is_subset(vm, &b)?,
        CompareOp::Le => a.is_subset(vm, &b)?,
        CompareOp::Gt => a.len() > b.len() && b.is_subset(vm, &a)?,
        CompareOp::Ge => b.is_subset(vm, &a)?,
    };
    Ok(vm.bool(holds))
}

/// An operator that makes a new set of the left operand's kind.
fn operator(vm: &Vm, a: Value, b: Value, f: impl Fn(Gc<Set>, Gc<Set>) -> PyResult<Gc<Set>>) -> PyResult {
    match (a.cast::<Set>(), b.cast::<Set>()) {
        (Some(a), Some(b)) => f(a, b).map(Value::from),
        _ => Ok(vm.not_implemented()),
    }
}

fn and(vm: &Vm, a: Value, b: Value) -> PyResult {
    operator(vm, a, b, |left, _| left.intersection(vm, plain_class(vm, a), b))
}

fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    operator(vm, a, b, |left, _| {
        let result = left.copy_as(vm, plain_class(vm, a))?;
        result.update(vm, b)?;
        Ok(result)
    })
}

fn sub(vm: &Vm, a: Value, b: Value) -> PyResult {
    operator(vm, a, b, |left, _| left.difference(vm, plain_class(vm, a), b))
}

fn xor(vm: &Vm, a: Value, b: Value) -> PyResult {
    operator(vm, a, b, |left, _| {
        let result = left.copy_as(vm, plain_class(vm, a))?;
        result.symmetric_difference_update(vm, b)?;
        Ok(result)
    })
}

#[methods(pub(super) COMMON)]
impl Common {
    /// Return self&value.
    #[method("__and__($self, value, /)")]
    fn and_(vm: &Vm, args: &[Value]) -> PyResult {
        and(vm, args[0], args[1])
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// x.__contains__(y) <==> y in x.
    #[method("__contains__($self, object, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, &this(args), args[1]).map(|found| vm.bool(found))
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

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        DictIter::new(vm, vm.types().set_iterator, args[0], 0, this(args).len()).map(Value::from)
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

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or_(vm: &Vm, args: &[Value]) -> PyResult {
        or(vm, args[0], args[1])
    }

    /// Return value&self.
    #[method("__rand__($self, value, /)")]
    fn rand(vm: &Vm, args: &[Value]) -> PyResult {
        and(vm, args[1], args[0])
    }

    /// Return the class, the arguments and the attributes that make an equal set, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let items = vm.list_from(args[0])?;
        let arguments = vm.new_tuple(&[items.into()])?;
        let state = vm.call_method(args[0], "__getstate__", &[])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments, state])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let set = this(args);
        let class = vm.class_of(args[0]);
        let name = class.name.get();
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str(&format!("{name}(...)")) };
        let mut text = TextBuf::new();
        if set.is_empty() {
            text.push_str(&name);
            text.push("()");
            return text.finish(vm);
        }
        let plain = class == vm.types().set;
        if !plain {
            text.push_str(&name);
            text.push("(");
        }
        let mut place = 0;
        text.push("{");
        while let Some((next, item, _)) = set.next_item(place) {
            if place > 0 {
                text.push(", ");
            }
            text.push_repr(vm, item)?;
            place = next;
        }
        text.push(if plain { "}" } else { "})" });
        text.finish(vm)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        or(vm, args[1], args[0])
    }

    /// Return value-self.
    #[method("__rsub__($self, value, /)")]
    fn rsub(vm: &Vm, args: &[Value]) -> PyResult {
        sub(vm, args[1], args[0])
    }

    /// Return value^self.
    #[method("__rxor__($self, value, /)")]
    fn rxor(vm: &Vm, args: &[Value]) -> PyResult {
        xor(vm, args[1], args[0])
    }

    /// Return self-value.
    #[method("__sub__($self, value, /)")]
    fn sub_(vm: &Vm, args: &[Value]) -> PyResult {
        sub(vm, args[0], args[1])
    }

    /// Return self^value.
    #[method("__xor__($self, value, /)")]
    fn xor_(vm: &Vm, args: &[Value]) -> PyResult {
        xor(vm, args[0], args[1])
    }

    /// Return the size of the set in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        use crate::object::layout::PyLayout;
        vm.new_int((size_of::<Set>() + this(args).table.get().native_size()) as i64)
    }
}

#[methods(pub(super) MUTABLE)]
impl Mutable {
    /// Return self&=value.
    #[method("__iand__($self, value, /)")]
    fn iand(vm: &Vm, args: &[Value]) -> PyResult {
        in_place(vm, args, |set| set.intersection_update(vm, args[1]))
    }

    /// Fill the set with the items of an iterable.
    #[method("__init__($self, iterable=(), /)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let set = this(args);
        if !set.is_empty() {
            set.clear(vm);
        }
        if let Some(iterable) = args[1].bound() {
            set.update(vm, iterable)?;
        }
        Ok(vm.none())
    }

    /// Return self|=value.
    #[method("__ior__($self, value, /)")]
    fn ior(vm: &Vm, args: &[Value]) -> PyResult {
        in_place(vm, args, |set| set.update(vm, args[1]))
    }

    /// Return self-=value.
    #[method("__isub__($self, value, /)")]
    fn isub(vm: &Vm, args: &[Value]) -> PyResult {
        in_place(vm, args, |set| set.difference_update(vm, args[1]))
    }

    /// Return self^=value.
    #[method("__ixor__($self, value, /)")]
    fn ixor(vm: &Vm, args: &[Value]) -> PyResult {
        in_place(vm, args, |set| set.symmetric_difference_update(vm, args[1]))
    }

    /// Create and return a new object.
    #[method("static __new__(type, *args, **kwargs)")]
    fn new_set(vm: &Vm, args: &[Value]) -> PyResult {
        Set::new(vm, args[0].expect(), &[]).map(Value::from)
    }
}

fn in_place(vm: &Vm, args: &[Value], f: impl FnOnce(Gc<Set>) -> PyResult<()>) -> PyResult {
    match operands(args) {
        Some((set, _)) => f(set).map(|()| args[0]),
        None => Ok(vm.not_implemented()),
    }
}

#[methods(pub(super) FROZEN)]
impl Frozen {
    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let set = this(args);
        if set.hash.get() == 0 {
            set.hash.set(hash_items(&set));
        }
        vm.new_int(set.hash.get() as i64)
    }

    /// Create and return a new object.
    #[method("static __new__(type, iterable=(), /)")]
    fn new_frozenset(vm: &Vm, args: &[Value]) -> PyResult {
        let class = args[0].expect();
        let frozenset = vm.types().frozenset;
        match args[1].bound() {
            None => Set::new(vm, class, &[]).map(Value::from),
            Some(iterable) if class == frozenset && vm.is_exact(iterable, frozenset) => Ok(iterable),
            Some(iterable) => Set::from_iterable(vm, class, iterable).map(Value::from),
        }
    }
}
