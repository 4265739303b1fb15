//! Changing trees: a node whose parts change is made anew, and one whose parts stay is kept, with all that is below it.

use bumpalo::Bump;

use super::nodes::*;

/// What changes nodes. Each method gives the node that takes another's place, or nothing if it stays.
pub(crate) trait Folder<'a> {
    fn arena(&self) -> &'a Bump;

    fn expr(&mut self, expr: &Expr<'a>) -> Option<Expr<'a>>;
    fn stmt(&mut self, stmt: &Stmt<'a>) -> Option<Stmt<'a>>;
    fn pattern(&mut self, pattern: &Pattern<'a>) -> Option<Pattern<'a>>;
    fn parameter(&mut self, parameter: &Parameter<'a>) -> Option<Parameter<'a>>;
}

/// What stands in fields.
pub(crate) trait Fold<'a>: Sized {
    fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self>;
}

impl<'a, T: Fold<'a> + Copy> Fold<'a> for &'a [T] {
    fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
        let mut changed: Option<&'a mut [T]> = None;
        for (at, item) in self.iter().enumerate() {
            if let Some(new) = item.fold(folder) {
                changed.get_or_insert_with(|| folder.arena().alloc_slice_copy(self))[at] = new;
            }
        }
        changed.map(|items| &*items)
    }
}

impl<'a, T: Fold<'a>> Fold<'a> for Option<T> {
    fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
        self.as_ref()?.fold(folder).map(Some)
    }
}

/// Nodes behind a reference.
macro_rules! references {
    ($($type:ident)*) => {
        $(impl<'a> Fold<'a> for &'a $type<'a> {
            fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
                let new = (**self).fold(folder)?;
                Some(folder.arena().alloc(new))
            }
        })*
    };
}

references! { Expr Parameter Parameters Pattern }

/// Nodes that a folder has a say in.
macro_rules! visited {
    ($($type:ident $method:ident,)*) => {
        $(impl<'a> Fold<'a> for $type<'a> {
            fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
                folder.$method(self)
            }
        })*
    };
}

visited! { Expr expr, Stmt stmt, Pattern pattern, Parameter parameter, }

/// Nodes that change with their parts.
macro_rules! parts {
    ($($type:ident)*) => {
        $(impl<'a> Fold<'a> for $type<'a> {
            fn fold(&self, folder: &mut impl Folder<'a>) -> Option<Self> {
                self.fold_parts(folder)
            }
        })*
    };
}

parts! { Alias Comprehension ExceptHandler Keyword MatchCase Parameters TypeIgnore TypeParam WithItem }

/// What is no node.
macro_rules! leaves {
    ($($type:ty,)*) => {
        $(impl<'a> Fold<'a> for $type {
            fn fold(&self, _: &mut impl Folder<'a>) -> Option<Self> {
                None
            }
        })*
    };
}

leaves! { &'a str, &'a [u8], bool, i32, Constant<'a>, BoolOp, CmpOp, ExprContext, Operator, UnaryOp, }
