//! The constants and names of a code object. All code objects of a module share a pool, so that equal constants of a module are one object,
//! and `co_consts` shows the very objects that the code uses.

use core::cell::Cell;

use orochi_bytecode::operands::{CodeIdx, ConstIdx, NameIdx};
use orochi_gc::Gc;

use super::Code;
use super::words::Constant;
use crate::error::PyResult;
use crate::object::array::Array;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

impl Code {
    /// The pool: a value or unbound for each constant of the module, then for each name.
    pub(super) fn pool(&self, vm: &Vm) -> PyResult<Gc<Array>> {
        if let Some(pool) = self.pool.get().cast() {
            return Ok(pool);
        }
        let pool = Array::new(vm, self.module.constant_count() + self.module.name_count())?;
        self.pool.set(pool.into());
        vm.heap.barrier(&raw const self.header);
        Ok(pool)
    }

    /// Makes the pool, if it is not there.
    pub(crate) fn need_pool(&self, vm: &Vm) -> PyResult<()> {
        self.pool(vm).map(drop)
    }

    /// A name of the module, interned.
    pub(super) fn module_name(&self, vm: &Vm, index: NameIdx) -> Gc<Str> {
        let pool = self.pool.get().cast::<Array>();
        let slot = pool.as_ref().and_then(|pool| pool.slots().get(self.module.constant_count() + index.index()));
        if let Some(name) = slot.and_then(|slot| slot.get().cast()) {
            return name;
        }
        let name = vm.intern_wtf8(self.module.name(index));
        if let (Some(slot), Some(pool)) = (slot, pool) {
            slot.set(name.into());
            vm.heap.barrier(pool.header());
        }
        name
    }

    /// A constant.
    pub fn constant(&self, vm: &Vm, index: ConstIdx) -> PyResult {
        if self.has_replaced_consts() {
            let words = self.words(vm)?;
            let place = words.constants.iter().position(|constant| *constant == Constant::Plain(index));
            let consts = self.consts.get().cast::<Tuple>();
            if let Some(value) = place.and_then(|place| consts.and_then(|consts| consts.get(place))) {
                return Ok(value);
            }
        }
        self.pooled(vm, self.pool(vm)?, index)
    }

    /// The code object that `replace` was given in place of one defined inside.
    pub(super) fn replaced_inner(&self, vm: &Vm, index: CodeIdx) -> PyResult<Option<Gc<Code>>> {
        if !self.has_replaced_consts() {
            return Ok(None);
        }
        let words = self.words(vm)?;
        let place = words.constants.iter().position(|constant| *constant == Constant::Code(index));
        let consts = self.consts.get().cast::<Tuple>();
        Ok(place.and_then(|place| consts.and_then(|consts| consts.get(place))).and_then(Value::cast))
    }

    fn has_replaced_consts(&self) -> bool {
        self.changes.is_some() && self.consts.get().is_bound()
    }

    /// `co_consts`: the docstring, then what the instructions use, in their order.
    pub(super) fn consts(&self, vm: &Vm) -> PyResult<Gc<Tuple>> {
        if let Some(consts) = self.consts.get().cast() {
            return Ok(consts);
        }
        let list = List::new(vm, &[])?;
        for constant in &self.words(vm)?.constants {
            let value = match *constant {
                Constant::Plain(index) => self.constant(vm, index)?,
                Constant::Code(index) => self.inner(vm, index)?.into(),
            };
            list.push(vm, value)?;
        }
        let consts = list.to_tuple(vm)?;
        // Without changes what is kept here is only the answer to the next question.
        if self.changes.is_none() {
            self.consts.set(consts.into());
            vm.heap.barrier(&raw const self.header);
        }
        Ok(consts)
    }

    /// A constant of the pool, made when it is first needed.
    fn pooled(&self, vm: &Vm, pool: Gc<Array>, index: ConstIdx) -> PyResult {
        let Some(slot) = pool.slots().get(index.index()).filter(|_| index.index() < self.module.constant_count())
        else {
            return Err(vm.raise(vm.types().system_error, "constant is not in the module"));
        };
        if let Some(value) = slot.get().bound() {
            return Ok(value);
        }
        let value = self.make_constant(vm, pool, index)?;
        slot.set(value);
        vm.heap.barrier(pool.header());
        Ok(value)
    }

    fn make_constant(&self, vm: &Vm, pool: Gc<Array>, index: ConstIdx) -> PyResult {
        use orochi_bytecode::Const;
        if let Some(text) = self.module.text(index) {
            // Short texts that look like names are interned, as in CPython: they are often attribute names and dict keys.
            let is_name = text.len() <= 64 && text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
            return Ok(if is_name { vm.intern_wtf8(text) } else { Str::from_wtf8(vm, text)? }.into());
        }
        // Items have a lower index than what they are in, so this ends.
        Ok(match &*self.module.constant(index) {
            Const::None => vm.none(),
            Const::True => vm.true_(),
            Const::False => vm.false_(),
            Const::Ellipsis => vm.ellipsis(),
            Const::Int(value) => vm.new_int(*value)?,
            Const::BigInt(bytes) => vm.new_big_int(dashu_int::IBig::from_le_bytes(bytes))?,
            Const::Float(value) => vm.new_float(*value)?,
            Const::Complex { real, imag } => vm.new_complex(*real, *imag)?,
            Const::Str(text) => Str::from_wtf8(vm, text)?.into(),
            Const::Bytes(bytes) => vm.new_bytes(bytes)?,
            Const::Tuple(items) => {
                let values = self.pooled_all(vm, pool, items)?;
                Tuple::from_iter(vm, values.len(), values.slots().iter().map(Cell::get))?.into()
            }
            Const::FrozenSet(items) => {
                let values = self.pooled_all(vm, pool, items)?;
                let set = crate::types::set::Set::new(vm, vm.types().frozenset, &[])?;
                for value in values.slots() {
                    set.add(vm, value.get())?;
                }
                set.into()
            }
            Const::Slice { start, stop, step } => crate::types::slice::Slice::new(
                vm,
                self.pooled(vm, pool, *start)?,
                self.pooled(vm, pool, *stop)?,
                self.pooled(vm, pool, *step)?,
            )?,
        })
    }

    fn pooled_all(&self, vm: &Vm, pool: Gc<Array>, items: &[ConstIdx]) -> PyResult<Gc<Array>> {
        let array = Array::new(vm, items.len())?;
        for (slot, item) in array.slots().iter().zip(items) {
            slot.set(self.pooled(vm, pool, *item)?);
            vm.heap.barrier(array.header());
        }
        Ok(array)
    }
}
