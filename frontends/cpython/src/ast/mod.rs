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
