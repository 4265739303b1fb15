//! The classes of native functions and methods, and what programs see of them; the object is in
//! [`crate::types::native`].

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::protocol::hash::hash_identity;
use crate::types::dict::Dict;
use crate::types::native::{Binding, Native, NativeDef};
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `builtin_function_or_method`.
pub static FUNCTION_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[METHODS, REPR, REDUCE, CALL],
    getset: FUNCTION_GETSET,
    ..ClassDef::new("builtin_function_or_method", "", Layout::Native)
};

/// `method_descriptor`.
pub static METHOD_DESCRIPTOR_CLASS: ClassDef = ClassDef {
    methods: &[REPR, REDUCE, DESCRIPTOR_METHODS, CALL],
    getset: DESCRIPTOR_GETSET,
    ..ClassDef::new("method_descriptor", "", Layout::Native)
};

/// `wrapper_descriptor`: a special method that is a slot of CPython's type objects.
pub static WRAPPER_DESCRIPTOR_CLASS: ClassDef = ClassDef {
    methods: &[REPR, REDUCE, DESCRIPTOR_METHODS, CALL],
    getset: DESCRIPTOR_GETSET,
    ..ClassDef::new("wrapper_descriptor", "", Layout::Native)
};

/// `method-wrapper`: such a special method, bound.
pub static METHOD_WRAPPER_CLASS: ClassDef = ClassDef {
    methods: &[METHODS, REPR, REDUCE, CALL],
    getset: WRAPPER_GETSET,
    ..ClassDef::new("method-wrapper", "", Layout::Native)
};

/// `classmethod_descriptor`.
pub static CLASSMETHOD_DESCRIPTOR_CLASS: ClassDef = ClassDef {
    methods: &[REPR, DESCRIPTOR_METHODS, CALL],
    getset: DESCRIPTOR_GETSET,
    ..ClassDef::new("classmethod_descriptor", "", Layout::Native)
};

const DOC: GetSetDef = GetSetDef::readonly("__doc__", "", |vm, value| {
    let doc = value.expect::<Native>().def.doc;
    if doc.is_empty() { Ok(vm.none()) } else { vm.new_str(doc) }
});
const NAME: GetSetDef =
    GetSetDef::readonly("__name__", "", |vm, value| Ok(vm.intern(value.expect::<Native>().def.name).into()));
const QUALNAME: GetSetDef = GetSetDef::readonly("__qualname__", "", qualname);
const TEXT_SIGNATURE: GetSetDef =
    GetSetDef::readonly("__text_signature__", "", |vm, value| match value.expect::<Native>().def.text_signature() {
        Some(signature) => vm.new_str(&signature),
        None => Ok(vm.none()),
    });

static FUNCTION_GETSET: &[GetSetDef] = &[
    DOC,
    GetSetDef::readonly("__module__", "", |vm, value| {
        let owner = value.expect::<Native>().owner.get();
        Ok(if owner.cast::<Str>().is_some() { owner } else { vm.none() })
    }),
    NAME,
    QUALNAME,
    GetSetDef::readonly("__self__", "", bound_self),
    TEXT_SIGNATURE,
];

static WRAPPER_GETSET: &[GetSetDef] = &[
    DOC,
    NAME,
    GetSetDef::readonly("__objclass__", "", |vm, value| {
        Ok(value.expect::<Native>().owner.get().bound().unwrap_or(vm.none()))
    }),
    QUALNAME,
    GetSetDef::readonly("__self__", "", bound_self),
    TEXT_SIGNATURE,
];

static DESCRIPTOR_GETSET: &[GetSetDef] = &[
    DOC,
    NAME,
    GetSetDef::readonly("__objclass__", "", |vm, value| {
        Ok(value.expect::<Native>().owner.get().bound().unwrap_or(vm.none()))
    }),
    QUALNAME,
    TEXT_SIGNATURE,
];

/// The receiver of a bound method, the class of a static one, the module of a function if it is loaded.
fn bound_self(vm: &Vm, value: Value) -> PyResult {
    let native = value.expect::<Native>();
    if let Some(receiver) = native.receiver.get().bound() {
        return Ok(receiver);
    }
    let owner = native.owner.get();
    if owner.cast::<Class>().is_some() {
        return Ok(owner);
    }
    match (vm.state.modules.get().cast::<Dict>(), owner.bound()) {
        (Some(modules), Some(name)) => Ok(modules.get(vm, name)?.unwrap_or(vm.none())),
        _ => Ok(vm.none()),
    }
}

fn qualname(vm: &Vm, value: Value) -> PyResult {
    let native = value.expect::<Native>();
    let class = match native.receiver.get().bound() {
        Some(receiver) => Some(receiver.cast::<Class>().unwrap_or_else(|| vm.class_of(receiver))),
        None => native.owner.get().cast::<Class>(),
    };
    match class {
        Some(class) => vm.new_str(&format!("{}.{}", class.qualname.get(), native.def.name)),
        None => vm.new_str(native.def.name),
    }
}

