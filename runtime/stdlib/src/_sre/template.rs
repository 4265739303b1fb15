//! `_sre.SRE_Template`: the replacement of `sub`, taken apart into literals and numbers of groups.

use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::list::List;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::matches;
use super::substitute::Pieces;

/// `_sre.SRE_Template`. Its fields are literals and numbers of groups by turns; a literal is first and last.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, ..ClassDef::new("_sre.SRE_Template", "", Layout::Record) };

/// `_sre.template`: from the list that `re._parser.parse_template` returns.
pub fn new(vm: &Vm, args: &[Value]) -> PyResult {
    let Some(list) = args[1].cast::<List>() else {
        let name = vm.type_name(args[1]);
        return Err(vm.type_error(format!("template() argument 2 must be list, not {name}")));
    };
    let bad = || vm.type_error("invalid template");
    let mut fields = vm.scratch(list.len())?;
    for (index, slot) in list.slots().iter().enumerate() {
        let item = slot.get();
        if index % 2 == 1 && vm.index_i64(item)? < 0 {
            return Err(bad());
        }
        fields.push(item);
    }
    if fields.len() % 2 == 0 {
        return Err(bad());
    }
    Record::new(vm, vm.module_class(&CLASS)?, &fields).map(Value::from)
}

/// The template of a replacement: that of `re._compile_template`.
pub fn compile(vm: &Vm, pattern: Value, replacement: Value) -> PyResult<Gc<Record>> {
    let function = vm.get_attr_str(vm.import("re")?, "_compile_template")?;
    let mut result = vm.call(function, &[pattern, replacement]);
    if result.is_err() && vm.pending_is(vm.types().type_error) {
        // What is not hashable is made a plain string or bytes.
        let plain = match replacement.cast::<Str>() {
            Some(text) if !vm.is_exact_str(replacement) => Some(Str::plain(vm, text)?.into()),
            Some(_) => None,
            None if replacement.cast::<Bytes>().is_some() && vm.is_exact(replacement, vm.types().bytes) => None,
            None => match buffer::find(replacement) {
                Some(bytes) => Some(vm.new_bytes(&bytes)?),
                None => None,
            },
        };
        if let Some(plain) = plain {
            let _ = vm.absorb(result, vm.types().type_error)?;
            result = vm.call(function, &[pattern, plain]);
        }
    }
    let template = result?;
    if !vm.is_exact(template, vm.module_class(&CLASS)?) {
        let name = vm.type_name(template);
        return Err(vm.runtime_error(format!("the result of compiling a replacement string is {name}")));
    }
    Ok(template.expect())
}

/// The literal, if a template is nothing else.
pub fn literal(template: Gc<Record>) -> Option<Value> {
    match template.fields() {
        [literal] => Some(literal.get()),
        _ => None,
    }
}

/// Appends the parts of a template, with what `group` says for the groups.
pub fn push(
    vm: &Vm,
    template: Gc<Record>,
    pieces: &mut Pieces,
    mut group: impl FnMut(&mut Pieces, usize) -> PyResult<()>,
) -> PyResult<()> {
    for (index, field) in template.fields().iter().enumerate() {
        if index % 2 == 0 {
            pieces.push(vm, field.get())?;
        } else {
            group(pieces, usize::try_from(field.get().as_int().unwrap_or(-1)).unwrap_or(usize::MAX))?;
        }
    }
    Ok(())
}

/// A template filled in with the groups of a match object.
pub fn expand(vm: &Vm, template: Gc<Record>, found: Gc<Record>) -> PyResult {
    if let Some(literal) = literal(template) {
        return Ok(literal);
    }
    let mut pieces = Pieces::new(template.get(0).cast::<Str>().is_none());
    push(vm, template, &mut pieces, |pieces, group| {
        if group >= matches::group_count(found) {
            return Err(vm.index_error("no such group"));
        }
        match matches::group_text(vm, found, group, vm.none())? {
            text if text == vm.none() => Ok(()),
            text => pieces.push(vm, text),
        }
    })?;
    pieces.finish(vm)
}
