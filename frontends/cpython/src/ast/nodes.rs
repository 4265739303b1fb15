//! The nodes: Python's abstract grammar as Rust types, with the ways to and from the trees that frontends and hosts exchange.
//!
//! Nodes live in an arena and refer to each other, so that they are copied freely and dropping a deep tree does not recurse.

use super::convert::{Exchange, Reader, Refused, Writer};
use super::fold::{Fold, Folder};
use super::place::{Range, Ranged};
use orochi_bytecode::tree::{Item, Node};

pub(crate) type Identifier<'a> = &'a str;

/// The value of a literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Constant<'a> {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    /// Two's complement, little-endian.
    BigInt(&'a [u8]),
    Float(f64),
    Complex(f64, f64),
    /// Generalised UTF-8.
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
}

/// A class of nodes with the fields that the table has, in its order. Two classes that differ in one thing only, such as
/// `For` and `AsyncFor`, are one type with a flag.
macro_rules! product {
    ($(#[$doc:meta])* $name:ident $class:literal $(/ $other:literal if $flag:ident)? {
        $($(#[$fdoc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'a> {
            pub range: Range,
            $(pub $flag: bool,)?
            $($(#[$fdoc])* pub $field: $type,)*
        }

        impl Ranged for $name<'_> {
            fn range(&self) -> Range {
                self.range
            }
        }

        impl<'a> $name<'a> {
            /// The node with what a folder makes of its parts; `None` when they stay.
            #[allow(unused_mut)]
            #[allow(dead_code, reason = "made for every node")]
            pub(super) fn fold_parts(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
                let mut folded = *self;
                let mut changed = false;
                $(if let Some(new) = Fold::fold(&self.$field, folder) {
                    folded.$field = new;
                    changed = true;
                })*
                changed.then_some(folded)
            }

            fn write(&self, writer: &mut Writer) -> Item {
                let class = $class;
                $(let class = if self.$flag { $other } else { class };)?
                let fields = vec![$(self.$field.field(writer)),*];
                writer.add(class, fields, self.range)
            }

            fn read(reader: &Reader<'_, 'a>, node: &Node) -> Result<Self, Refused> {
                let mut fields = node.fields.iter();
                Ok(Self {
                    range: Reader::range(node),
                    $($flag: node.class.definition().name == $other,)?
                    $($field: <$type as Exchange<'a>>::read_field(reader, reader.next(&mut fields)?)?,)*
                })
            }
        }
    };
}

/// A class that stands for itself.
macro_rules! node {
    ($(#[$doc:meta])* $name:ident $class:literal { $($fields:tt)* }) => {
        product! { $(#[$doc])* $name $class { $($fields)* } }

        impl<'a> Exchange<'a> for $name<'a> {
            fn item(&self, writer: &mut Writer) -> Item {
                self.write(writer)
            }

            fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
                $name::read(reader, reader.node(item)?)
            }
        }
    };
}

/// A sum of classes; those without fields are `plain`.
macro_rules! sum {
    ($(#[$doc:meta])* $sum:ident {
        $($variant:ident($name:ident) $class:literal $(/ $other:literal if $flag:ident)? { $($fields:tt)* })*
    } $(plain { $($plain:ident)* })?) => {
        $(product! { $name $class $(/ $other if $flag)? { $($fields)* } })*

        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[allow(clippy::enum_variant_names)]
        pub(crate) enum $sum<'a> {
            $($variant($name<'a>),)*
            $($($plain(Range),)*)?
        }

        impl Ranged for $sum<'_> {
            fn range(&self) -> Range {
                match self {
                    $($sum::$variant(node) => node.range,)*
                    $($($sum::$plain(range) => *range,)*)?
                }
            }
        }

        $(impl<'a> From<$name<'a>> for $sum<'a> {
            fn from(node: $name<'a>) -> Self {
                $sum::$variant(node)
            }
        })*

        impl<'a> $sum<'a> {
            /// The node with what a folder makes of its parts; `None` when they stay.
            #[allow(dead_code, reason = "made for every node")]
            pub(super) fn fold_parts(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
                match self {
                    $($sum::$variant(node) => node.fold_parts(folder).map($sum::$variant),)*
                    $($($sum::$plain(_) => None,)*)?
                }
            }
        }

        impl<'a> Exchange<'a> for $sum<'a> {
            fn item(&self, writer: &mut Writer) -> Item {
                writer.deeper(|writer| match self {
                    $($sum::$variant(node) => node.write(writer),)*
                    $($($sum::$plain(range) => writer.add(stringify!($plain), Vec::new(), *range),)*)?
                })
            }

            fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
                let node = reader.node(item)?;
                reader.deeper(|| match node.class.definition().name {
                    $($class $(| $other)? => $name::read(reader, node).map($sum::$variant),)*
                    $($(stringify!($plain) => Ok($sum::$plain(Reader::range(node))),)*)?
                    other => Err(Refused::system(format!("unexpected node '{other}'"))),
                })
            }
        }
    };
}

/// A sum of classes without fields: operators.
macro_rules! operators {
    ($(#[$doc:meta])* $sum:ident { $($variant:ident)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $sum {
            $($variant,)*
        }

        impl<'a> Exchange<'a> for $sum {
            fn item(&self, writer: &mut Writer) -> Item {
                let class = match self {
                    $($sum::$variant => stringify!($variant),)*
                };
                writer.add(class, Vec::new(), Range::default())
            }

            fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
                match reader.node(item)?.class.definition().name {
                    $(stringify!($variant) => Ok($sum::$variant),)*
                    other => Err(Refused::system(format!("unexpected node '{other}'"))),
                }
            }
        }
    };
}

type Exprs<'a> = &'a [Expr<'a>];
type Body<'a> = &'a [Stmt<'a>];
type Text<'a> = Option<&'a [u8]>;
type One<'a> = &'a Expr<'a>;
type Maybe<'a> = Option<&'a Expr<'a>>;

sum! {
    /// A whole program.
    Mod {
        Module(ModModule) "Module" { body: Body<'a>, type_ignores: &'a [TypeIgnore<'a>], }
        Interactive(ModInteractive) "Interactive" { body: Body<'a>, }
        Expression(ModExpression) "Expression" { body: One<'a>, }
        FunctionType(ModFunctionType) "FunctionType" { argtypes: Exprs<'a>, returns: One<'a>, }
    }
}

sum! {
    /// A statement.
    Stmt {
        FunctionDef(StmtFunctionDef) "FunctionDef" / "AsyncFunctionDef" if is_async {
            name: Identifier<'a>,
            parameters: &'a Parameters<'a>,
            body: Body<'a>,
            decorator_list: Exprs<'a>,
            returns: Maybe<'a>,
            type_comment: Text<'a>,
            type_params: &'a [TypeParam<'a>],
        }
        ClassDef(StmtClassDef) "ClassDef" {
            name: Identifier<'a>,
            bases: Exprs<'a>,
            keywords: &'a [Keyword<'a>],
            body: Body<'a>,
            decorator_list: Exprs<'a>,
            type_params: &'a [TypeParam<'a>],
        }
        Return(StmtReturn) "Return" { value: Maybe<'a>, }
        Delete(StmtDelete) "Delete" { targets: Exprs<'a>, }
        Assign(StmtAssign) "Assign" { targets: Exprs<'a>, value: One<'a>, type_comment: Text<'a>, }
        TypeAlias(StmtTypeAlias) "TypeAlias" { name: One<'a>, type_params: &'a [TypeParam<'a>], value: One<'a>, }
        AugAssign(StmtAugAssign) "AugAssign" { target: One<'a>, op: Operator, value: One<'a>, }
        AnnAssign(StmtAnnAssign) "AnnAssign" {
            target: One<'a>,
            annotation: One<'a>,
            value: Maybe<'a>,
            simple: bool,
        }
        For(StmtFor) "For" / "AsyncFor" if is_async {
            target: One<'a>,
            iter: One<'a>,
            body: Body<'a>,
            orelse: Body<'a>,
            type_comment: Text<'a>,
        }
        While(StmtWhile) "While" { test: One<'a>, body: Body<'a>, orelse: Body<'a>, }
        If(StmtIf) "If" { test: One<'a>, body: Body<'a>, orelse: Body<'a>, }
        With(StmtWith) "With" / "AsyncWith" if is_async { items: &'a [WithItem<'a>], body: Body<'a>, type_comment: Text<'a>, }
        Match(StmtMatch) "Match" { subject: One<'a>, cases: &'a [MatchCase<'a>], }
        Raise(StmtRaise) "Raise" { exc: Maybe<'a>, cause: Maybe<'a>, }
        Try(StmtTry) "Try" / "TryStar" if is_star {
            body: Body<'a>,
            handlers: &'a [ExceptHandler<'a>],
            orelse: Body<'a>,
            finalbody: Body<'a>,
        }
        Assert(StmtAssert) "Assert" { test: One<'a>, msg: Maybe<'a>, }
        Import(StmtImport) "Import" { names: &'a [Alias<'a>], }
        ImportFrom(StmtImportFrom) "ImportFrom" {
            module: Option<Identifier<'a>>,
            names: &'a [Alias<'a>],
            level: Option<i32>,
        }
        Global(StmtGlobal) "Global" { names: &'a [Identifier<'a>], }
        Nonlocal(StmtNonlocal) "Nonlocal" { names: &'a [Identifier<'a>], }
        Expr(StmtExpr) "Expr" { value: One<'a>, }
    } plain { Pass Break Continue }
}

sum! {
    /// An expression.
    Expr {
        BoolOp(ExprBoolOp) "BoolOp" { op: BoolOp, values: Exprs<'a>, }
        Named(ExprNamed) "NamedExpr" { target: One<'a>, value: One<'a>, }
        BinOp(ExprBinOp) "BinOp" { left: One<'a>, op: Operator, right: One<'a>, }
        UnaryOp(ExprUnaryOp) "UnaryOp" { op: UnaryOp, operand: One<'a>, }
        Lambda(ExprLambda) "Lambda" { parameters: &'a Parameters<'a>, body: One<'a>, }
        If(ExprIf) "IfExp" { test: One<'a>, body: One<'a>, orelse: One<'a>, }
        Dict(ExprDict) "Dict" {
            /// None for a mapping that is unpacked.
            keys: &'a [Option<Expr<'a>>],
            values: Exprs<'a>,
        }
        Set(ExprSet) "Set" { elts: Exprs<'a>, }
        ListComp(ExprListComp) "ListComp" { elt: One<'a>, generators: &'a [Comprehension<'a>], }
        SetComp(ExprSetComp) "SetComp" { elt: One<'a>, generators: &'a [Comprehension<'a>], }
        DictComp(ExprDictComp) "DictComp" { key: One<'a>, value: One<'a>, generators: &'a [Comprehension<'a>], }
        Generator(ExprGenerator) "GeneratorExp" { elt: One<'a>, generators: &'a [Comprehension<'a>], }
        Await(ExprAwait) "Await" { value: One<'a>, }
        Yield(ExprYield) "Yield" { value: Maybe<'a>, }
        YieldFrom(ExprYieldFrom) "YieldFrom" { value: One<'a>, }
        Compare(ExprCompare) "Compare" { left: One<'a>, ops: &'a [CmpOp], comparators: Exprs<'a>, }
        Call(ExprCall) "Call" { func: One<'a>, args: Exprs<'a>, keywords: &'a [Keyword<'a>], }
        FormattedValue(ExprFormattedValue) "FormattedValue" {
            value: One<'a>,
            /// The code of `s`, `r` or `a`, or -1.
            conversion: i32,
            format_spec: Maybe<'a>,
        }
        Interpolation(ExprInterpolation) "Interpolation" {
            value: One<'a>,
            text: Constant<'a>,
            conversion: i32,
            format_spec: Maybe<'a>,
        }
        JoinedStr(ExprJoinedStr) "JoinedStr" { values: Exprs<'a>, }
        TemplateStr(ExprTemplateStr) "TemplateStr" { values: Exprs<'a>, }
        Constant(ExprConstant) "Constant" {
            value: Constant<'a>,
            /// `u` for a string with that prefix.
            kind: Text<'a>,
        }
        Attribute(ExprAttribute) "Attribute" { value: One<'a>, attr: Identifier<'a>, ctx: ExprContext, }
        Subscript(ExprSubscript) "Subscript" { value: One<'a>, slice: One<'a>, ctx: ExprContext, }
        Starred(ExprStarred) "Starred" { value: One<'a>, ctx: ExprContext, }
        Name(ExprName) "Name" { id: Identifier<'a>, ctx: ExprContext, }
        List(ExprList) "List" { elts: Exprs<'a>, ctx: ExprContext, }
        Tuple(ExprTuple) "Tuple" { elts: Exprs<'a>, ctx: ExprContext, }
        Slice(ExprSlice) "Slice" { lower: Maybe<'a>, upper: Maybe<'a>, step: Maybe<'a>, }
    }
}

operators! {
    /// What an expression is there for.
    ExprContext { Load Store Del }
}
operators! {
    /// `and`, `or`.
    BoolOp { And Or }
}
operators! {
    /// A binary operator.
    Operator { Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv }
}
operators! {
    /// A unary operator.
    UnaryOp { Invert Not UAdd USub }
}
operators! {
    /// A comparison.
    CmpOp { Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn }
}

node! {
    /// `for target in iter if ..`.
    Comprehension "comprehension" { target: One<'a>, iter: One<'a>, ifs: Exprs<'a>, is_async: bool, }
}
node! {
    /// The parameters of a function.
    Parameters "arguments" {
        posonlyargs: &'a [Parameter<'a>],
        args: &'a [Parameter<'a>],
        vararg: Option<&'a Parameter<'a>>,
        kwonlyargs: &'a [Parameter<'a>],
        kw_defaults: &'a [Option<Expr<'a>>],
        kwarg: Option<&'a Parameter<'a>>,
        defaults: Exprs<'a>,
    }
}
node! {
    /// A parameter.
    Parameter "arg" { name: Identifier<'a>, annotation: Maybe<'a>, type_comment: Text<'a>, }
}
node! {
    /// A named argument, or `**value`.
    Keyword "keyword" { arg: Option<Identifier<'a>>, value: One<'a>, }
}
node! {
    /// An imported name.
    Alias "alias" { name: Identifier<'a>, asname: Option<Identifier<'a>>, }
}
node! {
    /// A context manager of a `with` statement.
    WithItem "withitem" { context_expr: One<'a>, optional_vars: Maybe<'a>, }
}
node! {
    /// A `case` block.
    MatchCase "match_case" { pattern: &'a Pattern<'a>, guard: Maybe<'a>, body: Body<'a>, }
}
node! {
    /// An `except` clause.
    ExceptHandler "ExceptHandler" { type_: Maybe<'a>, name: Option<Identifier<'a>>, body: Body<'a>, }
}
node! {
    /// A comment `# type: ignore`.
    TypeIgnore "TypeIgnore" { lineno: i32, tag: &'a [u8], }
}

sum! {
    /// A pattern of a `case` block.
    Pattern {
        MatchValue(PatternMatchValue) "MatchValue" { value: One<'a>, }
        MatchSingleton(PatternMatchSingleton) "MatchSingleton" { value: Constant<'a>, }
        MatchSequence(PatternMatchSequence) "MatchSequence" { patterns: &'a [Pattern<'a>], }
        MatchMapping(PatternMatchMapping) "MatchMapping" {
            keys: Exprs<'a>,
            patterns: &'a [Pattern<'a>],
            rest: Option<Identifier<'a>>,
        }
        MatchClass(PatternMatchClass) "MatchClass" {
            cls: One<'a>,
            patterns: &'a [Pattern<'a>],
            kwd_attrs: &'a [Identifier<'a>],
            kwd_patterns: &'a [Pattern<'a>],
        }
        MatchStar(PatternMatchStar) "MatchStar" { name: Option<Identifier<'a>>, }
        MatchAs(PatternMatchAs) "MatchAs" { pattern: Option<&'a Pattern<'a>>, name: Option<Identifier<'a>>, }
        MatchOr(PatternMatchOr) "MatchOr" { patterns: &'a [Pattern<'a>], }
    }
}

sum! {
    /// A type parameter (PEP 695).
    TypeParam {
        TypeVar(TypeParamTypeVar) "TypeVar" { name: Identifier<'a>, bound: Maybe<'a>, default_value: Maybe<'a>, }
        ParamSpec(TypeParamParamSpec) "ParamSpec" { name: Identifier<'a>, default_value: Maybe<'a>, }
        TypeVarTuple(TypeParamTypeVarTuple) "TypeVarTuple" { name: Identifier<'a>, default_value: Maybe<'a>, }
    }
}
