//! What the VM needs of a compiler: `compile`, `exec`, `eval` and `import` of source text, syntax trees, symbol tables and
//! tokens. The VM knows no frontend; the embedder gives it one of these.

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::tree::Tree;

/// What kind of text a source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SourceMode {
    /// `exec`: a module.
    #[default]
    Exec,
    /// `eval`: one expression.
    Eval,
    /// `single`: one interactive statement.
    Single,
    /// `func_type`: the signature in a type comment.
    FunctionType,
}

/// What is to be compiled, and how.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// The text; empty for a tree.
    pub source: &'a [u8],
    pub filename: &'a str,
    pub mode: SourceMode,
    /// 0, or 1 to drop assertions, or 2 to drop docstrings too; as the embedder says when it is absent.
    pub optimize: Option<u8>,
    /// The frontend whose code asks, with `exec`, `eval` or `compile`: the text is in its language. An import, and the program
    /// itself, go by the file.
    pub asked_by: Option<&'a str>,
    /// `__future__` features that are in force without being imported.
    pub future_features: Vec<String>,
    pub flags: Flags,
    /// The minor version of the language that a tree is asked for in, if it is not the newest.
    pub feature_version: Option<u32>,
}

/// What else may be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The source is UTF-8, whatever it says of its encoding.
    pub utf8: bool,
    /// Type comments are kept in the tree.
    pub type_comments: bool,
    /// `await` may stand outside of functions.
    pub top_level_await: bool,
    /// A text that may go on is an `_IncompleteInputError`.
    pub incomplete_input: bool,
    /// Indented blocks of interactive text do not end with it.
    pub dont_imply_dedent: bool,
    /// The tree is the one that code is made from.
    pub optimized_tree: bool,
    /// The most digits of a decimal integer, if that is not the default; 0 for no limit.
    pub integer_digits: Option<u32>,
}

/// Why a source does not compile: the fields of a SyntaxError.
#[derive(Clone, Debug, Default)]
pub struct CompileError {
    /// `SyntaxError`, `IndentationError`, ...
    pub kind: String,
    pub message: String,
    pub filename: String,
    /// Where; 1-based, columns in characters, 0 and -1 for what CPython does not know. `None` without a place.
    pub place: Option<ErrorPlace>,
    /// The source line, unless only a file has it.
    pub text: Option<String>,
}

/// Where an error is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErrorPlace {
    pub line: i32,
    pub column: i32,
    /// 0 when only the start is known.
    pub end_line: i32,
    pub end_column: i32,
}

/// Something to warn of.
#[derive(Clone, Debug)]
pub struct CompileWarning {
    /// `SyntaxWarning`, ...
    pub category: String,
    pub message: String,
    /// What it is when the filters of warnings make an error of it.
    pub as_error: CompileError,
}

/// What a compiler answers: what was asked for or why there is nothing, and warnings either way.
pub struct Answer<T> {
    pub result: Result<T, CompileError>,
    pub warnings: Vec<CompileWarning>,
}

/// A block of a source with names of its own.
#[derive(Clone, Debug)]
pub struct Scope {
    pub name: String,
    pub kind: ScopeKind,
    pub line: u32,
    /// Inside a function.
    pub nested: bool,
    /// The scopes directly in it, by their numbers, which are higher than its own.
    pub children: Vec<u32>,
    /// Names of parameters.
    pub parameters: Vec<String>,
    /// Names and how they are used: the bits of CPython's symbol tables.
    pub symbols: Vec<(String, u32)>,
}

/// What a scope belongs to, in the order of CPython's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Function,
    Class,
    Module,
    Annotation,
    TypeAlias,
    TypeParameters,
    TypeVariable,
}

/// The tokens of a source, and what is wrong behind the last one.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    /// Lines of the source, and runs of them, that tokens are in.
    pub lines: Vec<String>,
    pub error: Option<CompileError>,
}

/// A token, as the module `tokenize` describes them.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: u8,
    pub start: (i32, i32),
    pub end: (i32, i32),
    pub text: String,
    /// The number of the line that it is in, or of the run of lines; there is such a line.
    pub line: u32,
}

/// Compiles source text.
pub trait Compiler {
    /// Compiles a source.
    fn compile(&self, request: &Request<'_>) -> Answer<VerifiedModule>;

    /// Parses a source to a syntax tree.
    fn parse(&self, request: &Request<'_>) -> Answer<Tree>;

    /// Compiles a syntax tree.
    fn compile_tree(&self, tree: &Tree, request: &Request<'_>) -> Answer<VerifiedModule>;

    /// The tree that code is made from when a tree is compiled.
    fn optimize_tree(&self, tree: &Tree, request: &Request<'_>) -> Answer<Tree>;

    /// The scopes of a source, the module's first.
    fn symbols(&self, request: &Request<'_>) -> Answer<Vec<Scope>>;

    /// The tokens of a source; with `extra` also those that mean nothing.
    fn tokens(&self, request: &Request<'_>, extra: bool) -> Answer<Tokens>;

    /// File extensions of source files that this compiler takes, without the dot.
    fn extensions(&self) -> Vec<String>;
}
