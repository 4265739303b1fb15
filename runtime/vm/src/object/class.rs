//! Classes: names, bases, method resolution order, namespace, special methods, and the shapes of instances.
//!
//! `type` as Python sees it (calling it, its attributes) is in [`crate::types::type_`].

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::layout::{Layout, PyLayout};
use crate::object::shape::{Attrs, Shape};
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::native::{Native, NativeDef, NativeFn};
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use crate::vm::Vm;

/// Bits of [`Class::flags`].
pub mod flags {
    /// Made by a `class` statement or a call of `type`: its attributes can be set.
    pub const HEAP: u32 = 1 << 0;
    /// May be a base class.
    pub const BASE: u32 = 1 << 1;
    /// Instances have a `__dict__`.
    pub const DICT: u32 = 1 << 2;
    /// Instances can be weakly referenced.
    pub const WEAKREF: u32 = 1 << 3;
    /// Has `__del__`.
    pub const FINALIZER: u32 = 1 << 4;
    /// Matches sequence patterns (PEP 634).
    pub const SEQUENCE: u32 = 1 << 5;
    /// Matches mapping patterns (PEP 634).
    pub const MAPPING: u32 = 1 << 6;
    /// Has abstract methods: instances cannot be made.
    pub const ABSTRACT: u32 = 1 << 7;
    /// A positional class pattern matches the subject itself (`int(x)`, PEP 634).
    pub const MATCH_SELF: u32 = 1 << 8;
    /// Has no `__new__` for programs: "cannot create 'X' instances".
    pub const NO_NEW: u32 = 1 << 9;
    /// Has native fields of its own although the layout is its base's, so that no class can inherit from it and from
    /// another such class (exceptions with fields).
    pub const SOLID: u32 = 1 << 10;
    /// Instances stand for types that may be members of a union (`type` aliases).
    pub const UNION_MEMBER: u32 = 1 << 11;
    /// Its `mro()` is running: programs see no `__mro__` yet, and nothing can inherit from it.
    pub const NO_MRO: u32 = 1 << 12;
    /// Inherited by subclasses.
    pub const INHERITED: u32 = WEAKREF | SEQUENCE | MAPPING | MATCH_SELF | DICT;
}

/// The most inline slots that instances get from the start.
const MAX_INLINE_SLOTS: usize = 32;
/// Inline slots of a class of which nothing is known.
const DEFAULT_INLINE_SLOTS: usize = 4;

/// A class.
#[repr(C)]
pub struct Class {
    pub(crate) header: Header,
    pub name: Cell<Gc<Str>>,
    pub qualname: Cell<Gc<Str>>,
    /// A tuple of classes; unbound only while `object` is being made.
    pub bases: Cell<Value>,
    /// A tuple of classes, this one first.
    pub mro: Cell<Value>,
    /// The namespace.
    pub dict: Cell<Gc<Dict>>,
    /// Changes whenever a look-up on this class may find something else. Unique among all classes of the VM.
    pub version: Cell<u64>,
    /// The shape of fresh instances, made when first needed.
    pub(crate) root_shape: Cell<Option<Gc<Shape>>>,
    /// Shapes of instances with a dict, by inline slots.
    // traced: by `Class::trace_native`
    pub(crate) dict_shapes: RefCell<Vec<Gc<Shape>>>,
    /// Bytes of an instance up to the extension word: native part and `__slots__`.
    pub basic_size: Cell<u32>,
    pub flags: Cell<u32>,
    pub(crate) inline_slots: Cell<u16>,
    pub layout: Layout,
    /// The native class whose layout this is (`object`, `list`, ...), which `__slots__` do not change.
    pub solid_base: Cell<Option<Gc<Class>>>,
    /// What a look-up of each special method finds, or unbound.
    pub(crate) specials: [Cell<Value>; Special::ALL.len()],
    /// The code of those special methods that are native and take their operands as they are ([`Special::arity`]).
    pub(crate) natives: [Cell<Option<NativeFn>>; Special::ALL.len()],
    /// Weak references to direct subclasses, and to classes that have this one in their order as they have those.
    // traced: by `Class::trace_native`
    pub(crate) subclasses: RefCell<Vec<Gc<WeakRef>>>,
    /// The native definition, for classes that are not made by programs.
    pub def: Option<&'static ClassDef>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Class {
    const LAYOUT: Layout = Layout::Class;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.name.get()).trace(tracer);
        Value::from(self.qualname.get()).trace(tracer);
        self.bases.get().trace(tracer);
        self.mro.get().trace(tracer);
        Value::from(self.dict.get()).trace(tracer);
        if let Some(shape) = self.root_shape.get() {
            Value::from(shape).trace(tracer);
        }
        if let Ok(shapes) = self.dict_shapes.try_borrow() {
            shapes.iter().for_each(|shape| Value::from(*shape).trace(tracer));
        }
        if let Some(base) = self.solid_base.get() {
            Value::from(base).trace(tracer);
        }
        self.specials.iter().for_each(|special| special.get().trace(tracer));
        if let Ok(subclasses) = self.subclasses.try_borrow() {
            subclasses.iter().for_each(|weak| Value::from(*weak).trace(tracer));
        }
    }
}

