//! Displays: tuples, lists, sets and dicts.

use crate::ast::{self, Expr, Range};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{Count, Depth};

use super::constant::Value;
use super::{Compiler, Result};

/// Displays with more items than this are built piece by piece, so that the stack stays shallow. CPython's figure.
pub(super) const STACK_USE_GUIDELINE: usize = 30;

/// What a display makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequence {
    Tuple,
    List,
    Set,
}

impl<'a> Compiler<'a> {
    pub(super) fn list(&mut self, list: &'a ast::ExprList<'a>) -> Result {
        self.sequence(list.range, list.elts, 0, Sequence::List)
    }

    pub(super) fn tuple(&mut self, tuple: &'a ast::ExprTuple<'a>) -> Result {
        self.sequence(tuple.range, tuple.elts, 0, Sequence::Tuple)
    }

    pub(super) fn set_display(&mut self, set: &'a ast::ExprSet<'a>) -> Result {
        self.sequence(set.range, set.elts, 0, Sequence::Set)
    }

    /// A display of items of which the first `pushed` are on the stack already.
    pub(super) fn sequence(&mut self, range: Range, items: &'a [Expr<'a>], pushed: u32, what: Sequence) -> Result {
        let starred = items.iter().any(Expr::is_starred);
        if items.len() > 2
            && pushed == 0
            && !starred
            && what != Sequence::Tuple
            && let Some(values) = self.fold_all(items, 0)
        {
            self.constant_items(range, values, what);
            return Ok(());
        }
        let total = items.len() + pushed as usize;
        if !starred && total <= STACK_USE_GUIDELINE {
            self.exprs(items)?;
            self.emit(range, build(what, total as u32));
            return Ok(());
        }
        let mut built = false;
        if total > STACK_USE_GUIDELINE {
            self.emit(range, build(collector(what), pushed));
            built = true;
        }
        let mut waiting = pushed;
        for item in items {
            match item {
                Expr::Starred(starred) => {
                    if !built {
                        self.emit(range, build(collector(what), waiting));
                        built = true;
                    }
                    self.expr(starred.value)?;
                    self.emit(
                        range,
                        if what == Sequence::Set {
                            Op::SetUpdate { depth: Depth(1) }
                        } else {
                            Op::ListExtend { depth: Depth(1) }
                        },
                    );
                }
                _ => {
                    self.expr(item)?;
                    if built {
                        self.emit(
                            range,
                            if what == Sequence::Set {
                                Op::SetAdd { depth: Depth(1) }
                            } else {
                                Op::ListAppend { depth: Depth(1) }
                            },
                        );
                    } else {
                        waiting += 1;
                    }
                }
            }
        }
        if what == Sequence::Tuple {
            self.emit(range, Op::ListToTuple);
        }
        Ok(())
    }

    /// A list or set of constants: an empty one, filled from a constant.
    fn constant_items(&mut self, range: Range, values: Vec<Value>, what: Sequence) {
        let value = self.intern(&Value::Tuple(values));
        self.emit(range, build(what, 0));
        self.constant(range, value);
        self.emit(
            range,
            if what == Sequence::Set { Op::SetUpdate { depth: Depth(1) } } else { Op::ListExtend { depth: Depth(1) } },
        );
    }

    pub(super) fn dict(&mut self, dict: &'a ast::ExprDict<'a>) -> Result {
        let range = dict.range;
        let mut built = false;
        let (mut keys, mut values) = (dict.keys, dict.values);
        while let (Some(first), Some(value)) = (keys.first(), values.first()) {
            if first.is_none() {
                if !built {
                    self.emit(range, Op::BuildDict { count: Count(0) });
                    built = true;
                }
                self.expr(value)?;
                self.emit(range, Op::DictUpdate { depth: Depth(1) });
                (keys, values) = (&keys[1..], &values[1..]);
                continue;
            }
            let run = keys.iter().take_while(|key| key.is_some()).count().min(values.len());
            if !built && 2 * run > STACK_USE_GUIDELINE {
                self.emit(range, Op::BuildDict { count: Count(0) });
                built = true;
            }
            self.dict_items(range, keys[..run].iter().flatten().zip(&values[..run]), &mut built)?;
            (keys, values) = (&keys[run..], &values[run..]);
        }
        if !built {
            self.emit(range, Op::BuildDict { count: Count(0) });
        }
        Ok(())
    }

    /// Key-value pairs: a new dict when there is none yet, else added to the one on the stack.
    fn dict_items(
        &mut self,
        range: Range,
        items: impl Iterator<Item = (&'a Expr<'a>, &'a Expr<'a>)>,
        built: &mut bool,
    ) -> Result {
        let mut count = 0;
        for (key, value) in items {
            self.expr(key)?;
            self.expr(value)?;
            count += 1;
            if *built {
                self.emit(range, Op::DictSet { depth: Depth(1) });
            }
        }
        if !*built {
            self.emit(range, Op::BuildDict { count: Count(count) });
            *built = true;
        }
        Ok(())
    }
}

/// What collects the items of a display that is built piece by piece.
fn collector(what: Sequence) -> Sequence {
    if what == Sequence::Set { Sequence::Set } else { Sequence::List }
}

fn build(what: Sequence, count: u32) -> Op {
    let count = Count(count);
    match what {
        Sequence::Tuple => Op::BuildTuple { count },
        Sequence::List => Op::BuildList { count },
        Sequence::Set => Op::BuildSet { count },
    }
}
