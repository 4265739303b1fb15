//! The map behind a context, from variables to values: a tree that is never changed, so that a copy of a context costs nothing and
//! a new value shares all but a path of it.
//!
//! The tree is a treap: sorted by the variables' numbers, and a heap by a mix of these numbers, which makes its shape depend on
//! what is in it only, and its depth logarithmic. Nodes are records that programs do not see.

use core::cmp::Ordering;

use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::variable;

static NODE: ClassDef = ClassDef::new("_contextvars.node", "", Layout::Record);

/// Fields of a node; subtrees are unbound when empty.
const KEY: usize = 0;
const VALUE: usize = 1;
const LEFT: usize = 2;
const RIGHT: usize = 3;

fn node(vm: &Vm, key: Value, value: Value, left: Value, right: Value) -> PyResult {
    Record::new(vm, vm.module_class(&NODE)?, &[key, value, left, right]).map(Value::from)
}

/// The node at the top of a tree.
fn top(tree: Value) -> Option<Gc<Record>> {
    tree.cast()
}

fn number(key: Value) -> u64 {
    variable::number(key)
}

/// What nodes are a heap by. A bijection: no two variables have the same.
fn priority(key: Value) -> u64 {
    let mut mixed = number(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^= mixed >> 32;
    mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// The value of a variable.
pub(super) fn get(tree: Value, key: Value) -> Option<Value> {
    let mut next = top(tree);
    while let Some(node) = next {
        next = match number(key).cmp(&number(node.get(KEY))) {
            Ordering::Less => top(node.get(LEFT)),
            Ordering::Greater => top(node.get(RIGHT)),
            Ordering::Equal => return Some(node.get(VALUE)),
        };
    }
    None
}

/// The tree with a variable set.
pub(super) fn insert(vm: &Vm, tree: Value, key: Value, value: Value) -> PyResult {
    let Some(at) = top(tree) else { return node(vm, key, value, Value::UNBOUND, Value::UNBOUND) };
    let own = at.get(KEY);
    if own == key {
        return node(vm, key, value, at.get(LEFT), at.get(RIGHT));
    }
    if priority(key) > priority(own) {
        let (left, right) = split(vm, tree, key)?;
        return node(vm, key, value, left, right);
    }
    if number(key) < number(own) {
        let left = insert(vm, at.get(LEFT), key, value)?;
        node(vm, own, at.get(VALUE), left, at.get(RIGHT))
    } else {
        let right = insert(vm, at.get(RIGHT), key, value)?;
        node(vm, own, at.get(VALUE), at.get(LEFT), right)
    }
}

/// What is less and what is greater than a variable that is not in the tree.
fn split(vm: &Vm, tree: Value, key: Value) -> PyResult<(Value, Value)> {
    let Some(at) = top(tree) else { return Ok((Value::UNBOUND, Value::UNBOUND)) };
    if number(at.get(KEY)) < number(key) {
        let (less, greater) = split(vm, at.get(RIGHT), key)?;
        Ok((node(vm, at.get(KEY), at.get(VALUE), at.get(LEFT), less)?, greater))
    } else {
        let (less, greater) = split(vm, at.get(LEFT), key)?;
        Ok((less, node(vm, at.get(KEY), at.get(VALUE), greater, at.get(RIGHT))?))
    }
}

/// The tree without a variable that is in it.
pub(super) fn remove(vm: &Vm, tree: Value, key: Value) -> PyResult {
    let Some(at) = top(tree) else { return Ok(tree) };
    match number(key).cmp(&number(at.get(KEY))) {
        Ordering::Less => {
            let left = remove(vm, at.get(LEFT), key)?;
            node(vm, at.get(KEY), at.get(VALUE), left, at.get(RIGHT))
        }
        Ordering::Greater => {
            let right = remove(vm, at.get(RIGHT), key)?;
            node(vm, at.get(KEY), at.get(VALUE), at.get(LEFT), right)
        }
        Ordering::Equal => join(vm, at.get(LEFT), at.get(RIGHT)),
    }
}

/// One tree of two, of which all of the first is less than all of the second.
fn join(vm: &Vm, less: Value, greater: Value) -> PyResult {
    let (Some(a), Some(b)) = (top(less), top(greater)) else {
        return Ok(if less.is_bound() { less } else { greater });
    };
    if priority(a.get(KEY)) > priority(b.get(KEY)) {
        let right = join(vm, a.get(RIGHT), greater)?;
        node(vm, a.get(KEY), a.get(VALUE), a.get(LEFT), right)
    } else {
        let left = join(vm, less, b.get(LEFT))?;
        node(vm, b.get(KEY), b.get(VALUE), left, b.get(RIGHT))
    }
}

/// Calls `f` with each variable and its value, oldest variables first, until it says false.
pub(super) fn for_each(tree: Value, f: &mut dyn FnMut(Value, Value) -> PyResult<bool>) -> PyResult<bool> {
    let Some(node) = top(tree) else { return Ok(true) };
    Ok(for_each(node.get(LEFT), f)? && f(node.get(KEY), node.get(VALUE))? && for_each(node.get(RIGHT), f)?)
}

/// How many variables are set.
pub(super) fn len(tree: Value) -> usize {
    top(tree).map_or(0, |node| 1 + len(node.get(LEFT)) + len(node.get(RIGHT)))
}

/// The variable with the least number above `after`, and its value: a step of an iteration.
pub(super) fn next(tree: Value, after: Option<u64>) -> Option<(Value, Value)> {
    let mut found = None;
    let mut next = top(tree);
    while let Some(node) = next {
        let is_later = after.is_none_or(|after| number(node.get(KEY)) > after);
        next = if is_later {
            found = Some((node.get(KEY), node.get(VALUE)));
            top(node.get(LEFT))
        } else {
            top(node.get(RIGHT))
        };
    }
    found
}
