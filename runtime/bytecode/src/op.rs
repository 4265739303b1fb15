//! `Op`: an instruction with its operands, and all that follows from the op table: encoding, decoding, names, stack
//! effects, control flow, documentation.

use crate::error::DecodeError;
use crate::for_each_op;
use crate::leb128;
use crate::operands::*;

/// Where control goes after an instruction that does not raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// To the target.
    Jump,
    /// To the next instruction or to the target.
    Branch,
    /// Out of the code object, or to a handler.
    End,
}

/// The type of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    Const,
    Name,
    Local,
    Cell,
    Code,
    Label,
    Count,
    Depth,
    /// One of an enumeration: the type's name and the names of its values by wire number.
    Choice(&'static str, &'static [&'static str]),
}

/// An operand as the op table declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperandInfo {
    pub name: &'static str,
    pub kind: OperandKind,
}

/// A row of the op table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpInfo {
    pub opcode: u8,
    pub mnemonic: &'static str,
    pub operands: &'static [OperandInfo],
    pub flow: Flow,
    /// What it takes from the stack and leaves there.
    pub signature: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// Where the operands of an instruction come from: bytes, text.
pub trait OperandSource {
    type Error;

    /// The wire number of the next operand.
    fn next(&mut self, operand: &OperandInfo) -> Result<u32, Self::Error>;

    /// The error for a number that is none of the operand's choices.
    fn invalid(&mut self, operand: &OperandInfo, number: u32) -> Self::Error;
}

/// In a table of stack effects: the count depends on operands.
const VARIES: u8 = u8::MAX;

/// The count that an expression of the op table stands for when it is a number.
macro_rules! fixed_count {
    ($count:literal) => {
        $count
    };
    ($count:tt) => {
        VARIES
    };
}

/// Makes a table by opcode. What is asked of every instruction is looked up, since a `match` over all operations is a jump
/// that processors predict badly.
macro_rules! by_opcode {
    ($type:ty, $default:expr, $($opcode:literal => $value:expr,)*) => {{
        let mut table: [$type; 256] = [$default; 256];
        $(table[$opcode] = $value;)*
        table
    }};
}

