//! `defaultdict`: a dict that makes missing values with a function. The function is kept in a value behind the dict.

use core::ptr::NonNull;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::object::instance::value_at;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

static DEFAULTDICT: ClassDef = ClassDef {
    flags: flags::BASE | flags::SOLID,
    methods: &[METHODS],
    getset: &[GetSetDef {
        name: "default_factory",
        doc: "What makes the value of a missing key, or None.",
        get: |vm, dict| Ok(factory(vm, dict)),
        set: Some(|vm, dict, factory| {
            set_factory(vm, dict, factory.unwrap_or(vm.none()));
            Ok(())
        }),
        member: true,
    }],
    ..ClassDef::new("collections.defaultdict", "A dict that makes the values of missing keys.", Layout::Dict)
};

/// The class, with room for the factory behind the native part of its instances.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    let class = vm.module_class_with(&DEFAULTDICT, &[vm.types().dict])?;
    let native = Layout::Dict.size() as u32;
    if class.basic_size.get() == native {
        class.basic_size.set(native + 8);
        class.reset_root_shape();
    }
    Ok(class)
}

fn cell<'a>(dict: Value) -> (NonNull<orochi_vm::Header>, &'a core::cell::Cell<Value>) {
    let header = dict.as_header().expect("a dict is an object");
    (header, value_at(header, Layout::Dict.size()))
}

fn factory(vm: &Vm, dict: Value) -> Value {
    cell(dict).1.get().bound().unwrap_or(vm.none())
}

fn set_factory(vm: &Vm, dict: Value, factory: Value) {
    let (header, cell) = cell(dict);
    cell.set(factory);
    vm.heap.barrier(header.as_ptr());
}

fn copy(vm: &Vm, dict: Value) -> PyResult {
    vm.call(vm.class_of(dict).into(), &[factory(vm, dict), dict])
}

fn merged(vm: &Vm, left: Value, right: Value, own: Value) -> PyResult {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(vm.not_implemented());
    }
    let result = vm.call(vm.class_of(own).into(), &[factory(vm, own), left])?;
    vm.dict_update(result.expect(), right)?;
    Ok(result)
}

#[methods(METHODS)]
impl Methods {
    /// Return a defaultdict with the same entries.
    #[method("copy($self, /)")]
    fn copy_(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Return a defaultdict with the same entries.
    #[method("__copy__($self, /)")]
    fn dunder_copy(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Set the factory, then the entries as dict does.
    #[method("__init__($self, default_factory=None, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let factory = args[1].bound().unwrap_or(vm.none());
        if factory != vm.none() && !vm.is_callable(factory) {
            return Err(vm.type_error("first argument must be callable or None"));
        }
        set_factory(vm, args[0], factory);
        let dict = args[0].expect::<Dict>();
        match &args[3..] {
            [] => {}
            [source] => vm.dict_update(dict, *source)?,
            sources => {
                return Err(vm.type_error(format!("dict expected at most 1 argument, got {}", sources.len())));
            }
        }
        dict.update(vm, args[2].expect())?;
        Ok(vm.none())
    }

    /// Make the value of a missing key and add it.
    ///
    /// Raises KeyError without a factory.
    #[method("__missing__($self, key, /)")]
    fn missing(vm: &Vm, args: &[Value]) -> PyResult {
        let factory = factory(vm, args[0]);
        if factory == vm.none() {
            return Err(vm.key_error(args[1]));
        }
        let value = vm.call(factory, &[])?;
        // The factory may have set the key itself.
        args[0].expect::<Dict>().get_or_insert(vm, args[1], value)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[0], args[1], args[0])
    }

    /// Return what makes an equal dict, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let factory = factory(vm, args[0]);
        let arguments = if factory == vm.none() { vm.empty_tuple().into() } else { vm.new_tuple(&[factory])? };
        let items = vm.iter(vm.call_method(args[0], "items", &[])?)?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments, vm.none(), vm.none(), items])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        text.push_str(&vm.class_of(args[0]).name.get());
        text.push("(");
        {
            let factory = factory(vm, args[0]);
            // A factory may be a method of the dict itself.
            match vm.repr_guard(factory) {
                Some(_guard) => text.push_repr(vm, factory)?,
                None => text.push("..."),
            }
        }
        text.push(", ");
        let plain = vm.types().dict.special(orochi_vm::Special::Repr);
        let entries = vm.call_special(args[0], plain, &[])?;
        text.push_str(&entries.expect());
        text.push(")");
        text.finish(vm)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[1], args[0], args[0])
    }
}
