//! What happens to a warning: where it is said to come from, whether it was shown before, what its action does.

use orochi_gc::Gc;

use super::{Message, attribute, filter, show};
use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Where a warning is said to come from.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub filename: Gc<Str>,
    pub line: i64,
    /// `None` when it is to be made of the file's name.
    pub module: Option<Value>,
    /// A dict of what was shown, or None.
    pub registry: Value,
}

/// Issues a warning about running code that is so many calls up. Frames of the import system are not counted, nor those of files
/// with one of these prefixes.
pub(super) fn here(vm: &Vm, message: Message, level: i64, source: Value, skip: &[Value]) -> PyResult<()> {
    let place = place(vm, level, skip)?;
    issue(vm, message, place, None, source)
}

fn filename(frame: *mut Frame) -> Option<Gc<Str>> {
    // SAFETY: callers pass active frames.
    unsafe { &*(*frame).code }.owner().filename.get().cast()
}

fn is_internal(frame: *mut Frame) -> bool {
    filename(frame).is_some_and(|name| {
        let name = name.to_string();
        name.contains("importlib") && name.contains("_bootstrap")
    })
}

fn is_skipped(frame: *mut Frame, skip: &[Value]) -> bool {
    let Some(name) = filename(frame).filter(|_| !skip.is_empty()).map(|name| name.to_string()) else { return false };
    skip.iter().filter_map(|prefix| prefix.cast::<Str>()).any(|prefix| name.starts_with(&prefix.to_string()))
}

fn place(vm: &Vm, level: i64, skip: &[Value]) -> PyResult<Place> {
    let mut frames = vm.stack.frames().peekable();
    let up = usize::try_from(level.saturating_sub(1)).unwrap_or(0);
    let frame = if level <= 0 || frames.peek().is_some_and(|frame| is_internal(*frame)) {
        frames.nth(up)
    } else if up == 0 {
        frames.next()
    } else {
        frames.skip(1).filter(|frame| !is_internal(*frame) && !is_skipped(*frame, skip)).nth(up - 1)
    };
    let (globals, filename, line): (Gc<Dict>, Gc<Str>, i64) = match frame {
        // SAFETY: an active frame.
        Some(frame) => (
            unsafe { (*frame).function }.globals.get().expect(),
            filename(frame).unwrap_or_else(|| vm.intern("<sys>")),
            i64::from(vm.line_of(frame)),
        ),
        None => (vm.state.sys.get().expect(), vm.intern("<sys>"), 0),
    };
    let key = vm.intern("__warningregistry__");
    let registry = match globals.get_str(vm, key)? {
        Some(registry) => registry,
        None => {
            let registry = Dict::new(vm)?.into();
            globals.set_str(vm, key, registry)?;
            registry
        }
    };
    let module = globals.get_str(vm, vm.dunder_name())?;
    let module = module.filter(|module| *module == vm.none() || module.cast::<Str>().is_some());
    let module = module.unwrap_or_else(|| vm.intern("<string>").into());
    Ok(Place { filename, line, module: Some(module), registry })
}

/// Issues a warning. `text` is the source line, where it is known.
pub(super) fn issue(vm: &Vm, message: Message, place: Place, text: Option<Gc<Str>>, source: Value) -> PyResult<()> {
    let none = vm.none();
    // Late in the end of a program a module may have lost its name.
    if place.module == Some(none) {
        return Ok(());
    }
    let registry = match place.registry.cast::<Dict>() {
        Some(registry) => Some(registry),
        None if place.registry == none => None,
        None => return Err(vm.type_error("'registry' must be a dict or None")),
    };
    let module = match place.module {
        Some(module) => module,
        None => module_name(vm, place.filename)?,
    };
    let (words, category, warning) = if vm.isinstance(message.message, vm.types().warning.into())? {
        let words: Value = vm.to_str(message.message)?.into();
        (words, vm.class_of(message.message).into(), message.message)
    } else {
        let warning = vm.call(message.category, &[message.message])?;
        (message.message, message.category, warning)
    };
    let line = vm.new_int(place.line)?;
    let key = vm.new_tuple(&[words, category, line])?;
    if let Some(registry) = registry
        && was_shown(vm, registry, key, false)?
    {
        return Ok(());
    }
    let subject = filter::Subject { text: words, category, line: place.line, module };
    let (action, item) = filter::action(vm, &subject)?;
    let is = |name: &str| action.equals_str(name);
    if is("error") {
        return Err(match warning.cast::<Exception>() {
            Some(exception) => {
                crate::types::exception::set_context(vm, exception);
                vm.raise_exception(exception)
            }
            None => vm.type_error("exceptions must derive from BaseException"),
        });
    }
    if is("ignore") {
        return Ok(());
    }
    if !is("always") && !is("all") {
        if let Some(registry) = registry {
            registry.set(vm, key, vm.true_())?;
        }
        let pair = || vm.new_tuple(&[words, category]);
        let shown = if is("once") {
            let registry = match registry {
                Some(registry) => registry,
                None => once_registry(vm)?,
            };
            was_shown(vm, registry, pair()?, true)?
        } else if is("module") {
            match registry {
                Some(registry) => was_shown(vm, registry, pair()?, true)?,
                None => false,
            }
        } else if is("default") {
            false
        } else {
            let (action, item) = (vm.repr(action.into())?, vm.repr(item)?);
            return Err(vm.runtime_error(format!("Unrecognized action ({action}) in warnings.filters:\n {item}")));
        };
        if shown {
            return Ok(());
        }
    }
    let shown = show::Shown { category, words, warning, place, line, text, source };
    show::show(vm, &shown)
}

/// A file's name without `.py`.
fn module_name(vm: &Vm, filename: Gc<Str>) -> PyResult {
    let name = filename.to_string();
    if name.is_empty() {
        return vm.new_str("<unknown>");
    }
    match name.strip_suffix(".py") {
        Some(stem) => vm.new_str(stem),
        None => Ok(filename.into()),
    }
}

fn once_registry(vm: &Vm) -> PyResult<Gc<Dict>> {
    let state = &vm.state.warnings;
    if let Some(registry) = attribute(vm, "onceregistry", false)? {
        if registry.cast::<Dict>().is_none() {
            let kind = vm.type_name(registry);
            return Err(vm.type_error(format!("_warnings.onceregistry must be a dict, not '{kind}'")));
        }
        state.once.set(registry);
    }
    state.once(vm)
}

/// Whether a registry has a key. One that was filled under other filters is emptied.
fn was_shown(vm: &Vm, registry: Gc<Dict>, key: Value, remember: bool) -> PyResult<bool> {
    let (name, version) = (vm.intern("version"), vm.state.warnings.version.get());
    let known = registry.get_str(vm, name)?;
    if known.and_then(Value::as_int) != Some(version) {
        registry.clear(vm);
        registry.set_str(vm, name, vm.new_int(version)?)?;
    } else if let Some(shown) = registry.get(vm, key)?
        && vm.is_true(shown)?
    {
        return Ok(true);
    }
    if remember {
        registry.set(vm, key, vm.true_())?;
    }
    Ok(false)
}
