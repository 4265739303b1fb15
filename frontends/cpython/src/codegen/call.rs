//! Calls.

use orochi_bytecode::Op;
use orochi_bytecode::operands::{Count, Depth, Flag};
use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::constant::literal_type;
use super::display::Sequence;
use super::{Compiler, Error, Result};

/// How a call with plain arguments is made.
#[derive(Clone, Copy)]
enum Callee {
    Function,
    Method,
}

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall) -> Result {
        self.check_keywords(&call.arguments.keywords)?;
        self.check_callee(call);
        let bare = matches!(&*call.arguments.args, [Expr::Generator(generator)] if !generator.parenthesized);
        let range = call.range();
        let plain = !unpacks(&call.arguments.args, &call.arguments.keywords);
        if let Expr::Attribute(attribute) = &*call.func
            && plain
        {
            self.expr(&attribute.value)?;
            let name = self.mangled_name(&attribute.attr.id);
            let place = self.attribute_range(attribute.range, attribute);
            self.emit(place, Op::LoadMethod { name });
            let range = self.attribute_range(range, attribute);
            self.generator_range = bare.then_some(call.arguments.range);
            return self.plain_call(range, 0, &call.arguments.args, &call.arguments.keywords, Callee::Method);
        }
        self.expr(&call.func)?;
        self.generator_range = bare.then_some(call.arguments.range);
        self.arguments(range, 0, &call.arguments.args, &call.arguments.keywords)
    }

    /// Calls the callable that lies below `pushed` positional arguments on the stack.
    pub(super) fn arguments(
        &mut self,
        range: TextRange,
        pushed: u32,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Result {
        if unpacks(args, keywords) {
            return self.unpacking_call(range, pushed, args, keywords);
        }
        self.plain_call(range, pushed, args, keywords, Callee::Function)
    }

    fn plain_call(
        &mut self,
        range: TextRange,
        pushed: u32,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        callee: Callee,
    ) -> Result {
        self.exprs(args)?;
        for keyword in keywords {
            self.expr(&keyword.value)?;
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
        let names = keywords.iter().filter_map(|keyword| keyword.arg.as_ref()).map(|name| name.id.as_str());
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
    fn unpacking_call(&mut self, range: TextRange, pushed: u32, args: &'a [Expr], keywords: &'a [Keyword]) -> Result {
        match args {
            [Expr::Starred(starred)] if pushed == 0 => {
                // The iterable itself: the call makes the tuple.
                self.expr(&starred.value)?;
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
                self.expr(&first.value)?;
                self.emit(range, Op::DictMerge { depth: Depth(1) });
                rest = tail;
                continue;
            }
            let named = rest.iter().take_while(|keyword| keyword.arg.is_some()).count().min(15);
            let (run, tail) = rest.split_at(named);
            for keyword in run {
                if let Some(name) = &keyword.arg {
                    self.str(keyword.range, &name.id);
                }
                self.expr(&keyword.value)?;
            }
            self.emit(range, Op::BuildDict { count: Count(named as u32) });
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
            if let Some(name) = &keyword.arg
                && !seen.insert(name.id.as_str())
            {
                return Err(Error::syntax(format!("keyword argument repeated: {}", name.id), keyword.range));
            }
        }
        Ok(())
    }

    fn check_callee(&mut self, call: &ast::ExprCall) {
        let callee = &*call.func;
        if callee.is_lambda_expr() {
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
    const MANY: usize = 30;
    args.iter().any(Expr::is_starred_expr)
        || keywords.iter().any(|keyword| keyword.arg.is_none())
        || args.len() + 2 * keywords.len() > MANY
}
