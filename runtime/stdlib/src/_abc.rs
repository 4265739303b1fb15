//! `_abc`: what `abc.ABCMeta` does. Each abstract base class has a record in its attribute `_abc_impl`: the classes that were
//! registered with it, and those that are known to be its subclasses or not to be.
//!
//! These sets are dicts from a class's address to a weak reference to it, so that a look-up hashes and compares nothing
//! but a small integer. What is there for a dead class is taken for nothing, and goes when the dict has doubled.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::set::Set;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::types::weakref::{self, WeakRef};
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Record, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

static DATA: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    ..ClassDef::new("_abc._abc_data", "Internal state held by ABC machinery.", Layout::Record)
};

/// Fields of the data: three sets of classes, and the cache token at which the negative one was begun.
const REGISTRY: usize = 0;
const CACHE: usize = 1;
const NEGATIVE: usize = 2;
const VERSION: usize = 3;
/// How many entries each set may have before dead ones are looked for.
const LIMITS: usize = 4;
const FIELDS: usize = LIMITS + 3;

/// A set gets its first look for dead entries when it has as many.
const FIRST_LIMIT: i64 = 32;

/// The flags that mark classes for sequence and mapping patterns; `__abc_tpflags__` has them in the same bits.
const COLLECTION: u32 = flags::SEQUENCE | flags::MAPPING;

/// How many classes were registered so far, in all of the VM.
fn token(vm: &Vm) -> Value {
    vm.module_value(&DATA).unwrap_or(Value::ZERO)
}

