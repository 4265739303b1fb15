//! The dispatch loop.
//!
//! What the loop needs all the time is in Rust locals: `pc` (the next instruction), `base` (the registers), `frame`, `lowered` (the
//! code). With the VM and the jump table that is as much as there are registers to keep it in: with one more, each dispatch moves
//! words to and from the native stack. They are loaded anew whenever the running frame changes (`enter!`). Before an instruction that
//! may look at the stack of frames, `pc` is saved in the frame (`save!`).
//!
//! Soundness: instructions are made by [`crate::lower`] only, from verified code. Every register operand is below the frame's
//! number of registers, every constant, cache and name below the size of its table, every jump goes to an instruction. Registers always
//! hold valid values ([`crate::interp::stack`]).

// The note above is the reason of every unsafe block here; each would repeat it.
#![allow(clippy::undocumented_unsafe_blocks)]

use orochi_bytecode::operands::{BinaryOp, CompareOp, UnaryOp};
use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::cache::CacheKind;
use crate::interp::enter::scrub_stack;
use crate::interp::enter::{Called, Outside};
use crate::interp::frame::{Frame, Return};
use crate::interp::generator::Resumed;
use crate::interp::instr::{Instr, Op};
use crate::interp::unwind::Unwound;
use crate::interp::{arith, attr, global, ops};
use crate::lower::Lowered;
use crate::object::special::Special;
use crate::types::cell::PyCell;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{Generator, State};
use crate::types::list::List;
use crate::types::native::{Binding, Native};
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Why the dispatch loop was left.
enum Left {
    /// The frame that it was entered for has returned, yielded or raised.
    Finished(PyResult),
    /// To make this call, after which it is entered again.
    For(Outside),
}

impl Vm {
    /// Runs the frame on top until it returns to native code.
    pub(crate) fn run(&self) -> PyResult {
        let mut raised = None;
        loop {
            match self.dispatch(raised.take()) {
                Left::Finished(result) => return result,
                Left::For(call) => {
                    // Before the call's own frame is there, which has gaps as well.
                    scrub_stack();
                    raised = self.call_outside(&call).err();
                }
            }
        }
    }

    /// The dispatch loop. An exception that was raised outside of it belongs to the instruction that it was left at.
    #[allow(clippy::too_many_lines, clippy::cognitive_complexity)]
    fn dispatch(&self, mut from_outside: Option<Raised>) -> Left {
        let vm = self;
        let mut frame: *mut Frame;
        let mut lowered: *const Lowered;
        let mut base: *mut Value;
        let mut pc: *const Instr;

        // SAFETY (all macros): see the soundness note of the module.
        macro_rules! enter {
            () => {{
                frame = vm.stack.frame.get();
                unsafe {
                    lowered = (*frame).code;
                    base = (*frame).base;
                    pc = (*frame).pc;
                }
            }};
        }
        macro_rules! r {
            ($index:expr) => {
                unsafe { *base.add($index as usize) }
            };
        }
        macro_rules! set {
            ($index:expr, $value:expr) => {{
                let value: Value = $value;
                unsafe { *base.add($index as usize) = value }
            }};
        }
        macro_rules! k {
            ($index:expr) => {
                unsafe { (*lowered).constants.get().slots().as_ptr().add($index as usize).cast::<Value>().read() }
            };
        }
        macro_rules! name {
            ($index:expr) => {
                unsafe { *(&(*lowered).names).get_unchecked($index as usize) }
            };
        }
        macro_rules! cache {
            ($index:expr) => {
                unsafe { (&(*lowered).caches).get_unchecked($index as usize) }
            };
        }
        macro_rules! jump {
            ($distance:expr) => {
                pc = unsafe { pc.offset($distance as isize) }
            };
        }
        macro_rules! save {
            () => {
                unsafe { (*frame).pc = pc }
            };
        }
        macro_rules! registers {
            ($start:expr, $count:expr) => {
                unsafe { core::slice::from_raw_parts(base.add($start as usize), $count as usize) }
            };
        }

        enter!();
        loop {
            // An instruction that raises breaks out of this block; everything else goes round in it.
            let raised: Raised = 'raise: {
                if let Some(raised) = from_outside.take() {
                    break 'raise raised;
                }
                macro_rules! attempt {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(raised) => break 'raise raised,
                        }
                    };
                }
                /// An operator on two inline numbers, else the slow way.
                macro_rules! arithmetic {
                    ($i:ident, $l:expr, $r:expr, $op:ident, $int:expr, $float:expr) => {{
                        let (l, r): (Value, Value) = ($l, $r);
                        if Value::both_ints(l, r) {
                            if let Some(value) = $int(l, r) {
                                set!($i.a, value);
                                continue;
                            }
                        } else if Value::both_floats(l, r) {
                            if let Some(value) = $float(l.float_unchecked(), r.float_unchecked()) {
                                set!($i.a, value);
                                continue;
                            }
                        }
                        save!();
                        let value = attempt!(arith::binary(vm, BinaryOp::$op, $i.x != 0, l, r));
                        set!($i.a, value);
                    }};
                }
                /// Takes a conditional jump. One that goes back ends a loop: it looks at the poll word.
                macro_rules! branch {
                    ($i:ident) => {{
                        let distance = $i.c as i16;
                        jump!(distance);
                        if distance < 0 && vm.stack.poll.load(core::sync::atomic::Ordering::Relaxed) != 0 {
                            poll_before!(distance);
                        }
                    }};
                }
                /// Does what the poll word asks for. An exception belongs to the end of the loop, which was left by this distance.
                macro_rules! poll_before {
                    ($distance:expr) => {{
                        let target = pc;
                        pc = unsafe { pc.offset(-($distance as isize)) };
                        save!();
                        attempt!(vm.poll());
                        pc = target;
                    }};
                }
                macro_rules! comparison {
                    ($i:ident, $op:ident, $test:tt) => {{
                        let (l, r) = (r!($i.b), r!($i.c));
                        if Value::both_ints(l, r) {
                            set!($i.a, vm.bool(l.raw_int() $test r.raw_int()));
                        } else if Value::both_floats(l, r) {
                            set!($i.a, vm.bool(l.float_unchecked() $test r.float_unchecked()));
                        } else {
                            save!();
                            let value = attempt!(arith::compare(vm, CompareOp::$op, l, r));
                            set!($i.a, value);
                        }
                    }};
                }
                macro_rules! compare_jump {
                    ($i:ident, $r:expr, $op:ident, $test:tt) => {{
                        let (l, r): (Value, Value) = (r!($i.a), $r);
                        let truth = if Value::both_ints(l, r) {
                            l.raw_int() $test r.raw_int()
                        } else if Value::both_floats(l, r) {
                            l.float_unchecked() $test r.float_unchecked()
                        } else {
                            save!();
                            attempt!(arith::compare_bool(vm, CompareOp::$op, l, r))
                        };
                        if truth == ($i.x != 0) {
                            branch!($i);
                        }
                    }};
                }
                /// Does what the unpacking of a pair does whose instruction is at `$at`, and goes on behind it.
                macro_rules! unpacked_pair {
                    ($at:expr, $first:ident, $second:ident) => {{
                        let extra = unsafe { &*$at.add(1) };
                        set!(extra.a, $first);
                        set!(extra.b, $second);
                        pc = unsafe { $at.add(2) };
                    }};
                }
                /// Raises in the frame that is on top now.
                macro_rules! raise_below {
                    ($raised:expr) => {{
                        frame = vm.stack.frame.get();
                        pc = unsafe { (*frame).pc };
                        break 'raise $raised;
                    }};
                }
                macro_rules! called {
                    ($i:ident, $called:expr) => {
                        match attempt!($called) {
                            Called::Entered => enter!(),
                            Called::Result(value) => set!($i.c, value),
                            Called::Outside(call) => return Left::For(call),
                        }
                    };
                }

