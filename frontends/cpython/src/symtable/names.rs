//! Interned names and private-name mangling.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

/// A name of the program, interned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(u32);

/// All names of a program.
#[derive(Debug, Default)]
pub struct Interner {
    names: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, Sym>,
}

impl Interner {
    pub fn intern(&mut self, name: &str) -> Sym {
        if let Some(&sym) = self.numbers.get(name) {
            return sym;
        }
        let sym = Sym(self.names.len() as u32);
        self.names.push(name.into());
        self.numbers.insert(name.into(), sym);
        sym
    }

    /// The number of a name that may never have been seen.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Sym> {
        self.numbers.get(name).copied()
    }

    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        &self.names[sym.0 as usize]
    }
}

/// The name as it is stored when it stands in the body of a class: `__x` becomes `_Class__x`.
#[must_use]
pub fn mangle<'a>(class: Option<&str>, name: &'a str) -> Cow<'a, str> {
    let Some(class) = class else { return Cow::Borrowed(name) };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Cow::Borrowed(name);
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("_{class}{name}"))
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn mangling() {
        assert_eq!(mangle(Some("_C"), "__x"), "_C__x");
        assert_eq!(mangle(Some("C"), "__x__"), "__x__");
        assert_eq!(mangle(Some("__"), "__x"), "__x");
        assert_eq!(mangle(None, "__x"), "__x");
        assert_eq!(mangle(Some("C"), "_x"), "_x");
    }
}
