//! What the author of a plugin depends on: the frontend interface, the bytecode and its builder, the macro that makes a
//! plugin of a frontend, and the [`conformance`] kit that its tests run.
//!
//! ```
//! use orochi_sdk::frontend::*;
//!
//! struct Mine;
//!
//! impl Frontend for Mine {
//!     fn info(&self) -> Info {
//! #       Info { name: "mine".into(), version: "0.1.0".into(), mirrors: "nothing".into(), languages: vec![], extensions: vec![], options: vec![], features: vec![] }
//! #       /*
//!         ...
//! #       */
//!     }
//!     fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
//! #       let _ = request; Err(vec![])
//! #       /*
//!         ...
//! #       */
//!     }
//!     fn completeness(&self, _source: &str) -> Completeness {
//!         Completeness::Complete
//!     }
//! }
//!
//! orochi_sdk::export_frontend!(Mine);
//! # fn main() {}
//! ```
//!
//! `docs/plugins.md` is the guide, and `plugins/example` a whole plugin.

pub mod conformance;
#[doc(hidden)]
pub mod shim;

pub use orochi_bytecode as bytecode;
pub use orochi_frontend as frontend;

#[doc(hidden)]
pub use orochi_abi::{PluginV1, PluginV1Ref, abi_stable};

/// Makes a plugin of a frontend: exports the root module of ABI version 1 from a crate of type `cdylib`.
///
/// Takes an expression that makes the frontend. It is evaluated once, when the host first asks for something; a panic
/// there or in any of the frontend's functions becomes a diagnostic.
#[macro_export]
macro_rules! export_frontend {
    ($frontend:expr) => {
        // Each plugin is a library of its own, so the names below meet no others.
        #[doc(hidden)]
        #[allow(unsafe_code, non_upper_case_globals)]
        mod orochi_plugin_entry {
            #[allow(unused_imports)]
            use super::*;
            use $crate::abi_stable::library::{CheckTypeLayout, LibHeader, RootModuleResult};
            use $crate::abi_stable::prefix_type::PrefixTypeTrait;
            use $crate::abi_stable::std_types::{RSlice, RVec};

            fn frontend() -> &'static dyn $crate::frontend::Frontend {
                type Shared = ::std::boxed::Box<dyn $crate::frontend::Frontend>;
                static FRONTEND: ::std::sync::LazyLock<Shared> =
                    ::std::sync::LazyLock::new(|| ::std::boxed::Box::new($frontend));
                &**FRONTEND
            }

            extern "C" fn info() -> RVec<u8> {
                $crate::shim::info(frontend).into()
            }

            extern "C" fn compile(request: RSlice<'_, u8>) -> RVec<u8> {
                $crate::shim::compile(frontend, request.as_slice()).into()
            }

            extern "C" fn completeness(request: RSlice<'_, u8>) -> RVec<u8> {
                $crate::shim::completeness(frontend, request.as_slice()).into()
            }

            extern "C" fn prelude() -> RVec<u8> {
                $crate::shim::prelude(frontend).into()
            }

            fn root_module() -> $crate::PluginV1Ref {
                $crate::PluginV1 { info, compile, completeness, prelude }.leak_into_prefix()
            }

            extern "C" fn erased_root_module() -> RootModuleResult {
                $crate::abi_stable::library::__call_root_module_loader(root_module)
            }

            // The name is abi_stable's; a test of orochi-sdk compares it with `orochi_abi::ENTRY_SYMBOL`.
            // SAFETY: no other symbol of this library has the name, and `erased_root_module` returns a `PluginV1Ref`.
            #[unsafe(no_mangle)]
            pub static _1as_0lib_1header_0root_bmodule_bloader: LibHeader =
                unsafe { LibHeader::from_constructor::<$crate::PluginV1Ref>(erased_root_module, CheckTypeLayout::Yes) };
        }
    };
}
