//! The instructions that came after Python 3.11, in alphabetical order, and the two patterns that start with `COPY`.

use orochi_bytecode::operands::{
    BuiltinRef, CodeIdx, Conversion, Count, Depth, Flag, FunctionAttr, IntrinsicFn, UnaryOp,
};
use orochi_bytecode::{Const, Op};

use super::super::opcodes::Action;
use super::instructions::{Next, Result, Step};
use super::stack::{Hidden, Slot};

/// The function of `CALL_INTRINSIC_1` that turns a StopIteration into a RuntimeError.
pub(super) const STOP_ITERATION_ERROR: u32 = 3;

impl Step<'_, '_> {
    pub(super) fn newer(&mut self) -> Result<()> {
        let arg = self.instruction.arg;
        match self.instruction.info.action {
            Action::BinaryOpOrSubscr => self.binary_op_or_subscr(),
            Action::BinarySlice => {
                self.ops.push(Op::BuildSlice { step: Flag::No });
                self.simple(3, 1, Op::LoadItem)
            }
            Action::BuildInterpolation => self.build_interpolation(),
            Action::BuildTemplate => self.simple(2, 1, Op::BuildTemplate),
            Action::CallFunctionExNull => self.call_function_ex_null(),
            Action::CallIntrinsic1 => self.call_intrinsic_1(),
            Action::CallIntrinsic2 => self.call_intrinsic_2(),
            Action::CallKw => match self.stack.pop()? {
                Slot::Keys(names) => self.call_named(arg, Some(names)),
                _ => Err(self.unsupported("its keyword names are not a constant that is loaded just before it")),
            },
            Action::CompareOpBool => {
                const BOOL: u32 = 16;
                self.compare_op(arg >> 5)?;
                if arg & BOOL != 0 { self.to_bool() } else { Ok(()) }
            }
            Action::ConvertValue => {
                let conversion = Conversion::from_number(arg).ok_or_else(|| self.operand("0 to 3"))?;
                self.simple(1, 1, Op::Convert { conversion })
            }
            Action::EndSend => self.end_send(),
            Action::FormatSimple => self.simple(1, 1, Op::Format { spec: Flag::No }),
            Action::FormatWithSpec => self.simple(2, 1, Op::Format { spec: Flag::Yes }),
            Action::LoadAttrOrMethod => self.load_attr_or_method(arg >> 1),
            Action::LoadCommonConstant => self.load_common_constant(),
            Action::LoadFastAndClear => {
                let by = self.at as u32;
                if !self.scope.comprehensions.contains_key(&by) {
                    return Err(self.operand("the index of a variable"));
                }
                self.stack.push(Slot::Saved(Hidden { variable: arg, by }))
            }
            Action::LoadFastLoadFast => {
                self.load_fast(arg >> 4)?;
                self.load_fast(arg & 15)
            }
            Action::LoadFromDictOrDeref => self.cell(1, 1, |cell| Op::LoadFromDictOrDeref { cell }),
            Action::LoadFromDictOrGlobals => self.named(1, 1, |name| Op::LoadFromDictOrGlobals { name }),
            Action::LoadGlobalThenNull => {
                let name = self.name(arg >> 1)?;
                self.simple(0, 1, Op::LoadGlobal { name })?;
                if arg & 1 != 0 { self.stack.push(Slot::Null) } else { Ok(()) }
            }
            Action::LoadLocals => self.in_mapping().and_then(|()| self.simple(0, 1, Op::LoadLocals)),
            Action::LoadSmallInt => {
                let value = self.constants.module.constant(Const::Int(i64::from(arg)));
                self.simple(0, 1, Op::Const { value })
            }
            Action::LoadSuperAttr => {
                // `super`, the class and the object are on the stack, whether the source has arguments or not.
                self.simple(3, 1, Op::Call { argc: Count(2) })?;
                self.load_attr_or_method(arg >> 2)
            }
            Action::MakePlainFunction => {
                let Slot::Code(id) = self.stack.pop()? else {
                    return Err(self.unsupported("what is on top of the stack is no code object"));
                };
                self.simple(0, 1, Op::MakeFunction { code: CodeIdx(id.number()) })
            }
            Action::SetFunctionAttribute => {
                let attr = match arg {
                    1 => FunctionAttr::Defaults,
                    2 => FunctionAttr::KwDefaults,
                    4 => FunctionAttr::Annotations,
                    8 => FunctionAttr::Closure,
                    16 => FunctionAttr::Annotate,
                    _ => return Err(self.operand("1, 2, 4, 8 or 16")),
                };
                self.simple(2, 1, Op::SetFunction { attr })
            }
            Action::StoreFastLoadFast => {
                self.store_fast(arg >> 4)?;
                self.load_fast(arg & 15)
            }
            Action::StoreFastStoreFast => {
                self.store_fast(arg >> 4)?;
                self.store_fast(arg & 15)
            }
            Action::StoreSlice => {
                self.ops.push(Op::BuildSlice { step: Flag::No });
                self.simple(4, 0, Op::StoreItem)
            }
            Action::ToBool => {
                self.stack.depth(1)?;
                self.to_bool()
            }
            _ => Err(self.unsupported("it stands outside the pattern that it is part of")),
        }
    }

