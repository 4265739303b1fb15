//! When two code objects are equal: when they have the same name, parameters, code, constants, names and positions.

use orochi_gc::Gc;

use super::names::Names;
use super::{Code, this};
use crate::error::PyResult;
use crate::methods;
use crate::types::complex::Complex;
use crate::types::native::NativeDef;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

const ALL_NAMES: [Names; 4] = [Names::Used, Names::Local, Names::Cell, Names::Free];

fn equal(vm: &Vm, a: Gc<Code>, b: Gc<Code>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    let shape = |code: &Code| {
        let wire = code.wire();
        let counts = [wire.positional, wire.positional_only, wire.keyword_only, code.stack_size()];
        (code.first_line(), code.flag_bits(), counts)
    };
    if shape(&a) != shape(&b) || !vm.equals(a.name.get(), b.name.get())? {
        return Ok(false);
    }
    let (first, second) = (a.words(vm)?, b.words(vm)?);
    if first.bytes != second.bytes
        || a.linetable(vm)? != b.linetable(vm)?
        || super::tables::exceptiontable(&a, first) != super::tables::exceptiontable(&b, second)
    {
        return Ok(false);
    }
    for which in ALL_NAMES {
        if !vm.equals(a.names(vm, which)?.into(), b.names(vm, which)?.into())? {
            return Ok(false);
        }
    }
    same_constant(vm, a.consts(vm)?.into(), b.consts(vm)?.into())
}

/// Whether two constants are the same to a program: of the same type, with the same bits.
fn same_constant(vm: &Vm, a: Value, b: Value) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if vm.class_of(a) != vm.class_of(b) {
        return Ok(false);
    }
    vm.check_native_recursion()?;
    if let (Some(a), Some(b)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.items().iter().zip(b.items()) {
            if !same_constant(vm, *a, *b)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let (Some(a), Some(b)) = (a.cast::<Set>(), b.cast::<Set>()) {
        let (a, b) = (vm.list_from(a.into())?, vm.list_from(b.into())?);
        let mut same = a.len() == b.len();
        for item in a.slots() {
            let mut found = false;
            for other in b.slots() {
                found = found || same_constant(vm, item.get(), other.get())?;
            }
            same &= found;
        }
        return Ok(same);
    }
    if let (Some(a), Some(b)) = (a.as_float(), b.as_float()) {
        return Ok(a.to_bits() == b.to_bits());
    }
    if let (Some(a), Some(b)) = (a.cast::<Complex>(), b.cast::<Complex>()) {
        return Ok((a.real.to_bits(), a.imag.to_bits()) == (b.real.to_bits(), b.imag.to_bits()));
    }
    vm.equals(a, b)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Code>() {
            Some(other) => equal(vm, this(args[0]), other).map(|equal| vm.bool(equal)),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let wire = code.wire();
        let bytes = vm.new_bytes(&code.words(vm)?.bytes)?;
        let counts = [wire.positional, wire.positional_only, wire.keyword_only, code.first_line(), code.flag_bits()];
        let linetable = vm.new_bytes(&code.linetable(vm)?)?;
        let mut hashes = vec![vm.hash(code.name.get())?, vm.hash(bytes)?, vm.hash(linetable)?];
        hashes.extend(counts.map(u64::from));
        for which in ALL_NAMES {
            hashes.push(vm.hash(code.names(vm, which)?.into())?);
        }
        vm.new_int(crate::protocol::hash::hash_sequence(hashes.into_iter()) as i64)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Code>() {
            Some(other) => equal(vm, this(args[0]), other).map(|equal| vm.bool(!equal)),
            None => Ok(vm.not_implemented()),
        }
    }
}
