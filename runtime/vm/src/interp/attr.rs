//! What attribute instructions do when their inline cache does not answer, and what the cache learns from it.

use core::ptr::NonNull;

use orochi_gc::{Gc, Header};

use crate::error::PyResult;
use crate::interp::cache::{Cache, CacheKind, Found};
use crate::interp::global;
use crate::object::class::Class;
use crate::object::instance::value_at;
use crate::object::layout::{Layout, shape_of_header};
use crate::object::shape::{Attrs, MAX_SLOTS};
use crate::object::special::Special;
use crate::object::{Record, Shape};
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::property::{Member, Property};
use crate::value::Value;
use crate::vm::Vm;

/// After so many misses an instruction keeps what it knows, and asks the VM's table for other shapes.
const MAX_MISSES: u16 = 16;
/// It remembers another shape after so many misses more.
const RETRY: u16 = 128;

fn learnable(vm: &Vm, shape: &Shape) -> bool {
    let class = shape.class;
    class.special(Special::GetAttribute) == vm.types().object.special(Special::GetAttribute)
        && shape.attrs != Attrs::Dict
}

/// What looking up a name on objects of a shape comes to; `None` when each look-up has to find that out. What was found out
/// once is in the VM's table, for instructions that see many shapes.
#[inline(always)]
fn look_up(vm: &Vm, shape: &Shape, cache: &Cache) -> Option<Found> {
    let found = match vm.shape_cache.get(shape, cache.name) {
        Some(found) => found,
        None => {
            let found = look_up_uncached(vm, shape, cache);
            vm.shape_cache.remember(shape, cache.name, found);
            found
        }
    };
    (found.kind != CacheKind::Empty).then_some(found)
}

#[inline(never)]
fn look_up_uncached(vm: &Vm, shape: &Shape, cache: &Cache) -> Found {
    let types = vm.types();
    if !learnable(vm, shape) {
        return Found::NOTHING;
    }
    let in_class = shape.class.lookup(vm, cache.name);
    let slot = || {
        shape.find(cache.name).map_or(Found::NOTHING, |slot| match shape.inline_offset(slot) {
            Some(offset) => Found::place(CacheKind::Slot, offset),
            None => Found::place(CacheKind::Overflow, slot - shape.inline_slots as usize),
        })
    };
    let Some(value) = in_class else { return slot() };
    if vm.is_data_descriptor(value) {
        let class = vm.class_of(value);
        if let Some(record) = value.cast::<Record>() {
            if class == types.member_descriptor
                && Member::is(&record)
                && let Some(offset @ 0..) = record.get(Member::OFFSET).as_int()
                && record.get(Member::OWNER).cast::<Class>().is_some_and(|owner| shape.class.is_subclass_of(owner))
            {
                return Found::place(CacheKind::Member, offset as usize);
            }
            if class == types.property && record.get(Property::GET).cast::<Function>().is_some() {
                return Found::value(CacheKind::Property, record.get(Property::GET));
            }
        }
        return Found::NOTHING;
    }
    if shape.find(cache.name).is_some() {
        return slot();
    }
    if vm.is_method(value) {
        return Found::value(CacheKind::Method, value);
    }
    if vm.class_of(value).special(Special::Get).is_unbound() {
        return Found::value(CacheKind::Constant, value);
    }
    Found::NOTHING
}

/// Counts a miss. Whether the instruction is to remember what it finds now: it gives up soon where many shapes come by, but tries
/// again now and then, lest it remember a shape that does not come any more.
fn missed(cache: &Cache) -> bool {
    let misses = cache.misses.get().wrapping_add(1);
    cache.misses.set(misses);
    misses < MAX_MISSES || misses.is_multiple_of(RETRY)
}

#[cold]
fn remember(vm: &Vm, cache: &Cache, shape: Gc<Shape>, found: Found) {
    let version = match found.kind {
        kind if kind.is_place() => vm.attribute_epoch.get(),
        CacheKind::Global => 0,
        _ => shape.class.version.get(),
    };
    cache.shape.set(shape.meta());
    cache.version.set(version);
    cache.value.set(found.value);
    cache.offset.set(found.offset);
    cache.kind.set(found.kind);
    cache.object.set(Value::UNBOUND);
    cache.table.set(None);
    cache.next_shape.set(core::ptr::null());
    vm.cache_changed();
}

/// `obj.name` after a miss.
#[inline(never)]
pub(super) fn get(vm: &Vm, obj: Value, cache: &Cache) -> PyResult {
    let Some(header) = obj.as_header() else { return vm.get_attr(obj, cache.name) };
    let shape = shape_of_header(header);
    let learn = missed(cache);
    match look_up(vm, &shape, cache) {
        Some(found) => {
            if learn && found.kind != CacheKind::Method {
                remember(vm, cache, shape, found);
            }
            if found.kind == CacheKind::Slot {
                return Ok(value_at(header, found.offset as usize).get());
            }
            take(vm, obj, header, cache, found)
        }
        None => {
            if learn {
                learn_from_namespace(vm, obj, shape, cache);
            }
            vm.get_attr(obj, cache.name)
        }
    }
}

