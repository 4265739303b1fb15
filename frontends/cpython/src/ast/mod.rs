//! The syntax tree of the frontend: [`nodes`] has the grammar, [`place`] where nodes stand, [`convert`] the way to and from
//! the trees that frontends and hosts exchange. [`validate`](mod@validate) checks trees that programs made, [`preprocess`] says what becomes of a
//! tree before code is made from it; [`fold`] is how trees are changed.

mod convert;
mod fold;
mod nodes;
mod number;
mod percent;
mod place;
pub(crate) mod preprocess;
mod validate;

pub(crate) use convert::{Refused, from_tree, to_tree};
pub(crate) use nodes::*;
pub(crate) use place::{Place, Range, Ranged};
pub(crate) use validate::validate;

impl Expr<'_> {
    /// What messages call such an expression.
    pub(crate) fn description(&self) -> &'static str {
        match self {
            Expr::Attribute(_) => "attribute",
            Expr::Subscript(_) => "subscript",
            Expr::Starred(_) => "starred",
            Expr::Name(_) => "name",
            Expr::List(_) => "list",
            Expr::Tuple(_) => "tuple",
            Expr::Lambda(_) => "lambda",
            Expr::Call(_) => "function call",
            Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::Slice(_) => "expression",
            Expr::Generator(_) => "generator expression",
            Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
            Expr::Await(_) => "await expression",
            Expr::ListComp(_) => "list comprehension",
            Expr::SetComp(_) => "set comprehension",
            Expr::DictComp(_) => "dict comprehension",
            Expr::Dict(_) => "dict literal",
            Expr::Set(_) => "set display",
            Expr::JoinedStr(_) | Expr::FormattedValue(_) => "f-string expression",
            Expr::TemplateStr(_) | Expr::Interpolation(_) => "t-string expression",
            Expr::Constant(constant) => match constant.value {
                Constant::None => "None",
                Constant::Bool(true) => "True",
                Constant::Bool(false) => "False",
                Constant::Ellipsis => "ellipsis",
                _ => "literal",
            },
            Expr::Compare(_) => "comparison",
            Expr::If(_) => "conditional expression",
            Expr::Named(_) => "named expression",
        }
    }
}

/// Questions about the kind of an expression.
macro_rules! questions {
    ($($question:ident: $variant:ident,)*) => {
        impl Expr<'_> {
            $(pub(crate) fn $question(&self) -> bool {
                matches!(self, Expr::$variant(_))
            })*
        }
    };
}

questions! {
    is_attribute: Attribute,
    is_constant: Constant,
    is_lambda: Lambda,
    is_name: Name,
    is_slice: Slice,
    is_starred: Starred,
    is_tuple: Tuple,
}

impl<'a> TypeParam<'a> {
    /// The name that it binds.
    pub(crate) fn name(&self) -> Identifier<'a> {
        match self {
            TypeParam::TypeVar(param) => param.name,
            TypeParam::ParamSpec(param) => param.name,
            TypeParam::TypeVarTuple(param) => param.name,
        }
    }

    pub(crate) fn default_value(&self) -> Option<&'a Expr<'a>> {
        match self {
            TypeParam::TypeVar(param) => param.default_value,
            TypeParam::ParamSpec(param) => param.default_value,
            TypeParam::TypeVarTuple(param) => param.default_value,
        }
    }
}

impl<'a> Parameters<'a> {
    /// Parameters that take arguments by position.
    pub(crate) fn positional(&self) -> impl Iterator<Item = &'a Parameter<'a>> {
        self.posonlyargs.iter().chain(self.args)
    }

    /// Parameters that have an annotation, with it, in the order in which annotations are evaluated: those by position, `*args`,
    /// those by keyword only, `**kwargs`.
    pub(crate) fn annotated(&self) -> impl Iterator<Item = (&'a Parameter<'a>, &'a Expr<'a>)> {
        let all = self.positional().chain(self.vararg).chain(self.kwonlyargs).chain(self.kwarg);
        all.filter_map(|parameter| Some((parameter, parameter.annotation?)))
    }

    /// Parameters that are given by keyword only and have a default, with it.
    pub(crate) fn keyword_defaults(&self) -> impl Iterator<Item = (&'a Parameter<'a>, &'a Expr<'a>)> {
        let pairs = self.kwonlyargs.iter().zip(self.kw_defaults);
        pairs.filter_map(|(parameter, default)| Some((parameter, default.as_ref()?)))
    }
}
