//! Functions on the text of paths: no file is asked.

use orochi_macros::methods;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{PyResult, Value, Vm};

/// A path as code points or bytes.
struct PathText {
    points: Vec<u32>,
    is_bytes: bool,
}

impl PathText {
    fn read(vm: &Vm, function: &str, value: Value) -> PyResult<PathText> {
        let is_text = value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some();
        if !is_text && crate::host::fspath_method(vm, value)?.is_none() {
            let name = vm.type_name(value);
            let message = format!("{function}: path should be string, bytes or os.PathLike, not {name}");
            return Err(vm.type_error(message));
        }
        let path = vm.fspath(value)?;
        let points = |text: Text<'_>| text.iter().collect();
        Ok(match path.cast::<Str>() {
            Some(text) => PathText { points: points(text.text()), is_bytes: false },
            None => {
                let bytes = path.expect::<Bytes>();
                PathText { points: bytes.as_slice().iter().map(|byte| u32::from(*byte)).collect(), is_bytes: true }
            }
        })
    }

    fn value(&self, vm: &Vm, points: &[u32]) -> PyResult {
        if self.is_bytes {
            let bytes: Vec<u8> = points.iter().map(|point| *point as u8).collect();
            return vm.new_bytes(&bytes);
        }
        Str::from_slice(vm, points).map(Value::from)
    }
}

const SLASH: u32 = '/' as u32;
const DOT: u32 = '.' as u32;

/// How many slashes a path begins with that are its root: two stay two, more are one.
fn root_length(path: &[u32]) -> usize {
    let slashes = path.iter().take_while(|point| **point == SLASH).count();
    match slashes {
        2 => 2,
        0 => 0,
        _ => 1,
    }
}

/// The path without empty parts, `.`, and `..` behind a name.
fn normalize(path: &[u32]) -> Vec<u32> {
    let root = root_length(path);
    let mut parts: Vec<&[u32]> = Vec::new();
    for part in path[root..].split(|point| *point == SLASH) {
        match part {
            [] | [DOT] => {}
            [DOT, DOT] => match parts.last() {
                Some([DOT, DOT]) => parts.push(part),
                Some(_) => {
                    parts.pop();
                }
                None if root > 0 => {}
                None => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let mut result = vec![SLASH; root];
    result.extend(parts.join(&SLASH));
    if result.is_empty() {
        result.push(DOT);
    }
    result
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Normalize path, eliminating double slashes, etc.
    #[method("_path_normpath(path)")]
    fn path_normpath(vm: &Vm, args: &[Value]) -> PyResult {
        let path = PathText::read(vm, "_path_normpath", args[0])?;
        path.value(vm, &normalize(&path.points))
    }

    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[method("_path_splitroot_ex(path, /)")]
    fn path_splitroot_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let path = PathText::read(vm, "_path_splitroot_ex", args[0])?;
        let (root, tail) = path.points.split_at(root_length(&path.points));
        vm.new_tuple(&[path.value(vm, &[])?, path.value(vm, root)?, path.value(vm, tail)?])
    }

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the object defines __fspath__(), then return the result of
    /// that method. All other types raise a TypeError.
    #[method("fspath(path)")]
    fn fspath(vm: &Vm, args: &[Value]) -> PyResult {
        vm.fspath(args[0])
    }
}
