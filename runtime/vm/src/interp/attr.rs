//! What attribute instructions do when their inline cache does not answer, and what the cache learns from it.

use core::ptr::NonNull;

use orochi_gc::{Gc, Header};

use crate::error::PyResult;
use crate::interp::cache::{Cache, CacheKind};
use crate::object::class::Class;
use crate::object::layout::shape_of_header;
use crate::object::shape::Attrs;
use crate::object::special::Special;
use crate::object::{Record, Shape};
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::property::{Member, Property};
use crate::value::Value;
use crate::vm::Vm;

/// After so many misses an instruction does not try to learn any more.
const MAX_MISSES: u16 = 1000;

/// What looking up a name on objects of a shape comes to.
enum Lookup {
    /// A slot of the object, by number.
    Slot(usize),
    /// A `__slots__` member, by byte offset.
    Member(usize),
    /// An attribute of the class that is taken as it is.
    Constant(Value),
    /// A method, to be called with the object.
    Method(Value),
    /// A property, by its getter.
    Property(Value),
    Unknown,
}

fn learnable(vm: &Vm, shape: &Shape) -> bool {
    let class = shape.class;
    class.special(Special::GetAttribute) == vm.types().object.special(Special::GetAttribute)
        && shape.attrs != Attrs::Dict
}

fn look_up(vm: &Vm, shape: &Shape, cache: &Cache) -> Lookup {
    let types = vm.types();
    let found = shape.class.lookup(vm, cache.name);
    let Some(value) = found else {
        return shape.find(cache.name).map_or(Lookup::Unknown, Lookup::Slot);
    };
    if vm.is_data_descriptor(value) {
        let class = vm.class_of(value);
        if let Some(record) = value.cast::<Record>() {
            if class == types.member_descriptor
                && let Some(offset) = record.get(Member::OFFSET).as_int()
                && record.get(Member::OWNER).cast::<Class>().is_some_and(|owner| shape.class.is_subclass_of(owner))
            {
                return Lookup::Member(offset as usize);
            }
            if class == types.property && record.get(Property::GET).cast::<Function>().is_some() {
                return Lookup::Property(record.get(Property::GET));
            }
        }
        return Lookup::Unknown;
    }
    if let Some(slot) = shape.find(cache.name) {
        return Lookup::Slot(slot);
    }
    if vm.is_method(value) {
        return Lookup::Method(value);
    }
    if vm.class_of(value).special(Special::Get).is_unbound() {
        return Lookup::Constant(value);
    }
    Lookup::Unknown
}

fn forget(cache: &Cache) -> bool {
    cache.misses.set(cache.misses.get().saturating_add(1));
    cache.kind.set(CacheKind::Empty);
    cache.shape.set(core::ptr::null());
    cache.value.set(Value::UNBOUND);
    cache.object.set(Value::UNBOUND);
    cache.table.set(None);
    cache.next_shape.set(core::ptr::null());
    cache.misses.get() < MAX_MISSES
}

fn remember(cache: &Cache, shape: Gc<Shape>, version: u64, kind: CacheKind, value: Value, offset: usize) {
    cache.shape.set(shape.meta());
    cache.version.set(version);
    cache.value.set(value);
    cache.offset.set(offset as u32);
    cache.kind.set(kind);
}

/// `obj.name` after a miss.
#[inline(never)]
pub fn get(vm: &Vm, obj: Value, cache: &Cache) -> PyResult {
    if let Some(header) = obj.as_header()
        && forget(cache)
    {
        learn_get(vm, obj, header, cache);
    }
    vm.get_attr(obj, cache.name)
}

fn learn_get(vm: &Vm, obj: Value, header: NonNull<Header>, cache: &Cache) {
    let shape = shape_of_header(header);
    if let Some(module) = obj.cast::<Module>() {
        let table = module.dict().table();
        if let Some(index) = module.dict().index_of(cache.name) {
            remember(cache, shape, 0, CacheKind::Global, Value::UNBOUND, index);
            cache.table.set(Some(table));
        }
        return;
    }
    if let Some(class) = obj.cast::<Class>() {
        learn_class_attribute(vm, class, shape, cache);
        return;
    }
    if !learnable(vm, &shape) {
        return;
    }
    let epoch = vm.attribute_epoch.get();
    let version = shape.class.version.get();
    match look_up(vm, &shape, cache) {
        Lookup::Slot(slot) => match shape.inline_offset(slot) {
            Some(offset) => remember(cache, shape, epoch, CacheKind::Slot, Value::UNBOUND, offset),
            None => {
                let index = slot - shape.inline_slots as usize;
                remember(cache, shape, epoch, CacheKind::Overflow, Value::UNBOUND, index);
            }
        },
        Lookup::Member(offset) => remember(cache, shape, epoch, CacheKind::Member, Value::UNBOUND, offset),
        Lookup::Constant(value) => remember(cache, shape, version, CacheKind::Constant, value, 0),
        Lookup::Property(getter) => remember(cache, shape, version, CacheKind::Property, getter, 0),
        Lookup::Method(_) | Lookup::Unknown => {}
    }
}

