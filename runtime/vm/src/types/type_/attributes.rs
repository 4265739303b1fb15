//! Attributes that `type` computes for classes: `__name__`, `__bases__`, `__dict__`, `__annotations__`, ...

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::class::{Class, ClassDef, flags};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{best_base, module_of, mro, new};
use crate::value::Value;
use crate::vm::Vm;

pub(crate) static GETSET: &[GetSetDef] =
    &[
        GetSetDef::new("__abstractmethods__", "", abstract_methods, set_abstract_methods),
        GetSetDef::new("__annotate__", "", annotate, set_annotate),
        GetSetDef::new("__annotations__", "", annotations, set_annotations),
        GetSetDef::member("__base__", "", |vm, value| {
            Ok(best_base(value.expect::<Class>()).map_or(vm.none(), Value::from))
        }),
        GetSetDef::new("__bases__", "", |_, value| Ok(value.expect::<Class>().bases.get()), set_bases),
        GetSetDef::member("__basicsize__", "", |vm, value| {
            vm.new_int(i64::from(value.expect::<Class>().basic_size.get()) + 8)
        }),
        GetSetDef::readonly("__dict__", "", |vm, value| {
            crate::types::mappingproxy::new(vm, value.expect::<Class>().dict.get().into())
        }),
        GetSetDef::member("__dictoffset__", "", |_, value| {
            Ok(Value::small(if value.expect::<Class>().has_dict() { -1 } else { 0 }))
        }),
        GetSetDef::new("__doc__", "", doc, set_doc),
        GetSetDef::member("__flags__", "", type_flags),
        GetSetDef::member("__itemsize__", "", |_, value| {
            Ok(Value::small(if value.expect::<Class>().layout.is_sized_by_instance() { 8 } else { 0 }))
        }),
        GetSetDef::new("__module__", "", module, set_module),
        GetSetDef::readonly("__mro__", "", |vm, value| {
            let class = value.expect::<Class>();
            Ok(if class.has(flags::NO_MRO) { vm.none() } else { class.mro.get() })
        }),
        GetSetDef::new("__name__", "", |_, value| Ok(value.expect::<Class>().name.get().into()), set_name),
        GetSetDef::new("__qualname__", "", |_, value| Ok(value.expect::<Class>().qualname.get().into()), set_qualname),
        GetSetDef::readonly("__text_signature__", "", text_signature),
        GetSetDef::new("__type_params__", "", type_params, set_type_params),
        GetSetDef::member("__weakrefoffset__", "", |_, value| {
            Ok(Value::small(if value.expect::<Class>().has(flags::WEAKREF) { -1 } else { 0 }))
        }),
    ];

/// An entry of the class's own namespace.
fn own(vm: &Vm, class: Gc<Class>, name: &str) -> Option<Value> {
    class.dict.get().get_interned(vm, vm.intern(name))
}

/// TypeError for a native class; the value to set otherwise, TypeError when an attribute that cannot be deleted is.
fn check_set(vm: &Vm, class: Gc<Class>, name: &str, value: Option<Value>) -> PyResult<Value> {
    if !class.has(flags::HEAP) {
        return Err(
            vm.type_error(format!("cannot set '{name}' attribute of immutable type '{}'", super::full_name(vm, class)))
        );
    }
    match value {
        Some(value) => Ok(value),
        None => {
            let class = super::full_name(vm, class);
            Err(vm.type_error(format!("cannot delete '{name}' attribute of immutable type '{class}'")))
        }
    }
}

fn missing(vm: &Vm, class: Gc<Class>, name: &str) -> Raised {
    vm.attribute_error(
        format!("type object '{}' has no attribute '{name}'", class.name.get()),
        class.into(),
        vm.intern(name),
    )
}

// ---- names -----------------------------------------------------------------------------------------------------------

fn text(vm: &Vm, class: Gc<Class>, name: &str, value: Value) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(text) => Ok(text),
        None => Err(vm.type_error(format!(
            "can only assign string to {}.{name}, not '{}'",
            class.name.get(),
            vm.type_name(value)
        ))),
    }
}

fn set_name(vm: &Vm, value: Value, name: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let name = check_set(vm, class, "__name__", name)?;
    let name = text(vm, class, "__name__", name)?;
    new::check_name(vm, name)?;
    class.name.set(name);
    vm.heap.barrier(class.header());
    Ok(())
}

fn set_qualname(vm: &Vm, value: Value, name: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let name = check_set(vm, class, "__qualname__", name)?;
    class.qualname.set(text(vm, class, "__qualname__", name)?);
    vm.heap.barrier(class.header());
    Ok(())
}

fn module(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    module_of(vm, class).ok_or(()).map_err(|()| missing(vm, class, "__module__"))
}

fn set_module(vm: &Vm, value: Value, module: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let module = check_set(vm, class, "__module__", module)?;
    // The line is one of the module that the class was in.
    class.delete_attr(vm, vm.intern("__firstlineno__"))?;
    class.set_attr(vm, vm.intern("__module__"), module)
}

