//! Inline caches: what an instruction learned the last time it ran, and the VM's table of method look-ups.

use core::cell::Cell;

use orochi_gc::{Gc, Meta, Tracer};

use crate::object::Shape;
use crate::object::class::Class;
use crate::types::dict::DictTable;
use crate::types::str::Str;
use crate::value::Value;

/// What an attribute or global instruction learned. `name` never changes.
pub struct Cache {
    pub name: Gc<Str>,
    /// The shape that the object had (its `Meta` address), or null when nothing is known.
    pub shape: Cell<*const Meta>,
    /// The class version, or for slots the VM's attribute epoch, for which the rest holds; for builtins the stamp of the globals.
    pub version: Cell<u64>,
    /// What was found: a method, a class attribute, a descriptor.
    pub value: Cell<Value>,
    /// For slots the byte offset in the object; for globals the entry in the table.
    pub offset: Cell<u32>,
    pub kind: Cell<CacheKind>,
    /// How often the cache missed.
    pub misses: Cell<u16>,
    /// For globals: the tables of the globals and, when the name is not among them, of the builtins.
    pub table: Cell<Option<Gc<DictTable>>>,
    pub builtins: Cell<Option<Gc<DictTable>>>,
    /// The class whose attribute was looked up.
    pub object: Cell<Value>,
    /// For slots that are added: the shape after that.
    pub next_shape: Cell<*const Meta>,
}

/// What a cache knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CacheKind {
    Empty,
    /// The value lies in the object, at a byte offset.
    Slot,
    /// The value lies in the overflow array, at an index.
    Overflow,
    /// A class attribute that is no descriptor.
    Constant,
    /// A method: the value, to be called with the receiver.
    Method,
    /// A property: the getter function.
    Property,
    /// An entry of a module's dict, or of the globals.
    Global,
    /// An entry of the builtins, absent from the globals.
    Builtin,
    /// Storing adds a slot.
    AddSlot,
    /// A `__slots__` member at a byte offset.
    Member,
    /// An attribute of a class, looked up on the class itself.
    ClassAttribute,
}

impl CacheKind {
    /// Whether what is known holds for the attribute epoch; else it holds for a version of the class.
    #[inline(always)]
    #[must_use]
    pub fn is_place(self) -> bool {
        matches!(self, CacheKind::Slot | CacheKind::Overflow | CacheKind::Member | CacheKind::AddSlot)
    }
}

impl Cache {
    /// A cache that knows nothing.
    #[must_use]
    pub fn new(name: Gc<Str>) -> Cache {
        Cache {
            name,
            shape: Cell::new(core::ptr::null()),
            version: Cell::new(0),
            value: Cell::new(Value::UNBOUND),
            offset: Cell::new(0),
            kind: Cell::new(CacheKind::Empty),
            misses: Cell::new(0),
            table: Cell::new(None),
            builtins: Cell::new(None),
            object: Cell::new(Value::UNBOUND),
            next_shape: Cell::new(core::ptr::null()),
        }
    }

    /// Forgets what keeps a class alive.
    pub fn forget_class(&self) {
        if self.shape.get().is_null() && self.value.get().is_unbound() && self.object.get().is_unbound() {
            return;
        }
        self.kind.set(CacheKind::Empty);
        self.shape.set(core::ptr::null());
        self.next_shape.set(core::ptr::null());
        self.value.set(Value::UNBOUND);
        self.object.set(Value::UNBOUND);
    }

    /// Reports what the cache refers to. Shapes are kept alive, lest another shape at the same address be taken for them.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.name).trace(tracer);
        self.value.get().trace(tracer);
        self.object.get().trace(tracer);
        for meta in [self.shape.get(), self.next_shape.get()] {
            if !meta.is_null() {
                // SAFETY: a shape that this cache has kept alive.
                let shape = unsafe { crate::object::Shape::from_meta(meta) };
                Value::from(shape).trace(tracer);
            }
        }
        for table in [self.table.get(), self.builtins.get()].into_iter().flatten() {
            Value::from(table).trace(tracer);
        }
    }
}

const ENTRIES: usize = 2048;

#[derive(Clone, Copy)]
struct MethodEntry {
    /// The table's when the entry was made.
    stamp: u64,
    version: u64,
    name: usize,
    value: Value,
}

/// The VM's table of class look-ups, direct-mapped by class version and name. It does not keep anything alive: the
/// collector clears it.
pub struct MethodCache {
    /// Entries with another stamp do not count: clearing the table is changing it.
    stamp: Cell<u64>,
    entries: Box<[Cell<MethodEntry>]>,
}

