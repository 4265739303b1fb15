//! Code objects: a code object of a verified module, with its lowered form once it was called.
//!
//! The module of the common bytecode never changes: what `replace` gives another value lives beside it, in the object
//! ([`Code::names`] and its like, [`Changes`]).
//!
//! - [`pool`]: the constants, each of them one object for all code objects of a module
//! - [`names`]: the names of variables
//! - [`words`]: the body as `co_code` shows it, and places in it
//! - [`tables`]: `co_linetable` and `co_exceptiontable`
//! - [`assemble`]: code objects from their attributes
//! - [`attributes`], [`methods`], [`compare`], [`replace`]: what programs see

mod assemble;
mod attributes;
mod compare;
mod methods;
mod names;
mod pool;
mod replace;
mod tables;
mod words;

use core::cell::{Cell, OnceCell, RefCell};
use core::ptr::NonNull;
use std::rc::Rc;

use orochi_bytecode::module::CodeFlags;
use orochi_bytecode::operands::CodeIdx;
use orochi_bytecode::{Position, VerifiedModule};
use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::PyResult;
use crate::interp::observe::tools::CodeEvents;
use crate::lower::Lowered;
use crate::lower::observed::Points;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;
use words::Words;

pub use words::{ENTRY, EXTENDED_ARG, Place};

/// A code object.
#[repr(C)]
pub struct Code {
    header: Header,
    pub name: Cell<Value>,
    pub qualname: Cell<Value>,
    pub filename: Cell<Value>,
    /// The docstring or None; unbound until it was asked for.
    doc: Cell<Value>,
    /// The constants and names of the module by index ([`pool`]); unbound until one is needed.
    pool: Cell<Value>,
    /// `co_consts`; unbound until it was asked for.
    consts: Cell<Value>,
    /// What `replace` was given for `co_names`, `co_varnames`, `co_cellvars` and `co_freevars`, or unbound.
    replaced: [Cell<Value>; 4],
    pub module: VerifiedModule,
    pub index: CodeIdx,
    changes: Option<Box<Changes>>,
    /// The form that calls run; null before the first.
    lowered: Cell<*const Lowered>,
    /// All forms that were made. Frames may run any of them.
    // Boxed, since frames point at them.
    #[allow(clippy::vec_box)]
    forms: RefCell<Vec<Box<Lowered>>>,
    words: OnceCell<Box<Words>>,
    /// Code objects of functions defined inside, by rising index, made when first needed.
    // traced: by `Code::trace_native`
    inner: RefCell<Vec<(u32, Gc<Code>)>>,
    /// How the VM finds all code objects that were lowered.
    link: OnceCell<Rc<Link>>,
    /// What observers want of it, if anything special.
    events: OnceCell<Box<CodeEvents>>,
}

/// What a code object has that its module says otherwise, because of `replace`.
#[derive(Clone)]
struct Changes {
    flags: CodeFlags,
    /// Bits of `co_flags` that mean nothing to the VM.
    other_flags: u32,
    first_line: u32,
    positions: Box<[Position]>,
    /// `co_stacksize`, if it is less than the body needs.
    stack_size: Option<u32>,
    /// `co_linetable`, if it is another one than the positions make.
    linetable: Option<Box<[u8]>>,
}

/// Where a code object is, as long as it lives.
pub(crate) struct Link {
    code: Cell<*const Code>,
}

impl Link {
    /// Calls `f` with the code object, if it still is there.
    pub(crate) fn with_code(&self, f: impl FnOnce(&Code)) {
        // SAFETY: the pointer is taken back when the code object dies, and the collector moves nothing.
        if let Some(code) = unsafe { self.code.get().as_ref() } {
            f(code);
        }
    }
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Code {
    const LAYOUT: Layout = Layout::Code;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for cell in [&self.name, &self.qualname, &self.filename, &self.doc, &self.pool, &self.consts] {
            cell.get().trace(tracer);
        }
        self.replaced.iter().for_each(|names| names.get().trace(tracer));
        if let Ok(forms) = self.forms.try_borrow() {
            forms.iter().for_each(|lowered| lowered.trace(tracer));
        }
        if let Ok(inner) = self.inner.try_borrow() {
            inner.iter().for_each(|(_, code)| Value::from(*code).trace(tracer));
        }
    }
}

