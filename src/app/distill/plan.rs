//! Who answers which prompt, what is answered already, and what the rest will cost.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{DistillRequest, Estimate, TeacherRequest};
use crate::app::dataset::find;
use crate::domain::estimate::{AnswerLength, Range, TeacherEstimate, answer_length, at_most};
use crate::domain::money::Money;
use crate::domain::price::{Long, Price, PriceError, Tier};
use crate::domain::prompt::Axis;
use crate::domain::quota::quotas;
use crate::domain::target::Shares;
use crate::domain::teacher::{Teacher, TeacherError};
use crate::error::Result;
use crate::store::{CellOfPrompt, DatasetRow, Session};
use crate::teacher::{Client, tokens};

/// A teacher that is ready to be asked.
pub(super) struct TeacherPlan<'a> {
    pub request: &'a TeacherRequest,
    pub teacher: Teacher,
    pub price: Price,
    pub tier: Tier,
    concurrency: usize,
}

impl<'a> TeacherPlan<'a> {
    /// Makes sure of every teacher before any is asked: address, price, and what it takes.
    pub fn all(request: &'a DistillRequest) -> Result<Vec<Self>> {
        let mut plans: Vec<Self> = Vec::new();
        for teacher in &request.teachers {
            let plan = Self::new(request, teacher)?;
            if plans.iter().any(|earlier| earlier.teacher == plan.teacher) {
                return Err(TeacherError::Twice(teacher.model.clone()).into());
            }
            plan.server()?;
            plans.push(plan);
        }
        Ok(plans)
    }

    fn new(request: &DistillRequest, teacher: &'a TeacherRequest) -> Result<Self> {
        let model = || teacher.model.clone();
        let price = match (request.prices.price(&teacher.model), &request.other_price) {
            (Ok(price), None) => price.clone(),
            // A price that was typed goes before that of the table, which keeps what else it knows.
            (Ok(price), Some(typed)) => Price { tokens: price.tokens, sampling: price.sampling, ..typed.clone() },
            (Err(_), Some(typed)) => typed.clone(),
            (Err(error), None) => return Err(error.into()),
        };
        if !price.sampling && request.temperature.is_some() {
            return Err(TeacherError::NoTemperature(model()).into());
        }
        if !price.chat {
            return Err(TeacherError::NotChat(model()).into());
        }
        let tier = if request.batch { Tier::Batch } else { Tier::Direct };
        if !price.has(tier) {
            return Err(PriceError::NoBatch(model()).into());
        }
        if let Some(most) = price.max_output.filter(|most| *most < request.max_tokens) {
            return Err(TeacherError::TooLong { model: model(), most, asked: request.max_tokens }.into());
        }
        let teacher_asked =
            Teacher { model: teacher.model.clone(), system: request.system.clone(), temperature: request.temperature };
        Ok(Self { request: teacher, teacher: teacher_asked, price, tier, concurrency: request.concurrency })
    }

    /// Returns the server, ready to be asked.
    pub fn server(&self) -> Result<(Client, Teacher)> {
        Ok((Client::new(self.request.endpoint.clone(), self.concurrency)?, self.teacher.clone()))
    }

    /// Returns what a question cannot cost more than.
    pub fn at_most(&self, prompt: &str, max_tokens: u64) -> Money {
        let system = self.teacher.system.as_ref().map_or(0, String::len);
        at_most((prompt.len() + system) as u64, max_tokens, &self.price, self.tier)
    }
}

/// A prompt that is to be asked of the teacher of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub prompt: i64,
    pub teacher: usize,
}

/// The work.
pub(super) struct Plan {
    pub dataset: DatasetRow,
    /// The key of teachers and shares.
    key: [u8; 32],
    /// Every prompt, in the order of the draw, with its teacher.
    assignment: Vec<Question>,
    /// Prompts whose answer the catalog has.
    pub known: u64,
    /// Prompts that wait for it in a batch.
    pub waiting: u64,
    /// The others.
    pub open: Vec<Question>,
}

