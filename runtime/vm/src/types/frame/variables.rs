//! The variables of a frame by name, wherever they are: in the registers of an activation or a generator, in the frame object, in cells.

use core::cell::Cell;

use orochi_gc::Gc;

use super::Frame;
use crate::error::PyResult;
use crate::interp::frame::Frame as Activation;
use crate::types::cell::PyCell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::generator::registers::Registers;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Where the variables of a frame are.
pub struct Variables {
    code: Gc<Code>,
    /// Locals and own cells; null when they were cleared.
    registers: *const Cell<Value>,
    /// The cells of the function; unbound when the frame was cleared.
    closure: Value,
}

/// One variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variable {
    Local(usize),
    /// The register of an own cell.
    Own(usize),
    Free(usize),
}

impl Variables {
    /// Those of an active frame.
    #[must_use]
    pub fn of_activation(activation: *mut Activation) -> Variables {
        // SAFETY: callers pass an active frame.
        let activation = unsafe { &*activation };
        // SAFETY: its code belongs to it.
        let code = unsafe { &*activation.code }.owner();
        let closure = activation.function.closure.get();
        Variables { code, closure, registers: activation.base.cast() }
    }

    /// Those of a frame object.
    #[must_use]
    pub fn of(frame: &Frame) -> Variables {
        if let Some(activation) = frame.activation() {
            return Variables::of_activation(activation);
        }
        let registers = match frame.registers.get().cast::<Registers>() {
            Some(registers) => registers.slots().as_ptr(),
            None if frame.generator.get().is_unbound() => frame.kept().as_ptr(),
            None => core::ptr::null(),
        };
        let closure = if frame.cleared.get() { Value::UNBOUND } else { frame.function().closure.get() };
        Variables { code: frame.code(), closure, registers }
    }

    /// All variables with their names, in the order of CPython: locals, own cells that are no parameters, free variables.
    pub fn for_each(&self, vm: &Vm, mut f: impl FnMut(Gc<Str>, Variable) -> PyResult<()>) -> PyResult<()> {
        let wire = self.code.wire();
        let locals = wire.locals.len();
        for local in 0..locals {
            let is_moved = |cell: &orochi_bytecode::module::Cell| cell.parameter.is_some_and(|p| p.index() == local);
            let variable = match wire.cells.iter().position(is_moved) {
                Some(cell) => Variable::Own(locals + cell),
                None => Variable::Local(local),
            };
            f(self.code.local_name(vm, local), variable)?;
        }
        for (index, cell) in wire.cells.iter().enumerate() {
            if cell.parameter.is_none() {
                f(self.code.cell_name(vm, index), Variable::Own(locals + index))?;
            }
        }
        for index in 0..wire.free.len() {
            f(self.code.free_name(vm, index), Variable::Free(index))?;
        }
        Ok(())
    }

    /// The variable of a name. Of several with the same name one that has a value comes first.
    pub fn find(&self, vm: &Vm, name: &Str) -> PyResult<Option<Variable>> {
        let mut found = None;
        self.for_each(vm, |other, variable| {
            if other.equals(name) && (found.is_none() || found.is_some_and(|known| self.get(known).is_unbound())) {
                found = Some(variable);
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn register(&self, index: usize) -> Option<&Cell<Value>> {
        // SAFETY: null, or as many registers as the code has locals and own cells, which the frame keeps alive.
        unsafe { self.registers.as_ref().map(|first| &*core::ptr::from_ref(first).add(index)) }
    }

    fn cell(&self, variable: Variable) -> Option<Gc<PyCell>> {
        match variable {
            Variable::Local(_) => None,
            Variable::Own(register) => self.register(register)?.get().cast(),
            Variable::Free(index) => self.closure.cast::<Tuple>()?.get(index)?.cast(),
        }
    }

    /// The value of a variable, or unbound.
    #[must_use]
    pub fn get(&self, variable: Variable) -> Value {
        match variable {
            Variable::Local(index) => self.register(index).map_or(Value::UNBOUND, Cell::get),
            _ => self.cell(variable).map_or(Value::UNBOUND, |cell| cell.content.get()),
        }
    }

    /// Sets a variable. One whose cell is not there yet, or that was cleared, stays as it is.
    pub fn set(&self, vm: &Vm, variable: Variable, value: Value) {
        match variable {
            Variable::Local(index) => {
                if let Some(register) = self.register(index) {
                    register.set(value);
                }
            }
            _ => {
                if let Some(cell) = self.cell(variable) {
                    cell.set(vm, value);
                }
            }
        }
    }

    /// A new dict of all variables that have a value.
    pub fn to_dict(&self, vm: &Vm) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(vm)?;
        self.for_each(vm, |name, variable| match self.get(variable).bound() {
            Some(value) => dict.set_str(vm, name, value),
            None => Ok(()),
        })?;
        Ok(dict)
    }
}

impl Frame {
    /// Has the collector look at variables that were set.
    pub(super) fn variables_changed(&self, vm: &Vm) {
        vm.heap.barrier(&raw const self.header);
        if let Some(registers) = self.registers.get().cast::<Registers>() {
            vm.heap.barrier(registers.header());
        }
    }

    /// Forgets the variables of a frame that is over.
    pub(super) fn forget_variables(&self) {
        self.cleared.set(true);
        self.kept().iter().for_each(|variable| variable.set(Value::UNBOUND));
        self.registers.set(Value::UNBOUND);
        self.extra.set(Value::UNBOUND);
    }
}
