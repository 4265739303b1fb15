//! "Did you mean": what the text of a NameError, an AttributeError or an ImportError adds.

use orochi_gc::Gc;

use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, suggest};
use crate::types::frame::Frame;
use crate::types::frame::variables::Variables;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::Vm;

/// What to add to the message, or nothing.
pub(crate) fn hint(vm: &Vm, exception: Gc<Exception>) -> String {
    let types = vm.types();
    let value = Value::from(exception);
    let field = |index: usize| exception.fields[index].get().cast::<Str>().map(|name| name.to_string());
    if vm.is_instance(value, types.import_error) {
        let Some(wrong) = field(2) else { return String::new() };
        return did_you_mean(suggest(&wrong, &names_in_module(vm, exception)));
    }
    if vm.is_instance(value, types.attribute_error) {
        let (Some(wrong), Some(obj)) = (field(0), exception.fields[1].get().bound()) else { return String::new() };
        let names = attribute_names(vm, exception, obj, &wrong);
        return did_you_mean(suggest(&wrong, &names));
    }
    if vm.is_instance(value, types.name_error) {
        let Some(wrong) = field(0) else { return String::new() };
        let Some(frame) = innermost(vm, exception) else { return String::new() };
        return name_hint(vm, frame, &wrong);
    }
    String::new()
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!(". Did you mean: '{name}'?"))
}

fn name_hint(vm: &Vm, frame: Gc<Frame>, wrong: &str) -> String {
    let (mut names, function) = (local_names(vm, frame), frame.function());
    for namespace in [function.globals.get(), function.builtins.get()] {
        names.extend(dict_names(namespace.cast::<Dict>()));
    }
    let found = suggest(wrong, &names);
    let mut hint = did_you_mean(found);
    if is_library_module(vm, wrong) {
        hint += &match found {
            Some(_) => format!(" Or did you forget to import '{wrong}'?"),
            None => format!(". Did you forget to import '{wrong}'?"),
        };
    }
    hint
}

/// Whether `sys.stdlib_module_names` has a name.
fn is_library_module(vm: &Vm, name: &str) -> bool {
    let sys = vm.state.sys.get().cast::<Dict>();
    let Some(names) = sys.and_then(|sys| sys.get_interned(vm, vm.intern("stdlib_module_names"))) else { return false };
    match vm.contains(names, vm.intern(name).into()) {
        Ok(found) => found,
        Err(raised) => {
            let _ = vm.take_exception(raised);
            false
        }
    }
}

/// The frame that raised.
fn innermost(vm: &Vm, exception: Gc<Exception>) -> Option<Gc<Frame>> {
    let mut traceback = exception.traceback.get().cast::<Traceback>()?;
    while let Some(next) = traceback.next.get().cast::<Traceback>() {
        traceback = next;
    }
    let frame = traceback.frame(vm);
    // There is no room for it: then nothing is suggested.
    frame.map_err(|raised| vm.take_exception(raised)).ok()
}

/// The names of a frame's variables that have a value.
fn local_names(vm: &Vm, frame: Gc<Frame>) -> Vec<String> {
    let variables = Variables::of(&frame);
    let mut names = Vec::new();
    let all = variables.for_each(vm, |name, variable| {
        if variables.get(variable).is_bound() {
            names.push(name.to_string());
        }
        Ok(())
    });
    if let Err(raised) = all {
        let _ = vm.take_exception(raised);
    }
    names
}

fn dict_names(dict: Option<Gc<Dict>>) -> Vec<String> {
    let Some(dict) = dict else { return Vec::new() };
    dict.entries().filter_map(|(key, _)| key.cast::<Str>().map(|key| key.to_string())).collect()
}

fn sorted_names(vm: &Vm, obj: Value) -> Vec<String> {
    let list = vm.call_method(obj, "__dir__", &[]).and_then(|names| vm.list_from(names));
    let list: Gc<List> = match list {
        Ok(list) => list,
        Err(raised) => {
            let _ = vm.take_exception(raised);
            return Vec::new();
        }
    };
    let mut names: Vec<String> =
        list.slots().iter().filter_map(|name| name.get().cast::<Str>().map(|name| name.to_string())).collect();
    names.sort();
    names
}

/// Attributes that may have been meant: private ones only for a name that is private itself, or in methods of the object.
fn attribute_names(vm: &Vm, exception: Gc<Exception>, obj: Value, wrong: &str) -> Vec<String> {
    let mut names = match obj.cast::<crate::object::class::Class>() {
        Some(class) => {
            let Ok(all) = Dict::new(vm) else { return Vec::new() };
            if let Err(raised) = crate::types::object::methods::merge_class_names(vm, all, class.into()) {
                let _ = vm.take_exception(raised);
            }
            let mut names = dict_names(Some(all));
            names.sort();
            names
        }
        None => sorted_names(vm, obj),
    };
    let in_method = innermost(vm, exception).is_some_and(|frame| {
        local_names(vm, frame).iter().any(|name| name == "self") && is_method_of(vm, frame.code(), obj)
    });
    if !wrong.starts_with('_') && !in_method {
        names.retain(|name| !name.starts_with('_'));
    }
    names
}

/// Whether code belongs to a method of the object's class, by its qualified name.
fn is_method_of(vm: &Vm, code: Gc<Code>, obj: Value) -> bool {
    let qualname = vm.display(code.qualname.get());
    let Some((owner, _)) = qualname.rsplit_once('.') else { return false };
    vm.class_of(obj).mro().any(|class| class.qualname.get().equals_str(owner))
}

/// The names in the module that `from module import name` asked.
fn names_in_module(vm: &Vm, exception: Gc<Exception>) -> Vec<String> {
    let modules = vm.state.modules.get().cast::<Dict>();
    let name = exception.fields[0].get().cast::<Str>();
    let (Some(modules), Some(name)) = (modules, name) else { return Vec::new() };
    let module = modules.get_interned(vm, vm.intern_str(name)).and_then(Value::cast::<Module>);
    let mut names = dict_names(module.map(|module| module.dict()));
    names.sort();
    names
}
