//! The verifier: the contract between frontends and the VM.
//!
//! What it accepts is a [`VerifiedModule`], the only thing that the VM takes. [`Rule`] lists the numbered rules. Those of the
//! container (V1 to V10) hold for every `VerifiedModule`; those of a body (V11 to V26) hold for a [`VerifiedCode`], which
//! [`VerifiedModule::verify_code`] gives, so that a body that is never run costs nothing.
//!
//! The rules bound what the VM must be ready for. They say nothing of the types of values: an instruction that finds a value
//! of a type that it cannot take (`list_append` on something that is not a list, a closure that is not a tuple of cells)
//! raises an exception when it runs.
//!
//! Verification takes time and memory in proportion to the module (times a logarithm for stacks of many call pairs), does
//! not recurse, and does not panic.

use std::borrow::Cow;
use std::sync::Arc;

use crate::binary::image::Image;
use crate::error::DecodeError;
use crate::module::{Code, Const, Module, Position, Producer};
use crate::op::Op;
use crate::operands::{CodeIdx, ConstIdx, NameIdx};

mod body;
mod container;
mod pairs;
mod rules;
#[cfg(test)]
mod tests;

use pairs::Pairs;

pub(crate) use container::header as check_header;
pub use rules::{Rule, VerifyError};

/// Features that a module may require of this version.
pub const SUPPORTED_FEATURES: &[&str] = &[];

/// Errors are rare and large.
type Result<T> = std::result::Result<T, Box<VerifyError>>;

/// A module whose container is verified, and whose bodies are verified when they are asked for.
#[derive(Clone, Debug)]
pub struct VerifiedModule(Arc<Verified>);

#[derive(Debug)]
struct Verified {
    form: Form,
    /// How many constants, names and code objects there are.
    constants: usize,
    names: usize,
    codes: usize,
}

/// How a module is kept.
#[derive(Debug)]
enum Form {
    Whole {
        module: Arc<Module>,
        /// For each constant, whether it is a tuple of different strings.
        keyword_names: Box<[bool]>,
    },
    InPlace(Box<Image>),
}

