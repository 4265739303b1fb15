//! Classes, descriptors and exceptions, made and used from native code.

use orochi_vm::types::dict::Dict;
use orochi_vm::types::exception::{self, Exception};
use orochi_vm::types::property::Property;
use orochi_vm::{Args, Config, Gc, PyResult, Record, Value, Vm};

fn with_vm(f: impl FnOnce(&Vm) -> PyResult<()>) {
    let vm = Vm::new(Config::default()).expect("a VM");
    vm.heap.with_stack(|| {
        if let Err(raised) = f(&vm) {
            let exception = vm.take_exception(raised);
            panic!("{}: {}", vm.type_name(exception.into()), vm.display(exception.into()));
        }
    });
}

fn make_class(vm: &Vm, name: &str, bases: &[Value], entries: &[(&str, Value)]) -> PyResult {
    let dict = Dict::new(vm)?;
    for (key, value) in entries {
        dict.set_str(vm, vm.intern(key), *value)?;
    }
    let bases = vm.new_tuple(bases)?;
    vm.call(vm.types().type_.into(), &[vm.new_str(name)?, bases, dict.into()])
}

fn message_of(vm: &Vm, result: PyResult) -> String {
    match result {
        Ok(value) => format!("no error but {}", vm.display_repr(value)),
        Err(raised) => {
            let exception = vm.take_exception(raised);
            format!("{}: {}", vm.type_name(exception.into()), vm.display(exception.into()))
        }
    }
}

#[test]
fn classes_are_made_and_instantiated() {
    with_vm(|vm| {
        let class = make_class(vm, "C", &[], &[("x", Value::small(3))])?;
        assert_eq!(vm.display_repr(class), "<class 'C'>");
        let instance = vm.call(class, &[])?;
        assert!(vm.isinstance(instance, class)?);
        assert!(vm.isinstance(instance, vm.new_tuple(&[vm.types().int.into(), class])?)?);
        assert!(!vm.isinstance(instance, vm.types().int.into())?);
        assert_eq!(vm.get_attr_str(instance, "x")?, Value::small(3));
        vm.set_attr(instance, vm.intern("y"), Some(Value::small(4)))?;
        assert!(!(vm.display_repr(vm.get_attr_str(instance, "__dict__")?).is_empty()));
        assert_eq!(vm.get_attr_str(instance, "y")?, Value::small(4));
        assert_eq!(message_of(vm, vm.call(class, &[Value::ZERO])), "TypeError: C() takes no arguments");
        let derived = make_class(vm, "D", &[class], &[])?;
        assert!(vm.issubclass(derived, class)?);
        vm.set_attr(instance, vm.intern("__class__"), Some(derived))?;
        assert_eq!(vm.type_name(instance), "D");
        assert_eq!(vm.get_attr_str(instance, "y")?, Value::small(4));
        assert_eq!(
            message_of(vm, make_class(vm, "E", &[class, derived], &[])),
            "TypeError: Cannot create a consistent method resolution order (MRO) for bases C, D"
        );
        let (int, list) = (vm.types().int.into(), vm.types().list.into());
        assert_eq!(
            message_of(vm, make_class(vm, "E", &[int, list], &[])),
            "TypeError: multiple bases have instance lay-out conflict"
        );
        Ok(())
    });
}

#[test]
fn slots_hold_values_and_survive_collections() {
    with_vm(|vm| {
        let names = vm.new_tuple(&[vm.new_str("a")?, vm.new_str("b")?])?;
        let class = make_class(vm, "S", &[], &[("__slots__", names)])?;
        let instance = vm.call(class, &[])?;
        let text = vm.new_str("kept alive by its slot")?;
        vm.set_attr(instance, vm.intern("b"), Some(text))?;
        vm.heap.collect(orochi_gc::CollectKind::Full);
        assert_eq!(vm.display(vm.get_attr_str(instance, "b")?), "kept alive by its slot");
        let missing = vm.get_attr_str(instance, "a");
        assert_eq!(message_of(vm, missing), "AttributeError: 'S' object has no attribute 'a'");
        let refused = vm.set_attr(instance, vm.intern("c"), Some(text)).map(|()| vm.none());
        assert_eq!(
            message_of(vm, refused),
            "AttributeError: 'S' object has no attribute 'c' and no __dict__ for setting new attributes"
        );
        Ok(())
    });
}

