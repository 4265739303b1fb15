//! From objects to a tree that a frontend compiles. What is checked here is that the objects make a tree at all; whether the
//! tree is a program is the frontend's matter.

use orochi_bytecode::limits::CONSTANT_NESTING;
use orochi_bytecode::tree::schema::{ClassIdx, FieldDef, GROUPS, Kind, Places, Quantity};
use orochi_bytecode::tree::{Constant, Field, Item, Node, NodeIdx, Place, Tree};
use orochi_gc::Gc;

use super::PLACE;
use crate::error::{PyResult, Raised};
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The tree of a module's objects. `root` is the class that the mode of compilation asks for.
///
/// # Errors
/// What is wrong with the objects.
pub fn tree(vm: &Vm, object: Value, root: &str) -> PyResult<Tree> {
    let wanted = ClassIdx::named(root).expect("the table has the roots of all modes");
    if !vm.is_instance(object, super::class(vm, wanted)?) {
        let found = vm.class_of(object).name.get();
        return Err(vm.type_error(format!("expected {root} node, got {found}")));
    }
    let mut reader = Reader { vm, tree: Tree::default() };
    reader.node(object, wanted.group_number())?;
    Ok(reader.tree)
}

struct Reader<'a> {
    vm: &'a Vm,
    tree: Tree,
}

impl Reader<'_> {
    /// A node of a group.
    fn node(&mut self, object: Value, group: usize) -> PyResult<NodeIdx> {
        let vm = self.vm;
        let definition = &GROUPS[group];
        if vm.check_native_recursion().is_err() {
            let name = definition.name;
            let message = format!("maximum recursion depth exceeded while traversing '{name}' node");
            return Err(vm.raise(vm.types().recursion_error, message));
        }
        let place = match definition.places {
            _ if definition.is_product() => None,
            Places::Nowhere => None,
            places => Some(self.place(object, definition.name, places)?),
        };
        let class = self.class_in(object, group)?;
        let mut fields = Vec::with_capacity(class.definition().fields.len());
        for field in class.definition().fields {
            fields.push(self.field(object, class.definition().name, field)?);
        }
        // A product's own fields come before its place.
        let place = match definition.places {
            Places::Nowhere => None,
            places if definition.is_product() => Some(self.place(object, definition.name, places)?),
            _ => place,
        };
        self.tree.add(Node { class, fields, place }).ok_or_else(|| vm.memory_error())
    }

    /// The class of the group that an object is of.
    fn class_in(&self, object: Value, group: usize) -> PyResult<ClassIdx> {
        let vm = self.vm;
        let count = GROUPS[group].classes.len();
        let found = if GROUPS[group].is_product() {
            // Anything with the right attributes will do.
            Some(0)
        } else {
            let mut found = None;
            for number in 0..count {
                if vm.is_instance(object, super::class_of_group(vm, group, Some(number))?) {
                    found = Some(number);
                    break;
                }
            }
            found
        };
        match found.and_then(|number| ClassIdx::at(group, number)) {
            Some(class) => Ok(class),
            None => {
                let shown = vm.repr(object)?;
                Err(vm.type_error(format!("expected some sort of {}, but got {shown}", GROUPS[group].name)))
            }
        }
    }

    fn place(&self, object: Value, owner: &str, places: Places) -> PyResult<Place> {
        let vm = self.vm;
        let mut numbers = [0i32; 4];
        for (at, name) in PLACE.iter().enumerate() {
            let optional = at >= 2 && places == Places::Start;
            numbers[at] = match vm.find_attr_str(object, name)? {
                // The end is where the start is, unless it is said.
                None if optional => numbers[at - 2],
                Some(value) if optional && value == vm.none() => numbers[at - 2],
                None => return Err(missing(vm, name, owner)),
                Some(value) => self.int(value)? as i32,
            };
        }
        let [line, column, end_line, end_column] = numbers;
        Ok(Place { line, column, end_line, end_column })
    }

    fn int(&self, value: Value) -> PyResult<i64> {
        let vm = self.vm;
        if !vm.is_instance(value, vm.types().int) {
            let shown = vm.repr(value)?;
            return Err(vm.value_error(format!("invalid integer value: {shown}")));
        }
        match int::to_i64(value).filter(|value| i32::try_from(*value).is_ok()) {
            Some(value) => Ok(value),
            None => Err(vm.overflow_error("Python int too large to convert to C int")),
        }
    }

    fn field(&mut self, object: Value, owner: &str, field: &FieldDef) -> PyResult<Field> {
        let vm = self.vm;
        let value = vm.find_attr_str(object, field.name)?;
        if field.quantity == Quantity::Many {
            return self.list(value, owner, field).map(Field::Many);
        }
        match value {
            _ if field.quantity == Quantity::Optional && value.is_none_or(|value| value == vm.none()) => {
                // A number that is left out is zero.
                Ok(Field::One(if field.kind == Kind::Int { Item::Int(0) } else { Item::None }))
            }
            None if field.kind == Kind::Node("expr_context") => {
                let load = super::load(vm)?;
                self.item(load, owner, field).map(Field::One)
            }
            None => Err(missing(vm, field.name, owner)),
            Some(value) => self.item(value, owner, field).map(Field::One),
        }
    }

    fn list(&mut self, value: Option<Value>, owner: &str, field: &FieldDef) -> PyResult<Vec<Item>> {
        let vm = self.vm;
        let Some(value) = value else { return Ok(Vec::new()) };
        let Some(list) = value.cast::<List>() else {
            let found = vm.type_name(value);
            return Err(vm.type_error(format!("{owner} field \"{}\" must be a list, not a {found}", field.name)));
        };
        let count = list.len();
        let mut items = Vec::with_capacity(count);
        for at in 0..count {
            let item = match list.get(at) {
                // None stands for a key or a default that is not there; elsewhere the frontend refuses it.
                Some(value) if value == vm.none() && stands_for_nothing(field.kind) => Item::None,
                Some(value) => self.item(value, owner, field)?,
                None => Item::None,
            };
            if list.len() != count {
                let name = field.name;
                return Err(vm.runtime_error(format!("{owner} field \"{name}\" changed size during iteration")));
            }
            items.push(item);
        }
        Ok(items)
    }

    fn item(&mut self, value: Value, owner: &str, field: &FieldDef) -> PyResult<Item> {
        let vm = self.vm;
        Ok(match field.kind {
            Kind::Node(name) => {
                if value == vm.none() && stands_for_nothing(field.kind) {
                    return Err(vm.value_error(format!("field '{}' is required for {owner}", field.name)));
                }
                let group = GROUPS.iter().position(|group| group.name == name);
                Item::Node(self.node(value, group.expect("every field's group is in the table"))?)
            }
            Kind::Identifier | Kind::Text => {
                let what = if field.kind == Kind::Identifier { "identifier" } else { "string" };
                if field.kind == Kind::Identifier && value == vm.none() {
                    return Err(vm.value_error(format!("field '{}' is required for {owner}", field.name)));
                }
                let bytes = value.cast::<Bytes>().filter(|_| field.kind == Kind::Text);
                match (value.cast::<Str>(), bytes) {
                    (Some(text), _) if vm.is_exact_str(value) => Item::Text(text.to_wtf8()),
                    (_, Some(text)) if core::str::from_utf8(text.as_slice()).is_ok() => {
                        Item::Text(text.as_slice().to_vec())
                    }
                    _ => return Err(vm.type_error(format!("AST {what} must be of type str"))),
                }
            }
            Kind::Int => Item::Int(self.int(value)?),
            Kind::Constant => Item::Constant(self.constant_field(value, owner)?),
        })
    }

    fn constant_field(&self, value: Value, owner: &str) -> PyResult<Constant> {
        let vm = self.vm;
        match constant(vm, value, 0)? {
            Ok(value) => Ok(value),
            Err(_) if owner == "MatchSingleton" => {
                Err(vm.value_error("MatchSingleton can only contain True, False and None"))
            }
            Err(part) => {
                let class = vm.type_name(part);
                Err(vm.type_error(format!("got an invalid type in Constant: {class}")))
            }
        }
    }
}