/// Frees what a dead class owns outside the heap.
///
/// # Safety
/// `object` is a dead class, dropped once.
pub unsafe fn drop_class(object: NonNull<Header>, _: &orochi_gc::Heap) {
    // SAFETY: the caller vouches that it is a class that nobody uses any more.
    unsafe { core::ptr::drop_in_place(object.cast::<Class>().as_ptr()) }
}

/// A native class, as its type's module declares it.
pub struct ClassDef {
    /// `list`, or with its module `collections.deque`.
    pub name: &'static str,
    pub doc: &'static str,
    pub layout: Layout,
    /// Bits of [`flags`]; `BASE` is not implied.
    pub flags: u32,
    pub methods: &'static [&'static [NativeDef]],
    pub getset: &'static [GetSetDef],
}

impl ClassDef {
    /// A class with nothing but a name, a docstring and a layout, for struct update syntax.
    #[must_use]
    pub const fn new(name: &'static str, doc: &'static str, layout: Layout) -> Self {
        Self { name, doc, layout, flags: 0, methods: &[], getset: &[] }
    }
}

/// What a new class is made of; see [`Class::make`].
pub struct NewClass<'a> {
    pub metaclass: Gc<Class>,
    pub name: Gc<Str>,
    pub qualname: Gc<Str>,
    pub bases: &'a [Gc<Class>],
    pub dict: Gc<Dict>,
    pub layout: Layout,
    pub basic_size: u32,
    pub flags: u32,
    pub solid_base: Option<Gc<Class>>,
    pub def: Option<&'static ClassDef>,
}

impl Class {
    /// The name for messages: that of a native class has its module (CPython's `tp_name`).
    #[must_use]
    pub fn title(&self) -> String {
        match self.def {
            Some(def) if !self.has(flags::HEAP) => def.name.to_owned(),
            _ => self.name.get().to_string(),
        }
    }

    /// Makes a class of parts that are known to fit together, and computes its MRO and special methods. TypeError when the
    /// bases have no consistent order. The bases do not know of the class yet. `type.__new__` comes here.
    pub fn make(vm: &Vm, parts: NewClass<'_>) -> PyResult<Gc<Class>> {
        let class: Gc<Class> = vm.new_native(
            parts.metaclass,
            Class {
                header: Header::empty(),
                name: Cell::new(parts.name),
                qualname: Cell::new(parts.qualname),
                bases: Cell::new(Value::UNBOUND),
                mro: Cell::new(Value::UNBOUND),
                dict: Cell::new(parts.dict),
                version: Cell::new(vm.next_class_version()),
                root_shape: Cell::new(None),
                dict_shapes: RefCell::new(Vec::new()),
                basic_size: Cell::new(parts.basic_size),
                flags: Cell::new(parts.flags),
                inline_slots: Cell::new(0),
                layout: parts.layout,
                solid_base: Cell::new(parts.solid_base),
                specials: [const { Cell::new(Value::UNBOUND) }; Special::ALL.len()],
                natives: [const { Cell::new(None) }; Special::ALL.len()],
                subclasses: RefCell::new(Vec::new()),
                def: parts.def,
            },
        )?;
        class.set_order(vm, parts.bases)?;
        Ok(class)
    }

    /// Sets the bases: new MRO, special methods, registration with the bases.
    pub fn set_bases(self: &Class, vm: &Vm, bases: &[Gc<Class>]) -> PyResult<()> {
        self.set_order(vm, bases)?;
        self.register(vm)
    }

    /// Tells the bases of a subclass.
    pub fn register(self: &Class, vm: &Vm) -> PyResult<()> {
        for base in self.bases() {
            base.add_subclass(vm, self.this())?;
        }
        Ok(())
    }

