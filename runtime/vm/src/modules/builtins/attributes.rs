//! Built-in functions that ask what an object is and has: attributes, namespaces, classes, identity.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::frames;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::object::attribute_name;
use crate::value::Value;
use crate::vm::Vm;

/// What `id()` gives: the address of an object; for numbers that are no objects, something that is no address.
fn identity(value: Value) -> u64 {
    if value.is_object() { crate::types::object::address(value) } else { value.bits() | 1 }
}

/// The names that `dir(obj)` gives, in order.
fn names_of(vm: &Vm, obj: Value) -> PyResult<Gc<List>> {
    let class = vm.class_of(obj);
    let Some(method) = class.lookup(vm, vm.intern("__dir__")) else {
        return Err(vm.type_error("object does not provide __dir__"));
    };
    let names = vm.call_special(obj, method, &[])?;
    sorted_names(vm, names)
}

fn sorted_names(vm: &Vm, names: Value) -> PyResult<Gc<List>> {
    let list = vm.list_from(names)?;
    list.sort(vm, None, false)?;
    Ok(list)
}

fn namespace_of_frame(vm: &Vm, function: &str) -> PyResult {
    match frames::current_locals(vm)? {
        Some(locals) => Ok(locals),
        None => Err(vm.raise(vm.types().system_error, format!("{function}(): no current frame"))),
    }
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Return whether the object can be called.
    #[method("callable(obj, /)")]
    fn callable(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(vm.is_callable(args[0])))
    }

    /// Delete an attribute of an object: `del obj.name`.
    #[method("delattr(obj, name, /)")]
    fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_attr(args[0], attribute_name(vm, args[1])?, None)?;
        Ok(vm.none())
    }

    /// Return the sorted names of the object's attributes; without an argument, those of the current scope.
    #[method("hidden dir(object=None, /)")]
    fn dir(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].bound() {
            Some(obj) => names_of(vm, obj).map(Value::from),
            None => {
                let locals = namespace_of_frame(vm, "dir")?;
                let names = vm.call_method(locals, "keys", &[])?;
                sorted_names(vm, names).map(Value::from)
            }
        }
    }

    /// Return the attribute of that name, or the default if there is none.
    #[method("hidden getattr(object, name, default=None, /)")]
    fn getattr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = attribute_name(vm, args[1])?;
        match args[2].bound() {
            None => vm.get_attr(args[0], name),
            Some(default) => Ok(vm.find_attr(args[0], name)?.unwrap_or(default)),
        }
    }

    /// Return the namespace of the current module.
    #[method("globals()")]
    fn globals(vm: &Vm, _: &[Value]) -> PyResult {
        match frames::current_globals(vm) {
            Some(globals) => Ok(globals.into()),
            None => Ok(vm.none()),
        }
    }

    /// Return whether the object has an attribute of that name.
    #[method("hasattr(obj, name, /)")]
    fn hasattr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = attribute_name(vm, args[1])?;
        Ok(vm.bool(vm.find_attr(args[0], name)?.is_some()))
    }

    /// Return the hash of the object.
    #[method("hash(obj, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.hash(args[0])? as i64)
    }

    /// Return the identity of the object, which no other object has at the same time.
    #[method("id(obj, /)")]
    fn id(vm: &Vm, args: &[Value]) -> PyResult {
        let id = identity(args[0]);
        match i64::try_from(id) {
            Ok(id) => vm.new_int(id),
            Err(_) => vm.new_big_int(id.into()),
        }
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    #[method("isinstance(obj, class_or_tuple, /)")]
    fn isinstance(vm: &Vm, args: &[Value]) -> PyResult {
        vm.isinstance(args[0], args[1]).map(|is| vm.bool(is))
    }

    /// Return whether a class is derived from another class, or is the same.
    #[method("issubclass(cls, class_or_tuple, /)")]
    fn issubclass(vm: &Vm, args: &[Value]) -> PyResult {
        vm.issubclass(args[0], args[1]).map(|is| vm.bool(is))
    }

    /// Return the number of items in a container.
    #[method("len(obj, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.len(args[0])? as i64)
    }

    /// Return the variables of the current scope: the namespace of a module or class, a new dict in a function.
    #[method("locals()")]
    fn locals(vm: &Vm, _: &[Value]) -> PyResult {
        namespace_of_frame(vm, "locals")
    }

    /// Set an attribute of an object: `obj.name = value`.
    #[method("setattr(obj, name, value, /)")]
    fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_attr(args[0], attribute_name(vm, args[1])?, Some(args[2]))?;
        Ok(vm.none())
    }

    /// Return the `__dict__` of the object; without an argument, what `locals()` returns.
    #[method("hidden vars(object=None, /)")]
    fn vars(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(obj) = args[0].bound() else { return namespace_of_frame(vm, "vars") };
        match vm.find_attr_str(obj, "__dict__")? {
            Some(dict) => Ok(dict),
            None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
        }
    }
}
