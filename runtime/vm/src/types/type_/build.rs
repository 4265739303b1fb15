//! `__build_class__`: what a `class` statement does.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::cell::PyCell;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::native::Args;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::new::calculate_metaclass;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `__build_class__(func, name, /, *bases, [metaclass], **kwds)`.
    pub fn build_class(&self, args: Args<'_>) -> PyResult {
        let [function, name, given_bases @ ..] = args.unnamed() else {
            return Err(self.type_error("__build_class__: not enough arguments"));
        };
        let Some(function) = function.cast::<Function>() else {
            return Err(self.type_error("__build_class__: func must be a function"));
        };
        if name.cast::<Str>().is_none() {
            return Err(self.type_error("__build_class__: name is not a string"));
        }
        let given_bases = Tuple::new(self, given_bases)?;
        let bases = resolve_bases(self, given_bases)?;
        let named = Dict::new(self)?;
        let mut metaclass = None;
        for (key, value) in args.named() {
            if key.equals_str("metaclass") {
                metaclass = Some(value);
            } else {
                named.set_str(self, key, value)?;
            }
        }
        let metaclass = match (metaclass, bases.get(0)) {
            (Some(metaclass), _) => metaclass,
            (None, Some(base)) => self.class_of(base).into(),
            (None, None) => self.types().type_.into(),
        };
        let metaclass = match metaclass.cast::<Class>() {
            Some(class) => calculate_metaclass(self, class, bases.items())?.into(),
            None => metaclass,
        };
        let namespace = prepare(self, metaclass, *name, bases, named)?;
        let cell = self.run_body(function, namespace)?;
        if bases != given_bases {
            self.set_item(namespace, self.intern("__orig_bases__").into(), given_bases.into())?;
        }
        let class = self.call_with(metaclass, &[*name, bases.into(), namespace], named)?;
        check_cell(self, *name, class, cell)?;
        Ok(class)
    }
}

/// Replaces bases that are no classes by what their `__mro_entries__` gives (PEP 560).
pub fn resolve_bases(vm: &Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if bases.items().iter().all(|base| base.cast::<Class>().is_some()) {
        return Ok(bases);
    }
    let resolved = List::new(vm, &[])?;
    let mut changed = false;
    for base in bases.items() {
        let entries = match base.cast::<Class>() {
            Some(_) => None,
            None => vm.find_attr_str(*base, "__mro_entries__")?,
        };
        let Some(entries) = entries else {
            resolved.push(vm, *base)?;
            continue;
        };
        let result = vm.call(entries, &[bases.into()])?;
        let Some(tuple) = result.cast::<Tuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        resolved.extend(vm, tuple.items())?;
        changed = true;
    }
    if changed { resolved.to_tuple(vm) } else { Ok(bases) }
}

/// The namespace that the body runs in.
fn prepare(vm: &Vm, metaclass: Value, name: Value, bases: Gc<Tuple>, named: Gc<Dict>) -> PyResult {
    if metaclass == Value::from(vm.types().type_) {
        return Dict::new(vm).map(Value::from);
    }
    let Some(method) = vm.find_attr_str(metaclass, "__prepare__")? else {
        return Dict::new(vm).map(Value::from);
    };
    let namespace = vm.call_with(method, &[name, bases.into()], named)?;
    if vm.class_of(namespace).special(crate::object::Special::GetItem).is_unbound() {
        let owner = match metaclass.cast::<Class>() {
            Some(class) => class.name.get().to_string(),
            None => "<metaclass>".to_owned(),
        };
        return Err(
            vm.type_error(format!("{owner}.__prepare__() must return a mapping, not {}", vm.type_name(namespace)))
        );
    }
    Ok(namespace)
}

/// Sees to it that `__class__` in the methods is the class that was made.
fn check_cell(vm: &Vm, name: Value, class: Value, cell: Value) -> PyResult<()> {
    let (Some(_), Some(cell)) = (class.cast::<Class>(), cell.cast::<PyCell>()) else { return Ok(()) };
    let content = cell.content.get();
    if content.is_unbound() {
        let (name, class) = (vm.display_repr(name), vm.display_repr(class));
        return Err(vm.runtime_error(format!(
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        )));
    }
    if content != class {
        let (name, class, content) = (vm.display_repr(name), vm.display_repr(class), vm.display_repr(content));
        return Err(vm.type_error(format!("__class__ set to {content} defining {name} as {class}")));
    }
    Ok(())
}

impl Vm {
    /// The globals of the running function.
    #[must_use]
    pub fn running_globals(&self) -> Option<Gc<Dict>> {
        let frame = self.stack.frames().next()?;
        // SAFETY: an active frame.
        let function = unsafe { (*frame).function };
        function.globals.get().cast::<Dict>()
    }
}
