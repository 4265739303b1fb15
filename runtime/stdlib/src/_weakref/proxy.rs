//! Proxies: weak references that act as the object itself.

use orochi_macros::methods;
use orochi_vm::object::Special;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::address;
use orochi_vm::types::weakref::{self, WeakRef};
use orochi_vm::types::{dict::Dict, str::Str};
use orochi_vm::{BinaryOp, ClassDef, CompareOp, Layout, PyResult, Raised, UnaryOp, Value, Vm};

/// `ProxyType`.
pub(super) static CLASS: ClassDef =
    ClassDef { methods: &[METHODS, OPERATORS, OWN_METHODS], ..ClassDef::new("weakref.ProxyType", "", Layout::WeakRef) };

/// `CallableProxyType`: of objects that can be called.
pub(super) static CALLABLE_CLASS: ClassDef = ClassDef {
    methods: &[METHODS, OPERATORS, CALLABLE_METHODS],
    ..ClassDef::new("weakref.CallableProxyType", "", Layout::WeakRef)
};

/// A proxy of an object; that without callback is made once.
pub(super) fn new(vm: &Vm, target: Value, callback: Value) -> PyResult {
    weakref::check_target(vm, target)?;
    let class = if vm.is_callable(target) { &CALLABLE_CLASS } else { &CLASS };
    let class = vm.module_class(class)?;
    let callback = callback.bound().filter(|callback| *callback != vm.none());
    let Some(callback) = callback else { return weakref::proxy_of(vm, class, target).map(Value::from) };
    WeakRef::with_class(vm, class, target, callback).map(Value::from)
}

#[cold]
fn is_gone(vm: &Vm) -> Raised {
    vm.raise(vm.types().reference_error, "weakly-referenced object no longer exists")
}

/// What a receiver stands for.
fn target(vm: &Vm, proxy: Value) -> PyResult {
    proxy.expect::<WeakRef>().target().ok_or_else(|| is_gone(vm))
}

/// What an operand stands for, if it is a proxy; else itself.
fn unwrap(vm: &Vm, value: Value) -> PyResult {
    let class = vm.class_of(value);
    let is_proxy = class
        .def
        .is_some_and(|def| core::ptr::eq(def, &raw const CLASS) || core::ptr::eq(def, &raw const CALLABLE_CLASS));
    if is_proxy { target(vm, value) } else { Ok(value) }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    vm.compare(op, unwrap(vm, args[0])?, unwrap(vm, args[1])?)
}

fn divmod(vm: &Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
    match vm.try_pair(Special::Divmod, Special::RDivmod, a, b, &[])? {
        Some(value) => Ok(value),
        None => {
            let (a, b) = (vm.type_name(a), vm.type_name(b));
            Err(vm.type_error(format!("unsupported operand type(s) for divmod(): '{a}' and '{b}'")))
        }
    }
}

fn attribute_name(vm: &Vm, name: Value) -> PyResult<orochi_vm::Gc<Str>> {
    name.cast::<Str>().ok_or_else(|| {
        let kind = vm.type_name(name);
        vm.type_error(format!("attribute name must be string, not '{kind}'"))
    })
}

/// `a op b`, `b op a` and `a op= b` for each operator.
macro_rules! operators {
    ($($name:literal $reversed:literal $inplace:literal $symbol:literal $op:ident;)*) => {
        static OPERATORS: &[NativeDef] = &[$(
            NativeDef::new(
                concat!($name, "($self, value, /)"),
                concat!("Return self", $symbol, "value."),
                |vm, args| vm.binary(BinaryOp::$op, unwrap(vm, args[0])?, unwrap(vm, args[1])?),
            ),
            NativeDef::new(
                concat!($reversed, "($self, value, /)"),
                concat!("Return value", $symbol, "self."),
                |vm, args| vm.binary(BinaryOp::$op, unwrap(vm, args[1])?, unwrap(vm, args[0])?),
            ),
            NativeDef::new(
                concat!($inplace, "($self, value, /)"),
                concat!("Return self", $symbol, "=value."),
                |vm, args| vm.inplace(BinaryOp::$op, unwrap(vm, args[0])?, unwrap(vm, args[1])?),
            ),
        )*];
    };
}

operators! {
    "__add__" "__radd__" "__iadd__" "+" Add;
    "__and__" "__rand__" "__iand__" "&" And;
    "__floordiv__" "__rfloordiv__" "__ifloordiv__" "//" FloorDiv;
    "__lshift__" "__rlshift__" "__ilshift__" "<<" LShift;
    "__matmul__" "__rmatmul__" "__imatmul__" "@" MatMul;
    "__mod__" "__rmod__" "__imod__" "%" Mod;
    "__mul__" "__rmul__" "__imul__" "*" Mul;
    "__or__" "__ror__" "__ior__" "|" Or;
    "__rshift__" "__rrshift__" "__irshift__" ">>" RShift;
    "__sub__" "__rsub__" "__isub__" "-" Sub;
    "__truediv__" "__rtruediv__" "__itruediv__" "/" Div;
    "__xor__" "__rxor__" "__ixor__" "^" Xor;
}