    /// Sets bases, MRO and special methods.
    fn set_order(self: &Class, vm: &Vm, bases: &[Gc<Class>]) -> PyResult<()> {
        let this = self.this();
        let mro = crate::types::type_::mro::first_order(vm, this, bases)?;
        let values: [Value; 8];
        let base_tuple = if bases.len() <= 8 {
            let mut array = [Value::UNBOUND; 8];
            for (slot, base) in array.iter_mut().zip(bases) {
                *slot = (*base).into();
            }
            values = array;
            Tuple::new(vm, &values[..bases.len()])?
        } else {
            Tuple::from_iter(vm, bases.len(), bases.iter().map(|base| Value::from(*base)))?
        };
        self.bases.set(base_tuple.into());
        self.mro.set(mro.into());
        vm.heap.barrier(&raw const self.header);
        let inherited: usize = bases.iter().map(|base| base.inline_slots.get() as usize).max().unwrap_or(0);
        self.inline_slots.set(inherited as u16);
        self.compute_specials(vm);
        Ok(())
    }

    pub(crate) fn this(&self) -> Gc<Class> {
        // SAFETY: classes live only in the heap.
        unsafe { Gc::from_ptr(core::ptr::from_ref(self).cast_mut()) }
    }

    /// Says how many attributes instances are expected to have, from the class's own source
    /// (`__static_attributes__`).
    pub fn expect_slots(&self, own: Option<usize>) {
        let inherited = self.inline_slots.get() as usize;
        let wanted = match own {
            Some(own) => inherited + own,
            None => inherited.max(DEFAULT_INLINE_SLOTS),
        };
        self.inline_slots.set(wanted.min(MAX_INLINE_SLOTS) as u16);
    }

    /// An instance got this many attributes: make room for as many in the next ones.
    pub fn wants_slots(&self, vm: &Vm, count: usize) {
        let wanted = count.next_multiple_of(2).min(MAX_INLINE_SLOTS) as u16;
        if wanted > self.inline_slots.get() {
            self.inline_slots.set(wanted);
            if self.has_dict() {
                let shape = Shape::root(vm, self.this(), wanted);
                self.root_shape.set(Some(shape));
                vm.heap.barrier(&raw const self.header);
            }
        }
    }

    /// The shape of fresh instances.
    #[inline]
    pub fn root_shape(self: &Class, vm: &Vm) -> Gc<Shape> {
        match self.root_shape.get() {
            Some(shape) => shape,
            None => self.make_root_shape(vm),
        }
    }

    #[cold]
    fn make_root_shape(&self, vm: &Vm) -> Gc<Shape> {
        let shape = Shape::root(vm, self.this(), self.inline_slots.get());
        self.root_shape.set(Some(shape));
        vm.heap.barrier(&raw const self.header);
        shape
    }

    /// Forgets the shape of fresh instances, after `basic_size` or flags were changed.
    pub fn reset_root_shape(&self) {
        self.root_shape.set(None);
    }

    /// The shape of instances whose attributes are in a dict.
    pub fn dict_shape(self: &Class, vm: &Vm, inline_slots: u16) -> Gc<Shape> {
        let known = self.dict_shapes.borrow().iter().find(|shape| shape.inline_slots == inline_slots).copied();
        if let Some(shape) = known {
            return shape;
        }
        let shape = Shape::make(vm, self.this(), Attrs::Dict, inline_slots, Box::default());
        self.dict_shapes.borrow_mut().push(shape);
        vm.heap.barrier(&raw const self.header);
        shape
    }

    // ---- look-up ----------------------------------------------------------------------------------------------------

    /// The classes of the MRO.
    #[inline]
    pub fn mro(&self) -> impl Iterator<Item = Gc<Class>> + use<> {
        let tuple = self.mro.get().cast::<Tuple>();
        let len = tuple.map_or(0, |tuple| tuple.len());
        (0..len).filter_map(move |index| tuple.and_then(|tuple| tuple.get(index)).and_then(Value::cast::<Class>))
    }

    /// Direct bases.
    pub fn bases(&self) -> impl Iterator<Item = Gc<Class>> + use<> {
        let tuple = self.bases.get().cast::<Tuple>();
        let len = tuple.map_or(0, |tuple| tuple.len());
        (0..len).filter_map(move |index| tuple.and_then(|tuple| tuple.get(index)).and_then(Value::cast::<Class>))
    }