fn data_of(vm: &Vm, class: Value) -> PyResult<Gc<Record>> {
    let name = vm.intern("_abc_impl");
    let data = match class.cast::<Class>().and_then(|class| class.lookup(vm, name)) {
        Some(data) => data,
        None => vm.get_attr(class, name)?,
    };
    match data.cast::<Record>() {
        Some(record) if vm.is_exact(data, vm.module_class(&DATA)?) => Ok(record),
        _ => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

/// What a class is found by in a set.
fn key_of(class: Value) -> Value {
    Value::small((class.address_unchecked() as usize >> 3) as i64)
}

fn has(vm: &Vm, data: &Record, set: usize, class: Value) -> PyResult<bool> {
    let Some(dict) = data.get(set).cast::<Dict>() else { return Ok(false) };
    let found = dict.get(vm, key_of(class))?.and_then(Value::cast::<WeakRef>);
    Ok(found.is_some_and(|weak| weak.target() == Some(class)))
}

fn add(vm: &Vm, data: &Record, set: usize, class: Value) -> PyResult<()> {
    let dict = match data.get(set).cast::<Dict>() {
        Some(dict) => dict,
        None => {
            let dict = Dict::new(vm)?;
            data.set(vm, set, dict.into());
            data.set(vm, LIMITS + set, Value::small(FIRST_LIMIT));
            dict
        }
    };
    if dict.len() as i64 >= data.get(LIMITS + set).as_int().unwrap_or(0) {
        forget_dead(vm, dict)?;
        data.set(vm, LIMITS + set, Value::small((2 * dict.len() as i64).max(FIRST_LIMIT)));
    }
    let weak = weakref::of(vm, class)?;
    dict.set(vm, key_of(class), weak.into())
}

fn forget_dead(vm: &Vm, dict: Gc<Dict>) -> PyResult<()> {
    let all = dict.copy(vm)?;
    dict.clear(vm);
    let mut place = 0;
    while let Some((next, key, weak)) = all.next_entry(place) {
        if weak.cast::<WeakRef>().is_some_and(|weak| weak.target().is_some()) {
            dict.set(vm, key, weak)?;
        }
        place = next;
    }
    Ok(())
}

/// The weak references of a set, as programs see it.
fn as_set(vm: &Vm, data: &Record, set: usize) -> PyResult {
    let result = Set::new(vm, vm.types().set, &[])?;
    if let Some(dict) = data.get(set).cast::<Dict>() {
        for (_, weak) in dict.entries() {
            if weak.cast::<WeakRef>().is_some_and(|weak| weak.target().is_some()) {
                result.add(vm, weak)?;
            }
        }
    }
    Ok(result.into())
}

fn is_abstract(vm: &Vm, value: Value) -> PyResult<bool> {
    match vm.find_attr_str(value, "__isabstractmethod__")? {
        Some(mark) => vm.is_true(mark),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__`: what is abstract in the class itself, and what is in a base and still is.
fn compute_abstract_methods(vm: &Vm, class: Value) -> PyResult<()> {
    let found = Set::new(vm, vm.types().frozenset, &[])?;
    let namespace = vm.get_attr_str(class, "__dict__")?;
    let items = vm.list_from(vm.call_method(namespace, "items", &[])?)?;
    for item in items.slots() {
        let Some(pair) = item.get().cast::<Tuple>().filter(|pair| pair.len() == 2) else {
            return Err(vm.type_error("Iteration over __dict__ items failed"));
        };
        let (name, value) = (pair.items()[0], pair.items()[1]);
        if is_abstract(vm, value)? {
            found.add(vm, name)?;
        }
    }
    let Some(bases) = vm.get_attr_str(class, "__bases__")?.cast::<Tuple>() else {
        return Err(vm.type_error("__bases__ is not tuple"));
    };
    for base in bases.items() {
        let Some(names) = vm.find_attr_str(*base, "__abstractmethods__")? else { continue };
        vm.for_each(names, |name| {
            let Some(text) = name.cast() else {
                let found = vm.type_name(name);
                return Err(vm.type_error(format!("attribute name must be string, not '{found}'")));
            };
            if let Some(value) = vm.find_attr(class, text)?
                && is_abstract(vm, value)?
            {
                found.add(vm, name)?;
            }
            Ok(())
        })?;
    }
    vm.set_attr(class, vm.intern("__abstractmethods__"), Some(found.into()))
}

/// Takes the pattern-matching flags out of a class's namespace.
fn take_flags(vm: &Vm, class: Gc<Class>) -> PyResult<()> {
    let name = vm.intern("__abc_tpflags__");
    let Some(value) = class.dict.get().get_interned(vm, name) else { return Ok(()) };
    let Some(bits) = value.as_int() else { return Ok(()) };
    let bits = bits as u32 & COLLECTION;
    if bits == COLLECTION {
        return Err(vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"));
    }
    class.flags.set(class.flags.get() & !COLLECTION | bits);
    class.delete_attr(vm, name)?;
    Ok(())
}

/// A class that was registered with an abstract sequence or mapping is matched as one, and so are its subclasses.
fn spread_flag(vm: &Vm, class: Gc<Class>, flag: u32) {
    if !class.has(flags::HEAP) || class.flags.get() & COLLECTION == flag {
        return;
    }
    class.flags.set(class.flags.get() & !COLLECTION | flag);
    for subclass in class.subclasses(vm) {
        spread_flag(vm, subclass, flag);
    }
}

/// Whether `subclass` counts as a subclass of the abstract base class; remembers the answer.
fn subclass_check(vm: &Vm, class: Value, subclass: Value) -> PyResult<bool> {
    if subclass.cast::<Class>().is_none() {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    let data = data_of(vm, class)?;
    if has(vm, &data, CACHE, subclass)? {
        return Ok(true);
    }
    if data.get(VERSION) != token(vm) {
        data.set(vm, NEGATIVE, Value::UNBOUND);
        data.set(vm, VERSION, token(vm));
    } else if has(vm, &data, NEGATIVE, subclass)? {
        return Ok(false);
    }
    let verdict = vm.call_method(class, "__subclasshook__", &[subclass])?;
    if verdict != vm.not_implemented() {
        let result = verdict == vm.true_();
        if !result && verdict != vm.false_() {
            let message = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(vm.raise(vm.types().assertion_error, message));
        }
        add(vm, &data, if result { CACHE } else { NEGATIVE }, subclass)?;
        return Ok(result);
    }
    let result = is_real_subclass(vm, class, subclass)?
        || is_of_registered(vm, &data, subclass)?
        || is_of_subclasses(vm, class, subclass)?;
    add(vm, &data, if result { CACHE } else { NEGATIVE }, subclass)?;
    Ok(result)
}

fn is_real_subclass(vm: &Vm, class: Value, subclass: Value) -> PyResult<bool> {
    let mro = vm.get_attr_str(subclass, "__mro__")?;
    Ok(mro.cast::<Tuple>().is_some_and(|mro| mro.items().contains(&class)))
}

fn is_of_registered(vm: &Vm, data: &Record, subclass: Value) -> PyResult<bool> {
    if has(vm, data, REGISTRY, subclass)? {
        return Ok(true);
    }
    let Some(registry) = data.get(REGISTRY).cast::<Dict>() else { return Ok(false) };
    // A copy: a check may register more.
    let registry = registry.copy(vm)?;
    let mut place = 0;
    while let Some((next, _, weak)) = registry.next_entry(place) {
        if let Some(registered) = weak.cast::<WeakRef>().and_then(|weak| weak.target())
            && vm.issubclass(subclass, registered)?
        {
            return Ok(true);
        }
        place = next;
    }
    Ok(false)
}

fn is_of_subclasses(vm: &Vm, class: Value, subclass: Value) -> PyResult<bool> {
    let Some(subclasses) = vm.call_method(class, "__subclasses__", &[])?.cast::<List>() else {
        return Err(vm.type_error("__subclasses__() must return a list"));
    };
    let mut index = 0;
    while let Some(child) = subclasses.get(index) {
        if vm.issubclass(subclass, child)? {
            return Ok(true);
        }
        index += 1;
    }
    Ok(false)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[method("_abc_init(object, /)")]
    fn abc_init(vm: &Vm, args: &[Value]) -> PyResult {
        compute_abstract_methods(vm, args[0])?;
        let mut fields = [Value::UNBOUND; FIELDS];
        fields[VERSION] = token(vm);
        let data = Record::new(vm, vm.module_class(&DATA)?, &fields)?;
        vm.set_attr(args[0], vm.intern("_abc_impl"), Some(data.into()))?;
        if let Some(class) = args[0].cast::<Class>() {
            take_flags(vm, class)?;
        }
        Ok(vm.none())
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[method("_abc_instancecheck(self, instance, /)")]
    fn abc_instancecheck(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data_of(vm, args[0])?;
        let claimed = vm.get_attr_str(args[1], "__class__")?;
        if has(vm, &data, CACHE, claimed)? {
            return Ok(vm.true_());
        }
        let own = vm.class_of(args[1]).into();
        if claimed == own {
            if data.get(VERSION) == token(vm) && has(vm, &data, NEGATIVE, claimed)? {
                return Ok(vm.false_());
            }
            return vm.call_method(args[0], "__subclasscheck__", &[claimed]);
        }
        let result = vm.call_method(args[0], "__subclasscheck__", &[claimed])?;
        if vm.is_true(result)? { Ok(result) } else { vm.call_method(args[0], "__subclasscheck__", &[own]) }
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[method("_abc_register(self, subclass, /)")]
    fn abc_register(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(subclass) = args[1].cast::<Class>() else {
            return Err(vm.type_error("Can only register classes"));
        };
        if vm.issubclass(args[1], args[0])? {
            return Ok(args[1]);
        }
        if vm.issubclass(args[0], args[1])? {
            return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
        }
        let data = data_of(vm, args[0])?;
        add(vm, &data, REGISTRY, args[1])?;
        let next = token(vm).as_int().unwrap_or(0) + 1;
        vm.set_module_value(&DATA, Value::small(next));
        if let Some(class) = args[0].cast::<Class>() {
            let flag = class.flags.get() & COLLECTION;
            if flag != 0 {
                spread_flag(vm, subclass, flag);
            }
        }
        Ok(args[1])
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[method("_abc_subclasscheck(self, subclass, /)")]
    fn abc_subclasscheck(vm: &Vm, args: &[Value]) -> PyResult {
        subclass_check(vm, args[0], args[1]).map(|result| vm.bool(result))
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[method("_get_dump(self, /)")]
    fn get_dump(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data_of(vm, args[0])?;
        let sets = [as_set(vm, &data, REGISTRY)?, as_set(vm, &data, CACHE)?, as_set(vm, &data, NEGATIVE)?];
        vm.new_tuple(&[sets[0], sets[1], sets[2], data.get(VERSION)])
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[method("_reset_caches(self, /)")]
    fn reset_caches(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data_of(vm, args[0])?;
        data.set(vm, CACHE, Value::UNBOUND);
        data.set(vm, NEGATIVE, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[method("_reset_registry(self, /)")]
    fn reset_registry(vm: &Vm, args: &[Value]) -> PyResult {
        data_of(vm, args[0])?.set(vm, REGISTRY, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying the
    /// current version of the ABC cache for virtual subclasses. The token changes
    /// with every call to register() on any ABC.
    #[method("get_cache_token()")]
    fn get_cache_token(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(token(vm))
    }
}
