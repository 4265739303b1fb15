//! The frozen plugin ABI, version 1: what a host and a frontend's library have to agree on, and nothing else.
//!
//! A plugin is a dynamic library that exports one `abi_stable` root module, [`PluginV1`]: four functions over bytes.
//! The bytes are [frames](frame): a JSON head that both sides read leniently (unknown members are skipped, missing
//! ones have defaults), then a body that is kept as it is (source text on the way in, an `.orb` module on the way
//! out). So the interface grows by members of the heads and by names in feature lists, never by functions: with
//! `abi_stable` 0.11.3 a newer host would refuse every older plugin as soon as one function were added.
//!
//! What does not live here: finding and loading a library (`orochi-host`), writing one (`orochi-sdk`).

pub mod frame;
pub mod wire;

use abi_stable::StableAbi;
use abi_stable::library::RootModule;
use abi_stable::sabi_types::VersionStrings;
use abi_stable::std_types::{RSlice, RVec};

/// The version of the ABI that this crate describes. A library says its own in its header, as `MAJOR.0.0`.
pub const ABI_VERSION: u32 = 1;

/// [`ABI_VERSION`] as the header carries it.
pub const ABI_VERSION_STRING: &str = "1.0.0";

/// The symbol that every plugin exports: `abi_stable`'s header for its root module.
pub const ENTRY_SYMBOL: &str = abi_stable::library::ROOT_MODULE_LOADER_NAME;

/// The root module of a plugin. Frozen: not a field may be added, removed, reordered or changed.
///
/// Every function may be called from any thread, any number of times. None of them may unwind: the shim that
/// `orochi_sdk::export_frontend!` writes catches panics and answers with a diagnostic.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginV1Ref, prefix_fields = PluginV1Prefix)))]
pub struct PluginV1 {
    /// Who the frontend is. Answers a frame with the head [`wire::Info`] and no body.
    pub info: extern "C" fn() -> RVec<u8>,
    /// Compiles. Takes a frame with the head [`wire::CompileRequest`] and the source as its body; answers a frame
    /// with the head [`wire::CompileAnswer`] and the `.orb` module, if there is one, as its body. The request's
    /// [`wire::task`] may ask for something else than a module, of a plugin whose features say that it does that.
    pub compile: extern "C" fn(request: RSlice<'_, u8>) -> RVec<u8>,
    /// Whether a text is a whole program. Takes a frame with an empty head and the text as its body; answers a frame
    /// with the head [`wire::CompletenessAnswer`].
    pub completeness: extern "C" fn(request: RSlice<'_, u8>) -> RVec<u8>,
    /// The modules that the dialect brings along. Answers a frame with the head [`wire::PreludeAnswer`].
    #[sabi(last_prefix_field)]
    pub prelude: extern "C" fn() -> RVec<u8>,
}

impl RootModule for PluginV1Ref {
    // Required by the trait, and never used: those statics cache one module per type, so a second plugin would
    // silently be the first again. The host reads each library's header itself.
    abi_stable::declare_root_module_statics! {PluginV1Ref}
    const BASE_NAME: &'static str = "orochi_plugin";
    const NAME: &'static str = "orochi_plugin";
    const VERSION_STRINGS: VersionStrings = VersionStrings::new(ABI_VERSION_STRING);
}

#[doc(hidden)]
pub use abi_stable;