    fn binary_op_or_subscr(&mut self) -> Result<()> {
        const SUBSCR: u32 = 26;
        if self.instruction.arg == SUBSCR { self.simple(2, 1, Op::LoadItem) } else { self.binary_op() }
    }

    fn build_interpolation(&mut self) -> Result<()> {
        let arg = self.instruction.arg;
        let spec = if arg & 1 != 0 { Flag::Yes } else { Flag::No };
        let conversion = Conversion::from_number(arg >> 2).ok_or_else(|| self.operand("a known conversion"))?;
        self.simple(2 + spec.number() as usize, 1, Op::BuildInterpolation { conversion, spec })
    }

    fn call_function_ex_null(&mut self) -> Result<()> {
        let kwargs = match self.stack.pop()? {
            Slot::Null => Flag::No,
            Slot::Value => Flag::Yes,
            _ => return Err(self.unsupported("there are no keyword arguments and no NULL in their place")),
        };
        self.stack.pop_values(1)?;
        if self.stack.pop()? != Slot::Null {
            return Err(self.unsupported("there is no NULL above the callable"));
        }
        self.simple(1, 1, Op::CallEx { kwargs })
    }

    fn call_intrinsic_1(&mut self) -> Result<()> {
        let which = match self.instruction.arg {
            1 => IntrinsicFn::Print,
            2 => {
                self.in_mapping()?;
                self.simple(1, 0, Op::ImportStar)?;
                return self.stack.push(Slot::Gone);
            }
            4 => {
                self.only_in(self.scope.flags.async_generator)?;
                return self.simple(1, 1, Op::AsyncGenWrap);
            }
            5 => return self.simple(1, 1, Op::Unary { op: UnaryOp::Pos }),
            6 => return self.simple(1, 1, Op::ListToTuple),
            7 => IntrinsicFn::TypeVar,
            8 => IntrinsicFn::ParamSpec,
            9 => IntrinsicFn::TypeVarTuple,
            10 => IntrinsicFn::SubscriptGeneric,
            11 => {
                // It takes its three arguments as a tuple.
                self.ops.push(Op::UnpackSequence { count: Count(3) });
                self.ops.push(Op::Swap { depth: Depth(3) });
                IntrinsicFn::TypeAlias
            }
            _ => return Err(self.operand("the number of a function")),
        };
        self.simple(1, 1, Op::Intrinsic { which })
    }

    fn call_intrinsic_2(&mut self) -> Result<()> {
        let op = match self.instruction.arg {
            1 => Op::PrepareReraiseStar,
            2 => Op::Intrinsic { which: IntrinsicFn::TypeVarWithBound },
            3 => Op::Intrinsic { which: IntrinsicFn::TypeVarWithConstraints },
            4 => {
                // The function is below its type parameters.
                self.ops.push(Op::Swap { depth: Depth(2) });
                Op::SetFunction { attr: FunctionAttr::TypeParams }
            }
            5 => Op::Intrinsic { which: IntrinsicFn::SetTypeParamDefault },
            _ => return Err(self.operand("the number of a function")),
        };
        self.simple(2, 1, op)
    }

