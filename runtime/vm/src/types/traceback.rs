//! Tracebacks.

use core::cell::Cell;

use orochi_bytecode::Position;
use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::code::Place;
use crate::types::frame::Frame;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// One entry of a traceback: a place in a frame.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry nearer to where the exception was raised, or unbound.
    pub next: Cell<Value>,
    /// The frame.
    pub frame: Cell<Value>,
    /// Where it was in its code.
    place: Cell<At>,
    /// The line, if a program gave it.
    line: Cell<Option<i32>>,
}

/// A place in a body, or what a program says is one.
#[derive(Clone, Copy)]
enum At {
    Place(Place),
    /// `tb_lasti`.
    Byte(i32),
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Traceback {
    const LAYOUT: Layout = Layout::Traceback;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.next.get().trace(tracer);
        self.frame.get().trace(tracer);
    }
}

impl Traceback {
    /// An entry in front of others.
    pub fn new(vm: &Vm, next: Value, frame: Gc<Frame>, place: Place) -> PyResult<Gc<Traceback>> {
        Traceback::make(vm, next, frame, At::Place(place), None)
    }

    fn make(vm: &Vm, next: Value, frame: Gc<Frame>, place: At, line: Option<i32>) -> PyResult<Gc<Traceback>> {
        vm.new_native(
            vm.types().traceback,
            Traceback {
                header: Header::empty(),
                next: Cell::new(next),
                frame: Cell::new(frame.into()),
                place: Cell::new(place),
                line: Cell::new(line),
            },
        )
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> Gc<Frame> {
        self.frame.get().expect()
    }

    fn place(&self, vm: &Vm) -> PyResult<Place> {
        match self.place.get() {
            At::Place(place) => Ok(place),
            At::Byte(byte) => match u32::try_from(byte) {
                Ok(byte) => self.frame().code().place_of(vm, byte),
                Err(_) => Ok(Place::ENTRY),
            },
        }
    }

    /// The source position.
    #[must_use]
    pub fn position(&self, vm: &Vm) -> Position {
        let place = match self.place(vm) {
            Ok(place) => place,
            Err(raised) => {
                let _ = vm.take_exception(raised);
                Place::ENTRY
            }
        };
        let position = self.frame().code().position(place);
        match self.line.get() {
            Some(line) if line as u32 != position.line => {
                let line = line.max(0) as u32;
                Position { line, end_line: line, column: 0, end_column: 0, ..position }
            }
            _ => position,
        }
    }
}

/// `traceback`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("traceback", "Create a new traceback object.", Layout::Traceback)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("tb_frame", "", |_, value| Ok(value.expect::<Traceback>().frame.get())),
    GetSetDef::member("tb_lasti", "", |vm, value| {
        let traceback = value.expect::<Traceback>();
        match traceback.place.get() {
            At::Byte(byte) => vm.new_int(i64::from(byte)),
            At::Place(place) => vm.new_int(i64::from(traceback.frame().code().byte_of(vm, place)?)),
        }
    }),
    GetSetDef::readonly("tb_lineno", "", |vm, value| {
        let traceback = value.expect::<Traceback>();
        if let Some(line) = traceback.line.get() {
            return vm.new_int(i64::from(line));
        }
        let line = traceback.position(vm).line;
        if line == 0 { Ok(vm.none()) } else { vm.new_int(i64::from(line)) }
    }),
    GetSetDef::new(
        "tb_next",
        "",
        |vm, value| Ok(value.expect::<Traceback>().next.get().bound().unwrap_or(vm.none())),
        set_next,
    ),
];

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
    traceback.next.set(if next == vm.none() { Value::UNBOUND } else { next });
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

    /// Create a new traceback object.
    #[method("static __new__(type, /, tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let next = match args[1].cast::<Traceback>() {
            Some(next) => next.into(),
            None if args[1] == vm.none() => Value::UNBOUND,
            None => {
                let kind = vm.type_name(args[1]);
                return Err(vm.type_error(format!("expected traceback object or None, got '{kind}'")));
            }
        };
        let Some(frame) = args[2].cast::<Frame>() else {
            let kind = vm.argument_name(args[2]);
            return Err(vm.type_error(format!("traceback() argument 'tb_frame' must be frame, not {kind}")));
        };
        let number = |value: Value| -> PyResult<i32> {
            i32::try_from(vm.index_i64(value)?)
                .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
        };
        let (byte, line) = (number(args[3])?, number(args[4])?);
        let line = Some(line).filter(|line| *line != -1);
        Traceback::make(vm, next, frame, At::Byte(byte), line).map(Value::from)
    }
}
