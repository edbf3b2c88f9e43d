//! Texts that are nearly one another, found without comparing each with each.
//!
//! A text is the set of its word 3-grams; two texts are as similar as the share of 3-grams that they have in common
//! (Jaccard). Candidates are found by MinHash: one permutation of the 3-grams' hashes, cut into 128 bins, empty bins
//! filled from the next one (Li, Owen, Zhang 2012, "One Permutation Hashing"; Shrivastava, Li 2014, "Densifying One
//! Permutation Hashing via Rotation for Fast Near Neighbor Search"), the bins taken in bands (Indyk, Motwani 1998).
//! Every candidate is then compared by its 3-grams, each known by 32 bits of its hash.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::target::Decimal;

/// How many words make a shingle.
const WORDS: usize = 3;

/// How many minima stand for a text.
const BINS: usize = 128;

/// Digits that a similarity may have after the point.
const DIGITS: u32 = 6;

/// How similar two texts are: 1 where they have the same word 3-grams, 0 where they have none in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Similarity(u64);

impl Similarity {
    /// What is usually taken for nearly the same: 0.9.
    pub const USUAL: Self = Self(900_000);

    /// Tells whether two sets are at least as similar, by the sizes of what they share and of all that they hold.
    fn is_met(self, shared: usize, all: usize) -> bool {
        u128::from(self.0) * (all as u128) <= (shared as u128) * u128::from(10_u64.pow(DIGITS))
    }

    /// Returns how many bins make a band, so that of pairs that are just so similar fewer than two in 10,000 share none.
    fn rows(self) -> usize {
        match self.0 {
            900_000.. => 8,
            700_000.. => 4,
            400_000.. => 2,
            _ => 1,
        }
    }
}

impl FromStr for Similarity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.parse::<Decimal>().ok().and_then(|number| number.scaled(DIGITS));
        let parts = parts.filter(|parts| (100_000..=10_u64.pow(DIGITS)).contains(parts));
        parts
            .map(Self)
            .ok_or_else(|| format!("a similarity lies between 0.1 and 1, and has six digits at most, not `{text}`"))
    }
}

impl fmt::Display for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / 10_u64.pow(DIGITS), self.0 % 10_u64.pow(DIGITS));
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Similarity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a text is compared by.
pub struct Fingerprint {
    /// 32 bits of each 3-gram's hash, in order, each once.
    grams: Vec<u32>,
    /// The least hash of every bin; none for a text without a word.
    minima: Option<Box<[u64; BINS]>>,
}

impl Fingerprint {
    /// Returns the fingerprint of a text. A text of one or two words is one shingle.
    pub fn of(text: &str) -> Self {
        let words: Vec<u64> = words(text).map(|word| hash_of(&word)).collect();
        let hashes: Vec<u64> = words
            .windows(WORDS.min(words.len()).max(1))
            .map(|gram| gram.iter().fold(0, |hash: u64, word| mixed(hash.wrapping_add(*word))))
            .collect();
        let mut grams: Vec<u32> = hashes.iter().map(|hash| *hash as u32).collect();
        grams.sort_unstable();
        grams.dedup();
        Self { grams, minima: minima(&hashes) }
    }

    fn is_like(&self, other: &[u32], least: Similarity) -> bool {
        let (mut left, mut right, mut shared) = (0, 0, 0);
        while left < self.grams.len() && right < other.len() {
            let order = self.grams[left].cmp(&other[right]);
            shared += usize::from(order.is_eq());
            left += usize::from(order.is_le());
            right += usize::from(order.is_ge());
        }
        least.is_met(shared, self.grams.len() + other.len() - shared)
    }

    fn bands(&self, rows: usize) -> impl Iterator<Item = u64> {
        let bands = self.minima.iter().flat_map(move |minima| minima.chunks(rows).enumerate());
        bands.map(|(band, rows)| rows.iter().fold(band as u64, |hash, row| mixed(hash ^ row)))
    }
}

/// Texts that others are held against. It keeps about 2 KB for a text of 400 words.
pub struct Near {
    least: Similarity,
    texts: Vec<Vec<u32>>,
    bands: HashMap<u64, Vec<u32>>,
}

