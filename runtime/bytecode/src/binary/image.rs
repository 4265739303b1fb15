//! A module that is read in place: the parts of it are decoded when someone asks for them. For the library that a program carries, of
//! which a run uses little.

use std::sync::{Arc, OnceLock};

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::module::{Code, Const, Module, Position, Producer};
use crate::operands::{CodeIdx, ConstIdx, NameIdx};
use crate::verify::check_header;

use super::{Container, read};

/// What holds for every image, since the build that made it has verified it as a whole.
const PROMISE: &str = "the image was verified when it was made";

/// The bytes of a module with a table of where its parts are.
///
/// Whoever makes one promises that the bytes decode and pass the verifier. Where they do not, a question panics; what the VM
/// must be able to rely on (the rules of code objects, and those of bodies) is checked all the same.
#[derive(Debug)]
pub struct Image {
    container: Container<'static>,
    /// Where each name begins and how long it is.
    names: Box<[(u32, u32)]>,
    /// Where each constant begins.
    constants: Box<[u32]>,
    codes: Box<[OnceLock<Box<Decoded>>]>,
    whole: OnceLock<Arc<Module>>,
}

/// A code object that was asked for.
#[derive(Debug)]
struct Decoded {
    /// Without its positions.
    code: Code,
    encoded_positions: Cursor<'static>,
    positions: OnceLock<Vec<Position>>,
}

impl Image {
    /// Finds the parts of a module. It is said to come from another source file than its bytes say.
    ///
    /// # Errors
    /// The first thing that is not as the format says.
    pub fn open(bytes: &'static [u8], source_name: String) -> Result<Self, DecodeError> {
        let mut container = Container::open(bytes)?;
        container.source_name = source_name;
        let mut cursor = container.names.clone();
        let names = cursor.vector(1, "strings", Cursor::span)?;
        let mut cursor = container.constants.clone();
        let constants = cursor.vector(1, "constants", |cursor| {
            let start = cursor.offset() as u32;
            read::skip_constant(cursor)?;
            Ok(start)
        })?;
        let codes = (0..container.code_count()).map(|_| OnceLock::new()).collect();
        Ok(Self { container, names: names.into(), constants: constants.into(), codes, whole: OnceLock::new() })
    }

    pub fn source_name(&self) -> &str {
        &self.container.source_name
    }

    pub fn producer(&self) -> &Producer {
        &self.container.producer
    }

    pub fn custom(&self) -> &[(String, Vec<u8>)] {
        &self.container.custom
    }

    /// How many constants, names and code objects there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.constants.len(), self.names.len(), self.codes.len())
    }

    /// A name, in UTF-8.
    pub fn name(&self, index: NameIdx) -> &'static [u8] {
        let (start, length) = self.names[index.index()];
        let mut cursor = self.container.names.clone();
        cursor.seek(start as usize);
        cursor.take(length as usize, "a name").expect(PROMISE)
    }

    fn constant_at(&self, index: ConstIdx) -> Cursor<'static> {
        let mut cursor = self.container.constants.clone();
        cursor.seek(self.constants[index.index()] as usize);
        cursor
    }

    /// A constant.
    pub fn constant(&self, index: ConstIdx) -> Const {
        let constant = read::constant(&mut self.constant_at(index)).expect(PROMISE);
        // Whoever makes a constant makes its parts first, and must come to an end.
        let in_order = match &constant {
            Const::Tuple(items) | Const::FrozenSet(items) => items.iter().all(|item| *item < index),
            Const::Slice { start, stop, step } => [start, stop, step].iter().all(|part| **part < index),
            _ => true,
        };
        assert!(in_order, "{PROMISE}");
        constant
    }

    /// The bytes of a constant, if it is a string.
    pub fn text(&self, index: ConstIdx) -> Option<&'static [u8]> {
        let mut cursor = self.constant_at(index);
        let is_text = cursor.byte().expect(PROMISE) == read::STR;
        is_text.then(|| cursor.bytes("a string").expect(PROMISE))
    }

    /// The name of a code object and that of its path.
    pub fn title(&self, index: CodeIdx) -> (NameIdx, NameIdx) {
        self.container.code_bytes(index).and_then(|mut cursor| read::title(&mut cursor)).expect(PROMISE)
    }

    fn decoded(&self, index: CodeIdx) -> &Decoded {
        self.codes[index.index()].get_or_init(|| {
            let mut cursor = self.container.code_bytes(index).expect(PROMISE);
            let code = read::code_without_positions(&mut cursor).expect(PROMISE);
            let is_text = |index: ConstIdx| index.index() < self.constants.len() && self.text(index).is_some();
            check_header(&code, index, self.names.len(), is_text).expect(PROMISE);
            Box::new(Decoded { code, encoded_positions: cursor, positions: OnceLock::new() })
        })
    }

    /// A code object; its positions are in [`Image::positions`].
    pub fn code(&self, index: CodeIdx) -> &Code {
        &self.decoded(index).code
    }

    /// The positions of a code object.
    pub fn positions(&self, index: CodeIdx) -> &[Position] {
        let decoded = self.decoded(index);
        decoded.positions.get_or_init(|| read::positions(&mut decoded.encoded_positions.clone()).expect(PROMISE))
    }

    /// All of it, decoded.
    pub fn whole(&self) -> &Arc<Module> {
        self.whole.get_or_init(|| Arc::new(self.container.clone().module().expect(PROMISE)))
    }
}
