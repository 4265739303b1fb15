//! `repr` of nodes: three levels deep, with the first and the last item of lists.

use crate::error::PyResult;
use crate::protocol::text::TextBuf;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// How many levels are shown.
const DEPTH: u32 = 3;

pub(super) fn repr(vm: &Vm, node: Value) -> PyResult {
    let mut text = TextBuf::new();
    push_node(vm, &mut text, node, DEPTH)?;
    text.finish(vm)
}

fn push_node(vm: &Vm, text: &mut TextBuf, node: Value, depth: u32) -> PyResult<()> {
    let class = vm.class_of(node);
    text.push_str(&class.name.get());
    let guard = if depth == 0 { None } else { vm.repr_guard(node) };
    if guard.is_none() {
        text.push("(...)");
        return Ok(());
    }
    let fields = super::node::names_of(vm, class, "_fields")?;
    text.push("(");
    for (at, name) in fields.items().iter().enumerate() {
        let Some(name) = name.cast::<Str>() else {
            return Err(vm.type_error("attribute name must be string"));
        };
        let value = vm.get_attr(node, name)?;
        if at > 0 {
            text.push(", ");
        }
        text.push_str(&name);
        text.push("=");
        push_value(vm, text, value, depth - 1)?;
    }
    text.push(")");
    Ok(())
}

fn push_value(vm: &Vm, text: &mut TextBuf, value: Value, depth: u32) -> PyResult<()> {
    if let Some(list) = value.cast::<List>() {
        let ends = [list.get(0), list.len().checked_sub(1).and_then(|last| list.get(last))];
        return push_items(vm, text, value, ["[", "]"], list.len(), ends, depth);
    }
    if let Some(tuple) = value.cast::<Tuple>() {
        let items = tuple.items();
        let ends = [items.first().copied(), items.last().copied()];
        return push_items(vm, text, value, ["(", ")"], items.len(), ends, depth);
    }
    push_plain(vm, text, value, depth)
}

fn push_plain(vm: &Vm, text: &mut TextBuf, value: Value, depth: u32) -> PyResult<()> {
    let base = super::base(vm)?;
    if vm.is_instance(value, base) { push_node(vm, text, value, depth) } else { text.push_repr(vm, value) }
}

/// The first item and the last one, and dots for what is between.
fn push_items(
    vm: &Vm,
    text: &mut TextBuf,
    all: Value,
    brackets: [&str; 2],
    len: usize,
    ends: [Option<Value>; 2],
    depth: u32,
) -> PyResult<()> {
    let [Some(first), Some(last)] = ends else { return text.push_repr(vm, all) };
    text.push(brackets[0]);
    push_plain(vm, text, first, depth)?;
    if len > 1 {
        text.push(if len > 2 { ", ..., " } else { ", " });
        push_plain(vm, text, last, depth)?;
    }
    text.push(brackets[1]);
    Ok(())
}
