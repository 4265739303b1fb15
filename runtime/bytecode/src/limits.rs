//! The limits of the format. The builder, the decoder, the assembler and the verifier hold modules to them.

/// Local variables, own cells, free variables and stack slots of a code object together: the VM numbers its registers
/// with 16 bits and keeps some for itself.
pub const REGISTERS: u32 = 60_000;
/// Bytes of a body.
pub const BODY_BYTES: u32 = 1 << 24;
/// Code objects, constants and names of a module, each.
pub const TABLE_ENTRIES: u32 = 1 << 24;
/// How deep tuples, frozensets and slices nest in constants.
pub const CONSTANT_NESTING: u32 = 100;
/// Constants that one constant holds, those of its items included, counted once for each time they appear.
pub const CONSTANT_SIZE: u64 = 1 << 24;