macro_rules! define_op {
    ($(
        $opcode:literal $variant:ident $mnemonic:literal $({})? $({ $($field:ident : $type:ident),+ })?
        pops $pops:tt pushes $pushes:tt flow $flow:ident $signature:literal $meaning:literal;
    )*) => {
        /// An instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $(
                #[doc = concat!("`", $signature, "` ", $meaning)]
                $variant $({ $($field: $type),+ })? = $opcode,
            )*
        }

        /// The op table as data, by rising opcode.
        pub const OP_INFO: &[OpInfo] = &[$(
            OpInfo {
                opcode: $opcode,
                mnemonic: $mnemonic,
                operands: &[$($(OperandInfo { name: stringify!($field), kind: <$type as Operand>::KIND }),+)?],
                flow: Flow::$flow,
                signature: $signature,
                meaning: $meaning,
            },
        )*];

        const POPS: [u8; 256] = by_opcode!(u8, VARIES, $($opcode => fixed_count!($pops),)*);
        const PUSHES: [u8; 256] = by_opcode!(u8, VARIES, $($opcode => fixed_count!($pushes),)*);
        const FLOWS: [Flow; 256] = by_opcode!(Flow, Flow::End, $($opcode => Flow::$flow,)*);

        impl Op {
            /// The instruction with an opcode, its operands taken from a source; `None` when there is no such opcode.
            ///
            /// # Errors
            /// Those of the source.
            #[inline]
            pub fn build<S: OperandSource>(opcode: u8, source: &mut S) -> Result<Option<Op>, S::Error> {
                Ok(Some(match opcode {
                    $($opcode => Op::$variant $({
                        $($field: {
                            const INFO: OperandInfo =
                                OperandInfo { name: stringify!($field), kind: <$type as Operand>::KIND };
                            let number = source.next(&INFO)?;
                            match <$type as Operand>::from_wire(number) {
                                Some(operand) => operand,
                                None => return Err(source.invalid(&INFO, number)),
                            }
                        }),+
                    })?,)*
                    _ => return Ok(None),
                }))
            }

            /// The opcode.
            #[must_use]
            #[inline]
            pub const fn opcode(&self) -> u8 {
                match self { $(Op::$variant $({ $($field: _),+ })? => $opcode,)* }
            }

            /// Its name in the text form.
            #[must_use]
            pub const fn mnemonic(&self) -> &'static str {
                match self { $(Op::$variant $({ $($field: _),+ })? => $mnemonic,)* }
            }

            /// [`Op::pops`] where it depends on operands.
            #[allow(unused_variables)]
            fn varying_pops(&self) -> u32 {
                let count: u64 = match *self {
                    $(Op::$variant $({ $($field),+ })? => { $($(let $field = $field.stack_number();)+)? $pops })*
                };
                u32::try_from(count).unwrap_or(u32::MAX)
            }

            /// [`Op::pushes`] where it depends on operands.
            #[allow(unused_variables)]
            fn varying_pushes(&self) -> u32 {
                let count: u64 = match *self {
                    $(Op::$variant $({ $($field),+ })? => { $($(let $field = $field.stack_number();)+)? $pushes })*
                };
                u32::try_from(count).unwrap_or(u32::MAX)
            }

            /// Calls `each` with every operand and its wire number, in order.
            #[inline]
            pub fn each_operand(&self, mut each: impl FnMut(&'static OperandInfo, u32)) {
                match *self {
                    $(Op::$variant $({ $($field),+ })? => {
                        $($(
                            each(
                                &const { OperandInfo { name: stringify!($field), kind: <$type as Operand>::KIND } },
                                $field.wire(),
                            );
                        )+)?
                    })*
                }
            }

            /// The place it may jump to.
            #[must_use]
            #[inline]
            pub fn target(&self) -> Option<Label> {
                if matches!(self.flow(), Flow::Next | Flow::End) {
                    return None;
                }
                let mut target = None;
                match *self {
                    $(Op::$variant $({ $($field),+ })? => { $($($field.label(&mut target);)+)? })*
                }
                target
            }

            /// Puts another place to jump to in place of [`Op::target`]; no effect on an instruction without one.
            pub fn set_target(&mut self, label: Label) {
                match self {
                    $(Op::$variant $({ $($field),+ })? => { $($($field.set_label(label);)+)? })*
                }
            }
        }
    };
}

for_each_op!(define_op);

impl Op {
    /// Decodes the instruction at an offset; gives it and its length.
    ///
    /// # Errors
    /// When there is no whole, canonical instruction.
    #[inline]
    pub fn decode(bytes: &[u8], offset: usize) -> Result<(Op, usize), DecodeError> {
        let Some(&opcode) = bytes.get(offset) else {
            return Err(DecodeError::new(offset, "the end", "an instruction"));
        };
        let mut source = Operands { bytes, at: offset + 1 };
        match Op::build(opcode, &mut source)? {
            Some(op) => Ok((op, source.at - offset)),
            None => Err(DecodeError::new(offset, format!("the byte {opcode:#04x}"), "an opcode")),
        }
    }

    /// Appends the instruction's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.opcode());
        self.each_operand(|info, number| match info.kind {
            OperandKind::Label => out.extend_from_slice(&number.to_le_bytes()),
            _ => leb128::write(out, u64::from(number)),
        });
    }

    /// Where control goes.
    #[must_use]
    #[inline]
    pub const fn flow(&self) -> Flow {
        FLOWS[self.opcode() as usize]
    }

    /// How many values it takes from the stack when it does not jump. A count beyond 32 bits is cut to them: it is beyond
    /// every limit anyway.
    #[must_use]
    #[inline]
    pub fn pops(&self) -> u32 {
        match POPS[self.opcode() as usize] {
            VARIES => self.varying_pops(),
            count => u32::from(count),
        }
    }

    /// How many values it leaves on the stack when it does not jump; cut as by [`Op::pops`].
    #[must_use]
    #[inline]
    pub fn pushes(&self) -> u32 {
        match PUSHES[self.opcode() as usize] {
            VARIES => self.varying_pushes(),
            count => u32::from(count),
        }
    }

    /// The opcode with a mnemonic.
    #[must_use]
    pub fn opcode_of(mnemonic: &str) -> Option<u8> {
        OP_INFO.iter().find(|info| info.mnemonic == mnemonic).map(|info| info.opcode)
    }

    /// The row of the op table.
    #[must_use]
    pub fn info(&self) -> &'static OpInfo {
        let opcode = self.opcode();
        let row = OP_INFO.binary_search_by_key(&opcode, |info| info.opcode).expect("every opcode is in the table");
        &OP_INFO[row]
    }

    /// What a jump takes and leaves, where that is not what falling through does: `for_iter` drops the exhausted
    /// iterator and pushes nothing. All other branches do the same either way.
    #[must_use]
    #[inline]
    pub fn jump_effect(&self) -> (u32, u32) {
        match self {
            Op::ForIter { .. } => (1, 0),
            _ => (self.pops(), self.pushes()),
        }
    }
}

