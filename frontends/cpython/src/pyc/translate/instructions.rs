//! What each instruction of CPython does to the abstract stack, and the operations that stand for it.

use std::collections::{HashMap, HashSet};

use orochi_bytecode::operands::{
    AwaitContext, BuiltinRef, CellIdx, CodeIdx, CompareOp, ConstIdx, Conversion, Count, Flag, FunctionAttr,
    IntrinsicFn, Label, LocalIdx, NameIdx, RaiseArgs,
};
use orochi_bytecode::{CodeFlags, Op, limits};

use super::super::error::Problem;
use super::super::header::Version;
use super::super::marshal::{Object, ObjectId};
use super::super::opcodes::Action;
use super::constants::Constants;
use super::decode::{Instruction, Instructions};
use super::stack::{Slot, Stack, View, permute};

/// What the instructions of a code object refer to.
pub(super) struct Scope<'a> {
    pub version: &'static Version,
    pub consts: &'a [ObjectId],
    pub names: &'a [ObjectId],
    pub variables: &'a [Variable],
    /// The variables of inlined comprehensions, by the instruction that saves the one that is hidden.
    pub comprehensions: &'a HashMap<u32, Variable>,
    /// Whether it is a generator, a coroutine, or what.
    pub flags: CodeFlags,
}

/// What an entry of `co_localsplusnames` is. A parameter that an inner function captures is both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub local: Option<LocalIdx>,
    pub cell: Option<CellIdx>,
}

/// Where control goes after an instruction that does not raise; places are indices of instructions.
#[derive(Debug)]
pub(super) enum Next {
    Fall,
    Jump(usize),
    /// To the next instruction, or to `target` with the stack `taken`.
    Branch {
        target: usize,
        taken: Stack,
    },
    End,
}

pub(super) type Result<T> = core::result::Result<T, Problem>;

/// Executes one instruction on the abstract stack and appends its operations. In them, a label is the index of an
/// instruction, and a code object the number of an object of the file.
pub(super) fn step(
    instructions: &Instructions,
    at: usize,
    scope: &Scope<'_>,
    constants: &mut Constants<'_>,
    stack: &mut Stack,
    ops: &mut Vec<Op>,
) -> Result<Next> {
    let instruction = &instructions.list[at];
    let view = View { stack, instruction: instruction.info.name };
    Step { instructions, at, instruction, scope, constants, stack: view, ops }.run()
}

/// One instruction and its surroundings.
pub(super) struct Step<'a, 'o> {
    pub instructions: &'a Instructions,
    pub at: usize,
    pub instruction: &'a Instruction,
    pub scope: &'a Scope<'a>,
    pub constants: &'a mut Constants<'o>,
    pub stack: View<'a>,
    pub ops: &'a mut Vec<Op>,
}

impl Step<'_, '_> {
    fn run(mut self) -> Result<Next> {
        match self.instruction.info.action {
            Action::Jump => return self.jump(),
            Action::JumpOrPop(when) => return self.jump_or_pop(when),
            Action::PopJumpIf(when) => return self.pop_jump_if(when),
            Action::PopJumpIfNone(when) => return self.pop_jump_if_none(when),
            Action::ForIter => return self.for_iter(0),
            Action::ForIterKeep => return self.for_iter(2),
            Action::Send => return self.send(),
            Action::Copy => return self.copy(),
            Action::ReturnValue => self.simple(1, 0, Op::Return)?,
            Action::RaiseVarargs => self.raise_varargs()?,
            Action::Reraise => self.simple(1, 0, Op::Reraise)?,
            _ => return self.falls_through().map(|()| Next::Fall),
        }
        Ok(Next::End)
    }

