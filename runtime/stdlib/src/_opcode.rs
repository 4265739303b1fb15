//! `_opcode`: the op table of the common bytecode and the instructions of code objects, for `opcode` and `dis`.
//!
//! Numbers and names are those of the common bytecode, not of CPython's. A name is the mnemonic in capitals. Places are bytes of `co_code`, as in
//! CPython; so the two operations that only `co_code` has are in the table too.

use orochi_bytecode::operands::{CellIdx, CodeIdx, ConstIdx, LocalIdx, NameIdx};
use orochi_bytecode::{Flow, OP_INFO, Op, OperandKind};
use orochi_macros::methods;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::code::{Code, ENTRY, EXTENDED_ARG, Place};
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Gc, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_opcode",
    doc: "The operations of the common bytecode.",
    functions: FUNCTIONS,
    init: |vm, module| {
        // Code is the same however often it has run.
        for name in ["ENABLE_SPECIALIZATION", "ENABLE_SPECIALIZATION_FT"] {
            module.dict().set_str(vm, vm.intern(name), vm.false_())?;
        }
        Ok(())
    },
};

fn info(vm: &Vm, opcode: Value) -> PyResult<Option<&'static orochi_bytecode::op::OpInfo>> {
    let number = vm.index_i64(opcode)?;
    Ok(OP_INFO.iter().find(|info| i64::from(info.opcode) == number))
}

/// Whether an operation has an operand of some kind.
fn has(vm: &Vm, opcode: Value, wanted: impl Fn(OperandKind) -> bool) -> PyResult {
    let found = info(vm, opcode)?.is_some_and(|info| info.operands.iter().any(|operand| wanted(operand.kind)));
    Ok(vm.bool(found))
}

fn code_of(vm: &Vm, value: Value) -> PyResult<Gc<Code>> {
    value.cast::<Code>().ok_or_else(|| vm.type_error(format!("a code object is required, not {}", vm.type_name(value))))
}

/// What an operand means: the constant, the name, the code object, the place of a target.
fn meaning(vm: &Vm, code: Gc<Code>, kind: OperandKind, number: u32) -> PyResult {
    let (module, wire) = (code.module.module(), code.wire());
    // The body is verified before it is read, so that every index is one of its table.
    let name = |index: NameIdx| Value::from(vm.intern(module.name(index)));
    Ok(match kind {
        OperandKind::Const => code.constant(vm, ConstIdx(number))?,
        OperandKind::Name => name(NameIdx(number)),
        OperandKind::Local => name(wire.locals[LocalIdx(number).index()]),
        OperandKind::Cell => {
            let index = CellIdx(number).index();
            name(match wire.cells.get(index) {
                Some(cell) => cell.name,
                None => wire.free[index - wire.cells.len()],
            })
        }
        OperandKind::Code => code.inner(vm, CodeIdx(number))?.into(),
        OperandKind::Choice(_, names) => match names.get(number as usize) {
            Some(name) => vm.intern(name).into(),
            None => vm.new_int(i64::from(number))?,
        },
        OperandKind::Label => vm.new_int(i64::from(code.start_of(vm, number)?))?,
        OperandKind::Count | OperandKind::Depth => vm.new_int(i64::from(number))?,
    })
}

/// The operations that `co_code` has besides those of the common bytecode.
const OF_CO_CODE: [(&str, u8); 2] = [("ENTRY", ENTRY), ("EXTENDED_ARG", EXTENDED_ARG)];

/// The operands of an instruction as pairs of kind and meaning.
fn operands(vm: &Vm, code: Gc<Code>, op: Op) -> PyResult {
    let mut operands = Vec::new();
    op.each_operand(|operand, number| operands.push((operand, number)));
    let list = List::with_capacity(vm, operands.len())?;
    for (operand, number) in operands {
        let kind = vm.intern(match operand.kind {
            OperandKind::Const => "const",
            OperandKind::Name => "name",
            OperandKind::Local => "local",
            OperandKind::Cell => "cell",
            OperandKind::Code => "code",
            OperandKind::Label => "label",
            OperandKind::Count => "count",
            OperandKind::Depth => "depth",
            OperandKind::Choice(..) => "choice",
        });
        let value = meaning(vm, code, operand.kind, number)?;
        list.push(vm, vm.new_tuple(&[kind.into(), value])?)?;
    }
    Ok(list.to_tuple(vm)?.into())
}

#[methods(FUNCTIONS)]
impl Functions {
    /// The exception table of a code object: tuples of start, end, target and depth of the stack.
    #[method("exception_table(code, /)")]
    fn exception_table(vm: &Vm, args: &[Value]) -> PyResult {
        let code = code_of(vm, args[0])?;
        let list = List::with_capacity(vm, code.wire().handlers.len())?;
        for handler in &code.wire().handlers {
            let mut row = [Value::ZERO; 4];
            for (slot, offset) in row.iter_mut().zip([handler.start, handler.end, handler.target]) {
                *slot = vm.new_int(i64::from(code.start_of(vm, offset)?))?;
            }
            row[3] = vm.new_int(i64::from(handler.depth))?;
            list.push(vm, vm.new_tuple(&row)?)?;
        }
        Ok(list.into())
    }

