//! `_pickle`: what `pickle` takes from here is `PickleBuffer` (PEP 574); picklers and unpicklers are the module's own.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::buffer::{View, request};
use orochi_vm::types::memoryview::MemoryView;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_pickle",
    doc: "Objects that pickle protocol 5 leaves out of the stream.",
    functions: &[],
    init: |vm, module| vm.add_module_class(module, &PICKLE_BUFFER).map(drop),
};

static PICKLE_BUFFER: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::BASE,
    methods: &[METHODS],
    ..ClassDef::new("pickle.PickleBuffer", "Wrapper for potentially out-of-band buffers", Layout::Opaque)
};

/// The view of the object; unbound once it is released.
const VIEW: usize = 0;

fn view(vm: &Vm, value: Value) -> PyResult<Gc<MemoryView>> {
    match value.expect::<Opaque>().get(VIEW).cast() {
        Some(view) => Ok(view),
        None => Err(vm.value_error("operation forbidden on released PickleBuffer object")),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Return the memory of the object as asked for by the flags.
    #[method("__buffer__($self, flags, /)")]
    fn buffer(vm: &Vm, args: &[Value]) -> PyResult {
        let object = view(vm, args[0])?.object().unwrap_or(vm.none());
        let flags = vm.index_i64(args[1])?;
        match vm.export(object, flags)? {
            Some(export) => MemoryView::new(vm, export).map(Value::from),
            None => Err(vm.type_error(format!("a bytes-like object is required, not '{}'", vm.type_name(object)))),
        }
    }

    /// Create and return a new object.
    #[method("static __new__(type, object, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let view = match vm.export(args[1], request::FULL_RO)? {
            Some(export) => MemoryView::new(vm, export)?,
            None => {
                let name = vm.type_name(args[1]);
                return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
            }
        };
        let buffer = Opaque::new(vm, args[0].expect(), Box::new(()))?;
        buffer.set(vm, VIEW, view.into());
        Ok(buffer.into())
    }

    /// Return a view of the bytes in a row. BufferError when they do not lie so.
    #[method("raw($self, /)")]
    fn raw(vm: &Vm, args: &[Value]) -> PyResult {
        let view = view(vm, args[0])?;
        let layout = view.view(vm)?;
        if !layout.is_c_contiguous() && !layout.is_f_contiguous() {
            let text = "cannot extract raw buffer from non-contiguous buffer";
            return Err(vm.raise(vm.types().buffer_error, text));
        }
        let mut export = view.share(vm)?;
        let (offset, readonly) = (export.view.offset, export.view.readonly);
        export.view = View { offset, ..View::bytes(export.view.nbytes(), readonly) };
        MemoryView::new(vm, export).map(Value::from)
    }

    /// Let go of the object.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        let buffer = args[0].expect::<Opaque>();
        if let Some(view) = buffer.get(VIEW).cast::<MemoryView>() {
            view.release(vm)?;
            buffer.set(vm, VIEW, Value::UNBOUND);
        }
        Ok(vm.none())
    }
}