impl Plan {
    pub fn new(session: &Session<'_>, request: &DistillRequest, teachers: &[TeacherPlan<'_>]) -> Result<Self> {
        let dataset = find(session, &request.dataset)?;
        let shares = shares(teachers)?;
        let assignment = assign(&session.cells_of_dataset(dataset.id)?, &shares);
        let answered = teachers
            .iter()
            .map(|teacher| session.answered_prompts(dataset.id, &teacher.teacher.key(), request.max_tokens))
            .collect::<Result<Vec<_>>>()?;
        let batched = teachers
            .iter()
            .map(|teacher| session.batched_prompts(dataset.id, &teacher.teacher.key()))
            .collect::<Result<Vec<_>>>()?;
        let (mut known, mut waiting, mut open) = (0, 0, Vec::new());
        for question in &assignment {
            if answered[question.teacher].contains(&question.prompt) {
                known += 1;
            } else if batched[question.teacher].contains(&question.prompt) {
                waiting += 1;
            } else {
                open.push(*question);
            }
        }
        Ok(Self { dataset, key: key(teachers), assignment, known, waiting, open })
    }

    pub fn prompts(&self) -> u64 {
        self.assignment.len() as u64
    }

    /// Returns the record of an earlier run of the same, if there is one.
    pub fn distillation(&self, session: &Session<'_>) -> Result<Option<i64>> {
        session.known_distillation(self.dataset.id, &self.key)
    }

    /// Records who answers which prompt, where that is not recorded, and returns the id of the record.
    pub fn record(&self, session: &Session<'_>, teachers: &[TeacherPlan<'_>], at: &str) -> Result<i64> {
        let (id, new) = session.distillation(self.dataset.id, &self.key, at)?;
        if new {
            let ids = teachers.iter().map(|t| session.teacher_id(&t.teacher)).collect::<Result<Vec<_>>>()?;
            self.assignment.iter().try_for_each(|q| session.assign(id, q.prompt, ids[q.teacher]))?;
        }
        Ok(id)
    }

    pub fn estimate(
        &self,
        session: &Session<'_>,
        request: &DistillRequest,
        teachers: &[TeacherPlan<'_>],
        spent: Money,
    ) -> Result<Estimate> {
        let mut estimates: Vec<(TeacherEstimate, AnswerLength, Range)> = Vec::new();
        for TeacherPlan { teacher, price, .. } in teachers {
            let length = answer_length(session.answer_lengths(&teacher.model)?, request.max_tokens);
            let system = teacher.system.as_deref().map(|text| tokens(text, price.tokens)).unwrap_or_default();
            estimates.push((TeacherEstimate::new(&teacher.model, price.tokens, length), length, system));
        }
        for question in &self.open {
            let text = session.prompt_text(question.prompt)?;
            let plan = &teachers[question.teacher];
            let (estimate, length, system) = &mut estimates[question.teacher];
            let mut input = tokens(&text, plan.price.tokens);
            input.add(*system);
            estimate.add(input, plan.at_most(&text, request.max_tokens), *length, &plan.price, plan.tier);
        }
        let teachers: Vec<TeacherEstimate> = estimates.into_iter().map(|(estimate, ..)| estimate).collect();
        let mut cost = Range::default();
        teachers.iter().for_each(|teacher| cost.add(teacher.cost));
        Ok(Estimate {
            dataset: self.dataset.name.clone(),
            prompts: self.prompts(),
            known: self.known,
            waiting: self.waiting,
            cost,
            at_most: teachers.iter().map(|teacher| teacher.at_most).sum(),
            teachers,
            spent,
            prices: format!("{}, {}", request.prices.source, request.prices.date),
        })
    }
}

