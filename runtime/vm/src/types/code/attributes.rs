//! The attributes of code objects.

use super::names::Names;
use super::{Code, tables, this};
use crate::error::PyResult;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

fn number(vm: &Vm, number: u32) -> PyResult {
    vm.new_int(i64::from(number))
}

fn names(vm: &Vm, value: Value, which: Names) -> PyResult {
    this(value).names(vm, which).map(Value::from)
}

impl Code {
    /// CPython's `CO_*` bits.
    pub(super) fn flag_bits(&self) -> u32 {
        let flags = self.flags();
        let bits = FLAG_BITS.iter().filter(|(_, set)| set(&flags)).fold(0, |bits, (bit, _)| bits | bit);
        bits | self.other_flags()
    }

    /// Bits that mean nothing to the VM: those `replace` was given, or the features of `__future__` of the source.
    pub(super) fn other_flags(&self) -> u32 {
        match &self.changes {
            Some(changes) => changes.other_flags,
            None => crate::modules::builtins::source::future_bits(self) as u32,
        }
    }
}

type Flags = orochi_bytecode::module::CodeFlags;
type FlagBit = (u32, fn(&Flags) -> bool);

/// Bits of `co_flags` and the flags that they show.
pub(super) const FLAG_BITS: &[FlagBit] = &[
    (0x3, |flags| flags.function),
    (0x4, |flags| flags.varargs),
    (0x8, |flags| flags.varkwargs),
    (0x10, |flags| flags.nested),
    (0x20, |flags| flags.generator),
    (0x80, |flags| flags.coroutine),
    (0x100, |flags| flags.iterable_coroutine),
    (0x200, |flags| flags.async_generator),
    (0x400_0000, |flags| flags.has_docstring),
    (0x800_0000, |flags| flags.method),
];

/// Pairs of how far to go on in the code and in the lines, as CPython showed them until 3.9.
fn line_number_table(vm: &Vm, value: Value) -> PyResult {
    let category = vm.types().deprecation_warning;
    vm.warn(category, "co_lnotab is deprecated, use co_lines instead", 1)?;
    let code = this(value);
    let words = code.words(vm)?;
    let (mut out, mut at, mut line, mut unit) = (Vec::new(), 0u32, i64::from(code.first_line()), 0u32);
    for run in code.runs(words) {
        if super::tables::is_known(run.position) && i64::from(run.position.line) != line {
            let mut bytes = 2 * unit - at;
            let mut lines = i64::from(run.position.line) - line;
            while bytes > 255 {
                out.extend([255, 0]);
                bytes -= 255;
            }
            while !(-128..=127).contains(&lines) {
                let step = lines.clamp(-128, 127);
                out.extend([bytes as u8, step as i8 as u8]);
                lines -= step;
                bytes = 0;
            }
            out.extend([bytes as u8, lines as i8 as u8]);
            (at, line) = (2 * unit, i64::from(run.position.line));
        }
        unit += run.units;
    }
    vm.new_bytes(&out)
}

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("_co_code_adaptive", "", |vm, value| vm.new_bytes(&this(value).words(vm)?.bytes)),
    GetSetDef::member("co_argcount", "", |vm, value| number(vm, this(value).wire().positional)),
    GetSetDef::readonly("co_cellvars", "", |vm, value| names(vm, value, Names::Cell)),
    GetSetDef::readonly("co_code", "", |vm, value| vm.new_bytes(&this(value).words(vm)?.bytes)),
    GetSetDef::member("co_consts", "", |vm, value| this(value).consts(vm).map(Value::from)),
    GetSetDef::member("co_exceptiontable", "", |vm, value| {
        let code = this(value);
        vm.new_bytes(&tables::exceptiontable(&code, code.words(vm)?))
    }),
    GetSetDef::member("co_filename", "", |_, value| Ok(this(value).filename.get())),
    GetSetDef::member("co_firstlineno", "", |vm, value| number(vm, this(value).first_line())),
    GetSetDef::member("co_flags", "", |vm, value| number(vm, this(value).flag_bits())),
    GetSetDef::readonly("co_freevars", "", |vm, value| names(vm, value, Names::Free)),
    GetSetDef::member("co_kwonlyargcount", "", |vm, value| number(vm, this(value).wire().keyword_only)),
    GetSetDef::member("co_linetable", "", |vm, value| vm.new_bytes(&this(value).linetable(vm)?)),
    GetSetDef::readonly("co_lnotab", "", line_number_table),
    GetSetDef::member("co_name", "", |_, value| Ok(this(value).name.get())),
    GetSetDef::member("co_names", "", |vm, value| names(vm, value, Names::Used)),
    GetSetDef::member("co_nlocals", "", |vm, value| number(vm, this(value).wire().locals.len() as u32)),
    GetSetDef::member("co_posonlyargcount", "", |vm, value| number(vm, this(value).wire().positional_only)),
    GetSetDef::member("co_qualname", "", |_, value| Ok(this(value).qualname.get())),
    GetSetDef::member("co_stacksize", "", |vm, value| number(vm, this(value).stack_size())),
    GetSetDef::readonly("co_varnames", "", |vm, value| names(vm, value, Names::Local)),
];
