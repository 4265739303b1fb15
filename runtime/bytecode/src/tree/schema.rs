//! The classes of syntax trees, in one table: Python 3.14's abstract grammar. What knows a class or a field by name or
//! number, in the VM or in a frontend, has it from here.

use std::fmt::Write;

/// What may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A node of one of the classes of a sum, or of a product.
    Node(&'static str),
    Identifier,
    Int,
    Text,
    /// The value of a literal.
    Constant,
}

impl Kind {
    /// The grammar's name of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Node(name) => name,
            Kind::Identifier => "identifier",
            Kind::Int => "int",
            Kind::Text => "string",
            Kind::Constant => "constant",
        }
    }
}

/// How many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    One,
    Optional,
    Many,
}

/// A field of a class of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDef {
    pub name: &'static str,
    pub kind: Kind,
    pub quantity: Quantity,
}

/// Which nodes have a place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// None.
    Nowhere,
    /// Start, and an end that may be left out.
    Start,
    /// Start and end.
    Both,
}

/// A sum of classes (`expr`), or a product: a class that stands for itself (`arguments`).
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub name: &'static str,
    pub places: Places,
    /// The classes; for a product one, with the group's own name.
    pub classes: &'static [ClassDef],
}

/// A class of nodes.
#[derive(Clone, Copy, Debug)]
pub struct ClassDef {
    pub name: &'static str,
    pub fields: &'static [FieldDef],
}

impl Group {
    /// Whether it is a product.
    #[must_use]
    pub fn is_product(&self) -> bool {
        self.classes.len() == 1 && self.classes[0].name == self.name
    }

    /// Whether its classes have neither fields nor a place, so that one node of each is enough: the operators.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        self.places == Places::Nowhere && self.classes.iter().all(|class| class.fields.is_empty())
    }

    /// Its rule in the grammar, as the documentation of its class shows it.
    #[must_use]
    pub fn rule(&self) -> String {
        if self.is_product() {
            return self.classes[0].rule();
        }
        let separator =
            if self.is_simple() { " | ".to_owned() } else { format!("\n{} | ", " ".repeat(self.name.len())) };
        let rules: Vec<String> = self.classes.iter().map(ClassDef::rule).collect();
        format!("{} = {}", self.name, rules.join(&separator))
    }
}