/// Frees what a dead code object owns outside the heap.
///
/// # Safety
/// `object` is a dead code object, dropped once.
pub unsafe fn drop_code(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe {
        let code = object.cast::<Code>().as_ptr();
        if let Some(link) = (*code).link.get() {
            link.code.set(core::ptr::null());
        }
        core::ptr::drop_in_place(code);
    }
}

impl Code {
    /// The code object at an index of a module.
    pub fn new(vm: &Vm, module: &VerifiedModule, index: CodeIdx) -> PyResult<Gc<Code>> {
        let (name, qualname) = module.title(index);
        let [name, qualname] = [name, qualname].map(|name| vm.intern_wtf8(module.name(name)));
        let filename = vm.intern(module.source_name());
        Code::make(vm, module, index, [name, qualname, filename].map(Value::from), None)
    }

    fn make(
        vm: &Vm,
        module: &VerifiedModule,
        index: CodeIdx,
        [name, qualname, filename]: [Value; 3],
        changes: Option<Box<Changes>>,
    ) -> PyResult<Gc<Code>> {
        vm.new_native(
            vm.types().code,
            Code {
                header: Header::empty(),
                name: Cell::new(name),
                qualname: Cell::new(qualname),
                filename: Cell::new(filename),
                doc: Cell::new(Value::UNBOUND),
                pool: Cell::new(Value::UNBOUND),
                consts: Cell::new(Value::UNBOUND),
                replaced: [const { Cell::new(Value::UNBOUND) }; 4],
                module: module.clone(),
                index,
                changes,
                lowered: Cell::new(core::ptr::null()),
                forms: RefCell::default(),
                words: OnceCell::new(),
                inner: RefCell::default(),
                link: OnceCell::new(),
                events: OnceCell::new(),
            },
        )
    }

    /// The object itself.
    fn this(&self) -> Gc<Code> {
        // SAFETY: code objects exist in the heap only.
        unsafe { Gc::from_ptr(core::ptr::from_ref(self).cast_mut()) }
    }

