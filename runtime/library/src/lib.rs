//! The pure-Python standard library, compiled when this crate is built: CPython 3.14's `Lib`, as the crate `rustpython-pylib` brings it, and
//! the modules in `python/`. Bytecode is read in place; sources are kept for tracebacks and for `inspect`.
//!
//! Nothing here knows the VM: import asks for bytes by the name of a module.

#![forbid(unsafe_code)]

/// A module of the library.
#[derive(Debug)]
pub struct Module {
    /// Its dotted name.
    pub name: &'static str,
    /// Whether it has submodules.
    pub package: bool,
    /// Where its bytecode is in the image.
    code: (usize, usize),
    /// Where its compressed source is.
    source: (usize, usize),
    /// Bytes of the source.
    length: usize,
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/image.bin"));

impl Module {
    /// Its bytecode: a module in binary form.
    #[must_use]
    pub fn code(&self) -> &'static [u8] {
        &IMAGE[self.code.0..self.code.1]
    }

    /// Its source text, as it stands in the file.
    #[must_use]
    pub fn source(&self) -> Vec<u8> {
        let packed = &IMAGE[self.source.0..self.source.1];
        miniz_oxide::inflate::decompress_to_vec_with_limit(packed, self.length).unwrap_or_default()
    }

    /// Its path below the library's folder: `os.py`, `json/__init__.py`.
    #[must_use]
    pub fn path(&self) -> String {
        let file = self.name.replace('.', "/");
        if self.package { format!("{file}/__init__.py") } else { format!("{file}.py") }
    }
}

/// The module of a dotted name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Module> {
    TABLE.binary_search_by(|module| module.name.cmp(name)).ok().map(|index| &TABLE[index])
}

/// All modules, by name.
#[must_use]
pub fn modules() -> &'static [Module] {
    TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_with_code_and_source() {
        let json = find("json").expect("json is in the library");
        assert!(json.package);
        assert_eq!(json.path(), "json/__init__.py");
        assert!(json.code().starts_with(b"\x8eORB"));
        assert!(json.source().starts_with(b"r\"\"\"JSON"));
        assert!(find("json.nothing").is_none());
        assert!(modules().is_sorted_by(|a, b| a.name < b.name));
    }
}