    /// The instructions after which control goes to the next one.
    fn falls_through(&mut self) -> Result<()> {
        let arg = self.instruction.arg;
        let count = Count(arg);
        let n = arg as usize;
        match self.instruction.info.action {
            // What the VM does by itself on entry, or what only speeds CPython up.
            Action::CopyFreeVars | Action::Resume | Action::Precall => Ok(()),
            Action::MakeCell => self.make_cell(),
            Action::ReturnGenerator => self.stack.push(Slot::Gone),
            Action::Nop => self.simple(0, 0, Op::Nop),

            // The stack.
            Action::PopTop => self.pop_top(),
            Action::PushNull => self.stack.push(Slot::Null),
            Action::Swap => {
                let to = self.stack.swap(n)?;
                let ops = &mut *self.ops;
                permute(to, |depth| ops.push(Op::Swap { depth }));
                Ok(())
            }
            Action::LoadConst => self.load_const(),

            // Variables.
            Action::LoadFast => self.load_fast(arg),
            Action::StoreFast => self.store_fast(arg),
            Action::DeleteFast => {
                let local = self.variable(arg)?.local;
                let local =
                    local.ok_or_else(|| self.unsupported("the variable is a cell, expected a local variable"))?;
                self.simple(0, 0, Op::DeleteLocal { local })
            }
            Action::LoadClosure => self.cell(0, 1, |cell| Op::LoadCell { cell }),
            Action::LoadDeref => self.cell(0, 1, |cell| Op::LoadDeref { cell }),
            Action::StoreDeref => self.cell(1, 0, |cell| Op::StoreDeref { cell }),
            Action::DeleteDeref => self.cell(0, 0, |cell| Op::DeleteDeref { cell }),
            Action::LoadClassDeref => {
                self.in_mapping()?;
                self.ops.push(Op::LoadLocals);
                self.cell(0, 1, |cell| Op::LoadFromDictOrDeref { cell })
            }
            Action::LoadGlobal => {
                let name = self.name(arg >> 1)?;
                if arg & 1 != 0 {
                    self.stack.push(Slot::Null)?;
                }
                self.simple(0, 1, Op::LoadGlobal { name })
            }
            Action::StoreGlobal => self.named(1, 0, |name| Op::StoreGlobal { name }),
            Action::DeleteGlobal => self.named(0, 0, |name| Op::DeleteGlobal { name }),
            Action::LoadName => self.in_mapping().and_then(|()| self.named(0, 1, |name| Op::LoadName { name })),
            Action::StoreName => self.in_mapping().and_then(|()| self.named(1, 0, |name| Op::StoreName { name })),
            Action::DeleteName => self.in_mapping().and_then(|()| self.named(0, 0, |name| Op::DeleteName { name })),

            // Attributes and items.
            Action::LoadAttr => self.named(1, 1, |name| Op::LoadAttr { name }),
            Action::StoreAttr => self.named(2, 0, |name| Op::StoreAttr { name }),
            Action::DeleteAttr => self.named(1, 0, |name| Op::DeleteAttr { name }),
            Action::LoadMethod => {
                self.named(1, 0, |name| Op::LoadMethod { name })?;
                self.stack.push(Slot::Callable)?;
                self.stack.push(Slot::Receiver)
            }
            Action::BinarySubscr => self.simple(2, 1, Op::LoadItem),
            Action::StoreSubscr => self.simple(3, 0, Op::StoreItem),
            Action::DeleteSubscr => self.simple(2, 0, Op::DeleteItem),

            // Operators.
            Action::Unary(op) => self.simple(1, 1, Op::Unary { op }),
            Action::BinaryOp => self.binary_op(),
            Action::CompareOp => self.compare_op(arg),
            Action::IsOp => {
                let negate = self.flag()?;
                self.simple(2, 1, Op::Is { negate })
            }
            Action::ContainsOp => {
                let negate = self.flag()?;
                self.simple(2, 1, Op::Contains { negate })
            }

            // Building.
            Action::BuildTuple => self.simple(n, 1, Op::BuildTuple { count }),
            Action::BuildList => self.simple(n, 1, Op::BuildList { count }),
            Action::BuildSet => self.simple(n, 1, Op::BuildSet { count }),
            Action::BuildMap => self.simple(n.saturating_mul(2), 1, Op::BuildDict { count }),
            Action::BuildConstKeyMap => self.build_const_key_map(),
            Action::BuildString => self.simple(n, 1, Op::BuildString { count }),
            Action::BuildSlice => {
                let step = match arg {
                    2 => Flag::No,
                    3 => Flag::Yes,
                    _ => return Err(self.operand("2 or 3")),
                };
                self.simple(n, 1, Op::BuildSlice { step })
            }
            Action::ListAppend => self.into_container(1, |depth| Op::ListAppend { depth }),
            Action::SetAdd => self.into_container(1, |depth| Op::SetAdd { depth }),
            Action::MapAdd => self.into_container(2, |depth| Op::DictSet { depth }),
            Action::ListExtend => self.into_container(1, |depth| Op::ListExtend { depth }),
            Action::SetUpdate => self.into_container(1, |depth| Op::SetUpdate { depth }),
            Action::DictUpdate => self.into_container(1, |depth| Op::DictUpdate { depth }),
            Action::DictMerge => self.dict_merge(),
            Action::ListToTuple => self.simple(1, 1, Op::ListToTuple),
            Action::UnpackSequence => self.simple(1, n, Op::UnpackSequence { count }),
            Action::UnpackEx => {
                let (before, after) = (arg & 0xff, arg >> 8);
                let pushes = (before as usize).saturating_add(1).saturating_add(after as usize);
                self.simple(1, pushes, Op::UnpackEx { before: Count(before), after: Count(after) })
            }
            Action::FormatValue => self.format_value(),

            // Iteration, generators, coroutines.
            Action::GetIter => self.simple(1, 1, Op::GetIter),
            Action::GetYieldFromIter => self.simple(1, 1, Op::GetYieldFromIter),
            Action::YieldValue => {
                self.only_in(self.scope.flags.generator || self.scope.flags.async_generator)?;
                self.simple(1, 1, Op::Yield)
            }
            Action::AsyncGenWrap => {
                self.only_in(self.scope.flags.async_generator)?;
                self.simple(1, 1, Op::AsyncGenWrap)
            }
            Action::GetAwaitable => {
                const ORDER: [AwaitContext; 3] =
                    [AwaitContext::Await, AwaitContext::AsyncWithEnter, AwaitContext::AsyncWithExit];
                let context = ORDER.get(n).ok_or_else(|| self.operand("0 to 2"))?;
                self.simple(1, 1, Op::GetAwaitable { context: *context })
            }
            Action::GetAiter => self.simple(1, 1, Op::GetAsyncIter),
            Action::GetAnext => self.on_top(1, Op::GetAsyncNext),
            Action::EndAsyncFor => self.simple(2, 0, Op::EndAsyncFor),

            // Exceptions and context managers.
            Action::PushExcInfo => self.simple(1, 2, Op::BeginHandler),
            Action::PopExcept => self.simple(1, 0, Op::EndHandler),
            Action::CheckExcMatch => self.simple(2, 2, Op::MatchException),
            Action::CheckEgMatch => self.simple(2, 2, Op::MatchExceptionGroup),
            Action::PrepReraiseStar => self.simple(2, 1, Op::PrepareReraiseStar),
            Action::BeforeWith => self.simple(1, 2, Op::WithEnter),
            Action::BeforeAsyncWith => self.simple(1, 2, Op::AsyncWithEnter),
            Action::WithExceptStart(place) => {
                // Below the exception are the previous one, the offset that the handler pushed, and `__exit__`.
                let depth = self.stack.depth(place)?;
                self.on_top(1, Op::WithExcept { depth })
            }

            // Functions and calls.
            Action::MakeFunction => self.make_function(),
            Action::KwNames => {
                let names = self.const_object(arg)?;
                self.stack.stack.kw_names = Some(names);
                Ok(())
            }
            Action::Call => self.call(),
            Action::CallFunctionEx => self.call_function_ex(),

            // Modules and classes.
            Action::ImportName => self.named(2, 1, |name| Op::ImportName { name }),
            Action::ImportFrom => {
                let name = self.name(arg)?;
                self.on_top(1, Op::ImportFrom { name })
            }
            Action::ImportStar => self.in_mapping().and_then(|()| self.simple(1, 0, Op::ImportStar)),
            Action::SetupAnnotations => self.in_mapping().and_then(|()| self.simple(0, 0, Op::SetupAnnotations)),
            Action::LoadBuildClass => self.simple(0, 1, Op::LoadBuiltin { which: BuiltinRef::BuildClass }),
            Action::LoadAssertionError => self.simple(0, 1, Op::LoadBuiltin { which: BuiltinRef::AssertionError }),
            Action::PrintExpr => {
                self.simple(1, 0, Op::Intrinsic { which: IntrinsicFn::Print })?;
                self.ops.push(Op::Pop);
                Ok(())
            }

            // Patterns.
            Action::MatchMapping => self.on_top(1, Op::MatchMapping),
            Action::MatchSequence => self.on_top(1, Op::MatchSequence),
            Action::GetLen => self.on_top(1, Op::GetLen),
            Action::MatchKeys => {
                self.stack.depth(2)?;
                self.on_top(1, Op::MatchKeys)
            }
            Action::MatchClass if arg > limits::REGISTERS => Err(self.operand("at most 60000")),
            Action::MatchClass => self.simple(3, 1, Op::MatchClass { count }),

            Action::Cache => Err(self.unsupported("inline cache is not code")),
            Action::ExtendedArg => Err(self.unsupported("a prefix is not an instruction of its own")),
            _ => self.newer(),
        }
    }
}

