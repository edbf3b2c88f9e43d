//! Holding a file against what the ledger says that a dataset delivered.

use std::collections::HashMap;

use serde::Serialize;

use super::dataset::Delivered;
use super::hash::ContentHash;
use super::prompt::Axis;

/// What a dataset delivered, to be held against.
#[derive(Debug, Default)]
pub struct Ledger {
    /// In the order of the draw.
    prompts: Vec<Recorded>,
    ranks: HashMap<ContentHash, usize>,
    /// The different labels that prompts have, by axis.
    labels: Vec<[String; 4]>,
    label_numbers: HashMap<[String; 4], usize>,
}

/// A prompt as it was delivered.
#[derive(Debug)]
struct Recorded {
    id: ContentHash,
    /// The number of its labels.
    labels: usize,
    /// The SHA-256 of its answer, where it was delivered with one.
    answer: Option<ContentHash>,
}

impl Ledger {
    /// Adds the next prompt in the order of the draw.
    pub fn add(&mut self, prompt: &Delivered) {
        self.add_recorded(prompt.id, prompt.values(), None);
    }

    /// Adds the next prompt by its id, what it had on every axis, in the order of [`Axis::ALL`], and the SHA-256 of the
    /// answer that it was delivered with.
    pub fn add_recorded(&mut self, id: ContentHash, labels: [String; 4], answer: Option<ContentHash>) {
        let labels = *self.label_numbers.entry(labels).or_insert_with_key(|labels| {
            self.labels.push(labels.clone());
            self.labels.len() - 1
        });
        self.ranks.insert(id, self.prompts.len());
        self.prompts.push(Recorded { id, labels, answer });
    }

    /// Returns how many prompts it has.
    pub fn size(&self) -> u64 {
        self.prompts.len() as u64
    }

    fn rank(&self, hash: &ContentHash) -> Option<usize> {
        self.ranks.get(hash).copied()
    }
}

/// A record of the file.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The content hash of its prompt.
    pub hash: ContentHash,
    /// The `id` that it gives, where that is a content hash.
    pub id: Option<ContentHash>,
    /// The labels that it gives, in the order of [`Axis::ALL`].
    pub labels: [Option<String>; 4],
    /// The SHA-256 of the answer that it gives.
    pub answer: Option<ContentHash>,
}

/// How a file differs from a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Records that are as the dataset has them.
    pub faithful: u64,
    /// Whether those follow one another as in the draw.
    pub in_order: bool,
    /// Prompts of the dataset that no record has.
    pub missing: Vec<Missing>,
    /// Records whose prompt is none of the dataset's.
    pub extra: Vec<Extra>,
    /// Records of a prompt of the dataset whose text or labels are others.
    pub altered: Vec<Altered>,
    /// Records whose prompt stands in the file before.
    pub repeated: Vec<Repeated>,
}

impl Findings {
    /// Tells whether every prompt is there once, unaltered, and nothing else.
    pub fn is_clean(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty() && self.altered.is_empty() && self.repeated.is_empty()
    }
}

/// A prompt of the dataset that is not in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its place in the order of the draw, from 1.
    pub position: u64,
    /// The prompt.
    pub id: ContentHash,
}

/// A record that the dataset does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extra {
    /// Its line.
    pub line: u64,
    /// The content hash of its prompt.
    pub id: ContentHash,
}

/// A record that the dataset has otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Altered {
    /// Its line.
    pub line: u64,
    /// The prompt of the dataset.
    pub id: ContentHash,
    /// What differs: `text`; the labels with what they are and were; `answer`, or `no answer`.
    pub what: String,
}

/// A record that was there before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// Its line.
    pub line: u64,
    /// The prompt.
    pub id: ContentHash,
    /// The line on which it stood first.
    pub first_line: u64,
}