fn missing(vm: &Vm, field: &str, owner: &str) -> Raised {
    vm.type_error(format!("required field \"{field}\" missing from {owner}"))
}

/// Whether None in a field, or in a list, stands for no node. It is a node without attributes where a product is asked for, and a
/// wrong one where an operator is.
fn stands_for_nothing(kind: Kind) -> bool {
    let Kind::Node(name) = kind else { return false };
    GROUPS.iter().any(|group| group.name == name && !group.is_product() && !group.is_simple())
}

/// A value as a constant, or the part of it that cannot be one.
fn constant(vm: &Vm, value: Value, depth: u32) -> PyResult<Result<Constant, Value>> {
    let types = vm.types();
    if depth > CONSTANT_NESTING {
        return Err(vm.raise(types.recursion_error, "maximum recursion depth exceeded during compilation"));
    }
    let class = vm.class_of(value);
    Ok(Ok(if value == vm.none() {
        Constant::None
    } else if value == vm.true_() {
        Constant::True
    } else if value == vm.false_() {
        Constant::False
    } else if value == vm.ellipsis() {
        Constant::Ellipsis
    } else if class == types.int {
        match (int::to_i64(value), int::to_big(value)) {
            (Some(value), _) => Constant::Int(value),
            (None, Some(value)) => Constant::BigInt(signed_bytes(vm, &value)?),
            (None, None) => return Ok(Err(value)),
        }
    } else if class == types.float {
        Constant::Float(value.as_float().unwrap_or_default())
    } else if class == types.complex {
        let (real, imag) = value.expect::<Complex>().parts();
        Constant::Complex { real, imag }
    } else if class == types.str {
        Constant::Str(value.expect::<Str>().to_wtf8())
    } else if class == types.bytes {
        Constant::Bytes(value.expect::<Bytes>().as_slice().to_vec())
    } else if class == types.tuple {
        match constants(vm, value.expect::<Tuple>(), depth)? {
            Ok(items) => Constant::Tuple(items),
            Err(part) => return Ok(Err(part)),
        }
    } else if class == types.frozenset {
        let items = vm.tuple_from(value)?;
        match constants(vm, items, depth)? {
            Ok(items) => Constant::FrozenSet(items),
            Err(part) => return Ok(Err(part)),
        }
    } else {
        return Ok(Err(value));
    }))
}

fn constants(vm: &Vm, items: Gc<Tuple>, depth: u32) -> PyResult<Result<Vec<Constant>, Value>> {
    let mut constants = Vec::with_capacity(items.len());
    for item in items.items() {
        match constant(vm, *item, depth + 1)? {
            Ok(item) => constants.push(item),
            Err(part) => return Ok(Err(part)),
        }
    }
    Ok(Ok(constants))
}

/// Two's complement, little-endian.
fn signed_bytes(vm: &Vm, value: &dashu_int::IBig) -> PyResult<Vec<u8>> {
    let bits = int::arith::bit_length(value) + 1;
    int::bytes::to_bytes(vm, value, bits.div_ceil(8) as usize, true, true)
}
