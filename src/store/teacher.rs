//! What was asked of teachers, and what they answered.

use std::collections::HashSet;

use super::driver::Row;
use super::{Session, sql};
use crate::domain::money::Money;
use crate::domain::teacher::{Answered, Ending, Provider, Response, Teacher, Usage};
use crate::error::{Error, Result};
use crate::store::dataset::delivered;

/// What is recorded of a new run; everything but the numbers is JSON or text for people.
pub(crate) struct NewDistillRun<'a> {
    pub distillation: i64,
    pub at: &'a str,
    pub program: &'a str,
    pub options: &'a str,
    pub prices: &'a str,
    pub estimate: &'a str,
    /// What the user declares of the teachers' terms.
    pub terms: Option<&'a str>,
}

/// A prompt, and the teacher that it is put to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub prompt: i64,
    pub teacher: i64,
}

/// A request that is about to be sent.
pub(crate) struct NewAttempt<'a> {
    pub run: i64,
    pub asked: Asked,
    pub provider: Provider,
    pub max_tokens: u64,
    pub at: &'a str,
    /// The most that it can cost.
    pub reserved: Money,
    /// The batch that it is handed over in.
    pub batch: Option<i64>,
}

/// How a request ended.
#[derive(Default)]
pub(crate) struct EndedAttempt<'a> {
    pub at: &'a str,
    /// How long it took, where it was asked by itself.
    pub milliseconds: Option<u64>,
    pub status: Option<u32>,
    /// Why there is no answer.
    pub error: Option<&'a str>,
    pub request_id: Option<&'a str>,
    pub model: Option<&'a str>,
    pub stop_reason: Option<&'a str>,
    pub usage: Usage,
    pub cost: Money,
}

/// What tells to which cell of a dataset a prompt belongs.
pub(crate) struct CellOfPrompt {
    pub prompt: i64,
    /// Area, language and source.
    pub cell: [String; 3],
}