/// Operands, and the common shapes of instructions.
impl Step<'_, '_> {
    /// Takes values, leaves values; one operation.
    pub(super) fn simple(&mut self, pops: usize, pushes: usize, op: Op) -> Result<()> {
        self.stack.pop_values(pops)?;
        self.stack.push_values(pushes)?;
        self.ops.push(op);
        Ok(())
    }

    /// Needs a value on top, keeps it, and leaves others above it.
    pub(super) fn on_top(&mut self, pushes: usize, op: Op) -> Result<()> {
        self.stack.depth(1)?;
        self.simple(0, pushes, op)
    }

    pub(super) fn named(&mut self, pops: usize, pushes: usize, op: impl FnOnce(NameIdx) -> Op) -> Result<()> {
        let name = self.name(self.instruction.arg)?;
        self.simple(pops, pushes, op(name))
    }

    pub(super) fn cell(&mut self, pops: usize, pushes: usize, op: impl FnOnce(CellIdx) -> Op) -> Result<()> {
        let cell = self.variable(self.instruction.arg)?.cell;
        let cell = cell.ok_or_else(|| self.unsupported("the variable is not a cell, expected one"))?;
        self.simple(pops, pushes, op(cell))
    }

    /// Takes values into a container below them.
    #[allow(clippy::wrong_self_convention)] // Named for CPython's operation.
    pub(super) fn into_container(
        &mut self,
        values: usize,
        op: impl FnOnce(orochi_bytecode::operands::Depth) -> Op,
    ) -> Result<()> {
        self.stack.pop_values(values)?;
        let depth = self.stack.depth(self.instruction.arg as usize)?;
        self.ops.push(op(depth));
        Ok(())
    }