    /// What a name means on this class: the first namespace along the MRO that has it. `name` is interned. Cached in the
    /// VM by class version.
    #[inline]
    pub fn lookup(self: &Class, vm: &Vm, name: Gc<Str>) -> Option<Value> {
        vm.method_cache.lookup(self, name, || self.lookup_uncached(vm, name))
    }

    fn lookup_uncached(&self, vm: &Vm, name: Gc<Str>) -> Option<Value> {
        self.mro().find_map(|class| class.dict.get().get_interned(vm, name))
    }

    /// What a look-up of a special method finds, or unbound.
    #[inline(always)]
    #[must_use]
    pub fn special(&self, special: Special) -> Value {
        self.specials[special as usize].get()
    }

    /// The code of a special method for instances of this class, if it is native and takes just the receiver and the operands.
    #[inline(always)]
    #[must_use]
    pub fn native(&self, special: Special) -> Option<NativeFn> {
        self.natives[special as usize].get()
    }

    /// Whether this class is the other or inherits from it (along the MRO; `__subclasscheck__` is not asked).
    #[inline]
    #[must_use]
    pub fn is_subclass_of(&self, other: Gc<Class>) -> bool {
        core::ptr::eq(self, other.as_ptr()) || self.mro().any(|class| class == other)
    }

    // ---- changes ---------------------------------------------------------------------------------------------------------

    /// Sets a name in the namespace, and brings everything up to date that was derived from it. `name` is interned.
    pub fn set_attr(self: &Class, vm: &Vm, name: Gc<Str>, value: Value) -> PyResult<()> {
        self.dict.get().set_str(vm, name, value)?;
        self.changed(vm, Some(name))
    }

    /// Deletes a name from the namespace. False when it is not there. `name` is interned.
    pub fn delete_attr(self: &Class, vm: &Vm, name: Gc<Str>) -> PyResult<bool> {
        let removed = self.dict.get().remove_str(vm, name)?.is_some();
        if removed {
            self.changed(vm, Some(name))?;
        }
        Ok(removed)
    }

    /// After a change of the namespace (of one name, or of any): new versions and special methods, here and in subclasses.
    pub fn changed(self: &Class, vm: &Vm, name: Option<Gc<Str>>) -> PyResult<()> {
        self.version.set(vm.next_class_version());
        let hides = match name {
            Some(name) => self.dict.get().get_interned(vm, name).is_none_or(|value| vm.is_data_descriptor(value)),
            None => true,
        };
        if hides || name.is_some_and(|name| vm.special_named(name).is_some()) {
            vm.next_attribute_epoch();
        }
        match name {
            Some(name) => {
                if let Some(special) = vm.special_named(name) {
                    self.compute_special(vm, special, name);
                }
            }
            None => self.compute_specials(vm),
        }
        for follower in self.followers() {
            vm.check_native_recursion()?;
            follower.changed(vm, name)?;
        }
        Ok(())
    }

    /// Fills the table of special methods anew.
    ///
    /// Most classes have one base, and their order is their own name before that base's: they start from the base's table and
    /// look only at what their own namespace has. The others start from the table of `object` and look at what the namespaces along the
    /// order have, from the last to the first. Looking up all the names along the order was a fifth of the start-up time.
    fn compute_specials(&self, vm: &Vm) {
        let had = self.has_finalizer();
        if let Some(base) = self.only_base() {
            self.copy_specials(&base);
            self.add_own_specials(vm, self);
        } else {
            let order = self.mro.get().cast::<Tuple>();
            let classes = order.as_ref().map_or(&[][..], |order| order.items());
            let mut classes = classes.iter().filter_map(|class| class.cast::<Class>()).rev().peekable();
            let object = vm.types().object;
            if self.this() != object && classes.next_if(|last| *last == object).is_some() {
                self.copy_specials(&object);
            } else {
                self.specials.iter().for_each(|slot| slot.set(Value::UNBOUND));
                self.natives.iter().for_each(|slot| slot.set(None));
            }
            classes.for_each(|class| self.add_own_specials(vm, &class));
        }
        self.set_finalizer(vm, had);
        vm.heap.barrier(&raw const self.header);
    }

    fn copy_specials(&self, from: &Class) {
        for (slot, inherited) in self.specials.iter().zip(&from.specials) {
            slot.set(inherited.get());
        }
        for (slot, inherited) in self.natives.iter().zip(&from.natives) {
            slot.set(inherited.get());
        }
    }

