//! Attributes: `obj.name`, `obj.name = value`, `del obj.name`, descriptors, and look-up for calls.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::Record;
use crate::object::class::Class;
use crate::object::instance::value_at;
use crate::object::layout::shape_of_header;
use crate::object::special::Special;
use crate::types::exception::Exception;
use crate::types::function::Function;
use crate::types::method::{BoundMethod, CALLABLE};
use crate::types::module::Module;
use crate::types::native::{Binding, Native};
use crate::types::property::{GetSet, Member, Property};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `obj.name`.
    pub fn get_attr(&self, obj: Value, name: Gc<Str>) -> PyResult {
        self.check_native_recursion()?;
        let name = self.intern_str(name);
        let class = self.class_of(obj);
        let getattribute = class.special(Special::GetAttribute);
        let types = self.types();
        let result = if getattribute == types.object.special(Special::GetAttribute) {
            self.generic_get_attr(obj, name)
        } else if getattribute == types.type_.special(Special::GetAttribute) {
            crate::types::type_::get_attr(self, obj.expect::<Class>(), name)
        } else if getattribute == types.module.special(Special::GetAttribute) {
            crate::types::module::get_attr(self, obj.expect::<Module>(), name)
        } else {
            self.call_special(obj, getattribute, &[name.into()])
        };
        match result {
            Err(raised) => self.attr_fallback(obj, class, name, raised),
            found => found,
        }
    }

    /// Calls `__getattr__` when a look-up raised AttributeError.
    #[cold]
    fn attr_fallback(&self, obj: Value, class: Gc<Class>, name: Gc<Str>, raised: Raised) -> PyResult {
        let getattr = class.special(Special::GetAttr);
        if !self.pending_is(self.types().attribute_error) {
            return Err(raised);
        }
        let result = if getattr.is_unbound() {
            Err(raised)
        } else {
            self.pending.set(Value::UNBOUND);
            self.call_special(obj, getattr, &[name.into()])
        };
        if result.is_err() {
            self.tell_attribute(obj, name);
        }
        result
    }

    /// An AttributeError that does not know its object and name, since a program raised it, is told.
    fn tell_attribute(&self, obj: Value, name: Gc<Str>) {
        if self.pending_is(self.types().attribute_error)
            && let Some(exception) = self.pending.get().cast::<Exception>()
            && exception.fields[..2].iter().all(|field| field.get().is_unbound() || field.get() == self.none())
        {
            exception.fields[0].set(name.into());
            exception.fields[1].set(obj);
            self.heap.barrier(exception.header());
        }
    }

    /// `obj.name` by a Rust string.
    pub fn get_attr_str(&self, obj: Value, name: &str) -> PyResult {
        self.get_attr(obj, self.intern(name))
    }

    /// `obj.name`, or `None` when that raises AttributeError.
    pub fn find_attr(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        self.check_native_recursion()?;
        let class = self.class_of(obj);
        // No exception is made where none would be seen.
        if class.special(Special::GetAttribute) == self.types().object.special(Special::GetAttribute)
            && class.special(Special::GetAttr).is_unbound()
        {
            let name = self.intern_str(name);
            let result = self.generic_find_attr(obj, name);
            return Ok(self.absorb(result, self.types().attribute_error)?.flatten());
        }
        let result = self.get_attr(obj, name);
        self.absorb(result, self.types().attribute_error)
    }

    /// `obj.name` by a Rust string, or `None` when that raises AttributeError.
    pub fn find_attr_str(&self, obj: Value, name: &str) -> PyResult<Option<Value>> {
        self.find_attr(obj, self.intern(name))
    }

    /// `object.__getattribute__`: data descriptors of the class, then the object's own attributes, then the rest of the
    /// class. `name` is interned.
    pub fn generic_get_attr(&self, obj: Value, name: Gc<Str>) -> PyResult {
        match self.generic_find_attr(obj, name)? {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(obj, name)),
        }
    }

    /// The same; `None` when there is no such attribute.
    pub fn generic_find_attr(&self, obj: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let class = self.class_of(obj);
        let found = class.lookup(self, name);
        // A descriptor that can only be set does not hide the object's own attribute.
        if let Some(value) = found
            && self.overrides_instance(value)
        {
            return self.bind(value, obj, class).map(Some);
        }
        if let Some(header) = obj.as_header()
            && let Some(value) = self.instance_get(header, name)?
        {
            return Ok(Some(value));
        }
        match found {
            Some(value) => self.bind(value, obj, class).map(Some),
            None => Ok(None),
        }
    }

    /// The AttributeError for an attribute that is not there.
    #[cold]
    pub fn no_attribute(&self, obj: Value, name: Gc<Str>) -> Raised {
        let message = format!("'{}' object has no attribute '{name}'", self.type_name(obj));
        self.attribute_error(message, obj, name)
    }

    /// An AttributeError that knows its object and name.
    #[cold]
    pub fn attribute_error(&self, message: String, obj: Value, name: Gc<Str>) -> Raised {
        let raised = self.raise(self.types().attribute_error, message);
        if let Some(exception) = self.pending.get().cast::<Exception>() {
            exception.fields[0].set(name.into());
            exception.fields[1].set(obj);
            self.heap.barrier(exception.header());
        }
        raised
    }

    /// Whether reading finds a class attribute before the object's own: a data descriptor that has `__get__`.
    #[must_use]
    pub fn overrides_instance(&self, value: Value) -> bool {
        self.class_of(value).special(Special::Get).is_bound() && self.is_data_descriptor(value)
    }

    /// Whether a class attribute takes precedence over the object's own: it has `__set__` or `__delete__`.
    #[must_use]
    pub fn is_data_descriptor(&self, value: Value) -> bool {
        let class = self.class_of(value);
        class.special(Special::Set).is_bound() || class.special(Special::Delete).is_bound()
    }

    /// What a class attribute gives when it is looked up on an instance: `type(value).__get__(value, obj, class)`.
    #[inline]
    pub fn bind(&self, value: Value, obj: Value, class: Gc<Class>) -> PyResult {
        if value.cast::<Function>().is_some() {
            return BoundMethod::new(self, value, obj);
        }
        self.bind_slow(value, obj, class)
    }

    fn bind_slow(&self, value: Value, obj: Value, class: Gc<Class>) -> PyResult {
        let types = self.types();
        if let Some(native) = value.cast::<Native>() {
            return match native.def.binding {
                Binding::Method if native.receiver.get().is_unbound() => {
                    let of_slot = self.is_exact(value, types.wrapper_descriptor);
                    let class = if of_slot { types.method_wrapper } else { types.builtin_function };
                    Native::new(self, class, native.def, obj, native.owner.get()).map(Value::from)
                }
                Binding::Class if native.receiver.get().is_unbound() => {
                    Native::new(self, types.builtin_function, native.def, class.into(), native.owner.get())
                        .map(Value::from)
                }
                _ => Ok(value),
            };
        }
        let descriptor = self.class_of(value);
        if let Some(record) = value.cast::<Record>() {
            if descriptor == types.staticmethod {
                return Ok(record.get(CALLABLE));
            }
            if descriptor == types.classmethod {
                return self.bind_to_class(record.get(CALLABLE), class);
            }
            if descriptor == types.property {
                return self.property_get(record, obj);
            }
            if descriptor == types.getset_descriptor || descriptor == types.member_descriptor {
                return if Member::is(&record) { self.member_get(record, obj) } else { self.getset_get(record, obj) };
            }
        }
        if let Some(get) = descriptor.native(Special::Get) {
            return get(self, &[value, obj, class.into()]);
        }
        let get = descriptor.special(Special::Get);
        if get.is_unbound() { Ok(value) } else { self.call_special(value, get, &[obj, class.into()]) }
    }

    /// What a `classmethod` gives: its callable bound to the class.
    pub fn bind_to_class(&self, callable: Value, class: Gc<Class>) -> PyResult {
        BoundMethod::new(self, callable, class.into())
    }

    pub(crate) fn property_get(&self, property: Gc<Record>, obj: Value) -> PyResult {
        let getter = property.get(Property::GET);
        if getter.is_unbound() || getter == self.none() {
            let what = self.property_name(property);
            let class = self.class_of(obj).qualname.get();
            return Err(
                self.raise(self.types().attribute_error, format!("property{what} of '{class}' object has no getter"))
            );
        }
        self.call(getter, &[obj])
    }

    /// ` 'name'`, or nothing when the property has none.
    fn property_name(&self, property: Gc<Record>) -> String {
        match property.get(Property::NAME).cast::<Str>() {
            Some(name) => format!(" '{name}'"),
            None => String::new(),
        }
    }

    /// Reads a native attribute; TypeError when the object is of another class.
    pub fn getset_get(&self, descriptor: Gc<Record>, obj: Value) -> PyResult {
        self.check_descriptor(descriptor.get(GetSet::OWNER), obj, || {
            GetSet::def(&descriptor).map_or("?", |d| d.name).to_owned()
        })?;
        match GetSet::def(&descriptor) {
            Some(def) => (def.get)(self, obj),
            None => Err(self.type_error("getset descriptor without definition")),
        }
    }

    fn check_descriptor(&self, owner: Value, obj: Value, name: impl FnOnce() -> String) -> PyResult<()> {
        let Some(owner) = owner.cast::<Class>() else { return Ok(()) };
        if self.is_instance(obj, owner) {
            return Ok(());
        }
        let (owner, class) = (owner.name.get(), self.type_name(obj));
        Err(self
            .type_error(format!("descriptor '{}' for '{owner}' objects doesn't apply to a '{class}' object", name())))
    }

    /// Reads a `__slots__` attribute.
    pub fn member_get(&self, member: Gc<Record>, obj: Value) -> PyResult {
        let name = member.get(Member::NAME);
        self.check_descriptor(member.get(Member::OWNER), obj, || self.display(name))?;
        let value = self.member_slot(member, obj).map_or(Value::UNBOUND, |slot| slot.get());
        match value.bound() {
            Some(value) => Ok(value),
            None => {
                let name = name.expect::<Str>();
                let message = format!("'{}' object has no attribute '{name}'", self.qualified_type_name(obj));
                Err(self.attribute_error(message, obj, name))
            }
        }
    }

    fn member_slot<'a>(&self, member: Gc<Record>, obj: Value) -> Option<&'a core::cell::Cell<Value>> {
        let (offset, header) = (member.get(Member::OFFSET).as_int()?, obj.as_header()?);
        let offset = match usize::try_from(offset) {
            Ok(offset) => offset,
            // Behind a trailing array: by its number.
            Err(_) => shape_of_header(header).members_offset(header) + 8 * (-1 - offset) as usize,
        };
        Some(value_at(header, offset))
    }

    // ---- setting -------------------------------------------------------------------------------------------------------

    /// `obj.name = value`, or `del obj.name` without a value.
    pub fn set_attr(&self, obj: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        let name = self.intern_str(name);
        let class = self.class_of(obj);
        let types = self.types();
        let special = if value.is_some() { Special::SetAttr } else { Special::DelAttr };
        let method = class.special(special);
        if method == types.object.special(special) {
            self.generic_set_attr(obj, name, value)
        } else if method == types.type_.special(special) {
            crate::types::type_::set_attr(self, obj.expect::<Class>(), name, value)
        } else {
            match value {
                Some(value) => self.call_special(obj, method, &[name.into(), value])?,
                None => self.call_special(obj, method, &[name.into()])?,
            };
            Ok(())
        }
    }

    /// `object.__setattr__` and `object.__delattr__`. `name` is interned.
    pub fn generic_set_attr(&self, obj: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        let class = self.class_of(obj);
        let found = class.lookup(self, name);
        if let Some(descriptor) = found
            && self.set_by_descriptor(descriptor, obj, value)?
        {
            return Ok(());
        }
        if let Some(module) = obj.cast::<Module>() {
            let dict = module.dict();
            return match value {
                Some(value) => dict.set_str(self, name, value),
                None if dict.remove_str(self, name)?.is_some() => Ok(()),
                None => Err(self.no_attribute(obj, name)),
            };
        }
        let done = match (obj.as_header(), value) {
            (Some(header), Some(value)) => self.instance_set(header, name, value)?,
            (Some(header), None) => self.instance_delete(header, name)?,
            (None, _) => false,
        };
        if done {
            return Ok(());
        }
        if class.has_dict() {
            return Err(self.no_attribute(obj, name));
        }
        let message = if found.is_some() {
            format!("'{}' object attribute '{name}' is read-only", class.title())
        } else {
            let plain = class.special(Special::SetAttr) == self.types().object.special(Special::SetAttr);
            let more = if plain { " and no __dict__ for setting new attributes" } else { "" };
            format!("'{}' object has no attribute '{name}'{more}", class.title())
        };
        Err(self.attribute_error(message, obj, name))
    }

    /// Sets or deletes through a descriptor. False when it is none that can be set.
    pub fn set_by_descriptor(&self, descriptor: Value, obj: Value, value: Option<Value>) -> PyResult<bool> {
        let types = self.types();
        let class = self.class_of(descriptor);
        if let Some(record) = descriptor.cast::<Record>() {
            if class == types.member_descriptor || class == types.getset_descriptor {
                if Member::is(&record) {
                    self.member_set(record, obj, value)?;
                } else {
                    self.getset_set(record, obj, value)?;
                }
                return Ok(true);
            }
            if class == types.property {
                self.property_set(record, obj, value)?;
                return Ok(true);
            }
        }
        let special = if value.is_some() { Special::Set } else { Special::Delete };
        let method = class.special(special);
        if method.is_unbound() {
            if !self.is_data_descriptor(descriptor) {
                return Ok(false);
            }
            return Err(self.raise(types.attribute_error, special.name()));
        }
        match value {
            Some(value) => self.call_special(descriptor, method, &[obj, value])?,
            None => self.call_special(descriptor, method, &[obj])?,
        };
        Ok(true)
    }

    fn member_set(&self, member: Gc<Record>, obj: Value, value: Option<Value>) -> PyResult<()> {
        let name = member.get(Member::NAME);
        self.check_descriptor(member.get(Member::OWNER), obj, || self.display(name))?;
        if let Some(slot) = self.member_slot(member, obj) {
            if value.is_none() && slot.get().is_unbound() {
                return Err(self.attribute_error(self.display(name), obj, name.expect::<Str>()));
            }
            slot.set(value.unwrap_or_default());
            if let Some(header) = obj.as_header() {
                self.heap.barrier(header.as_ptr());
            }
        }
        Ok(())
    }

    fn getset_set(&self, descriptor: Gc<Record>, obj: Value, value: Option<Value>) -> PyResult<()> {
        let def = GetSet::def(&descriptor);
        let name = def.map_or("?", |def| def.name);
        self.check_descriptor(descriptor.get(GetSet::OWNER), obj, || name.to_owned())?;
        match def.and_then(|def| def.set) {
            Some(set) => set(self, obj, value),
            None if def.is_some_and(|def| def.member) => {
                Err(self.raise(self.types().attribute_error, "readonly attribute"))
            }
            None => {
                let owner = descriptor.get(GetSet::OWNER).cast::<Class>().map_or_else(String::new, |c| c.title());
                Err(self.raise(
                    self.types().attribute_error,
                    format!("attribute '{name}' of '{owner}' objects is not writable"),
                ))
            }
        }
    }

    pub(crate) fn property_set(&self, property: Gc<Record>, obj: Value, value: Option<Value>) -> PyResult<()> {
        let (field, what) = if value.is_some() { (Property::SET, "setter") } else { (Property::DELETE, "deleter") };
        let function = property.get(field);
        if function.is_unbound() || function == self.none() {
            let name = self.property_name(property);
            let class = self.class_of(obj).qualname.get();
            return Err(
                self.raise(self.types().attribute_error, format!("property{name} of '{class}' object has no {what}"))
            );
        }
        match value {
            Some(value) => self.call(function, &[obj, value])?,
            None => self.call(function, &[obj])?,
        };
        Ok(())
    }

    // ---- for calls -----------------------------------------------------------------------------------------------------------

    /// `obj.name` that is about to be called: the callable, and the receiver to put before the arguments if it is a method of the
    /// class.
    pub fn get_method(&self, obj: Value, name: Gc<Str>) -> PyResult<(Value, Option<Value>)> {
        let name = self.intern_str(name);
        let class = self.class_of(obj);
        if class.special(Special::GetAttribute) == self.types().object.special(Special::GetAttribute)
            && let Some(found) = class.lookup(self, name)
            && self.is_method(found)
        {
            let own = match obj.as_header() {
                Some(header) => self.instance_get(header, name)?,
                None => None,
            };
            return Ok(match own {
                Some(value) => (value, None),
                None => (found, Some(obj)),
            });
        }
        self.get_attr(obj, name).map(|callable| (callable, None))
    }

    /// Whether a class attribute becomes a method by putting the receiver before the arguments.
    #[inline]
    #[must_use]
    pub fn is_method(&self, value: Value) -> bool {
        value.cast::<Function>().is_some() || value.cast::<Native>().is_some_and(|native| native.is_descriptor())
    }

    /// Looks up a special method on the class and binds it. `None` when the class has none.
    pub fn special_method(&self, obj: Value, special: Special) -> PyResult<Option<Value>> {
        let class = self.class_of(obj);
        match class.special(special).bound() {
            Some(method) => self.bind(method, obj, class).map(Some),
            None => Ok(None),
        }
    }
}