    /// Whether an operation has an operand.
    #[method("has_arg(opcode, /)")]
    fn has_arg(vm: &Vm, args: &[Value]) -> PyResult {
        if vm.index_i64(args[0])? == i64::from(EXTENDED_ARG) {
            return Ok(vm.true_());
        }
        has(vm, args[0], |_| true)
    }

    /// Whether an operation names a constant.
    #[method("has_const(opcode, /)")]
    fn has_const(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, args[0], |kind| kind == OperandKind::Const)
    }

    /// Whether an operation sets up a handler: none does, they stand in tables.
    #[method("has_exc(opcode, /)")]
    fn has_exc(vm: &Vm, args: &[Value]) -> PyResult {
        vm.index_i64(args[0])?;
        Ok(vm.false_())
    }

    /// Whether an operation names a cell or a free variable.
    #[method("has_free(opcode, /)")]
    fn has_free(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, args[0], |kind| kind == OperandKind::Cell)
    }

    /// Whether an operation has a target.
    #[method("has_jump(opcode, /)")]
    fn has_jump(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, args[0], |kind| kind == OperandKind::Label)
    }

    /// Whether an operation names a local variable.
    #[method("has_local(opcode, /)")]
    fn has_local(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, args[0], |kind| kind == OperandKind::Local)
    }

    /// Whether an operation has a name.
    #[method("has_name(opcode, /)")]
    fn has_name(vm: &Vm, args: &[Value]) -> PyResult {
        has(vm, args[0], |kind| kind == OperandKind::Name)
    }

    /// The instructions of a code object: tuples of where they are with what extends their argument, where they are themselves, and operands
    /// (kind, meaning).
    #[method("instructions(code, /)")]
    fn instructions(vm: &Vm, args: &[Value]) -> PyResult {
        let code = code_of(vm, args[0])?;
        if let Err(error) = code.module.verify_code(code.index) {
            return Err(vm.raise(vm.types().system_error, error.to_string()));
        }
        let body = &code.wire().body;
        let list = List::with_capacity(vm, 0)?;
        let mut offset = 0;
        while offset < body.len() {
            let (op, size) =
                Op::decode(body, offset).map_err(|error| vm.raise(vm.types().system_error, error.to_string()))?;
            let start = code.start_of(vm, offset as u32)?;
            let own = code.byte_of(vm, Place::at(offset as u32))?;
            let places = [vm.new_int(i64::from(start))?, vm.new_int(i64::from(own))?];
            list.push(vm, vm.new_tuple(&[places[0], places[1], operands(vm, code, op)?])?)?;
            offset += size;
        }
        Ok(list.into())
    }

    /// How an operation changes the depth of the stack.
    #[method("stack_effect(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(vm: &Vm, args: &[Value]) -> PyResult {
        let invalid = || vm.value_error("invalid opcode or oparg");
        let opcode = vm.index_i64(args[0])?;
        if OF_CO_CODE.iter().any(|(_, number)| i64::from(*number) == opcode) {
            return vm.new_int(0);
        }
        let Some(info) = info(vm, args[0])? else { return Err(invalid()) };
        let given = args[1].bound().filter(|value| *value != vm.none());
        let mut encoded = vec![info.opcode];
        match (given, info.operands.len()) {
            (None, 0) => {}
            (Some(value), 1) => {
                let Ok(mut number) = u32::try_from(vm.index_i64(value)?) else { return Err(invalid()) };
                while number >= 0x80 {
                    encoded.push(number as u8 | 0x80);
                    number >>= 7;
                }
                encoded.push(number as u8);
            }
            (None, _) => return Err(vm.value_error("stack_effect: opcode requires oparg but oparg was not specified")),
            (Some(_), 0) => {
                return Err(vm.value_error("stack_effect: opcode does not permit oparg but oparg was specified"));
            }
            (Some(_), _) => {
                return Err(vm.value_error("stack_effect: the operation has several operands, which oparg cannot give"));
            }
        }
        let (op, _) = Op::decode(&encoded, 0).map_err(|_| invalid())?;
        let falls = (op.pops(), op.pushes());
        let effect = |(pops, pushes): (u32, u32)| i64::from(pushes) - i64::from(pops);
        let jumps = if op.flow() == Flow::Branch { effect(op.jump_effect()) } else { effect(falls) };
        let asked = args[2].bound().filter(|value| *value != vm.none());
        vm.new_int(match asked {
            None => effect(falls).max(jumps),
            Some(value) if vm.is_true(value)? => jumps,
            Some(_) => effect(falls),
        })
    }

    /// The op table: tuples of number and name.
    #[method("table()")]
    fn table(vm: &Vm, _: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, OP_INFO.len())?;
        for info in OP_INFO {
            let name = vm.intern(&info.mnemonic.to_uppercase());
            list.push(vm, vm.new_tuple(&[vm.new_int(i64::from(info.opcode))?, name.into()])?)?;
        }
        for (name, number) in OF_CO_CODE {
            list.push(vm, vm.new_tuple(&[vm.new_int(i64::from(number))?, vm.intern(name).into()])?)?;
        }
        Ok(list.into())
    }
}
