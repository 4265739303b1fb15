//! `TypeVar`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{BinaryOp, ClassDef, Layout, PyResult, Value, Vm};

use super::parameters::{self as base, BOUND, BOUND_OF, CONSTRAINTS, CONSTRAINTS_OF, DEFAULT};
use super::{call_typing, name_argument};

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[base::METHODS, base::VARIANT_METHODS, METHODS],
    getset: &[
        base::NAME_MEMBER,
        base::COVARIANT_MEMBER,
        base::CONTRAVARIANT_MEMBER,
        base::INFER_MEMBER,
        GetSetDef::readonly("__bound__", "", |vm, value| base::lazy(vm, value, BOUND, BOUND_OF, vm.none())),
        GetSetDef::readonly("__constraints__", "", |vm, value| {
            base::lazy(vm, value, CONSTRAINTS, CONSTRAINTS_OF, vm.empty_tuple().into())
        }),
        GetSetDef::readonly("__default__", "", base::default),
        GetSetDef::readonly("evaluate_bound", "", |vm, value| base::evaluate(vm, value, BOUND, BOUND_OF)),
        GetSetDef::readonly("evaluate_constraints", "", |vm, value| {
            base::evaluate(vm, value, CONSTRAINTS, CONSTRAINTS_OF)
        }),
        base::EVALUATE_DEFAULT,
    ],
    ..ClassDef::new("typing.TypeVar", "Type variable.", Layout::Record)
};

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method(
        "static __new__(type, name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typevar")?;
        let [covariant, contravariant, infer] = base::variance(vm, &args[4..7])?;
        let bound = base::bound_argument(vm, args[2])?;
        let constraints = match &args[7..] {
            [] => Value::UNBOUND,
            [_] => return Err(vm.type_error("A single constraint is not allowed")),
            _ if bound.is_bound() => return Err(vm.type_error("Constraints cannot be combined with bound=...")),
            several => vm.new_tuple(several)?,
        };
        let default = (DEFAULT, base::default_argument(vm, args[3])?);
        let fields = [(BOUND, bound), (CONSTRAINTS, constraints), default, covariant, contravariant, infer];
        base::of_call(vm, &CLASS, name, &fields)
    }

    /// Return the arguments of an alias, with the default behind them if they lack this parameter's.
    #[method("__typing_prepare_subst__($self, alias, args, /)")]
    fn prepare_subst(vm: &Vm, args: &[Value]) -> PyResult {
        let parameters = vm.tuple_from(vm.get_attr_str(args[1], "__parameters__")?)?;
        let Some(place) = parameters.items().iter().position(|parameter| *parameter == args[0]) else {
            return Err(vm.value_error("tuple.index(x): x not in tuple"));
        };
        let given = vm.len(args[2])?;
        if place < given {
            return Ok(args[2]);
        }
        if place == given {
            let default = base::default(vm, args[0])?;
            if default != base::no_default(vm)? {
                return vm.binary(BinaryOp::Add, args[2], vm.new_tuple(&[default])?);
            }
        }
        let alias = vm.display(args[1]);
        Err(vm.type_error(format!("Too few arguments for {alias}; actual {given}, expected at least {}", place + 1)))
    }

    /// Return what stands for the parameter in a specialised type.
    #[method("__typing_subst__($self, arg, /)")]
    fn subst(vm: &Vm, args: &[Value]) -> PyResult {
        call_typing(vm, "_typevar_subst", args)
    }
}