/// Returns the shares, under the teachers' names in the order in which they were given.
fn shares(teachers: &[TeacherPlan<'_>]) -> Result<Shares> {
    let weights = teachers.iter().enumerate().map(|(number, teacher)| (name(number), teacher.request.share));
    // The axis names the weights in an error; teachers are asked for on none.
    Ok(Shares::new(Axis::Source, &weights.collect())?)
}

fn name(number: usize) -> String {
    format!("{number:04}")
}

/// Gives every prompt a teacher: within every cell as the shares say, by largest remainder, in the order of the draw.
fn assign(prompts: &[CellOfPrompt], shares: &Shares) -> Vec<Question> {
    let mut cells: BTreeMap<&[String; 3], Vec<usize>> = BTreeMap::new();
    for (rank, prompt) in prompts.iter().enumerate() {
        cells.entry(&prompt.cell).or_default().push(rank);
    }
    let mut teacher_of = vec![0; prompts.len()];
    for ranks in cells.values() {
        let counts = quotas(ranks.len() as u64, shares);
        let teachers = counts.iter().flat_map(|(name, count)| {
            let number = name.parse().unwrap_or_default();
            std::iter::repeat_n(number, *count as usize)
        });
        for (rank, teacher) in ranks.iter().zip(teachers) {
            teacher_of[*rank] = teacher;
        }
    }
    prompts.iter().zip(teacher_of).map(|(prompt, teacher)| Question { prompt: prompt.prompt, teacher }).collect()
}

/// Returns the SHA-256 of the teachers and their shares.
fn key(teachers: &[TeacherPlan<'_>]) -> [u8; 32] {
    let mut sha256 = Sha256::new();
    for TeacherPlan { teacher, request, .. } in teachers {
        sha256.update(teacher.key());
        let share = if teachers.len() == 1 { "1".to_owned() } else { request.share.to_string() };
        sha256.update((share.len() as u64).to_le_bytes());
        sha256.update(share);
    }
    sha256.finalize().into()
}

/// What was asked for, for the record; no key is in it.
pub(super) fn options(request: &DistillRequest, teachers: &[TeacherPlan<'_>]) -> Value {
    let teacher = |plan: &TeacherPlan<'_>| {
        let url = plan.server().map(|(client, _)| client.root().to_owned()).unwrap_or_default();
        json!({ "provider": plan.request.endpoint.provider, "url": url, "model": plan.request.model, "share": plan.request.share })
    };
    json!({
        "teachers": teachers.iter().map(teacher).collect::<Vec<_>>(),
        "max_tokens": request.max_tokens,
        "concurrency": request.concurrency,
        "retries": request.retries,
        "max_cost": request.max_cost,
    })
}

/// The prices that were gone by, for the record.
#[derive(Serialize)]
pub(super) struct Prices<'a> {
    source: &'a str,
    date: &'a str,
    sha256: &'a str,
    models: BTreeMap<&'a str, &'a Price>,
}

pub(super) fn prices<'a>(request: &'a DistillRequest, teachers: &'a [TeacherPlan<'_>]) -> Prices<'a> {
    let models = teachers.iter().map(|plan| (plan.teacher.model.as_str(), &plan.price)).collect();
    let table = &request.prices;
    Prices { source: &table.source, date: &table.date, sha256: &table.sha256, models }
}

/// Returns the price of a model as a record has it.
pub(super) fn recorded_price(prices: &str, model: &str) -> Option<Price> {
    let prices: Value = serde_json::from_str(prices).ok()?;
    let price = &prices["models"][model];
    let money = |name: &str| price[name].as_u64().map(Money);
    let mut read = Price::flat(money("input")?, money("output")?);
    read.cache_read = money("cache_read");
    read.cache_write = money("cache_write");
    read.batch_input = money("batch_input");
    read.batch_output = money("batch_output");
    let long = &price["long"];
    let amount = |name: &str| long[name].as_u64();
    read.long = amount("from").zip(amount("input")).zip(amount("output")).map(|((from, input), output)| Long {
        from,
        input: Money(input),
        output: Money(output),
    });
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::price::PriceTable;
    use crate::domain::teacher::Usage;

    #[test]
    fn every_cell_is_split_by_largest_remainder() {
        let cells = [["a", "go", "existing"], ["a", "rust", "existing"]];
        let prompts: Vec<CellOfPrompt> = (0..12)
            .map(|number| CellOfPrompt { prompt: number, cell: cells[usize::from(number % 4 == 3)].map(str::to_owned) })
            .collect();
        let weights = [("0000", "0.7"), ("0001", "0.3")].map(|(n, w)| (n.to_owned(), w.parse().expect("a decimal")));
        let assigned = assign(&prompts, &Shares::new(Axis::Source, &weights.into()).expect("shares"));
        // 9 of go are 6.3 and 2.7, 3 of rust 2.1 and 0.9.
        let of = |cell: usize, teacher: usize| {
            assigned.iter().filter(|q| usize::from(q.prompt % 4 == 3) == cell && q.teacher == teacher).count()
        };
        assert_eq!([of(0, 0), of(0, 1), of(1, 0), of(1, 1)], [6, 3, 2, 1]);
        assert!(assigned.iter().map(|q| q.prompt).eq(0..12));
    }

    #[test]
    fn a_price_is_read_as_it_was_recorded() {
        let table = PriceTable::parse(crate::assets::PRICES).expect("the table that ships");
        let price = table.price("claude-haiku-5-5").expect("a known model");
        let record = json!({ "models": { "claude-haiku-5-5": price } }).to_string();
        let read = recorded_price(&record, "claude-haiku-5-5").expect("a price");
        for input in [1_000, 200_000] {
            let usage = Usage { input, cache_read: 10, cache_write: 20, output: 500 };
            for tier in [Tier::Direct, Tier::Batch] {
                assert_eq!(read.cost(&usage, tier), price.cost(&usage, tier), "{input} {tier:?}");
            }
        }
        assert_eq!(recorded_price(&record, "another"), None);
    }
}
