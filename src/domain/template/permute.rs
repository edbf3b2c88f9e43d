//! A keyed pseudo-random permutation of `0..size`: drawing from a space without repeats and without a list.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng as _;

const ROUNDS: usize = 8;

/// A permutation of the numbers below a size: a Feistel network over the next even number of bits, walked on while it
/// leads outside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
#[derive(Clone, Debug)]
pub struct Permutation {
    size: u64,
    half_bits: u32,
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// Makes the permutation that a generator gives.
    pub fn new(size: u64, random: &mut ChaCha12Rng) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let mut keys = [0; ROUNDS];
        keys.fill_with(|| random.next_u64());
        Self { size, half_bits: bits.div_ceil(2).max(1), keys }
    }

    /// Returns where a number below the size goes.
    pub fn of(&self, number: u64) -> u64 {
        debug_assert!(number < self.size, "{number} is not below {}", self.size);
        let mut number = self.step(number);
        while number >= self.size {
            number = self.step(number);
        }
        number
    }

    fn step(&self, number: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let (mut left, mut right) = (number >> self.half_bits, number & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (mixed(right ^ key) & mask));
        }
        (left << self.half_bits) | right
    }
}

/// The last steps of SplitMix64 (Steele, Lea and Flood 2014), which spread every bit over all.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    fn permutation(size: u64, seed: u8) -> Permutation {
        Permutation::new(size, &mut ChaCha12Rng::from_seed([seed; 32]))
    }

    #[test]
    fn every_number_is_met_once() {
        for size in [1, 2, 3, 4, 5, 16, 17, 1000, 4097] {
            let permutation = permutation(size, size as u8);
            let mut seen: Vec<u64> = (0..size).map(|number| permutation.of(number)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..size).collect::<Vec<_>>(), "size {size}");
        }
    }

    #[test]
    fn every_number_is_as_likely_to_come_first() {
        const SIZE: usize = 12;
        let mut counts = [0_u32; SIZE];
        let mut random = ChaCha12Rng::from_seed([1; 32]);
        for _ in 0..12_000 {
            counts[Permutation::new(SIZE as u64, &mut random).of(0) as usize] += 1;
        }
        let chi_square: f64 = counts.iter().map(|&n| (f64::from(n) - 1000.0).powi(2) / 1000.0).sum();
        // 11 degrees of freedom: above 31.3 once in a thousand; the seed is fixed.
        assert!(chi_square < 31.3, "chi-square {chi_square}: {counts:?}");
    }

    #[test]
    fn a_large_size_is_walked_as_quickly() {
        let permutation = permutation(u64::MAX / 3, 5);
        assert!((0..1000).all(|number| permutation.of(number) < u64::MAX / 3));
    }
}