    /// What a variable is here: that of an inlined comprehension hides the one of the code object.
    pub(super) fn variable(&self, index: u32) -> Result<Variable> {
        let variables = self.scope.variables;
        let comprehensions = self.scope.comprehensions;
        let inner = if comprehensions.is_empty() { None } else { self.stack.stack.hidden(index) };
        let variable = match inner {
            Some(hidden) => comprehensions.get(&hidden.by).copied(),
            None => variables.get(index as usize).copied(),
        };
        variable.ok_or(Problem::OutOfRange { what: "variable", index: index.into(), count: variables.len() })
    }

    pub(super) fn name(&mut self, index: u32) -> Result<NameIdx> {
        let names = self.scope.names;
        let id = names.get(index as usize).copied();
        let id = id.ok_or(Problem::OutOfRange { what: "name", index: index.into(), count: names.len() })?;
        self.constants.name(id)
    }

    pub(super) fn const_object(&self, index: u32) -> Result<ObjectId> {
        let consts = self.scope.consts;
        let id = consts.get(index as usize).copied();
        id.ok_or(Problem::OutOfRange { what: "constant", index: index.into(), count: consts.len() })
    }

    pub(super) fn none(&mut self) -> ConstIdx {
        self.constants.module.none()
    }

    pub(super) fn flag(&self) -> Result<Flag> {
        Flag::from_number(self.instruction.arg).ok_or_else(|| self.operand("0 or 1"))
    }