impl Near {
    /// Begins without a text.
    pub fn new(least: Similarity) -> Self {
        Self { least, texts: Vec::new(), bands: HashMap::new() }
    }

    /// Tells whether there is a text that is at least so similar.
    pub fn has_like(&self, text: &Fingerprint) -> bool {
        self.candidates(text).any(|number| self.is_like(text, number))
    }

    /// Returns the numbers of texts that may be so similar; a number may come more than once.
    fn candidates(&self, text: &Fingerprint) -> impl Iterator<Item = usize> {
        let bands = text.bands(self.least.rows());
        bands.filter_map(|band| self.bands.get(&band)).flatten().map(|number| *number as usize)
    }

    fn is_like(&self, text: &Fingerprint, number: usize) -> bool {
        text.is_like(&self.texts[number], self.least)
    }

    /// Adds a text, whose number is how many there were before.
    pub fn add(&mut self, text: Fingerprint) {
        let number = self.texts.len() as u32;
        for band in text.bands(self.least.rows()) {
            self.bands.entry(band).or_default().push(number);
        }
        self.texts.push(text.grams);
    }
}

/// Texts in groups: two that are at least so similar are in one, and so are those that a chain of such pairs connects.
pub struct Groups {
    near: Near,
    /// For every text another one of its group, or itself (a forest of disjoint sets, paths halved).
    parents: Vec<usize>,
}

impl Groups {
    /// Begins without a text.
    pub fn new(least: Similarity) -> Self {
        Self { near: Near::new(least), parents: Vec::new() }
    }

    /// Adds the next text.
    pub fn add(&mut self, text: &str) {
        let fingerprint = Fingerprint::of(text);
        let mut mine = self.parents.len();
        self.parents.push(mine);
        for candidate in self.near.candidates(&fingerprint) {
            let other = root(&mut self.parents, candidate);
            if other != mine && self.near.is_like(&fingerprint, candidate) {
                let first = other.min(mine);
                self.parents[other.max(mine)] = first;
                mine = first;
            }
        }
        self.near.add(fingerprint);
    }

    /// Returns the group of every text: the number of its first one.
    pub fn end(mut self) -> Vec<usize> {
        (0..self.parents.len()).map(|text| root(&mut self.parents, text)).collect()
    }
}

fn root(parents: &mut [usize], mut text: usize) -> usize {
    while parents[text] != text {
        parents[text] = parents[parents[text]];
        text = parents[text];
    }
    text
}

/// Returns the words of a text in lower case: runs of letters, digits and `_`; every other character that is seen is a
/// word of its own, since `<` and `>` make two programs; so is every ideograph, which no space parts from the next.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let joins = |c: char| (c.is_alphanumeric() || c == '_') && !is_ideograph(c);
        let end = match joins(first) {
            true => rest.find(|c| !joins(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word.to_lowercase())
    })
}

/// Tells whether a character belongs to a script of China or Japan that is written without spaces.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn minima(hashes: &[u64]) -> Option<Box<[u64; BINS]>> {
    let mut bins = [None; BINS];
    for hash in hashes {
        let bin = &mut bins[(hash >> (u64::BITS - BINS.trailing_zeros())) as usize];
        *bin = Some(bin.map_or(*hash, |least: u64| least.min(*hash)));
    }
    let mut next = bins.iter().position(Option::is_some)? + BINS;
    let mut minima = Box::new([0; BINS]);
    for bin in (0..BINS).rev() {
        next = if bins[bin].is_some() { bin } else { next };
        // The distance makes what is borrowed differ from what is there.
        minima[bin] = mixed(bins[next % BINS].unwrap_or_default().wrapping_add((next - bin) as u64));
    }
    Some(minima)
}

/// Returns a word's hash (FNV-1a, its bits then mixed), the same on every machine.
fn hash_of(word: &str) -> u64 {
    mixed(
        word.bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)),
    )
}