impl MethodCache {
    /// An empty table.
    #[must_use]
    pub fn new() -> MethodCache {
        let empty = MethodEntry { stamp: 0, version: 0, name: 0, value: Value::UNBOUND };
        MethodCache { stamp: Cell::new(1), entries: vec![Cell::new(empty); ENTRIES].into() }
    }

    /// Looks a name up, or remembers what `find` says.
    #[inline]
    pub fn lookup(&self, class: &Class, name: Gc<Str>, find: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let (version, address) = (class.version.get(), name.as_ptr() as usize);
        let slot = &self.entries[(version as usize ^ (address >> 4)) % ENTRIES];
        let entry = slot.get();
        if entry.version == version && entry.name == address && entry.stamp == self.stamp.get() {
            return entry.value.bound();
        }
        let found = find();
        let stamp = self.stamp.get();
        slot.set(MethodEntry { stamp, version, name: address, value: found.unwrap_or_default() });
        found
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.stamp.set(self.stamp.get() + 1);
    }
}

impl Default for MethodCache {
    fn default() -> Self {
        Self::new()
    }
}

/// What a look-up on a shape comes to.
#[derive(Clone, Copy)]
pub struct Found {
    pub kind: CacheKind,
    /// As in [`Cache::offset`].
    pub offset: u32,
    /// As in [`Cache::value`]; for [`CacheKind::AddSlot`] the next shape.
    pub value: Value,
}

impl Found {
    /// Nothing that could be remembered.
    pub const NOTHING: Found = Found { kind: CacheKind::Empty, offset: 0, value: Value::UNBOUND };

    /// A place in the object.
    #[must_use]
    pub fn place(kind: CacheKind, offset: usize) -> Found {
        Found { kind, offset: offset as u32, value: Value::UNBOUND }
    }

    /// A value of the class.
    #[must_use]
    pub fn value(kind: CacheKind, value: Value) -> Found {
        Found { kind, offset: 0, value }
    }
}

const SHAPE_ENTRIES: usize = 1024;

#[derive(Clone, Copy)]
struct ShapeEntry {
    stamp: u64,
    shape: *const Meta,
    version: u64,
    name: usize,
    found: Found,
}

/// The VM's table of look-ups on shapes, direct-mapped by shape and name: the second level behind the inline caches, for instructions
/// that see objects of many shapes. Like [`MethodCache`] it keeps nothing alive. It is cleared by collections and whenever the VM's
/// attribute epoch changes, so that places in objects need no further check.
pub struct ShapeCache {
    stamp: Cell<u64>,
    entries: Box<[Cell<ShapeEntry>]>,
}

impl ShapeCache {
    const EMPTY: ShapeEntry =
        ShapeEntry { stamp: 0, shape: core::ptr::null(), version: 0, name: 0, found: Found::NOTHING };

    /// An empty table.
    #[must_use]
    pub fn new() -> ShapeCache {
        ShapeCache { stamp: Cell::new(1), entries: vec![Cell::new(Self::EMPTY); SHAPE_ENTRIES].into() }
    }

    /// What is known about a name on a shape.
    #[inline(always)]
    pub fn get(&self, shape: &Shape, name: Gc<Str>) -> Option<Found> {
        let entry = self.slot(shape, name).get();
        let current = entry.shape == shape.meta()
            && entry.name == name.as_ptr() as usize
            && entry.stamp == self.stamp.get()
            && (entry.found.kind.is_place() || entry.version == shape.class.version.get());
        current.then_some(entry.found)
    }

    /// Remembers what a look-up came to.
    pub fn remember(&self, shape: &Shape, name: Gc<Str>, found: Found) {
        let (meta, version) = (shape.meta(), shape.class.version.get());
        let entry = ShapeEntry { stamp: self.stamp.get(), shape: meta, version, name: name.as_ptr() as usize, found };
        self.slot(shape, name).set(entry);
    }

    #[inline(always)]
    fn slot(&self, shape: &Shape, name: Gc<Str>) -> &Cell<ShapeEntry> {
        &self.entries[((shape.meta() as usize >> 5).wrapping_mul(31) ^ (name.as_ptr() as usize >> 4)) % SHAPE_ENTRIES]
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.stamp.set(self.stamp.get() + 1);
    }
}

impl Default for ShapeCache {
    fn default() -> Self {
        Self::new()
    }
}
