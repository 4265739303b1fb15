//! Parameter lists in the orders that CPython gives them.

use ruff_python_ast::{Expr, Parameter, Parameters};

/// Parameters that have an annotation, with it, in order of evaluation: positional, `*args`, keyword-only, `**kwargs`.
pub(crate) fn annotated(parameters: &Parameters) -> impl Iterator<Item = (&Parameter, &Expr)> {
    let positional = parameters.posonlyargs.iter().chain(&parameters.args).map(|p| &p.parameter);
    let vararg = parameters.vararg.as_deref();
    let keyword = parameters.kwonlyargs.iter().map(|p| &p.parameter);
    positional
        .chain(vararg)
        .chain(keyword)
        .chain(parameters.kwarg.as_deref())
        .filter_map(|parameter| Some((parameter, parameter.annotation.as_deref()?)))
}