fn doc(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    match (class.def, own(vm, class, "__doc__")) {
        (Some(def), _) if def.doc.is_empty() => Ok(vm.none()),
        (Some(def), _) => vm.new_str(parts_of_doc(def).1),
        (None, None) => Ok(vm.none()),
        (None, Some(doc)) => {
            let get = vm.class_of(doc).special(crate::object::Special::Get);
            if get.is_unbound() { Ok(doc) } else { vm.call_special(doc, get, &[vm.none(), value]) }
        }
    }
}

fn set_doc(vm: &Vm, value: Value, doc: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let doc = check_set(vm, class, "__doc__", doc)?;
    class.set_attr(vm, vm.intern("__doc__"), doc)
}

/// The signature at the start of a native class's docstring, as `name(parameters)` and a line of two hyphens, and what follows it.
fn parts_of_doc(def: &'static ClassDef) -> (Option<&'static str>, &'static str) {
    match def.doc.split_once("\n--\n\n") {
        Some((head, doc)) => (head.find('(').map(|start| &head[start..]), doc),
        None => (None, def.doc),
    }
}

/// The signature of a native class, from its docstring, `__init__` or `__new__`.
fn text_signature(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    let Some(def) = class.def else { return Ok(vm.none()) };
    if let (Some(signature), _) = parts_of_doc(def) {
        return vm.new_str(signature);
    }
    let types = vm.types();
    if [types.object, types.none_type, types.ellipsis_type, types.not_implemented_type].contains(&class) {
        return vm.new_str("()");
    }
    let find = |name: &str| {
        let def = def.methods.iter().copied().flatten().find(|def| def.name == name)?;
        def.class_signature()
    };
    match find("__init__").or_else(|| find("__new__")) {
        Some(signature) => vm.new_str(&signature),
        None => Ok(vm.none()),
    }
}

// ---- bases -----------------------------------------------------------------------------------------------------------

