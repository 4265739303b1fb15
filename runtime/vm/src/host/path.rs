//! File names: what stands for one in Python, and its bytes for the system.

use std::ffi::CString;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::bytes::Bytes;
use crate::types::str::{Str, codecs};
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `os.fspath(name)`: a `str` or `bytes` as it is, of anything else what `__fspath__` gives.
    pub fn fspath(&self, name: Value) -> PyResult {
        let is_path = |value: Value| value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some();
        if is_path(name) {
            return Ok(name);
        }
        let class = self.class_of(name);
        let method = class.lookup(self, self.intern("__fspath__")).filter(|method| *method != self.none());
        let Some(method) = method else {
            let title = self.type_name(name);
            return Err(self.type_error(format!("expected str, bytes or os.PathLike object, not {title}")));
        };
        let path = self.call_special(name, method, &[])?;
        if is_path(path) {
            return Ok(path);
        }
        let (class, found) = (class.title(), self.type_name(path));
        Err(self.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {found}")))
    }

    /// The bytes of a file name: `os.fsencode(name)`.
    pub fn fs_encode(&self, name: Value) -> PyResult<Vec<u8>> {
        let path = self.fspath(name)?;
        match path.cast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => codecs::encode(self, path.expect::<Str>(), "utf-8", "surrogateescape"),
        }
    }

    /// The string of a file name's bytes: `os.fsdecode(bytes)`.
    pub fn fs_decode(&self, bytes: &[u8]) -> PyResult<Gc<Str>> {
        codecs::decode(self, bytes, "utf-8", "surrogateescape").map(Value::expect)
    }

    /// A file name as the system takes it. ValueError when it has a zero byte in it.
    pub fn system_path(&self, name: Value) -> PyResult<CString> {
        CString::new(self.fs_encode(name)?).map_err(|_| self.value_error("embedded null byte"))
    }
}