#[test]
fn unions_and_aliases_show_themselves() {
    with_vm(|vm| {
        let types = vm.types();
        let or = |a, b| vm.binary(orochi_bytecode::operands::BinaryOp::Or, a, b);
        let union = or(types.int.into(), or(types.str.into(), vm.none())?)?;
        assert_eq!(vm.display_repr(union), "int | str | None");
        assert!(vm.isinstance(vm.none(), union)?);
        let alias = vm.get_item(types.dict.into(), vm.new_tuple(&[types.str.into(), types.int.into()])?);
        if let Ok(alias) = alias {
            assert_eq!(vm.display_repr(alias), "dict[str, int]");
        }
        Ok(())
    });
}

#[test]
fn exceptions_know_their_fields() {
    with_vm(|vm| {
        let types = vm.types();
        let error = vm.call(types.value_error.into(), &[vm.new_str("no")?])?;
        assert_eq!(vm.display(error), "no");
        let error = vm.call(types.key_error.into(), &[vm.new_str("k")?])?;
        assert_eq!(vm.display(error), "'k'");
        let missing = vm.call(types.os_error.into(), &[Value::small(2), vm.new_str("gone")?, vm.new_str("f")?])?;
        assert_eq!(vm.type_name(missing), "FileNotFoundError");
        assert_eq!(vm.display(missing), "[Errno 2] gone: 'f'");
        let raised = exception::make_raisable(vm, types.value_error.into(), Some(error))?;
        assert_eq!(raised.cause.get(), error);
        assert!(vm.exception_matches(raised.into(), types.exception.into())?);
        let wrong = exception::make_raisable(vm, Value::ZERO, None).map(Value::from);
        assert_eq!(message_of(vm, wrong), "TypeError: exceptions must derive from BaseException");
        Ok(())
    });
}

#[test]
fn groups_split_and_merge() {
    with_vm(|vm| {
        let types = vm.types();
        let value = vm.call(types.value_error.into(), &[])?;
        let wrong = vm.call(types.type_error.into(), &[])?;
        let list = vm.new_list(&[value, wrong])?;
        let group = vm.call(types.exception_group.into(), &[vm.new_str("both")?, list])?;
        assert_eq!(vm.display(group), "both (2 sub-exceptions)");
        let (rest, matched) = exception::group::match_star(vm, group, types.value_error.into())?;
        assert_eq!(vm.display_repr(matched), "ExceptionGroup('both', [ValueError()])");
        assert_eq!(vm.display_repr(rest), "ExceptionGroup('both', [TypeError()])");
        let left = exception::group::prepare_reraise(vm, group, vm.new_list(&[rest])?)?;
        assert_eq!(vm.display_repr(left), "ExceptionGroup('both', [TypeError()])");
        let group: Gc<Exception> = group.cast().expect("an exception");
        assert_eq!(exception::group::members(vm, group).map_or(0, |members| members.len()), 2);
        Ok(())
    });
}

#[test]
fn properties_and_named_arguments() {
    with_vm(|vm| {
        let getter = vm.get_attr_str(vm.types().object.into(), "__repr__")?;
        let names = vm.new_tuple(&[vm.new_str("fget")?])?;
        let args = Args { values: &[getter], names: names.cast() };
        let property = vm.call_args(vm.types().property.into(), args)?;
        assert_eq!(property.cast::<Record>().map(|record| record.get(Property::GET)), Some(getter));
        let class = make_class(vm, "P", &[], &[("shown", property)])?;
        let instance = vm.call(class, &[])?;
        assert!(vm.display(vm.get_attr_str(instance, "shown")?).starts_with("<P object at 0x"));
        let refused = vm.set_attr(instance, vm.intern("shown"), Some(instance)).map(|()| vm.none());
        assert_eq!(message_of(vm, refused), "AttributeError: property 'shown' of 'P' object has no setter");
        Ok(())
    });
}
