//! The methods of functions: making one from a code object, binding, repr.

use crate::error::PyResult;
use crate::methods;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::function::attributes::free_variables;
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Return the function bound to an instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() {
            return Ok(args[0]);
        }
        crate::types::method::BoundMethod::new(vm, args[0], args[1])
    }

    /// Create a function object.
    #[method("static __new__(type, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let expected = |number: usize, what: &str, value: Value| {
            vm.type_error(format!("function() argument {number} must be {what}, not {}", vm.argument_name(value)))
        };
        let Some(code) = args[1].cast::<Code>() else { return Err(expected(1, "code", args[1])) };
        let Some(globals) = args[2].cast::<Dict>() else { return Err(expected(2, "dict", args[2])) };
        let given = |index: usize| args[index].bound().filter(|value| *value != vm.none());
        let function = Function::new(vm, code, globals)?;
        if let Some(name) = given(3) {
            if name.cast::<Str>().is_none() {
                return Err(vm.type_error("arg 3 (name) must be None or string"));
            }
            function.name.set(name);
        }
        if let Some(defaults) = given(4) {
            if defaults.cast::<Tuple>().is_none() {
                return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
            }
            function.defaults.set(defaults);
        }
        let free = free_variables(code);
        match given(5) {
            None if free > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
            None => {}
            Some(closure) => {
                let Some(cells) = closure.cast::<Tuple>() else {
                    return Err(vm.type_error("arg 5 (closure) must be None or tuple"));
                };
                if cells.len() != free {
                    return Err(vm.value_error(format!(
                        "{} requires closure of length {free}, not {}",
                        vm.display(code.name.get()),
                        cells.len()
                    )));
                }
                for cell in cells.items() {
                    if cell.cast::<crate::types::cell::PyCell>().is_none() {
                        return Err(
                            vm.type_error(format!("arg 5 (closure) expected cell, found {}", vm.type_name(*cell)))
                        );
                    }
                }
                function.closure.set(closure);
            }
        }
        if let Some(defaults) = given(6) {
            if defaults.cast::<Dict>().is_none() {
                return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
            }
            function.kwdefaults.set(defaults);
        }
        vm.heap.barrier(function.header());
        Ok(function.into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.display(args[0].expect::<Function>().qualname.get());
        vm.new_str(&format!("<function {name} at {:#x}>", address(args[0])))
    }
}
