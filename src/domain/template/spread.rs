//! The order in which a draw takes prompts from the spaces of several templates.
//!
//! Case after case, the templates by turns, each case once before any comes again: so a sample spreads over templates
//! and then over their cases as evenly as can be. Within a case the order is a keyed permutation of its indexes, so
//! that all are equally likely and none comes twice, without a list of those that came.

use std::ops::Range;

use super::permute::Permutation;
use super::{LanguageSpace, Template};
use crate::domain::draw::{generator, shuffle_with};

/// A prompt of a space: which of the templates, and the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The place of the template in the list that was given.
    pub template: usize,
    /// The index in its space.
    pub index: u64,
}

/// The addresses of some templates in one language or several, in the order of a draw.
#[derive(Clone, Debug)]
pub struct Spread {
    walks: Vec<Walk>,
    turn: usize,
}

/// The way through the indexes of one case.
#[derive(Clone, Debug)]
struct Walk {
    template: usize,
    range: Range<u64>,
    permutation: Permutation,
    next: u64,
}

impl Spread {
    /// Spreads over the cases of the templates and languages that `admits` lets through.
    pub fn new(templates: &[Template], admits: impl Fn(&Template, &str) -> bool, seed: u64) -> Self {
        let mut by_template: Vec<Vec<Walk>> = Vec::new();
        for (number, template) in templates.iter().enumerate() {
            let languages = template.spaces().iter().enumerate().filter(|(_, space)| admits(template, &space.language));
            let by_language: Vec<Vec<Walk>> =
                languages.map(|(place, space)| walks(number, template, place, space, seed)).collect();
            by_template.push(by_turns(&by_language));
        }
        shuffle_with(&mut by_template, &mut generator(seed, "templates", &[]));
        Self { walks: by_turns(&by_template), turn: 0 }
    }

    /// Returns the next address of the case whose turn it is, or of the next one where that has no more; `None` when
    /// all have been given.
    pub fn next_address(&mut self) -> Option<Address> {
        while !self.walks.is_empty() {
            let turn = self.turn % self.walks.len();
            let walk = &mut self.walks[turn];
            if walk.next < walk.range.end - walk.range.start {
                let index = walk.range.start + walk.permutation.of(walk.next);
                walk.next += 1;
                self.turn = turn;
                return Some(Address { template: walk.template, index });
            }
            self.walks.remove(turn);
            self.turn = turn;
        }
        None
    }

    /// Passes the turn to the next case: the last address was one that could be used.
    pub fn pass_turn(&mut self) {
        self.turn += 1;
    }
}

/// Returns the ways through the cases of one template in one language.
///
/// The cases are in the same random order in every language, but each language begins at another: a case that fits
/// several is then seldom drawn in more than one of them by a small sample.
fn walks(number: usize, template: &Template, place: usize, space: &LanguageSpace, seed: u64) -> Vec<Walk> {
    let mut random = generator(seed, "template", &[Some(template.name()), Some(&space.language)]);
    let walk = |range: Range<u64>| {
        let permutation = Permutation::new(range.end - range.start, &mut random);
        Walk { template: number, range, permutation, next: 0 }
    };
    let mut walks: Vec<Walk> = space.cases().map(walk).collect();
    shuffle_with(&mut walks, &mut generator(seed, "cases", &[Some(template.name())]));
    let begin = place * walks.len() / template.spaces().len();
    walks.rotate_left(begin);
    walks
}

/// Takes the first of every list, then the second of every list, and so on.
fn by_turns(lists: &[Vec<Walk>]) -> Vec<Walk> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|round| lists.iter().filter_map(move |list| list.get(round))).cloned().collect()
}
