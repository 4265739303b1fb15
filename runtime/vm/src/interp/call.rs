//! Entering frames: how the arguments of a call become the registers of a Python function.
//!
//! The short way is for functions with positional parameters only: the arguments already lie in a row, either in the
//! caller's registers, which then are the first registers of the callee, or in a slice of native code, which is copied. Everything else is bound
//! parameter by parameter in fresh registers.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::frame::{Frame, Return};
use crate::lower::Lowered;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::native::Args;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// The register code of a function.
    #[inline(always)]
    pub(crate) fn lowered_of<'a>(&self, function: Gc<Function>) -> PyResult<&'a Lowered> {
        // SAFETY: `code` is always a code object (its setter checks that), and the function keeps it and its register code alive.
        unsafe {
            let code: Gc<Code> = Gc::from_ptr(function.code.get().address_unchecked().cast());
            code.as_ref_unbound().lowered(self)
        }
    }

    /// Calls a Python function from native code.
    pub fn call_function(&self, function: Gc<Function>, args: Args<'_>) -> PyResult {
        let lowered = self.lowered_of(function)?;
        self.check_native_recursion()?;
        let top = self.stack.top.get();
        if args.names.is_none() && args.values.len() == lowered.takes as usize {
            self.check_room(top, lowered)?;
            // SAFETY: `check_room` found room for the registers above the top.
            unsafe { core::ptr::copy_nonoverlapping(args.values.as_ptr(), top, args.values.len()) };
            self.push_frame(function, lowered, top, args.values.len(), 0, Return::Native)?;
            return self.run();
        }
        self.bind_arguments_at(function, lowered, args, top)?;
        if lowered.detached {
            let generator = self.new_generator(function, lowered, top);
            self.stack.top.set(top);
            return generator;
        }
        self.push_bound(function, lowered, top, 0, Return::Native, top)?;
        self.run()
    }

    /// Runs a function without parameters whose names live in a mapping: the body of a module or class. One that is a generator's or
    /// a coroutine's gives that, as any call does.
    pub fn run_body(&self, function: Gc<Function>, namespace: Value) -> PyResult {
        let lowered = self.lowered_of(function)?;
        self.check_native_recursion()?;
        if lowered.has_mapping
            && let Some(namespace) = namespace.cast::<Dict>()
        {
            namespace.reserve(self, lowered.names.len())?;
        }
        if lowered.detached {
            let generator = self.call_function(function, Args::positional(&[]))?;
            // A generator's frame object keeps the namespace meanwhile.
            if let Some(frame) = crate::types::frame::Frame::of_generator(self, generator.expect())? {
                frame.set_namespace(self, namespace);
            }
            return Ok(generator);
        }
        let top = self.stack.top.get();
        self.check_room(top, lowered)?;
        self.push_frame(function, lowered, top, 0, 0, Return::Native)?;
        // SAFETY: the frame just pushed.
        unsafe { (*self.stack.frame.get()).locals = namespace };
        self.run()
    }

    /// RecursionError unless there is room for a frame with its registers at `base`.
    #[inline(always)]
    pub(crate) fn check_room(&self, base: *mut Value, lowered: &Lowered) -> PyResult<()> {
        let end = base.wrapping_add(lowered.registers as usize);
        let is_full = |last| self.stack.frame.get() >= last || end >= self.stack.end();
        if is_full(self.stack.last_frame()) { self.no_room(is_full) } else { Ok(()) }
    }

    /// Pushes a frame whose first `count` registers hold the arguments; the others are made unbound.
    #[inline(always)]
    pub(crate) fn push_frame(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        base: *mut Value,
        count: usize,
        dst: u16,
        on_return: Return,
    ) -> PyResult<()> {
        self.check_room(base, lowered)?;
        let stack = &self.stack;
        let (top, frame) = (stack.top.get(), stack.frame.get().wrapping_add(1));
        let end = base.wrapping_add(lowered.registers as usize);
        // SAFETY: `check_room` found room for the registers and the frame.
        unsafe {
            let mut register = base.add(count);
            while register < end {
                register.write(Value::UNBOUND);
                register = register.add(1);
            }
            frame.write(Frame {
                pc: lowered.instrs.as_ptr(),
                base,
                code: lowered,
                function,
                locals: Value::UNBOUND,
                owner: Value::UNBOUND,
                saved_top: top,
                object: Value::UNBOUND,
                dst,
                on_return,
                then: on_return,
                line: 0,
            });
        }
        stack.frame.set(frame);
        // Registers of the caller above the callee's stay below the top: they are still valid values.
        stack.top.set(end.max(top));
        Ok(())
    }

    /// Pushes a frame whose registers `bind_arguments_at` has filled.
    pub(crate) fn push_bound(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        base: *mut Value,
        dst: u16,
        on_return: Return,
        saved_top: *mut Value,
    ) -> PyResult<()> {
        self.push_frame(function, lowered, base, lowered.registers as usize, dst, on_return)?;
        // SAFETY: the frame just pushed.
        unsafe { (*self.stack.frame.get()).saved_top = saved_top };
        Ok(())
    }

    /// Binds arguments of any kind to the parameters of a function, in the registers from `base` (the top of the stack) on. All
    /// registers of the frame are valid afterwards, and below the top.
    pub(crate) fn bind_arguments_at(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        args: Args<'_>,
        base: *mut Value,
    ) -> PyResult<()> {
        self.check_room(base, lowered)?;
        let count = lowered.registers as usize;
        // SAFETY: there is room; nobody else uses registers above the top.
        let registers = unsafe {
            for index in 0..count {
                base.add(index).write(Value::UNBOUND);
            }
            core::slice::from_raw_parts_mut(base, count)
        };
        self.stack.top.set(base.wrapping_add(count));
        let result = self.bind_parameters(function, lowered, args, registers);
        if result.is_err() {
            self.stack.top.set(base);
        }
        result
    }

    fn bind_parameters(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        args: Args<'_>,
        registers: &mut [Value],
    ) -> PyResult<()> {
        let positional = lowered.positional as usize;
        let parameters = lowered.parameters();
        let given = args.unnamed();
        let in_place = given.len().min(positional);
        registers[..in_place].copy_from_slice(&given[..in_place]);
        if lowered.varargs {
            registers[parameters] = self.new_tuple(&given[in_place..])?;
        }
        let kwargs = if lowered.varkwargs {
            let dict = Dict::new(self)?;
            registers[parameters + usize::from(lowered.varargs)] = dict.into();
            Some(dict)
        } else {
            None
        };
        for (name, value) in args.named() {
            self.bind_named(function, lowered, registers, kwargs, name, value, args)?;
        }
        if given.len() > positional && !lowered.varargs {
            return Err(self.too_many_positional(function, lowered, given.len(), registers));
        }
        self.fill_defaults(function, lowered, registers)
    }

    #[allow(clippy::too_many_arguments)]
    fn bind_named(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        registers: &mut [Value],
        kwargs: Option<Gc<Dict>>,
        name: Gc<Str>,
        value: Value,
        args: Args<'_>,
    ) -> PyResult<()> {
        let first = lowered.positional_only as usize;
        let places = &lowered.locals[first..lowered.parameters()];
        let found = places.iter().position(|local| *local == name || local.equals(&name));
        if let Some(place) = found {
            let register = &mut registers[first + place];
            if register.is_bound() {
                let title = self.function_title(function);
                return Err(self.type_error(format!("{title}() got multiple values for argument '{name}'")));
            }
            *register = value;
            return Ok(());
        }
        if let Some(kwargs) = kwargs {
            return kwargs.set_str(self, name, value);
        }
        Err(self.unexpected_keyword(function, lowered, name, args))
    }

    #[cold]
    fn unexpected_keyword(&self, function: Gc<Function>, lowered: &Lowered, name: Gc<Str>, args: Args<'_>) -> Raised {
        let title = self.function_title(function);
        let only = &lowered.locals[..lowered.positional_only as usize];
        let wrong: Vec<String> = args
            .named()
            .filter(|(name, _)| only.iter().any(|local| local.equals(name)))
            .map(|(name, _)| name.to_string())
            .collect();
        if !wrong.is_empty() {
            return self.type_error(format!(
                "{title}() got some positional-only arguments passed as keyword arguments: '{}'",
                wrong.join(", ")
            ));
        }
        let known: Vec<String> =
            lowered.locals[only.len()..lowered.parameters()].iter().map(|n| n.to_string()).collect();
        let hint = crate::types::exception::suggest(&name.to_string(), &known)
            .map_or_else(String::new, |other| format!(". Did you mean '{other}'?"));
        self.type_error(format!("{title}() got an unexpected keyword argument '{name}'{hint}"))
    }

    fn fill_defaults(&self, function: Gc<Function>, lowered: &Lowered, registers: &mut [Value]) -> PyResult<()> {
        let positional = lowered.positional as usize;
        let defaults = function.defaults.get().cast::<Tuple>();
        let count = defaults.map_or(0, |defaults| defaults.len());
        let mut missing = Vec::new();
        for index in 0..positional {
            if registers[index].is_unbound() {
                let default = (index + count).checked_sub(positional).and_then(|at| defaults.and_then(|d| d.get(at)));
                match default {
                    Some(value) => registers[index] = value,
                    None => missing.push(lowered.locals[index]),
                }
            }
        }
        if !missing.is_empty() {
            return Err(self.missing_arguments(function, "positional", &missing));
        }
        if lowered.keyword_only == 0 {
            return Ok(());
        }
        let defaults = function.kwdefaults.get().cast::<Dict>();
        for index in positional..lowered.parameters() {
            if registers[index].is_unbound() {
                let name = lowered.locals[index];
                let default = match defaults {
                    Some(defaults) => defaults.get_str(self, name)?,
                    None => None,
                };
                match default {
                    Some(value) => registers[index] = value,
                    None => missing.push(name),
                }
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(self.missing_arguments(function, "keyword-only", &missing)) }
    }

    #[cold]
    fn missing_arguments(&self, function: Gc<Function>, kind: &str, missing: &[Gc<Str>]) -> Raised {
        let quoted: Vec<String> = missing.iter().map(|name| format!("'{name}'")).collect();
        let names = match quoted.as_slice() {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
            [] => String::new(),
        };
        let title = self.function_title(function);
        let plural = if missing.len() == 1 { "" } else { "s" };
        self.type_error(format!("{title}() missing {} required {kind} argument{plural}: {names}", missing.len()))
    }

    #[cold]
    fn too_many_positional(
        &self,
        function: Gc<Function>,
        lowered: &Lowered,
        given: usize,
        registers: &[Value],
    ) -> Raised {
        let title = self.function_title(function);
        let positional = lowered.positional as usize;
        let defaults = function.defaults.get().cast::<Tuple>().map_or(0, |defaults| defaults.len());
        let takes = if defaults > 0 {
            format!("from {} to {positional}", positional - defaults.min(positional))
        } else {
            positional.to_string()
        };
        let plural = if positional == 1 && defaults == 0 { "" } else { "s" };
        let by_name = (positional..lowered.parameters()).filter(|index| registers[*index].is_bound()).count();
        let extra = if by_name > 0 {
            let (a, b) = (if given == 1 { "" } else { "s" }, if by_name == 1 { "" } else { "s" });
            format!(" positional argument{a} (and {by_name} keyword-only argument{b})")
        } else {
            String::new()
        };
        let verb = if given == 1 && by_name == 0 { "was" } else { "were" };
        self.type_error(format!("{title}() takes {takes} positional argument{plural} but {given}{extra} {verb} given"))
    }

    /// The qualified name of a function, for messages.
    fn function_title(&self, function: Gc<Function>) -> String {
        self.display(function.qualname.get())
    }
}
