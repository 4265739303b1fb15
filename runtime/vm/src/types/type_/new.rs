//! `type.__new__`: a class from its name, bases and namespace.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, NewClass, flags};
use crate::object::special::Special;
use crate::types::cell::PyCell;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::property::{GetSet, Member};
use crate::types::str::{Str, codecs};
use crate::types::tuple::Tuple;
use crate::types::type_::{mro, slots, solid_class};
use crate::value::Value;
use crate::vm::Vm;

/// The most derived metaclass of a declared one and those of the bases.
pub fn calculate_metaclass(vm: &Vm, declared: Gc<Class>, bases: &[Value]) -> PyResult<Gc<Class>> {
    let mut winner = declared;
    for base in bases {
        let metaclass = vm.class_of(*base);
        if winner.is_subclass_of(metaclass) {
            continue;
        }
        if metaclass.is_subclass_of(winner) {
            winner = metaclass;
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// `type.__new__(metaclass, name, bases, namespace, **named)`.
pub fn type_new(vm: &Vm, metaclass: Gc<Class>, args: &[Value], named: Gc<Dict>) -> PyResult {
    let [name, bases, namespace] = args else {
        return Err(vm.type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", args.len())));
    };
    let wrong = |number: usize, expected: &str, value: Value| {
        vm.type_error(format!("type.__new__() argument {number} must be {expected}, not {}", vm.argument_name(value)))
    };
    let Some(name) = name.cast::<Str>() else { return Err(wrong(1, "str", *name)) };
    let Some(base_tuple) = bases.cast::<Tuple>() else { return Err(wrong(2, "tuple", *bases)) };
    let Some(namespace) = namespace.cast::<Dict>() else { return Err(wrong(3, "dict", *namespace)) };
    for base in base_tuple.items() {
        if base.cast::<Class>().is_none() && vm.find_attr_str(*base, "__mro_entries__")?.is_some() {
            return Err(vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let winner = calculate_metaclass(vm, metaclass, base_tuple.items())?;
    if winner != metaclass {
        let new = vm.unwrap_static(winner.special(Special::New));
        if new != vm.types().type_.special(Special::New) {
            return vm.call_with(new, &[winner.into(), args[0], args[1], args[2]], named);
        }
    }
    make(vm, winner, name, base_tuple, namespace, named)
}

fn make(
    vm: &Vm,
    metaclass: Gc<Class>,
    name: Gc<Str>,
    base_tuple: Gc<Tuple>,
    namespace: Gc<Dict>,
    named: Gc<Dict>,
) -> PyResult {
    // untraced: the tuple of bases holds them, and `object` never dies
    let mut bases: Vec<Gc<Class>> = Vec::with_capacity(base_tuple.len().max(1));
    for base in base_tuple.items() {
        match base.cast::<Class>() {
            Some(base) => bases.push(base),
            None => return Err(vm.type_error("bases must be types")),
        }
    }
    if bases.is_empty() {
        bases.push(vm.types().object);
    }
    let base = checked_best_base(vm, &bases)?;
    check_name(vm, name)?;
    let name = vm.intern_str(name);
    let dict = namespace.copy(vm)?;
    let slots = slots::read(vm, name, base, &bases, dict)?;
    let qualname = take_qualname(vm, dict, name)?;
    set_module(vm, dict)?;
    wrap_special_functions(vm, dict)?;
    let cell = dict.remove_str(vm, vm.intern("__classcell__"))?;
    let dict_cell = dict.remove_str(vm, vm.intern("__classdictcell__"))?;

    let mut bits = flags::HEAP | flags::BASE | base.flags.get() & (flags::INHERITED | flags::DICT) & !COLLECTION;
    bits |= if slots.dict { flags::DICT } else { 0 } | if slots.weakref { flags::WEAKREF } else { 0 };
    let members = slots.names.len();
    let class = Class::make(
        vm,
        NewClass {
            metaclass,
            name,
            qualname,
            bases: &bases,
            dict,
            layout: base.layout,
            basic_size: base.basic_size.get() + 8 * members as u32,
            flags: bits,
            solid_base: base.solid_base.get(),
            def: None,
        },
    )?;
    if !vm.is_exact_tuple(base_tuple.into()) && !base_tuple.is_empty() {
        class.bases.set(base_tuple.into());
        vm.heap.barrier(class.header());
    }
    add_descriptors(vm, class, base, &slots)?;
    expect_static_attributes(vm, class);
    // `mro()` may already call methods that use `__class__`.
    fill_cell(vm, cell, class.into(), "__classcell__")?;
    let has_own_order = mro::custom_method(vm, class).is_some();
    if has_own_order {
        mro::compute(vm, class)?;
    }
    // What the first says that says anything: patterns take a class for a sequence or a mapping, not for both.
    let collection = class.mro().map(|class| class.flags.get() & COLLECTION).find(|bits| *bits != 0);
    class.flags.set(class.flags.get() | collection.unwrap_or(0));
    class.register(vm)?;
    if has_own_order || members > 0 {
        class.changed(vm, None)?;
    }
    if dict.entries().any(|(key, _)| key.cast::<Str>().is_none()) {
        let text = format!("non-string key in the __dict__ of class {}", class.name.get());
        vm.warn(vm.types().runtime_warning, &text, 1)?;
    }
    if let Some(cell) = dict_cell.and_then(Value::cast::<PyCell>) {
        cell.set(vm, class.dict.get().into());
    }
    set_names(vm, class)?;
    init_subclass(vm, class, named)?;
    Ok(class.into())
}

/// What patterns take instances for.
const COLLECTION: u32 = flags::SEQUENCE | flags::MAPPING;

/// What CPython asks of a class's name: ValueError and UnicodeEncodeError.
pub(crate) fn check_name(vm: &Vm, name: Gc<Str>) -> PyResult<()> {
    if name.text().iter().any(|code_point| code_point == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    check_utf8(vm, name)
}

/// UnicodeEncodeError for a text with surrogates.
fn check_utf8(vm: &Vm, text: Gc<Str>) -> PyResult<()> {
    if text.is_ascii() || !text.text().iter().any(|code_point| (0xd800..0xe000).contains(&code_point)) {
        return Ok(());
    }
    codecs::str_encode(vm, text, None, None).map(drop)
}

/// The base whose layout the class gets. TypeError when bases are final or their layouts do not go together.
pub fn checked_best_base(vm: &Vm, bases: &[Gc<Class>]) -> PyResult<Gc<Class>> {
    let mut best: Option<(Gc<Class>, Gc<Class>)> = None;
    for base in bases {
        if !base.has(flags::BASE) {
            return Err(vm.type_error(format!("type '{}' is not an acceptable base type", super::full_name(vm, *base))));
        }
        let candidate = solid_class(*base);
        best = match best {
            None => Some((candidate, *base)),
            Some((winner, _)) if winner.is_subclass_of(candidate) => best,
            Some((winner, _)) if candidate.is_subclass_of(winner) => Some((candidate, *base)),
            Some(_) => return Err(vm.type_error("multiple bases have instance lay-out conflict")),
        };
    }
    Ok(best.map_or(vm.types().object, |(_, base)| base))
}

fn take_qualname(vm: &Vm, dict: Gc<Dict>, name: Gc<Str>) -> PyResult<Gc<Str>> {
    match dict.remove_str(vm, vm.intern("__qualname__"))? {
        None => Ok(name),
        Some(qualname) => match qualname.cast::<Str>() {
            Some(qualname) => Ok(qualname),
            None => Err(vm.type_error(format!("type __qualname__ must be a str, not {}", vm.type_name(qualname)))),
        },
    }
}

/// The module whose code makes the class, and a docstring of None, unless the namespace says otherwise.
fn set_module(vm: &Vm, dict: Gc<Dict>) -> PyResult<()> {
    let key = vm.intern("__module__");
    if dict.get_interned(vm, key).is_none()
        && let Some(globals) = vm.running_globals()
        && let Some(module) = globals.get_interned(vm, vm.intern("__name__"))
    {
        dict.set_str(vm, key, module)?;
    }
    let doc = vm.intern("__doc__");
    match dict.get_interned(vm, doc) {
        None => dict.set_str(vm, doc, vm.none())?,
        Some(doc) => doc.cast::<Str>().map_or(Ok(()), |doc| check_utf8(vm, doc))?,
    }
    // A class that defines equality without a hash cannot be hashed.
    let (eq, hash) = (vm.special_name(Special::Eq), vm.special_name(Special::Hash));
    if dict.get_interned(vm, eq).is_some() && dict.get_interned(vm, hash).is_none() {
        dict.set_str(vm, hash, vm.none())?;
    }
    Ok(())
}

/// `__new__` is a static method, `__init_subclass__` and `__class_getitem__` are class methods without being told so.
fn wrap_special_functions(vm: &Vm, dict: Gc<Dict>) -> PyResult<()> {
    let new = vm.special_name(Special::New);
    if let Some(function) = dict.get_interned(vm, new).filter(|value| value.cast::<Function>().is_some()) {
        dict.set_str(vm, new, crate::types::method::new_static(vm, function)?)?;
    }
    for name in ["__init_subclass__", "__class_getitem__"] {
        let name = vm.intern(name);
        if let Some(function) = dict.get_interned(vm, name).filter(|value| value.cast::<Function>().is_some()) {
            dict.set_str(vm, name, crate::types::method::new_classmethod(vm, function)?)?;
        }
    }
    Ok(())
}

fn add_descriptors(vm: &Vm, class: Gc<Class>, base: Gc<Class>, slots: &slots::Slots) -> PyResult<()> {
    let dict = class.dict.get();
    for (index, name) in slots.names.slots().iter().enumerate() {
        let name = name.get().expect::<Str>();
        let offset = base.basic_size.get() as i64 + 8 * index as i64;
        let layout = base.layout;
        let offset = if layout.is_sized_by_instance() { -1 - (offset - layout.size() as i64) / 8 } else { offset };
        dict.set_str(vm, name, Member::new(vm, offset, name, class)?.into())?;
    }
    for (wanted, name, index) in
        [(slots.dict, "__dict__", GetSet::DICT), (slots.weakref, "__weakref__", GetSet::WEAKREF)]
    {
        let name = vm.intern(name);
        if wanted && dict.get_interned(vm, name).is_none() {
            dict.set_str(vm, name, GetSet::for_instances(vm, index, class)?.into())?;
        }
    }
    Ok(())
}

/// Tells the class how many attributes its instances are likely to get.
fn expect_static_attributes(vm: &Vm, class: Gc<Class>) {
    let key = vm.intern("__static_attributes__");
    let names = |class: Gc<Class>| class.dict.get().get_interned(vm, key).and_then(Value::cast::<Tuple>);
    let own = names(class).map(|own| {
        let inherited = |name: &Value| {
            class.mro().skip(1).any(|base| names(base).is_some_and(|names| names.items().contains(name)))
        };
        own.items().iter().filter(|name| !inherited(name)).count()
    });
    class.expect_slots(own);
    class.reset_root_shape();
}

fn fill_cell(vm: &Vm, cell: Option<Value>, class: Value, what: &str) -> PyResult<()> {
    let Some(cell) = cell else { return Ok(()) };
    match cell.cast::<PyCell>() {
        Some(cell) => {
            cell.set(vm, class);
            Ok(())
        }
        None => {
            let shown = vm.display_repr(vm.class_of(cell).into());
            Err(vm.type_error(format!("{what} must be a nonlocal cell, not {shown}")))
        }
    }
}

/// Tells the values of the namespace their name in the class.
fn set_names(vm: &Vm, class: Gc<Class>) -> PyResult<()> {
    let key = vm.intern("__set_name__");
    let entries = class.dict.get().copy(vm)?;
    for (name, value) in entries.entries() {
        let Some(method) = vm.class_of(value).lookup(vm, key) else { continue };
        let result = vm.call_special(value, method, &[class.into(), name]);
        if let Err(raised) = result {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                vm.type_name(value),
                vm.display_repr(name),
                class.name.get()
            );
            return Err(crate::types::exception::add_note(vm, raised, &note));
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**named)`.
fn init_subclass(vm: &Vm, class: Gc<Class>, named: Gc<Dict>) -> PyResult<()> {
    if !class.mro().any(|base| base == class) {
        // What a `mro()` of the metaclass gave has no place for `super`.
        let name = class.name.get();
        let text = format!("super(type, obj): obj (type {name}) is not an instance or subtype of type ({name}).");
        return Err(vm.type_error(text));
    }
    let name = vm.intern("__init_subclass__");
    let found = class.mro().skip(1).find_map(|base| base.dict.get().get_interned(vm, name));
    let Some(found) = found else { return Ok(()) };
    if Some(found) == vm.types().object.dict.get().get_interned(vm, name) && named.is_empty() {
        return Ok(());
    }
    let method = vm.bind_on_class(found, class)?;
    vm.call_with(method, &[], named).map(drop)
}
