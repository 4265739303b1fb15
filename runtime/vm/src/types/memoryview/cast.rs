//! `cast`: the same bytes as items of another format, or in another shape.

use std::borrow::Cow;

use super::item;
use super::view::{Dim, MemoryView, Window};
use crate::error::PyResult;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The most dimensions.
const MOST_DIMENSIONS: usize = 64;

/// The lengths that a `shape` argument gives.
fn shape_of(vm: &Vm, shape: Value) -> PyResult<Vec<usize>> {
    let tuple = match (shape.cast::<Tuple>(), shape.cast::<List>()) {
        (Some(tuple), _) => tuple,
        (_, Some(list)) => list.to_tuple(vm)?,
        _ => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if tuple.len() > MOST_DIMENSIONS {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut lens = Vec::new();
    for value in tuple.items() {
        if !vm.is_instance(*value, vm.types().int) {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match vm.index_i64(*value)? {
            len @ 1.. => lens.push(len as usize),
            _ => return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    }
    Ok(lens)
}

/// The window with another format, in one dimension.
fn with_format(vm: &Vm, window: &Window, format: &Str) -> PyResult<Window> {
    let native = |format: &str| item::letter(format).filter(|letter| item::size(*letter).is_some());
    let text = format.to_string();
    let Some(from) = native(&window.format) else {
        let what = "memoryview: source format must be a native single character format prefixed with an optional '@'";
        return Err(vm.value_error(what));
    };
    let (Some(to), Some(size)) = (native(&text), native(&text).and_then(item::size)) else {
        let what =
            "memoryview: destination format must be a native single character format prefixed with an optional '@'";
        return Err(vm.value_error(what));
    };
    if !item::is_byte(from) && !item::is_byte(to) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let bytes = window.bytes();
    if !bytes.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    Ok(Window {
        start: window.start,
        format: Cow::Owned(text),
        item_size: size,
        dims: vec![Dim { len: bytes / size, stride: size as isize }],
        readonly: window.readonly,
    })
}

/// What `cast` does with its arguments.
pub(super) fn cast(vm: &Vm, view: &MemoryView, format: Value, shape: Value) -> PyResult {
    view.memory(vm)?;
    let Some(format) = format.cast::<Str>() else {
        let name = if format == vm.none() { "None".to_owned() } else { vm.type_name(format) };
        return Err(vm.type_error(format!("cast() argument 'format' must be str, not {name}")));
    };
    let window = view.window.borrow().clone();
    if !window.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (shape.is_bound() || window.dims.len() != 1) && window.items() == 0 {
        return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let Some(shape) = shape.bound() else {
        let window = with_format(vm, &window, &format)?;
        return view.again(vm, window);
    };
    let lens = shape_of(vm, shape)?;
    if window.dims.len() > 1 && lens.len() != 1 {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let mut window = with_format(vm, &window, &format)?;
    let bytes = window.bytes();
    let mut total = window.item_size;
    for len in &lens {
        total = match total.checked_mul(*len).filter(|total| *total <= isize::MAX as usize) {
            Some(total) => total,
            None => return Err(vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX")),
        };
    }
    if total != bytes {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut stride = window.item_size as isize;
    window.dims = lens.iter().map(|len| Dim { len: *len, stride: 0 }).collect();
    for dim in window.dims.iter_mut().rev() {
        dim.stride = stride;
        stride *= dim.len as isize;
    }
    view.again(vm, window)
}