/// Reads an attribute where the look-up found it.
fn take(vm: &Vm, obj: Value, header: NonNull<Header>, cache: &Cache, found: Found) -> PyResult {
    let value = match found.kind {
        CacheKind::Slot => return Ok(value_at(header, found.offset as usize).get()),
        CacheKind::Constant => return Ok(found.value),
        CacheKind::Method => return vm.bind(found.value, obj, vm.class_of(obj)),
        CacheKind::Property => return vm.call(found.value, &[obj]),
        CacheKind::Member => value_at(header, found.offset as usize).get().bound(),
        CacheKind::Overflow => overflow_slot(header, found.offset as usize),
        _ => None,
    };
    match value {
        Some(value) => Ok(value),
        None => vm.get_attr(obj, cache.name),
    }
}

fn overflow_slot(header: NonNull<Header>, index: usize) -> Option<Value> {
    let array = shape_of_header(header).slot_area(header)?[0].get().cast::<crate::object::Array>()?;
    Some(array.slots().get(index)?.get())
}

/// Modules and classes have namespaces of their own, so what is remembered belongs to one object.
fn learn_from_namespace(vm: &Vm, obj: Value, shape: Gc<Shape>, cache: &Cache) {
    if let Some(module) = obj.cast::<Module>() {
        if let Some(index) = module.dict().index_of(cache.name) {
            remember(vm, cache, shape, Found::place(CacheKind::Global, index));
            cache.table.set(Some(module.dict().table()));
        }
        return;
    }
    let Some(class) = obj.cast::<Class>() else { return };
    let metaclass = shape.class;
    if metaclass.special(Special::GetAttribute) != vm.types().type_.special(Special::GetAttribute)
        || metaclass.lookup(vm, cache.name).is_some_and(|value| vm.is_data_descriptor(value))
    {
        return;
    }
    let Some(value) = class.lookup(vm, cache.name) else { return };
    let plain = vm.is_function(value) || vm.class_of(value).special(Special::Get).is_unbound();
    if plain {
        remember(vm, cache, shape, Found::value(CacheKind::ClassAttribute, value));
        cache.version.set(class.version.get());
        cache.object.set(class.into());
    }
}

/// `obj.name` about to be called, after a miss: the callable, and the receiver or unbound.
#[inline(never)]
pub(super) fn get_method(vm: &Vm, obj: Value, cache: &Cache) -> PyResult<(Value, Value)> {
    if let Some(header) = obj.as_header() {
        let shape = shape_of_header(header);
        let learn = missed(cache);
        match look_up(vm, &shape, cache) {
            Some(found) => {
                if learn {
                    remember(vm, cache, shape, found);
                }
                if found.kind == CacheKind::Method {
                    return Ok((found.value, obj));
                }
                return take(vm, obj, header, cache, found).map(|callable| (callable, Value::UNBOUND));
            }
            None if learn => learn_from_namespace(vm, obj, shape, cache),
            None => {}
        }
    }
    if vm.is_exact(obj, vm.types().super_) {
        return crate::types::super_::get_method(vm, obj, cache.name);
    }
    let (callable, receiver) = vm.get_method(obj, cache.name)?;
    Ok((callable, receiver.unwrap_or_default()))
}

/// Where storing a name in objects of a shape goes; `Empty` when it has to be found out each time.
fn look_up_store(vm: &Vm, shape: &Shape, cache: &Cache) -> Found {
    let class = shape.class;
    let object = vm.types().object;
    if shape.attrs == Attrs::Dict
        || class.special(Special::SetAttr) != object.special(Special::SetAttr)
        || shape.layout == Layout::Module
    {
        return Found::NOTHING;
    }
    let descriptor = class.lookup(vm, cache.name).filter(|value| vm.is_data_descriptor(*value));
    if let Some(descriptor) = descriptor {
        if vm.is_exact(descriptor, vm.types().member_descriptor)
            && let Some(record) = descriptor.cast::<Record>()
            && Member::is(&record)
            && let Some(offset @ 0..) = record.get(Member::OFFSET).as_int()
            && record.get(Member::OWNER).cast::<Class>().is_some_and(|owner| class.is_subclass_of(owner))
        {
            return Found::place(CacheKind::Member, offset as usize);
        }
        return Found::NOTHING;
    }
    if shape.attrs == Attrs::None {
        return Found::NOTHING;
    }
    let count = shape.keys().len();
    match shape.find(cache.name) {
        Some(slot) => shape.inline_offset(slot).map_or(Found::NOTHING, |offset| Found::place(CacheKind::Slot, offset)),
        None if count < MAX_SLOTS => shape.inline_offset(count).map_or(Found::NOTHING, |offset| Found {
            value: shape.with(vm, cache.name).into(),
            ..Found::place(CacheKind::AddSlot, offset)
        }),
        None => Found::NOTHING,
    }
}

