//! The host's side of plugins: finding them, trusting them, loading them, choosing among them.
//!
//! [`Catalog`] is the way in: it lists every frontend there is, says which one a source gets, and loads it. What a
//! plugin answers is never believed: every module is decoded and verified before anybody sees it.
//!
//! What does not live here: the functions that a plugin exports (`orochi-abi`), writing one (`orochi-sdk`), and the
//! VM, which this crate does not know.

mod catalog;
mod choose;
mod elf;
mod error;
mod glob;
pub mod isolate;
mod load;
pub mod manifest;
mod places;
mod project;
pub mod suggest;
pub mod trust;
mod write;

pub use catalog::{Catalog, Entry, Origin, Plugin, describe_library, examine};
pub use choose::{Reason, line_in_source};
pub use error::PluginError;
pub use load::LoadedFrontend;
pub use manifest::Manifest;
pub use places::{PATH_VARIABLE, Places, data_folder};
pub use project::{FILE_NAME as PROJECT_FILE, Project};
pub use write::write_atomically;
