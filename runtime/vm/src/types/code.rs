//! Code objects: a code object of a verified module, with its lowered form once it was called.

use core::cell::{Cell, OnceCell, RefCell};
use core::ptr::NonNull;

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::{CodeIdx, NameIdx};
use orochi_gc::{Gc, Header, Heap, Tracer};
use orochi_macros::methods;
use rustc_hash::FxHashMap;

use crate::error::PyResult;
use crate::lower::Lowered;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// A code object.
#[repr(C)]
pub struct Code {
    header: Header,
    pub name: Cell<Value>,
    pub qualname: Cell<Value>,
    pub filename: Cell<Value>,
    /// The docstring or None; unbound until it was asked for.
    doc: Cell<Value>,
    pub module: VerifiedModule,
    pub index: CodeIdx,
    lowered: OnceCell<Box<Lowered>>,
    /// Code objects of functions defined inside, made when first needed.
    // traced: by `Code::trace_native`
    inner: RefCell<FxHashMap<u32, Gc<Code>>>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Code {
    const LAYOUT: Layout = Layout::Code;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.name.get().trace(tracer);
        self.qualname.get().trace(tracer);
        self.filename.get().trace(tracer);
        self.doc.get().trace(tracer);
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
                doc: Cell::new(Value::UNBOUND),
                module: module.clone(),
                index,
                lowered: OnceCell::new(),
                inner: RefCell::new(FxHashMap::default()),
            },
        )
    }

    /// Gives the code object another file name, name and qualified name.
    pub fn rename(&self, vm: &Vm, filename: Gc<Str>, name: Gc<Str>, qualname: Gc<Str>) {
        self.filename.set(filename.into());
        self.name.set(name.into());
        self.qualname.set(qualname.into());
        vm.heap.barrier(&raw const self.header);
    }

    /// The code object of a function defined inside.
    pub fn inner(&self, vm: &Vm, index: CodeIdx) -> PyResult<Gc<Code>> {
        if let Some(code) = self.inner.borrow().get(&index.0) {
            return Ok(*code);
        }
        let code = Code::new(vm, &self.module, index)?;
        code.filename.set(self.filename.get());
        vm.heap.barrier(code.header());
        self.inner.borrow_mut().insert(index.0, code);
        vm.heap.barrier(&raw const self.header);
        Ok(code)
    }

    /// Gives it, and the code objects defined inside, another file name.
    pub fn set_filename(&self, vm: &Vm, filename: Gc<crate::types::str::Str>) {
        self.filename.set(filename.into());
        vm.heap.barrier(&raw const self.header);
        // Nesting is bounded by the depth of sources.
        let inner: Vec<u32> = self.inner.borrow().keys().copied().collect();
        for index in inner {
            let code = self.inner.borrow().get(&index).copied();
            if let Some(code) = code {
                code.set_filename(vm, filename);
            }
        }
    }

    /// Whether this is its lowered form.
    #[must_use]
    pub(crate) fn has_lowered(&self, lowered: &Lowered) -> bool {
        self.lowered.get().is_some_and(|own| core::ptr::eq(&raw const **own, lowered))
    }

    /// The wire form.
    #[must_use]
    pub fn wire(&self) -> &orochi_bytecode::Code {
        self.module.module().code(self.index)
    }

    /// The docstring, or None.
    pub fn docstring(&self, vm: &Vm) -> Value {
        if let Some(known) = self.doc.get().bound() {
            return known;
        }
        let module = self.module.module();
        let doc = match self.wire().docstring.map(|index| module.constant(index)) {
            Some(orochi_bytecode::Const::Str(text)) => {
                crate::types::str::Str::from_wtf8(vm, text).map_or(vm.none(), Value::from)
            }
            _ => vm.none(),
        };
        self.doc.set(doc);
        vm.heap.barrier(&raw const self.header);
        doc
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
pub static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("code", "A code object: compiled code without the environment that it runs in.", Layout::Code)
};

fn this(value: Value) -> Gc<Code> {
    value.expect()
}