fn set_bases(vm: &Vm, value: Value, bases: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let bases = check_set(vm, class, "__bases__", bases)?;
    let name = class.name.get();
    let Some(tuple) = bases.cast::<Tuple>() else {
        return Err(vm.type_error(format!("can only assign tuple to {name}.__bases__, not {}", vm.type_name(bases))));
    };
    if tuple.is_empty() {
        return Err(vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    let mut classes = Vec::with_capacity(tuple.len());
    for base in tuple.items() {
        let Some(base) = base.cast::<Class>() else {
            return Err(
                vm.type_error(format!("{name}.__bases__ must be tuple of classes, not '{}'", vm.type_name(*base)))
            );
        };
        if base.is_subclass_of(class) || base_chain(base).any(|other| other == class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
        classes.push(base);
    }
    let new_base = new::checked_best_base(vm, &classes)?;
    let old_base = best_base(class).unwrap_or(vm.types().object);
    if !crate::types::object::attributes::is_compatible(new_base, old_base) {
        return Err(crate::types::object::attributes::layout_differs(vm, "__bases__ assignment", new_base, old_base));
    }
    replace_bases(vm, class, bases)
}

/// A class and the line of best bases, which a `mro()` that is running may not know yet.
fn base_chain(class: Gc<Class>) -> impl Iterator<Item = Gc<Class>> {
    core::iter::successors(Some(class), |class| best_base(*class))
}

/// Sets bases that were checked: new orders for the class and all that inherit from it, or, where that fails, all as it was.
fn replace_bases(vm: &Vm, class: Gc<Class>, bases: Value) -> PyResult<()> {
    let old = class.bases.replace(bases);
    vm.heap.barrier(class.header());
    let changed = List::new(vm, &[])?;
    let result = mro::compute_hierarchy(vm, class, changed);
    if let Err(raised) = result {
        for triple in changed.slots() {
            let triple = triple.get().expect::<Tuple>();
            if let [of, old, new] = *triple.items()
                && let Some(of) = of.cast::<Class>()
                && of.mro.get() == new
            {
                of.mro.set(old);
                vm.heap.barrier(of.header());
            }
        }
        if class.bases.get() == bases {
            class.bases.set(old);
            vm.heap.barrier(class.header());
        }
        return Err(raised);
    }
    // A `mro()` may have set them again.
    if class.bases.get() == bases {
        for base in old.cast::<Tuple>().iter().flat_map(|old| old.items()).filter_map(|base| base.cast::<Class>()) {
            if !class.bases().any(|other| other == base) {
                base.remove_subclass(class);
            }
        }
        class.register(vm)?;
    }
    class.changed(vm, None)
}

// ---- abstract methods ------------------------------------------------------------------------------------------------

fn abstract_methods(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    match own(vm, class, "__abstractmethods__") {
        Some(methods) if class != vm.types().type_ => Ok(methods),
        _ => Err(missing(vm, class, "__abstractmethods__")),
    }
}

fn set_abstract_methods(vm: &Vm, value: Value, methods: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let name = vm.intern("__abstractmethods__");
    let is_abstract = match methods {
        Some(methods) => {
            let is_abstract = vm.is_true(methods)?;
            class.set_attr(vm, name, methods)?;
            is_abstract
        }
        None => {
            if !class.delete_attr(vm, name)? {
                return Err(missing(vm, class, "__abstractmethods__"));
            }
            false
        }
    };
    let bits = class.flags.get() & !flags::ABSTRACT;
    class.flags.set(if is_abstract { bits | flags::ABSTRACT } else { bits });
    Ok(())
}

// ---- annotations (PEP 649) -------------------------------------------------------------------------------------------

fn through_descriptor(vm: &Vm, value: Value, class: Gc<Class>) -> PyResult {
    let get = vm.class_of(value).special(crate::object::Special::Get);
    if get.is_unbound() || vm.is_function(value) {
        return Ok(value);
    }
    vm.call_special(value, get, &[vm.none(), class.into()])
}

fn annotate(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    if !class.has(flags::HEAP) {
        return Err(missing(vm, class, "__annotate__"));
    }
    // What the class defines itself comes before what was compiled of its annotations.
    match own(vm, class, "__annotate__").or_else(|| own(vm, class, "__annotate_func__")) {
        Some(function) => through_descriptor(vm, function, class),
        None => Ok(vm.none()),
    }
}

fn set_annotate(vm: &Vm, value: Value, function: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let Some(function) = function else {
        return Err(vm.type_error("cannot delete __annotate__ attribute"));
    };
    check_set(vm, class, "__annotate__", Some(function))?;
    if function != vm.none() && !vm.is_callable(function) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let name = if own(vm, class, "__annotate__").is_some() { "__annotate__" } else { "__annotate_func__" };
    class.set_attr(vm, vm.intern(name), function)?;
    if function != vm.none() {
        class.delete_attr(vm, vm.intern("__annotations_cache__"))?;
    }
    Ok(())
}

fn annotations(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    if !class.has(flags::HEAP) {
        return Err(missing(vm, class, "__annotations__"));
    }
    for name in ["__annotations__", "__annotations_cache__"] {
        if let Some(annotations) = own(vm, class, name) {
            return through_descriptor(vm, annotations, class);
        }
    }
    let function = annotate(vm, value)?;
    let annotations = if function == vm.none() {
        Dict::new(vm)?.into()
    } else {
        let annotations = vm.call(function, &[Value::small(1)])?;
        if annotations.cast::<Dict>().is_none() {
            return Err(
                vm.type_error(format!("__annotate__ returned non-dict of type '{}'", vm.type_name(annotations)))
            );
        }
        annotations
    };
    class.set_attr(vm, vm.intern("__annotations_cache__"), annotations)?;
    Ok(annotations)
}

fn set_annotations(vm: &Vm, value: Value, annotations: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    if !class.has(flags::HEAP) {
        return Err(
            vm.type_error(format!("cannot set '__annotations__' attribute of immutable type '{}'", class.name.get()))
        );
    }
    let key = if own(vm, class, "__annotations__").is_some() { "__annotations__" } else { "__annotations_cache__" };
    match annotations {
        Some(annotations) => class.set_attr(vm, vm.intern(key), annotations)?,
        None => {
            if !class.delete_attr(vm, vm.intern(key))? {
                return Err(vm.raise(vm.types().attribute_error, "__annotations__"));
            }
        }
    }
    for name in ["__annotate_func__", "__annotate__"] {
        class.delete_attr(vm, vm.intern(name))?;
    }
    Ok(())
}

fn type_params(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    // What `type` itself has under this name is this descriptor.
    let own = own(vm, class, "__type_params__").filter(|_| class != vm.types().type_);
    Ok(own.unwrap_or(vm.empty_tuple().into()))
}

fn set_type_params(vm: &Vm, value: Value, params: Option<Value>) -> PyResult<()> {
    let class = value.expect::<Class>();
    let params = check_set(vm, class, "__type_params__", params)?;
    class.set_attr(vm, vm.intern("__type_params__"), params)
}

/// CPython's bits of `tp_flags` that programs look at.
fn type_flags(vm: &Vm, value: Value) -> PyResult {
    let class = value.expect::<Class>();
    let types = vm.types();
    let kinds = [
        (types.int, 24),
        (types.list, 25),
        (types.tuple, 26),
        (types.bytes, 27),
        (types.str, 28),
        (types.dict, 29),
        (types.base_exception, 30),
        (types.type_, 31),
    ];
    let mut bits = 1i64 << 12;
    for (class_kind, bit) in kinds {
        bits |= i64::from(class.is_subclass_of(class_kind)) << bit;
    }
    for (flag, bit) in [
        (flags::HEAP, 9),
        (flags::BASE, 10),
        (flags::ABSTRACT, 20),
        (flags::SEQUENCE, 5),
        (flags::MAPPING, 6),
        (flags::MATCH_SELF, 22),
    ] {
        bits |= i64::from(class.has(flag)) << bit;
    }
    bits |= i64::from(!class.has(flags::HEAP)) << 8;
    vm.new_int(bits)
}