impl VerifiedModule {
    /// Verifies the container only: enough to load a module. [`VerifiedModule::verify_code`] does the rest.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn container(module: impl Into<Arc<Module>>) -> Result<Self> {
        let module = module.into();
        let keyword_names = container::check(&module)?;
        let (constants, names, codes) = (module.constants.len(), module.names.len(), module.codes.len());
        Ok(Self(Arc::new(Verified { form: Form::Whole { module, keyword_names }, constants, names, codes })))
    }

    /// Verifies everything at once.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(module: impl Into<Arc<Module>>) -> Result<Self> {
        let verified = Self::container(module)?;
        for index in 0..verified.0.codes {
            verified.verify_code(CodeIdx(index as u32))?;
        }
        Ok(verified)
    }

    /// A module that a program carries, read in place: its parts are decoded when they are asked for. `source_name` is where its
    /// source is to seem to be.
    ///
    /// Whoever calls this promises that the bytes passed [`VerifiedModule::verify`] when the program was built. What the VM must
    /// be able to rely on is checked all the same, part by part: the rules of a code object (V6 to V10) when it is asked for,
    /// those of its body by [`VerifiedModule::verify_code`]. Other damage makes a question panic.
    ///
    /// # Errors
    /// When the bytes are no module that this version can read.
    pub fn carried(bytes: &'static [u8], source_name: String) -> std::result::Result<Self, DecodeError> {
        let image = Image::open(bytes, source_name)?;
        let (constants, names, codes) = image.counts();
        Ok(Self(Arc::new(Verified { form: Form::InPlace(Box::new(image)), constants, names, codes })))
    }

    /// Verifies one body, and gives what lowering needs to know of it. The work is done at every call.
    ///
    /// # Errors
    /// The first rule that is broken, V13 when there is no such code object.
    pub fn verify_code(&self, index: CodeIdx) -> Result<VerifiedCode<'_>> {
        self.verify_code_with(index, Vec::new())
    }

    /// The same with memory from a [`VerifiedCode`] that is not needed any more.
    ///
    /// # Errors
    /// As above.
    pub fn verify_code_with(&self, index: CodeIdx, memory: Vec<VerifiedInstruction>) -> Result<VerifiedCode<'_>> {
        if index.index() >= self.0.codes {
            let message = format!("code object {} of {} was asked for", index.0, self.0.codes);
            return Err(VerifyError::new(Rule::OperandRange, message));
        }
        body::check(self, index, memory).map_err(|error| error.in_code(self.module(), index.index()))
    }

    /// The module. What is known of its bodies is in the documentation of this type. One that is read in place is decoded for this as
    /// a whole: whoever needs a part asks for the part.
    #[must_use]
    pub fn module(&self) -> &Arc<Module> {
        match &self.0.form {
            Form::Whole { module, .. } => module,
            Form::InPlace(image) => image.whole(),
        }
    }

    /// Whether both are the same module, not only equal ones.
    #[must_use]
    pub fn is(&self, other: &VerifiedModule) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Name of the source, as tracebacks show it.
    #[must_use]
    pub fn source_name(&self) -> &str {
        match &self.0.form {
            Form::Whole { module, .. } => &module.source_name,
            Form::InPlace(image) => image.source_name(),
        }
    }

    /// Who made it, from what.
    #[must_use]
    pub fn producer(&self) -> &Producer {
        match &self.0.form {
            Form::Whole { module, .. } => &module.producer,
            Form::InPlace(image) => image.producer(),
        }
    }

    /// Sections that this version does not know: name and bytes.
    #[must_use]
    pub fn custom(&self) -> &[(String, Vec<u8>)] {
        match &self.0.form {
            Form::Whole { module, .. } => &module.custom,
            Form::InPlace(image) => image.custom(),
        }
    }

    /// How many constants there are.
    #[must_use]
    pub fn constant_count(&self) -> usize {
        self.0.constants
    }

    /// How many names there are.
    #[must_use]
    pub fn name_count(&self) -> usize {
        self.0.names
    }

    /// How many code objects there are.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.0.codes
    }

    /// A name, in UTF-8.
    #[must_use]
    pub fn name(&self, index: NameIdx) -> &[u8] {
        match &self.0.form {
            Form::Whole { module, .. } => module.names[index.index()].as_bytes(),
            Form::InPlace(image) => image.name(index),
        }
    }

    /// A constant.
    #[must_use]
    pub fn constant(&self, index: ConstIdx) -> Cow<'_, Const> {
        match &self.0.form {
            Form::Whole { module, .. } => Cow::Borrowed(module.constant(index)),
            Form::InPlace(image) => Cow::Owned(image.constant(index)),
        }
    }

    /// The text of a constant, if it is a string: generalised UTF-8.
    #[must_use]
    pub fn text(&self, index: ConstIdx) -> Option<&[u8]> {
        match &self.0.form {
            Form::Whole { module, .. } => match module.constant(index) {
                Const::Str(text) => Some(text),
                _ => None,
            },
            Form::InPlace(image) => image.text(index),
        }
    }

    /// A code object. Whether it has its positions depends on how the module is kept: [`VerifiedModule::positions`] has them.
    #[must_use]
    pub fn code(&self, index: CodeIdx) -> &Code {
        match &self.0.form {
            Form::Whole { module, .. } => module.code(index),
            Form::InPlace(image) => image.code(index),
        }
    }

    /// The positions of a code object.
    #[must_use]
    pub fn positions(&self, index: CodeIdx) -> &[Position] {
        match &self.0.form {
            Form::Whole { module, .. } => &module.code(index).positions,
            Form::InPlace(image) => image.positions(index),
        }
    }

    /// The name of a code object and that of its path, without decoding it.
    #[must_use]
    pub fn title(&self, index: CodeIdx) -> (NameIdx, NameIdx) {
        match &self.0.form {
            Form::Whole { module, .. } => (module.code(index).name, module.code(index).qualname),
            Form::InPlace(image) => image.title(index),
        }
    }

    /// Whether a constant is a tuple of different strings, and how many they are; `None` when it is no tuple.
    fn keyword_names(&self, index: ConstIdx) -> Option<(bool, usize)> {
        let Const::Tuple(items) = &*self.constant(index) else { return None };
        let different = match &self.0.form {
            Form::Whole { keyword_names, .. } => keyword_names[index.index()],
            Form::InPlace(image) => container::are_different_texts(items, |item| image.text(item)),
        };
        Some((different, items.len()))
    }
}

/// A code object whose body is verified, with what verification found out.
#[derive(Clone, Debug)]
pub struct VerifiedCode<'m> {
    pub index: CodeIdx,
    pub code: &'m Code,
    /// The instructions that control reaches, in the order of the body. Where one follows another in the body and control
    /// falls through, it follows here too.
    pub instructions: Vec<VerifiedInstruction>,
}

/// An instruction that control reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedInstruction {
    /// Its place in the body, in bytes.
    pub offset: u32,
    pub op: Op,
    /// The depth of the stack before it.
    pub depth: u32,
    /// Whether control comes here otherwise than by falling through: by a jump, or as a handler.
    pub is_target: bool,
    /// The instruction that it may jump to, as an index into [`VerifiedCode::instructions`].
    pub target: Option<u32>,
    /// The handler that covers it, as an index into [`Code::handlers`].
    pub handler: Option<u32>,
    /// The call pairs on the stack before it.
    pairs: Pairs,
}

impl VerifiedCode<'_> {
    /// The index of the instruction at an offset, if control reaches it: for the targets of handlers.
    #[must_use]
    pub fn index_of(&self, offset: u32) -> Option<usize> {
        self.instructions.binary_search_by_key(&offset, |instruction| instruction.offset).ok()
    }
}