/// Takes the records of a file one by one.
#[derive(Debug)]
pub struct Verifier {
    ledger: Ledger,
    /// By rank: the line that has the prompt, if one had it.
    lines: Vec<Option<u64>>,
    /// Records of no prompt of the ledger, with their number.
    strangers: Vec<(usize, Line)>,
    records: usize,
    next_rank: usize,
    findings: Findings,
}

impl Verifier {
    /// Begins with a file of which nothing has been read.
    pub fn new(ledger: Ledger) -> Self {
        let lines = vec![None; ledger.prompts.len()];
        let findings = Findings { in_order: true, ..Findings::default() };
        Self { ledger, lines, strangers: Vec::new(), records: 0, next_rank: 0, findings }
    }

    /// Takes the next record.
    pub fn take(&mut self, line: Line) {
        let number = self.records;
        self.records += 1;
        let Some(rank) = self.ledger.rank(&line.hash) else { return self.strangers.push((number, line)) };
        if let Some(first_line) = self.lines[rank] {
            return self.findings.repeated.push(Repeated { line: line.line, id: line.hash, first_line });
        }
        self.lines[rank] = Some(line.line);
        self.findings.in_order &= rank >= self.next_rank;
        self.next_rank = rank + 1;
        match self.difference(rank, &line) {
            Some(what) => self.findings.altered.push(Altered { line: line.line, id: line.hash, what }),
            None => self.findings.faithful += 1,
        }
    }

    /// Passes over a record that could not be read.
    pub fn pass_over(&mut self) {
        self.records += 1;
    }

    /// Ends the file. A record of another text counts as altered where it gives the id of a prompt that is missing, or
    /// stands in the place of one.
    pub fn end(mut self) -> Findings {
        let by_id = |ledger: &Ledger, _: usize, line: &Line| line.id.and_then(|id| ledger.rank(&id));
        self.claim(by_id);
        self.claim(|_, number, _| Some(number));
        self.findings.extra =
            self.strangers.drain(..).map(|(_, line)| Extra { line: line.line, id: line.hash }).collect();
        self.findings.altered.sort_by_key(|altered| altered.line);
        let unmet = self.lines.iter().zip(&self.ledger.prompts).enumerate().filter(|(_, (line, _))| line.is_none());
        self.findings.missing =
            unmet.map(|(rank, (_, recorded))| Missing { position: rank as u64 + 1, id: recorded.id }).collect();
        self.findings
    }

    /// Takes the strangers whose prompt is missing at the rank that `rank_of` gives them as altered ones.
    fn claim(&mut self, rank_of: impl Fn(&Ledger, usize, &Line) -> Option<usize>) {
        for (number, line) in std::mem::take(&mut self.strangers) {
            let is_missing = |rank: &usize| self.lines.get(*rank).is_some_and(Option::is_none);
            let Some(rank) = rank_of(&self.ledger, number, &line).filter(is_missing) else {
                self.strangers.push((number, line));
                continue;
            };
            self.lines[rank] = Some(line.line);
            let id = self.ledger.prompts[rank].id;
            self.findings.altered.push(Altered { line: line.line, id, what: "text".to_owned() });
        }
    }

