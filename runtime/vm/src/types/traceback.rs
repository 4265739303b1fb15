//! Tracebacks.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::frame::Frame;
use crate::types::function::Function;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// One entry of a traceback: a place in a function.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry nearer to where the exception was raised, or None.
    pub next: Cell<Value>,
    /// The frame, or unbound until someone asks.
    pub frame: Cell<Value>,
    /// The function that ran.
    pub function: Cell<Value>,
    /// 1-based, 0 when unknown.
    pub line: Cell<u32>,
    pub end_line: Cell<u32>,
    /// 0-based UTF-8 byte offset.
    pub column: Cell<u32>,
    pub end_column: Cell<u32>,
    /// Offset in the body.
    pub instruction: Cell<u32>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Traceback {
    const LAYOUT: Layout = Layout::Traceback;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.next.get().trace(tracer);
        self.frame.get().trace(tracer);
        self.function.get().trace(tracer);
    }
}

impl Traceback {
    /// An entry in front of others.
    pub fn new(
        vm: &Vm,
        next: Value,
        function: Value,
        position: orochi_bytecode::Position,
        offset: u32,
    ) -> PyResult<Gc<Traceback>> {
        vm.new_native(
            vm.types().traceback,
            Traceback {
                header: Header::empty(),
                next: Cell::new(next),
                frame: Cell::new(Value::UNBOUND),
                function: Cell::new(function),
                line: Cell::new(position.line),
                end_line: Cell::new(position.end_line),
                column: Cell::new(position.column),
                end_column: Cell::new(position.end_column),
                instruction: Cell::new(offset),
            },
        )
    }
}

/// `traceback`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("traceback", "Create a new traceback object.", Layout::Traceback)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("tb_frame", "", frame),
    GetSetDef::readonly("tb_lasti", "", |_, value| {
        Ok(Value::small(i64::from(value.expect::<Traceback>().instruction.get())))
    }),
    GetSetDef::readonly("tb_lineno", "", |_, value| {
        Ok(Value::small(i64::from(value.expect::<Traceback>().line.get())))
    }),
    GetSetDef::new(
        "tb_next",
        "",
        |vm, value| Ok(value.expect::<Traceback>().next.get().bound().unwrap_or(vm.none())),
        set_next,
    ),
];

/// A frame object for the entry. The activation is over as a rule: only module-level variables are still there.
fn frame(vm: &Vm, value: Value) -> PyResult {
    let traceback = value.expect::<Traceback>();
    if let Some(frame) = traceback.frame.get().bound() {
        return Ok(frame);
    }
    let function = traceback.function.get();
    let Some(owner) = function.cast::<Function>() else { return Ok(vm.none()) };
    let is_body = owner.code.get().cast::<Code>().is_some_and(|code| !code.wire().flags.function);
    let locals = if is_body { owner.globals.get() } else { Dict::new(vm)?.into() };
    let frame = Frame::new(vm, function, locals, vm.none(), traceback.line.get())?;
    traceback.frame.set(frame.into());
    vm.heap.barrier(traceback.header());
    Ok(frame.into())
}

/// TypeError when the new entry is no traceback, ValueError when it would close a circle.
fn set_next(vm: &Vm, value: Value, next: Option<Value>) -> PyResult<()> {
    let Some(next) = next else { return Err(vm.type_error("can't delete tb_next attribute")) };
    let traceback = value.expect::<Traceback>();
    if next != vm.none() && next.cast::<Traceback>().is_none() {
        return Err(vm.type_error(format!("expected traceback object, got '{}'", vm.type_name(next))));
    }
    let mut cursor = next.cast::<Traceback>();
    while let Some(entry) = cursor {
        if entry == traceback {
            return Err(vm.value_error("traceback loop detected"));
        }
        cursor = entry.next.get().cast::<Traceback>();
    }
    traceback.next.set(next);
    vm.heap.barrier(traceback.header());
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Names of the attributes.
    #[method("__dir__($self, /)")]
    fn dir(vm: &Vm, _: &[Value]) -> PyResult {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|name| Value::from(vm.intern(name)));
        vm.new_list(&names)
    }
}