    /// Whether `replace` made it, so that it may not be what its module says.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.changes.is_some()
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
        if let Some(code) = self.known_inner(index.0) {
            return Ok(code);
        }
        let code = match self.replaced_inner(vm, index)? {
            Some(code) => code,
            None => {
                let pool = self.pool(vm)?;
                let (name, qualname) = self.module.title(index);
                let [name, qualname] = [name, qualname].map(|name| Value::from(self.module_name(vm, name)));
                let code = Code::make(vm, &self.module, index, [name, qualname, self.filename.get()], None)?;
                code.pool.set(pool.into());
                vm.heap.barrier(code.header());
                code
            }
        };
        // Making it may have let other code run.
        let mut inner = self.inner.borrow_mut();
        match inner.binary_search_by_key(&index.0, |(known, _)| *known) {
            Ok(place) => inner[place].1 = code,
            Err(place) => inner.insert(place, (index.0, code)),
        }
        drop(inner);
        vm.heap.barrier(&raw const self.header);
        Ok(code)
    }

    fn known_inner(&self, index: u32) -> Option<Gc<Code>> {
        let inner = self.inner.borrow();
        inner.binary_search_by_key(&index, |(known, _)| *known).ok().map(|place| inner[place].1)
    }

    /// Gives it, and the code objects defined inside, another file name.
    pub fn set_filename(&self, vm: &Vm, filename: Gc<Str>) {
        self.filename.set(filename.into());
        vm.heap.barrier(&raw const self.header);
        // Nesting is bounded by the depth of sources.
        let inner: Vec<u32> = self.inner.borrow().iter().map(|(index, _)| *index).collect();
        for index in inner {
            if let Some(code) = self.known_inner(index) {
                code.set_filename(vm, filename);
            }
        }
    }

    /// The wire form, perhaps without positions. Flags, names and positions may have been replaced: [`Code::flags`] and its like know.
    #[must_use]
    pub fn wire(&self) -> &orochi_bytecode::Code {
        self.module.code(self.index)
    }

    /// What kind of code it is.
    #[must_use]
    pub fn flags(&self) -> CodeFlags {
        self.changes.as_ref().map_or_else(|| self.wire().flags, |changes| changes.flags)
    }

    /// `co_stacksize`.
    fn stack_size(&self) -> u32 {
        self.changes.as_ref().and_then(|changes| changes.stack_size).unwrap_or(self.wire().max_stack)
    }

    /// The line where it begins.
    #[must_use]
    pub fn first_line(&self) -> u32 {
        self.changes.as_ref().map_or_else(|| self.wire().first_line, |changes| changes.first_line)
    }

    /// The source positions of the instructions.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        self.changes.as_ref().map_or_else(|| self.module.positions(self.index), |changes| &changes.positions)
    }

    /// The source position of a place in the body.
    #[must_use]
    pub fn position(&self, place: Place) -> Position {
        let Some(offset) = place.offset() else { return self.start() };
        let positions = self.positions();
        let after = positions.partition_point(|position| position.offset <= offset);
        after.checked_sub(1).map_or_else(Position::default, |index| positions[index])
    }

    /// The last instruction at or before a place that begins a run of some of a line; or else the last one of all.
    #[must_use]
    pub fn place_on_line(&self, place: Place, line: u32) -> Option<Place> {
        let positions = self.positions();
        let after = place.offset().map_or(0, |offset| positions.partition_point(|position| position.offset <= offset));
        let (before, behind) = positions.split_at(after);
        let found =
            [before, behind].into_iter().find_map(|part| part.iter().rev().find(|position| position.line == line));
        found.map(|position| Place::at(position.offset))
    }

    /// The position of what happens on entry: that of the whole function. The body of a module begins before its first line.
    fn start(&self) -> Position {
        if !self.flags().function && self.index.0 == 0 {
            return Position { end_line: 1, ..Position::default() };
        }
        let line = self.first_line();
        Position { offset: 0, line, end_line: line, column: 0, end_column: 0 }
    }

    /// The docstring, or None.
    pub fn docstring(&self, vm: &Vm) -> Value {
        if let Some(known) = self.doc.get().bound() {
            return known;
        }
        let doc = match self.wire().docstring.map(|index| self.constant(vm, index)) {
            Some(Ok(doc)) => doc,
            Some(Err(raised)) => {
                let _ = vm.take_exception(raised);
                vm.none()
            }
            None => vm.none(),
        };
        self.doc.set(doc);
        vm.heap.barrier(&raw const self.header);
        doc
    }

    /// The register code that calls run, made at the first call. SystemError when the body does not pass the verifier.
    #[inline]
    pub fn lowered(self: &Code, vm: &Vm) -> PyResult<&Lowered> {
        // SAFETY: null, or a form that the object owns.
        match unsafe { self.lowered.get().as_ref() } {
            Some(lowered) => Ok(lowered),
            None => self.lower(vm),
        }
    }

    /// Has calls run the form that tells of these points; makes none.
    pub(crate) fn choose_form(&self, points: Points) {
        let forms = self.forms.borrow();
        let form = forms.iter().find(|form| form.observed == points);
        self.lowered.set(form.map_or(core::ptr::null(), |form| &raw const **form));
    }

    /// What observers want of it in particular.
    pub(crate) fn events(&self) -> Option<&CodeEvents> {
        self.events.get().map(|events| &**events)
    }

    /// The same, made if it is not there.
    pub(crate) fn events_or_new(&self) -> &CodeEvents {
        self.events.get_or_init(Box::default)
    }

    /// Forgets what instructions learned that keeps classes alive.
    pub(crate) fn forget_classes(&self) {
        let forms = self.forms.borrow();
        forms.iter().flat_map(|form| form.caches.iter()).for_each(crate::interp::cache::Cache::forget_class);
    }

    #[cold]
    fn lower(&self, vm: &Vm) -> PyResult<&Lowered> {
        let points = vm.observation.points(self);
        self.choose_form(points);
        // SAFETY: as in `lowered`.
        if let Some(form) = unsafe { self.lowered.get().as_ref() } {
            return Ok(form);
        }
        let lowered = crate::lower::lower(vm, self.this(), points)?;
        let form: *const Lowered = &raw const *lowered;
        self.forms.borrow_mut().push(lowered);
        self.lowered.set(form);
        if self.link.get().is_none() {
            let link = self.link.get_or_init(|| Rc::new(Link { code: Cell::new(core::ptr::from_ref(self)) }));
            vm.observation.remember(link);
        }
        vm.heap.barrier(&raw const self.header);
        // SAFETY: forms are boxed, and live as long as the object.
        Ok(unsafe { &*form })
    }
}

/// `code`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[methods::METHODS, compare::METHODS, replace::METHODS],
    getset: attributes::GETSET,
    ..ClassDef::new("code", "Create a code object.  Not for mere mortals.", Layout::Code)
};

fn this(value: Value) -> Gc<Code> {
    value.expect()
}