/// `obj.name = value` after a miss.
#[inline(never)]
pub(super) fn set(vm: &Vm, obj: Value, value: Value, cache: &Cache) -> PyResult<()> {
    let Some(header) = obj.as_header() else { return vm.set_attr(obj, cache.name, Some(value)) };
    let shape = shape_of_header(header);
    let learn = missed(cache);
    let found = match vm.store_cache.get(&shape, cache.name) {
        Some(found) => found,
        None => {
            let found = look_up_store(vm, &shape, cache);
            vm.store_cache.remember(&shape, cache.name, found);
            found
        }
    };
    if found.kind == CacheKind::Empty {
        return vm.set_attr(obj, cache.name, Some(value));
    }
    // SAFETY: what `look_up_store` found for this kind is a shape. (`Value::cast` is not for shapes: they have no shape themselves.)
    let next: Option<Gc<Shape>> =
        (found.kind == CacheKind::AddSlot).then(|| unsafe { Gc::from_ptr(found.value.address_unchecked().cast()) });
    if learn {
        remember(vm, cache, shape, found);
        if let Some(next) = next {
            cache.next_shape.set(next.meta());
        }
    }
    if let Some(next) = next {
        vm.set_shape(header, next);
    }
    value_at(header, found.offset as usize).set(value);
    vm.heap.barrier(header.as_ptr());
    Ok(())
}

impl Vm {
    /// An attribute by what the cache knows, if the object is as it was then.
    #[inline(always)]
    pub(super) fn cached_attr(&self, obj: Value, cache: &Cache) -> Option<Value> {
        let header = obj.as_header()?;
        // SAFETY: a live object.
        if unsafe { header.as_ref() }.meta() != cache.shape.get() {
            return None;
        }
        match cache.kind.get() {
            CacheKind::Slot if cache.version.get() == self.attribute_epoch.get() => {
                Some(value_at(header, cache.offset.get() as usize).get())
            }
            _ => self.cached_attr_rare(obj, header, cache),
        }
    }

    pub(super) fn cached_attr_rare(&self, obj: Value, header: NonNull<Header>, cache: &Cache) -> Option<Value> {
        let shape = shape_of_header(header);
        match cache.kind.get() {
            CacheKind::Member if cache.version.get() == self.attribute_epoch.get() => {
                value_at(header, cache.offset.get() as usize).get().bound()
            }
            CacheKind::Overflow if cache.version.get() == self.attribute_epoch.get() => {
                overflow_slot(header, cache.offset.get() as usize)
            }
            CacheKind::Constant if cache.version.get() == shape.class.version.get() => Some(cache.value.get()),
            CacheKind::ClassAttribute if cache.object.get() == obj => {
                let class: Gc<Class> = obj.expect();
                (cache.version.get() == class.version.get()).then(|| cache.value.get())
            }
            CacheKind::Global => {
                let module: Gc<Module> = obj.cast()?;
                let table = cache.table.get()?;
                let index = cache.offset.get() as usize;
                (module.dict().table() == table && table.key(index) == Value::from(cache.name))
                    .then(|| table.value(index))
            }
            _ => None,
        }
    }

    /// The cached method or getter, if the object's class is as it was then.
    #[inline(always)]
    pub(super) fn cached_class_value(&self, obj: Value, cache: &Cache) -> Option<Value> {
        let header = obj.as_header()?;
        // SAFETY: a live object.
        let same = unsafe { header.as_ref() }.meta() == cache.shape.get();
        (same && shape_of_header(header).class.version.get() == cache.version.get()).then(|| cache.value.get())
    }

    /// Stores an attribute by what the cache knows. False when it does not apply.
    #[inline(always)]
    pub(super) fn cached_set(&self, obj: Value, value: Value, cache: &Cache) -> bool {
        let Some(header) = obj.as_header() else { return false };
        // SAFETY: a live object.
        if unsafe { header.as_ref() }.meta() != cache.shape.get() || cache.version.get() != self.attribute_epoch.get() {
            return false;
        }
        match cache.kind.get() {
            CacheKind::Slot | CacheKind::Member => {}
            CacheKind::AddSlot => {
                // SAFETY: the next shape describes the same object with one slot more.
                unsafe { header.as_ref().set_meta(cache.next_shape.get()) };
            }
            _ => return false,
        }
        value_at(header, cache.offset.get() as usize).set(value);
        self.heap.barrier(header.as_ptr());
        true
    }

    pub(super) fn load_global_slow(&self, function: Gc<Function>, cache: &Cache) -> PyResult {
        let result = global::load(self, function, cache);
        self.cache_changed();
        result
    }

    /// A cache of the running frame's code was written.
    pub(super) fn cache_changed(&self) {
        let frame = self.stack.frame.get();
        if frame != self.stack.no_frame() {
            // SAFETY: the running frame.
            let code = unsafe { (*frame).function }.code.get();
            self.heap.barrier(code.address_unchecked());
        }
    }
}
