//! Functions: a code object with globals, defaults and closure. [`attributes`] and [`methods`] are what programs see.

pub(crate) mod attributes;
pub(crate) mod methods;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A function.
#[repr(C)]
pub struct Function {
    header: Header,
    /// The code object.
    pub code: Cell<Value>,
    /// A dict.
    pub globals: Cell<Value>,
    /// A dict.
    pub builtins: Cell<Value>,
    /// A tuple of cells, or unbound.
    pub closure: Cell<Value>,
    /// A tuple, or unbound.
    pub defaults: Cell<Value>,
    /// A dict, or unbound.
    pub kwdefaults: Cell<Value>,
    pub name: Cell<Value>,
    pub qualname: Cell<Value>,
    pub module: Cell<Value>,
    /// Unbound: the docstring of the code.
    doc: Cell<Value>,
    /// A dict, a flat tuple of names and values, or unbound.
    pub annotations: Cell<Value>,
    /// The function that computes the annotations (PEP 649), or unbound.
    pub annotate: Cell<Value>,
    /// A tuple, or unbound.
    pub type_params: Cell<Value>,
    /// Code objects that it had before, which frames may still run: pairs of one and the rest, or unbound.
    pub replaced: Cell<Value>,
    /// Changes when code, defaults or closure do.
    pub version: Cell<u32>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Function {
    const LAYOUT: Layout = Layout::Function;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.code.get().trace(tracer);
        self.globals.get().trace(tracer);
        self.builtins.get().trace(tracer);
        self.closure.get().trace(tracer);
        self.defaults.get().trace(tracer);
        self.kwdefaults.get().trace(tracer);
        self.name.get().trace(tracer);
        self.qualname.get().trace(tracer);
        self.module.get().trace(tracer);
        self.doc.get().trace(tracer);
        self.annotations.get().trace(tracer);
        self.annotate.get().trace(tracer);
        self.type_params.get().trace(tracer);
        self.replaced.get().trace(tracer);
    }
}

/// `function`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[methods::METHODS, crate::types::native_class::CALL],
    getset: attributes::GETSET,
    ..ClassDef::new("function", "Create a function object.", Layout::Function)
};

impl Function {
    /// A function of a code object.
    pub fn new(
        vm: &Vm,
        code: Gc<crate::types::code::Code>,
        globals: Gc<crate::types::dict::Dict>,
    ) -> PyResult<Gc<Function>> {
        Function::with_builtins(vm, code, globals, crate::modules::builtins_of(vm, globals)?.into())
    }

    /// The same where the builtins of the globals are known.
    pub fn with_builtins(
        vm: &Vm,
        code: Gc<crate::types::code::Code>,
        globals: Gc<crate::types::dict::Dict>,
        builtins: Value,
    ) -> PyResult<Gc<Function>> {
        let module = globals.get_interned(vm, vm.dunder_name()).unwrap_or(vm.none());
        let unbound = || Cell::new(Value::UNBOUND);
        vm.new_native(
            vm.types().function,
            Function {
                header: Header::empty(),
                code: Cell::new(code.into()),
                globals: Cell::new(globals.into()),
                builtins: Cell::new(builtins),
                closure: unbound(),
                defaults: unbound(),
                kwdefaults: unbound(),
                name: Cell::new(code.name.get()),
                qualname: Cell::new(code.qualname.get()),
                module: Cell::new(module),
                doc: unbound(),
                annotations: unbound(),
                annotate: unbound(),
                type_params: unbound(),
                replaced: Cell::default(),
                version: Cell::new(0),
            },
        )
    }

    /// `__doc__`.
    pub fn doc(&self, vm: &Vm) -> Value {
        self.doc.get().bound().unwrap_or_else(|| self.code.get().expect::<crate::types::code::Code>().docstring(vm))
    }

    /// Sets `__doc__`.
    pub fn set_doc(&self, vm: &Vm, doc: Value) {
        self.doc.set(doc);
        vm.heap.barrier(&raw const self.header);
    }
}
