//! Calls.

use crate::ast::{self, Expr, Keyword, Range, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{Count, Depth, Flag};
use rustc_hash::FxHashSet;

use super::constant::literal_type;
use super::display::{STACK_USE_GUIDELINE, Sequence};
use super::expr::attribute_range;
use super::{Compiler, Error, Result};

/// How a call with plain arguments is made.
#[derive(Clone, Copy)]
enum Callee {
    Function,
    Method,
}

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall<'a>) -> Result {
        self.check_keywords(call.keywords)?;
        self.check_callee(call);
        let range = call.range();
        let plain = !unpacks(call.args, call.keywords);
        if let Expr::Attribute(attribute) = call.func
            && plain
        {
            self.expr(attribute.value)?;
            let name = self.mangled_name(attribute.attr);
            let place = attribute_range(attribute.range, attribute);
            self.emit(place, Op::LoadMethod { name });
            let range = attribute_range(range, attribute);
            return self.plain_call(range, 0, call.args, call.keywords, Callee::Method);
        }
        self.expr(call.func)?;
        self.arguments(range, 0, call.args, call.keywords)
    }

    /// Calls the callable that lies below `pushed` positional arguments on the stack.
    pub(super) fn arguments(
        &mut self,
        range: Range,
        pushed: u32,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result {
        if unpacks(args, keywords) {
            return self.unpacking_call(range, pushed, args, keywords);
        }
        self.plain_call(range, pushed, args, keywords, Callee::Function)
    }

    fn plain_call(
        &mut self,
        range: Range,
        pushed: u32,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
        callee: Callee,
    ) -> Result {
        self.exprs(args)?;
        for keyword in keywords {
            self.expr(keyword.value)?;
        }
        let argc = Count(pushed + args.len() as u32 + keywords.len() as u32);
        if keywords.is_empty() {
            self.emit(
                range,
                match callee {
                    Callee::Function => Op::Call { argc },
                    Callee::Method => Op::CallMethod { argc },
                },
            );
            return Ok(());
        }
        // Names of arguments are not mangled.
        let names = keywords.iter().filter_map(|keyword| keyword.arg);
        let names = self.module.names_tuple(names);
        self.emit(
            range,
            match callee {
                Callee::Function => Op::CallKw { argc, names },
                Callee::Method => Op::CallMethodKw { argc, names },
            },
        );
        Ok(())
    }

    /// A call with `*args` or `**kwargs`, or with very many arguments.
    fn unpacking_call(
        &mut self,
        range: Range,
        pushed: u32,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
    ) -> Result {
        match args {
            [Expr::Starred(starred)] if pushed == 0 => {
                // The iterable itself: the call makes the tuple.
                self.expr(starred.value)?;
            }
            _ => self.sequence(range, args, pushed, Sequence::Tuple)?,
        }
        if keywords.is_empty() {
            self.emit(range, Op::CallEx { kwargs: Flag::No });
            return Ok(());
        }
        let mut built = false;
        let mut rest = keywords;
        while let Some((first, tail)) = rest.split_first() {
            if first.arg.is_none() {
                if !built {
                    self.emit(range, Op::BuildDict { count: Count(0) });
                    built = true;
                }
                self.expr(first.value)?;
                self.emit(range, Op::DictMerge { depth: Depth(1) });
                rest = tail;
                continue;
            }
            let named = rest.iter().take_while(|keyword| keyword.arg.is_some()).count();
            let (run, tail) = rest.split_at(named);
            let many = 2 * named > STACK_USE_GUIDELINE;
            if many {
                self.emit(range, Op::BuildDict { count: Count(0) });
            }
            for keyword in run {
                if let Some(name) = keyword.arg {
                    self.str(keyword.range, name);
                }
                self.expr(keyword.value)?;
                if many {
                    self.emit(range, Op::DictSet { depth: Depth(1) });
                }
            }
            if !many {
                self.emit(range, Op::BuildDict { count: Count(named as u32) });
            }
            if built {
                self.emit(range, Op::DictMerge { depth: Depth(1) });
            }
            built = true;
            rest = tail;
        }
        self.emit(range, Op::CallEx { kwargs: Flag::Yes });
        Ok(())
    }

    pub(super) fn check_keywords(&self, keywords: &[Keyword]) -> Result {
        let mut seen = FxHashSet::default();
        for keyword in keywords {
            if let Some(name) = keyword.arg
                && !seen.insert(name)
            {
                return Err(Error::syntax(format!("keyword argument repeated: {name}"), keyword.range));
            }
        }
        Ok(())
    }

    fn check_callee(&mut self, call: &ast::ExprCall) {
        let callee = call.func;
        if callee.is_lambda() {
            return;
        }
        if let Some(kind) = literal_type(callee) {
            let message = format!("'{kind}' object is not callable; perhaps you missed a comma?");
            self.warn(message, call.range());
        }
    }
}

/// Whether the arguments must be collected before the call.
fn unpacks(args: &[Expr], keywords: &[Keyword]) -> bool {
    // So many arguments would make the stack deep; CPython collects them too.
    args.iter().any(Expr::is_starred)
        || keywords.iter().any(|keyword| keyword.arg.is_none())
        || args.len() + 2 * keywords.len() > STACK_USE_GUIDELINE
}