    pub(super) fn target(&self) -> Result<usize> {
        self.instructions.target(self.instruction)
    }

    pub(super) fn operand(&self, expected: &'static str) -> Problem {
        Problem::unexpected("the operand", self.instruction.arg, expected)
    }

    pub(super) fn unsupported(&self, reason: &'static str) -> Problem {
        Problem::Unsupported { instruction: self.instruction.info.name, reason }
    }

    /// Only module and class bodies keep names in a mapping.
    pub(super) fn in_mapping(&self) -> Result<()> {
        if self.scope.flags.function {
            return Err(self.unsupported("a function has no mapping of its local variables"));
        }
        Ok(())
    }

    /// Some instructions stand in certain kinds of generators and coroutines only.
    pub(super) fn only_in(&self, right_kind: bool) -> Result<()> {
        if !right_kind {
            return Err(self.unsupported("the flags say that the code is no generator or coroutine of the right kind"));
        }
        Ok(())
    }
}

/// Control.
impl Step<'_, '_> {
    fn jump(&mut self) -> Result<Next> {
        let target = self.target()?;
        self.continue_at(target)
    }

    /// Goes to an instruction, which must be a join.
    pub(super) fn continue_at(&mut self, target: usize) -> Result<Next> {
        self.ops.push(Op::Jump { target: Label(target as u32) });
        Ok(Next::Jump(target))
    }

    fn jump_or_pop(&mut self, when: bool) -> Result<Next> {
        let target = self.target()?;
        let depth = self.stack.depth(1)?;
        self.ops.push(Op::Copy { depth });
        self.ops.push(jump_if(when, target));
        self.ops.push(Op::Pop);
        let taken = self.stack.stack.clone();
        self.stack.pop_values(1)?;
        Ok(Next::Branch { target, taken })
    }

    fn pop_jump_if(&mut self, when: bool) -> Result<Next> {
        let target = self.target()?;
        self.simple(1, 0, jump_if(when, target))?;
        Ok(Next::Branch { target, taken: self.stack.stack.clone() })
    }

    fn pop_jump_if_none(&mut self, when: bool) -> Result<Next> {
        let target = self.target()?;
        self.stack.pop_values(1)?;
        let value = self.none();
        self.ops.push(Op::Const { value });
        self.ops.push(Op::Is { negate: Flag::No });
        self.ops.push(jump_if(when, target));
        Ok(Next::Branch { target, taken: self.stack.stack.clone() })
    }

    /// When the iterator is exhausted, `gone` slots are left that our operation has dropped.
    fn for_iter(&mut self, gone: usize) -> Result<Next> {
        let target = self.target()?;
        let label = Label(target as u32);
        let mut taken = self.stack.stack.clone();
        let mut view = View { stack: &mut taken, instruction: self.stack.instruction };
        view.pop_values(1)?;
        (0..gone).try_for_each(|_| view.push(Slot::Gone))?;
        self.on_top(1, Op::ForIter { target: label })?;
        Ok(Next::Branch { target, taken })
    }

