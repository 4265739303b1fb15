//! How a warning is shown: by `warnings._showwarnmsg`, or plainly while that module was not imported.

use orochi_gc::Gc;

use super::{attribute, issue::Place};
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// A warning that is to be shown.
pub(super) struct Shown {
    pub category: Value,
    pub words: Value,
    pub warning: Value,
    pub place: Place,
    pub line: Value,
    /// The source line, where it is known.
    pub text: Option<Gc<Str>>,
    pub source: Value,
}

pub(super) fn show(vm: &Vm, shown: &Shown) -> PyResult<()> {
    // `warnings` can tell where an object was allocated, so it is worth an import.
    let has_source = shown.source != vm.none();
    let Some(function) = attribute(vm, "_showwarnmsg", has_source)? else {
        plainly(vm, shown);
        return Ok(());
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = attribute(vm, "WarningMessage", false)? else {
        return Err(vm.runtime_error("unable to get warnings.WarningMessage"));
    };
    let (none, filename) = (vm.none(), shown.place.filename.into());
    let message = vm.call(class, &[shown.warning, shown.category, filename, shown.line, none, none, shown.source])?;
    vm.call(function, &[message]).map(drop)
}

/// Writes to standard error as CPython does without `warnings`. What fails there is forgotten.
fn plainly(vm: &Vm, shown: &Shown) {
    let lines = || -> PyResult<String> {
        let name = vm.get_attr_str(shown.category, "__name__")?;
        let (name, words) = (vm.to_str(name)?, vm.to_str(shown.words)?);
        let (filename, line) = (shown.place.filename.to_string(), shown.place.line);
        let mut lines = format!("{filename}:{line}: {name}: {words}\n");
        let source = match shown.text {
            Some(text) => Some(text.to_string()),
            None => u32::try_from(line).ok().and_then(|line| vm.source_line(&filename, line)),
        };
        if let Some(source) = source {
            lines += &format!("  {}\n", source.trim_start_matches([' ', '\t', '\x0c']));
        }
        Ok(lines)
    };
    match lines() {
        Ok(lines) => vm.write_sys_stderr(&lines),
        Err(raised) => drop(vm.take_exception(raised)),
    }
}

/// The source line that the loader of a module knows.
pub(super) fn text_from_loader(vm: &Vm, globals: Value, line: i64) -> PyResult<Option<Gc<Str>>> {
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(vm.type_error(format!("module_globals must be a dict, not '{}'", vm.type_name(globals))));
    };
    let loader = globals.get_str(vm, vm.intern("__loader__"))?;
    let name = globals.get_str(vm, vm.dunder_name())?;
    let (Some(loader), Some(name)) = (loader, name) else { return Ok(None) };
    let Some(get_source) = vm.find_attr_str(loader, "get_source")? else { return Ok(None) };
    let source = vm.call(get_source, &[name])?;
    if source == vm.none() {
        return Ok(None);
    }
    let lines = vm.call_method(source, "splitlines", &[])?;
    vm.get_item(lines, vm.new_int(line - 1)?).map(Value::cast)
}
