//! The methods of `type`.

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{Class, flags};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::object::attribute_name;
use crate::types::type_::{self, check, mro, new};
use crate::value::Value;
use crate::vm::Vm;

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let class = args[0].expect::<Class>();
        vm.with_named(&args[2..], args[1].expect::<Dict>(), |args| vm.instantiate(class, args))
    }

    /// Implement delattr(self, name).
    #[method("__delattr__($self, name, /)")]
    fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
        type_::set_attr(vm, args[0].expect(), attribute_name(vm, args[1])?, None).map(|()| vm.none())
    }

    /// Specialized __dir__ implementation for types.
    #[method("__dir__($self, /)")]
    fn dir(vm: &Vm, args: &[Value]) -> PyResult {
        let names = Dict::new(vm)?;
        crate::types::object::methods::merge_class_names(vm, names, args[0])?;
        vm.list_from(names.into()).map(Value::from)
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        type_::get_attr(vm, args[0].expect(), attribute_name(vm, args[1])?)
    }

    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let count = args.len() - 2;
        if count == 1 && !args[1].expect::<Dict>().is_empty() {
            return Err(vm.type_error("type.__init__() takes no keyword arguments"));
        }
        if count != 1 && count != 3 {
            return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(vm.none())
    }

    /// Check if an object is an instance.
    #[method("__instancecheck__($self, instance, /)")]
    fn instancecheck(vm: &Vm, args: &[Value]) -> PyResult {
        check::instance_check(vm, args[1], args[0]).map(|is| vm.bool(is))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        new::type_new(vm, args[0].expect::<Class>(), &args[2..], args[1].expect::<Dict>())
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::union::or(vm, args[0], args[1])
    }

    /// Create the namespace for the class statement.
    #[method("__prepare__($type, /, *args, **kwargs)")]
    fn prepare(vm: &Vm, _: &[Value]) -> PyResult {
        Dict::new(vm).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = type_::qualified_name(vm, args[0].expect::<Class>());
        vm.new_str(&format!("<class '{name}'>"))
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::union::or(vm, args[1], args[0])
    }

    /// Implement setattr(self, name, value).
    #[method("__setattr__($self, name, value, /)")]
    fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
        type_::set_attr(vm, args[0].expect(), attribute_name(vm, args[1])?, Some(args[2])).map(|()| vm.none())
    }

    /// Return memory consumption of the type object.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let heap = args[0].expect::<Class>().has(flags::HEAP);
        vm.new_int(size_of::<Class>() as i64 + if heap { 8 } else { 0 })
    }

    /// Check if a class is a subclass.
    #[method("__subclasscheck__($self, subclass, /)")]
    fn subclasscheck(vm: &Vm, args: &[Value]) -> PyResult {
        check::subclass_check(vm, args[1], args[0]).map(|is| vm.bool(is))
    }

    /// Return a list of immediate subclasses.
    #[method("__subclasses__($self, /)")]
    fn subclasses(vm: &Vm, args: &[Value]) -> PyResult {
        let list = List::new(vm, &[])?;
        for class in args[0].expect::<Class>().subclasses(vm) {
            list.push(vm, class.into())?;
        }
        Ok(list.into())
    }

    /// Return a type's method resolution order.
    #[method("mro($self, /)")]
    fn mro(vm: &Vm, args: &[Value]) -> PyResult {
        let class = args[0].expect::<Class>();
        // untraced: the class's own tuple of bases holds them
        let bases: Vec<crate::Gc<Class>> = class.bases().collect();
        let order = mro::linearize(vm, class, &bases)?;
        vm.list_from(order.into()).map(Value::from)
    }
}
