//! Modules with sense: what a frontend would make of a program with branches, loops, protected regions, calls, inner
//! functions and code that control never reaches.

use orochi_bytecode::builder::{BuildError, CodeBuilder, ModuleBuilder};
use orochi_bytecode::operands::*;
use orochi_bytecode::{Code, CodeFlags, Module, Op, Position};

use super::source::Source;

/// A module that the verifier must accept.
pub fn module(source: &mut Source<'_>) -> Module {
    let mut module = ModuleBuilder::new(source.text());
    code(&mut module, source, 0, false).expect("the builder takes what a frontend emits");
    module.finish().expect("every code object is set")
}

/// A module with instructions here and there that touch what they should not, though there is something to touch. `None`
/// when that is beyond what the builder lets pass.
pub fn mischievous(source: &mut Source<'_>) -> Option<Module> {
    let mut module = ModuleBuilder::new("");
    code(&mut module, source, 0, true).ok()?;
    module.finish().ok()
}

fn code(
    module: &mut ModuleBuilder,
    source: &mut Source<'_>,
    level: u32,
    mischief: bool,
) -> Result<CodeIdx, BuildError> {
    let index = module.reserve_code();
    let name = module.name("f");
    let generator = level > 0 && source.chance(3);
    let flags = CodeFlags { function: level > 0, generator, ..CodeFlags::default() };
    let locals = vec![name; 3];
    let code = CodeBuilder::new(Code { name, qualname: name, flags, locals, ..Code::default() });
    let mut program = Program { code, module, source, level, mischief };
    program.block(0);
    program.expression(0);
    program.emit(Op::Return);
    let code = program.code.finish()?;
    module.set_code(index, code);
    Ok(index)
}

struct Program<'p, 's> {
    module: &'p mut ModuleBuilder,
    code: CodeBuilder,
    source: &'p mut Source<'s>,
    /// How many functions it is inside of.
    level: u32,
    mischief: bool,
}

impl Program<'_, '_> {
    fn emit(&mut self, op: Op) {
        self.code.emit(op);
    }

    fn local(&mut self) -> LocalIdx {
        LocalIdx(self.source.below(3) as u32)
    }

    fn block(&mut self, depth: u32) {
        for _ in 0..self.source.below(4) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: u32) {
        let line = u32::from(self.source.byte());
        self.code.set_position(Position { offset: 0, line, end_line: line, column: 0, end_column: line / 2 });
        match if depth > 4 { self.source.below(3) } else { self.source.below(9) } {
            0 => {
                self.expression(depth);
                self.emit(Op::Pop);
            }
            1 => {
                self.expression(depth);
                let local = self.local();
                self.emit(Op::StoreLocal { local });
            }
            2 => {
                self.expression(depth);
                let raises = self.source.chance(2);
                self.emit(if raises { Op::Raise { argc: RaiseArgs::Exc } } else { Op::Return });
            }
            3 => self.branch(depth),
            4 => self.for_loop(depth),
            5 => self.while_loop(depth),
            6 => self.try_except(depth),
            7 => self.try_finally(depth),
            _ => self.function(depth),
        }
    }

    fn branch(&mut self, depth: u32) {
        let (other, end) = (self.code.new_label(), self.code.new_label());
        self.expression(depth + 1);
        self.emit(Op::JumpIfFalse { target: other });
        self.block(depth + 1);
        self.emit(Op::Jump { target: end });
        self.code.bind(other);
        self.block(depth + 1);
        self.code.bind(end);
    }

    fn for_loop(&mut self, depth: u32) {
        self.expression(depth + 1);
        self.emit(Op::GetIter);
        let (head, end) = (self.code.here(), self.code.new_label());
        self.emit(Op::ForIter { target: end });
        let local = self.local();
        self.emit(Op::StoreLocal { local });
        self.block(depth + 1);
        self.emit(Op::Jump { target: head });
        self.code.bind(end);
    }

    /// With the condition at the end.
    fn while_loop(&mut self, depth: u32) {
        let (body, condition) = (self.code.new_label(), self.code.new_label());
        self.emit(Op::Jump { target: condition });
        self.code.bind(body);
        self.block(depth + 1);
        self.code.bind(condition);
        self.expression(depth + 1);
        self.emit(Op::JumpIfTrue { target: body });
    }

