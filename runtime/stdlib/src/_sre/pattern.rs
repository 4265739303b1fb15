//! `re.Pattern`: a compiled pattern, and what it does to texts.

use core::cell::RefCell;
use core::ops::Deref;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::siphash::hash_text;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::generic_alias::CLASS_GETITEM;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::types::{iterators, mappingproxy};
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::engine::{Request, State, match_at};
use super::program::Program;
use super::search::search;
use super::subject::Subject;
use super::translate::translate;
use super::{MAX_GROUPS, matches, scanner, substitute};

/// `re.Pattern`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::NO_NEW,
    methods: &[METHODS, CLASS_GETITEM],
    getset: &[
        GetSetDef::member("flags", "The regex matching flags.", |vm, pattern| vm.new_int(Handle::of(pattern).flags)),
        GetSetDef::readonly("groupindex", "A dictionary mapping group names to group numbers.", |vm, pattern| {
            match pattern.expect::<Opaque>().get(GROUP_INDEX).bound() {
                Some(index) => mappingproxy::new(vm, index),
                None => Dict::new(vm).map(Value::from),
            }
        }),
        GetSetDef::member("groups", "The number of capturing groups in the pattern.", |vm, pattern| {
            vm.new_int(Handle::of(pattern).program.groups as i64)
        }),
        GetSetDef::member("pattern", "The pattern string from which the RE object was compiled.", |_, pattern| {
            Ok(source(pattern))
        }),
    ],
    ..ClassDef::new("re.Pattern", "Compiled regular expression object.", Layout::Opaque)
};

/// Values: the string or bytes it was compiled from, a dict of groups by name and a tuple of names by group; these two are unbound
/// when no group has a name.
const SOURCE: usize = 0;
const GROUP_INDEX: usize = 1;
const INDEX_GROUP: usize = 2;

const UNICODE: i64 = 32;
const TYPE_FLAGS: i64 = 4 | 32 | 256;

/// The state.
pub struct Pattern {
    pub program: Program,
    code: Box<[u32]>,
    flags: i64,
    /// Whether it is for bytes; unknown when there is no source.
    is_bytes: Option<bool>,
    /// Memory for the next match.
    spare: RefCell<Option<State>>,
}

/// An object of the class.
#[derive(Clone, Copy)]
pub struct Handle(Gc<Opaque>);

impl Handle {
    /// The pattern that a value of the class is.
    pub fn of(pattern: Value) -> Handle {
        Handle(pattern.expect())
    }

    pub fn value(self) -> Value {
        self.0.into()
    }

    /// The dict of groups by name.
    pub fn group_index(self) -> Option<Gc<Dict>> {
        self.0.get(GROUP_INDEX).cast()
    }

    /// The name of a group.
    pub fn group_name(self, group: usize) -> Option<Value> {
        self.0.get(INDEX_GROUP).cast::<Tuple>()?.get(group)
    }
}

impl Deref for Handle {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        self.0.state().expect("only `compile` makes objects of the class")
    }
}

fn source(pattern: Value) -> Value {
    pattern.expect::<Opaque>().get(SOURCE)
}

/// A pattern and a text, and what is being matched.
pub struct Run<'a> {
    pub vm: &'a Vm,
    pub pattern: Handle,
    pub subject: Subject,
    pub state: State,
    /// Where matches may begin, and where the next one may.
    pub pos: usize,
    pub start: usize,
    /// Where the text ends.
    pub end: usize,
    pub must_advance: bool,
}

/// What is asked of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Match,
    FullMatch,
    Search,
}

