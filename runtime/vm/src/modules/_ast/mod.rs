//! The module `_ast`: the classes of syntax trees, all made from the one table of [`orochi_bytecode::tree::schema`].
//!
//! - [`node`]: what every node can do
//! - [`show`] has the `repr`
//! - [`build`]: from a tree that a frontend made to objects
//! - [`read`]: from objects to a tree that a frontend compiles

mod build;
mod node;
mod read;
mod show;

use core::cell::Cell;

use orochi_bytecode::tree::schema::{ClassIdx, FieldDef, GROUPS, Group, Kind, Places, Quantity};
use orochi_gc::{Gc, Tracer};

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::generic_alias::union;
use crate::types::module::Module;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Bits of the `flags` argument of `compile`, under their names in this module.
pub mod flag {
    pub const ONLY_AST: i64 = 0x400;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    // These have no names there; `codeop` knows them.
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
}

/// The module.
pub const MODULE: NativeModule =
    NativeModule { name: "_ast", doc: "Support for ast.", functions: &[], init: |vm, module| fill(vm, module) };

static AST: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[node::METHODS],
    ..ClassDef::new("ast.AST", "", Layout::Object)
};

/// The classes of a VM, made when they are first needed.
#[derive(Default)]
pub struct Classes {
    /// For each group a tuple: the group's own class, then the classes in it.
    groups: Cell<Value>,
    /// For each group a tuple: the only nodes of the operators' classes; empty for other groups.
    singletons: Cell<Value>,
}

impl Classes {
    /// Reports the classes.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.groups.get().trace(tracer);
        self.singletons.get().trace(tracer);
    }
}

/// The base of all classes, once there is one: before, nothing is a node.
fn base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&AST)
}

/// Whether a value is a node.
pub fn is_node(vm: &Vm, value: Value) -> PyResult<bool> {
    Ok(vm.state.ast.groups.get().is_bound() && vm.is_instance(value, base(vm)?))
}

/// The class of a group, or one of its classes.
fn class_of_group(vm: &Vm, group: usize, class: Option<usize>) -> PyResult<Gc<Class>> {
    prepare(vm)?;
    let groups: Gc<Tuple> = vm.state.ast.groups.get().expect();
    let classes: Gc<Tuple> = groups.items()[group].expect();
    Ok(classes.items()[class.map_or(0, |class| class + 1)].expect())
}

/// The class of a number.
fn class(vm: &Vm, index: ClassIdx) -> PyResult<Gc<Class>> {
    class_of_group(vm, index.group_number(), Some(index.number()))
}

/// The only node of an operator's class.
fn singleton(vm: &Vm, index: ClassIdx) -> PyResult {
    prepare(vm)?;
    let groups: Gc<Tuple> = vm.state.ast.singletons.get().expect();
    Ok(groups.items()[index.group_number()].expect::<Tuple>().items()[index.number()])
}

/// `Load()`.
fn load(vm: &Vm) -> PyResult {
    let index = ClassIdx::named("Load").expect("the table has `Load`");
    singleton(vm, index)
}

/// The names of the attributes that say where a node stands.
const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

fn names(vm: &Vm, names: &[&str]) -> PyResult {
    Tuple::from_iter(vm, names.len(), names.iter().map(|name| Value::from(vm.intern(name)))).map(Value::from)
}

/// Makes the classes if they are not there yet.
fn prepare(vm: &Vm) -> PyResult<()> {
    if vm.state.ast.groups.get().is_bound() {
        return Ok(());
    }
    let base = base(vm)?;
    for name in ["_fields", "__match_args__", "_attributes"] {
        base.set_attr(vm, vm.intern(name), vm.empty_tuple().into())?;
    }
    let groups = crate::types::list::List::with_capacity(vm, GROUPS.len())?;
    let singletons = crate::types::list::List::with_capacity(vm, GROUPS.len())?;
    for group in GROUPS {
        let (classes, nodes) = make_group(vm, base, group)?;
        groups.push(vm, classes)?;
        singletons.push(vm, nodes)?;
    }
    let groups = groups.to_tuple(vm)?;
    vm.state.ast.singletons.set(singletons.to_tuple(vm)?.into());
    vm.state.ast.groups.set(groups.into());
    // What a field may hold is said with the classes, and so when all are there.
    for (group, classes) in GROUPS.iter().zip(groups.items()) {
        for (definition, class) in group.classes.iter().zip(&classes.expect::<Tuple>().items()[1..]) {
            let types = Dict::new(vm)?;
            for field in definition.fields {
                types.set_str(vm, vm.intern(field.name), field_type(vm, groups, field)?)?;
            }
            for name in ["_field_types", "__annotations__"] {
                class.expect::<Class>().set_attr(vm, vm.intern(name), types.into())?;
            }
        }
    }
    Ok(())
}