    /// `SEND` starts a loop that is always the same: send, yield what comes, resume, jump back; it leaves by the jump of
    /// `SEND`. All of it is one operation here.
    fn send(&mut self) -> Result<Next> {
        let target = self.target()?;
        let shape = [Action::YieldValue, Action::Resume, Action::Jump];
        let body = self.instructions.list.get(self.at + 1..).unwrap_or_default();
        let is_loop = body.iter().zip(shape).filter(|(found, wanted)| found.info.action == *wanted).count() == 3
            && body.get(2).is_some_and(|jump| self.instructions.target(jump) == Ok(self.at));
        if !is_loop || self.stack.pop()? != Slot::SentNone {
            return Err(self.unsupported("it does not start a loop that delegates to an iterator"));
        }
        let flags = self.scope.flags;
        self.only_in(flags.generator || flags.coroutine || flags.async_generator)?;
        self.simple(1, 1, Op::YieldFrom)?;
        if self.instructions.list[target].info.action == Action::EndSend {
            // It drops the iterator, which is still below the result.
            self.stack.pop_values(1)?;
            self.stack.push(Slot::Gone)?;
            self.stack.push(Slot::Value)?;
        }
        self.jump()
    }

    fn raise_varargs(&mut self) -> Result<()> {
        let argc = RaiseArgs::from_number(self.instruction.arg).ok_or_else(|| self.operand("0 to 2"))?;
        self.simple(self.instruction.arg as usize, 0, Op::Raise { argc })
    }
}

/// The jump when a truth is this.
fn jump_if(when: bool, target: usize) -> Op {
    let target = Label(target as u32);
    if when { Op::JumpIfTrue { target } } else { Op::JumpIfFalse { target } }
}

/// The rest, in alphabetical order.
impl Step<'_, '_> {
    pub(super) fn binary_op(&mut self) -> Result<()> {
        let operators = self.scope.version.opcodes.binary;
        let index = self.instruction.arg as usize;
        let op = match (operators.get(index), index.checked_sub(operators.len())) {
            (Some(op), _) => Op::Binary { op: *op },
            (None, Some(index)) => {
                Op::Inplace { op: *operators.get(index).ok_or_else(|| self.operand("the number of an operator"))? }
            }
            (None, None) => unreachable!("an index that is not below the length is at least that"),
        };
        self.simple(2, 1, op)
    }

    /// The values are on the stack, the keys a constant tuple: puts each key below its value.
    fn build_const_key_map(&mut self) -> Result<()> {
        let count = self.instruction.arg as usize;
        let objects = self.constants.objects;
        let keys = match self.stack.pop()? {
            Slot::Keys(id) => match objects.get(id) {
                Object::Tuple(keys) => keys,
                other => return Err(Problem::unexpected("the keys of a dict", other.type_name(), "a tuple")),
            },
            _ => return Err(self.unsupported("its keys are not a constant that is loaded just before it")),
        };
        if keys.len() != count {
            return Err(Problem::unexpected("the number of keys of a dict", keys.len(), "that of its values"));
        }
        self.stack.pop_values(count)?;
        for key in keys {
            let value = self.constants.constant(*key)?;
            self.ops.push(Op::Const { value });
        }
        let to = (0..count).map(|value| 2 * value + 1).chain((0..count).map(|key| 2 * key)).collect();
        let ops = &mut *self.ops;
        permute(to, |depth| ops.push(Op::Swap { depth }));
        self.simple(0, 1, Op::BuildDict { count: Count(count as u32) })
    }

    /// Below the arguments is a NULL and a callable, or the two halves of a method; or two values, the lower of which is
    /// called with the upper one as its first argument (`__exit__`, decorators, comprehensions).
    fn call(&mut self) -> Result<()> {
        let arg = self.instruction.arg;
        let names = self.stack.stack.kw_names.take();
        self.call_named(arg, names)
    }