#[methods(METHODS)]
impl Methods {
    /// abs(self)
    #[method("__abs__($self, /)")]
    fn abs(vm: &Vm, args: &[Value]) -> PyResult {
        let target = target(vm, args[0])?;
        let method = vm.class_of(target).special(Special::Abs);
        if method.is_unbound() {
            let name = vm.type_name(target);
            return Err(vm.type_error(format!("bad operand type for abs(): '{name}'")));
        }
        vm.call_special(target, method, &[])
    }

    /// True if self else False
    #[method("__bool__($self, /)")]
    fn bool(vm: &Vm, args: &[Value]) -> PyResult {
        vm.is_true(target(vm, args[0])?).map(|truth| vm.bool(truth))
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        vm.contains(target(vm, args[0])?, args[1]).map(|found| vm.bool(found))
    }

    /// Implement delattr(self, name).
    #[method("__delattr__($self, name, /)")]
    fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_attr(target(vm, args[0])?, attribute_name(vm, args[1])?, None)?;
        Ok(vm.none())
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        vm.delete_item(target(vm, args[0])?, args[1])?;
        Ok(vm.none())
    }

    /// Return divmod(self, value).
    #[method("__divmod__($self, value, /)")]
    fn divmod_(vm: &Vm, args: &[Value]) -> PyResult {
        divmod(vm, args[0], args[1])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// float(self)
    #[method("__float__($self, /)")]
    fn float(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call(vm.types().float.into(), &[target(vm, args[0])?])
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        vm.get_attr(target(vm, args[0])?, attribute_name(vm, args[1])?)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        vm.get_item(target(vm, args[0])?, args[1])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return self converted to an integer, if self is suitable for use as an index into a list.
    #[method("__index__($self, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        vm.index(target(vm, args[0])?)
    }

    /// int(self)
    #[method("__int__($self, /)")]
    fn int(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call(vm.types().int.into(), &[target(vm, args[0])?])
    }

    /// ~self
    #[method("__invert__($self, /)")]
    fn invert(vm: &Vm, args: &[Value]) -> PyResult {
        vm.unary(UnaryOp::Invert, target(vm, args[0])?)
    }

    /// Return self**=value.
    #[method("__ipow__($self, value, /)")]
    fn ipow(vm: &Vm, args: &[Value]) -> PyResult {
        vm.inplace(BinaryOp::Pow, unwrap(vm, args[0])?, unwrap(vm, args[1])?)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        vm.iter(target(vm, args[0])?)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.len(target(vm, args[0])?)? as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// -self
    #[method("__neg__($self, /)")]
    fn neg(vm: &Vm, args: &[Value]) -> PyResult {
        vm.unary(UnaryOp::Neg, target(vm, args[0])?)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let target = target(vm, args[0])?;
        if vm.class_of(target).special(Special::Next).is_unbound() {
            let name = vm.type_name(target);
            return Err(vm.type_error(format!("Weakref proxy referenced a non-iterator '{name}' object")));
        }
        vm.next(target).map(Option::unwrap_or_default)
    }

    /// +self
    #[method("__pos__($self, /)")]
    fn pos(vm: &Vm, args: &[Value]) -> PyResult {
        vm.unary(UnaryOp::Pos, target(vm, args[0])?)
    }

    /// Return pow(self, value, mod).
    #[method("__pow__($self, value, mod=None, /)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        let modulus = unwrap(vm, args[2].bound().unwrap_or(vm.none()))?;
        vm.power(unwrap(vm, args[0])?, unwrap(vm, args[1])?, modulus)
    }

    /// Return divmod(value, self).
    #[method("__rdivmod__($self, value, /)")]
    fn rdivmod(vm: &Vm, args: &[Value]) -> PyResult {
        divmod(vm, args[1], args[0])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let place = address(args[0]);
        let Some(target) = args[0].expect::<WeakRef>().target() else {
            return vm.new_str(&format!("<weakproxy at {place:#x}; dead>"));
        };
        vm.new_str(&format!("<weakproxy at {place:#x}; to '{}' at {:#x}>", vm.type_name(target), address(target)))
    }

    /// Return pow(value, self, mod).
    #[method("__rpow__($self, value, mod=None, /)")]
    fn rpow(vm: &Vm, args: &[Value]) -> PyResult {
        let modulus = unwrap(vm, args[2].bound().unwrap_or(vm.none()))?;
        vm.power(unwrap(vm, args[1])?, unwrap(vm, args[0])?, modulus)
    }

    /// Implement setattr(self, name, value).
    #[method("__setattr__($self, name, value, /)")]
    fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_attr(target(vm, args[0])?, attribute_name(vm, args[1])?, Some(args[2]))?;
        Ok(vm.none())
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_item(target(vm, args[0])?, args[1], args[2])?;
        Ok(vm.none())
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        vm.to_str(target(vm, args[0])?).map(Value::from)
    }
}

#[methods(OWN_METHODS)]
impl OwnMethods {
    /// Return bytes(self).
    #[method("__bytes__($self, /)")]
    fn bytes(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(target(vm, args[0])?, "__bytes__", &[])
    }

    /// Return reversed(self).
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(target(vm, args[0])?, "__reversed__", &[])
    }
}

#[methods(CALLABLE_METHODS)]
impl CallableMethods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_with(target(vm, args[0])?, &args[2..], args[1].expect::<Dict>())
    }
}
