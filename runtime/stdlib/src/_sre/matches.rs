//! `re.Match`: where a pattern and its groups matched.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::generic_alias::CLASS_GETITEM;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Special, Value, Vm};

use super::pattern::{Handle, Run, short_repr};
use super::subject::slice_of;
use super::template;

/// `re.Match`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[METHODS, CLASS_GETITEM],
    getset: &[
        GetSetDef::member("endpos", "The index into the string beyond which the RE engine will not go.", |_, found| {
            Ok(this(found).get(END))
        }),
        GetSetDef::readonly("lastgroup", "The name of the last matched capturing group.", |vm, found| {
            let found = this(found);
            let name = found
                .get(LAST_INDEX)
                .as_int()
                .and_then(|last| Handle::of(found.get(PATTERN)).group_name(usize::try_from(last).ok()?));
            Ok(name.unwrap_or(vm.none()))
        }),
        GetSetDef::readonly("lastindex", "The integer index of the last matched capturing group.", |_, found| {
            Ok(this(found).get(LAST_INDEX))
        }),
        GetSetDef::member(
            "pos",
            "The index into the string at which the RE engine started looking for a match.",
            |_, found| Ok(this(found).get(POS)),
        ),
        GetSetDef::member("re", "The regular expression object.", |_, found| Ok(this(found).get(PATTERN))),
        GetSetDef::readonly("regs", "", regs),
        GetSetDef::member("string", "The string passed to match() or search().", |_, found| Ok(string(this(found)))),
    ],
    ..ClassDef::new(
        "re.Match",
        "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
        Layout::Record,
    )
};

/// Fields: the pattern, the text, where the search began and was to end, the number of the last group or None; then a start
/// and an end for the match and for each group, -1 where it did not match.
const PATTERN: usize = 0;
const STRING: usize = 1;
const POS: usize = 2;
const END: usize = 3;
const LAST_INDEX: usize = 4;
const SPANS: usize = 5;

/// So many groups fit the stack.
const FEW: usize = 8;

fn this(found: Value) -> Gc<Record> {
    found.expect()
}

fn string(found: Gc<Record>) -> Value {
    found.get(STRING)
}

/// The object for the match that a run has found in the text of an object.
pub fn new(run: &Run<'_>, object: Value) -> PyResult {
    let vm = run.vm;
    let groups = run.pattern.program.groups;
    let last = run.state.last_index;
    let head = [
        run.pattern.value(),
        object,
        vm.new_int(run.pos as i64)?,
        vm.new_int(run.end as i64)?,
        if last > 0 { Value::small(last.into()) } else { vm.none() },
        Value::small(run.state.start as i64),
        Value::small(run.state.end as i64),
    ];
    let span = |group: usize| match run.state.group(group) {
        Some((start, end)) => [Value::small(start as i64), Value::small(end as i64)],
        None => [Value::small(-1); 2],
    };
    let class = vm.module_class(&CLASS)?;
    if groups <= FEW {
        let mut fields = [Value::UNBOUND; SPANS + 2 + 2 * FEW];
        fields[..head.len()].copy_from_slice(&head);
        for group in 1..=groups {
            fields[SPANS + 2 * group..SPANS + 2 * group + 2].copy_from_slice(&span(group));
        }
        return Record::new(vm, class, &fields[..SPANS + 2 + 2 * groups]).map(Value::from);
    }
    let mut fields = vm.scratch(SPANS + 2 + 2 * groups)?;
    fields.extend(&head);
    (1..=groups).for_each(|group| fields.extend(&span(group)));
    Record::new(vm, class, &fields).map(Value::from)
}

/// The number of groups, the whole match included.
pub fn group_count(found: Gc<Record>) -> usize {
    (found.fields().len() - SPANS) / 2
}

/// Where a group matched.
pub fn span(found: Gc<Record>, group: usize) -> Option<(usize, usize)> {
    let place = |offset: usize| usize::try_from(found.get(SPANS + 2 * group + offset).as_int()?).ok();
    Some((place(0)?, place(1)?))
}

/// What a group matched, or `default`.
pub fn group_text(vm: &Vm, found: Gc<Record>, group: usize, default: Value) -> PyResult {
    match span(found, group) {
        Some((start, end)) => slice_of(vm, string(found), start, end),
        None => Ok(default),
    }
}