fn learn_class_attribute(vm: &Vm, class: Gc<Class>, shape: Gc<Shape>, cache: &Cache) {
    let metaclass = shape.class;
    if metaclass.special(Special::GetAttribute) != vm.types().type_.special(Special::GetAttribute)
        || metaclass.lookup(vm, cache.name).is_some_and(|value| vm.is_data_descriptor(value))
    {
        return;
    }
    let Some(value) = class.lookup(vm, cache.name) else { return };
    let plain = vm.is_function(value) || vm.class_of(value).special(Special::Get).is_unbound();
    if plain {
        remember(cache, shape, class.version.get(), CacheKind::ClassAttribute, value, 0);
        cache.object.set(class.into());
    }
}

/// `obj.name` about to be called, after a miss: the callable, and the receiver or unbound.
#[inline(never)]
pub fn get_method(vm: &Vm, obj: Value, cache: &Cache) -> PyResult<(Value, Value)> {
    if let Some(header) = obj.as_header()
        && forget(cache)
    {
        let shape = shape_of_header(header);
        if learnable(vm, &shape) && obj.cast::<Class>().is_none() && obj.cast::<Module>().is_none() {
            if let Lookup::Method(value) = look_up(vm, &shape, cache) {
                remember(cache, shape, shape.class.version.get(), CacheKind::Method, value, 0);
            } else {
                learn_get(vm, obj, header, cache);
            }
        } else {
            learn_get(vm, obj, header, cache);
        }
    }
    if vm.is_exact(obj, vm.types().super_) {
        return crate::types::super_::get_method(vm, obj, cache.name);
    }
    let (callable, receiver) = vm.get_method(obj, cache.name)?;
    Ok((callable, receiver.unwrap_or_default()))
}

/// `obj.name = value` after a miss.
#[inline(never)]
pub fn set(vm: &Vm, obj: Value, value: Value, cache: &Cache) -> PyResult<()> {
    let Some(header) = obj.as_header() else { return vm.set_attr(obj, cache.name, Some(value)) };
    let before = shape_of_header(header);
    let learn = forget(cache)
        && before.attrs != Attrs::Dict
        && before.class.special(Special::SetAttr) == vm.types().object.special(Special::SetAttr)
        && obj.cast::<Module>().is_none();
    if !learn {
        return vm.set_attr(obj, cache.name, Some(value));
    }
    let epoch = vm.attribute_epoch.get();
    let found = before.class.lookup(vm, cache.name);
    let data = found.filter(|value| vm.is_data_descriptor(*value));
    if let Some(descriptor) = data {
        if vm.is_exact(descriptor, vm.types().member_descriptor)
            && let Some(record) = descriptor.cast::<Record>()
            && let Some(offset) = record.get(Member::OFFSET).as_int()
            && record.get(Member::OWNER).cast::<Class>().is_some_and(|owner| before.class.is_subclass_of(owner))
        {
            remember(cache, before, epoch, CacheKind::Member, Value::UNBOUND, offset as usize);
        }
        return vm.set_attr(obj, cache.name, Some(value));
    }
    let slot = before.find(cache.name);
    vm.set_attr(obj, cache.name, Some(value))?;
    let after = shape_of_header(header);
    match slot {
        Some(slot) => {
            if let Some(offset) = before.inline_offset(slot) {
                remember(cache, before, epoch, CacheKind::Slot, Value::UNBOUND, offset);
            }
        }
        None => {
            let added = after.keys().len() == before.keys().len() + 1 && after.attrs == Attrs::Slots;
            if added && let Some(offset) = before.inline_offset(before.keys().len()) {
                remember(cache, before, epoch, CacheKind::AddSlot, after.into(), offset);
                cache.next_shape.set(after.meta());
            }
        }
    }
    Ok(())
}
