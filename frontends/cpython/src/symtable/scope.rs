//! The data of the symbol table: scopes, symbols and what was decided about them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{Interner, Sym};

/// Index of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub(crate) u32);

/// What a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Class,
    /// A function, a lambda, a comprehension or a generator expression.
    Function,
    /// The annotations of a function, class or module (PEP 649).
    Annotation,
    /// The value of a `type` statement.
    TypeAlias,
    /// A type parameter list (PEP 695).
    TypeParameters,
    /// The bound, the constraints or the default of a type parameter.
    TypeVariable,
}

/// What kind of comprehension a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comprehension {
    List,
    Set,
    Dict,
    Generator,
}

/// How a name is used in a scope: a set of bits, CPython's `DEF_*` and `USE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    pub const GLOBAL: Flags = Flags(1);
    pub const LOCAL: Flags = Flags(1 << 1);
    pub const PARAM: Flags = Flags(1 << 2);
    pub const NONLOCAL: Flags = Flags(1 << 3);
    pub const USE: Flags = Flags(1 << 4);
    pub const IMPORT: Flags = Flags(1 << 5);
    pub const ANNOT: Flags = Flags(1 << 6);
    /// The target of a comprehension's `for`.
    pub const COMP_ITER: Flags = Flags(1 << 7);
    pub const TYPE_PARAM: Flags = Flags(1 << 8);
    /// Bound in a class body and also free in it, for an inner scope.
    pub const FREE_CLASS: Flags = Flags(1 << 9);
    /// Given a value here.
    pub const BOUND: Flags = Flags(Self::LOCAL.0 | Self::PARAM.0 | Self::IMPORT.0 | Self::TYPE_PARAM.0);

    /// Do the two sets share a bit?
    #[must_use]
    pub const fn meets(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// Not decided yet.
    #[default]
    Unknown,
    Local,
    /// Declared `global`.
    GlobalExplicit,
    /// Found nowhere, so global or built in.
    GlobalImplicit,
    /// A variable of an enclosing function.
    Free,
    /// Local, and captured by an inner function.
    Cell,
}

/// A name in a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symbol {
    pub flags: Flags,
    pub binding: Binding,
}

/// A block of the program with names of its own.
#[derive(Debug)]
pub struct Scope {
    pub name: String,
    pub kind: ScopeKind,
    /// The line that it begins on; 0 for the module.
    pub line: u32,
    pub children: Vec<ScopeId>,
    pub symbols: FxHashMap<Sym, Symbol>,
    /// The symbols that the source names, in its order.
    pub order: Vec<Sym>,
    /// Parameters, in CPython's order of registration: positional, keyword-only, `*args`, `**kwargs`.
    pub params: Vec<Sym>,
    pub comprehension: Option<Comprehension>,
    /// Runs in the code object of the enclosing scope (PEP 709).
    pub inlined: bool,
    /// Is not shown to programs that ask for the table.
    pub hidden: bool,
    /// Inside a function.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    /// An annotation scope directly inside a class: it sees the class's names.
    pub can_see_class_scope: bool,
    /// A class some of whose methods use `__class__`.
    pub needs_class_closure: bool,
    /// A class some of whose annotation scopes look names up in it.
    pub needs_class_dict: bool,
    /// Has annotations of which it is known only at run time whether they are executed.
    pub has_conditional_annotations: bool,
    /// Some annotation exists in this annotation scope.
    pub annotations_used: bool,
    /// The scope of this block's own annotations.
    pub annotations: Option<ScopeId>,
    /// The class whose name mangles private names here.
    pub private: Option<String>,
    /// When set, only these names are mangled (type parameter lists of classes).
    pub mangled_names: Option<FxHashSet<String>>,
    /// Free variables, sorted by name: the order of the closure.
    pub free: Vec<Sym>,
    /// Own cells, sorted by name.
    pub cells: Vec<Sym>,
    pub(crate) comp_iter_target: bool,
    pub(crate) comp_iter_expr: u32,
    pub(crate) in_conditional_block: bool,
    /// Names of `global` and `nonlocal` statements and where they stand, for errors found in analysis.
    pub(crate) directives: Vec<(Sym, crate::ast::Range)>,
    /// What the scope is called in errors, when it is a type variable scope.
    pub(crate) description: &'static str,
}

impl Scope {
    pub(crate) fn new(name: String, kind: ScopeKind) -> Scope {
        Scope {
            name,
            kind,
            line: 0,
            children: Vec::new(),
            symbols: FxHashMap::default(),
            order: Vec::new(),
            params: Vec::new(),
            comprehension: None,
            inlined: false,
            hidden: false,
            nested: false,
            generator: false,
            coroutine: false,
            can_see_class_scope: false,
            needs_class_closure: false,
            needs_class_dict: false,
            has_conditional_annotations: false,
            annotations_used: false,
            annotations: None,
            private: None,
            mangled_names: None,
            free: Vec::new(),
            cells: Vec::new(),
            comp_iter_target: false,
            comp_iter_expr: 0,
            in_conditional_block: false,
            directives: Vec::new(),
            description: "",
        }
    }

    /// Has local variables of its own, as a function has.
    #[must_use]
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Module | ScopeKind::Class)
    }

    #[must_use]
    pub fn binding(&self, sym: Sym) -> Binding {
        self.symbols.get(&sym).map_or(Binding::Unknown, |symbol| symbol.binding)
    }

    #[must_use]
    pub fn flags(&self, sym: Sym) -> Flags {
        self.symbols.get(&sym).map_or(Flags::default(), |symbol| symbol.flags)
    }
}

/// Which of the scopes that belong to one node of the syntax tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The block itself.
    Body,
    TypeParameters,
    /// The annotations of a function.
    Annotations,
    /// The bound or the constraints of a type variable.
    Bound,
    /// The default of a type parameter.
    Default,
}

/// Identifies a node of the syntax tree, which does not move while it is compiled.
pub fn key<T>(node: &T, role: Role) -> (usize, Role) {
    (std::ptr::from_ref(node) as usize, role)
}

/// All scopes of a program. Scope 0 is the module's.
#[derive(Debug, Default)]
pub struct SymbolTable {
    pub scopes: Vec<Scope>,
    pub names: Interner,
    pub(crate) by_node: FxHashMap<(usize, Role), ScopeId>,
}

impl SymbolTable {
    pub const MODULE: ScopeId = ScopeId(0);

    #[must_use]
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    pub(crate) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope that a node opened.
    #[must_use]
    pub fn of_node<T>(&self, node: &T, role: Role) -> Option<ScopeId> {
        self.by_node.get(&key(node, role)).copied()
    }
}
