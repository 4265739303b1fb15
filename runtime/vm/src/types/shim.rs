//! A simple text of exceptions, until the traceback module has its own.

use orochi_gc::Gc;

use crate::types::exception::Exception;
use crate::vm::Vm;

impl Vm {
    /// An exception's text.
    pub fn format_exception(&self, exception: Gc<Exception>) -> String {
        let mut text = String::from("Traceback (most recent call last):\n");
        let mut tb = exception.traceback.get().cast::<crate::types::traceback::Traceback>();
        while let Some(entry) = tb {
            let function: Gc<crate::types::function::Function> = entry.function.get().expect();
            text += &format!("  line {}, in {}\n", entry.line.get(), self.display(function.name.get()));
            tb = entry.next.get().cast();
        }
        text + &format!("{}: {}\n", self.type_name(exception.into()), self.display(exception.into()))
    }
}