                loop {
                    // A reference, not a copy: each operation loads just the operands that it has.
                    let i = unsafe { &*pc };
                    pc = unsafe { pc.add(1) };
                    match i.op {
                        Op::Extra => {}
                        Op::Observe => {
                            save!();
                            attempt!(vm.observe(frame));
                            enter!();
                        }
                        Op::Move => set!(i.a, r!(i.b)),
                        Op::Move2 => {
                            let second = i.a + 1;
                            set!(i.a, r!(i.b));
                            set!(second, r!(i.c));
                        }
                        Op::Const => set!(i.a, k!(u32::from(i.b) | u32::from(i.x) << 16)),
                        Op::Swap => {
                            let value = r!(i.a);
                            set!(i.a, r!(i.b));
                            set!(i.b, value);
                        }
                        Op::Clear => set!(i.a, Value::UNBOUND),
                        Op::CheckLocal => {
                            if r!(i.a).is_unbound() {
                                let name = unsafe { (&(*lowered).locals)[i.a as usize] };
                                break 'raise ops::unbound_local(vm, name);
                            }
                        }
                        Op::DeleteLocal => {
                            if r!(i.a).is_unbound() {
                                let name = unsafe { (&(*lowered).locals)[i.a as usize] };
                                break 'raise ops::unbound_local(vm, name);
                            }
                            set!(i.a, Value::UNBOUND);
                        }
                        Op::LoadCell => {
                            let cell: Gc<PyCell> = r!(i.b).expect();
                            let value = cell.content.get();
                            if value.is_unbound() {
                                let (function, locals) = unsafe { ((*frame).function, (*lowered).local_count()) };
                                break 'raise ops::empty_cell(vm, function, i.b, locals);
                            }
                            set!(i.a, value);
                        }
                        Op::StoreCell => {
                            let cell: Gc<PyCell> = r!(i.a).expect();
                            cell.set(vm, r!(i.b));
                        }
                        Op::DeleteCell => {
                            let cell: Gc<PyCell> = r!(i.a).expect();
                            if cell.content.replace(Value::UNBOUND).is_unbound() {
                                let (function, locals) = unsafe { ((*frame).function, (*lowered).local_count()) };
                                break 'raise ops::empty_cell(vm, function, i.a, locals);
                            }
                        }
                        Op::LoadFree => {
                            let function = unsafe { (*frame).function };
                            let value = attempt!(ops::load_free(vm, function, i.b));
                            set!(i.a, value);
                        }
                        Op::StoreFree => {
                            let function = unsafe { (*frame).function };
                            attempt!(ops::free_cell(vm, function, i.a)).set(vm, r!(i.b));
                        }
                        Op::DeleteFree => {
                            let function = unsafe { (*frame).function };
                            attempt!(ops::delete_free(vm, function, i.a));
                        }
                        Op::FreeCell => {
                            let function = unsafe { (*frame).function };
                            let cell = attempt!(ops::free_cell(vm, function, i.b));
                            set!(i.a, cell.into());
                        }
                        Op::NewCell => {
                            let cell = attempt!(PyCell::new(vm, Value::UNBOUND));
                            set!(i.a, cell.into());
                        }
                        Op::NewCellFrom => {
                            let cell = attempt!(PyCell::new(vm, r!(i.b)));
                            set!(i.a, cell.into());
                            set!(i.b, Value::UNBOUND);
                        }
                        Op::LoadFromDictOrCell => {
                            let extra = unsafe { *pc };
                            let (mapping, name) = (r!(i.b), name!(i.c));
                            save!();
                            let value = match attempt!(ops::mapping_get(vm, mapping, name)) {
                                Some(value) => value,
                                None if extra.a != 0 => {
                                    let function = unsafe { (*frame).function };
                                    attempt!(ops::load_free(vm, function, extra.b))
                                }
                                None => {
                                    let cell: Gc<PyCell> = r!(extra.b).expect();
                                    match cell.content.get().bound() {
                                        Some(value) => value,
                                        None => break 'raise ops::unbound_local(vm, name),
                                    }
                                }
                            };
                            set!(i.a, value);
                        }

                        Op::LoadGlobal => {
                            let cache = cache!(i.b);
                            let function = unsafe { (*frame).function };
                            let value = match global::cached(&function, cache) {
                                Some(value) => value,
                                None => {
                                    save!();
                                    attempt!(self.load_global_slow(function, cache))
                                }
                            };
                            set!(i.a, value);
                        }
                        Op::StoreGlobal => {
                            let function = unsafe { (*frame).function };
                            let globals: Gc<Dict> = function.globals.get().expect();
                            attempt!(globals.set_str(vm, name!(i.a), r!(i.b)));
                        }
                        Op::DeleteGlobal => {
                            let function = unsafe { (*frame).function };
                            attempt!(ops::delete_global(vm, function, name!(i.a)));
                        }
                        Op::LoadName => {
                            let cache = cache!(i.b);
                            let (function, mapping) = unsafe { ((*frame).function, (*frame).locals) };
                            save!();
                            let own = if mapping == function.globals.get() || mapping.is_unbound() {
                                None
                            } else {
                                attempt!(ops::mapping_get(vm, mapping, cache.name))
                            };
                            let value = match own.or_else(|| global::cached(&function, cache)) {
                                Some(value) => value,
                                None => attempt!(self.load_global_slow(function, cache)),
                            };
                            set!(i.a, value);
                        }
                        Op::StoreName => {
                            let mapping = unsafe { (*frame).namespace() };
                            save!();
                            attempt!(ops::store_name(vm, mapping, name!(i.a), r!(i.b)));
                        }
                        Op::DeleteName => {
                            let mapping = unsafe { (*frame).namespace() };
                            save!();
                            attempt!(ops::delete_name(vm, mapping, name!(i.a)));
                        }
                        Op::LoadLocals => {
                            let mapping = unsafe { (*frame).namespace() };
                            if mapping.is_unbound() {
                                break 'raise vm.raise(vm.types().system_error, "no locals");
                            }
                            set!(i.a, mapping);
                        }
                        Op::LoadFromDictOrGlobals => {
                            let function = unsafe { (*frame).function };
                            save!();
                            let value = match attempt!(ops::mapping_get(vm, r!(i.b), name!(i.c))) {
                                Some(value) => value,
                                None => attempt!(global::load_name(vm, function, name!(i.c))),
                            };
                            set!(i.a, value);
                        }
                        Op::LoadBuiltin => {
                            let function = unsafe { (*frame).function };
                            let value = attempt!(ops::builtin(vm, function, i.x));
                            set!(i.a, value);
                        }

                        Op::GetAttr => {
                            let (obj, cache) = (r!(i.b), cache!(i.c));
                            if let Some(value) = vm.cached_attr(obj, cache) {
                                set!(i.a, value);
                                continue;
                            }
                            save!();
                            let value = if cache.kind.get() == CacheKind::Property
                                && let Some(getter) = vm.cached_class_value(obj, cache)
                            {
                                // A property's getter runs in a frame of its own, without native recursion.
                                if attempt!(vm.enter_special(getter, &[obj], i.a, Return::Register)) {
                                    enter!();
                                    continue;
                                }
                                attempt!(vm.call(getter, &[obj]))
                            } else {
                                attempt!(attr::get(vm, obj, cache))
                            };
                            set!(i.a, value);
                        }
                        Op::SetAttr | Op::SetAttrK => {
                            let value = if i.op == Op::SetAttr { r!(i.b) } else { k!(i.b) };
                            let (obj, cache) = (r!(i.a), cache!(i.c));
                            if !vm.cached_set(obj, value, cache) {
                                save!();
                                attempt!(attr::set(vm, obj, value, cache));
                            }
                        }
                        Op::DeleteAttr => {
                            save!();
                            attempt!(vm.set_attr(r!(i.a), name!(i.c), None));
                        }
                        Op::LoadMethod => {
                            let (obj, cache) = (r!(i.b), cache!(i.c));
                            if cache.kind.get() == CacheKind::Method
                                && let Some(method) = vm.cached_class_value(obj, cache)
                            {
                                set!(i.a, method);
                                set!(i.a + 1, obj);
                                continue;
                            }
                            if let Some(value) = vm.cached_attr(obj, cache) {
                                set!(i.a, value);
                                set!(i.a + 1, Value::UNBOUND);
                                continue;
                            }
                            save!();
                            let (callable, receiver) = attempt!(attr::get_method(vm, obj, cache));
                            set!(i.a, callable);
                            set!(i.a + 1, receiver);
                        }
                        Op::GetItem => {
                            let (obj, key) = (r!(i.b), r!(i.c));
                            if let Some(value) = vm.fast_item(obj, key) {
                                set!(i.a, value);
                                continue;
                            }
                            save!();
                            let method = vm.class_of(obj).special(Special::GetItem);
                            if attempt!(vm.enter_special(method, &[obj, key], i.a, Return::Register)) {
                                enter!();
                                continue;
                            }
                            let value = attempt!(vm.get_item(obj, key));
                            set!(i.a, value);
                        }
                        Op::GetItemK => {
                            let (obj, key) = (r!(i.b), k!(i.c));
                            if let Some(value) = vm.fast_item(obj, key) {
                                set!(i.a, value);
                                continue;
                            }
                            save!();
                            let method = vm.class_of(obj).special(Special::GetItem);
                            if attempt!(vm.enter_special(method, &[obj, key], i.a, Return::Register)) {
                                enter!();
                                continue;
                            }
                            let value = attempt!(vm.get_item(obj, key));
                            set!(i.a, value);
                        }
                        Op::GetSlice => {
                            save!();
                            let value = attempt!(ops::get_slice(vm, r!(i.b), r!(i.c), r!(i.c + 1)));
                            set!(i.a, value);
                        }
                        Op::SetItem => {
                            let (obj, key, value) = (r!(i.a), r!(i.b), r!(i.c));
                            if key.is_int() && vm.is_exact_list(obj) {
                                let list: Gc<List> = unsafe { Gc::from_ptr(obj.address_unchecked().cast()) };
                                let index = key.int_unchecked();
                                if index >= 0 && list.set(vm, index as usize, value) {
                                    continue;
                                }
                            }
                            save!();
                            let method = vm.class_of(obj).special(Special::SetItem);
                            if attempt!(vm.enter_special(method, &[obj, key, value], 0, Return::Discard)) {
                                enter!();
                                continue;
                            }
                            attempt!(vm.set_item(obj, key, value));
                        }
                        Op::DeleteItem => {
                            save!();
                            attempt!(vm.delete_item(r!(i.a), r!(i.b)));
                        }

                        Op::Unary => {
                            let value = r!(i.b);
                            if i.x == UnaryOp::Neg as u8 {
                                if value.is_int() && value.raw_int() != i64::MIN {
                                    set!(i.a, Value::from_raw_int(-value.raw_int()));
                                    continue;
                                }
                                if value.is_float()
                                    && let Some(value) = Value::try_float(-value.float_unchecked())
                                {
                                    set!(i.a, value);
                                    continue;
                                }
                            }
                            save!();
                            let op = UnaryOp::from_number(u32::from(i.x)).unwrap_or(UnaryOp::Not);
                            let value = attempt!(vm.unary(op, value));
                            set!(i.a, value);
                        }
                        Op::Not => {
                            save!();
                            let truth = attempt!(vm.is_true(r!(i.b)));
                            set!(i.a, vm.bool(!truth));
                        }
                        Op::Add => {
                            arithmetic!(i, r!(i.b), r!(i.c), Add, arith::int_add, |l, r| Value::try_float(l + r))
                        }
                        Op::Sub => {
                            arithmetic!(i, r!(i.b), r!(i.c), Sub, arith::int_sub, |l, r| Value::try_float(l - r))
                        }
                        Op::Mul => {
                            arithmetic!(i, r!(i.b), r!(i.c), Mul, arith::int_mul, |l, r| Value::try_float(l * r))
                        }
                        Op::Div => arithmetic!(i, r!(i.b), r!(i.c), Div, arith::int_div, arith::float_div),
                        Op::FloorDiv => {
                            arithmetic!(i, r!(i.b), r!(i.c), FloorDiv, arith::int_floor_div, arith::slow_float)
                        }
                        Op::Mod => arithmetic!(i, r!(i.b), r!(i.c), Mod, arith::int_mod, arith::slow_float),
                        Op::And => arithmetic!(i, r!(i.b), r!(i.c), And, arith::int_and, arith::slow_float),
                        Op::Or => arithmetic!(i, r!(i.b), r!(i.c), Or, arith::int_or, arith::slow_float),
                        Op::Xor => arithmetic!(i, r!(i.b), r!(i.c), Xor, arith::int_xor, arith::slow_float),
                        Op::LShift => arithmetic!(i, r!(i.b), r!(i.c), LShift, arith::int_shl, arith::slow_float),
                        Op::RShift => arithmetic!(i, r!(i.b), r!(i.c), RShift, arith::int_shr, arith::slow_float),
                        Op::AddK => {
                            arithmetic!(i, r!(i.b), k!(i.c), Add, arith::int_add, |l, r| Value::try_float(l + r))
                        }
                        Op::SubK => {
                            arithmetic!(i, r!(i.b), k!(i.c), Sub, arith::int_sub, |l, r| Value::try_float(l - r))
                        }
                        Op::MulK => {
                            arithmetic!(i, r!(i.b), k!(i.c), Mul, arith::int_mul, |l, r| Value::try_float(l * r))
                        }
                        Op::DivK => arithmetic!(i, r!(i.b), k!(i.c), Div, arith::int_div, arith::float_div),
                        Op::FloorDivK => {
                            arithmetic!(i, r!(i.b), k!(i.c), FloorDiv, arith::int_floor_div, arith::slow_float)
                        }
                        Op::ModK => arithmetic!(i, r!(i.b), k!(i.c), Mod, arith::int_mod, arith::slow_float),
                        Op::AndK => arithmetic!(i, r!(i.b), k!(i.c), And, arith::int_and, arith::slow_float),
                        Op::LShiftK => arithmetic!(i, r!(i.b), k!(i.c), LShift, arith::int_shl, arith::slow_float),
                        Op::RShiftK => arithmetic!(i, r!(i.b), k!(i.c), RShift, arith::int_shr, arith::slow_float),
                        Op::Binary => {
                            let op = BinaryOp::from_number(u32::from(i.x & 127)).unwrap_or(BinaryOp::Pow);
                            save!();
                            let value = attempt!(arith::binary(vm, op, i.x & 128 != 0, r!(i.b), r!(i.c)));
                            set!(i.a, value);
                        }
                        Op::Lt => comparison!(i, Lt, <),
                        Op::Le => comparison!(i, Le, <=),
                        Op::Eq => comparison!(i, Eq, ==),
                        Op::Ne => comparison!(i, Ne, !=),
                        Op::Gt => comparison!(i, Gt, >),
                        Op::Ge => comparison!(i, Ge, >=),
                        Op::Is => set!(i.a, vm.bool((r!(i.b) == r!(i.c)) != (i.x != 0))),
                        Op::In => {
                            save!();
                            let found = attempt!(vm.contains(r!(i.c), r!(i.b)));
                            set!(i.a, vm.bool(found != (i.x != 0)));
                        }

                        Op::Jump => jump!(i.wide() as i32),
                        Op::Loop => {
                            jump!(-(i.wide() as i32));
                            if vm.stack.poll.load(core::sync::atomic::Ordering::Relaxed) != 0 {
                                poll_before!(-(i.wide() as i32));
                            }
                        }
                        Op::JumpIfFalse => {
                            let value = r!(i.a);
                            let truth = if value == vm.true_() {
                                true
                            } else if value == vm.false_() {
                                false
                            } else {
                                save!();
                                attempt!(vm.is_true(value))
                            };
                            if !truth {
                                branch!(i);
                            }
                        }
                        Op::JumpIfTrue => {
                            let value = r!(i.a);
                            let truth = if value == vm.true_() {
                                true
                            } else if value == vm.false_() {
                                false
                            } else {
                                save!();
                                attempt!(vm.is_true(value))
                            };
                            if truth {
                                branch!(i);
                            }
                        }
                        Op::JumpLt => compare_jump!(i, r!(i.b), Lt, <),
                        Op::JumpLe => compare_jump!(i, r!(i.b), Le, <=),
                        Op::JumpEq => compare_jump!(i, r!(i.b), Eq, ==),
                        Op::JumpNe => compare_jump!(i, r!(i.b), Ne, !=),
                        Op::JumpGt => compare_jump!(i, r!(i.b), Gt, >),
                        Op::JumpGe => compare_jump!(i, r!(i.b), Ge, >=),
                        Op::JumpLtK => compare_jump!(i, k!(i.b), Lt, <),
                        Op::JumpLeK => compare_jump!(i, k!(i.b), Le, <=),
                        Op::JumpEqK => compare_jump!(i, k!(i.b), Eq, ==),
                        Op::JumpNeK => compare_jump!(i, k!(i.b), Ne, !=),
                        Op::JumpGtK => compare_jump!(i, k!(i.b), Gt, >),
                        Op::JumpGeK => compare_jump!(i, k!(i.b), Ge, >=),
                        Op::JumpIs => {
                            if (r!(i.a) == r!(i.b)) == (i.x != 0) {
                                branch!(i);
                            }
                        }
                        Op::JumpIsNone => {
                            if (r!(i.a) == vm.none()) == (i.x != 0) {
                                branch!(i);
                            }
                        }
                        Op::JumpIn => {
                            save!();
                            if attempt!(vm.contains(r!(i.b), r!(i.a))) == (i.x != 0) {
                                branch!(i);
                            }
                        }

                        Op::GetIter => {
                            let value = r!(i.b);
                            save!();
                            let iterator = attempt!(vm.fast_iter(value));
                            set!(i.a, iterator);
                        }
                        Op::ForIter => {
                            if i.x != 0
                                && let Some((first, second)) = vm.next_pair_at_once(r!(i.a))
                            {
                                unpacked_pair!(pc, first, second);
                                continue;
                            }
                            let iterator = r!(i.a);
                            if let Some(value) = vm.next_at_once(iterator) {
                                set!(i.b, value);
                                continue;
                            }
                            save!();
                            if let Some(generator) = iterator.cast::<Generator>()
                                && matches!(generator.state.get(), State::Created | State::Suspended)
                                && vm.class_of(iterator) == vm.types().generator
                            {
                                attempt!(vm.push_generator(generator, vm.none(), i.b, Return::ForIter));
                                enter!();
                                continue;
                            }
                            match attempt!(vm.next(iterator)) {
                                Some(value) => set!(i.b, value),
                                None => jump!(i.c as i16),
                            }
                        }
                        Op::ForIterBack => {
                            if vm.stack.poll.load(core::sync::atomic::Ordering::Relaxed) != 0 {
                                save!();
                                attempt!(vm.poll());
                            }
                            // Everything but the common iterators is left to the instruction at the head of the loop.
                            pc = unsafe { pc.sub(i.c as usize) };
                            if i.x != 0 {
                                if let Some((first, second)) = vm.next_pair_at_once(r!(i.a)) {
                                    unpacked_pair!(pc.add(1), first, second);
                                }
                            } else if let Some(value) = vm.next_at_once(r!(i.a)) {
                                set!(i.b, value);
                                pc = unsafe { pc.add(1) };
                            } else if let Some(generator) = r!(i.a).cast::<Generator>()
                                && generator.state.get() == State::Suspended
                                && vm.class_of(generator.into()) == vm.types().generator
                            {
                                pc = unsafe { pc.add(1) };
                                save!();
                                attempt!(vm.push_generator(generator, vm.none(), i.b, Return::ForIter));
                                enter!();
                            }
                        }
                        Op::Return | Op::ReturnConst => {
                            let value =
                                if i.op == Op::Return { r!(i.a) } else { k!(u32::from(i.b) | u32::from(i.x) << 16) };
                            let (on_return, dst) = unsafe { ((*frame).on_return, (*frame).dst) };
                            if on_return == Return::Register {
                                // No generator's frame: those are resumed in other ways.
                                debug_assert!(unsafe { !(*lowered).detached });
                                vm.pop_frame(frame);
                                enter!();
                                set!(dst, value);
                                continue;
                            }
                            let mut on_return = on_return;
                            if on_return == Return::Watched {
                                save!();
                                on_return = vm.leave_watched(frame);
                            }
                            let owner = unsafe { (*frame).owner };
                            if unsafe { (*lowered).detached } {
                                vm.finish_generator(frame);
                            } else {
                                vm.pop_frame(frame);
                            }
                            match on_return {
                                Return::Native => return Left::Finished(Ok(value)),
                                Return::Register => {
                                    enter!();
                                    set!(dst, value);
                                }
                                Return::Sent => raise_below!(vm.stop_iteration(value)),
                                Return::Discard => enter!(),
                                Return::Init => {
                                    enter!();
                                    if value != vm.none() {
                                        let kind = vm.type_name(value);
                                        let message = format!("__init__() should return None, not '{kind}'");
                                        break 'raise vm.type_error(message);
                                    }
                                    set!(dst, owner);
                                }
                                Return::ForIter => {
                                    vm.note_end(value);
                                    enter!();
                                    let i = unsafe { *pc.sub(1) };
                                    branch!(i);
                                }
                                Return::YieldFrom => {
                                    enter!();
                                    if let Some(generator) = unsafe { (*frame).owner }.cast::<Generator>() {
                                        generator.delegate.set(Value::UNBOUND);
                                    }
                                    vm.note_end(value);
                                    set!(dst, value);
                                }
                                Return::Watched => unreachable!("it was left"),
                            }
                        }

                        Op::BuildTuple => {
                            let value = attempt!(vm.new_tuple(registers!(i.b, i.c)));
                            set!(i.a, value);
                        }
                        Op::BuildList => {
                            let value = attempt!(vm.new_list(registers!(i.b, i.c)));
                            set!(i.a, value);
                        }
                        Op::BuildSet => {
                            save!();
                            let value = attempt!(Set::new(vm, vm.types().set, registers!(i.b, i.c)));
                            set!(i.a, value.into());
                        }
                        Op::BuildDict => {
                            save!();
                            let value = attempt!(ops::build_dict(vm, registers!(i.b, 2 * u32::from(i.c))));
                            set!(i.a, value);
                        }
                        Op::BuildString => {
                            let value = attempt!(ops::build_string(vm, registers!(i.b, i.c)));
                            set!(i.a, value);
                        }
                        Op::BuildSlice => {
                            let step = if i.x != 0 { r!(i.b + 2) } else { vm.none() };
                            let value = attempt!(crate::types::slice::Slice::new(vm, r!(i.b), r!(i.b + 1), step));
                            set!(i.a, value);
                        }
                        Op::ListAppend => match r!(i.a).cast::<List>() {
                            Some(list) => attempt!(list.push(vm, r!(i.b))),
                            None => break 'raise vm.type_error("list_append needs a list"),
                        },
                        Op::SetAdd => {
                            save!();
                            match r!(i.a).cast::<Set>() {
                                Some(set) if vm.class_of(set.into()) != vm.types().frozenset => {
                                    attempt!(set.add(vm, r!(i.b)));
                                }
                                _ => break 'raise vm.type_error("set_add needs a set"),
                            }
                        }
                        Op::DictSet => {
                            save!();
                            match r!(i.a).cast::<Dict>() {
                                Some(dict) => attempt!(dict.set(vm, r!(i.b), r!(i.c))),
                                None => break 'raise vm.type_error("dict_set needs a dict"),
                            }
                        }
                        Op::ListExtend => {
                            save!();
                            attempt!(ops::list_extend(vm, r!(i.a), r!(i.b)));
                        }
                        Op::SetUpdate => {
                            save!();
                            match r!(i.a).cast::<Set>() {
                                Some(set) => attempt!(vm.for_each(r!(i.b), |item| set.add(vm, item))),
                                None => break 'raise vm.type_error("set_update needs a set"),
                            }
                        }
                        Op::DictUpdate => {
                            save!();
                            attempt!(ops::dict_update(vm, r!(i.a), r!(i.b)));
                        }
                        Op::DictMerge => {
                            save!();
                            attempt!(ops::dict_merge(vm, r!(i.a), r!(i.b), r!(i.c)));
                        }
                        Op::ListToTuple => match r!(i.b).cast::<List>() {
                            Some(list) => {
                                let tuple = attempt!(list.to_tuple(vm));
                                set!(i.a, tuple.into());
                            }
                            None => break 'raise vm.type_error("list_to_tuple needs a list"),
                        },
                        Op::UnpackSequence => {
                            let value = r!(i.a);
                            let count = i.b as usize;
                            let mut left = count;
                            if let Some(items) = vm.fast_items(value)
                                && items.len() == count
                            {
                                let mut item = items.as_ptr();
                                while left > 0 {
                                    let extra = unsafe { &*pc };
                                    set!(extra.a, unsafe { (*item).get() });
                                    if left > 1 {
                                        set!(extra.b, unsafe { (*item.add(1)).get() });
                                    }
                                    if left > 2 {
                                        set!(extra.c, unsafe { (*item.add(2)).get() });
                                    }
                                    item = item.wrapping_add(3);
                                    pc = unsafe { pc.add(1) };
                                    left = left.saturating_sub(3);
                                }
                            } else {
                                save!();
                                let items = attempt!(ops::unpack_sequence(vm, value, count));
                                for part in items.chunks(3) {
                                    let extra = unsafe { &*pc };
                                    for (target, item) in [extra.a, extra.b, extra.c].into_iter().zip(part) {
                                        set!(target, *item);
                                    }
                                    pc = unsafe { pc.add(1) };
                                }
                            }
                        }
                        Op::UnpackEx => {
                            save!();
                            let value = r!(i.a);
                            let (before, after) = (i.c as usize, i.x as usize);
                            let targets =
                                unsafe { core::slice::from_raw_parts_mut(base.add(i.b as usize), before + 1 + after) };
                            attempt!(ops::unpack_ex(vm, value, before, after, targets));
                        }
                        Op::Convert => {
                            save!();
                            let value = attempt!(ops::convert(vm, i.x, r!(i.b)));
                            set!(i.a, value);
                        }
                        Op::Format => {
                            save!();
                            let spec = (i.x == 0).then(|| r!(i.c));
                            let value = attempt!(ops::format(vm, r!(i.b), spec));
                            set!(i.a, value);
                        }
                        Op::BuildInterpolation => {
                            save!();
                            let spec = if i.x & 8 != 0 { r!(i.b + 2) } else { Value::UNBOUND };
                            let value = attempt!(crate::types::template::new_interpolation(
                                vm,
                                r!(i.b),
                                r!(i.b + 1),
                                i.x & 7,
                                spec
                            ));
                            set!(i.a, value);
                        }
                        Op::BuildTemplate => {
                            let value = attempt!(crate::types::template::new_template(vm, r!(i.b), r!(i.c)));
                            set!(i.a, value);
                        }

                        Op::Call => {
                            save!();
                            let callable = r!(i.a);
                            if let Some(function) = callable.cast::<Function>() {
                                let code = attempt!(vm.lowered_of(function));
                                if u32::from(i.b) == code.takes && unsafe { !(*lowered).detached } {
                                    let args = unsafe { base.add(i.a as usize + 1) };
                                    attempt!(vm.push_frame(function, code, args, i.b as usize, i.c, Return::Register));
                                    enter!();
                                    continue;
                                }
                            }
                            if let Some(native) = callable.cast::<Native>()
                                && native.def.binding == Binding::Function
                                && native.def.takes_directly(i.b as usize)
                            {
                                let result = (native.def.function)(vm, registers!(i.a + 1, i.b));
                                set!(i.c, attempt!(vm.ended(result)));
                                continue;
                            }
                            let window = unsafe { base.add(i.a as usize) };
                            called!(i, self.call_window(window, i.b as usize, i.c, None));
                        }
                        Op::CallMethod => {
                            save!();
                            let window = unsafe { base.add(i.a as usize) };
                            let receiver = r!(i.a + 1);
                            if receiver.is_bound() {
                                let callable = r!(i.a);
                                let count = i.b + 1;
                                if let Some(function) = callable.cast::<Function>() {
                                    let code = attempt!(vm.lowered_of(function));
                                    if u32::from(count) == code.takes && unsafe { !(*lowered).detached } {
                                        let args = unsafe { window.add(1) };
                                        attempt!(vm.push_frame(
                                            function,
                                            code,
                                            args,
                                            count as usize,
                                            i.c,
                                            Return::Register
                                        ));
                                        enter!();
                                        continue;
                                    }
                                } else if let Some(native) = callable.cast::<Native>()
                                    && native.is_descriptor()
                                {
                                    // `load_method` found it on the receiver's class.
                                    if native.def.takes_directly(count as usize) {
                                        let result = (native.def.function)(vm, registers!(i.a + 1, count));
                                        set!(i.c, attempt!(vm.ended(result)));
                                        continue;
                                    }
                                    if native.def.takes_with_defaults(count as usize) {
                                        let result = vm.call_with_defaults(native.def, registers!(i.a + 1, count));
                                        set!(i.c, attempt!(result));
                                        continue;
                                    }
                                }
                                called!(i, self.call_window(window, count as usize, i.c, None));
                            } else {
                                // No receiver: the callable moves up to be next to its arguments.
                                unsafe { *window.add(1) = *window };
                                called!(i, self.call_window(window.wrapping_add(1), i.b as usize, i.c, None));
                            }
                        }
                        Op::CallKw | Op::CallMethodKw => {
                            let extra = unsafe { *pc };
                            pc = unsafe { pc.add(1) };
                            save!();
                            let names: Gc<Tuple> = k!(u32::from(extra.a) | u32::from(extra.b) << 16).expect();
                            let mut window = unsafe { base.add(i.a as usize) };
                            let mut count = i.b as usize;
                            if i.op == Op::CallMethodKw {
                                if r!(i.a + 1).is_bound() {
                                    count += 1;
                                } else {
                                    unsafe {
                                        *window.add(1) = *window;
                                        window = window.add(1);
                                    }
                                }
                            }
                            called!(i, self.call_window(window, count, i.c, Some(names)));
                        }
                        Op::CallEx => {
                            save!();
                            let kwargs = if i.x != 0 { r!(i.a + 2) } else { Value::UNBOUND };
                            let value = attempt!(ops::call_ex(vm, r!(i.a), r!(i.a + 1), kwargs));
                            set!(i.c, value);
                        }

                        Op::Yield => {
                            let value = r!(i.a);
                            let (mut on_return, dst) = unsafe { ((*frame).on_return, (*frame).dst) };
                            if on_return == Return::Watched {
                                save!();
                                on_return = vm.leave_watched(frame);
                            }
                            vm.suspend(frame, pc, i.c);
                            match on_return {
                                Return::Native => return Left::Finished(Ok(value)),
                                Return::YieldFrom => {
                                    // The frame below delegates to this one: it suspends with the same value.
                                    match vm.yield_through(value) {
                                        Ok(Some(value)) => return Left::Finished(Ok(value)),
                                        Ok(None) => enter!(),
                                        Err(raised) => raise_below!(raised),
                                    }
                                }
                                _ => {
                                    enter!();
                                    set!(dst, value);
                                }
                            }
                        }
                        Op::YieldFrom => {
                            let (iterator, value) = (r!(i.a), r!(i.b));
                            save!();
                            if let Some(owner) = unsafe { (*frame).owner }.cast::<Generator>() {
                                owner.delegate.set(iterator);
                                vm.heap.barrier(owner.header());
                            }
                            if let Some(generator) = iterator.cast::<Generator>()
                                && matches!(generator.state.get(), State::Created | State::Suspended)
                                && vm.class_of(iterator) != vm.types().async_generator
                            {
                                if generator.state.get() == State::Created && value != vm.none() {
                                    break 'raise vm.cannot_send_first(generator);
                                }
                                attempt!(vm.push_generator(generator, value, i.c, Return::YieldFrom));
                                enter!();
                                continue;
                            }
                            match vm.send_to(iterator, value) {
                                Ok(Resumed::Yielded(value)) => {
                                    if vm.observation.is_active() {
                                        attempt!(vm.fire_delegation(frame, Some(value)));
                                    }
                                    let (mut on_return, dst) = unsafe { ((*frame).on_return, (*frame).dst) };
                                    if on_return == Return::Watched {
                                        on_return = vm.leave_watched(frame);
                                    }
                                    vm.suspend(frame, unsafe { pc.sub(1) }, i.b);
                                    match on_return {
                                        Return::Native => return Left::Finished(Ok(value)),
                                        Return::YieldFrom => match vm.yield_through(value) {
                                            Ok(Some(value)) => return Left::Finished(Ok(value)),
                                            Ok(None) => enter!(),
                                            Err(raised) => raise_below!(raised),
                                        },
                                        _ => {
                                            enter!();
                                            set!(dst, value);
                                        }
                                    }
                                }
                                Ok(Resumed::Returned(value)) => {
                                    if let Some(owner) = unsafe { (*frame).owner }.cast::<Generator>() {
                                        owner.delegate.set(Value::UNBOUND);
                                    }
                                    set!(i.c, value);
                                }
                                Err(raised) => {
                                    if let Some(owner) = unsafe { (*frame).owner }.cast::<Generator>() {
                                        owner.delegate.set(Value::UNBOUND);
                                    }
                                    break 'raise raised;
                                }
                            }
                        }
                        Op::GetYieldFromIter => {
                            let function = unsafe { (*frame).function };
                            save!();
                            let value = attempt!(ops::yield_from_iter(vm, function, r!(i.b)));
                            set!(i.a, value);
                        }
                        Op::GetAwaitable => {
                            save!();
                            let value = attempt!(crate::types::generator::get_awaitable(vm, r!(i.b), i.x));
                            set!(i.a, value);
                        }
                        Op::GetAsyncIter => {
                            save!();
                            let value = attempt!(crate::types::generator::get_async_iter(vm, r!(i.b)));
                            set!(i.a, value);
                        }
                        Op::GetAsyncNext => {
                            save!();
                            let value = attempt!(crate::types::generator::get_async_next(vm, r!(i.b)));
                            set!(i.a, value);
                        }
                        Op::EndAsyncFor => {
                            let exception = r!(i.a);
                            if !vm.is_instance(exception, vm.types().stop_async_iteration) {
                                break 'raise ops::reraise(vm, exception);
                            }
                        }
                        Op::AsyncGenWrap => {
                            let value = attempt!(crate::types::generator::wrap_yielded(vm, r!(i.b)));
                            set!(i.a, value);
                        }

                        Op::Raise => {
                            save!();
                            break 'raise ops::raise(vm, i.x, r!(i.a), r!(i.b));
                        }
                        Op::Reraise => break 'raise ops::reraise(vm, r!(i.a)),
                        Op::BeginHandler => {
                            let exception = r!(i.a);
                            let mut previous = vm.handled.replace(exception);
                            if i.x != 0 {
                                previous = vm.begin_handler_in_generator(frame, previous);
                            }
                            set!(i.a, previous.bound().unwrap_or(vm.none()));
                            set!(i.b, exception);
                        }
                        Op::EndHandler => {
                            let previous = r!(i.a);
                            vm.handled.set(if previous != vm.none() {
                                previous
                            } else if i.x != 0 {
                                vm.end_handler_in_generator(frame)
                            } else {
                                Value::UNBOUND
                            });
                        }
                        Op::MatchException => {
                            save!();
                            let matches = attempt!(vm.exception_matches(r!(i.b), r!(i.c)));
                            set!(i.a, vm.bool(matches));
                        }
                        Op::MatchExceptionGroup => {
                            save!();
                            let result = crate::types::exception::group::match_star(vm, r!(i.a), r!(i.a + 1));
                            let (rest, matched) = attempt!(result);
                            set!(i.a, rest);
                            set!(i.a + 1, matched);
                            if matched != vm.none() {
                                vm.handled.set(matched);
                            }
                        }
                        Op::PrepareReraiseStar => {
                            save!();
                            let result = crate::types::exception::group::prepare_reraise(vm, r!(i.a), r!(i.b));
                            let value = attempt!(result);
                            set!(i.a, value);
                        }
                        Op::WithEnter => {
                            save!();
                            let (exit, value) = attempt!(ops::with_enter(vm, r!(i.b), i.x != 0));
                            set!(i.a, exit);
                            set!(i.a + 1, value);
                        }
                        Op::WithExcept => {
                            save!();
                            let value = attempt!(ops::with_except(vm, r!(i.b), r!(i.c)));
                            set!(i.a, value);
                        }

                        Op::MakeFunction => {
                            let function = unsafe { (*frame).function };
                            let value = attempt!(ops::make_function(vm, function, unsafe { &*lowered }, i.wide()));
                            set!(i.a, value);
                        }
                        Op::SetFunction => {
                            let function = r!(i.b);
                            attempt!(ops::set_function(vm, i.x, r!(i.a), function));
                            set!(i.c, function);
                        }
                        Op::ImportName => {
                            let extra = unsafe { *pc };
                            pc = unsafe { pc.add(1) };
                            save!();
                            let value = attempt!(ops::import_name(vm, frame, name!(extra.a), r!(i.b), r!(i.c)));
                            set!(i.a, value);
                        }
                        Op::ImportFrom => {
                            save!();
                            let value = attempt!(ops::import_from(vm, r!(i.b), name!(i.c)));
                            set!(i.a, value);
                        }
                        Op::ImportStar => {
                            let mapping = unsafe { (*frame).namespace() };
                            save!();
                            attempt!(ops::import_star(vm, mapping, r!(i.a)));
                        }
                        Op::SetupAnnotations => {
                            let mapping = unsafe { (*frame).namespace() };
                            save!();
                            attempt!(ops::setup_annotations(vm, mapping));
                        }
                        Op::Intrinsic => {
                            save!();
                            let value = attempt!(ops::intrinsic(vm, i.x, registers!(i.b, 3)));
                            set!(i.a, value);
                        }

                        Op::MatchMapping => set!(i.a, vm.bool(ops::is_match_mapping(vm, r!(i.b)))),
                        Op::MatchSequence => set!(i.a, vm.bool(ops::is_match_sequence(vm, r!(i.b)))),
                        Op::MatchKeys => {
                            save!();
                            let value = attempt!(ops::match_keys(vm, r!(i.b), r!(i.c)));
                            set!(i.a, value);
                        }
                        Op::MatchClass => {
                            save!();
                            let (subject, class, names) = (r!(i.b), r!(i.b + 1), r!(i.b + 2));
                            let value = attempt!(ops::match_class(vm, subject, class, names, i.c as usize));
                            set!(i.a, value);
                        }
                        Op::GetLen => {
                            save!();
                            let len = attempt!(vm.len(r!(i.b)));
                            set!(i.a, attempt!(vm.new_int(len as i64)));
                        }
                    }
                }
            };
            unsafe { (*frame).pc = pc };
            match self.unwind(raised, pc) {
                Unwound::Handled => enter!(),
                Unwound::Leave(raised) => return Left::Finished(Err(raised)),
            }
        }
    }
}
