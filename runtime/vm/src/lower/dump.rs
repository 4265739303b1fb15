//! Register code as text, for those who work on the lowering.

use core::fmt::Write as _;

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::CodeIdx;

use crate::error::PyResult;
use crate::interp::instr::Op;
use crate::lower::observed::Points;
use crate::lower::{Lowered, lower};
use crate::types::code::Code;
use crate::vm::Vm;

/// The register code of all code objects of a module. SystemError when a body breaks a rule of the verifier.
pub fn dump(vm: &Vm, module: &VerifiedModule) -> PyResult<String> {
    let mut text = String::new();
    for index in 0..module.code_count() {
        let code = Code::new(vm, module, CodeIdx(index as u32))?;
        let lowered = lower(vm, code, Points::default())?;
        let name = vm.display(code.qualname.get());
        let _ = writeln!(text, "{name}: {} registers", lowered.registers);
        write_code(vm, &lowered, &mut text);
        text.push('\n');
    }
    Ok(text)
}

fn write_code(vm: &Vm, lowered: &Lowered, text: &mut String) {
    for (register, name) in lowered.locals.iter().enumerate() {
        let _ = writeln!(text, "    R{register} is {name}");
    }
    for (place, value) in lowered.constants.get().slots().iter().enumerate() {
        let _ = writeln!(text, "    K{place} is {}", vm.display(value.get()));
    }
    for (place, cache) in lowered.caches.iter().enumerate() {
        let _ = writeln!(text, "    C{place} is {}", cache.name);
    }
    for (at, instr) in lowered.instrs.iter().enumerate() {
        let at = at as i64;
        let op = format!("{:?}", instr.op);
        let _ = write!(text, "{at:6}  {op:16} {:3} {:5} {:5} {:5}", instr.x, instr.a, instr.b, instr.c);
        let target = match instr.op {
            Op::Jump => Some(at + 1 + i64::from(instr.wide() as i32)),
            Op::Loop => Some(at + 1 - i64::from(instr.wide() as i32)),
            Op::ForIterBack => Some(at + 1 - i64::from(instr.c)),
            Op::ForIter => Some(at + 1 + i64::from(instr.c)),
            _ if op.starts_with("Jump") => Some(at + 1 + i64::from(instr.c as i16)),
            _ => None,
        };
        let _ = target.map(|target| write!(text, "  -> {target}"));
        text.push('\n');
    }
    for handler in &lowered.handlers {
        let (start, end, target) = (handler.start, handler.end, handler.target);
        let _ = writeln!(text, "    from {start} to {end}: exception in R{}, go to {target}", handler.exception);
    }
}
