//! From a tree that a frontend made to objects.

use orochi_bytecode::tree::schema::Kind;
use orochi_bytecode::tree::{Constant, Field, Item, Node, Tree};
use orochi_gc::Gc;

use super::PLACE;
use crate::error::PyResult;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The objects of a tree: its root.
///
/// # Errors
/// MemoryError; SystemError when the tree is empty.
pub fn objects(vm: &Vm, tree: &Tree) -> PyResult {
    super::prepare(vm)?;
    let made = List::with_capacity(vm, tree.nodes().len())?;
    for node in tree.nodes() {
        let object = object(vm, node, made)?;
        made.push(vm, object)?;
    }
    made.pop().ok_or_else(|| vm.raise(vm.types().system_error, "the frontend made an empty syntax tree"))
}

fn object(vm: &Vm, node: &Node, made: Gc<List>) -> PyResult {
    if node.class.group().is_simple() {
        return super::singleton(vm, node.class);
    }
    let object = vm.new_object(super::class(vm, node.class)?)?;
    let header = object.as_header().expect("a node is on the heap");
    for (definition, field) in node.class.definition().fields.iter().zip(&node.fields) {
        let identifier = definition.kind == Kind::Identifier;
        let value = match field {
            Field::One(value) => item(vm, value, identifier, made)?,
            Field::Many(items) => {
                let list = List::with_capacity(vm, items.len())?;
                for value in items {
                    list.push(vm, item(vm, value, identifier, made)?)?;
                }
                list.into()
            }
        };
        vm.instance_set(header, vm.intern(definition.name), value)?;
    }
    if let Some(place) = node.place {
        let numbers = [place.line, place.column, place.end_line, place.end_column];
        for (name, number) in PLACE.iter().zip(numbers) {
            vm.instance_set(header, vm.intern(name), vm.new_int(i64::from(number))?)?;
        }
    }
    Ok(object)
}

fn item(vm: &Vm, item: &Item, identifier: bool, made: Gc<List>) -> PyResult {
    match item {
        Item::None => Ok(vm.none()),
        Item::Node(node) => Ok(made.get(node.index()).unwrap_or(vm.none())),
        Item::Text(text) => {
            let text = Str::from_wtf8(vm, text)?;
            Ok(if identifier { vm.intern_str(text) } else { text }.into())
        }
        Item::Int(value) => vm.new_int(*value),
        Item::Constant(value) => constant(vm, value),
    }
}

fn constant(vm: &Vm, value: &Constant) -> PyResult {
    match value {
        Constant::None => Ok(vm.none()),
        Constant::True => Ok(vm.true_()),
        Constant::False => Ok(vm.false_()),
        Constant::Ellipsis => Ok(vm.ellipsis()),
        Constant::Int(value) => vm.new_int(*value),
        Constant::BigInt(bytes) => vm.new_big_int(crate::types::int::bytes::from_bytes(bytes, true, true)),
        Constant::Float(value) => vm.new_float(*value),
        Constant::Complex { real, imag } => vm.new_complex(*real, *imag),
        Constant::Str(text) => Str::from_wtf8(vm, text).map(Value::from),
        Constant::Bytes(bytes) => vm.new_bytes(bytes),
        Constant::Tuple(items) => constants(vm, items).map(Value::from),
        Constant::FrozenSet(items) => {
            let items = constants(vm, items)?;
            Set::new(vm, vm.types().frozenset, items.items()).map(Value::from)
        }
    }
}

fn constants(vm: &Vm, items: &[Constant]) -> PyResult<Gc<Tuple>> {
    let mut values = vm.scratch(items.len())?;
    for item in items {
        values.push(constant(vm, item)?);
    }
    Tuple::new(vm, &values)
}