/// The number of the group that an argument means: a number or a name. IndexError when there is no such group.
fn group_number(vm: &Vm, found: Gc<Record>, group: Value) -> PyResult<usize> {
    let number = if group.is_int() || vm.class_of(group).special(Special::Index).is_bound() {
        vm.index_clamped(group)?
    } else {
        let number = match Handle::of(found.get(PATTERN)).group_index() {
            Some(index) => index.get(vm, group)?,
            None => None,
        };
        number.and_then(Value::as_int).unwrap_or(-1)
    };
    match usize::try_from(number) {
        Ok(number) if number < group_count(found) => Ok(number),
        _ => Err(vm.index_error("no such group")),
    }
}

/// What the group that an argument means matched.
fn named_group(vm: &Vm, found: Gc<Record>, group: Value, default: Value) -> PyResult {
    group_text(vm, found, group_number(vm, found, group)?, default)
}

/// The start and the end of the group that an optional argument means, as they stand.
fn places(vm: &Vm, args: &[Value]) -> PyResult<[Value; 2]> {
    let found = this(args[0]);
    let group = args[1].bound().map_or(Ok(0), |group| group_number(vm, found, group))?;
    Ok([found.get(SPANS + 2 * group), found.get(SPANS + 2 * group + 1)])
}

fn regs(vm: &Vm, found: Value) -> PyResult {
    let found = this(found);
    let mut pairs = vm.scratch(group_count(found))?;
    for group in 0..group_count(found) {
        let pair = Tuple::of(vm, [found.get(SPANS + 2 * group), found.get(SPANS + 2 * group + 1)])?;
        pairs.push(pair.into());
    }
    vm.new_tuple(&pairs)
}

#[methods(METHODS)]
impl Methods {
    /// Return self: matches do not change.
    #[method("__copy__($self, /)")]
    fn copy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return self: matches do not change.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return self[key]: what a group matched.
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        named_group(vm, this(args[0]), args[1], vm.none())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let found = this(args[0]);
        let (start, end) = (vm.display(found.get(SPANS)), vm.display(found.get(SPANS + 1)));
        let text = group_text(vm, found, 0, vm.none())?;
        let mut out = TextBuf::new();
        out.push(&format!("<re.Match object; span=({start}, {end}), match="));
        out.push_str(&*short_repr(vm, text, 50)?);
        out.push(">");
        out.finish(vm)
    }

    /// Return index of the end of the substring matched by group.
    #[method("end($self, group=0, /)")]
    fn end(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(places(vm, args)?[1])
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method("expand($self, /, template)")]
    fn expand(vm: &Vm, args: &[Value]) -> PyResult {
        let found = this(args[0]);
        let template = template::compile(vm, found.get(PATTERN), args[1])?;
        template::expand(vm, template, found)
    }

    /// group([group1, ...]) -> str or tuple.
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[method("group($self, /, *groups)")]
    fn group(vm: &Vm, args: &[Value]) -> PyResult {
        let found = this(args[0]);
        match &args[1..] {
            [] => group_text(vm, found, 0, vm.none()),
            [group] => named_group(vm, found, *group, vm.none()),
            groups => {
                let mut parts = vm.scratch(groups.len())?;
                for group in groups {
                    parts.push(named_group(vm, found, *group, vm.none())?);
                }
                vm.new_tuple(&parts)
            }
        }
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[method("groupdict($self, /, default=None)")]
    fn groupdict(vm: &Vm, args: &[Value]) -> PyResult {
        let found = this(args[0]);
        let default = args[1].bound().unwrap_or(vm.none());
        let dict = Dict::new(vm)?;
        if let Some(index) = Handle::of(found.get(PATTERN)).group_index() {
            for (name, _) in index.entries() {
                dict.set(vm, name, named_group(vm, found, name, default)?)?;
            }
        }
        Ok(dict.into())
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[method("groups($self, /, default=None)")]
    fn groups(vm: &Vm, args: &[Value]) -> PyResult {
        let found = this(args[0]);
        let default = args[1].bound().unwrap_or(vm.none());
        let mut parts = vm.scratch(group_count(found))?;
        for group in 1..group_count(found) {
            parts.push(group_text(vm, found, group, default)?);
        }
        vm.new_tuple(&parts)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method("span($self, group=0, /)")]
    fn span_(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_tuple(&places(vm, args)?)
    }

    /// Return index of the start of the substring matched by group.
    #[method("start($self, group=0, /)")]
    fn start(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(places(vm, args)?[0])
    }
}
