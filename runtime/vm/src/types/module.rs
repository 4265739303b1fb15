//! Modules.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// A module. Its namespace is a dict of its own, not attribute slots.
#[repr(C)]
pub struct Module {
    header: Header,
    pub dict: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Module {
    const LAYOUT: Layout = Layout::Module;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.dict.get().trace(tracer);
    }
}

impl Module {
    /// A module with a name and nothing else.
    pub fn new(vm: &Vm, name: &str) -> PyResult<Gc<Module>> {
        Module::with_room(vm, name, 0)
    }

    /// The same with room for so many names more.
    pub fn with_room(vm: &Vm, name: &str, room: usize) -> PyResult<Gc<Module>> {
        let dict = crate::types::dict::Dict::with_capacity(vm, room + 5)?;
        dict.set_str(vm, vm.intern("__name__"), vm.new_str(name)?)?;
        for key in ["__doc__", "__package__", "__loader__", "__spec__"] {
            dict.set_str(vm, vm.intern(key), vm.none())?;
        }
        vm.new_native(vm.types().module, Module { header: Header::empty(), dict: Cell::new(dict.into()) })
    }

    /// The namespace.
    #[inline]
    #[must_use]
    pub fn dict(&self) -> Gc<crate::types::dict::Dict> {
        self.dict.get().expect()
    }
}

/// `module`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("module", "Create a module object.", Layout::Module)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::new("__annotate__", "", annotate, set_annotate),
    GetSetDef::new("__annotations__", "", annotations, set_annotations),
    GetSetDef::readonly("__dict__", "", |_, value| Ok(value.expect::<Module>().dict.get())),
];

fn own(vm: &Vm, value: Value, name: &str) -> Option<Value> {
    value.expect::<Module>().dict().get_interned(vm, vm.intern(name))
}

fn annotate(vm: &Vm, value: Value) -> PyResult {
    Ok(own(vm, value, "__annotate__").unwrap_or(vm.none()))
}

fn set_annotate(vm: &Vm, value: Value, function: Option<Value>) -> PyResult<()> {
    let Some(function) = function else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
    if function != vm.none() && !vm.is_callable(function) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let dict = value.expect::<Module>().dict();
    dict.set_str(vm, vm.intern("__annotate__"), function)?;
    if function != vm.none() {
        dict.remove_str(vm, vm.intern("__annotations__"))?;
    }
    Ok(())
}

fn annotations(vm: &Vm, value: Value) -> PyResult {
    if let Some(annotations) = own(vm, value, "__annotations__") {
        return Ok(annotations);
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
    // While the module runs there may be more to come.
    if !vm.is_initializing(value) {
        value.expect::<Module>().dict().set_str(vm, vm.intern("__annotations__"), annotations)?;
    }
    Ok(annotations)
}

fn set_annotations(vm: &Vm, value: Value, annotations: Option<Value>) -> PyResult<()> {
    let dict = value.expect::<Module>().dict();
    let name = vm.intern("__annotations__");
    match annotations {
        Some(annotations) => dict.set_str(vm, name, annotations)?,
        None if dict.remove_str(vm, name)?.is_none() => {
            return Err(vm.raise(vm.types().attribute_error, "__annotations__"));
        }
        None => {}
    }
    dict.remove_str(vm, vm.intern("__annotate__")).map(drop)
}

/// `<module 'name' from 'file'>`, or what else the spec says of its origin.
fn show(vm: &Vm, value: Value) -> PyResult<String> {
    let name = own(vm, value, "__name__").map_or_else(|| "'?'".to_owned(), |name| vm.display_repr(name));
    let none = vm.none();
    if let Some(spec) = own(vm, value, "__spec__").filter(|spec| *spec != none) {
        let origin = vm.find_attr_str(spec, "origin")?.unwrap_or(none);
        let has_location = match vm.find_attr_str(spec, "has_location")? {
            Some(has) => vm.is_true(has)?,
            None => false,
        };
        if origin != none {
            return Ok(if has_location {
                format!("<module {name} from {}>", vm.display_repr(origin))
            } else {
                format!("<module {name} ({})>", vm.display(origin))
            });
        }
    }
    Ok(match own(vm, value, "__file__").filter(|file| *file != none) {
        Some(file) => format!("<module {name} from {}>", vm.display_repr(file)),
        None => format!("<module {name}>"),
    })
}

#[methods(METHODS)]
impl Methods {
    /// __dir__() -> list: specialized dir() implementation
    #[method("__dir__($self, /)")]
    fn dir(vm: &Vm, args: &[Value]) -> PyResult {
        match own(vm, args[0], "__dir__") {
            Some(function) => vm.call(function, &[]),
            None => {
                let dict = vm.get_attr_str(args[0], "__dict__")?;
                if dict.cast::<Dict>().is_none() {
                    return Err(vm.type_error("__dict__ is not a dictionary"));
                }
                vm.list_from(dict).map(Value::from)
            }
        }
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        get_attr(vm, args[0].expect(), crate::types::object::attribute_name(vm, args[1])?)
    }

    /// Initialize self.
    #[method("__init__($self, /, name, doc=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1].cast::<Str>().is_none() {
            return Err(
                vm.type_error(format!("module() argument 'name' must be str, not {}", vm.argument_name(args[1])))
            );
        }
        let dict = args[0].expect::<Module>().dict();
        let none = vm.none();
        let doc = args[2].bound().unwrap_or(none);
        for (name, value) in
            [("__name__", args[1]), ("__doc__", doc), ("__package__", none), ("__loader__", none), ("__spec__", none)]
        {
            dict.set_str(vm, vm.intern(name), value)?;
        }
        Ok(none)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let dict = Dict::new(vm)?;
        vm.new_native(args[0].expect(), Module { header: Header::empty(), dict: Cell::new(dict.into()) })
            .map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&show(vm, args[0])?)
    }
}

/// `module.__getattribute__`: as for any object, then the module's own `__getattr__` (PEP 562).
pub fn get_attr(vm: &Vm, module: Gc<Module>, name: Gc<crate::types::str::Str>) -> PyResult {
    let class = vm.class_of(module.into());
    let found = class.lookup(vm, name);
    if let Some(value) = found
        && vm.is_data_descriptor(value)
    {
        return vm.bind(value, module.into(), class);
    }
    let dict = module.dict();
    if let Some(value) = dict.get_str(vm, name)? {
        return Ok(value);
    }
    if let Some(value) = found {
        return vm.bind(value, module.into(), class);
    }
    if let Some(getattr) = dict.get_interned(vm, vm.intern("__getattr__")) {
        return vm.call(getattr, &[name.into()]);
    }
    let own_name = dict.get_interned(vm, vm.intern("__name__")).map_or_else(|| "?".to_owned(), |name| vm.display(name));
    let message = if vm.is_initializing(module.into()) {
        format!(
            "partially initialized module '{own_name}' has no attribute '{name}' (most likely due to a circular import)"
        )
    } else {
        format!("module '{own_name}' has no attribute '{name}'")
    };
    Err(vm.attribute_error(message, module.into(), name))
}