/// Mixes the bits of a number (the last steps of SplitMix64: Steele, Lea, Flood 2014).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(a: &str, b: &str, least: &str) -> bool {
        let mut near = Near::new(least.parse().expect("a similarity"));
        near.add(Fingerprint::of(a));
        near.has_like(&Fingerprint::of(b))
    }

    #[test]
    fn texts_are_compared_by_their_words() {
        let text = (0..60).map(|n| format!("word{n} ")).collect::<String>();
        assert!(like(&text, &text.to_uppercase().replace(' ', "\n  "), "1"));
        // Of 58 3-grams the last is another: 57 of 59 are shared, which is 0.966.
        let other = text.replace("word59", "end");
        assert!(like(&text, &other, "0.96") && !like(&text, &other, "0.967"));
        // Three of 58 are others: 55 of 61, which is 0.9016.
        let middle = text.replace("word30", "middle");
        assert!(like(&text, &middle, "0.9") && !like(&text, &middle, "0.902"));
    }

    #[test]
    fn signs_of_programs_and_ideographs_are_words() {
        assert!(!like("a < b", "a > b", "0.9"));
        assert_eq!(
            words("if x_1>=2:\n\treturn 用法").collect::<Vec<_>>(),
            ["if", "x_1", ">", "=", "2", ":", "return", "用", "法"]
        );
        assert!(!like("", "", "0.1") && !like(" ", "a", "0.1") && like("a b", "A  B", "1"));
    }

    #[test]
    fn a_chain_of_near_texts_is_one_group() {
        let text = |changed: &[usize]| -> String {
            (0..60).map(|n| format!("word{} ", if changed.contains(&n) { n + 100 } else { n })).collect()
        };
        let (first, second, third) = (text(&[]), text(&[0, 1]), text(&[0, 1, 58, 59]));
        assert!(!like(&first, &third, "0.9"));
        let mut groups = Groups::new(Similarity::USUAL);
        for text in [&first, "another", &third, &second, "the third", "another"] {
            groups.add(text);
        }
        assert_eq!(groups.end(), [0, 1, 0, 0, 4, 1]);
    }

    #[test]
    fn a_similarity_is_a_plain_decimal() {
        assert_eq!("0.9".parse(), Ok(Similarity::USUAL));
        assert_eq!("0.850".parse::<Similarity>().map(|s| s.to_string()).as_deref(), Ok("0.85"));
        assert_eq!("1".parse::<Similarity>().map(|s| s.to_string()).as_deref(), Ok("1"));
        for wrong in ["0", "0.05", "1.1", "x", "0.1234567"] {
            assert!(wrong.parse::<Similarity>().is_err(), "{wrong}");
        }
    }

    /// The hashes decide what is found, so they may not change unseen.
    #[test]
    fn a_fingerprint_is_the_same_everywhere() {
        assert_eq!(Fingerprint::of("the quick brown fox").grams, [1_317_659_244, 2_649_433_769]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// What is found among many is what comparing each with each finds.
        #[test]
        fn no_near_text_is_missed(
            texts in proptest::collection::vec(proptest::collection::vec(0u8..40, 20..60), 1..8),
            changes in proptest::collection::vec((0usize..8, 0usize..60, 0u8..40), 1..20),
        ) {
            let mut all = texts.clone();
            for (text, at, word) in changes {
                let mut text = texts[text % texts.len()].clone();
                let at = at % text.len();
                text[at] = word;
                all.push(text);
            }
            let least: Similarity = "0.8".parse().expect("a similarity");
            let mut near = Near::new(least);
            let mut prints: Vec<Vec<u32>> = Vec::new();
            for text in &all {
                let text: String = text.iter().map(|word| format!("w{word} ")).collect();
                let print = Fingerprint::of(&text);
                let expected: Vec<usize> = (0..prints.len()).filter(|n| print.is_like(&prints[*n], least)).collect();
                let mut found: Vec<usize> = near.candidates(&print).filter(|n| near.is_like(&print, *n)).collect();
                found.sort_unstable();
                found.dedup();
                prop_assert_eq!(found, expected);
                prints.push(print.grams.clone());
                near.add(print);
            }
        }
    }
}
