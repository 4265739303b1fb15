//! `OSError`: `errno`, `strerror`, the file names, and the subclass for an error number.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::Class;
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::exception::methods::{base_init, base_str, or_none};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;

/// The class for an error number (PEP 3151).
#[must_use]
pub fn class_for(vm: &Vm, errno: i64) -> Gc<Class> {
    let types = vm.types();
    match i32::try_from(errno).unwrap_or(0) {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => types.blocking_io_error,
        libc::EPIPE | libc::ESHUTDOWN => types.broken_pipe_error,
        libc::ECHILD => types.child_process_error,
        libc::ECONNABORTED => types.connection_aborted_error,
        libc::ECONNREFUSED => types.connection_refused_error,
        libc::ECONNRESET => types.connection_reset_error,
        libc::EEXIST => types.file_exists_error,
        libc::ENOENT => types.file_not_found_error,
        libc::EISDIR => types.is_a_directory_error,
        libc::ENOTDIR => types.not_a_directory_error,
        libc::EINTR => types.interrupted_error,
        libc::EACCES | libc::EPERM => types.permission_error,
        libc::ESRCH => types.process_lookup_error,
        libc::ETIMEDOUT => types.timeout_error,
        _ => types.os_error,
    }
}

impl Vm {
    /// An OSError for an error number and the file it is about (or None), of the subclass for that number.
    #[cold]
    pub fn os_error(&self, errno: i32, filename: Value) -> crate::Raised {
        self.os_error_of_two(errno, filename, self.none())
    }

    /// The same for a system call on two files.
    #[cold]
    pub fn os_error_of_two(&self, errno: i32, filename: Value, second: Value) -> crate::Raised {
        let class = class_for(self, i64::from(errno));
        let text = match self.new_str(&error_text(errno)) {
            Ok(text) => text,
            Err(raised) => return raised,
        };
        let number = Value::small(i64::from(errno));
        let raised = self.raise_with(class, &[number, text]);
        if let Some(exception) = self.pending.get().cast::<Exception>() {
            exception.set_field(self, ERRNO, number);
            exception.set_field(self, STRERROR, text);
            for (field, value) in [(FILENAME, filename), (FILENAME2, second)] {
                if value != self.none() {
                    exception.set_field(self, field, value);
                }
            }
        }
        raised
    }
}

/// The system's text for an error number.
#[must_use]
pub fn error_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    text.rsplit_once(" (os error").map_or("", |(text, _)| text).to_owned()
}

/// A field; of an exception that the VM raised with arguments alone, the argument.
fn field(exception: Gc<Exception>, index: usize) -> Value {
    let own = exception.fields[index].get();
    if own.is_bound() || exception.arg_count() < 2 {
        return own;
    }
    // The fourth argument is Windows's error number.
    let place = if index == FILENAME2 { 4 } else { index };
    exception.arg(place).unwrap_or_default()
}

fn get<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    Ok(or_none(vm, field(value.expect(), INDEX)))
}

fn set<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    // What is deleted must not be read from the arguments again.
    value.expect::<Exception>().set_field(vm, INDEX, new.unwrap_or(vm.none()));
    Ok(())
}

pub(crate) static GETSET: &[GetSetDef] = &[
    GetSetDef::new("errno", "POSIX exception code", get::<ERRNO>, set::<ERRNO>),
    GetSetDef::new("filename", "exception filename", get::<FILENAME>, set::<FILENAME>),
    GetSetDef::new("filename2", "second exception filename", get::<FILENAME2>, set::<FILENAME2>),
    GetSetDef::new("strerror", "exception strerror", get::<STRERROR>, set::<STRERROR>),
];

/// Whether a subclass takes its arguments in `__init__` of its own, and not in `__new__`.
fn uses_init(vm: &Vm, class: Gc<Class>) -> bool {
    let base = vm.types().os_error;
    class.special(Special::Init) != base.special(Special::Init)
        && class.special(Special::New) == base.special(Special::New)
}

fn take_arguments(vm: &Vm, exception: Gc<Exception>, args: &[Value]) -> PyResult<()> {
    let mut kept = args;
    if (2..=5).contains(&args.len()) {
        exception.set_field(vm, ERRNO, args[0]);
        exception.set_field(vm, STRERROR, args[1]);
        if let Some(filename) = args.get(2).filter(|filename| **filename != vm.none()) {
            exception.set_field(vm, FILENAME, *filename);
            if let Some(second) = args.get(4).filter(|second| **second != vm.none()) {
                exception.set_field(vm, FILENAME2, *second);
            }
            kept = &args[..2];
        }
    }
    exception.set_args(vm, kept)
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        if uses_init(vm, vm.class_of(args[0])) {
            base_init(vm, args)?;
            take_arguments(vm, args[0].expect(), &args[2..])?;
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let mut class = args[0].expect::<Class>();
        let given = &args[2..];
        if uses_init(vm, class) {
            return Exception::new(vm, class, &[]).map(Value::from);
        }
        if !args[1].expect::<Dict>().is_empty() {
            return Err(vm.type_error(format!("{}() takes no keyword arguments", class.name.get())));
        }
        if class == vm.types().os_error
            && (2..=5).contains(&given.len())
            && let Some(errno) = given[0].as_int()
        {
            class = class_for(vm, errno);
        }
        let exception = Exception::new(vm, class, &[])?;
        take_arguments(vm, exception, given)?;
        Ok(exception.into())
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let class = vm.class_of(args[0]).into();
        let filename = exception.fields[FILENAME].get();
        let own = match (exception.arg(0), exception.arg(1), filename.bound()) {
            (Some(errno), Some(text), Some(filename)) if exception.arg_count() == 2 => {
                match exception.fields[FILENAME2].get().bound() {
                    Some(second) => vm.new_tuple(&[errno, text, filename, vm.none(), second])?,
                    None => vm.new_tuple(&[errno, text, filename])?,
                }
            }
            _ => exception.args.get(),
        };
        match vm.find_attr_str(args[0], "__dict__")?.and_then(Value::cast::<Dict>) {
            Some(dict) if !dict.is_empty() => vm.new_tuple(&[class, own, dict.into()]),
            _ => vm.new_tuple(&[class, own]),
        }
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let shown = |index: usize| vm.to_str(or_none(vm, field(exception, index)));
        if let Some(filename) = field(exception, FILENAME).bound().filter(|filename| *filename != vm.none()) {
            let (errno, text, filename) = (shown(ERRNO)?, shown(STRERROR)?, vm.repr(filename)?);
            return match field(exception, FILENAME2).bound().filter(|second| *second != vm.none()) {
                Some(second) => {
                    let second = vm.repr(second)?;
                    vm.new_str(&format!("[Errno {errno}] {text}: {filename} -> {second}"))
                }
                None => vm.new_str(&format!("[Errno {errno}] {text}: {filename}")),
            };
        }
        if field(exception, ERRNO).is_bound() && field(exception, STRERROR).is_bound() {
            let (errno, text) = (shown(ERRNO)?, shown(STRERROR)?);
            return vm.new_str(&format!("[Errno {errno}] {text}"));
        }
        base_str(vm, args[0])
    }
}
