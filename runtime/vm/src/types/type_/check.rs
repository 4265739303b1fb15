//! `isinstance(obj, cls)` and `issubclass(cls, other)`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::special::Special;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

const NOT_CLASSES: &str = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
const NOT_TYPES: &str = "isinstance() arg 2 must be a type, a tuple of types, or a union";

impl Vm {
    /// `isinstance(obj, cls)`: `cls` is a class, a tuple of such, a union, or has `__instancecheck__`.
    pub fn isinstance(&self, obj: Value, cls: Value) -> PyResult<bool> {
        if Value::from(self.class_of(obj)) == cls {
            return Ok(true);
        }
        let metaclass = self.class_of(cls);
        if metaclass == self.types().type_ {
            return instance_check(self, obj, cls);
        }
        if let Some(tuple) = several(self, cls) {
            self.check_native_recursion()?;
            return any(tuple, |cls| self.isinstance(obj, cls));
        }
        let check = metaclass.special(Special::InstanceCheck);
        if check.is_bound() {
            self.check_native_recursion()?;
            let result = self.call_special(cls, check, &[obj])?;
            return self.is_true(result);
        }
        instance_check(self, obj, cls)
    }

    /// `issubclass(cls, other)`.
    pub fn issubclass(&self, cls: Value, other: Value) -> PyResult<bool> {
        let metaclass = self.class_of(other);
        if metaclass == self.types().type_ {
            return if cls == other { Ok(true) } else { subclass_check(self, cls, other) };
        }
        if let Some(tuple) = several(self, other) {
            self.check_native_recursion()?;
            return any(tuple, |other| self.issubclass(cls, other));
        }
        let check = metaclass.special(Special::SubclassCheck);
        if check.is_bound() {
            self.check_native_recursion()?;
            let result = self.call_special(other, check, &[cls])?;
            return self.is_true(result);
        }
        subclass_check(self, cls, other)
    }
}

/// The classes of a tuple or a union.
fn several(vm: &Vm, classes: Value) -> Option<Gc<Tuple>> {
    if vm.is_exact(classes, vm.types().union_type) {
        return Some(crate::types::generic_alias::union::args_of(classes));
    }
    classes.cast::<Tuple>()
}

fn any(tuple: Gc<Tuple>, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult<bool> {
    for item in tuple.items() {
        if f(*item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `type.__instancecheck__`.
pub(crate) fn instance_check(vm: &Vm, obj: Value, cls: Value) -> PyResult<bool> {
    if let Some(class) = cls.cast::<Class>() {
        if vm.is_instance(obj, class) {
            return Ok(true);
        }
        // A proxy may say that it is of another class.
        let own = vm.class_of(obj);
        if own.special(Special::Class) == vm.types().object.special(Special::Class)
            && own.special(Special::GetAttribute) == vm.types().object.special(Special::GetAttribute)
        {
            return Ok(false);
        }
        let claimed = vm.find_attr(obj, vm.special_name(Special::Class))?.and_then(Value::cast::<Class>);
        return Ok(claimed.is_some_and(|claimed| claimed.is_subclass_of(class)));
    }
    if bases_of(vm, cls)?.is_none() {
        return Err(vm.type_error(NOT_TYPES));
    }
    match vm.find_attr(obj, vm.special_name(Special::Class))? {
        Some(class) => abstract_subclass(vm, class, cls),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__`.
pub(crate) fn subclass_check(vm: &Vm, cls: Value, other: Value) -> PyResult<bool> {
    if let (Some(class), Some(other)) = (cls.cast::<Class>(), other.cast::<Class>()) {
        return Ok(class.is_subclass_of(other));
    }
    if bases_of(vm, cls)?.is_none() {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    if other.cast::<Class>().is_none() && bases_of(vm, other)?.is_none() {
        return Err(vm.type_error(NOT_CLASSES));
    }
    abstract_subclass(vm, cls, other)
}

/// The `__bases__` of what behaves as a class: a tuple.
fn bases_of(vm: &Vm, value: Value) -> PyResult<Option<Gc<Tuple>>> {
    Ok(vm.find_attr_str(value, "__bases__")?.and_then(Value::cast::<Tuple>))
}

fn abstract_subclass(vm: &Vm, derived: Value, class: Value) -> PyResult<bool> {
    vm.check_native_recursion()?;
    if derived == class {
        return Ok(true);
    }
    match bases_of(vm, derived)? {
        Some(bases) => any(bases, |base| abstract_subclass(vm, base, class)),
        None => Ok(false),
    }
}
