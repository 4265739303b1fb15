//! Descriptors of native attributes (`getset_descriptor`) and of `__slots__` (`member_descriptor`).

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// An attribute that native code computes.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: fn(&Vm, Value) -> PyResult,
    /// Sets the attribute, or deletes it when there is no value. Absent for read-only attributes.
    pub set: Option<fn(&Vm, Value, Option<Value>) -> PyResult<()>>,
    /// Whether CPython has it as a member of the object's struct, which shows and is worded otherwise.
    pub member: bool,
}

impl GetSetDef {
    /// A read-only attribute.
    #[must_use]
    pub const fn readonly(name: &'static str, doc: &'static str, get: fn(&Vm, Value) -> PyResult) -> Self {
        Self { name, doc, get, set: None, member: false }
    }

    /// A read-only attribute that is a member of the object's struct in CPython.
    #[must_use]
    pub const fn member(name: &'static str, doc: &'static str, get: fn(&Vm, Value) -> PyResult) -> Self {
        Self { name, doc, get, set: None, member: true }
    }

    /// An attribute that can be set, and deleted if `set` allows it.
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        get: fn(&Vm, Value) -> PyResult,
        set: fn(&Vm, Value, Option<Value>) -> PyResult<()>,
    ) -> Self {
        Self { name, doc, get, set: Some(set), member: false }
    }
}

/// What every class adds that first gives its instances a `__dict__` or weak references.
static INSTANCE_ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new(
        "__dict__",
        "dictionary for instance variables",
        crate::types::object::attributes::dict,
        crate::types::object::attributes::set_dict,
    ),
    GetSetDef::readonly(
        "__weakref__",
        "list of weak references to the object",
        crate::types::object::attributes::weakref,
    ),
];

/// Fields of the record behind a `getset_descriptor`: place in the class's table, or below zero in that of all classes; and the
/// class that declares it.
pub struct GetSet;

impl GetSet {
    pub const INDEX: usize = 0;
    pub const OWNER: usize = 1;
    /// The `__dict__` of instances.
    pub const DICT: i64 = -1;
    /// The `__weakref__` of instances.
    pub const WEAKREF: i64 = -2;

    /// The descriptor of an attribute in a class's table.
    pub fn new(vm: &Vm, def: &'static GetSetDef, owner: Gc<Class>) -> PyResult<Gc<Record>> {
        let table = owner.def.map_or(&[][..], |class| class.getset);
        let index = table.iter().position(|other| core::ptr::eq(other, def)).unwrap_or(0);
        let types = vm.types();
        let class = if def.member { types.member_descriptor } else { types.getset_descriptor };
        Record::new(vm, class, &[Value::small(index as i64), owner.into()])
    }

    /// The descriptor of [`GetSet::DICT`] or [`GetSet::WEAKREF`].
    pub fn for_instances(vm: &Vm, index: i64, owner: Gc<Class>) -> PyResult<Gc<Record>> {
        Record::new(vm, vm.types().getset_descriptor, &[Value::small(index), owner.into()])
    }

    /// The definition behind a descriptor.
    #[must_use]
    pub fn def(descriptor: &Record) -> Option<&'static GetSetDef> {
        let index = descriptor.get(Self::INDEX).as_int()?;
        if index < 0 {
            return INSTANCE_ATTRIBUTES.get((-1 - index) as usize);
        }
        let owner = descriptor.get(Self::OWNER).cast::<Class>()?;
        owner.def?.getset.get(index as usize)
    }
}

/// Fields of the record behind a `member_descriptor`: byte offset in the object (in objects that end in an array of varying length -1 for
/// the first value behind it, -2 for the second, ..), name, and the class that declares it.
pub struct Member;

impl Member {
    pub const OFFSET: usize = 0;
    pub const NAME: usize = 1;
    pub const OWNER: usize = 2;
    const COUNT: usize = 3;

    /// Whether a record is one: a `member_descriptor` may also be that of a native attribute ([`GetSetDef::member`]).
    #[inline]
    #[must_use]
    pub fn is(record: &Record) -> bool {
        record.fields().len() == Self::COUNT
    }

    /// The descriptor of a `__slots__` attribute.
    pub fn new(vm: &Vm, offset: i64, name: Gc<Str>, owner: Gc<Class>) -> PyResult<Gc<Record>> {
        Record::new(vm, vm.types().member_descriptor, &[Value::small(offset), name.into(), owner.into()])
    }
}

/// `getset_descriptor`.
pub static GETSET_CLASS: ClassDef =
    ClassDef { methods: &[METHODS], getset: GETSET, ..ClassDef::new("getset_descriptor", "", Layout::Record) };
/// `member_descriptor`.
pub static MEMBER_CLASS: ClassDef = ClassDef {
    methods: &[METHODS, MEMBER_METHODS],
    getset: GETSET,
    ..ClassDef::new("member_descriptor", "", Layout::Record)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("__doc__", "", doc),
    GetSetDef::member("__name__", "", name),
    GetSetDef::member("__objclass__", "", |vm, value| Ok(owner(value).map_or(vm.none(), Value::from))),
    GetSetDef::readonly("__qualname__", "", |vm, value| {
        let class = owner(value).map_or_else(String::new, |class| class.qualname.get().to_string());
        vm.new_str(&format!("{class}.{}", name_of(vm, value)))
    }),
];

fn is_member(value: Value) -> bool {
    Member::is(&value.expect::<Record>())
}

fn owner(value: Value) -> Option<Gc<Class>> {
    // Both kinds of record end with their owner.
    value.expect::<Record>().fields().last().and_then(|owner| owner.get().cast::<Class>())
}

fn name_of(vm: &Vm, value: Value) -> String {
    let record = value.expect::<Record>();
    if is_member(value) {
        vm.display(record.get(Member::NAME))
    } else {
        GetSet::def(&record).map_or("?", |def| def.name).to_owned()
    }
}

fn doc(vm: &Vm, value: Value) -> PyResult {
    match GetSet::def(&value.expect::<Record>()) {
        Some(def) if !def.doc.is_empty() && !is_member(value) => vm.new_str(def.doc),
        _ => Ok(vm.none()),
    }
}

fn name(vm: &Vm, value: Value) -> PyResult {
    vm.new_str(&name_of(vm, value))
}

#[methods(METHODS)]
impl Methods {
    /// Delete the attribute of an instance.
    #[method("__delete__($self, instance, /)")]
    fn delete(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_by_descriptor(args[0], args[1], None).map(|_| vm.none())
    }

    /// Return the attribute of an instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() {
            return Ok(args[0]);
        }
        let record = args[0].expect::<Record>();
        if is_member(args[0]) { vm.member_get(record, args[1]) } else { vm.getset_get(record, args[1]) }
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let is_member = vm.is_exact(args[0], vm.types().member_descriptor);
        let kind = if is_member { "member" } else { "attribute" };
        let class = owner(args[0]).map_or_else(String::new, |class| class.title());
        vm.new_str(&format!("<{kind} '{}' of '{class}' objects>", name_of(vm, args[0])))
    }

    /// Set the attribute of an instance.
    #[method("__set__($self, instance, value, /)")]
    fn set(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_by_descriptor(args[0], args[1], Some(args[2])).map(|_| vm.none())
    }
}

#[methods(MEMBER_METHODS)]
impl MemberMethods {
    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let class = owner(args[0]).map_or(vm.none(), Value::from);
        let arguments = vm.new_tuple(&[class, name(vm, args[0])?])?;
        vm.new_tuple(&[crate::types::iterators::builtin(vm, "getattr")?, arguments])
    }
}