    pub(super) fn call_named(&mut self, arg: u32, names: Option<ObjectId>) -> Result<()> {
        let names = names.map(|names| self.keyword_names(names)).transpose()?;
        self.stack.pop_values(arg as usize)?;
        let upper = self.stack.pop()?;
        let lower = self.stack.pop()?;
        let op = match (lower, upper, names) {
            (Slot::Callable, Slot::Receiver, None) => Op::CallMethod { argc: Count(arg) },
            (Slot::Callable, Slot::Receiver, Some(names)) => Op::CallMethodKw { argc: Count(arg), names },
            // The NULL is below the callable in 3.11, above it later.
            (Slot::Null, Slot::Value, None) | (Slot::Value, Slot::Null, None) => Op::Call { argc: Count(arg) },
            (Slot::Null, Slot::Value, Some(names)) | (Slot::Value, Slot::Null, Some(names)) => {
                Op::CallKw { argc: Count(arg), names }
            }
            (Slot::Value, Slot::Value, None) => Op::Call { argc: Count(arg + 1) },
            (Slot::Value, Slot::Value, Some(names)) => Op::CallKw { argc: Count(arg + 1), names },
            _ => return Err(self.unsupported("there is nothing below the arguments that could be called")),
        };
        self.simple(0, 1, op)
    }

    /// The constant with the names of keyword arguments: a tuple of strings, no more than there are arguments.
    fn keyword_names(&mut self, names: ObjectId) -> Result<ConstIdx> {
        let objects = self.constants.objects;
        let Object::Tuple(items) = objects.get(names) else {
            return Err(Problem::unexpected("the keyword names", objects.get(names).type_name(), "a tuple"));
        };
        if items.len() > self.instruction.arg as usize {
            return Err(Problem::unexpected(
                "the number of keyword names",
                items.len(),
                "that of the arguments or fewer",
            ));
        }
        let mut seen = HashSet::new();
        for item in items.iter().map(|id| objects.get(*id)) {
            let Object::Str(text) = item else {
                return Err(Problem::unexpected("a keyword name", item.type_name(), "a string"));
            };
            if !seen.insert(text) {
                let found = format!("{:?} twice", String::from_utf8_lossy(text));
                return Err(Problem::unexpected("a keyword name", found, "different names"));
            }
        }
        self.constants.constant(names)
    }

    fn call_function_ex(&mut self) -> Result<()> {
        let kwargs = self.flag()?;
        self.stack.pop_values(2 + self.instruction.arg as usize)?;
        if self.stack.pop()? != Slot::Null {
            return Err(self.unsupported("there is no NULL below the callable"));
        }
        self.simple(0, 1, Op::CallEx { kwargs })
    }

    /// The message of its error names the callable, which is two places below the dict.
    fn dict_merge(&mut self) -> Result<()> {
        self.into_container(1, |depth| Op::DictMerge { depth })?;
        let arguments = (self.instruction.arg as usize).saturating_add(1);
        self.stack.depth(arguments)?;
        let null = usize::from(self.stack.peek(arguments + 1)? == Slot::Null);
        self.stack.depth(arguments + 1 + null)?;
        Ok(())
    }

    pub(super) fn compare_op(&mut self, number: u32) -> Result<()> {
        const ORDER: [CompareOp; 6] =
            [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];
        let op = ORDER.get(number as usize).ok_or_else(|| self.operand("the number of a comparison"))?;
        self.simple(2, 1, Op::Compare { op: *op })
    }

    /// From 3.12 on the start of two patterns.
    fn copy(&mut self) -> Result<Next> {
        if let Some(next) = self.manager()? {
            return Ok(next);
        }
        if let Some(next) = self.builtin_test()? {
            return Ok(next);
        }
        let depth = self.stack.depth(self.instruction.arg as usize)?;
        self.simple(0, 1, Op::Copy { depth })?;
        Ok(Next::Fall)
    }

    fn format_value(&mut self) -> Result<()> {
        const SPEC: u32 = 4;
        let arg = self.instruction.arg;
        let conversion = Conversion::from_number(arg & 3).ok_or_else(|| self.operand("a known conversion"))?;
        if arg > 7 {
            return Err(self.operand("0 to 7"));
        }
        let spec = if arg & SPEC != 0 { Flag::Yes } else { Flag::No };
        // The conversion is for the value below the specification.
        let below = self.stack.depth(1 + spec.number() as usize)?;
        let aside = spec == Flag::Yes && conversion != Conversion::None;
        if aside {
            self.ops.push(Op::Swap { depth: below });
        }
        if conversion != Conversion::None {
            self.ops.push(Op::Convert { conversion });
        }
        if aside {
            self.ops.push(Op::Swap { depth: below });
        }
        self.simple(1 + spec.number() as usize, 1, Op::Format { spec })
    }

