//! `ParamSpec`, and the classes of its `args` and `kwargs`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, CompareOp, Layout, PyResult, Record, Value, Vm};

use super::parameters::{self as base, BOUND, DEFAULT, NAME};
use super::{call_typing, name_argument, this};

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[base::METHODS, base::VARIANT_METHODS, METHODS],
    getset: &[
        base::NAME_MEMBER,
        GetSetDef::member("__bound__", "", |vm, value| Ok(this(value).get(BOUND).bound().unwrap_or(vm.none()))),
        base::COVARIANT_MEMBER,
        base::CONTRAVARIANT_MEMBER,
        base::INFER_MEMBER,
        GetSetDef::readonly("args", "Represents positional arguments.", |vm, value| part(vm, &ARGS_CLASS, value)),
        GetSetDef::readonly("kwargs", "Represents keyword arguments.", |vm, value| part(vm, &KWARGS_CLASS, value)),
        GetSetDef::readonly("__default__", "The default value for this ParamSpec.", base::default),
        base::EVALUATE_DEFAULT,
    ],
    ..ClassDef::new("typing.ParamSpec", "Parameter specification variable.", Layout::Record)
};

pub(super) static ARGS_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[PART_METHODS, ARGS_METHODS],
    getset: &[ORIGIN],
    ..ClassDef::new("typing.ParamSpecArgs", "The args for a ParamSpec object.", Layout::Record)
};

pub(super) static KWARGS_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[PART_METHODS, KWARGS_METHODS],
    getset: &[ORIGIN],
    ..ClassDef::new("typing.ParamSpecKwargs", "The kwargs for a ParamSpec object.", Layout::Record)
};

/// The only field of a part is the parameter specification.
const ORIGIN: GetSetDef = GetSetDef::member("__origin__", "", |_, value| Ok(this(value).get(0)));

fn part(vm: &Vm, class: &'static ClassDef, origin: Value) -> PyResult {
    Record::new(vm, vm.module_class(class)?, &[origin]).map(Value::from)
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method(
        "static __new__(type, name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "paramspec")?;
        let [covariant, contravariant, infer] = base::variance(vm, &args[4..7])?;
        let bound = (BOUND, args[2].bound().filter(|bound| *bound != vm.none()).unwrap_or_default());
        let default = (DEFAULT, base::default_argument(vm, args[3])?);
        base::of_call(vm, &CLASS, name, &[bound, default, covariant, contravariant, infer])
    }

    /// Return the arguments of an alias with this parameter's as one.
    #[method("__typing_prepare_subst__($self, alias, args, /)")]
    fn prepare_subst(vm: &Vm, args: &[Value]) -> PyResult {
        call_typing(vm, "_paramspec_prepare_subst", args)
    }

    /// Return what stands for the parameter in a specialised type.
    #[method("__typing_subst__($self, arg, /)")]
    fn subst(vm: &Vm, args: &[Value]) -> PyResult {
        call_typing(vm, "_paramspec_subst", args)
    }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    if vm.class_of(args[0]) != vm.class_of(args[1]) {
        return Ok(vm.not_implemented());
    }
    vm.compare(op, this(args[0]).get(0), this(args[1]).get(0))
}

fn show(vm: &Vm, part: Value, attribute: &str) -> PyResult {
    let origin = this(part).get(0);
    let mut text = TextBuf::new();
    if vm.is_exact(origin, vm.module_class(&CLASS)?) {
        text.push_str(&this(origin).get(NAME).expect());
    } else {
        text.push_repr(vm, origin)?;
    }
    text.push(attribute);
    text.finish(vm)
}

#[methods(PART_METHODS)]
impl PartMethods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Refuse to be a base class.
    #[method("__mro_entries__($self, object, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        Err(vm.type_error(format!("Cannot subclass an instance of {name}")))
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }
}

#[methods(ARGS_METHODS)]
impl ArgsMethods {
    /// Create and return a new object.
    #[method("static __new__(type, origin)")]
    fn new_args(vm: &Vm, args: &[Value]) -> PyResult {
        part(vm, &ARGS_CLASS, args[1])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_args(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0], ".args")
    }
}

#[methods(KWARGS_METHODS)]
impl KwargsMethods {
    /// Create and return a new object.
    #[method("static __new__(type, origin)")]
    fn new_kwargs(vm: &Vm, args: &[Value]) -> PyResult {
        part(vm, &KWARGS_CLASS, args[1])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_kwargs(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0], ".kwargs")
    }
}
