//! Which action a warning gets: the first filter that matches it says so.

use orochi_gc::Gc;

use super::attribute;
use crate::error::PyResult;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What filters look at.
pub(super) struct Subject {
    pub text: Value,
    pub category: Value,
    pub line: i64,
    pub module: Value,
}

/// The action for a warning, and the filter that said so or None.
pub(super) fn action(vm: &Vm, subject: &Subject) -> PyResult<(Gc<Str>, Value)> {
    let found = match context_filters(vm)? {
        Some(filters) => search(vm, filters, "_filters", subject)?,
        None => search(vm, global_filters(vm)?, "filters", subject)?,
    };
    match found {
        Some(found) => Ok(found),
        None => Ok((default_action(vm)?, vm.none())),
    }
}

/// The filters of the current context (`warnings.catch_warnings` with `-X context_aware_warnings`).
fn context_filters(vm: &Vm) -> PyResult<Option<Gc<List>>> {
    let Some(variable) = vm.state.warnings.context.get().bound() else { return Ok(None) };
    let context = vm.call_method(variable, "get", &[vm.none()])?;
    if context == vm.none() {
        return Ok(None);
    }
    match vm.get_attr_str(context, "_filters")?.cast() {
        Some(filters) => Ok(Some(filters)),
        None => Err(vm.value_error("_filters of warnings context must be a list")),
    }
}

fn global_filters(vm: &Vm) -> PyResult<Gc<List>> {
    let state = &vm.state.warnings;
    if let Some(filters) = attribute(vm, "filters", false)? {
        state.filters.set(filters);
    }
    match state.filters(vm)?.cast() {
        Some(filters) => Ok(filters),
        None => Err(vm.value_error("_warnings.filters must be a list")),
    }
}

fn default_action(vm: &Vm) -> PyResult<Gc<Str>> {
    let state = &vm.state.warnings;
    if let Some(action) = attribute(vm, "defaultaction", false)? {
        if action.cast::<Str>().is_none() {
            let kind = vm.type_name(action);
            return Err(vm.type_error(format!("_warnings.defaultaction must be a string, not '{kind}'")));
        }
        state.default_action.set(action);
    }
    Ok(state.default_action(vm))
}

/// The first filter that matches. The list may change meanwhile.
fn search(vm: &Vm, filters: Gc<List>, name: &str, subject: &Subject) -> PyResult<Option<(Gc<Str>, Value)>> {
    let mut index = 0;
    while let Some(item) = filters.get(index) {
        let Some(parts) = item.cast::<Tuple>().filter(|parts| parts.len() == 5) else {
            return Err(vm.value_error(format!("warnings.{name} item {index} isn't a 5-tuple")));
        };
        let [action, message, category, module, line] = *parts.items() else { unreachable!("the length was checked") };
        let Some(action) = action.cast::<Str>() else {
            return Err(vm.type_error(format!("action must be a string, not '{}'", vm.type_name(action))));
        };
        let good_message = matches(vm, message, subject.text)?;
        let good_module = matches(vm, module, subject.module)?;
        let good_category = vm.issubclass(subject.category, category)?;
        let line = vm.index_i64(line)?;
        if good_message && good_module && good_category && (line == 0 || line == subject.line) {
            return Ok(Some((action, item)));
        }
        index += 1;
    }
    Ok(None)
}

/// None matches everything, a plain string what is equal to it, a pattern what its method `match` says.
fn matches(vm: &Vm, pattern: Value, text: Value) -> PyResult<bool> {
    if pattern == vm.none() {
        return Ok(true);
    }
    if vm.is_exact_str(pattern)
        && let Some(pattern) = pattern.cast::<Str>()
    {
        return Ok(text.cast::<Str>().is_some_and(|text| pattern.equals(&text)));
    }
    let matched = vm.call_method(pattern, "match", &[text])?;
    vm.is_true(matched)
}
