//! Runs of ASCII letters, told eight bytes at a time: words are most of what an index is made of.

/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many small letters `bytes` starts with.
pub(super) fn small(bytes: &[u8]) -> usize {
    leading(bytes, small_in, |byte| byte.is_ascii_lowercase())
}

/// How many letters, small or capital, `bytes` starts with.
pub(super) fn any(bytes: &[u8]) -> usize {
    // This bit is all that tells a capital from its small letter; what is no letter does not become one but for the
    // capitals.
    leading(bytes, |word| small_in(word | 0x2020_2020_2020_2020), |byte| byte.is_ascii_alphabetic())
}

/// The highest bit of each byte that is a small letter: a sum carries into it from `a` on, another from behind `z` on.
fn small_in(word: u64) -> u64 {
    let low = word & !HIGH;
    let from_a = low + 0x1F1F_1F1F_1F1F_1F1F;
    let behind_z = low + 0x0505_0505_0505_0505;
    from_a & !behind_z & !word & HIGH
}

fn leading(bytes: &[u8], inside: impl Fn(u64) -> u64, is_inside: impl Fn(u8) -> bool) -> usize {
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk() {
        let outside = inside(u64::from_le_bytes(*word)) ^ HIGH;
        if outside != 0 {
            return bytes.len() - rest.len() + outside.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    let tail = rest.iter().position(|&byte| !is_inside(byte)).unwrap_or(rest.len());
    bytes.len() - rest.len() + tail
}

#[cfg(test)]
mod tests {
    use super::{any, small};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_end_where_the_first_other_byte_stands(bytes in proptest::collection::vec(any_byte(), 0..40)) {
            let first = |is: fn(&u8) -> bool| bytes.iter().position(|byte| !is(byte)).unwrap_or(bytes.len());
            prop_assert_eq!(small(&bytes), first(u8::is_ascii_lowercase));
            prop_assert_eq!(any(&bytes), first(u8::is_ascii_alphabetic));
        }
    }

    /// Mostly letters, so that runs are long.
    fn any_byte() -> impl Strategy<Value = u8> {
        prop_oneof![20 => b'a'..=b'z', 4 => b'A'..=b'Z', 1 => proptest::num::u8::ANY]
    }

    #[test]
    fn every_byte_is_told() {
        for byte in 0..=u8::MAX {
            assert_eq!(small(&[byte; 8]), if byte.is_ascii_lowercase() { 8 } else { 0 }, "{byte}");
            assert_eq!(any(&[byte; 8]), if byte.is_ascii_alphabetic() { 8 } else { 0 }, "{byte}");
        }
    }
}
