//! Register instructions.

/// An instruction.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Instr {
    pub op: u8,
    pub x: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}
