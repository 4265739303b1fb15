//! The object model: layouts, shapes, classes, instances. What a particular type does is in [`crate::types`].

pub mod array;
pub(crate) mod boot;
pub mod class;
pub mod instance;
pub mod layout;
pub mod record;
pub mod shape;
pub mod special;

pub use array::Array;
pub use class::{Class, ClassDef};
pub use instance::Object;
pub use layout::{Layout, PyLayout};
pub use record::Record;
pub use shape::{Attrs, Shape};
pub use special::Special;

/// The class of arrays, which no program sees.
pub(crate) static ARRAY_CLASS: ClassDef = ClassDef::new("orochi.array", "", Layout::Array);
/// The class of generators' registers, which no program sees.
pub(crate) static REGISTERS_CLASS: ClassDef = ClassDef::new("orochi.registers", "", Layout::Registers);
/// The class of hash tables, which no program sees.
pub(crate) static TABLE_CLASS: ClassDef = ClassDef::new("orochi.table", "", Layout::DictTable);
