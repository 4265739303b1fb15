//! The events, with the numbers that `sys.monitoring` gives them.

/// Declares the events: name in Rust, name of `sys.monitoring.events`.
macro_rules! events {
    ($($(#[$doc:meta])* $event:ident $name:literal,)*) => {
        /// Something that a program does.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Event { $($(#[$doc])* $event,)* }

        impl Event {
            /// All of them, by number.
            pub const ALL: &'static [Event] = &[$(Event::$event,)*];

            /// The name in `sys.monitoring.events`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Event::$event => $name,)* }
            }
        }
    };
}

events! {
    /// A function begins.
    Start "PY_START",
    /// A generator goes on.
    Resume "PY_RESUME",
    /// A function returns.
    Return "PY_RETURN",
    /// A generator yields.
    Yield "PY_YIELD",
    /// Something is about to be called.
    Call "CALL",
    /// A line is about to run.
    Line "LINE",
    /// An instruction is about to run.
    Instruction "INSTRUCTION",
    /// A jump without a condition is taken.
    Jump "JUMP",
    /// A conditional jump is not taken.
    BranchLeft "BRANCH_LEFT",
    /// A conditional jump is taken.
    BranchRight "BRANCH_RIGHT",
    /// A generator ended a loop or a delegation: a StopIteration that was never raised.
    StopIteration "STOP_ITERATION",
    /// An exception is raised, or comes from a call.
    Raise "RAISE",
    /// A handler takes an exception.
    ExceptionHandled "EXCEPTION_HANDLED",
    /// An exception leaves a function.
    Unwind "PY_UNWIND",
    /// An exception is thrown into a generator.
    Throw "PY_THROW",
    /// An exception is raised again.
    Reraise "RERAISE",
    /// A call of anything but a Python function has returned.
    NativeReturn "C_RETURN",
    /// A call of anything but a Python function has raised.
    NativeRaise "C_RAISE",
}

/// Both branches, by their old name.
pub const BRANCH: (&str, u32) = ("BRANCH", 18);

impl Event {
    /// Its bit in a set of events.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The event with a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Event> {
        Event::ALL.get(number as usize).copied()
    }

    /// Whether it belongs to a place in code, so that it can be wanted for some code only, and turned off for a place.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self as u8 <= Event::StopIteration as u8
    }
}

/// The bits of events that belong to a place in code.
pub const LOCAL: u32 = (1 << (Event::StopIteration as u32 + 1)) - 1;
