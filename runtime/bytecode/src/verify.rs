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

use std::sync::Arc;

use crate::module::{Code, Module};
use crate::op::Op;
use crate::operands::CodeIdx;

mod body;
mod container;
mod pairs;
mod rules;
#[cfg(test)]
mod tests;

pub use rules::{Rule, VerifyError};

/// Features that a module may require of this version.
pub const SUPPORTED_FEATURES: &[&str] = &[];

/// Errors are rare and large.
type Result<T> = std::result::Result<T, Box<VerifyError>>;

/// A module whose container is verified, and whose bodies are verified when they are asked for.
#[derive(Clone, Debug)]
pub struct VerifiedModule {
    module: Arc<Module>,
    /// For each constant, whether it is a tuple of different strings.
    keyword_names: Box<[bool]>,
}

impl VerifiedModule {
    /// Verifies the container only: enough to load a module. [`VerifiedModule::verify_code`] does the rest.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn container(module: impl Into<Arc<Module>>) -> Result<Self> {
        let module = module.into();
        let keyword_names = container::check(&module)?;
        Ok(Self { module, keyword_names })
    }

    /// Verifies everything at once.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(module: impl Into<Arc<Module>>) -> Result<Self> {
        let verified = Self::container(module)?;
        for index in 0..verified.module.codes.len() {
            verified.verify_code(CodeIdx(index as u32))?;
        }
        Ok(verified)
    }

    /// Verifies one body, and gives what lowering needs to know of it. The work is done at every call.
    ///
    /// # Errors
    /// The first rule that is broken, V13 when there is no such code object.
    pub fn verify_code(&self, index: CodeIdx) -> Result<VerifiedCode<'_>> {
        let Some(code) = self.module.codes.get(index.index()) else {
            let message = format!("code object {} of {} was asked for", index.0, self.module.codes.len());
            return Err(VerifyError::new(Rule::OperandRange, message));
        };
        body::check(self, index, code).map_err(|error| error.in_code(&self.module, index.index()))
    }

    /// The module. What is known of its bodies is in the documentation of this type.
    #[must_use]
    pub fn module(&self) -> &Arc<Module> {
        &self.module
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
}

impl VerifiedCode<'_> {
    /// The index of the instruction at an offset, if control reaches it: for the targets of handlers.
    #[must_use]
    pub fn index_of(&self, offset: u32) -> Option<usize> {
        self.instructions.binary_search_by_key(&offset, |instruction| instruction.offset).ok()
    }
}
