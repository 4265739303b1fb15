//! `_sre`: the engine behind `re`. `re` parses patterns and compiles them to a code; what runs it is here.
//!
//! - [`translate`] checks the code and makes a [`program`] of it, [`analyze`] finds out what makes it faster
//! - [`engine`] matches at a place, [`search`] finds the place
//! - [`pattern`], [`matches`], [`scanner`], [`template`] are the classes, [`substitute`] is `sub`

mod analyze;
mod charset;
mod engine;
mod matches;
mod opcodes;
mod pattern;
mod program;
mod scanner;
mod search;
mod subject;
mod substitute;
mod template;
mod translate;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::unicode;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The most groups.
const MAX_GROUPS: usize = i32::MAX as usize / 2;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_sre",
    doc: "",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        for class in [&pattern::CLASS, &matches::CLASS, &scanner::CLASS, &template::CLASS] {
            vm.module_class(class)?;
        }
        let constants = [
            ("CODESIZE", size_of::<u32>() as i64),
            ("MAGIC", opcodes::MAGIC),
            ("MAXGROUPS", MAX_GROUPS as i64),
            ("MAXREPEAT", program::UNLIMITED.into()),
        ];
        for (name, value) in constants {
            dict.set_str(vm, vm.intern(name), vm.new_int(value)?)?;
        }
        Ok(())
    },
};

/// An `int` argument that is a character.
fn character(vm: &Vm, value: Value) -> PyResult<u32> {
    match i32::try_from(vm.index_i64(value)?) {
        Ok(c) => Ok(c as u32),
        Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return whether a character is an ASCII letter.
    #[method("ascii_iscased(character, /)")]
    fn ascii_iscased(vm: &Vm, args: &[Value]) -> PyResult {
        let c = character(vm, args[0])?;
        Ok(vm.bool(c < 0x80 && (c as u8).is_ascii_alphabetic()))
    }

    /// Return the lower case of an ASCII letter, any other character itself.
    #[method("ascii_tolower(character, /)")]
    fn ascii_tolower(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(charset::lower_ascii(character(vm, args[0])?) as i32 as i64)
    }

    /// Return a pattern of the code that `re` compiled.
    #[method("compile(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(vm: &Vm, args: &[Value]) -> PyResult {
        pattern::compile(vm, args)
    }

    /// Return the size of a word of the code.
    #[method("getcodesize()")]
    fn getcodesize(_: &Vm, _: &[Value]) -> PyResult {
        Ok(Value::small(size_of::<u32>() as i64))
    }

    /// template is a list containing interleaved literal strings (str or bytes) and group indices (int), as returned by
    /// re._parser.parse_template(): [literal1, group1, ..., literalN, groupN]
    #[method("template(pattern, template, /)")]
    fn template_(vm: &Vm, args: &[Value]) -> PyResult {
        template::new(vm, args)
    }

    /// Return whether a character has a lower or upper case other than itself.
    #[method("unicode_iscased(character, /)")]
    fn unicode_iscased(vm: &Vm, args: &[Value]) -> PyResult {
        let c = character(vm, args[0])?;
        Ok(vm.bool(unicode::simple_lower(c) != c || unicode::simple_upper(c) != c))
    }

    /// Return the lower case of a character.
    #[method("unicode_tolower(character, /)")]
    fn unicode_tolower(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(unicode::simple_lower(character(vm, args[0])?) as i32 as i64)
    }
}