    fn try_except(&mut self, depth: u32) {
        let (handler, end) = (self.code.new_label(), self.code.new_label());
        let region = self.code.new_try(handler);
        self.code.begin_try(region);
        self.block(depth + 1);
        self.code.end_try(region);
        self.emit(Op::Jump { target: end });
        self.code.bind(handler);
        self.emit(Op::BeginHandler);
        let cleanup = self.code.new_label();
        let inner = self.code.new_try(cleanup);
        self.emit(Op::Pop);
        self.code.begin_try(inner);
        self.block(depth + 1);
        self.code.end_try(inner);
        self.emit(Op::EndHandler);
        self.emit(Op::Jump { target: end });
        self.code.bind(cleanup);
        self.emit(Op::Swap { depth: Depth(2) });
        self.emit(Op::EndHandler);
        self.emit(Op::Reraise);
        self.code.bind(end);
    }

    /// With a return in the middle, around which the region is interrupted.
    fn try_finally(&mut self, depth: u32) {
        let (handler, past) = (self.code.new_label(), self.code.new_label());
        let region = self.code.new_try(handler);
        self.code.begin_try(region);
        self.expression(depth + 1);
        self.emit(Op::JumpIfFalse { target: past });
        self.expression(depth + 1);
        self.code.end_try(region);
        self.block(depth + 1);
        self.emit(Op::Return);
        self.code.begin_try(region);
        self.code.bind(past);
        self.block(depth + 1);
        self.code.end_try(region);
        let end = self.code.new_label();
        self.emit(Op::Jump { target: end });
        self.code.bind(handler);
        self.block(depth + 1);
        self.emit(Op::Reraise);
        self.code.bind(end);
    }

    fn function(&mut self, depth: u32) {
        if self.level > 2 {
            return self.branch(depth);
        }
        let Ok(code) = code(self.module, self.source, self.level + 1, self.mischief) else {
            return;
        };
        self.emit(Op::MakeFunction { code });
        let local = self.local();
        self.emit(Op::StoreLocal { local });
    }

    /// Pushes one value.
    fn expression(&mut self, depth: u32) {
        self.plain_expression(depth);
        if self.mischief && self.source.chance(6) {
            self.touch_something(depth);
        }
    }

    /// Leaves the stack as deep as it is.
    fn touch_something(&mut self, depth: u32) {
        match self.source.below(7) {
            0 => {
                let place = self.source.below(6) as u32 + 1;
                self.emit(Op::Copy { depth: Depth(place) });
                self.emit(Op::Pop);
            }
            1 => {
                let place = self.source.below(6) as u32 + 2;
                self.emit(Op::Swap { depth: Depth(place) });
            }
            2 => {
                let count = Count(self.source.below(4) as u32 + 1);
                self.emit(Op::BuildTuple { count });
                self.emit(Op::UnpackSequence { count });
            }
            3 => {
                let (start, end, target, past) =
                    (self.code.here(), self.code.new_label(), self.code.new_label(), self.code.new_label());
                self.emit(Op::GetIter);
                self.expression(depth + 1);
                self.emit(Op::Pop);
                self.code.bind(end);
                self.emit(Op::Jump { target: past });
                self.code.bind(target);
                // What is above the bottom is kept or not: look at it, and leave.
                self.emit(Op::UnpackSequence { count: Count(2) });
                let count = Count(self.source.below(4) as u32 + 1);
                self.emit(Op::BuildTuple { count });
                self.emit(Op::Reraise);
                self.code.bind(past);
                let kept = self.source.below(5) as u32;
                self.code.add_handler(start, end, target, kept);
            }
            4 => {
                self.expression(depth + 1);
                self.emit(Op::CallMethod { argc: Count(0) });
            }
            5 => self.method_or_not(depth),
            _ => {
                self.emit(Op::Copy { depth: Depth(1) });
                let place = self.source.below(5) as u32 + 1;
                self.emit(Op::ListAppend { depth: Depth(place) });
            }
        }
    }

