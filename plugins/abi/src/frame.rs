//! Frames: the bytes of every request and answer.
//!
//! ```text
//! length of the head   4 bytes, little-endian
//! head                 JSON, UTF-8
//! body                 the rest, as it is
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not the frame that was expected.
#[derive(Debug)]
pub enum FrameError {
    /// There are fewer bytes than the head needs.
    Truncated { found: usize, needed: usize },
    /// The head is not the JSON that was expected.
    Head(serde_json::Error),
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Truncated { found, needed } => {
                write!(f, "{found} bytes, where a frame of at least {needed} bytes was expected")
            }
            Self::Head(error) => write!(f, "a frame whose head is not what was expected: {error}"),
        }
    }
}

impl std::error::Error for FrameError {}

/// Writes a frame.
///
/// # Panics
/// Never for the heads of [`crate::wire`]: they have string keys only, and no float.
#[must_use]
pub fn encode(head: &impl Serialize, body: &[u8]) -> Vec<u8> {
    let head = serde_json::to_vec(head).expect("a head is plain data with string keys");
    let length = u32::try_from(head.len()).expect("a head is shorter than 4 GB");
    let mut bytes = Vec::with_capacity(4 + head.len() + body.len());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(body);
    bytes
}

/// Reads a frame: its head and its body.
///
/// # Errors
/// When the bytes are not a frame, or its head is not a `T`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), FrameError> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        return Err(FrameError::Truncated { found: bytes.len(), needed: 4 });
    };
    let length = u32::from_le_bytes(*length) as usize;
    if length > rest.len() {
        return Err(FrameError::Truncated { found: bytes.len(), needed: length.saturating_add(4) });
    }
    let (head, body) = rest.split_at(length);
    let head = serde_json::from_slice(head).map_err(FrameError::Head)?;
    Ok((head, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CompletenessAnswer, Empty};

    #[test]
    fn a_frame_comes_back() {
        let head = CompletenessAnswer { completeness: "incomplete".to_owned() };
        let bytes = encode(&head, b"body\0\xff");
        let (back, body) = decode::<CompletenessAnswer>(&bytes).expect("a frame just written");
        assert_eq!(back.completeness, "incomplete");
        assert_eq!(body, b"body\0\xff");
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..64_u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(97)).collect();
            assert!(decode::<Empty>(&bytes).is_err() || bytes.len() >= 6);
        }
        let message = decode::<Empty>(&[255, 255, 255, 255, 1]).expect_err("too short").to_string();
        assert!(message.contains("5 bytes"), "{message}");
    }

    #[test]
    fn unknown_members_are_skipped_and_missing_ones_have_defaults() {
        let json = br#"{"name":"toy","shoe_size":43}"#;
        let mut bytes = u32::try_from(json.len()).expect("short").to_le_bytes().to_vec();
        bytes.extend_from_slice(json);
        let (info, _) = decode::<crate::wire::Info>(&bytes).expect("lenient");
        assert_eq!(info.name, "toy");
        assert!(info.features.is_empty());
    }
}
