//! The built-in functions.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::native::{Args, NativeDef};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;


#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Build a class; what the `class` statement calls.
    #[method("__build_class__(func, name, /, *bases, **kwds)")]
    fn build_class(vm: &Vm, args: &[Value]) -> PyResult {
        let kwds: Gc<Dict> = args[2].expect();
        let mut names = vm.scratch(kwds.len());
        let mut values = vm.scratch(args.len() - 1 + kwds.len());
        values.extend(&args[..2]);
        values.extend(&args[3..]);
        for (name, value) in kwds.entries() {
            names.push(name);
            values.push(value);
        }
        let names = Tuple::new(vm, &names)?;
        vm.build_class(Args { values: &values, names: Some(names) })
    }

    /// Import a module.
    #[method("__import__(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn import(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(name) = args[0].cast::<Str>() else {
            return Err(vm.type_error("module name must be a string"));
        };
        let level = if args[4].is_bound() { vm.index_i64(args[4])? } else { 0 };
        crate::modules::import::dunder_import(vm, name, args[1], args[3], level)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    #[method("isinstance(obj, class_or_tuple, /)")]
    fn isinstance(vm: &Vm, args: &[Value]) -> PyResult {
        vm.isinstance(args[0], args[1]).map(|is| vm.bool(is))
    }

    /// Return the number of items in a container.
    #[method("len(obj, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        let len = vm.len(args[0])?;
        vm.new_int(len as i64)
    }

    /// Print the values to standard output, separated by sep and followed by end.
    #[method("print(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(vm: &Vm, args: &[Value]) -> PyResult {
        let text_or = |value: Value, default: &str, what: &str| -> PyResult<Vec<u8>> {
            if value.is_unbound() || value == vm.none() {
                return Ok(default.as_bytes().to_vec());
            }
            match value.cast::<Str>() {
                Some(text) => Ok(text.to_wtf8()),
                None => Err(vm.type_error(format!("{what} must be None or a string, not {}", vm.type_name(value)))),
            }
        };
        let (sep, end) = (text_or(args[0], " ", "sep")?, text_or(args[1], "\n", "end")?);
        let mut line = Vec::new();
        for (index, value) in args[4..].iter().enumerate() {
            if index > 0 {
                line.extend_from_slice(&sep);
            }
            line.extend_from_slice(&vm.to_str(*value)?.to_wtf8());
        }
        line.extend_from_slice(&end);
        let file = args[2];
        if file.is_bound() && file != vm.none() {
            let text = Str::from_wtf8(vm, &line)?;
            vm.call_method(file, "write", &[text.into()])?;
        } else {
            vm.write_stdout(&line)?;
        }
        if args[3].is_bound() && vm.is_true(args[3])? {
            vm.flush_stdout()?;
        }
        Ok(vm.none())
    }

    /// Return the canonical string representation of an object.
    #[method("repr(obj, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.repr(args[0]).map(Value::from)
    }
}