impl Op {
    /// How many values from the top it needs on the stack, at least [`Op::pops`]: some operations look at values that they
    /// leave where they are. A value that a [`Depth`] operand points at is not counted; [`Op::points_at`] gives it.
    #[must_use]
    #[inline]
    pub fn looks_at(&self) -> u32 {
        match self {
            Op::Swap { .. }
            | Op::GetAsyncNext
            | Op::WithExcept { .. }
            | Op::ImportFrom { .. }
            | Op::MatchMapping
            | Op::MatchSequence
            | Op::GetLen => 1,
            Op::MatchException | Op::MatchKeys => 2,
            _ => self.pops(),
        }
    }

    /// The value that the [`Depth`] operand points at, counted from the top (which is 1) before anything is popped, and
    /// the least number that makes sense there.
    #[must_use]
    #[inline]
    pub fn points_at(&self) -> Option<(u64, u64)> {
        let (depth, least) = match *self {
            Op::Copy { depth } => (depth, 1),
            Op::Swap { depth } | Op::WithExcept { depth } => (depth, 2),
            Op::ListAppend { depth }
            | Op::SetAdd { depth }
            | Op::DictSet { depth }
            | Op::ListExtend { depth }
            | Op::SetUpdate { depth }
            | Op::DictUpdate { depth }
            | Op::DictMerge { depth } => (depth, 1),
            _ => return None,
        };
        let popped = u64::from(self.pops());
        Some((u64::from(depth.0) + popped, least + popped))
    }

    /// Whether it looks at and points at nothing but what it takes, and neither makes nor takes a call pair: most operations.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        !matches!(
            self,
            Op::Copy { .. }
                | Op::Swap { .. }
                | Op::ListAppend { .. }
                | Op::SetAdd { .. }
                | Op::DictSet { .. }
                | Op::ListExtend { .. }
                | Op::SetUpdate { .. }
                | Op::DictUpdate { .. }
                | Op::DictMerge { .. }
                | Op::LoadMethod { .. }
                | Op::CallMethod { .. }
                | Op::CallMethodKw { .. }
                | Op::GetAsyncNext
                | Op::WithExcept { .. }
                | Op::ImportFrom { .. }
                | Op::MatchMapping
                | Op::MatchSequence
                | Op::GetLen
                | Op::MatchException
                | Op::MatchKeys
        )
    }

    /// Whether it can raise an exception. Where the answer is no, the VM raises none there, whatever happens.
    #[must_use]
    #[inline]
    pub fn can_raise(&self) -> bool {
        !matches!(
            self,
            Op::Nop
                | Op::Pop
                | Op::Copy { .. }
                | Op::Swap { .. }
                | Op::StoreLocal { .. }
                | Op::ClearLocal { .. }
                | Op::StoreDeref { .. }
                | Op::LoadCell { .. }
                | Op::BeginHandler
                | Op::EndHandler
                | Op::Return
        )
    }
}

/// Operands as they stand in a body.
struct Operands<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl OperandSource for Operands<'_> {
    type Error = DecodeError;

    #[inline]
    fn next(&mut self, operand: &OperandInfo) -> Result<u32, DecodeError> {
        let (number, next) = read_operand(self.bytes, self.at, operand)?;
        self.at = next;
        Ok(number)
    }

    #[cold]
    fn invalid(&mut self, operand: &OperandInfo, number: u32) -> DecodeError {
        invalid_choice(self.at, operand, number)
    }
}

