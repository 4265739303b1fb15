//! `_local`: an object with other attributes in each thread.
//!
//! The object keeps a dict of the threads' dicts, by the numbers of the threads, which no two threads share. Before each access
//! to an attribute it gets the running thread's dict as its `__dict__`.

use orochi_macros::methods;
use orochi_vm::object::Special;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

/// The values of the object: the dicts of the threads, positional and named arguments for `__init__`.
const DICTS: usize = 0;
const POSITIONAL: usize = 1;
const NAMED: usize = 2;

/// `_local`.
pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    ..ClassDef::new("_thread._local", "Thread-local data", Layout::Opaque)
};

/// Gives the object the dict of the running thread; a new one has `__init__` called first.
fn enter(vm: &Vm, object: Value) -> PyResult<Gc<Opaque>> {
    let local: Gc<Opaque> = object.expect();
    let dicts: Gc<Dict> = local.get(DICTS).expect();
    let key = vm.new_int(vm.thread_number())?;
    if let Some(dict) = dicts.get(vm, key)? {
        use_dict(vm, local, dict.expect())?;
        return Ok(local);
    }
    let dict = Dict::new(vm)?;
    dicts.set(vm, key, dict.into())?;
    vm.add_thread_local(object)?;
    use_dict(vm, local, dict)?;
    let init = vm.class_of(object).special(Special::Init);
    if init != vm.types().object.special(Special::Init) {
        let (positional, named): (Gc<Tuple>, Gc<Dict>) = (local.get(POSITIONAL).expect(), local.get(NAMED).expect());
        let bound = vm.bind(init, object, vm.class_of(object))?;
        if let Err(raised) = vm.call_with(bound, positional.items(), named) {
            dicts.remove(vm, key)?;
            return Err(raised);
        }
        // It may have used another thread's attributes meanwhile.
        use_dict(vm, local, dict)?;
    }
    Ok(local)
}

fn use_dict(vm: &Vm, local: Gc<Opaque>, dict: Gc<Dict>) -> PyResult<()> {
    if vm.instance_dict(local.as_header())? != dict {
        vm.set_instance_dict(local.as_header(), dict);
    }
    Ok(())
}

/// Forgets the attributes of a thread that has ended.
pub(super) fn forget(vm: &Vm, object: Value, thread: i64) -> PyResult<()> {
    if let Some(local) = object.cast::<Opaque>()
        && let Some(dicts) = local.get(DICTS).cast::<Dict>()
    {
        dicts.remove(vm, vm.new_int(thread)?)?;
    }
    Ok(())
}

fn check_writable(vm: &Vm, object: Value, name: Value) -> PyResult<Gc<Str>> {
    let Some(name) = name.cast::<Str>() else {
        let kind = vm.type_name(name);
        return Err(vm.type_error(format!("attribute name must be string, not '{kind}'")));
    };
    if name.equals_str("__dict__") {
        let class = vm.class_of(object).name.get();
        let message = format!("'{class}' object attribute '__dict__' is read-only");
        return Err(vm.attribute_error(message, object, name));
    }
    Ok(vm.intern_str(name))
}

#[methods(METHODS)]
impl Methods {
    /// Implement delattr(self, name).
    #[method("__delattr__($self, name, /)")]
    fn delattr(vm: &Vm, args: &[Value]) -> PyResult {
        enter(vm, args[0])?;
        let name = check_writable(vm, args[0], args[1])?;
        vm.generic_set_attr(args[0], name, None)?;
        Ok(vm.none())
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        let local = enter(vm, args[0])?;
        let Some(name) = args[1].cast::<Str>() else {
            let kind = vm.type_name(args[1]);
            return Err(vm.type_error(format!("attribute name must be string, not '{kind}'")));
        };
        if name.equals_str("__dict__") {
            return vm.instance_dict(local.as_header()).map(Value::from);
        }
        vm.generic_get_attr(args[0], vm.intern_str(name))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let (class, named, positional): (Gc<Class>, Gc<Dict>, _) = (args[0].expect(), args[1].expect(), &args[2..]);
        let plain = class.special(Special::Init) == vm.types().object.special(Special::Init);
        if plain && (!positional.is_empty() || !named.is_empty()) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        let local = Opaque::new(vm, class, Box::new(()))?;
        let dicts = Dict::new(vm)?;
        local.set(vm, DICTS, dicts.into());
        local.set(vm, POSITIONAL, vm.new_tuple(positional)?);
        local.set(vm, NAMED, named.into());
        // The caller calls `__init__` in this thread.
        let dict = Dict::new(vm)?;
        dicts.set(vm, vm.new_int(vm.thread_number())?, dict.into())?;
        vm.add_thread_local(local.into())?;
        use_dict(vm, local, dict)?;
        Ok(local.into())
    }

    /// Implement setattr(self, name, value).
    #[method("__setattr__($self, name, value, /)")]
    fn setattr(vm: &Vm, args: &[Value]) -> PyResult {
        enter(vm, args[0])?;
        let name = check_writable(vm, args[0], args[1])?;
        vm.generic_set_attr(args[0], name, Some(args[2]))?;
        Ok(vm.none())
    }
}
