//! `memoryview.cast`: the same bytes as items of another format or in another shape.

use std::borrow::Cow;

use super::MemoryView;
use super::item::{native_letter, size_of_letter};
use crate::error::PyResult;
use crate::object::special::Special;
use crate::protocol::buffer::{Dim, View};
use crate::types::int;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The most dimensions that there are.
pub const MAX_DIMS: usize = 64;

fn is_byte(letter: u8) -> bool {
    matches!(letter, b'b' | b'B' | b'c')
}

/// How the items lie after a cast.
pub fn cast(vm: &Vm, source: &MemoryView, format: Value, shape: Value) -> PyResult<View> {
    let view = source.check_viewable(vm)?;
    let Some(text) = format.cast::<Str>() else {
        return Err(vm.type_error(format!("cast() argument 'format' must be str, not {}", vm.argument_name(format))));
    };
    if !view.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape = match shape.bound() {
        None => None,
        Some(shape) => Some(read_shape(vm, view, shape)?),
    };
    if shape.is_some() && view.dims.iter().any(|dim| dim.len == 0) {
        return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    if let Some(shape) = &shape
        && shape.len() != 1
        && view.dims.len() != 1
    {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let flat = to_one_dimension(vm, view, &text.to_string())?;
    match shape {
        Some(shape) => to_shape(vm, flat, &shape),
        None => Ok(flat),
    }
}

fn read_shape(vm: &Vm, view: &View, shape: Value) -> PyResult<Vec<usize>> {
    let len = match (shape.cast::<List>(), shape.cast::<Tuple>()) {
        (Some(list), _) => list.len(),
        (_, Some(tuple)) => tuple.len(),
        _ => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if len > MAX_DIMS {
        return Err(vm.value_error(format!("memoryview: number of dimensions must not exceed {MAX_DIMS}")));
    }
    if view.dims.len() != 1 && len != 1 {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let mut lens = Vec::with_capacity(len);
    for index in 0..len {
        let item = match (shape.cast::<List>(), shape.cast::<Tuple>()) {
            (Some(list), _) => list.get(index),
            (_, tuple) => tuple.and_then(|tuple| tuple.get(index)),
        };
        let item = item.unwrap_or(Value::ZERO);
        if !(item.is_int() || item.cast::<int::Int>().is_some()) {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match int::to_i64(item) {
            Some(1..) => lens.push(int::to_i64_clamped(item) as usize),
            Some(_) => return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
            None => return Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }
    let total = lens.iter().try_fold(1usize, |product, len| product.checked_mul(*len));
    if total.is_none_or(|total| i64::try_from(total).is_err()) {
        return Err(vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"));
    }
    Ok(lens)
}

fn to_one_dimension(vm: &Vm, view: &View, format: &str) -> PyResult<View> {
    const WHICH: &str = "format must be a native single character format prefixed with an optional '@'";
    let Some(from) = native_letter(&view.format) else {
        return Err(vm.value_error(format!("memoryview: source {WHICH}")));
    };
    let Some(to) = native_letter(format) else {
        return Err(vm.value_error(format!("memoryview: destination {WHICH}")));
    };
    if !is_byte(from) && !is_byte(to) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let itemsize = size_of_letter(to).unwrap_or(1);
    let nbytes = view.nbytes();
    if !nbytes.is_multiple_of(itemsize) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let mut flat = View::items(nbytes / itemsize, itemsize, Cow::Owned(format.to_owned()), view.readonly);
    flat.offset = view.offset;
    Ok(flat)
}

fn to_shape(vm: &Vm, mut view: View, shape: &[usize]) -> PyResult<View> {
    let total: usize = shape.iter().product();
    if total.checked_mul(view.itemsize) != Some(view.nbytes()) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut stride = view.itemsize;
    let mut dims: Vec<Dim> = Vec::with_capacity(shape.len());
    for len in shape.iter().rev() {
        dims.push(Dim { len: *len, stride: stride as isize });
        stride *= len;
    }
    dims.reverse();
    view.dims = dims.into();
    Ok(view)
}

/// Whether a value can be a subscript: it has `__index__`.
pub(super) fn is_index(vm: &Vm, value: Value) -> bool {
    value.is_int() || vm.class_of(value).special(Special::Index).is_bound()
}
