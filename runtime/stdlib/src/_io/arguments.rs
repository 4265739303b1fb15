//! Arguments of streams' methods: sizes, positions, texts, and the objects that bytes are read into.

use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::int;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Value, Vm};

/// An argument that was given and is not None.
pub(super) fn given(vm: &Vm, value: Value) -> Option<Value> {
    value.bound().filter(|value| *value != vm.none())
}

/// Whether an argument is given and true.
pub(super) fn flag(vm: &Vm, value: Value) -> PyResult<bool> {
    value.bound().map_or(Ok(false), |value| vm.is_true(value))
}

/// A `size` argument that may be None: how many items it allows, `None` for all.
pub(super) fn size(vm: &Vm, value: Value) -> PyResult<Option<usize>> {
    Ok(usize::try_from(signed_size(vm, value)?).ok())
}

/// The same with its sign; -1 without one.
pub(super) fn signed_size(vm: &Vm, value: Value) -> PyResult<i64> {
    let Some(value) = given(vm, value) else { return Ok(-1) };
    if let Some(size) = value.as_int() {
        return Ok(size);
    }
    match vm.try_index(value)? {
        Some(index) => int::to_i64(index).ok_or_else(|| {
            let name = vm.type_name(value);
            vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer"))
        }),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument should be integer or None, not '{name}'")))
        }
    }
}

/// A `size` argument that may not be None; `default` without one.
pub(super) fn plain_size(vm: &Vm, value: Value, default: i64) -> PyResult<i64> {
    value.bound().map_or(Ok(default), |value| vm.index_i64(value))
}

/// A position that a program or one of its streams gives.
pub(super) fn offset(vm: &Vm, value: Value) -> PyResult<i64> {
    let index = vm.index(value)?;
    int::to_i64(index).ok_or_else(|| {
        let name = vm.type_name(value);
        vm.value_error(format!("cannot fit '{name}' into an offset-sized integer"))
    })
}

/// A size that one of a program's streams gives: TypeError or ValueError when it is none.
pub(super) fn count(vm: &Vm, value: Value) -> PyResult<i64> {
    let index = vm.index(value)?;
    int::to_i64(index).ok_or_else(|| {
        let name = vm.type_name(value);
        vm.value_error(format!("cannot fit '{name}' into an index-sized integer"))
    })
}

/// An argument of the C type `int`; `default` without one.
pub(super) fn c_int(vm: &Vm, value: Value, default: i32) -> PyResult<i32> {
    let Some(value) = value.bound() else { return Ok(default) };
    let index = vm.index(value)?;
    match int::to_i64(index).and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Ok(number),
        None => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

/// A text argument of a function; `None` when it is absent or, where that is allowed, None.
pub(super) fn text(vm: &Vm, value: Value, function: &str, name: &str, or_none: bool) -> PyResult<Option<Gc<Str>>> {
    let Some(value) = value.bound().filter(|value| !(or_none && *value == vm.none())) else { return Ok(None) };
    let Some(text) = value.cast::<Str>() else {
        let found = if value == vm.none() { "None".to_owned() } else { vm.type_name(value) };
        let wanted = if or_none { "str or None" } else { "str" };
        return Err(vm.type_error(format!("{function}() argument '{name}' must be {wanted}, not {found}")));
    };
    if text.text().iter().any(|unit| unit == 0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(Some(text))
}

/// The bytes that a stream's method gave, where nothing else will do.
pub(super) fn bytes(value: Value) -> Option<Gc<Bytes>> {
    value.cast::<Bytes>()
}
