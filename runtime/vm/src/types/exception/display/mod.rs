//! The text of exceptions as the interpreter shows them: tracebacks, chains, notes, groups. The rules are those of CPython
//! 3.14's `traceback` module. [`frames`] has the entries of a traceback, [`anchors`] the carets, [`syntax`] SyntaxErrors,
//! [`source`] source lines, [`hints`] "Did you mean".

pub mod anchors;
pub mod frames;
pub mod hints;
pub mod source;
pub mod syntax;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::exception::{Exception, group};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Groups nested deeper are not shown, nor are more members than this.
const MAX_GROUP_DEPTH: usize = 10;
const MAX_GROUP_WIDTH: usize = 15;
/// Longer chains of causes and contexts are cut.
const MAX_CHAIN: usize = 1000;

impl Vm {
    /// The text of an exception with its traceback and its chain. Never raises.
    #[must_use]
    pub fn format_exception(&self, exception: Gc<Exception>) -> String {
        let pending = self.pending.replace(Value::UNBOUND);
        let mut printer = Printer { vm: self, text: String::new(), depth: 0, need_close: false };
        if let Ok(seen) = List::new(self, &[]) {
            printer.chain(exception, seen);
        }
        self.pending.set(pending);
        printer.text
    }

    /// The text of an exception that nobody can catch: its traceback without carets, its class and message; no chain. Never
    /// raises.
    #[must_use]
    pub fn format_unraisable(&self, exception: Gc<Exception>) -> String {
        let pending = self.pending.replace(Value::UNBOUND);
        let mut text = String::new();
        if let Some(traceback) = exception.traceback.get().cast::<Traceback>() {
            text += "Traceback (most recent call last):\n";
            text += &frames::format_plain(self, traceback);
        }
        text += &class_title(self, exception);
        let message = match self.to_str(exception.into()) {
            Ok(message) => message.to_string(),
            Err(raised) => {
                let _ = self.take_exception(raised);
                "<exception str() failed>".to_owned()
            }
        };
        if !message.is_empty() {
            text += ": ";
            text += &message;
        }
        self.pending.set(pending);
        text + "\n"
    }

    /// Writes an exception's text to standard error.
    pub fn print_exception(&self, exception: Gc<Exception>) {
        let text = self.format_exception(exception);
        self.write_stderr(&text);
    }

    /// The last lines of an exception's text: its class, message and notes.
    #[must_use]
    pub fn format_exception_only(&self, exception: Gc<Exception>) -> String {
        only(self, exception)
    }
}

/// Text of an object for the display: what `str` gives, or a note that it fails.
fn safe_text(vm: &Vm, result: PyResult<Gc<Str>>, what: &str, function: &str) -> String {
    match result {
        Ok(text) => text.to_string(),
        Err(raised) => {
            let _ = vm.take_exception(raised);
            format!("<{what} {function}() failed>")
        }
    }
}

/// `module.Class`, without the module for built-in classes and those of the program.
pub(crate) fn class_title(vm: &Vm, exception: Gc<Exception>) -> String {
    let class = vm.class_of(exception.into());
    let qualname = class.qualname.get();
    let Some(module) = crate::types::type_::module_of(vm, class) else { return qualname.to_string() };
    match module.cast::<Str>() {
        Some(module) if module.equals_str("__main__") || module.equals_str("builtins") => qualname.to_string(),
        Some(module) => format!("{module}.{qualname}"),
        None => format!("<unknown>.{qualname}"),
    }
}

fn only(vm: &Vm, exception: Gc<Exception>) -> String {
    let mut text = if vm.is_instance(exception.into(), vm.types().syntax_error) {
        syntax::describe(vm, exception)
    } else {
        let title = class_title(vm, exception);
        let message = safe_text(vm, vm.to_str(exception.into()), "exception", "str");
        let message = message + &hints::hint(vm, exception);
        if message.is_empty() { format!("{title}\n") } else { format!("{title}: {message}\n") }
    };
    text += &notes(vm, exception);
    text
}