    /// Some constants are parts of the instruction that takes them.
    fn load_const(&mut self) -> Result<()> {
        let id = self.const_object(self.instruction.arg)?;
        let next = self.instructions.list.get(self.at + 1).map(|next| next.info.action);
        match (self.constants.objects.get(id), next) {
            (Object::Code(_), _) => self.stack.push(Slot::Code(id)),
            (Object::None, Some(Action::Send)) => self.stack.push(Slot::SentNone),
            (Object::Tuple(_), Some(Action::BuildConstKeyMap | Action::CallKw)) => self.stack.push(Slot::Keys(id)),
            _ => {
                let value = self.constants.constant(id)?;
                self.simple(0, 1, Op::Const { value })
            }
        }
    }

    /// From 3.12 on the value of a cell variable, here, is the cell itself, for a closure.
    pub(super) fn load_fast(&mut self, index: u32) -> Result<()> {
        let op = match self.variable(index)? {
            Variable { cell: Some(cell), .. } => Op::LoadCell { cell },
            Variable { local: Some(local), .. } => Op::LoadLocal { local },
            Variable { local: None, cell: None } => unreachable!("a variable is one or the other"),
        };
        self.simple(0, 1, op)
    }

    /// Own cells are made on entry, those of inlined comprehensions anew each time.
    fn make_cell(&mut self) -> Result<()> {
        let index = self.instruction.arg;
        let cell = self.variable(index)?.cell;
        if let (Some(cell), Some(_)) = (cell, self.stack.stack.hidden(index)) {
            self.ops.push(Op::MakeCell { cell });
        }
        Ok(())
    }

    fn make_function(&mut self) -> Result<()> {
        // By rising bit; the highest one is next to the code object.
        const ATTRIBUTES: [FunctionAttr; 4] =
            [FunctionAttr::Defaults, FunctionAttr::KwDefaults, FunctionAttr::Annotations, FunctionAttr::Closure];
        let arg = self.instruction.arg;
        if arg > 15 {
            return Err(self.operand("0 to 15"));
        }
        let Slot::Code(id) = self.stack.pop()? else {
            return Err(self.unsupported("what is on top of the stack is no code object"));
        };
        self.ops.push(Op::MakeFunction { code: CodeIdx(id.number()) });
        for (bit, attr) in ATTRIBUTES.into_iter().enumerate().rev() {
            if arg & 1 << bit != 0 {
                self.stack.pop_values(1)?;
                self.ops.push(Op::SetFunction { attr });
            }
        }
        self.stack.push(Slot::Value)
    }

    pub(super) fn store_fast(&mut self, index: u32) -> Result<()> {
        let variable = self.variable(index)?;
        if let Slot::Saved(hidden) = self.stack.peek(1)? {
            // An inlined comprehension ends, and its variable with it.
            if hidden.variable != index {
                return Err(self.unsupported("another variable was saved than the one that is restored"));
            }
            if let Some(local) = variable.local {
                self.ops.push(Op::ClearLocal { local });
            }
            return self.stack.pop().map(|_| ());
        }
        match variable.local {
            Some(local) => self.simple(1, 0, Op::StoreLocal { local }),
            None => Err(self.unsupported("the variable is a cell, expected a local variable")),
        }
    }

    fn pop_top(&mut self) -> Result<()> {
        match self.stack.pop()? {
            Slot::Value => self.ops.push(Op::Pop),
            Slot::Callable | Slot::Receiver => return Err(self.unsupported("half a method cannot be dropped")),
            _ => {}
        }
        Ok(())
    }
}
