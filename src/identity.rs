//! The only source of ids and tokens. They are drawn at the edge and handed inwards as values, so that the domain stays
//! a function of its arguments and a replay names everything as the first run did.
#![expect(clippy::disallowed_methods, reason = "this module owns the drawing of ids; everybody else is handed them")]

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes in a secret token: 128 bits, beyond guessing at any rate a server could answer.
const SECRET_TOKEN_BYTES: usize = 16;

/// Namespace of the ids that follow from an idempotency key. Never change it: stored ids hang on it.
const KEYED_CREATE_NAMESPACE: Uuid = Uuid::from_u128(0x7d1c_5b0e_2f2a_4f0b_9a3e_6c40_d5f3_81b7);

/// A new UUID whose order follows the time of its making (version 7).
#[must_use]
pub fn new_uuid() -> Uuid {
    Uuid::now_v7()
}

/// A new id: a version 7 UUID as lower-case text, which is a valid slug.
#[must_use]
pub fn new_id() -> String {
    new_uuid().to_string()
}

/// A new unguessable token: 128 random bits as 32 lower-case hexadecimal digits.
#[must_use]
pub fn secret_token() -> String {
    // One version 4 UUID carries 122 random bits; the digest of two carries its full width.
    let mut digest = Sha256::new();
    digest.update(Uuid::new_v4().as_bytes());
    digest.update(Uuid::new_v4().as_bytes());
    digest.finalize().iter().take(SECRET_TOKEN_BYTES).fold(
        String::with_capacity(2 * SECRET_TOKEN_BYTES),
        |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        },
    )
}

/// A random number from 0 to below 1, to spread what would otherwise happen all at once.
#[must_use]
pub fn jitter() -> f64 {
    f64::from(secret_bits() as u32) / (f64::from(u32::MAX) + 1.0)
}

/// A new unguessable UUID of 122 random bits (version 4), for ids whose knowledge is a right.
#[must_use]
pub fn secret_uuid() -> Uuid {
    Uuid::new_v4()
}

/// New unguessable bits, all random but the two highest.
#[must_use]
pub fn secret_bits() -> u64 {
    // The lower half of a version 4 UUID: its variant takes the two highest bits.
    secret_uuid().as_u64_pair().1
}

/// The id of what a create with an `Idempotency-Key` makes: the same org, route and key always name the same thing, so
/// that a repeat after a lost answer cannot make a second one.
#[must_use]
pub fn derived_id(org: &str, route: &str, key: &str) -> Uuid {
    // Each part is led by its length: ("a", "bc") and ("ab", "c") must not meet.
    let name = format!("{}:{org}{}:{route}{}:{key}", org.len(), route.len(), key.len());
    Uuid::new_v5(&KEYED_CREATE_NAMESPACE, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_rise_with_time_and_never_repeat() {
        let ids: Vec<String> = (0..1_000).map(|_| new_id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn every_bit_below_the_two_highest_is_drawn() {
        let drawn: Vec<u64> = (0..1_000).map(|_| secret_bits()).collect();
        let (ever, always) = drawn.iter().fold((0, u64::MAX), |(ever, always), bits| (ever | bits, always & bits));
        assert_eq!((ever & u64::MAX >> 2, always & u64::MAX >> 2), (u64::MAX >> 2, 0));
    }

    #[test]
    fn tokens_are_128_bits_of_hexadecimal_and_differ() {
        let tokens: HashSet<String> = (0..1_000).map(|_| secret_token()).collect();
        assert_eq!(tokens.len(), 1_000);
        assert!(tokens.iter().all(|token| token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }

    #[test]
    fn a_derived_id_follows_from_its_parts_alone_and_keeps_them_apart() {
        assert_eq!(derived_id("demo", "join", "k1"), derived_id("demo", "join", "k1"));
        assert_ne!(derived_id("demo", "join", "k1"), derived_id("demo", "join", "k2"));
        assert_ne!(derived_id("demo", "join", "k1"), derived_id("other", "join", "k1"));
        assert_ne!(derived_id("a", "bc", "d"), derived_id("ab", "c", "d"));
        // Stored ids depend on this very value.
        assert_eq!(derived_id("demo", "join", "k1").get_version_num(), 5);
    }
}
