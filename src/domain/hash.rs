//! A prompt's identity: the SHA-256 of its normal form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// SHA-256 of the UTF-8 bytes of a normal form; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// Returns the hash of a text that is in normal form already.
    pub fn of(normal_form: &str) -> Self {
        Self(Sha256::digest(normal_form.as_bytes()).into())
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        f.write_str(str::from_utf8(&digits).expect("digits are ASCII"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for ContentHash {
    type Err = HashPrefixError;

    /// Reads all 64 digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (low, high) = text.parse::<HashPrefix>()?.range();
        if low == high { Ok(low) } else { Err(HashPrefixError::Length(text.to_owned(), text.len())) }
    }
}

/// The first digits of a content hash, as a person types them: 8 to 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashPrefix(String);

/// Why a text is no prefix of a content hash.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HashPrefixError {
    /// Fewer than 8 or more than 64 digits.
    #[error("a hash prefix has 8 to 64 digits, and `{0}` has {1}")]
    Length(String, usize),
    /// Something that is no hexadecimal digit.
    #[error("a hash prefix is made of 0-9 and a-f, and `{0}` holds something else")]
    Digit(String),
}

impl HashPrefix {
    /// Returns the smallest and the largest hash that begin with this prefix.
    pub fn range(&self) -> (ContentHash, ContentHash) {
        let bound = |filler: u8| {
            let mut digits = self.0.clone().into_bytes();
            digits.resize(64, filler);
            let mut bytes = [0; 32];
            for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                *byte = (digit(pair[0]) << 4) | digit(pair[1]);
            }
            ContentHash(bytes)
        };
        (bound(b'0'), bound(b'f'))
    }
}

fn digit(byte: u8) -> u8 {
    (byte as char).to_digit(16).map_or(0, |d| d as u8)
}

impl FromStr for HashPrefix {
    type Err = HashPrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.chars().count();
        if !text.chars().all(|c| c.is_ascii_hexdigit()) {
            Err(HashPrefixError::Digit(text.to_owned()))
        } else if !(8..=64).contains(&count) {
            Err(HashPrefixError::Length(text.to_owned(), count))
        } else {
            Ok(Self(text.to_ascii_lowercase()))
        }
    }
}

impl fmt::Display for HashPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ContentHash::of("abc").to_string(), expected);
    }

    #[test]
    fn a_prefix_spans_all_hashes_that_begin_with_it() {
        let (low, high) = "ABCDEF123".parse::<HashPrefix>().expect("nine digits").range();
        assert_eq!(low.to_string(), format!("abcdef123{}", "0".repeat(55)));
        assert_eq!(high.to_string(), format!("abcdef123{}", "f".repeat(55)));
    }

    #[test]
    fn a_prefix_has_eight_digits_or_more_and_only_digits() {
        assert_eq!("abcdef1".parse::<HashPrefix>(), Err(HashPrefixError::Length("abcdef1".into(), 7)));
        assert_eq!("abcdefgh".parse::<HashPrefix>(), Err(HashPrefixError::Digit("abcdefgh".into())));
    }
}
