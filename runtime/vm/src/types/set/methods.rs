//! Methods of `set` and `frozenset`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::{Set, hash_item};
use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<Set> {
    args[0].expect()
}

/// `set` or `frozenset`: what operations on a set give, also on one of a subclass.
pub(super) fn plain_class(vm: &Vm, set: Value) -> Gc<Class> {
    let types = vm.types();
    if vm.is_instance(set, types.frozenset) { types.frozenset } else { types.set }
}

/// Whether it has the item. A set, which cannot be hashed, stands for a frozenset of its items.
pub(super) fn has(vm: &Vm, set: &Set, item: Value) -> PyResult<bool> {
    let hash = lookup_hash(vm, item)?;
    set.contains_hashed(vm, item, hash)
}

/// The hash to look an item up with.
fn lookup_hash(vm: &Vm, item: Value) -> PyResult<u64> {
    let result = hash_item(vm, item);
    match item.cast::<Set>() {
        Some(set) if result.is_err() => match vm.absorb(result, vm.types().type_error)? {
            Some(hash) => Ok(hash),
            None => Ok(super::protocol::hash_items(&set)),
        },
        _ => result,
    }
}

fn remove(vm: &Vm, set: &Set, item: Value) -> PyResult<bool> {
    let hash = lookup_hash(vm, item)?;
    set.discard_hashed(vm, item, hash)
}

/// The set itself if nobody could tell it from a copy, else a copy.
fn copy_plain(vm: &Vm, set: Value) -> PyResult<Gc<Set>> {
    if vm.is_exact(set, vm.types().frozenset) {
        return Ok(set.expect());
    }
    set.expect::<Set>().copy_as(vm, plain_class(vm, set))
}

#[methods(pub(super) COMMON)]
impl Common {
    /// Return a set with the same items.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        copy_plain(vm, args[0]).map(Value::from)
    }

    /// Return a set of the items that are in none of the others.
    #[method("difference($self, /, *others)")]
    fn difference(vm: &Vm, args: &[Value]) -> PyResult {
        let class = plain_class(vm, args[0]);
        let Some((first, rest)) = args[1..].split_first() else {
            return this(args).copy_as(vm, class).map(Value::from);
        };
        let result = this(args).difference(vm, class, *first)?;
        for other in rest {
            result.difference_update(vm, *other)?;
        }
        Ok(result.into())
    }

    /// Return a set of the items that are also in all the others.
    #[method("intersection($self, /, *others)")]
    fn intersection(vm: &Vm, args: &[Value]) -> PyResult {
        let class = plain_class(vm, args[0]);
        let mut result = match args.get(1) {
            None => return this(args).copy_as(vm, class).map(Value::from),
            Some(first) => this(args).intersection(vm, class, *first)?,
        };
        for other in &args[2..] {
            result = result.intersection(vm, class, *other)?;
        }
        Ok(result.into())
    }

    /// Return True if no item is in the other.
    #[method("isdisjoint($self, other, /)")]
    fn isdisjoint(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).is_disjoint(vm, args[1]).map(|disjoint| vm.bool(disjoint))
    }

    /// Return True if all items are in the other.
    #[method("issubset($self, other, /)")]
    fn issubset(vm: &Vm, args: &[Value]) -> PyResult {
        let other = match args[1].cast::<Set>() {
            Some(other) => other,
            None => Set::from_iterable(vm, vm.types().set, args[1])?,
        };
        this(args).is_subset(vm, &other).map(|subset| vm.bool(subset))
    }

    /// Return True if all items of the other are in this set.
    #[method("issuperset($self, other, /)")]
    fn issuperset(vm: &Vm, args: &[Value]) -> PyResult {
        let set = this(args);
        if let Some(other) = args[1].cast::<Set>() {
            return other.is_subset(vm, &set).map(|subset| vm.bool(subset));
        }
        let iterator = vm.iter(args[1])?;
        while let Some(item) = vm.next(iterator)? {
            if !set.contains(vm, item)? {
                return Ok(vm.false_());
            }
        }
        Ok(vm.true_())
    }

    /// Return a set of the items that are in exactly one of this set and the other.
    #[method("symmetric_difference($self, other, /)")]
    fn symmetric_difference(vm: &Vm, args: &[Value]) -> PyResult {
        let result = this(args).copy_as(vm, plain_class(vm, args[0]))?;
        result.symmetric_difference_update(vm, args[1])?;
        Ok(result.into())
    }

    /// Return a set of the items of this set and all the others.
    #[method("union($self, /, *others)")]
    fn union(vm: &Vm, args: &[Value]) -> PyResult {
        let result = this(args).copy_as(vm, plain_class(vm, args[0]))?;
        for other in &args[1..] {
            result.update(vm, *other)?;
        }
        Ok(result.into())
    }
}

#[methods(pub(super) MUTABLE)]
impl Mutable {
    /// Add an item.
    #[method("add($self, object, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).add(vm, args[1])?;
        Ok(vm.none())
    }

    /// Remove all items.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).clear(vm);
        Ok(vm.none())
    }

    /// Remove the items that are in any of the others.
    #[method("difference_update($self, /, *others)")]
    fn difference_update(vm: &Vm, args: &[Value]) -> PyResult {
        for other in &args[1..] {
            this(args).difference_update(vm, *other)?;
        }
        Ok(vm.none())
    }

    /// Remove an item if it is there.
    #[method("discard($self, object, /)")]
    fn discard(vm: &Vm, args: &[Value]) -> PyResult {
        remove(vm, &this(args), args[1])?;
        Ok(vm.none())
    }

    /// Keep only the items that are also in all the others.
    #[method("intersection_update($self, /, *others)")]
    fn intersection_update(vm: &Vm, args: &[Value]) -> PyResult {
        for other in &args[1..] {
            this(args).intersection_update(vm, *other)?;
        }
        Ok(vm.none())
    }

    /// Remove and return an item.
    ///
    /// Raises KeyError if the set is empty.
    #[method("pop($self, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        let set = this(args);
        match set.pop_first() {
            Some(item) => Ok(item),
            None => Err(vm.raise(vm.types().key_error, "pop from an empty set")),
        }
    }

    /// Remove an item.
    ///
    /// Raises KeyError if it is not there.
    #[method("remove($self, object, /)")]
    fn remove_item(vm: &Vm, args: &[Value]) -> PyResult {
        if remove(vm, &this(args), args[1])? { Ok(vm.none()) } else { Err(vm.key_error(args[1])) }
    }

    /// Keep the items that are in exactly one of this set and the other.
    #[method("symmetric_difference_update($self, other, /)")]
    fn symmetric_difference_update(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).symmetric_difference_update(vm, args[1])?;
        Ok(vm.none())
    }

    /// Add the items of all the others.
    #[method("update($self, /, *others)")]
    fn update(vm: &Vm, args: &[Value]) -> PyResult {
        for other in &args[1..] {
            this(args).update(vm, *other)?;
        }
        Ok(vm.none())
    }
}
