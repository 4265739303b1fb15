//! Call instructions: what a window of registers with a callable and its arguments becomes.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::frame::Return;
use crate::interp::observe::migrate::{index_before, result_register};
use crate::object::class::Class;
use crate::object::layout::{Layout, shape_of_header};
use crate::object::special::Special;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::types::method::BoundMethod;
use crate::types::native::{Args, Native};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What a call instruction came to.
pub(super) enum Called {
    /// A frame was pushed: go on there.
    Entered,
    /// It is done.
    Result(Value),
    /// It is a native function that is to be called outside of the dispatch loop.
    Outside(Outside),
}

/// A call of a native function that the dispatch loop is left for: the loop's own frame on the native stack has words that it does
/// not need any more, and to the collector each of them is a reference. Code that asks for a collection wants dead objects to be found.
pub(super) struct Outside {
    window: *mut Value,
    count: usize,
    dst: u16,
    names: Option<Gc<Tuple>>,
}

impl Vm {
    /// Calls what lies at the start of a window of registers with the `count` values behind it, the last of which `names` names.
    pub(super) fn call_window(
        &self,
        window: *mut Value,
        count: usize,
        dst: u16,
        names: Option<Gc<Tuple>>,
    ) -> PyResult<Called> {
        // SAFETY: the window lies in the running frame's registers.
        let callable = unsafe { *window };
        let args = |window: *mut Value, skip: usize, count: usize| -> Args<'_> {
            // SAFETY: as above.
            Args { values: unsafe { core::slice::from_raw_parts(window.add(skip), count) }, names }
        };
        let Some(header) = callable.as_header() else {
            return self.call_args(callable, args(window, 1, count)).map(Called::Result);
        };
        match shape_of_header(header).layout {
            Layout::Function => self.enter_function(callable.expect(), args(window, 1, count), dst, Return::Register),
            Layout::Native if callable.expect::<Native>().def.outside => {
                Ok(Called::Outside(Outside { window, count, dst, names }))
            }
            Layout::Native => {
                let native: Gc<Native> = callable.expect();
                if native.def.resumes
                    && let Some(called) = self.enter_generator(native, args(window, 1, count), dst)?
                {
                    return Ok(called);
                }
                self.call_native(native, args(window, 1, count)).map(Called::Result)
            }
            Layout::BoundMethod => {
                let method: Gc<BoundMethod> = callable.expect();
                let function = method.function.get();
                // The receiver takes the callable's place, next to the arguments.
                // SAFETY: as above.
                unsafe { *window = method.receiver.get() };
                match function.cast::<Function>() {
                    Some(function) => self.enter_function(function, args(window, 0, count + 1), dst, Return::Register),
                    None => self.call_args(function, args(window, 0, count + 1)).map(Called::Result),
                }
            }
            Layout::Class if self.class_of(callable) == self.types().type_ => {
                self.enter_constructor(callable.expect(), window, args(window, 1, count), dst)
            }
            _ => match self.class_of(callable).special(Special::Call).cast::<Function>() {
                // The object itself is the first argument.
                Some(call) => self.enter_function(call, args(window, 0, count + 1), dst, Return::Register),
                None => self.call_args(callable, args(window, 1, count)).map(Called::Result),
            },
        }
    }

    /// Pushes the frame of a special method that is a plain Python function, so that it runs without native recursion. False when it
    /// is anything else.
    #[inline]
    pub(super) fn enter_special(&self, method: Value, args: &[Value], dst: u16, on_return: Return) -> PyResult<bool> {
        let Some(function) = method.cast::<Function>() else { return Ok(false) };
        let code = self.lowered_of(function)?;
        if code.takes as usize != args.len() {
            return Ok(false);
        }
        let top = self.stack.top.get();
        self.check_room(top, code)?;
        // SAFETY: `check_room` found room for the registers above the top.
        unsafe { core::ptr::copy_nonoverlapping(args.as_ptr(), top, args.len()) };
        self.push_frame(function, code, top, args.len(), dst, on_return)?;
        Ok(true)
    }

    /// Makes a call that the dispatch loop was left for.
    #[inline(never)]
    pub(super) fn call_outside(&self, call: &Outside) -> PyResult<()> {
        let frame = self.stack.frame.get();
        // SAFETY: the window lies in the running frame's registers, and the result register is one of them.
        unsafe {
            let values = core::slice::from_raw_parts(call.window.add(1), call.count);
            let (code, was_outside) = ((*frame).code, (*frame).set_outside(true));
            let result = self.call_native((*call.window).expect(), Args { values, names: call.names });
            (*frame).set_outside(was_outside);
            let moved = !core::ptr::eq(code, (*frame).code);
            let instr = index_before(&*(*frame).code, (*frame).pc).filter(|_| moved);
            // The frame may run another form of its code since, where the result has another place.
            let dst = instr.map_or(call.dst, |index| result_register((&(*(*frame).code).instrs)[index]));
            *(*frame).base.add(dst as usize) = result?;
        }
        Ok(())
    }

    /// Pushes the frame of a Python function, or makes a generator of it.
    pub(super) fn enter_function(
        &self,
        function: Gc<Function>,
        args: Args<'_>,
        dst: u16,
        on_return: Return,
    ) -> PyResult<Called> {
        let lowered = self.lowered_of(function)?;
        let top = self.stack.top.get();
        self.bind_arguments_at(function, lowered, args, top)?;
        if lowered.detached {
            let generator = self.new_generator(function, lowered, top);
            self.stack.top.set(top);
            return generator.map(Called::Result);
        }
        let pushed = self.push_bound(function, lowered, top, dst, on_return, top);
        if pushed.is_err() {
            self.stack.top.set(top);
        }
        pushed.map(|()| Called::Entered)
    }

    /// Calls a class: for plain ones allocates the instance and pushes the frame of `__init__`.
    pub(super) fn enter_constructor(
        &self,
        class: Gc<Class>,
        window: *mut Value,
        args: Args<'_>,
        dst: u16,
    ) -> PyResult<Called> {
        let types = self.types();
        let init = class.special(Special::Init);
        let plain = class.layout == Layout::Object
            && self.is_object_new(class.special(Special::New))
            && !class.has(crate::object::class::flags::ABSTRACT | crate::object::class::flags::NO_NEW)
            && class != types.object;
        let Some(function) = init.cast::<Function>().filter(|_| plain) else {
            return self.instantiate(class, args).map(Called::Result);
        };
        let instance = self.new_object(class)?;
        // The instance takes the class's place, next to the arguments.
        // SAFETY: the window lies in the running frame's registers.
        let values = unsafe {
            *window = instance;
            core::slice::from_raw_parts(window, args.values.len() + 1)
        };
        let lowered = self.lowered_of(function)?;
        let caller = self.stack.frame.get();
        // SAFETY: the running frame.
        let in_place =
            args.names.is_none() && values.len() == lowered.takes as usize && unsafe { !(*(*caller).code).detached };
        if in_place {
            self.push_frame(function, lowered, window, values.len(), dst, Return::Init)?;
        } else {
            match self.enter_function(function, Args { values, names: args.names }, dst, Return::Init)? {
                Called::Entered => {}
                Called::Outside(_) => unreachable!("a Python function is no native one"),
                Called::Result(value) => {
                    let kind = self.type_name(value);
                    return Err(self.type_error(format!("__init__() should return None, not '{kind}'")));
                }
            }
        }
        // SAFETY: the frame just pushed.
        unsafe { (*self.stack.frame.get()).owner = instance };
        Ok(Called::Entered)
    }

    /// A value passes through generators that delegate to the one that yielded it, each of which suspends. Returns the value when it
    /// arrives in native code, or stores it in the frame that runs then.
    pub(super) fn yield_through(&self, value: Value) -> PyResult<Option<Value>> {
        loop {
            let frame = self.stack.frame.get();
            if self.observation.is_active() {
                self.fire_delegation(frame, Some(value))?;
            }
            // SAFETY: the frame of a generator whose last instruction is the delegation.
            let (instr, pc, on_return, dst) = unsafe {
                let pc = (*frame).pc.sub(1);
                let mut on_return = (*frame).on_return;
                if on_return == Return::Watched {
                    on_return = self.leave_watched(frame);
                }
                (*pc, pc, on_return, (*frame).dst)
            };
            self.suspend(frame, pc, instr.b);
            match on_return {
                Return::Native => return Ok(Some(value)),
                Return::YieldFrom => {}
                _ => {
                    let frame = self.stack.frame.get();
                    // SAFETY: `dst` is a register of the frame that is now running.
                    unsafe { *(*frame).base.add(dst as usize) = value };
                    return Ok(None);
                }
            }
        }
    }

    #[cold]
    pub(super) fn cannot_send_first(&self, generator: Gc<Generator>) -> Raised {
        let types = self.types();
        let class = self.class_of(generator.into());
        let kind = if class == types.coroutine { "coroutine" } else { "generator" };
        self.type_error(format!("can't send non-None value to a just-started {kind}"))
    }
}

/// Overwrites the part of the native stack that the next calls will use: their frames have gaps, in which words of earlier ones
/// would be seen.
#[inline(never)]
pub(super) fn scrub_stack() {
    let mut room = [0u64; 512];
    core::hint::black_box(&mut room);
}