    /// Takes the special methods over that the namespace of a class of the order has.
    fn add_own_specials(&self, vm: &Vm, class: &Class) {
        for (key, value) in class.dict.get().entries() {
            let Some(name) =
                key.cast::<Str>().filter(|name| name.as_ascii().is_some_and(|name| name.starts_with("__")))
            else {
                continue;
            };
            if let Some(special) = vm.special_named(vm.intern_str(name)) {
                self.set_special(special, Some(value));
            }
        }
    }

    /// The base whose order of resolution, with this class before it, is this class's.
    fn only_base(&self) -> Option<Gc<Class>> {
        let order: Gc<Tuple> = self.mro.get().cast()?;
        let (_, rest) = order.items().split_first()?;
        let base = rest.first()?.cast::<Class>()?;
        (base.mro.get().cast::<Tuple>()?.items() == rest).then_some(base)
    }

    fn compute_special(&self, vm: &Vm, special: Special, name: Gc<Str>) {
        let had = self.has_finalizer();
        self.set_special(special, self.lookup_uncached(vm, name));
        if special == Special::Del {
            self.set_finalizer(vm, had);
        }
        vm.heap.barrier(&raw const self.header);
    }

    fn set_special(&self, special: Special, found: Option<Value>) {
        self.specials[special as usize].set(found.unwrap_or_default());
        let native = found.and_then(Value::cast::<Native>).filter(|native| {
            native.is_descriptor()
                && native.def.positional as usize == special.arity()
                && native.def.takes_directly(special.arity())
                && native.applies_to(self.this())
        });
        self.natives[special as usize].set(native.map(|native| native.def.function));
    }

    /// Says whether there is a finalizer; if there was none, tells the collector of the instances that there may be.
    fn set_finalizer(&self, vm: &Vm, had: bool) {
        let has = self.special(Special::Del).is_bound();
        self.set_flag(flags::FINALIZER, has);
        if has && !had && self.root_shape.get().is_some() {
            vm.heap.register_finalizable_objects(|object| {
                crate::modules::gc::is_instance_to_finalize(vm, object, self.this())
            });
        }
    }

    // ---- subclasses ---------------------------------------------------------------------------------------------------------

    /// Has a class follow the changes of this one.
    pub(crate) fn add_subclass(&self, vm: &Vm, subclass: Gc<Class>) -> PyResult<()> {
        let weak = crate::types::weakref::of(vm, subclass.into())?;
        let mut subclasses = self.subclasses.borrow_mut();
        if subclasses.len() == subclasses.capacity() {
            subclasses.retain(|weak| weak.target().is_some());
        }
        // A class has one such weak reference.
        if !subclasses.contains(&weak) {
            subclasses.push(weak);
        }
        drop(subclasses);
        vm.heap.barrier(&raw const self.header);
        Ok(())
    }

    /// Takes a class out of the direct subclasses, when its bases change.
    pub fn remove_subclass(&self, subclass: Gc<Class>) {
        self.subclasses.borrow_mut().retain(|weak| weak.target().is_some_and(|class| class != Value::from(subclass)));
    }

    /// Direct subclasses that are alive, oldest first.
    pub fn subclasses(&self, _: &Vm) -> impl Iterator<Item = Gc<Class>> + use<> {
        let this = self.this();
        self.followers().filter(move |class| class.bases().any(|base| base == this))
    }

    /// Direct subclasses, and classes that have this one in their order without having it as a base.
    fn followers(&self) -> impl Iterator<Item = Gc<Class>> + use<> {
        let mut index = 0;
        let this = self.this();
        core::iter::from_fn(move || {
            loop {
                let weak = this.subclasses.borrow().get(index).copied()?;
                index += 1;
                if let Some(class) = weak.target().and_then(Value::cast::<Class>) {
                    return Some(class);
                }
            }
        })
    }

    // ---- flags --------------------------------------------------------------------------------------------------------------

    /// Whether a flag of [`flags`] is set.
    #[inline(always)]
    #[must_use]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// Sets or clears a flag of [`flags`].
    pub fn set_flag(&self, flag: u32, on: bool) {
        let bits = self.flags.get() & !flag;
        self.flags.set(if on { bits | flag } else { bits });
    }

    /// Whether instances have a `__dict__`.
    #[inline(always)]
    #[must_use]
    pub fn has_dict(&self) -> bool {
        self.has(flags::DICT)
    }

    /// Whether instances have a `__del__`.
    #[inline(always)]
    #[must_use]
    pub fn has_finalizer(&self) -> bool {
        self.has(flags::FINALIZER)
    }
}
