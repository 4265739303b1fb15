//! What the VM needs of a compiler: `compile`, `exec`, `eval` and `import` of source text. The VM knows no frontend; the
//! embedder gives it one of these.

use orochi_bytecode::VerifiedModule;

/// What kind of text a source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceMode {
    /// `exec`: a module.
    Exec,
    /// `eval`: one expression.
    Eval,
    /// `single`: one interactive statement.
    Single,
}

/// Why a source does not compile: the fields of a SyntaxError.
#[derive(Clone, Debug, Default)]
pub struct CompileError {
    /// `SyntaxError`, `IndentationError`, ...
    pub kind: String,
    pub message: String,
    pub filename: String,
    /// 1-based; 0 when unknown.
    pub line: u32,
    /// 1-based, in characters; 0 when unknown.
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// The source line.
    pub text: Option<String>,
}

/// Compiles source text.
pub trait Compiler {
    /// Compiles a source. `asked_by` is the frontend whose code asks, with `exec`, `eval` or `compile`: the text is in its
    /// language. An import, and the program itself, go by the file.
    ///
    /// # Errors
    /// Why it is no program.
    fn compile(
        &self,
        source: &[u8],
        filename: &str,
        mode: SourceMode,
        optimize: u8,
        asked_by: Option<&str>,
    ) -> Result<VerifiedModule, CompileError>;

    /// File extensions of source files that this compiler takes, without the dot.
    fn extensions(&self) -> Vec<String>;
}