    /// A call whose pair is one on one way only.
    fn method_or_not(&mut self, depth: u32) {
        let (other, end) = (self.code.new_label(), self.code.new_label());
        let name = self.module.name("append");
        self.emit(Op::Copy { depth: Depth(1) });
        self.emit(Op::JumpIfTrue { target: other });
        self.emit(Op::LoadMethod { name });
        self.emit(Op::Jump { target: end });
        self.code.bind(other);
        if self.source.chance(2) {
            self.expression(depth + 1);
        } else {
            self.emit(Op::LoadMethod { name });
        }
        self.code.bind(end);
        let calls = self.source.chance(2);
        self.emit(if calls { Op::CallMethod { argc: Count(0) } } else { Op::BuildTuple { count: Count(2) } });
    }

    fn plain_expression(&mut self, depth: u32) {
        match if depth > 4 { self.source.below(3) } else { self.source.below(10) } {
            0 => {
                let number = self.source.number();
                let value = self.module.int(i64::from(number));
                self.emit(Op::Const { value });
            }
            1 => {
                let local = self.local();
                self.emit(Op::LoadLocal { local });
            }
            2 => {
                let text = self.source.text();
                let name = self.module.name(&text);
                self.emit(Op::LoadGlobal { name });
            }
            3 => {
                self.expression(depth + 1);
                self.expression(depth + 1);
                self.emit(Op::Binary { op: BinaryOp::Add });
            }
            4 => self.call(depth),
            5 => self.method_call(depth),
            6 => self.comparison_chain(depth),
            7 => self.comprehension(depth),
            8 if self.code.code.flags.generator => {
                self.expression(depth + 1);
                self.emit(Op::Yield);
            }
            8 => {
                self.expression(depth + 1);
                self.emit(Op::UnpackEx { before: Count(1), after: Count(1) });
                self.emit(Op::BuildTuple { count: Count(3) });
            }
            _ => {
                let (other, end) = (self.code.new_label(), self.code.new_label());
                self.expression(depth + 1);
                self.emit(Op::JumpIfTrue { target: other });
                self.expression(depth + 1);
                self.emit(Op::Jump { target: end });
                self.code.bind(other);
                self.expression(depth + 1);
                self.code.bind(end);
            }
        }
    }

    fn arguments(&mut self, depth: u32) -> Count {
        let count = self.source.below(4) as u32;
        (0..count).for_each(|_| self.expression(depth + 1));
        Count(count)
    }

    fn call(&mut self, depth: u32) {
        self.expression(depth + 1);
        let argc = self.arguments(depth);
        if argc.0 > 1 {
            let names = self.module.names_tuple(["a", "b"]);
            self.emit(Op::CallKw { argc, names });
        } else {
            self.emit(Op::Call { argc });
        }
    }

    fn method_call(&mut self, depth: u32) {
        self.expression(depth + 1);
        let name = self.module.name("append");
        self.emit(Op::LoadMethod { name });
        let argc = self.arguments(depth);
        self.emit(Op::CallMethod { argc });
    }

    /// `a < b < c`.
    fn comparison_chain(&mut self, depth: u32) {
        let (out, end) = (self.code.new_label(), self.code.new_label());
        self.expression(depth + 1);
        self.expression(depth + 1);
        self.emit(Op::Swap { depth: Depth(2) });
        self.emit(Op::Copy { depth: Depth(2) });
        self.emit(Op::Compare { op: CompareOp::Lt });
        self.emit(Op::Copy { depth: Depth(1) });
        self.emit(Op::JumpIfFalse { target: out });
        self.emit(Op::Pop);
        self.expression(depth + 1);
        self.emit(Op::Compare { op: CompareOp::Lt });
        self.emit(Op::Jump { target: end });
        self.code.bind(out);
        self.emit(Op::Swap { depth: Depth(2) });
        self.emit(Op::Pop);
        self.code.bind(end);
    }

    fn comprehension(&mut self, depth: u32) {
        self.emit(Op::BuildList { count: Count(0) });
        self.expression(depth + 1);
        self.emit(Op::GetIter);
        let (head, end) = (self.code.here(), self.code.new_label());
        self.emit(Op::ForIter { target: end });
        self.emit(Op::Pop);
        self.expression(depth + 1);
        self.emit(Op::ListAppend { depth: Depth(2) });
        self.emit(Op::Jump { target: head });
        self.code.bind(end);
    }
}