    /// Drops the iterator below the result of a delegation.
    fn end_send(&mut self) -> Result<()> {
        self.stack.pop_values(1)?;
        match self.stack.pop()? {
            Slot::Gone => self.stack.push(Slot::Value),
            _ => Err(self.unsupported("it does not end a loop that delegates to an iterator")),
        }
    }

    fn load_attr_or_method(&mut self, name: u32) -> Result<()> {
        let name = self.name(name)?;
        if self.instruction.arg & 1 == 0 {
            return self.simple(1, 1, Op::LoadAttr { name });
        }
        self.simple(1, 0, Op::LoadMethod { name })?;
        self.stack.push(Slot::Callable)?;
        self.stack.push(Slot::Receiver)
    }

    fn load_common_constant(&mut self) -> Result<()> {
        let which = match self.instruction.arg {
            0 => BuiltinRef::AssertionError,
            1 => BuiltinRef::NotImplementedError,
            _ => return Err(self.unsupported("it stands outside the pattern that it is part of")),
        };
        self.simple(0, 1, Op::LoadBuiltin { which })
    }

    /// Makes a bool of the value on top, unless the next instruction asks for its truth anyway.
    #[allow(clippy::wrong_self_convention)] // Named for CPython's operation.
    fn to_bool(&mut self) -> Result<()> {
        let next = self.instructions.list.get(self.at + 1).map(|next| next.info.action);
        if !matches!(next, Some(Action::PopJumpIf(_) | Action::Unary(UnaryOp::Not) | Action::ToBool)) {
            self.ops.extend([Op::Unary { op: UnaryOp::Not }; 2]);
        }
        Ok(())
    }

    /// Whether the instructions from here on are these.
    fn is_pattern(&self, pattern: &[(Action, u32)]) -> bool {
        let rest = &self.instructions.list[self.at..];
        rest.len() > pattern.len()
            && rest.iter().zip(pattern).all(|(found, (action, arg))| found.info.action == *action && found.arg == *arg)
    }

    /// The start of a `with` statement: looks up `__exit__`, then `__enter__`, and calls that. CPython keeps the former as
    /// a function and a receiver or NULL; here it is one value.
    pub(super) fn manager(&mut self) -> Result<Option<Next>> {
        let pattern = |enter, exit| {
            [
                (Action::Copy, 1),
                (Action::LoadSpecial, exit),
                (Action::Swap, 2),
                (Action::Swap, 3),
                (Action::LoadSpecial, enter),
                (Action::Call, 0),
            ]
        };
        let op = if self.is_pattern(&pattern(0, 1)) {
            Op::WithEnter
        } else if self.is_pattern(&pattern(2, 3)) {
            Op::AsyncWithEnter
        } else {
            return Ok(None);
        };
        self.stack.pop_values(1)?;
        self.stack.push_values(1)?;
        self.stack.push(Slot::Null)?;
        self.stack.push_values(1)?;
        self.ops.push(op);
        self.continue_at(self.at + pattern(0, 1).len()).map(Some)
    }

    /// `all`, `any` and `tuple` of a generator expression have a fast way, for when the name is not rebound. Here
    /// the general way, which calls the function, is always taken.
    pub(super) fn builtin_test(&mut self) -> Result<Option<Next>> {
        let rest = &self.instructions.list[self.at..];
        let [copy, constant, is, jump, ..] = rest else { return Ok(None) };
        let is_test = copy.arg == 1
            && constant.info.action == Action::LoadCommonConstant
            && constant.arg > 1
            && (is.info.action, is.arg) == (Action::IsOp, 0)
            && jump.info.action == Action::PopJumpIf(false);
        if !is_test {
            return Ok(None);
        }
        let target = self.instructions.target(jump)?;
        self.stack.depth(1)?;
        self.continue_at(target).map(Some)
    }
}
