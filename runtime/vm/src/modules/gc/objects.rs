//! Which objects programs see as the collector's, and what they refer to.
//!
//! Containers keep their items in objects of their own, and the shape of an object stands between it and its class: to programs these
//! are parts of the object.

use core::ptr::NonNull;

use orochi_gc::{CollectKind, Gc, Header};

use crate::error::PyResult;
use crate::object::class::{Class, flags};
use crate::object::layout::{Layout, shape_of_header};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Tuples nested deeper than this count as tracked.
const MAX_DEPTH: usize = 100;

/// Whether it is an object of its own to programs. A shape is none, and has no shape itself that says what it is.
pub fn is_visible(object: NonNull<Header>) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { object.as_ref() }.kind();
    if core::ptr::eq(kind, Layout::Shape.kind()) {
        return false;
    }
    let shape = shape_of_header(object);
    !matches!(shape.layout, Layout::Array | Layout::DictTable | Layout::Registers | Layout::TextBuffer)
}

/// Whether CPython's collector would know the object: one that may be part of a cycle.
pub fn is_tracked(vm: &Vm, value: Value) -> bool {
    is_tracked_within(vm, value, MAX_DEPTH)
}

fn is_tracked_within(vm: &Vm, value: Value, depth: usize) -> bool {
    if !value.is_object() {
        return false;
    }
    let (types, class) = (vm.types(), vm.class_of(value));
    if class == types.tuple {
        let items = value.expect::<Tuple>();
        return depth == 0 || items.items().iter().any(|item| is_tracked_within(vm, *item, depth - 1));
    }
    if let Some(class) = value.cast::<Class>() {
        return class.has(flags::HEAP);
    }
    let atoms = [
        types.int,
        types.float,
        types.complex,
        types.str,
        types.bytes,
        types.bytearray,
        types.bool_,
        types.none_type,
        types.ellipsis_type,
        types.not_implemented_type,
        types.range,
        types.code,
        types.object,
    ];
    !atoms.contains(&class)
}

/// Calls `f` with every value that an object refers to directly. Nothing is allocated unless `f` does.
pub fn for_each_referent(vm: &Vm, value: Value, f: &mut dyn FnMut(Value)) {
    // Items may be values that are no objects.
    if let Some(list) = value.cast::<List>() {
        list.slots().iter().for_each(|item| f(item.get()));
    } else if let Some(tuple) = value.cast::<Tuple>() {
        tuple.items().iter().for_each(|item| f(*item));
    } else if let Some(dict) = value.cast::<Dict>() {
        for (key, value) in dict.entries() {
            f(key);
            f(value);
        }
    } else if let Some(set) = value.cast::<Set>() {
        let mut next = set.next_item(0);
        while let Some((at, item, _)) = next {
            f(item);
            next = set.next_item(at);
        }
    }
    let Some(header) = value.as_header() else { return };
    let is_plain = [vm.types().list, vm.types().tuple, vm.types().dict, vm.types().set, vm.types().frozenset];
    if is_plain.contains(&vm.class_of(value)) {
        return;
    }
    let class = vm.class_of(value);
    if class.has(flags::HEAP) {
        f(class.into());
    }
    let holds_items = [Layout::List, Layout::Tuple, Layout::Dict, Layout::Set].contains(&class.layout);
    vm.heap.for_each_reference(header, |target| {
        if is_visible(target) {
            if Value::from_header(target) != class.into() {
                f(Value::from_header(target));
            }
        } else if !holds_items && !is_shape(target) {
            vm.heap.for_each_reference(target, |inner| {
                if is_visible(inner) {
                    f(Value::from_header(inner));
                }
            });
        }
    });
}

fn is_shape(object: NonNull<Header>) -> bool {
    // SAFETY: a live object.
    core::ptr::eq(unsafe { object.as_ref() }.kind(), Layout::Shape.kind())
}

/// A list with those objects of the heap that `is_wanted` accepts, which must not allocate.
pub fn select(vm: &Vm, is_wanted: impl Fn(NonNull<Header>) -> bool) -> PyResult<Gc<List>> {
    let mut count = 0;
    vm.heap.for_each_object(|object| count += usize::from(is_wanted(object)));
    // The list and its array are two more objects.
    let list = List::with_capacity(vm, count + 2)?;
    let own: Value = list.into();
    let mut result = Ok(());
    vm.heap.without_collections(|| {
        vm.heap.for_each_object(|object| {
            if result.is_ok() && is_wanted(object) && Value::from_header(object) != own && list.len() < count + 2 {
                result = list.push(vm, Value::from_header(object));
            }
        });
    });
    result.map(|()| list)
}

/// Whether programs see the object among those that the collector tracks.
pub fn is_listed(vm: &Vm, object: NonNull<Header>) -> bool {
    is_visible(object) && is_tracked(vm, Value::from_header(object))
}

/// Collects what is dead, so that programs that look at all objects see none of it.
pub fn sweep(vm: &Vm) {
    vm.clear_dead_registers(usize::MAX);
    vm.heap.collect(CollectKind::Full);
}

/// The objects that refer to one of the targets directly.
pub fn referrers(vm: &Vm, targets: &[Value]) -> PyResult<Gc<List>> {
    select(vm, |object| {
        if !is_listed(vm, object) {
            return false;
        }
        let value = Value::from_header(object);
        let mut found = false;
        for_each_referent(vm, value, &mut |referent| found = found || targets.contains(&referent));
        found
    })
}
