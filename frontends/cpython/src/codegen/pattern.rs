//! Patterns of `match`.
//!
//! A pattern consumes the subject on top of the stack. While one is tested, the stack holds from the top down: what is
//! still needed of outer patterns ([`Context::on_top`] values), then the values captured so far. When a test fails all
//! that is popped by a chain of labels, one for each number of values.

use crate::ast::{self, Expr, Pattern, Range, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{BinaryOp, CompareOp, Count, Depth, Flag, Label};
use rustc_hash::FxHashSet;

use super::constant::Value;
use super::matching::is_wildcard;
use super::{Compiler, Error, Result, unparse};

/// The state of one case while its pattern is generated.
pub(super) struct Context<'a> {
    /// Names captured so far; their values are on the stack, the last one deepest.
    pub stores: Vec<&'a str>,
    /// Where to go when a test fails, by the number of values to pop.
    failures: Vec<Label>,
    /// Values above the captured ones that must be kept.
    on_top: usize,
    allow_irrefutable: bool,
}

impl Context<'_> {
    pub fn new(allow_irrefutable: bool) -> Self {
        Context { stores: Vec::new(), failures: Vec::new(), on_top: 0, allow_irrefutable }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn pattern(&mut self, pattern: &'a Pattern<'a>, context: &mut Context<'a>) -> Result {
        self.deeper(pattern, |this| match pattern {
            Pattern::MatchValue(value) => this.value_pattern(value, context),
            Pattern::MatchSingleton(singleton) => {
                let value = this.literal(&singleton.value);
                this.constant(singleton.range, value);
                this.emit(singleton.range, Op::Is { negate: Flag::No });
                this.fail_unless(singleton.range, context);
                Ok(())
            }
            Pattern::MatchSequence(sequence) => this.sequence_pattern(sequence, context),
            Pattern::MatchMapping(mapping) => this.mapping_pattern(mapping, context),
            Pattern::MatchClass(class) => this.class_pattern(class, context),
            Pattern::MatchStar(star) => this.capture(star.name, star.range, context),
            Pattern::MatchAs(as_pattern) => this.as_pattern(as_pattern, context),
            Pattern::MatchOr(or) => this.or_pattern(or, context),
        })
    }

    /// A pattern inside another: it may match anything.
    fn subpattern(&mut self, pattern: &'a Pattern<'a>, context: &mut Context<'a>) -> Result {
        let before = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(pattern, context)?;
        context.allow_irrefutable = before;
        Ok(())
    }

    // ---- failing ------------------------------------------------------------------------------------------------------

    /// The label to jump to with `pops` values on the stack that are not needed any more.
    pub(super) fn fail_label(&mut self, context: &mut Context, pops: usize) -> Label {
        while context.failures.len() <= pops {
            let label = self.label();
            context.failures.push(label);
        }
        context.failures[pops]
    }

    fn fail_unless(&mut self, range: Range, context: &mut Context) {
        let target = self.fail_label(context, context.on_top + context.stores.len());
        self.emit(range, Op::JumpIfFalse { target });
    }

    /// Pops what failed tests left.
    pub(super) fn bind_failures(&mut self, range: Range, context: &mut Context) {
        let failures = std::mem::take(&mut context.failures);
        for (pops, label) in failures.into_iter().enumerate().rev() {
            self.bind(label);
            if pops > 0 {
                self.emit(range, Op::Pop);
            }
        }
    }

    /// Moves the top value under `count - 1` others.
    fn rotate(&mut self, range: Range, count: usize) {
        for depth in (2..=count).rev() {
            self.emit(range, Op::Swap { depth: Depth(depth as u32) });
        }
    }

    // ---- captures -------------------------------------------------------------------------------------------------------

    fn capture(&mut self, name: Option<&'a str>, range: Range, context: &mut Context<'a>) -> Result {
        let Some(name) = name else {
            self.emit(range, Op::Pop);
            return Ok(());
        };
        check_new(&context.stores, name, range)?;
        self.rotate(range, context.on_top + context.stores.len() + 1);
        context.stores.push(name);
        Ok(())
    }

    fn as_pattern(&mut self, pattern: &'a ast::PatternMatchAs<'a>, context: &mut Context<'a>) -> Result {
        let range = pattern.range;
        let Some(inner) = pattern.pattern else {
            if !context.allow_irrefutable {
                let message = match pattern.name {
                    Some(name) => format!("name capture '{name}' makes remaining patterns unreachable"),
                    None => "wildcard makes remaining patterns unreachable".to_owned(),
                };
                return Err(Error::syntax(message, range));
            }
            return self.capture(pattern.name, range, context);
        };
        context.on_top += 1;
        self.emit(range, Op::Copy { depth: Depth(1) });
        self.pattern(inner, context)?;
        context.on_top -= 1;
        self.capture(pattern.name, range, context)
    }

    fn or_pattern(&mut self, or: &'a ast::PatternMatchOr<'a>, context: &mut Context<'a>) -> Result {
        let end = self.label();
        let mut control: Vec<&'a str> = Vec::new();
        for (at, alternative) in or.patterns.iter().enumerate() {
            let range = alternative.range();
            let last = at + 1 == or.patterns.len();
            let mut inner = Context::new(last && context.allow_irrefutable);
            self.emit(range, Op::Copy { depth: Depth(1) });
            self.pattern(alternative, &mut inner)?;
            if at == 0 {
                control.clone_from(&inner.stores);
            } else {
                self.reorder(range, &control, &mut inner.stores, or.range)?;
            }
            self.jump(range, end);
            self.bind_failures(range, &mut inner);
        }
        // No alternative matched.
        self.emit(or.range, Op::Pop);
        let target = self.fail_label(context, context.on_top + context.stores.len());
        self.jump(or.range, target);
        self.bind(end);
        let rotations = control.len() + 1 + context.on_top + context.stores.len();
        for name in control {
            self.rotate(or.range, rotations);
            check_new(&context.stores, name, or.range)?;
            context.stores.push(name);
        }
        self.emit(or.range, Op::Pop);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one's.
    fn reorder(&mut self, range: Range, control: &[&'a str], stores: &mut Vec<&'a str>, whole: Range) -> Result {
        let different = || Error::syntax("alternative patterns bind different names", whole);
        if stores.len() != control.len() {
            return Err(different());
        }
        for wanted in (0..control.len()).rev() {
            let at = stores.iter().position(|&name| name == control[wanted]).ok_or_else(different)?;
            if at == wanted {
                continue;
            }
            if at > wanted {
                return Err(different());
            }
            let rotated: Vec<&str> = stores.drain(..=at).collect();
            let place = wanted - at;
            stores.splice(place..place, rotated);
            for _ in 0..=at {
                self.rotate(range, wanted + 1);
            }
        }
        Ok(())
    }

    // ---- values and containers ------------------------------------------------------------------------------------------

    fn value_pattern(&mut self, pattern: &'a ast::PatternMatchValue<'a>, context: &mut Context) -> Result {
        if !pattern.value.is_constant() && !pattern.value.is_attribute() {
            let message = "patterns may only match literals and attribute lookups";
            return Err(Error::syntax(message, pattern.range));
        }
        self.expr(pattern.value)?;
        self.emit(pattern.range, Op::Compare { op: CompareOp::Eq });
        self.fail_unless(pattern.range, context);
        Ok(())
    }

    fn sequence_pattern(&mut self, sequence: &'a ast::PatternMatchSequence<'a>, context: &mut Context<'a>) -> Result {
        let (range, patterns) = (sequence.range, sequence.patterns);
        let stars: Vec<usize> =
            patterns.iter().enumerate().filter(|(_, p)| matches!(p, Pattern::MatchStar(_))).map(|(at, _)| at).collect();
        if stars.len() > 1 {
            return Err(Error::syntax("multiple starred names in sequence pattern", range));
        }
        let star = stars.first().copied();
        let star_is_wildcard =
            star.is_some_and(|at| matches!(&patterns[at], Pattern::MatchStar(star) if star.name.is_none()));
        let only_wildcards =
            patterns.iter().enumerate().all(|(at, p)| is_wildcard(p) || Some(at) == star && star_is_wildcard);
        context.on_top += 1;
        self.emit(range, Op::MatchSequence);
        self.fail_unless(range, context);
        match star {
            None => self.check_length(range, patterns.len(), CompareOp::Eq, context),
            Some(_) if patterns.len() > 1 => self.check_length(range, patterns.len() - 1, CompareOp::Ge, context),
            Some(_) => {}
        }
        context.on_top -= 1;
        if only_wildcards {
            self.emit(range, Op::Pop);
            return Ok(());
        }
        match star {
            Some(star) if star_is_wildcard => self.sequence_by_index(range, patterns, star, context),
            _ => self.sequence_by_unpacking(range, patterns, star, context),
        }
    }

    fn check_length(&mut self, range: Range, length: usize, op: CompareOp, context: &mut Context) {
        self.emit(range, Op::GetLen);
        self.int(range, length as i64);
        self.emit(range, Op::Compare { op });
        self.fail_unless(range, context);
    }

    fn sequence_by_unpacking(
        &mut self,
        range: Range,
        patterns: &'a [Pattern<'a>],
        star: Option<usize>,
        context: &mut Context<'a>,
    ) -> Result {
        match star {
            Some(at) => {
                let (before, after) = (Count(at as u32), Count((patterns.len() - at - 1) as u32));
                self.emit(range, Op::UnpackEx { before, after });
            }
            None => self.emit(range, Op::UnpackSequence { count: Count(patterns.len() as u32) }),
        }
        context.on_top += patterns.len();
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: the items are fetched one by one, without a list of the rest.
    fn sequence_by_index(
        &mut self,
        range: Range,
        patterns: &'a [Pattern<'a>],
        star: usize,
        context: &mut Context<'a>,
    ) -> Result {
        context.on_top += 1;
        for (at, pattern) in patterns.iter().enumerate() {
            if at == star || is_wildcard(pattern) {
                continue;
            }
            self.emit(range, Op::Copy { depth: Depth(1) });
            if at < star {
                self.int(range, at as i64);
            } else {
                // The subject need not support negative indices.
                self.emit(range, Op::GetLen);
                self.int(range, (patterns.len() - at) as i64);
                self.emit(range, Op::Binary { op: BinaryOp::Sub });
            }
            self.emit(range, Op::LoadItem);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.emit(range, Op::Pop);
        Ok(())
    }

    fn mapping_pattern(&mut self, mapping: &'a ast::PatternMatchMapping<'a>, context: &mut Context<'a>) -> Result {
        let range = mapping.range;
        let size = mapping.keys.len();
        context.on_top += 1;
        self.emit(range, Op::MatchMapping);
        self.fail_unless(range, context);
        if size == 0 && mapping.rest.is_none() {
            context.on_top -= 1;
            self.emit(range, Op::Pop);
            return Ok(());
        }
        if size > 0 {
            self.check_length(range, size, CompareOp::Ge, context);
        }
        self.mapping_keys(mapping)?;
        self.emit(range, Op::BuildTuple { count: Count(size as u32) });
        self.emit(range, Op::MatchKeys);
        // Stack: subject, keys, values or None.
        context.on_top += 2;
        self.fail_if_none(range, context);
        self.emit(range, Op::UnpackSequence { count: Count(size as u32) });
        context.on_top = context.on_top + size - 1;
        for pattern in mapping.patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        // What follows consumes the keys and the subject.
        context.on_top -= 2;
        let Some(rest) = mapping.rest else {
            self.emit(range, Op::Pop);
            self.emit(range, Op::Pop);
            return Ok(());
        };
        self.emit(range, Op::BuildDict { count: Count(0) });
        self.emit(range, Op::Swap { depth: Depth(3) });
        self.emit(range, Op::DictUpdate { depth: Depth(2) });
        self.emit(range, Op::UnpackSequence { count: Count(size as u32) });
        for left in (1..=size).rev() {
            self.emit(range, Op::Copy { depth: Depth(left as u32 + 1) });
            self.emit(range, Op::Swap { depth: Depth(2) });
            self.emit(range, Op::DeleteItem);
        }
        self.capture(Some(rest), range, context)
    }

    fn mapping_keys(&mut self, mapping: &'a ast::PatternMatchMapping<'a>) -> Result {
        let mut seen: Vec<Value> = Vec::new();
        for key in mapping.keys {
            match key {
                Expr::Constant(literal) => {
                    let value = Value::of(&literal.value);
                    if seen.iter().any(|known| known.equals(&value)) {
                        let shown = unparse(key);
                        let message =
                            format!("mapping pattern checks duplicate key ({})", String::from_utf8_lossy(&shown));
                        return Err(Error::syntax(message, mapping.range));
                    }
                    seen.push(value);
                }
                Expr::Attribute(_) => {}
                _ => {
                    let message = "mapping pattern keys may only match literals and attribute lookups";
                    return Err(Error::syntax(message, mapping.range));
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }

    /// Fails when the value on top, which stays there, is None.
    fn fail_if_none(&mut self, range: Range, context: &mut Context) {
        self.emit(range, Op::Copy { depth: Depth(1) });
        self.none(range);
        self.emit(range, Op::Is { negate: Flag::Yes });
        self.fail_unless(range, context);
    }

    fn class_pattern(&mut self, class: &'a ast::PatternMatchClass<'a>, context: &mut Context<'a>) -> Result {
        let range = class.range;
        let (positional, keywords) = (class.patterns, class.kwd_patterns);
        let mut seen = FxHashSet::default();
        for (name, pattern) in class.kwd_attrs.iter().zip(keywords) {
            if !seen.insert(name) {
                let message = format!("attribute name repeated in class pattern: {name}");
                return Err(Error::syntax(message, pattern.range()));
            }
        }
        self.expr(class.cls)?;
        // Unlike other names of attributes, these are not private to the class around.
        let names = self.module.names_tuple(class.kwd_attrs.iter().copied());
        self.constant(range, names);
        self.emit(range, Op::MatchClass { count: Count(positional.len() as u32) });
        // A tuple of the attributes, or None.
        context.on_top += 1;
        self.fail_if_none(range, context);
        let count = positional.len() + keywords.len();
        self.emit(range, Op::UnpackSequence { count: Count(count as u32) });
        context.on_top = context.on_top + count - 1;
        for pattern in positional.iter().chain(keywords) {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.emit(range, Op::Pop);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }
}

fn check_new(stores: &[&str], name: &str, range: Range) -> Result {
    if stores.contains(&name) {
        return Err(Error::syntax(format!("multiple assignments to name '{name}' in pattern"), range));
    }
    Ok(())
}