impl Session<'_> {
    /// Returns the id of a teacher, which is recorded where it is new.
    pub fn teacher_id(&self, teacher: &Teacher) -> Result<i64> {
        let key = teacher.key();
        let temperature = teacher.temperature.map(|temperature| temperature.to_string());
        let values = [
            key.as_slice().into(),
            teacher.model.as_str().into(),
            teacher.system.as_deref().into(),
            temperature.as_deref().into(),
        ];
        self.database.execute(sql!("teacher/insert"), &values)?;
        self.new_id(sql!("teacher/load_id"), &[key.as_slice().into()])
    }

    /// Returns the id of the distillation of a dataset by the teachers that `key` stands for, and whether it is new.
    pub fn distillation(&self, dataset: i64, key: &[u8; 32], at: &str) -> Result<(i64, bool)> {
        let values = [dataset.into(), key.as_slice().into(), at.into()];
        let new = self.database.execute(sql!("distillation/insert"), &values)? > 0;
        let id = self.known_distillation(dataset, key)?;
        let id = id.ok_or_else(|| Error::Database("a new distillation has no id".to_owned()))?;
        Ok((id, new))
    }

    /// Returns the id of the distillation of a dataset by the teachers that `key` stands for, if there is one.
    pub fn known_distillation(&self, dataset: i64, key: &[u8; 32]) -> Result<Option<i64>> {
        self.database.load(sql!("distillation/load_id"), &[dataset.into(), key.as_slice().into()], |row| row.integer(0))
    }

    /// Returns the newest distillation of a dataset, if it has any.
    pub fn newest_distillation(&self, dataset: i64) -> Result<Option<i64>> {
        let id = self.database.load(sql!("distillation/newest"), &[dataset.into()], |row| {
            if row.is_null(0)? { Ok(None) } else { row.integer(0).map(Some) }
        })?;
        Ok(id.flatten())
    }

    /// Records which teacher answers a prompt.
    pub fn assign(&self, distillation: i64, prompt: i64, teacher: i64) -> Result<()> {
        let values = [distillation.into(), prompt.into(), teacher.into()];
        self.database.execute(sql!("distillation/assign"), &values).map(|_| ())
    }

    /// Returns the cells of a dataset's prompts, in the order of the draw.
    pub fn cells_of_dataset(&self, dataset: i64) -> Result<Vec<CellOfPrompt>> {
        self.database.list(sql!("usage/each_of_dataset"), &[dataset.into()], |row| {
            let cell = [row.text(1)?.to_owned(), row.text(2)?.to_owned(), row.text(3)?.to_owned()];
            Ok(CellOfPrompt { prompt: row.integer(0)?, cell })
        })
    }

    /// Returns the prompts of a dataset that a teacher has answered, whichever dataset asked. An answer that was cut off
    /// counts under a limit of length that is no larger than its own.
    pub fn answered_prompts(&self, dataset: i64, teacher: &[u8; 32], max_tokens: u64) -> Result<HashSet<i64>> {
        let values = [dataset.into(), teacher.as_slice().into(), max_tokens.into()];
        Ok(self.database.list(sql!("response/list_answered"), &values, |row| row.integer(0))?.into_iter().collect())
    }

    /// Returns the text of a prompt.
    pub fn prompt_text(&self, prompt: i64) -> Result<String> {
        let text =
            self.database.load(sql!("prompt/load_text"), &[prompt.into()], |row| row.text(0).map(str::to_owned))?;
        text.ok_or_else(|| Error::Database(format!("prompt {prompt} is not there")))
    }

    /// Records the begin of a run, and returns its id.
    pub fn begin_distill_run(&self, run: &NewDistillRun<'_>) -> Result<i64> {
        let values = [
            run.distillation.into(),
            run.at.into(),
            run.program.into(),
            run.options.into(),
            run.prices.into(),
            run.estimate.into(),
            run.terms.into(),
        ];
        self.new_id(sql!("distill_run/begin"), &values)
    }

    /// Records the end of a run.
    pub fn end_distill_run(&self, run: i64, state: &str, at: &str) -> Result<()> {
        self.database.execute(sql!("distill_run/end"), &[run.into(), state.into(), at.into()]).map(|_| ())
    }

    /// Records of requests whose process died that nobody knows what came of them, and returns how many there are.
    pub fn lose_attempts(&self, at: &str) -> Result<u64> {
        Ok(self.database.execute(sql!("attempt/lose"), &[at.into()])? as u64)
    }

    /// Records a request before it is sent; `None` where the same question is in flight.
    pub fn begin_attempt(&self, attempt: &NewAttempt<'_>) -> Result<Option<i64>> {
        let values = [
            attempt.run.into(),
            attempt.asked.prompt.into(),
            attempt.asked.teacher.into(),
            attempt.provider.name().into(),
            attempt.max_tokens.into(),
            attempt.at.into(),
            attempt.reserved.0.into(),
            attempt.batch.into(),
        ];
        self.database.load(sql!("attempt/begin"), &values, |row| row.integer(0))
    }

    /// Records that a request got no answer.
    pub fn fail_attempt(&self, attempt: i64, ended: &EndedAttempt<'_>) -> Result<()> {
        self.end_attempt(attempt, "failed", ended)
    }

    /// Keeps an answer.
    pub fn answer_attempt(&self, attempt: i64, ended: &EndedAttempt<'_>, ending: Ending, text: &str) -> Result<()> {
        self.end_attempt(attempt, "answered", ended)?;
        let values = [attempt.into(), ending.name().into(), text.into()];
        self.database.execute(sql!("response/insert"), &values).map(|_| ())
    }

    fn end_attempt(&self, attempt: i64, state: &str, ended: &EndedAttempt<'_>) -> Result<()> {
        let values = [
            attempt.into(),
            state.into(),
            ended.at.into(),
            ended.milliseconds.into(),
            ended.status.into(),
            ended.error.into(),
            ended.request_id.into(),
            ended.model.into(),
            ended.stop_reason.into(),
            ended.usage.input.into(),
            ended.usage.cache_read.into(),
            ended.usage.cache_write.into(),
            ended.usage.output.into(),
            ended.cost.0.into(),
        ];
        self.database.execute(sql!("attempt/end"), &values).map(|_| ())
    }

    /// Returns what a distillation has cost, with the most that requests can cost of which nobody knows the end.
    pub fn spent(&self, distillation: i64) -> Result<Money> {
        let spent = self.database.load(sql!("attempt/spent"), &[distillation.into()], |row| row.count(0))?;
        Ok(Money(spent.unwrap_or(0)))
    }

    /// Returns the lengths of a model's newest answers, in tokens.
    pub fn answer_lengths(&self, model: &str) -> Result<Vec<u64>> {
        self.database.list(sql!("response/lengths"), &[model.into()], |row| row.count(0))
    }

    /// Gives the prompts of a dataset to `visit` with their teachers' answers, in the order of the draw.
    pub fn each_answered(
        &self,
        dataset: i64,
        distillation: i64,
        mut visit: impl FnMut(&Answered) -> Result<()>,
    ) -> Result<()> {
        let values = [dataset.into(), distillation.into()];
        self.database.each(sql!("distillation/each_answered"), &values, |row| {
            let response = if row.is_null(6)? { None } else { Some(response(row)?) };
            visit(&Answered { prompt: delivered(row)?, response })
        })
    }
}

/// Reads an answer from the columns after those of a delivered prompt.
fn response(row: &Row<'_>) -> Result<Response> {
    let temperature = row.optional_text(12)?.map(|text| text.parse()).transpose()?;
    let teacher = Teacher { model: row.text(10)?.to_owned(), system: row.optional_text(11)?, temperature };
    let usage = Usage {
        input: row.count(14)?,
        cache_read: row.count(15)?,
        cache_write: row.count(16)?,
        output: row.count(17)?,
    };
    Ok(Response {
        text: row.text(6)?.to_owned(),
        ending: row.text(7)?.parse().map_err(Error::Database)?,
        stop_reason: row.optional_text(8)?.unwrap_or_default(),
        provider: row.text(9)?.parse().map_err(Error::Database)?,
        teacher,
        model: row.optional_text(13)?.unwrap_or_default(),
        usage,
        cost: Money(row.count(18)?),
        request_id: row.optional_text(19)?,
        answered_at: row.optional_text(20)?.unwrap_or_default(),
        terms: row.optional_text(21)?,
    })
}
