//! What every node can do: be made, copied, pickled and replaced.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::show;
use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// A tuple of names that a class has under `name`; empty without it.
pub(super) fn names_of(vm: &Vm, class: Gc<Class>, name: &str) -> PyResult<Gc<Tuple>> {
    match vm.find_attr_str(class.into(), name)? {
        Some(names) => vm.tuple_from(names),
        None => Ok(vm.empty_tuple()),
    }
}

/// The name of a field; TypeError when it is none.
fn field_name(vm: &Vm, name: Value) -> PyResult<Gc<Str>> {
    name.cast::<Str>().ok_or_else(|| {
        let kind = vm.type_name(name);
        vm.type_error(format!("attribute name must be string, not '{kind}'"))
    })
}

fn holds(vm: &Vm, names: Gc<Tuple>, name: Value) -> PyResult<bool> {
    for known in names.items() {
        if *known == name || vm.equals(*known, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn deprecated(vm: &Vm, message: &str) -> PyResult<()> {
    vm.warn(vm.types().deprecation_warning, message, 1)
}

/// Gives a node the fields that are named, and defaults for those that are not.
fn initialize(vm: &Vm, node: Value, args: &[Value], named: Gc<Dict>) -> PyResult<()> {
    let class = vm.class_of(node);
    let title = class.name.get();
    let fields = names_of(vm, class, "_fields")?;
    if args.len() > fields.len() {
        let (count, plural) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
        return Err(vm.type_error(format!("{title} constructor takes at most {count} positional argument{plural}")));
    }
    for (name, value) in fields.items().iter().zip(args) {
        vm.set_attr(node, field_name(vm, *name)?, Some(*value))?;
    }
    let given = Tuple::new(vm, &fields.items()[..args.len()])?;
    let mut attributes = None;
    for (key, value) in named.entries() {
        if holds(vm, fields, key)? {
            if holds(vm, given, key)? {
                let shown = vm.repr(key)?;
                return Err(vm.type_error(format!("{title} got multiple values for argument {shown}")));
            }
        } else {
            let attributes = match attributes {
                Some(attributes) => attributes,
                None => *attributes.insert(names_of(vm, class, "_attributes")?),
            };
            if !holds(vm, attributes, key)? {
                let shown = vm.repr(key)?;
                deprecated(
                    vm,
                    &format!(
                        "{title}.__init__ got an unexpected keyword argument {shown}. Support for arbitrary keyword \
                         arguments is deprecated and will be removed in Python 3.15."
                    ),
                )?;
            }
        }
        vm.set_attr(node, field_name(vm, key)?, Some(value))?;
    }
    let types = vm.find_attr_str(class.into(), "_field_types")?.and_then(Value::cast::<Dict>);
    for name in &fields.items()[args.len()..] {
        if named.get(vm, *name)?.is_none() {
            default(vm, node, title, *name, types)?;
        }
    }
    Ok(())
}

/// Gives a field that was not named the default of its type.
fn default(vm: &Vm, node: Value, title: Gc<Str>, name: Value, types: Option<Gc<Dict>>) -> PyResult<()> {
    let kind = match types {
        Some(types) => types.get(vm, name)?,
        None => None,
    };
    let Some(kind) = kind else {
        let shown = vm.repr(name)?;
        return deprecated(
            vm,
            &format!("Field {shown} is missing from {title}._field_types. This will become an error in Python 3.15."),
        );
    };
    let types = vm.types();
    if vm.is_instance(kind, types.union_type) {
        // The class has None for it.
        return Ok(());
    }
    if vm.is_instance(kind, types.generic_alias) {
        return vm.set_attr(node, field_name(vm, name)?, Some(vm.new_list(&[])?));
    }
    let context = super::load(vm)?;
    if kind.cast::<Class>().is_some_and(|class| vm.is_instance(context, class) && class != types.object) {
        return vm.set_attr(node, field_name(vm, name)?, Some(context));
    }
    let shown = vm.repr(name)?;
    deprecated(
        vm,
        &format!(
            "{title}.__init__ missing 1 required positional argument: {shown}. This will become an error in Python 3.15."
        ),
    )
}

/// The node's own attributes.
fn own_dict(vm: &Vm, node: Value) -> PyResult<Option<Gc<Dict>>> {
    Ok(vm.find_attr_str(node, "__dict__")?.and_then(Value::cast::<Dict>))
}

/// Checks what `__replace__` is given and what it would leave out.
fn check_replacement(vm: &Vm, node: Value, named: Gc<Dict>) -> PyResult<()> {
    let class = vm.class_of(node);
    let title = class.name.get();
    let (fields, attributes) = (names_of(vm, class, "_fields")?, names_of(vm, class, "_attributes")?);
    for (key, _) in named.entries() {
        if !holds(vm, fields, key)? && !holds(vm, attributes, key)? {
            let name = vm.to_str(key)?;
            return Err(vm.type_error(format!("{title}.__replace__ got an unexpected keyword argument '{name}'.")));
        }
    }
    let own = own_dict(vm, node)?;
    let missing = List::new(vm, &[])?;
    for name in fields.items() {
        let here = match own {
            Some(own) => own.get(vm, *name)?.is_some(),
            None => false,
        };
        if !here && named.get(vm, *name)?.is_none() && !has_default(vm, class, *name)? {
            missing.push(vm, vm.repr(*name)?.into())?;
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    vm.call_method(missing.into(), "sort", &[])?;
    let shown: Vec<String> = missing.slots().iter().map(|name| vm.display(name.get())).collect();
    let plural = if shown.len() == 1 { "" } else { "s" };
    let message =
        format!("{title}.__replace__ missing {} keyword argument{plural}: {}.", shown.len(), shown.join(", "));
    Err(vm.type_error(message))
}

/// Whether a class has None for a field that is left out.
fn has_default(vm: &Vm, class: Gc<Class>, name: Value) -> PyResult<bool> {
    let Some(name) = name.cast::<Str>() else { return Ok(false) };
    Ok(vm.find_attr(class.into(), name)? == Some(vm.none()))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args[0], &args[2..], args[1].expect())?;
        Ok(vm.none())
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        let Some(dict) = own_dict(vm, args[0])? else {
            return vm.new_tuple(&[class.into(), vm.empty_tuple().into()]);
        };
        // As far as the first fields are there they get arguments: without them, `__init__` would complain. What they are is said in
        // the state only, since they may lead back to the node.
        let fields = names_of(vm, class, "_fields")?;
        let values = List::new(vm, &[])?;
        for name in fields.items() {
            if dict.get(vm, *name)?.is_none() {
                break;
            }
            values.push(vm, vm.none())?;
        }
        vm.new_tuple(&[class.into(), values.to_tuple(vm)?.into(), dict.into()])
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method("__replace__($self, /, *args, **fields)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() > 2 {
            return Err(vm.type_error("__replace__() takes no positional arguments"));
        }
        let (node, changes) = (args[0], args[1].expect::<Dict>());
        check_replacement(vm, node, changes)?;
        let class = vm.class_of(node);
        let own = own_dict(vm, node)?;
        let payload = Dict::new(vm)?;
        for kind in ["_fields", "_attributes"] {
            for name in names_of(vm, class, kind)?.items() {
                if let Some(own) = own
                    && let Some(value) = own.get(vm, *name)?
                {
                    payload.set(vm, *name, value)?;
                }
            }
        }
        payload.update(vm, changes)?;
        vm.call_with(class.into(), &[], payload)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        show::repr(vm, args[0])
    }
}
