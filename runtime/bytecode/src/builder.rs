//! What frontends build modules with.
//!
//! A [`ModuleBuilder`] owns what the code objects of a module share: names and constants, each kept once, and the
//! numbering of the code objects. A [`CodeBuilder`] takes instructions with symbolic labels, source positions and
//! protected regions, and makes a [`Code`] of them.
//!
//! A frontend reserves the number of a code object before those of the functions inside it, and sets them in any order:
//!
//! ```
//! use orochi_bytecode::builder::{CodeBuilder, ModuleBuilder};
//! use orochi_bytecode::{Code, Op, operands::Count};
//!
//! let mut module = ModuleBuilder::new("hello.py");
//! let index = module.reserve_code();
//! let name = module.name("<module>");
//! let mut code = CodeBuilder::new(Code { name, qualname: name, first_line: 1, ..Code::default() });
//! code.emit(Op::LoadGlobal { name: module.name("print") });
//! let text = module.str("hello");
//! code.emit(Op::Const { value: text });
//! code.emit(Op::Call { argc: Count(1) });
//! code.emit(Op::Return);
//! module.set_code(index, code.finish()?);
//! let module = module.finish()?;
//! # assert_eq!(module.codes[0].max_stack, 2);
//! # Ok::<(), orochi_bytecode::builder::BuildError>(())
//! ```

use std::collections::HashMap;
use std::fmt;

use crate::limits;
use crate::module::{Code, Const, Module, Producer};
use crate::operands::{CodeIdx, ConstIdx, NameIdx};

mod code;
mod exits;
mod finish;
#[cfg(test)]
mod tests;

pub use code::{CodeBuilder, Try};

/// A module that cannot be built: an error in the frontend, or a program beyond the limits of the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// The number of the instruction, in the order of emission, and its mnemonic.
    pub instruction: Option<(usize, &'static str)>,
    pub message: String,
}

