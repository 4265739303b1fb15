//! Warnings that the VM itself gives: through the module `warnings`, whose filters say what becomes of them.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// The module `warnings`; none where there is no library, and so nobody who would show a warning.
    fn warnings(&self) -> PyResult<Option<Value>> {
        let module = self.import("warnings");
        self.absorb(module, self.types().import_error)
    }

    /// Warns of what the running code does.
    ///
    /// # Errors
    /// The warning itself, where the filters turn it into an exception.
    pub fn warn(&self, category: Gc<Class>, message: &str) -> PyResult<()> {
        let Some(module) = self.warnings()? else { return Ok(()) };
        let message = self.new_str(message)?;
        self.call_method(module, "warn", &[message, category.into()]).map(drop)
    }

    /// Warns of a line of a file.
    ///
    /// # Errors
    /// The warning itself, where the filters turn it into an exception.
    pub fn warn_explicit(&self, category: Gc<Class>, message: &str, filename: Value, line: u32) -> PyResult<()> {
        let Some(module) = self.warnings()? else { return Ok(()) };
        let (message, line) = (self.new_str(message)?, self.new_int(i64::from(line))?);
        self.call_method(module, "warn_explicit", &[message, category.into(), filename, line]).map(drop)
    }
}
