//! Tracebacks.

use core::cell::Cell;

use orochi_bytecode::Position;
use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::interp::frame::Frame as Activation;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::code::{Code, Place};
use crate::types::frame::Frame;
use crate::types::function::Function;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// One entry of a traceback: a place in a frame.
///
/// Most entries are of frames that an exception left and that no program ever looks at. Such an entry takes over what the frame
/// had, and the frame object is made of that when somebody asks for it: one object a frame in place of two.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry nearer to where the exception was raised, or unbound.
    pub next: Cell<Value>,
    /// The frame; unbound as long as this entry stands for one that is over.
    frame: Cell<Value>,
    function: Cell<Value>,
    /// The code that ran: the function may have been given other code since.
    code: Cell<Value>,
    /// The namespace of a module or class body that is over; else unbound.
    mapping: Cell<Value>,
    /// The caller of a frame that is over, as far as it is known: see [`Frame`].
    back: Cell<Value>,
    /// Where it was in its code.
    place: Cell<At>,
    /// The line, if a program gave it.
    line: Cell<Option<i32>>,
    len: u32,
    /// The variables of a frame that is over: locals, then own cells.
    variables: [Cell<Value>; 0],
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
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for cell in [&self.next, &self.frame, &self.function, &self.code, &self.mapping, &self.back] {
            cell.get().trace(tracer);
        }
        self.kept().iter().for_each(|variable| variable.get().trace(tracer));
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len as usize * size_of::<Value>()
    }
}

/// What an entry says of its frame.
struct Of {
    frame: Value,
    function: Value,
    code: Value,
    mapping: Value,
}

impl Traceback {
    /// An entry in front of others.
    pub fn new(vm: &Vm, next: Value, frame: Gc<Frame>, place: Place) -> PyResult<Gc<Traceback>> {
        Traceback::of_frame(vm, next, frame, At::Place(place), None)
    }

    fn of_frame(vm: &Vm, next: Value, frame: Gc<Frame>, place: At, line: Option<i32>) -> PyResult<Gc<Traceback>> {
        let (function, code) = frame.what_runs();
        let of = Of { frame: frame.into(), function, code, mapping: Value::UNBOUND };
        Traceback::make(vm, next, &of, place, line, &[])
    }

    /// An entry in front of others for a frame that has no object, is no generator's, and leaves the stack next.
    pub(crate) fn of_leaving(
        vm: &Vm,
        next: Value,
        activation: *mut Activation,
        place: Place,
    ) -> PyResult<Gc<Traceback>> {
        // SAFETY: callers pass the running frame, whose registers and code are there.
        let (activation, lowered) = unsafe { (&*activation, &*(*activation).code) };
        let of = Of {
            frame: Value::UNBOUND,
            function: activation.function.into(),
            code: lowered.owner().into(),
            mapping: activation.namespace(),
        };
        // SAFETY: there are as many registers as variables.
        let variables = unsafe { core::slice::from_raw_parts(activation.base.cast(), lowered.first_operand()) };
        Traceback::make(vm, next, &of, At::Place(place), None, variables)
    }

    #[inline(always)]
    fn make(
        vm: &Vm,
        next: Value,
        of: &Of,
        place: At,
        line: Option<i32>,
        variables: &[Cell<Value>],
    ) -> PyResult<Gc<Traceback>> {
        let shape = vm.types().traceback.root_shape(vm);
        let traceback: Gc<Traceback> = vm.alloc_trailing(shape, variables.len(), size_of::<Value>())?;
        // SAFETY: fresh memory of the right size. The header stays as it was written, and all else is set before anyone sees it.
        unsafe {
            let raw = traceback.as_ptr();
            (&raw mut (*raw).next).write(Cell::new(next));
            (&raw mut (*raw).frame).write(Cell::new(of.frame));
            (&raw mut (*raw).function).write(Cell::new(of.function));
            (&raw mut (*raw).code).write(Cell::new(of.code));
            (&raw mut (*raw).mapping).write(Cell::new(of.mapping));
            (&raw mut (*raw).back).write(Cell::new(Value::UNBOUND));
            (&raw mut (*raw).place).write(Cell::new(place));
            (&raw mut (*raw).line).write(Cell::new(line));
            (&raw mut (*raw).len).write(variables.len() as u32);
        }
        for (to, from) in traceback.kept().iter().zip(variables) {
            to.set(from.get());
        }
        Ok(traceback)
    }

    /// The variables that it keeps.
    fn kept(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with `len` values behind it.
        unsafe { core::slice::from_raw_parts(self.variables.as_ptr(), self.len as usize) }
    }

    /// The frame; always the same one.
    ///
    /// # Errors
    /// MemoryError when there is no room for the object.
    pub fn frame(&self, vm: &Vm) -> PyResult<Gc<Frame>> {
        if let Some(frame) = self.frame.get().cast::<Frame>() {
            return Ok(frame);
        }
        let place = match self.place.get() {
            At::Place(place) => place,
            // Entries that programs make have a frame from the start.
            At::Byte(_) => unreachable!("an entry that stands for a frame has a place in its code"),
        };
        let (mapping, back) = (self.mapping.get(), self.back.get());
        let frame = Frame::of_left(vm, self.function(), self.code(), mapping, back, place, self.kept())?;
        // The frame has them now: who clears it frees them.
        [&self.mapping, &self.back].into_iter().chain(self.kept()).for_each(|cell| cell.set(Value::UNBOUND));
        self.frame.set(frame.into());
        vm.heap.barrier(&raw const self.header);
        Ok(frame)
    }

    /// The frame of this entry was called by that of another one, if its caller is not known yet.
    pub(crate) fn was_called_by(&self, vm: &Vm, outer: Gc<Traceback>) {
        if let Some(frame) = self.frame.get().cast::<Frame>() {
            frame.was_called_by(vm, outer.into());
        } else if self.back.get().is_unbound() {
            self.back.set(outer.into());
            vm.heap.barrier(&raw const self.header);
        }
    }

    /// The caller of the frame, which has left the stack.
    pub(crate) fn set_caller(&self, vm: &Vm, caller: Value) {
        self.back.set(caller);
        vm.heap.barrier(&raw const self.header);
    }

    /// The function that ran.
    #[must_use]
    pub fn function(&self) -> Gc<Function> {
        self.function.get().expect()
    }

    /// The code that ran.
    #[must_use]
    pub fn code(&self) -> Gc<Code> {
        self.code.get().expect()
    }

    fn place(&self, vm: &Vm) -> PyResult<Place> {
        match self.place.get() {
            At::Place(place) => Ok(place),
            At::Byte(byte) => match u32::try_from(byte) {
                Ok(byte) => self.code().place_of(vm, byte),
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
        let position = self.code().position(place);
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
    GetSetDef::member("tb_frame", "", |vm, value| value.expect::<Traceback>().frame(vm).map(Value::from)),
    GetSetDef::member("tb_lasti", "", |vm, value| {
        let traceback = value.expect::<Traceback>();
        match traceback.place.get() {
            At::Byte(byte) => vm.new_int(i64::from(byte)),
            At::Place(place) => vm.new_int(i64::from(traceback.code().byte_of(vm, place)?)),
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
        Traceback::of_frame(vm, next, frame, At::Byte(byte), line).map(Value::from)
    }
}