impl ClassDef {
    /// Its rule in the grammar: `Name(identifier id, expr_context ctx)`.
    #[must_use]
    pub fn rule(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        let mut rule = format!("{}(", self.name);
        for (at, field) in self.fields.iter().enumerate() {
            let mark = match field.quantity {
                Quantity::One => "",
                Quantity::Optional => "?",
                Quantity::Many => "*",
            };
            let comma = if at == 0 { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(rule, "{comma}{}{mark} {}", field.kind.name(), field.name);
        }
        rule.push(')');
        rule
    }
}

/// The quantity of a field: its kind in brackets is a list, in parentheses optional.
macro_rules! quantity {
    ([$kind:ident]) => {
        (Quantity::Many, kind!($kind))
    };
    (($kind:ident)) => {
        (Quantity::Optional, kind!($kind))
    };
    ($kind:ident) => {
        (Quantity::One, kind!($kind))
    };
}

macro_rules! kind {
    (identifier) => {
        Kind::Identifier
    };
    (int) => {
        Kind::Int
    };
    (string) => {
        Kind::Text
    };
    (constant) => {
        Kind::Constant
    };
    ($node:ident) => {
        Kind::Node(stringify!($node))
    };
}

macro_rules! grammar {
    ($($group:ident $places:ident { $($class:ident $( { $($field:ident: $kind:tt),* } )?,)* })*) => {
        /// All groups, in the grammar's order.
        pub static GROUPS: &[Group] = &[$(
            Group {
                name: stringify!($group),
                places: Places::$places,
                classes: &[$(
                    ClassDef {
                        name: stringify!($class),
                        fields: &[$($({
                            let (quantity, kind) = quantity!($kind);
                            FieldDef { name: stringify!($field), kind, quantity }
                        },)*)?],
                    },
                )*],
            },
        )*];
    };
}

grammar! {
    mod Nowhere {
        Module { body: [stmt], type_ignores: [type_ignore] },
        Interactive { body: [stmt] },
        Expression { body: expr },
        FunctionType { argtypes: [expr], returns: expr },
    }
    stmt Start {
        FunctionDef {
            name: identifier, args: arguments, body: [stmt], decorator_list: [expr], returns: (expr),
            type_comment: (string), type_params: [type_param]
        },
        AsyncFunctionDef {
            name: identifier, args: arguments, body: [stmt], decorator_list: [expr], returns: (expr),
            type_comment: (string), type_params: [type_param]
        },
        ClassDef {
            name: identifier, bases: [expr], keywords: [keyword], body: [stmt], decorator_list: [expr],
            type_params: [type_param]
        },
        Return { value: (expr) },
        Delete { targets: [expr] },
        Assign { targets: [expr], value: expr, type_comment: (string) },
        TypeAlias { name: expr, type_params: [type_param], value: expr },
        AugAssign { target: expr, op: operator, value: expr },
        AnnAssign { target: expr, annotation: expr, value: (expr), simple: int },
        For { target: expr, iter: expr, body: [stmt], orelse: [stmt], type_comment: (string) },
        AsyncFor { target: expr, iter: expr, body: [stmt], orelse: [stmt], type_comment: (string) },
        While { test: expr, body: [stmt], orelse: [stmt] },
        If { test: expr, body: [stmt], orelse: [stmt] },
        With { items: [withitem], body: [stmt], type_comment: (string) },
        AsyncWith { items: [withitem], body: [stmt], type_comment: (string) },
        Match { subject: expr, cases: [match_case] },
        Raise { exc: (expr), cause: (expr) },
        Try { body: [stmt], handlers: [excepthandler], orelse: [stmt], finalbody: [stmt] },
        TryStar { body: [stmt], handlers: [excepthandler], orelse: [stmt], finalbody: [stmt] },
        Assert { test: expr, msg: (expr) },
        Import { names: [alias] },
        ImportFrom { module: (identifier), names: [alias], level: (int) },
        Global { names: [identifier] },
        Nonlocal { names: [identifier] },
        Expr { value: expr },
        Pass,
        Break,
        Continue,
    }
    expr Start {
        BoolOp { op: boolop, values: [expr] },
        NamedExpr { target: expr, value: expr },
        BinOp { left: expr, op: operator, right: expr },
        UnaryOp { op: unaryop, operand: expr },
        Lambda { args: arguments, body: expr },
        IfExp { test: expr, body: expr, orelse: expr },
        Dict { keys: [expr], values: [expr] },
        Set { elts: [expr] },
        ListComp { elt: expr, generators: [comprehension] },
        SetComp { elt: expr, generators: [comprehension] },
        DictComp { key: expr, value: expr, generators: [comprehension] },
        GeneratorExp { elt: expr, generators: [comprehension] },
        Await { value: expr },
        Yield { value: (expr) },
        YieldFrom { value: expr },
        Compare { left: expr, ops: [cmpop], comparators: [expr] },
        Call { func: expr, args: [expr], keywords: [keyword] },
        FormattedValue { value: expr, conversion: int, format_spec: (expr) },
        Interpolation { value: expr, str: constant, conversion: int, format_spec: (expr) },
        JoinedStr { values: [expr] },
        TemplateStr { values: [expr] },
        Constant { value: constant, kind: (string) },
        Attribute { value: expr, attr: identifier, ctx: expr_context },
        Subscript { value: expr, slice: expr, ctx: expr_context },
        Starred { value: expr, ctx: expr_context },
        Name { id: identifier, ctx: expr_context },
        List { elts: [expr], ctx: expr_context },
        Tuple { elts: [expr], ctx: expr_context },
        Slice { lower: (expr), upper: (expr), step: (expr) },
    }
    expr_context Nowhere { Load, Store, Del, }
    boolop Nowhere { And, Or, }
    operator Nowhere {
        Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv,
    }
    unaryop Nowhere { Invert, Not, UAdd, USub, }
    cmpop Nowhere { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn, }
    comprehension Nowhere {
        comprehension { target: expr, iter: expr, ifs: [expr], is_async: int },
    }
    excepthandler Start {
        ExceptHandler { type: (expr), name: (identifier), body: [stmt] },
    }
    arguments Nowhere {
        arguments {
            posonlyargs: [arg], args: [arg], vararg: (arg), kwonlyargs: [arg], kw_defaults: [expr], kwarg: (arg),
            defaults: [expr]
        },
    }
    arg Start {
        arg { arg: identifier, annotation: (expr), type_comment: (string) },
    }
    keyword Start {
        keyword { arg: (identifier), value: expr },
    }
    alias Start {
        alias { name: identifier, asname: (identifier) },
    }
    withitem Nowhere {
        withitem { context_expr: expr, optional_vars: (expr) },
    }
    match_case Nowhere {
        match_case { pattern: pattern, guard: (expr), body: [stmt] },
    }
    pattern Both {
        MatchValue { value: expr },
        MatchSingleton { value: constant },
        MatchSequence { patterns: [pattern] },
        MatchMapping { keys: [expr], patterns: [pattern], rest: (identifier) },
        MatchClass { cls: expr, patterns: [pattern], kwd_attrs: [identifier], kwd_patterns: [pattern] },
        MatchStar { name: (identifier) },
        MatchAs { pattern: (pattern), name: (identifier) },
        MatchOr { patterns: [pattern] },
    }
    type_ignore Nowhere {
        TypeIgnore { lineno: int, tag: string },
    }
    type_param Both {
        TypeVar { name: identifier, bound: (expr), default_value: (expr) },
        ParamSpec { name: identifier, default_value: (expr) },
        TypeVarTuple { name: identifier, default_value: (expr) },
    }
}

/// The number of a class in the table: its group and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassIdx {
    group: u8,
    class: u8,
}

