//! `_csv`: rows of comma-separated values.
//!
//! - [`dialect`] has how values are separated and quoted
//! - [`reader`] reads rows, [`writer`] writes them

mod dialect;
mod reader;
mod writer;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::int::{self, Int};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        let error = vm.module_class_with(&ERROR, &[vm.types().exception])?;
        for (name, class) in [
            ("Dialect", vm.module_class(&dialect::CLASS)?),
            ("Error", error),
            ("Reader", vm.module_class(&reader::CLASS)?),
            ("Writer", vm.module_class(&writer::CLASS)?),
        ] {
            dict.set_str(vm, vm.intern(name), class.into())?;
        }
        for (name, quoting) in dialect::QUOTINGS {
            dict.set_str(vm, vm.intern(name), Value::small(quoting))?;
        }
        dict.set_str(vm, vm.intern("_dialects"), registry(vm)?.into())
    },
};

static ERROR: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("_csv.Error", "", Layout::Exception) };

/// Raises `_csv.Error`.
#[cold]
fn error(vm: &Vm, message: impl AsRef<str>) -> Raised {
    match vm.module_class_with(&ERROR, &[vm.types().exception]) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// The dialects that were registered, by name.
fn registry(vm: &Vm) -> PyResult<Gc<Dict>> {
    if let Some(registry) = vm.module_value(&dialect::CLASS).and_then(Value::cast::<Dict>) {
        return Ok(registry);
    }
    let registry = Dict::new(vm)?;
    vm.set_module_value(&dialect::CLASS, registry.into());
    Ok(registry)
}

fn registered(vm: &Vm, name: Value) -> PyResult {
    registry(vm)?.get(vm, name)?.ok_or_else(|| error(vm, "unknown dialect"))
}

/// The most characters of a field, when no other number was set.
const DEFAULT_LIMIT: i64 = 128 * 1024;

fn field_limit(vm: &Vm) -> i64 {
    vm.module_value(&reader::CLASS).and_then(Value::as_int).unwrap_or(DEFAULT_LIMIT)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Sets an upper limit on parsed fields.
    ///
    ///     csv.field_size_limit([limit])
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[method("field_size_limit(new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &Vm, args: &[Value]) -> PyResult {
        let before = vm.new_int(field_limit(vm))?;
        if let Some(limit) = args[0].bound() {
            if !limit.is_int() && (limit.cast::<Int>().is_none() || !vm.is_exact(limit, vm.types().int)) {
                return Err(vm.type_error("limit must be an integer"));
            }
            let Some(limit) = int::to_i64(limit) else {
                return Err(vm.overflow_error("Python int too large to convert to C ssize_t"));
            };
            vm.set_module_value(&reader::CLASS, vm.new_int(limit)?);
        }
        Ok(before)
    }

    /// Return the dialect instance associated with name.
    #[method("get_dialect(name)")]
    fn get_dialect(vm: &Vm, args: &[Value]) -> PyResult {
        registered(vm, args[0])
    }

    /// Return a list of all known dialect names.
    ///
    ///     names = csv.list_dialects()
    #[method("list_dialects()")]
    fn list_dialects(vm: &Vm, _: &[Value]) -> PyResult {
        vm.list_from(registry(vm)?.into()).map(Value::from)
    }

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    #[method("reader(iterable, dialect='excel', /, **fmtparams)")]
    fn reader(vm: &Vm, args: &[Value]) -> PyResult {
        reader::new(vm, args[0], args[1].bound(), args[2].expect())
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    #[method("register_dialect(name, dialect='excel', /, **fmtparams)")]
    fn register_dialect(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].cast::<Str>().is_none() {
            return Err(vm.type_error("dialect name must be a string"));
        }
        let dialect = dialect::from_call(vm, args[1].bound(), args[2].expect())?;
        registry(vm)?.set(vm, args[0], dialect)?;
        Ok(vm.none())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[method("unregister_dialect(name)")]
    fn unregister_dialect(vm: &Vm, args: &[Value]) -> PyResult {
        match registry(vm)?.remove(vm, args[0])? {
            Some(_) => Ok(vm.none()),
            None => Err(error(vm, "unknown dialect")),
        }
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    #[method("writer(fileobj, dialect='excel', /, **fmtparams)")]
    fn writer(vm: &Vm, args: &[Value]) -> PyResult {
        writer::new(vm, args[0], args[1].bound(), args[2].expect())
    }
}
