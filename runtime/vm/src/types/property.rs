//! `property`, and the descriptors of native attributes (`getset_descriptor`) and `__slots__` (`member_descriptor`).

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::value::Value;
use crate::vm::Vm;

/// An attribute that native code computes.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: fn(&Vm, Value) -> PyResult,
    /// Sets the attribute, or deletes it when there is no value. Absent for read-only attributes.
    pub set: Option<fn(&Vm, Value, Option<Value>) -> PyResult<()>>,
}

impl GetSetDef {
    /// A read-only attribute.
    #[must_use]
    pub const fn readonly(name: &'static str, doc: &'static str, get: fn(&Vm, Value) -> PyResult) -> Self {
        Self { name, doc, get, set: None }
    }
}

/// Fields of the record behind a `getset_descriptor`: place in the class's table, and the class that declares it.
pub struct GetSet;

impl GetSet {
    pub const INDEX: usize = 0;
    pub const OWNER: usize = 1;

    /// The descriptor of an attribute in a class's table.
    pub fn new(vm: &Vm, def: &'static GetSetDef, owner: Gc<Class>) -> PyResult<Gc<Record>> {
        let table = owner.def.map_or(&[][..], |class| class.getset);
        let index = table.iter().position(|other| core::ptr::eq(other, def)).unwrap_or(0);
        Record::new(vm, vm.types().getset_descriptor, &[Value::small(index as i64), owner.into()])
    }

    /// The definition behind a descriptor.
    #[must_use]
    pub fn def(descriptor: &Record) -> Option<&'static GetSetDef> {
        let owner = descriptor.get(Self::OWNER).cast::<Class>()?;
        owner.def?.getset.get(descriptor.get(Self::INDEX).as_int()? as usize)
    }
}

/// Fields of the record behind a `member_descriptor`: byte offset in the object, name, and the class that declares it.
pub struct Member;

impl Member {
    pub const OFFSET: usize = 0;
    pub const NAME: usize = 1;
    pub const OWNER: usize = 2;
}

/// Fields of the record behind a `property`.
pub struct Property;

impl Property {
    pub const GET: usize = 0;
    pub const SET: usize = 1;
    pub const DELETE: usize = 2;
    pub const DOC: usize = 3;
    pub const NAME: usize = 4;
    pub const COUNT: usize = 5;
}

/// `property`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("property", "", Layout::Record) };
/// `getset_descriptor`.
pub static GETSET_CLASS: ClassDef = ClassDef::new("getset_descriptor", "", Layout::Record);
/// `member_descriptor`.
pub static MEMBER_CLASS: ClassDef = ClassDef::new("member_descriptor", "", Layout::Record);
