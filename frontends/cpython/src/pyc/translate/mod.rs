//! From the code objects of a `.pyc` file to a [`Module`] of the common bytecode.
//!
//! `decode` makes instructions of bytes; `flow` follows control through them with an abstract `stack`, each instruction
//! once; `instructions` says what an instruction does to that stack and which operations stand for it (`newer`: those that
//! came after Python 3.11); `code` turns the
//! rest of a code object (parameters, variables, tables) and assembles; `constants` keeps the names and constants of the
//! module. Code objects are worked off from a queue, so that nothing recurses into them.
//!
//! The input is untrusted: every index is checked, and the work is bounded by a [`Budget`] in proportion to the size of
//! the file, because references let a small file describe a huge one.

use std::collections::VecDeque;

use orochi_bytecode::Module;
use orochi_bytecode::operands::CodeIdx;

use super::error::{Problem, TranslateError};
use super::header::Version;
use super::marshal::{Object, ObjectId, Objects, RawCode};
use constants::Constants;

mod code;
mod constants;
mod decode;
mod flow;
mod instructions;
mod newer;
mod stack;

/// Translates the code object of a module and those inside it.
///
/// # Errors
/// When the file holds no module, or bytecode that CPython would not have made.
pub fn translate(
    objects: &Objects,
    root: ObjectId,
    version: &'static Version,
    file_size: usize,
) -> Result<Module, TranslateError> {
    let at_root = |problem| TranslateError { code: "<module>".to_owned(), offset: None, problem };
    let Object::Code(raw) = objects.get(root) else {
        let found = objects.get(root).type_name();
        return Err(at_root(Problem::unexpected("the object in the file", found, "a code object")));
    };
    let source_name = lossy_text(objects, raw.filename);
    let mut budget = Budget::for_file(file_size);
    let mut constants = Constants::new(objects, &source_name);
    let mut queue = Queue::default();
    queue.reserve(&mut constants, root);
    while let Some((index, id)) = queue.pending.pop_front() {
        let Object::Code(raw) = objects.get(id) else { unreachable!("only code objects are queued") };
        let code = code::translate(raw, index, version, &mut constants, &mut queue, &mut budget).map_err(
            |(offset, problem)| {
                let code = lossy_text(objects, raw.qualname);
                TranslateError { code, offset, problem }
            },
        )?;
        constants.module.set_code(index, code);
    }
    constants.finish().map_err(|error| at_root(Problem::Build { message: error.to_string() }))
}

/// The text of a string object, for messages and the name of the source; what is no text is shown as `?`.
fn lossy_text(objects: &Objects, id: ObjectId) -> String {
    match objects.get(id) {
        Object::Str(text) => String::from_utf8_lossy(text).into_owned(),
        _ => "?".to_owned(),
    }
}

/// Code objects that are yet to be translated.
#[derive(Default)]
struct Queue {
    pending: VecDeque<(CodeIdx, ObjectId)>,
}

impl Queue {
    /// Numbers a code object and queues it.
    fn reserve(&mut self, constants: &mut Constants<'_>, id: ObjectId) -> CodeIdx {
        let index = constants.module.reserve_code();
        self.pending.push_back((index, id));
        index
    }
}

/// How much work the file's size still justifies.
struct Budget {
    left: u64,
}

impl Budget {
    /// A file of a real compiler needs less than a tenth of this.
    fn for_file(size: usize) -> Self {
        Self { left: 1_000_000 + 64 * size as u64 }
    }

    /// Takes some of it.
    fn charge(&mut self, work: usize) -> Result<(), Problem> {
        self.left = self.left.checked_sub(work as u64).ok_or(Problem::TooMuchWork)?;
        Ok(())
    }
}

/// The parts of a code object that are tuples or bytes, checked to be.
struct Parts<'a> {
    code: &'a [u8],
    consts: &'a [ObjectId],
    names: &'a [ObjectId],
    localsplusnames: &'a [ObjectId],
    localspluskinds: &'a [u8],
    linetable: &'a [u8],
    exceptiontable: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(objects: &'a Objects, raw: &RawCode) -> Result<Self, Problem> {
        let tuple = |id, what| match objects.get(id) {
            Object::Tuple(items) => Ok(&items[..]),
            other => Err(Problem::unexpected(what, other.type_name(), "a tuple")),
        };
        let bytes = |id, what| match objects.get(id) {
            Object::Bytes(bytes) => Ok(&bytes[..]),
            other => Err(Problem::unexpected(what, other.type_name(), "bytes")),
        };
        Ok(Self {
            code: bytes(raw.code, "co_code")?,
            consts: tuple(raw.consts, "co_consts")?,
            names: tuple(raw.names, "co_names")?,
            localsplusnames: tuple(raw.localsplusnames, "co_localsplusnames")?,
            localspluskinds: bytes(raw.localspluskinds, "co_localspluskinds")?,
            linetable: bytes(raw.linetable, "co_linetable")?,
            exceptiontable: bytes(raw.exceptiontable, "co_exceptiontable")?,
        })
    }

    /// What going over all of it costs; constants and names are only looked up.
    fn size(&self) -> usize {
        16 + self.code.len() + self.localsplusnames.len() + self.linetable.len() + self.exceptiontable.len()
    }
}
