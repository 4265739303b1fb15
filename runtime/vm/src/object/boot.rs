//! Native classes: how they come into being when the VM starts, and later for the classes of native modules.
//!
//! A class needs its metaclass, a dict, strings and tuples, which need classes. So this goes in two steps: all classes
//! are allocated with what their static definitions say (layout, size, flags), which is enough to make objects of
//! them; then each gets its name, bases and methods. The collector does not run before the second step is done.

use core::cell::{Cell, RefCell};

use orochi_gc::{Gc, Header, Meta};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::native::{Binding, Native, NativeDef};
use crate::types::property::GetSet;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// What the headers of classes point to until `type` has a shape.
static BOOT_META: Meta = Meta::fixed(Layout::Class.kind());

impl Class {
    /// First step: a class with layout, size and flags, but without name, bases and namespace.
    pub(crate) fn allocate(vm: &Vm, def: &'static ClassDef) -> Gc<Class> {
        // SAFETY: the dangling names and dict are never followed: `fill` replaces them before the class can be seen by
        // a program or the collector.
        let (name, dict) =
            unsafe { (Gc::from_ptr(core::ptr::dangling::<Str>()), Gc::from_ptr(core::ptr::dangling::<Dict>())) };
        vm.heap.alloc(
            &raw const BOOT_META,
            Class {
                header: Header::empty(),
                name: Cell::new(name),
                qualname: Cell::new(name),
                bases: Cell::new(Value::UNBOUND),
                mro: Cell::new(Value::UNBOUND),
                dict: Cell::new(dict),
                version: Cell::new(vm.next_class_version()),
                root_shape: Cell::new(None),
                dict_shapes: RefCell::new(Vec::new()),
                basic_size: Cell::new(def.layout.size() as u32),
                flags: Cell::new(def.flags),
                inline_slots: Cell::new(0),
                layout: def.layout,
                solid_base: Cell::new(None),
                specials: [const { Cell::new(Value::UNBOUND) }; Special::ALL.len()],
                natives: [const { Cell::new(None) }; Special::ALL.len()],
                subclasses: RefCell::new(Vec::new()),
                def: Some(def),
            },
        )
    }

    /// Makes the class an instance of a metaclass that has a shape.
    pub(crate) fn set_metaclass(self: &Class, vm: &Vm, metaclass: Gc<Class>) {
        vm.set_shape(self.this().as_header(), metaclass.root_shape(vm));
    }

    /// Second step: name, namespace, bases.
    pub(crate) fn fill(&self, vm: &Vm, bases: &[Gc<Class>]) -> PyResult<()> {
        let this = self.this();
        let def = self.def.expect("a native class");
        let (module, name) = def.name.rsplit_once('.').unwrap_or(("builtins", def.name));
        let interned = vm.intern(name);
        self.name.set(interned);
        self.qualname.set(interned);
        let methods: usize = def.methods.iter().map(|methods| methods.len()).sum();
        let dict = Dict::with_capacity(vm, methods + def.getset.len() + 1)?;
        self.dict.set(dict);
        let inherited = bases.iter().fold(0, |bits, base| bits | base.flags.get()) & flags::INHERITED;
        self.flags.set(self.flags.get() | inherited);
        let base_layout = bases.first().map(|base| base.layout);
        let shares_layout = base_layout == Some(self.layout) && !self.has(flags::SOLID);
        let solid = if shares_layout { bases[0].solid_base.get() } else { Some(this) };
        self.solid_base.set(solid.or(Some(this)));
        vm.heap.barrier(this.header());
        for def in def.methods.iter().copied().flatten() {
            vm.add_method(this, def)?;
        }
        self.complete_comparisons(vm)?;
        for def in def.getset {
            let descriptor = GetSet::new(vm, def, this)?;
            dict.set_str(vm, vm.intern(def.name), descriptor.into())?;
        }
        if self.has(flags::DICT) && !bases.iter().any(|base| base.has(flags::DICT)) {
            let descriptor = GetSet::for_instances(vm, GetSet::DICT, this)?;
            dict.set_str(vm, vm.intern("__dict__"), descriptor.into())?;
        }
        // Where instances have a docstring of their own (functions, properties), `type.__doc__` reads the definition.
        if dict.get_interned(vm, vm.intern("__doc__")).is_none() {
            let text = def.doc.split_once("\n--\n\n").map_or(def.doc, |(_, doc)| doc);
            let doc = if text.is_empty() { vm.none() } else { vm.new_str(text)? };
            dict.set_str(vm, vm.intern("__doc__"), doc)?;
        }
        // Where instances tell their own module (type parameters), the class's is read from the definition.
        if module != "builtins" && dict.get_interned(vm, vm.intern("__module__")).is_none() {
            dict.set_str(vm, vm.intern("__module__"), vm.intern(module).into())?;
        }
        // A class that defines equality without a hash cannot be hashed.
        let (eq, hash) = (vm.special_name(Special::Eq), vm.special_name(Special::Hash));
        if dict.get_interned(vm, eq).is_some() && dict.get_interned(vm, hash).is_none() {
            dict.set_str(vm, hash, vm.none())?;
        }
        self.set_bases(vm, bases)
    }
}

impl Class {
    /// A class that has one comparison has all: the others decline, as where CPython's slot has them.
    fn complete_comparisons(&self, vm: &Vm) -> PyResult<()> {
        let dict = self.dict.get();
        let comparisons = [Special::Lt, Special::Le, Special::Eq, Special::Ne, Special::Gt, Special::Ge];
        let is_one = |special| dict.get_interned(vm, vm.special_name(special)).is_some();
        if self.this() == vm.types().object || !comparisons.into_iter().any(is_one) {
            return Ok(());
        }
        for def in crate::types::object::methods::COMPARISONS {
            if dict.get_interned(vm, vm.intern(def.name)).is_none() {
                vm.add_method(self.this(), def)?;
            }
        }
        Ok(())
    }
}

impl Vm {
    fn add_method(&self, class: Gc<Class>, def: &'static NativeDef) -> PyResult<()> {
        let name = self.intern(def.name);
        let types = self.types();
        let object = match def.binding {
            Binding::Method => {
                let of_slot = crate::types::native_class::is_slot(self, class, name);
                let kind = if of_slot { types.wrapper_descriptor } else { types.method_descriptor };
                Native::new(self, kind, def, Value::UNBOUND, class.into())?
            }
            Binding::Class => Native::new(self, types.classmethod_descriptor, def, Value::UNBOUND, class.into())?,
            Binding::Static | Binding::Function => {
                let function = Native::new(self, types.builtin_function, def, Value::UNBOUND, class.into())?;
                let value = if def.name == "__new__" {
                    function.into()
                } else {
                    crate::types::method::new_static(self, function.into())?
                };
                return class.dict.get().set_str(self, name, value);
            }
        };
        class.dict.get().set_str(self, name, object.into())
    }

    /// A native class for a module of its own; see [`ClassDef`].
    pub fn native_class(&self, def: &'static ClassDef, bases: &[Gc<Class>]) -> PyResult<Gc<Class>> {
        // Nothing of it may be collected half made.
        self.heap.without_collections(|| {
            let class = Class::allocate(self, def);
            class.set_metaclass(self, self.types().type_);
            class.fill(self, bases)?;
            Ok(class)
        })
    }
}