impl ClassIdx {
    /// The class of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<ClassIdx> {
        let places = GROUPS.iter().enumerate();
        places.into_iter().find_map(|(group, definition)| {
            let class = definition.classes.iter().position(|class| class.name == name)?;
            Some(ClassIdx { group: group as u8, class: class as u8 })
        })
    }

    /// The class at a place in the table.
    #[must_use]
    pub fn at(group: usize, class: usize) -> Option<ClassIdx> {
        GROUPS.get(group)?.classes.get(class)?;
        Some(ClassIdx { group: group as u8, class: class as u8 })
    }

    /// Its group.
    #[must_use]
    pub fn group(self) -> &'static Group {
        &GROUPS[usize::from(self.group)]
    }

    /// Its definition.
    #[must_use]
    pub fn definition(self) -> &'static ClassDef {
        &self.group().classes[usize::from(self.class)]
    }

    /// The number of its group in [`GROUPS`].
    #[must_use]
    pub fn group_number(self) -> usize {
        usize::from(self.group)
    }

    /// Its number in its group.
    #[must_use]
    pub fn number(self) -> usize {
        usize::from(self.class)
    }
}

/// The group of a name.
#[must_use]
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_names_a_group() {
        for field in GROUPS.iter().flat_map(|group| group.classes).flat_map(|class| class.fields) {
            if let Kind::Node(name) = field.kind {
                assert!(group(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn rules_read_like_the_grammar() {
        let rule = |name: &str| ClassIdx::named(name).expect("a class").definition().rule();
        assert_eq!(rule("Raise"), "Raise(expr? exc, expr? cause)");
        assert_eq!(rule("Dict"), "Dict(expr* keys, expr* values)");
        assert_eq!(rule("Pass"), "Pass");
        assert_eq!(group("boolop").expect("a group").rule(), "boolop = And | Or");
        let rule = group("type_param").expect("a group").rule();
        assert!(
            rule.starts_with("type_param = TypeVar(identifier name, expr? bound, expr? default_value)\n           | P")
        );
    }
}
