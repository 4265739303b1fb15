//! The names and constants of the module that is being made, each object of the file turned once.

use std::collections::HashMap;

use orochi_bytecode::builder::{BuildError, ModuleBuilder};
use orochi_bytecode::operands::{ConstIdx, NameIdx};
use orochi_bytecode::{Const, Module, Producer, limits};

use super::super::error::Problem;
use super::super::marshal::{Object, ObjectId, Objects};

/// See the module's documentation.
pub(super) struct Constants<'a> {
    pub objects: &'a Objects,
    pub module: ModuleBuilder,
    names: HashMap<ObjectId, NameIdx>,
    done: HashMap<ObjectId, Done>,
}

/// A constant that was turned.
#[derive(Clone, Copy)]
struct Done {
    index: ConstIdx,
    /// How many constants it holds, itself included, each counted as often as it appears.
    size: u64,
    /// How deep it nests.
    nesting: u32,
}

impl<'a> Constants<'a> {
    pub fn new(objects: &'a Objects, source_name: &str) -> Self {
        let mut module = ModuleBuilder::new(source_name);
        module.set_producer(Producer {
            frontend: "cpython".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source_hash: [0; 32],
        });
        Self { objects, module, names: HashMap::new(), done: HashMap::new() }
    }

    pub fn finish(self) -> Result<Module, BuildError> {
        self.module.finish()
    }

    /// The name that a string object is.
    pub fn name(&mut self, id: ObjectId) -> Result<NameIdx, Problem> {
        if let Some(index) = self.names.get(&id) {
            return Ok(*index);
        }
        let Object::Str(bytes) = self.objects.get(id) else {
            return Err(Problem::unexpected("a name", self.objects.get(id).type_name(), "a string"));
        };
        let text = core::str::from_utf8(bytes);
        let text = text.map_err(|_| Problem::unexpected("a name", "text with surrogates", "UTF-8"))?;
        let index = self.module.name(text);
        self.names.insert(id, index);
        Ok(index)
    }

    /// The constant that an object is.
    pub fn constant(&mut self, id: ObjectId) -> Result<ConstIdx, Problem> {
        Ok(self.turn(id)?.index)
    }

    /// The nesting of objects is bounded by the reader, and so is this recursion.
    fn turn(&mut self, id: ObjectId) -> Result<Done, Problem> {
        if let Some(done) = self.done.get(&id) {
            return Ok(*done);
        }
        let (mut size, mut nesting) = (1, 0);
        let mut part = |this: &mut Self, id: &ObjectId| {
            let done = this.turn(*id)?;
            size += done.size;
            nesting = nesting.max(done.nesting + 1);
            Ok(done.index)
        };
        let objects = self.objects;
        let value = match objects.get(id) {
            Object::None => Const::None,
            Object::True => Const::True,
            Object::False => Const::False,
            Object::Ellipsis => Const::Ellipsis,
            Object::Int(value) => Const::Int(*value),
            Object::BigInt(bytes) => Const::BigInt(bytes.clone()),
            Object::Float(value) => Const::Float(*value),
            Object::Complex { real, imag } => Const::Complex { real: *real, imag: *imag },
            Object::Str(text) => Const::Str(text.clone()),
            Object::Bytes(bytes) => Const::Bytes(bytes.clone()),
            Object::Tuple(items) => {
                Const::Tuple(items.iter().map(|item| part(self, item)).collect::<Result<_, Problem>>()?)
            }
            Object::FrozenSet(items) => {
                Const::FrozenSet(items.iter().map(|item| part(self, item)).collect::<Result<_, Problem>>()?)
            }
            Object::Slice { start, stop, step } => {
                Const::Slice { start: part(self, start)?, stop: part(self, stop)?, step: part(self, step)? }
            }
            other => return Err(Problem::unexpected("a constant", other.type_name(), "an immutable value")),
        };
        if nesting > limits::CONSTANT_NESTING {
            return Err(Problem::unexpected("a constant", "nested more than 100 deep", "less nesting"));
        }
        if size > limits::CONSTANT_SIZE {
            return Err(Problem::TooMuchWork);
        }
        let done = Done { index: self.module.constant(value), size, nesting };
        self.done.insert(id, done);
        Ok(done)
    }
}
