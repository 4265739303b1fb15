//! `_string`: how `str.format` takes templates and field names apart, for `string.Formatter`.

use core::cell::Cell;
use core::ops::Range;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::str::Str;
use orochi_vm::types::str::template::{self, first_end, number};
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule =
    NativeModule { name: "_string", doc: "string helper module", functions: FUNCTIONS, init: |_, _| Ok(()) };

static FORMATTER: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[FORMATTER_METHODS],
    ..ClassDef::new("formatteriterator", "", Layout::Opaque)
};

static FIELD_NAME: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[FIELD_NAME_METHODS],
    ..ClassDef::new("fieldnameiterator", "", Layout::Opaque)
};

/// The state of both iterators: what is taken apart, and where the next part begins.
struct Parts {
    text: Box<[u32]>,
    at: Cell<usize>,
}

fn parts(vm: &Vm, class: &'static ClassDef, text: &[u32], at: usize) -> PyResult {
    let state = Parts { text: text.into(), at: Cell::new(at) };
    Opaque::new(vm, vm.module_class(class)?, Box::new(state)).map(Value::from)
}

fn units(vm: &Vm, value: Value) -> PyResult<Vec<u32>> {
    match value.cast::<Str>() {
        Some(text) => Ok(text.text().iter().collect()),
        None => Err(vm.type_error(format!("expected str, got {}", vm.type_name(value)))),
    }
}

impl Parts {
    fn of(object: &Gc<Opaque>) -> &Parts {
        object.state().expect("only `parts` makes objects of the classes")
    }

    fn string(&self, vm: &Vm, range: Range<usize>) -> PyResult {
        Str::from_slice(vm, &self.text[range]).map(Value::from)
    }
}

/// A name, or the number that it is.
fn name_or_number(vm: &Vm, name: &[u32]) -> PyResult {
    match number(vm, name)? {
        Some(number) => vm.new_int(number as i64),
        None => Str::from_slice(vm, name).map(Value::from),
    }
}

#[methods(FORMATTER_METHODS)]
impl FormatterMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn formatter_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn formatter_next(vm: &Vm, args: &[Value]) -> PyResult {
        let object = args[0].expect();
        let parts = Parts::of(&object);
        let Some(piece) = template::piece(vm, &parts.text, parts.at.get())? else { return Ok(Value::UNBOUND) };
        parts.at.set(piece.next);
        let literal = parts.string(vm, piece.literal)?;
        let Some(field) = piece.field else { return vm.new_tuple(&[literal, vm.none(), vm.none(), vm.none()]) };
        let conversion = match field.conversion {
            Some(conversion) => Str::from_slice(vm, &[conversion])?.into(),
            None => vm.none(),
        };
        vm.new_tuple(&[literal, parts.string(vm, field.name)?, parts.string(vm, field.spec)?, conversion])
    }
}

#[methods(FIELD_NAME_METHODS)]
impl FieldNameMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn field_name_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn field_name_next(vm: &Vm, args: &[Value]) -> PyResult {
        let object = args[0].expect();
        let parts = Parts::of(&object);
        let Some(step) = template::step(vm, &parts.text, parts.at.get())? else { return Ok(Value::UNBOUND) };
        parts.at.set(step.next);
        let name =
            if step.is_attribute { parts.string(vm, step.name)? } else { name_or_number(vm, &parts.text[step.name])? };
        vm.new_tuple(&[vm.bool(step.is_attribute), name])
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// split the argument as a field name
    #[method("formatter_field_name_split(object, /)")]
    fn formatter_field_name_split(vm: &Vm, args: &[Value]) -> PyResult {
        let name = units(vm, args[0])?;
        let end = first_end(&name);
        let rest = parts(vm, &FIELD_NAME, &name, end)?;
        vm.new_tuple(&[name_or_number(vm, &name[..end])?, rest])
    }

    /// parse the argument as a format string
    #[method("formatter_parser(object, /)")]
    fn formatter_parser(vm: &Vm, args: &[Value]) -> PyResult {
        parts(vm, &FORMATTER, &units(vm, args[0])?, 0)
    }
}
