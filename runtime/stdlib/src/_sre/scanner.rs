//! `_sre.SRE_Scanner`: asks a text for one match after the other. `finditer` is made of it.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::buffer::{Lock, keep_size};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::matches;
use super::pattern::{Ask, Run};
use super::subject::Subject;

/// `_sre.SRE_Scanner`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[METHODS],
    getset: &[GetSetDef::member("pattern", "", |_, scanner| Ok(scanner.expect::<Opaque>().get(PATTERN)))],
    ..ClassDef::new("_sre.SRE_Scanner", "", Layout::Opaque)
};

/// Values: the pattern, the text, and a copy of it if it could change.
const PATTERN: usize = 0;
const STRING: usize = 1;
const COPY: usize = 2;

/// The state.
struct Scanner {
    /// What the first question was about.
    pos: usize,
    end: usize,
    /// Where the next match may begin; `None` when there is none any more.
    start: Cell<Option<usize>>,
    must_advance: Cell<bool>,
    /// Keeps the text from changing its size until there is no match any more.
    lent: Cell<Option<Lock>>,
}

/// `Pattern.scanner(string, pos, endpos)`.
pub fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let run = Run::new(vm, args[0], args[1], args[2], args[3])?;
    let copy = match &run.subject {
        Subject::Bytes(bytes) if !vm.is_exact(args[1], vm.types().bytes) => vm.new_bytes(bytes)?,
        _ => args[1],
    };
    let state = Scanner {
        pos: run.pos,
        end: run.end,
        start: Cell::new(Some(run.start)),
        must_advance: Cell::new(false),
        lent: Cell::new(keep_size(args[1])),
    };
    let scanner = Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(state))?;
    scanner.set(vm, PATTERN, args[0]);
    scanner.set(vm, STRING, args[1]);
    scanner.set(vm, COPY, copy);
    Ok(scanner.into())
}

/// The next match, or None.
fn next(vm: &Vm, scanner: Value, what: Ask) -> PyResult {
    let object: Gc<Opaque> = scanner.expect();
    let scanner: &Scanner = object.state().expect("only `new` makes objects of the class");
    let Some(start) = scanner.start.get() else { return Ok(vm.none()) };
    let mut run = Run::new(vm, object.get(PATTERN), object.get(COPY), Value::UNBOUND, Value::UNBOUND)?;
    run.pos = scanner.pos;
    run.end = scanner.end;
    run.start = start;
    run.must_advance = scanner.must_advance.get();
    if !run.ask(what)? {
        scanner.start.set(None);
        scanner.lent.take();
        return Ok(vm.none());
    }
    scanner.start.set(Some(run.start));
    scanner.must_advance.set(run.must_advance);
    matches::new(&run, object.get(STRING))
}

#[methods(METHODS)]
impl Methods {
    /// Return a match at the next place, or None.
    #[method("match($self, /)")]
    fn match_(vm: &Vm, args: &[Value]) -> PyResult {
        next(vm, args[0], Ask::Match)
    }

    /// Return the next match, or None.
    #[method("search($self, /)")]
    fn search(vm: &Vm, args: &[Value]) -> PyResult {
        next(vm, args[0], Ask::Search)
    }
}