fn number(vm: &Vm, number: u32) -> PyResult {
    vm.new_int(i64::from(number))
}

/// A tuple of names.
fn names(vm: &Vm, code: Gc<Code>, indices: impl Iterator<Item = NameIdx>) -> PyResult {
    let source = code.module.module();
    let list = List::with_capacity(vm, 0)?;
    for index in indices {
        list.push(vm, vm.intern(source.name(index)).into())?;
    }
    list.to_tuple(vm).map(Value::from)
}

/// Constants that instructions use, then the code objects defined inside.
fn constants(vm: &Vm, value: Value) -> PyResult {
    let code = this(value);
    let lowered = code.lowered(vm)?;
    let list = List::with_capacity(vm, 0)?;
    for constant in lowered.constants.get().slots() {
        if constant.get().is_bound() {
            list.push(vm, constant.get())?;
        }
    }
    for inner in code.inner.borrow().values() {
        list.push(vm, (*inner).into())?;
    }
    list.to_tuple(vm).map(Value::from)
}

fn global_names(vm: &Vm, value: Value) -> PyResult {
    let names = List::with_capacity(vm, 0)?;
    for name in &this(value).lowered(vm)?.names {
        names.push(vm, (*name).into())?;
    }
    names.to_tuple(vm).map(Value::from)
}

/// CPython's `CO_*` bits.
fn flag_bits(value: Value) -> u32 {
    let flags = this(value).wire().flags;
    [
        (flags.function, 0x3),
        (flags.varargs, 0x4),
        (flags.varkwargs, 0x8),
        (flags.nested, 0x10),
        (flags.generator, 0x20),
        (flags.coroutine, 0x80),
        (flags.iterable_coroutine, 0x100),
        (flags.async_generator, 0x200),
        (flags.has_docstring, 0x400_0000),
        (flags.method, 0x800_0000),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .fold(0, |bits, (_, bit)| bits | bit)
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("co_argcount", "", |vm, value| number(vm, this(value).wire().positional)),
    GetSetDef::readonly("co_cellvars", "", |vm, value| {
        names(vm, this(value), this(value).wire().cells.iter().map(|cell| cell.name))
    }),
    GetSetDef::readonly("co_code", "", |vm, value| vm.new_bytes(&this(value).wire().body)),
    GetSetDef::member("co_consts", "", constants),
    GetSetDef::member("co_filename", "", |_, value| Ok(this(value).filename.get())),
    GetSetDef::member("co_firstlineno", "", |vm, value| number(vm, this(value).wire().first_line)),
    GetSetDef::member("co_flags", "", |vm, value| number(vm, flag_bits(value))),
    GetSetDef::readonly("co_freevars", "", |vm, value| names(vm, this(value), this(value).wire().free.iter().copied())),
    GetSetDef::member("co_kwonlyargcount", "", |vm, value| number(vm, this(value).wire().keyword_only)),
    GetSetDef::member("co_name", "", |_, value| Ok(this(value).name.get())),
    GetSetDef::member("co_names", "", global_names),
    GetSetDef::member("co_nlocals", "", |vm, value| number(vm, this(value).wire().locals.len() as u32)),
    GetSetDef::member("co_posonlyargcount", "", |vm, value| number(vm, this(value).wire().positional_only)),
    GetSetDef::member("co_qualname", "", |_, value| Ok(this(value).qualname.get())),
    GetSetDef::member("co_stacksize", "", |vm, value| number(vm, this(value).wire().max_stack)),
    GetSetDef::readonly("co_varnames", "", |vm, value| {
        names(vm, this(value), this(value).wire().locals.iter().copied())
    }),
];

#[methods(METHODS)]
impl Methods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let code = this(args[0]);
        let (name, file) = (vm.display(code.name.get()), vm.display(code.filename.get()));
        let (place, line) = (crate::types::object::address(args[0]), code.wire().first_line);
        vm.new_str(&format!("<code object {name} at {place:#x}, file \"{file}\", line {line}>"))
    }
}
