//! Code objects: a code object of a verified module, with its lowered form once it was called.

use core::cell::{Cell, OnceCell, RefCell};
use core::ptr::NonNull;

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::CodeIdx;
use orochi_gc::{Gc, Header, Heap, Tracer};
use rustc_hash::FxHashMap;

use crate::error::PyResult;
use crate::lower::Lowered;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A code object.
#[repr(C)]
pub struct Code {
    header: Header,
    pub name: Cell<Value>,
    pub qualname: Cell<Value>,
    pub filename: Cell<Value>,
    pub module: VerifiedModule,
    pub index: CodeIdx,
    lowered: OnceCell<Box<Lowered>>,
    /// Code objects of functions defined inside, made when first needed.
    inner: RefCell<FxHashMap<u32, Gc<Code>>>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Code {
    const LAYOUT: Layout = Layout::Code;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.name.get().trace(tracer);
        self.qualname.get().trace(tracer);
        self.filename.get().trace(tracer);
        if let Some(lowered) = self.lowered.get() {
            lowered.trace(tracer);
        }
        if let Ok(inner) = self.inner.try_borrow() {
            inner.values().for_each(|code| Value::from(*code).trace(tracer));
        }
    }
}

/// Frees what a dead code object owns outside the heap.
///
/// # Safety
/// `object` is a dead code object, dropped once.
pub unsafe fn drop_code(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe { core::ptr::drop_in_place(object.cast::<Code>().as_ptr()) }
}

impl Code {
    /// The code object at an index of a module.
    pub fn new(vm: &Vm, module: &VerifiedModule, index: CodeIdx) -> PyResult<Gc<Code>> {
        let source = module.module();
        let code = source.code(index);
        let (name, qualname) = (vm.intern(source.name(code.name)), vm.intern(source.name(code.qualname)));
        let filename = vm.intern(&source.source_name);
        vm.new_native(
            vm.types().code,
            Code {
                header: Header::empty(),
                name: Cell::new(name.into()),
                qualname: Cell::new(qualname.into()),
                filename: Cell::new(filename.into()),
                module: module.clone(),
                index,
                lowered: OnceCell::new(),
                inner: RefCell::new(FxHashMap::default()),
            },
        )
    }

    /// The code object of a function defined inside.
    pub fn inner(&self, vm: &Vm, index: CodeIdx) -> PyResult<Gc<Code>> {
        if let Some(code) = self.inner.borrow().get(&index.0) {
            return Ok(*code);
        }
        let code = Code::new(vm, &self.module, index)?;
        self.inner.borrow_mut().insert(index.0, code);
        vm.heap.barrier(&raw const self.header);
        Ok(code)
    }

    /// The wire form.
    #[must_use]
    pub fn wire(&self) -> &orochi_bytecode::Code {
        self.module.module().code(self.index)
    }

    /// The docstring, or None.
    pub fn docstring(&self, vm: &Vm) -> Value {
        let module = self.module.module();
        match self.wire().docstring.map(|index| module.constant(index)) {
            Some(orochi_bytecode::Const::Str(text)) => {
                crate::types::str::Str::from_wtf8(vm, text).map_or(vm.none(), Value::from)
            }
            _ => vm.none(),
        }
    }

    /// The register code, made at the first call. ImportError-like errors when the body does not pass the verifier.
    #[inline]
    pub fn lowered(self: &Code, vm: &Vm) -> PyResult<&Lowered> {
        match self.lowered.get() {
            Some(lowered) => Ok(lowered),
            None => self.lower(vm),
        }
    }

    #[cold]
    fn lower(&self, vm: &Vm) -> PyResult<&Lowered> {
        let lowered = crate::lower::lower(vm, &self.module, self.index)?;
        let result = self.lowered.get_or_init(|| lowered);
        vm.heap.barrier(&raw const self.header);
        Ok(result)
    }
}

/// `code`.
pub static CLASS: ClassDef = ClassDef::new("code", "", Layout::Code);
