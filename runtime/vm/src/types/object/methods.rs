//! The methods of `object`.

use crate::error::PyResult;
use crate::methods;
use crate::object::class::Class;
use crate::object::instance::instance_size;
use crate::object::layout::shape_of_header;
use crate::object::special::Special;
use crate::protocol::hash::hash_identity;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::object::{attribute_name, default_repr, new_instance};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Implement delattr(self, name).
    #[method("__delattr__($self, name, /)")]
    fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = attribute_name(vm, args[1])?;
        refuse_classes(vm, args[0], "__delattr__")?;
        vm.generic_set_attr(args[0], name, None).map(|()| vm.none())
    }

    /// Default dir() implementation.
    #[method("__dir__($self, /)")]
    fn dir(vm: &Vm, args: &[Value]) -> PyResult {
        let names = Dict::new(vm)?;
        if let Some(own) = vm.find_attr_str(args[0], "__dict__")?
            && let Some(own) = own.cast::<Dict>()
        {
            names.update(vm, own)?;
        }
        if let Some(class) = vm.find_attr_str(args[0], "__class__")? {
            merge_class_names(vm, names, class)?;
        }
        vm.list_from(names.into()).map(Value::from)
    }

    /// Default object formatter.
    #[method("__format__($self, format_spec, /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(spec) = args[1].cast::<Str>() else {
            return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.argument_name(args[1]))));
        };
        if !spec.is_empty() {
            return Err(
                vm.type_error(format!("unsupported format string passed to {}.__format__", vm.type_name(args[0])))
            );
        }
        vm.to_str(args[0]).map(Value::from)
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        vm.generic_get_attr(args[0], attribute_name(vm, args[1])?)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(hash_identity(args[0]) as i64)
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let has_arguments = args.len() > 2 || !args[1].expect::<Dict>().is_empty();
        if has_arguments {
            let class = vm.class_of(args[0]);
            if class.special(Special::Init) != vm.types().object.special(Special::Init) {
                return Err(vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
            }
            if vm.is_object_new(vm.unwrap_static(class.special(Special::New))) {
                return Err(vm.type_error(format!(
                    "{}.__init__() takes exactly one argument (the instance to initialize)",
                    class.name.get()
                )));
            }
        }
        Ok(vm.none())
    }

    /// This method is called when a class is subclassed.
    #[method("__init_subclass__($type, /)")]
    fn init_subclass(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    /// Create and return a new object.  See help(type) for accurate signature.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let has_arguments = args.len() > 2 || !args[1].expect::<Dict>().is_empty();
        new_instance(vm, args[0].expect::<Class>(), has_arguments)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        default_repr(vm, args[0])
    }

    /// Implement setattr(self, name, value).
    #[method("__setattr__($self, name, value, /)")]
    fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = attribute_name(vm, args[1])?;
        refuse_classes(vm, args[0], "__setattr__")?;
        vm.generic_set_attr(args[0], name, Some(args[2])).map(|()| vm.none())
    }

    /// Size of object in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        let size = match args[0].as_header() {
            Some(header) if class.layout.is_sized_by_instance() => {
                let shape = shape_of_header(header);
                shape.members_offset(header) + 8 * shape.members as usize
            }
            Some(header) => instance_size(&shape_of_header(header), class),
            // Numbers in the word itself count as if they were objects.
            None => class.basic_size.get() as usize,
        };
        vm.new_int(size as i64)
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        vm.repr(args[0]).map(Value::from)
    }

    /// Abstract classes can override this to customize issubclass().
    #[method("__subclasshook__($type, object, /)")]
    fn subclasshook(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }
}

#[methods(pub(crate) COMPARISONS)]
impl Comparisons {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(if args[0] == args[1] { vm.true_() } else { vm.not_implemented() })
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.not_implemented())
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        let equals = vm.class_of(args[0]).special(Special::Eq);
        if equals == vm.types().object.special(Special::Eq) {
            return Ok(if args[0] == args[1] { vm.false_() } else { vm.not_implemented() });
        }
        if equals.is_unbound() || equals == vm.none() {
            return Ok(vm.not_implemented());
        }
        let result = vm.call_special(args[0], equals, &[args[1]])?;
        if result == vm.not_implemented() {
            return Ok(result);
        }
        vm.is_true(result).map(|equal| vm.bool(!equal))
    }
}

/// `object.__setattr__` must not get round a class's own way of setting attributes.
fn refuse_classes(vm: &Vm, value: Value, method: &str) -> PyResult<()> {
    if value.cast::<Class>().is_none() {
        return Ok(());
    }
    Err(vm.type_error(format!("can't apply this {method} to {} object", vm.type_name(value))))
}

/// Adds the names of a class and all its bases.
pub(crate) fn merge_class_names(vm: &Vm, names: crate::Gc<Dict>, class: Value) -> PyResult<()> {
    if let Some(class) = class.cast::<Class>() {
        for class in class.mro() {
            names.update(vm, class.dict.get())?;
        }
        return Ok(());
    }
    vm.check_native_recursion()?;
    if let Some(own) = vm.find_attr_str(class, "__dict__")? {
        vm.dict_update(names, own)?;
    }
    if let Some(bases) = vm.find_attr_str(class, "__bases__")? {
        vm.for_each(bases, |base| merge_class_names(vm, names, base))?;
    }
    Ok(())
}