/// Whether CPython has a slot for a special method of a class, and so calls it a slot wrapper.
pub(crate) fn is_slot(vm: &Vm, class: Gc<Class>, name: Gc<Str>) -> bool {
    use Special as S;
    // These are methods for speed, beside the slot.
    let types = vm.types();
    vm.special_named(name).is_some_and(|special| match special {
        S::GetItem => class != types.list && class != types.dict,
        S::Contains => ![types.dict, types.set, types.frozenset].contains(&class),
        _ => !matches!(
            special,
            S::New
                | S::Format
                | S::Reversed
                | S::LengthHint
                | S::Missing
                | S::Bytes
                | S::Complex
                | S::Enter
                | S::Exit
                | S::AEnter
                | S::AExit
                | S::InstanceCheck
                | S::SubclassCheck
        ),
    })
}

fn show(vm: &Vm, object: Value) -> String {
    let native = object.expect::<Native>();
    let name = native.def.name;
    let owner = native.owner.get().cast::<Class>();
    let Some(receiver) = native.receiver.get().bound() else {
        return match (owner, native.def.binding) {
            (Some(owner), Binding::Static | Binding::Function) => {
                format!("<built-in method {name} of type object at {:#x}>", address(owner.into()))
            }
            (Some(owner), _) => {
                let kind = if vm.is_exact(object, vm.types().wrapper_descriptor) { "slot wrapper" } else { "method" };
                format!("<{kind} '{name}' of '{}' objects>", owner.title())
            }
            (None, _) => format!("<built-in function {name}>"),
        };
    };
    let class = vm.type_name(receiver);
    let kind = if vm.is_exact(object, vm.types().method_wrapper) { "method-wrapper" } else { "built-in method" };
    let quote = if kind == "method-wrapper" { "'" } else { "" };
    format!("<{kind} {quote}{name}{quote} of {class} object at {:#x}>", address(receiver))
}

#[methods(METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, Some(b)) = (args[0].expect::<Native>(), args[1].cast::<Native>()) else {
            return Ok(vm.not_implemented());
        };
        let same = core::ptr::eq(a.def, b.def)
            && a.receiver.get() == b.receiver.get()
            && vm.class_of(args[0]) == vm.class_of(args[1]);
        Ok(vm.bool(same))
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let native = args[0].expect::<Native>();
        let function = core::ptr::from_ref(native.def) as u64;
        vm.new_int((hash_identity(native.receiver.get()) ^ function.rotate_left(9)) as i64 >> 3)
    }
}

#[methods(REPR)]
impl Repr {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&show(vm, args[0]))
    }
}

#[methods(REDUCE)]
impl Reduce {
    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let native = args[0].expect::<Native>();
        let name = vm.new_str(native.def.name)?;
        let object = bound_self(vm, args[0]).map(|object| object.bound().unwrap_or(vm.none()))?;
        if native.receiver.get().is_unbound() && native.owner.get().cast::<Class>().is_none() {
            return Ok(name);
        }
        let builtins = vm.state.builtins.get().cast::<Dict>();
        let getattr = builtins.and_then(|dict| dict.get_interned(vm, vm.intern("getattr"))).unwrap_or(vm.none());
        vm.new_tuple(&[getattr, vm.new_tuple(&[object, name])?])
    }
}

#[methods(DESCRIPTOR_METHODS)]
impl DescriptorMethods {
    /// Return the method bound to an instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        let native = args[0].expect::<Native>();
        let owner = native.owner.get().cast::<Class>();
        if native.def.binding == Binding::Class {
            let class = args[2].bound().filter(|class| *class != vm.none());
            let class = class.unwrap_or_else(|| vm.class_of(args[1]).into());
            let Some(class) = class.cast::<Class>() else {
                return Err(vm.type_error(format!(
                    "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                    native.def.name,
                    owner.map_or_else(String::new, |class| class.name.get().to_string()),
                    vm.type_name(class)
                )));
            };
            return vm.bind(args[0], args[1], class);
        }
        if args[1] == vm.none() && owner != Some(vm.types().none_type) {
            return Ok(args[0]);
        }
        if let Some(owner) = owner
            && !vm.is_instance(args[1], owner)
        {
            return Err(vm.type_error(format!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                native.def.name,
                owner.name.get(),
                vm.type_name(args[1])
            )));
        }
        vm.bind(args[0], args[1], vm.class_of(args[1]))
    }
}

#[methods(pub(crate) CALL)]
impl Call {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_with(args[0], &args[2..], args[1].expect::<Dict>())
    }
}