fn notes(vm: &Vm, exception: Gc<Exception>) -> String {
    let notes = match vm.find_attr_str(exception.into(), "__notes__") {
        Ok(Some(notes)) if notes != vm.none() => notes,
        Ok(_) => return String::new(),
        Err(raised) => {
            let error = vm.take_exception(raised);
            return format!("Ignored error getting __notes__: {}\n", vm.display_repr(error.into()));
        }
    };
    if notes.cast::<List>().is_none() && notes.cast::<Tuple>().is_none() {
        return safe_text(vm, vm.repr(notes), "__notes__", "repr") + "\n";
    }
    let mut text = String::new();
    let Ok(items) = vm.list_from(notes) else { return text };
    for note in items.slots() {
        let note = safe_text(vm, vm.to_str(note.get()), "note", "str");
        for line in note.split('\n') {
            text += line;
            text.push('\n');
        }
    }
    text
}

/// The text so far, and where in a tree of groups it stands.
struct Printer<'a> {
    vm: &'a Vm,
    text: String,
    depth: usize,
    need_close: bool,
}

impl Printer<'_> {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds lines behind the margin of the group that is being shown.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.text += text;
            return;
        }
        let indent = self.indent();
        for line in text.split_inclusive('\n') {
            self.text += &format!("{indent}{margin} {line}");
        }
    }

    /// An exception behind those that led to it. `seen` has all that were shown, so that a circle ends.
    fn chain(&mut self, exception: Gc<Exception>, seen: Gc<List>) {
        let vm = self.vm;
        // Oldest last; a list, for the collector's sake.
        let Ok(links) = List::new(vm, &[]) else { return };
        let mut messages = Vec::new();
        let is_seen = |value: Value| seen.slots().iter().any(|other| other.get() == value);
        let mut current = exception;
        loop {
            if seen.push(vm, current.into()).is_err() || links.push(vm, current.into()).is_err() {
                return;
            }
            let (cause, context) = (current.cause.get(), current.context.get());
            let (message, next) = if cause.is_bound() {
                (CAUSE, cause)
            } else if context.is_bound() && !current.suppress_context.get() {
                (CONTEXT, context)
            } else {
                break;
            };
            match next.cast::<Exception>() {
                Some(next) if !is_seen(next.into()) && messages.len() < MAX_CHAIN => {
                    messages.push(message);
                    current = next;
                }
                _ => break,
            }
        }
        for index in (0..links.len()).rev() {
            if let Some(message) = messages.get(index) {
                self.emit(message, '|');
            }
            if let Some(exception) = links.get(index).and_then(Value::cast::<Exception>) {
                self.one(exception, seen);
            }
        }
    }

    fn one(&mut self, exception: Gc<Exception>, seen: Gc<List>) {
        let vm = self.vm;
        let traceback = exception.traceback.get().cast::<Traceback>();
        let Some(members) = group::members(vm, exception) else {
            if let Some(traceback) = traceback {
                self.emit("Traceback (most recent call last):\n", '|');
                self.emit(&frames::format(vm, traceback), '|');
            }
            self.emit(&only(vm, exception), '|');
            return;
        };
        if self.depth > MAX_GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), '|');
            return;
        }
        let is_top = self.depth == 0;
        self.depth += usize::from(is_top);
        if let Some(traceback) = traceback {
            let margin = if is_top { '+' } else { '|' };
            self.emit("Exception Group Traceback (most recent call last):\n", margin);
            self.emit(&frames::format(vm, traceback), '|');
        }
        self.emit(&only(vm, exception), '|');
        let shown = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for index in 0..shown {
            self.need_close |= index + 1 == shown;
            let truncated = index >= MAX_GROUP_WIDTH;
            let title = if truncated { "...".to_owned() } else { (index + 1).to_string() };
            let corner = if index == 0 { "+-" } else { "  " };
            self.text += &format!("{}{corner}+---------------- {title} ----------------\n", self.indent());
            self.depth += 1;
            if truncated {
                let more = members.len() - MAX_GROUP_WIDTH;
                let plural = if more > 1 { "s" } else { "" };
                self.emit(&format!("and {more} more exception{plural}\n"), '|');
            } else if let Some(member) = members.get(index).and_then(Value::cast::<Exception>) {
                self.chain(member, seen);
            }
            if index + 1 == shown && self.need_close {
                self.text += &format!("{}+------------------------------------\n", self.indent());
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if is_top {
            self.depth = 0;
        }
    }
}
