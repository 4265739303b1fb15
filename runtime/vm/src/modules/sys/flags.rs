//! What the command line and the environment ask of the VM: `sys.flags` and what goes with it.

use core::cell::RefCell;

use orochi_gc::Gc;

use super::records::FLAGS;
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::int::text::DigitLimit;
use crate::types::list::List;
use crate::types::struct_sequence::StructDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The options, as `python` has them.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `-d`.
    pub debug: u8,
    /// `-O`.
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-s`.
    pub no_user_site: bool,
    /// `-S`.
    pub no_site: bool,
    /// `-E`.
    pub ignore_environment: bool,
    /// `-v`.
    pub verbose: u8,
    /// `-b`.
    pub bytes_warning: u8,
    /// `-i`, `PYTHONINSPECT`: statements are read from standard input when the program is over.
    pub inspect: bool,
    /// Statements are read from standard input, `-i` or no program.
    pub interactive: bool,
    /// `-q`.
    pub quiet: bool,
    /// `-I`.
    pub isolated: bool,
    /// `-X dev`.
    pub dev_mode: bool,
    /// `-P`.
    pub safe_path: bool,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// `-u`.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`: encoding and error handler of the standard streams.
    pub stream_encoding: Option<String>,
    pub stream_errors: Option<String>,
    /// `-X faulthandler`.
    pub faulthandler: bool,
    /// `PYTHONHASHSEED`: what the hashes of texts depend on; chance without it. The first interpreter of a process chooses for all.
    pub hash_seed: Option<u32>,
    /// `-X no_debug_ranges`: code objects tell lines, but no columns.
    pub no_debug_ranges: bool,
    /// `-X importtime`: 1, or 2 to be told also of imports of what is there already.
    pub import_time: u8,
    /// `-X int_max_str_digits`.
    pub int_max_str_digits: Option<usize>,
    /// `-W`: `sys.warnoptions`.
    pub warnings: Vec<String>,
    /// `-X`: `sys._xoptions`, each `NAME` or `NAME=VALUE`.
    pub implementation: Vec<String>,
}

/// The options of a VM.
#[derive(Default)]
pub struct Settings(RefCell<Flags>);

impl Vm {
    /// Something of the options.
    pub fn flags<R>(&self, f: impl FnOnce(&Flags) -> R) -> R {
        f(&self.state.flags.0.borrow())
    }

    /// Sets the options, before programs run.
    pub fn set_flags(&self, flags: Flags) -> PyResult<()> {
        if let Some(limit) = flags.int_max_str_digits {
            self.state.int_max_str_digits.0.set(limit);
        }
        self.state.import_times.wanted.set(flags.import_time);
        *self.state.flags.0.borrow_mut() = flags;
        add(self, self.state.sys.get().expect())
    }
}

/// Adds what the options say to the module.
pub(super) fn add(vm: &Vm, dict: Gc<Dict>) -> PyResult<()> {
    let set = |name: &str, value: Value| dict.set_str(vm, vm.intern(name), value);
    let flags = vm.flags(Flags::clone);
    set("flags", record(vm, &flags)?)?;
    set("dont_write_bytecode", vm.bool(flags.dont_write_bytecode))?;
    let warnings = List::with_capacity(vm, flags.warnings.len())?;
    for warning in &flags.warnings {
        warnings.push(vm, vm.new_str(warning)?)?;
    }
    set("warnoptions", warnings.into())?;
    let options = Dict::new(vm)?;
    for option in &flags.implementation {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, vm.new_str(value)?),
            None => (option.as_str(), vm.true_()),
        };
        options.set_str(vm, vm.intern(name), value)?;
    }
    set("_xoptions", options.into())
}

fn record(vm: &Vm, flags: &Flags) -> PyResult {
    let limit = vm.state.int_max_str_digits.0.get();
    debug_assert!(limit == 0 || limit >= DigitLimit::MIN);
    let number = |number: i64| vm.new_int(number);
    let switch = |on: bool| Value::small(i64::from(on));
    let fields = [
        number(flags.debug.into())?,
        switch(flags.inspect),
        switch(flags.interactive),
        number(flags.optimize.into())?,
        switch(flags.dont_write_bytecode),
        switch(flags.no_user_site),
        switch(flags.no_site),
        switch(flags.ignore_environment),
        number(flags.verbose.into())?,
        number(flags.bytes_warning.into())?,
        switch(flags.quiet),
        switch(flags.hash_seed != Some(0)),
        switch(flags.isolated),
        vm.bool(flags.dev_mode),
        switch(true),
        switch(flags.warn_default_encoding),
        vm.bool(flags.safe_path),
        number(limit as i64)?,
        switch(true),
        switch(false),
        switch(false),
    ];
    // Programs cannot make another; the VM can.
    let definition: &'static StructDef = &FLAGS;
    let class = vm.struct_class(definition)?;
    Tuple::with_hidden(vm, class, &fields, definition.fields() - definition.visible).map(Value::from)
}