impl<'a> Run<'a> {
    /// A pattern and the part of a text that `pos` and `endpos` arguments name.
    pub fn new(vm: &'a Vm, pattern: Value, object: Value, pos: Value, end: Value) -> PyResult<Run<'a>> {
        let bound = |value: Value, default: usize| -> PyResult<usize> {
            value.bound().map_or(Ok(default), |value| Ok(usize::try_from(vm.index_i64(value)?).unwrap_or(0)))
        };
        let (pos, end) = (bound(pos, 0)?, bound(end, usize::MAX)?);
        let pattern = Handle::of(pattern);
        let subject = Subject::new(vm, object)?;
        match pattern.is_bytes {
            Some(false) if subject.is_bytes() => {
                return Err(vm.type_error("cannot use a string pattern on a bytes-like object"));
            }
            Some(true) if !subject.is_bytes() => {
                return Err(vm.type_error("cannot use a bytes pattern on a string-like object"));
            }
            _ => {}
        }
        let len = subject.text().len();
        let state = match pattern.spare.take() {
            Some(state) => state,
            None => State::new(vm, &pattern.program)?,
        };
        let (start, end) = (pos.min(len), end.min(len));
        Ok(Run { vm, pattern, subject, state, pos: start, start, end, must_advance: false })
    }

    /// Asks for the next match. On success the state says where it is, and the next one is asked for behind it.
    pub fn ask(&mut self, what: Ask) -> PyResult<bool> {
        // A match at a place behind the end may still be empty, as in CPython.
        if self.start > self.end && what != Ask::Match {
            return Ok(false);
        }
        let Run { vm, pattern, subject, state, start, end, must_advance, .. } = self;
        state.reset();
        let asked = (what, &pattern.program, *start, *end, *must_advance);
        let found = match subject.text() {
            Text::Latin1(units) => ask_units(vm, state, units, asked),
            Text::Ucs2(units) => ask_units(vm, state, units, asked),
            Text::Ucs4(units) => ask_units(vm, state, units, asked),
        }?;
        if found {
            *must_advance = state.end == state.start;
            *start = state.end;
        }
        Ok(found)
    }

    /// A part of the text.
    pub fn slice(&self, object: Value, start: usize, end: usize) -> PyResult {
        self.subject.slice(self.vm, object, start, end)
    }

    /// What a group matched; `None` when it did not.
    pub fn group(&self, object: Value, group: usize) -> PyResult<Option<Value>> {
        match self.state.group(group) {
            Some((start, end)) => self.slice(object, start, end).map(Some),
            None => Ok(None),
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.pattern.spare.replace(Some(core::mem::take(&mut self.state)));
    }
}

fn ask_units<C: super::engine::Unicode>(
    vm: &Vm,
    state: &mut State,
    units: &[C],
    (what, program, start, end, must_advance): (Ask, &Program, usize, usize, bool),
) -> PyResult<bool> {
    let full = what == Ask::FullMatch;
    let request = Request { program, text: &units[..end.max(start)], start, full, must_advance };
    match what {
        Ask::Search => search(vm, state, request),
        Ask::Match | Ask::FullMatch => match_at(vm, state, request, start),
    }
}

/// The match object of one question, or None.
fn one(vm: &Vm, args: &[Value], what: Ask) -> PyResult {
    let mut run = Run::new(vm, args[0], args[1], args[2], args[3])?;
    if run.ask(what)? { matches::new(&run, args[1]) } else { Ok(vm.none()) }
}

/// `_sre.compile`.
pub fn compile(vm: &Vm, args: &[Value]) -> PyResult {
    let wrong = |place: usize, name: &str, what: &str| {
        let found = vm.type_name(args[place]);
        vm.type_error(format!("compile() argument '{name}' must be {what}, not {found}"))
    };
    let flags = vm.index_i64(args[1])?;
    let Some(list) = args[2].cast::<List>() else { return Err(wrong(2, "code", "list")) };
    let groups = usize::try_from(vm.index_i64(args[3])?).unwrap_or(usize::MAX);
    let Some(group_index) = args[4].cast::<Dict>() else { return Err(wrong(4, "groupindex", "dict")) };
    let Some(index_group) = args[5].cast::<Tuple>() else { return Err(wrong(5, "indexgroup", "tuple")) };
    let mut code = Vec::new();
    if code.try_reserve_exact(list.len()).is_err() {
        return Err(vm.memory_error());
    }
    for slot in list.slots() {
        let word = vm.index_i64(slot.get())?;
        let Ok(word) = u32::try_from(word) else {
            return Err(vm.overflow_error("regular expression code size limit exceeded"));
        };
        code.push(word);
    }
    let is_bytes = if args[0] == vm.none() { None } else { Some(Subject::new(vm, args[0])?.is_bytes()) };
    if groups > MAX_GROUPS {
        return Err(vm.runtime_error("invalid SRE code"));
    }
    let program = translate(vm, &code, groups)?;
    let state = Pattern { program, code: code.into(), flags, is_bytes, spare: RefCell::new(None) };
    let pattern = Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(state))?;
    pattern.set(vm, SOURCE, args[0]);
    if !group_index.is_empty() {
        pattern.set(vm, GROUP_INDEX, group_index.into());
        pattern.set(vm, INDEX_GROUP, index_group.into());
    }
    Ok(pattern.into())
}

/// Whether two patterns are the same.
fn equal(vm: &Vm, args: &[Value]) -> PyResult<Option<bool>> {
    if !vm.is_exact(args[1], vm.module_class(&CLASS)?) {
        return Ok(None);
    }
    let (a, b) = (Handle::of(args[0]), Handle::of(args[1]));
    if args[0] == args[1] {
        return Ok(Some(true));
    }
    if a.flags != b.flags || a.is_bytes != b.is_bytes || a.code != b.code {
        return Ok(Some(false));
    }
    vm.equals(source(args[0]), source(args[1])).map(Some)
}

const FLAG_NAMES: [(&str, i64); 8] = [
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", UNICODE),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];

fn show_flags(pattern: &Pattern) -> String {
    let mut flags = pattern.flags;
    if pattern.is_bytes == Some(false) && flags & TYPE_FLAGS == UNICODE {
        flags &= !UNICODE;
    }
    let mut parts = Vec::new();
    for (name, flag) in FLAG_NAMES {
        if flags & flag != 0 {
            parts.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        parts.push(format!("0x{flags:x}"));
    }
    parts.join("|")
}

/// The first characters of a repr.
pub fn short_repr(vm: &Vm, value: Value, most: usize) -> PyResult<Gc<Str>> {
    let repr = vm.repr(value)?;
    if repr.len() <= most { Ok(repr) } else { Str::from_text(vm, repr.text().slice(0, most)) }
}

#[methods(METHODS)]
impl Methods {
    /// Return self: patterns do not change.
    #[method("__copy__($self, /)")]
    fn copy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return self: patterns do not change.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(equal(vm, args)?.map_or(vm.not_implemented(), |equal| vm.bool(equal)))
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let pattern = Handle::of(args[0]);
        let hash = vm.hash(source(args[0]))? ^ hash_text(Text::Ucs4(&pattern.code)) ^ pattern.flags as u64;
        vm.new_int(hash as i64 >> 3)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(equal(vm, args)?.map_or(vm.not_implemented(), |equal| vm.bool(!equal)))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        text.push("re.compile(");
        text.push_str(&*short_repr(vm, source(args[0]), 200)?);
        let flags = show_flags(&Handle::of(args[0]));
        if !flags.is_empty() {
            text.push(", ");
            text.push(&flags);
        }
        text.push(")");
        text.finish(vm)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method("findall($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(vm: &Vm, args: &[Value]) -> PyResult {
        let mut run = Run::new(vm, args[0], args[1], args[2], args[3])?;
        let list = List::with_capacity(vm, 0)?;
        let groups = run.pattern.program.groups;
        while run.ask(Ask::Search)? {
            let group = |group| match run.group(args[1], group)? {
                Some(part) => Ok(part),
                None => run.slice(args[1], 0, 0),
            };
            let item = match groups {
                0 => run.slice(args[1], run.state.start, run.state.end)?,
                1 => group(1)?,
                _ => {
                    let mut parts = vm.scratch(groups)?;
                    for number in 1..=groups {
                        parts.push(group(number)?);
                    }
                    vm.new_tuple(&parts)?
                }
            };
            list.push(vm, item)?;
        }
        Ok(list.into())
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method("finditer($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(vm: &Vm, args: &[Value]) -> PyResult {
        let scanner = scanner::new(vm, args)?;
        let search = vm.get_attr_str(scanner, "search")?;
        iterators::callable::new(vm, search, vm.none())
    }

    /// Matches against all of the string.
    #[method("fullmatch($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(vm: &Vm, args: &[Value]) -> PyResult {
        one(vm, args, Ask::FullMatch)
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method("match($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn match_(vm: &Vm, args: &[Value]) -> PyResult {
        one(vm, args, Ask::Match)
    }

    /// Return an object that asks for one match after the other.
    #[method("scanner($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner_(vm: &Vm, args: &[Value]) -> PyResult {
        scanner::new(vm, args)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method("search($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search_(vm: &Vm, args: &[Value]) -> PyResult {
        one(vm, args, Ask::Search)
    }

    /// Split string by the occurrences of pattern.
    #[method("split($self, /, string, maxsplit=0)")]
    fn split(vm: &Vm, args: &[Value]) -> PyResult {
        let most = args[2].bound().map_or(Ok(0), |most| vm.index_i64(most))?;
        let mut run = Run::new(vm, args[0], args[1], Value::UNBOUND, Value::UNBOUND)?;
        let list = List::with_capacity(vm, 0)?;
        let (mut count, mut last) = (0, 0);
        while (most == 0 || count < most) && run.ask(Ask::Search)? {
            list.push(vm, run.slice(args[1], last, run.state.start)?)?;
            for group in 1..=run.pattern.program.groups {
                list.push(vm, run.group(args[1], group)?.unwrap_or(vm.none()))?;
            }
            count += 1;
            last = run.state.end;
        }
        list.push(vm, run.slice(args[1], last, run.end)?)?;
        Ok(list.into())
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method("sub($self, /, repl, string, count=0)")]
    fn sub(vm: &Vm, args: &[Value]) -> PyResult {
        substitute::substitute(vm, args).map(|(text, _)| text)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern
    /// with the replacement repl.
    #[method("subn($self, /, repl, string, count=0)")]
    fn subn(vm: &Vm, args: &[Value]) -> PyResult {
        let (text, count) = substitute::substitute(vm, args)?;
        vm.new_tuple(&[text, vm.new_int(count)?])
    }
}