impl BuildError {
    fn new(message: impl Into<String>) -> Self {
        Self { instruction: None, message: message.into() }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instruction {
            Some((number, mnemonic)) => write!(f, "at instruction {number} ({mnemonic}): {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for BuildError {}

/// Builds a [`Module`].
#[derive(Clone, Debug, Default)]
pub struct ModuleBuilder {
    module: Module,
    names: HashMap<String, NameIdx>,
    constants: HashMap<Const, ConstIdx>,
    codes: Vec<Option<Code>>,
}

impl ModuleBuilder {
    /// A module without content.
    #[must_use]
    pub fn new(source_name: impl Into<String>) -> Self {
        let module = Module { source_name: source_name.into(), ..Module::default() };
        Self { module, ..Self::default() }
    }

    /// Says who makes the module.
    pub fn set_producer(&mut self, producer: Producer) {
        self.module.producer = producer;
    }

    /// Demands a feature of the host.
    pub fn require_feature(&mut self, feature: &str) {
        if let Err(place) = self.module.required_features.binary_search_by(|known| known.as_str().cmp(feature)) {
            self.module.required_features.insert(place, feature.to_owned());
        }
    }

    /// Adds a custom section.
    pub fn add_custom(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.module.custom.push((name.into(), bytes));
    }

    /// The index of a name.
    pub fn name(&mut self, name: &str) -> NameIdx {
        if let Some(&index) = self.names.get(name) {
            return index;
        }
        let index = NameIdx(self.module.names.len() as u32);
        self.module.names.push(name.to_owned());
        self.names.insert(name.to_owned(), index);
        index
    }

    /// The text of a name.
    #[must_use]
    pub fn name_text(&self, index: NameIdx) -> &str {
        &self.module.names[index.index()]
    }

    /// The index of a constant. The helpers below make the constants.
    pub fn constant(&mut self, value: Const) -> ConstIdx {
        if let Some(&index) = self.constants.get(&value) {
            return index;
        }
        let index = ConstIdx(self.module.constants.len() as u32);
        self.module.constants.push(value.clone());
        self.constants.insert(value, index);
        index
    }

    /// The constant at an index.
    #[must_use]
    pub fn constant_value(&self, index: ConstIdx) -> &Const {
        &self.module.constants[index.index()]
    }

    /// `None`.
    pub fn none(&mut self) -> ConstIdx {
        self.constant(Const::None)
    }

    /// `True` or `False`.
    pub fn bool(&mut self, value: bool) -> ConstIdx {
        self.constant(if value { Const::True } else { Const::False })
    }

    /// `...`.
    pub fn ellipsis(&mut self) -> ConstIdx {
        self.constant(Const::Ellipsis)
    }

    /// An integer.
    pub fn int(&mut self, value: i64) -> ConstIdx {
        self.constant(Const::Int(value))
    }

    /// An integer of any size, two's complement, little-endian; it need not be as short as can be.
    pub fn bigint(&mut self, bytes: &[u8]) -> ConstIdx {
        self.constant(Const::integer(bytes))
    }

    /// A floating-point number.
    pub fn float(&mut self, value: f64) -> ConstIdx {
        self.constant(Const::Float(value))
    }

    /// A complex number.
    pub fn complex(&mut self, real: f64, imag: f64) -> ConstIdx {
        self.constant(Const::Complex { real, imag })
    }

    /// A string.
    pub fn str(&mut self, value: &str) -> ConstIdx {
        self.constant(Const::Str(value.as_bytes().to_vec()))
    }

    /// A string that may hold lone surrogates, in generalised UTF-8.
    pub fn wtf8(&mut self, value: &[u8]) -> ConstIdx {
        self.constant(Const::Str(value.to_vec()))
    }

    /// A bytes object.
    pub fn bytes(&mut self, value: &[u8]) -> ConstIdx {
        self.constant(Const::Bytes(value.to_vec()))
    }

    /// A tuple.
    pub fn tuple(&mut self, items: Vec<ConstIdx>) -> ConstIdx {
        self.constant(Const::Tuple(items))
    }

    /// A tuple of strings, as calls with keyword arguments name them.
    pub fn names_tuple<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> ConstIdx {
        let items = names.into_iter().map(|name| self.str(name)).collect();
        self.tuple(items)
    }

    /// A frozenset.
    pub fn frozenset(&mut self, items: Vec<ConstIdx>) -> ConstIdx {
        self.constant(Const::FrozenSet(items))
    }

    /// A slice.
    pub fn slice(&mut self, start: ConstIdx, stop: ConstIdx, step: ConstIdx) -> ConstIdx {
        self.constant(Const::Slice { start, stop, step })
    }

    /// The next number of a code object. The first is the module's body; an inner function comes after its outer one.
    pub fn reserve_code(&mut self) -> CodeIdx {
        self.codes.push(None);
        CodeIdx(self.codes.len() as u32 - 1)
    }

    /// Sets a code object whose number was reserved.
    pub fn set_code(&mut self, index: CodeIdx, code: Code) {
        self.codes[index.index()] = Some(code);
    }

    /// The module.
    ///
    /// # Errors
    /// When a reserved code object was not set, or a table is beyond the limits of the format.
    pub fn finish(self) -> Result<Module, BuildError> {
        let mut module = self.module;
        for (index, code) in self.codes.into_iter().enumerate() {
            match code {
                Some(code) => module.codes.push(code),
                None => return Err(BuildError::new(format!("code object {index} was reserved and never set"))),
            }
        }
        if module.codes.is_empty() {
            return Err(BuildError::new("a module needs a code object for its body"));
        }
        for (what, length) in
            [("names", module.names.len()), ("constants", module.constants.len()), ("code objects", module.codes.len())]
        {
            if length > limits::TABLE_ENTRIES as usize {
                let limit = limits::TABLE_ENTRIES;
                return Err(BuildError::new(format!("the module has {length} {what}, at most {limit} are allowed")));
            }
        }
        Ok(module)
    }
}