    fn difference(&self, rank: usize, line: &Line) -> Option<String> {
        let Recorded { labels, answer, .. } = &self.ledger.prompts[rank];
        let given = Axis::ALL.iter().zip(&line.labels).zip(&self.ledger.labels[*labels]);
        let mut differences: Vec<String> = given
            .filter_map(|((axis, given), was)| {
                let given = given.as_ref().filter(|given| *given != was)?;
                Some(format!("{axis} {given}, and was {was}"))
            })
            .collect();
        match line.answer {
            None if answer.is_some() => differences.push("no answer".to_owned()),
            given if answer.is_some() && given != *answer => differences.push("answer".to_owned()),
            _ => {}
        }
        (!differences.is_empty()).then(|| differences.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prompt::Source;

    fn hash(text: &str) -> ContentHash {
        ContentHash::of(text)
    }

    /// A dataset of `a`, `b`, `c`, held against lines of text, claimed id and language.
    fn check(lines: &[(&str, Option<&str>, Option<&str>)]) -> Findings {
        let mut ledger = Ledger::default();
        for text in ["a", "b", "c"] {
            ledger.add(&Delivered {
                id: hash(text),
                prompt: text.to_owned(),
                category: "bug_fix".to_owned(),
                area: "debugging".to_owned(),
                language: "rust".to_owned(),
                source: Source::Existing,
            });
        }
        let mut verifier = Verifier::new(ledger);
        for (number, (text, id, language)) in lines.iter().enumerate() {
            let labels = [None, None, language.map(str::to_owned), None];
            let line = number as u64 + 1;
            verifier.take(Line { line, hash: hash(text), id: id.map(hash), labels, answer: None });
        }
        verifier.end()
    }

    #[test]
    fn an_answer_that_was_delivered_has_to_be_there() {
        let mut ledger = Ledger::default();
        let labels = || ["debugging", "bug_fix", "rust", "existing"].map(str::to_owned);
        ["a", "b", "c"].iter().for_each(|text| ledger.add_recorded(hash(text), labels(), Some(hash("yes"))));
        let mut verifier = Verifier::new(ledger);
        for (line, text, answer) in [(1, "a", Some("yes")), (2, "b", Some("no")), (3, "c", None)] {
            let (labels, answer) = ([None, None, Some("go".to_owned()).filter(|_| line == 3), None], answer.map(hash));
            verifier.take(Line { line, hash: hash(text), id: None, labels, answer });
        }
        let findings = verifier.end();
        let altered = |line, text, what: &str| Altered { line, id: hash(text), what: what.to_owned() };
        let expected = [altered(2, "b", "answer"), altered(3, "c", "language go, and was rust; no answer")];
        assert_eq!((findings.altered, findings.faithful), (expected.to_vec(), 1));
    }

    #[test]
    fn the_same_file_is_clean_in_any_order() {
        let findings = check(&[("a", Some("a"), Some("rust")), ("b", None, None), ("c", None, None)]);
        assert_eq!(findings, Findings { faithful: 3, in_order: true, ..Findings::default() });
        let findings = check(&[("c", None, None), ("a", None, None), ("b", None, None)]);
        assert_eq!(findings, Findings { faithful: 3, in_order: false, ..Findings::default() });
        assert!(findings.is_clean());
    }

    #[test]
    fn each_kind_of_difference_is_told() {
        let findings = check(&[("a", None, Some("go")), ("x", None, None), ("a", None, None), ("B", Some("b"), None)]);
        let altered = |line, text, what: &str| Altered { line, id: hash(text), what: what.to_owned() };
        assert_eq!(findings.altered, [altered(1, "a", "language go, and was rust"), altered(4, "b", "text")]);
        assert_eq!(findings.repeated, [Repeated { line: 3, id: hash("a"), first_line: 1 }]);
        assert_eq!(findings.extra, [Extra { line: 2, id: hash("x") }]);
        assert_eq!(findings.missing, [Missing { position: 3, id: hash("c") }]);
        assert_eq!(findings.faithful, 0);
    }

    #[test]
    fn a_record_that_gives_no_id_is_known_by_its_place() {
        let findings = check(&[("a", None, None), ("B", None, None), ("c", None, None)]);
        assert_eq!(findings.altered, [Altered { line: 2, id: hash("b"), what: "text".to_owned() }]);
        assert_eq!((findings.missing, findings.faithful), (vec![], 2));
    }

    #[test]
    fn a_claimed_id_goes_before_the_place() {
        let findings = check(&[("C", Some("c"), None), ("b", None, None)]);
        assert_eq!(findings.altered, [Altered { line: 1, id: hash("c"), what: "text".to_owned() }]);
        assert_eq!(findings.missing, [Missing { position: 1, id: hash("a") }]);
    }

    #[test]
    fn an_empty_file_misses_everything() {
        let findings = check(&[]);
        assert_eq!(findings.missing.len(), 3);
        assert!(!findings.is_clean());
    }
}