fn make_class(vm: &Vm, base: Gc<Class>, name: &str, doc: &str, fields: &[FieldDef]) -> PyResult<Gc<Class>> {
    let names = names(vm, &fields.iter().map(|field| field.name).collect::<Vec<_>>())?;
    let namespace = Dict::new(vm)?;
    for (key, value) in [
        ("_fields", names),
        ("__match_args__", names),
        ("__module__", vm.intern("ast").into()),
        ("__doc__", vm.new_str(doc)?),
    ] {
        namespace.set_str(vm, vm.intern(key), value)?;
    }
    for field in fields.iter().filter(|field| field.quantity == Quantity::Optional) {
        namespace.set_str(vm, vm.intern(field.name), vm.none())?;
    }
    let bases = vm.new_tuple(&[base.into()])?;
    let class = vm.call(vm.types().type_.into(), &[vm.intern(name).into(), bases, namespace.into()])?;
    Ok(class.expect())
}

/// The classes of a group, and the only nodes of each if they are operators.
fn make_group(vm: &Vm, base: Gc<Class>, group: &Group) -> PyResult<(Value, Value)> {
    let product = group.is_product();
    let fields = if product { group.classes[0].fields } else { &[] };
    let own = make_class(vm, base, group.name, &group.rule(), fields)?;
    let attributes = if group.places == Places::Nowhere { &[][..] } else { &PLACE[..] };
    own.set_attr(vm, vm.intern("_attributes"), names(vm, attributes)?)?;
    if group.places == Places::Start {
        for name in &PLACE[2..] {
            own.set_attr(vm, vm.intern(name), vm.none())?;
        }
    }
    if product {
        return Ok((vm.new_tuple(&[own.into(), own.into()])?, vm.empty_tuple().into()));
    }
    let mut classes = vm.scratch(group.classes.len() + 1)?;
    let mut nodes = vm.scratch(group.classes.len())?;
    classes.push(own.into());
    for definition in group.classes {
        let class = make_class(vm, own, definition.name, &definition.rule(), definition.fields)?;
        classes.push(class.into());
        if group.is_simple() {
            nodes.push(vm.new_object(class)?);
        }
    }
    Ok((vm.new_tuple(&classes)?, vm.new_tuple(&nodes)?))
}

/// `list[ast.expr]`, `ast.expr | None`, ...
fn field_type(vm: &Vm, groups: Gc<Tuple>, field: &FieldDef) -> PyResult {
    let types = vm.types();
    let one: Value = match field.kind {
        Kind::Identifier | Kind::Text => types.str.into(),
        Kind::Int => types.int.into(),
        Kind::Constant => types.object.into(),
        Kind::Node(name) => {
            let group = GROUPS.iter().position(|group| group.name == name);
            let group = group.expect("every field's group is in the table");
            groups.items()[group].expect::<Tuple>().items()[0]
        }
    };
    match field.quantity {
        Quantity::One => Ok(one),
        Quantity::Optional => union::or(vm, one, vm.none()),
        Quantity::Many => crate::types::generic_alias::new(vm, types.list.into(), one),
    }
}

fn fill(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    prepare(vm)?;
    let dict = module.dict();
    dict.set_str(vm, vm.intern("AST"), base(vm)?.into())?;
    let groups: Gc<Tuple> = vm.state.ast.groups.get().expect();
    for classes in groups.items() {
        for class in classes.expect::<Tuple>().items() {
            dict.set_str(vm, vm.intern_str(class.expect::<Class>().name.get()), *class)?;
        }
    }
    for (name, value) in [
        ("PyCF_ONLY_AST", flag::ONLY_AST),
        ("PyCF_TYPE_COMMENTS", flag::TYPE_COMMENTS),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", flag::ALLOW_TOP_LEVEL_AWAIT),
        ("PyCF_OPTIMIZED_AST", flag::OPTIMIZED_AST),
    ] {
        dict.set_str(vm, vm.intern(name), vm.new_int(value)?)?;
    }
    Ok(())
}

pub use build::objects;
pub use read::tree;