/// Reads an operand; gives its wire number and the offset behind it.
#[inline]
pub(crate) fn read_operand(bytes: &[u8], at: usize, operand: &OperandInfo) -> Result<(u32, usize), DecodeError> {
    if operand.kind != OperandKind::Label {
        return leb128::read_u32(bytes, at);
    }
    match bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        Some(label) => Ok((u32::from_le_bytes(*label), at + 4)),
        None => Err(DecodeError::new(at, "the end", "a label of four bytes")),
    }
}

/// The error for a number that is none of the choices of the operand that ends at a place.
#[cold]
pub(crate) fn invalid_choice(at: usize, operand: &OperandInfo, number: u32) -> DecodeError {
    let expected = match operand.kind {
        OperandKind::Choice(name, choices) => {
            format!("a number below {} for the operand `{}` ({name})", choices.len(), operand.name)
        }
        _ => format!("the operand `{}`", operand.name),
    };
    DecodeError::new(at, format!("the number {number}"), expected)
}

/// The instructions of a body with their offsets. Ends after the first error.
#[must_use]
pub fn instructions(body: &[u8]) -> Instructions<'_> {
    Instructions { body, offset: 0 }
}

/// See [`instructions`].
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    body: &'a [u8],
    offset: usize,
}

impl Iterator for Instructions<'_> {
    type Item = Result<(u32, Op), DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.offset >= self.body.len() {
            return None;
        }
        match Op::decode(self.body, self.offset) {
            Ok((op, length)) => {
                let offset = self.offset as u32;
                self.offset += length;
                Some(Ok((offset, op)))
            }
            Err(error) => {
                self.offset = self.body.len();
                Some(Err(error))
            }
        }
    }
}

/// What every operand type can do.
trait Operand: Copy {
    const KIND: OperandKind;
    fn from_wire(number: u32) -> Option<Self>;
    fn wire(self) -> u32;

    /// The operand in the `pops` and `pushes` columns.
    #[inline]
    fn stack_number(self) -> u64 {
        u64::from(self.wire())
    }

    /// Stores the operand where it is a label.
    #[inline]
    fn label(self, _: &mut Option<Label>) {}

    /// Replaces the operand where it is a label.
    #[inline]
    fn set_label(&mut self, _: Label) {}
}

macro_rules! index_operands {
    ($($type:ident $kind:ident)*) => {$(
        impl Operand for $type {
            const KIND: OperandKind = OperandKind::$kind;

            #[inline]
            fn from_wire(number: u32) -> Option<Self> {
                Some($type(number))
            }

            #[inline]
            fn wire(self) -> u32 {
                self.0
            }
        }
    )*};
}

index_operands! { ConstIdx Const NameIdx Name LocalIdx Local CellIdx Cell CodeIdx Code Count Count Depth Depth }

impl Operand for Label {
    const KIND: OperandKind = OperandKind::Label;

    #[inline]
    fn from_wire(number: u32) -> Option<Self> {
        Some(Label(number))
    }

    #[inline]
    fn wire(self) -> u32 {
        self.0
    }

    #[inline]
    fn label(self, to: &mut Option<Label>) {
        *to = Some(self);
    }

    #[inline]
    fn set_label(&mut self, label: Label) {
        *self = label;
    }
}

macro_rules! choice_operands {
    ($($type:ident $stack_number:expr;)*) => {$(
        impl Operand for $type {
            const KIND: OperandKind = OperandKind::Choice(stringify!($type), $type::TEXTS);

            #[inline]
            fn from_wire(number: u32) -> Option<Self> {
                $type::from_number(number)
            }

            #[inline]
            fn wire(self) -> u32 {
                self.number()
            }

            #[inline]
            fn stack_number(self) -> u64 {
                let count: fn($type) -> u32 = $stack_number;
                u64::from(count(self))
            }
        }
    )*};
}

choice_operands! {
    Flag Flag::number;
    UnaryOp UnaryOp::number;
    BinaryOp BinaryOp::number;
    CompareOp CompareOp::number;
    Conversion Conversion::number;
    RaiseArgs RaiseArgs::number;
    AwaitContext AwaitContext::number;
    FunctionAttr FunctionAttr::number;
    BuiltinRef BuiltinRef::number;
    IntrinsicFn IntrinsicFn::arity;
}

#[cfg(test)]
mod tests;
