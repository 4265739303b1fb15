//! Modules with sense: what a frontend would make of a program with branches, loops, protected regions, calls, inner
//! functions and code that control never reaches.

use orochi_bytecode::builder::{CodeBuilder, ModuleBuilder};
use orochi_bytecode::operands::*;
use orochi_bytecode::{Code, CodeFlags, Module, Op, Position};

use super::source::Source;

/// A module that the verifier must accept.
pub fn module(source: &mut Source<'_>) -> Module {
    let mut module = ModuleBuilder::new(source.text());
    code(&mut module, source, 0);
    module.finish().expect("every code object is set")
}

fn code(module: &mut ModuleBuilder, source: &mut Source<'_>, level: u32) -> CodeIdx {
    let index = module.reserve_code();
    let name = module.name("f");
    let generator = level > 0 && source.chance(3);
    let flags = CodeFlags { function: level > 0, generator, ..CodeFlags::default() };
    let locals = vec![name; 3];
    let mut program =
        Program { code: CodeBuilder::new(Code { name, qualname: name, flags, locals, ..Code::default() }), module, source, level };
    program.block(0);
    program.expression(0);
    program.emit(Op::Return);
    let code = program.code.finish().expect("the builder takes what a frontend emits");
    module.set_code(index, code);
    index
}

struct Program<'p, 's> {
    module: &'p mut ModuleBuilder,
    code: CodeBuilder,
    source: &'p mut Source<'s>,
    /// How many functions it is inside of.
    level: u32,
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
        let code = code(self.module, self.source, self.level + 1);
        self.emit(Op::MakeFunction { code });
        let local = self.local();
        self.emit(Op::StoreLocal { local });
    }

    /// Pushes one value.
    fn expression(&mut self, depth: u32) {
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
