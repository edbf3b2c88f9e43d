//! What an export with the usual rules makes of a dataset's answers.

use super::super::usage::drawn_as;
use super::{ChartKind, Section, Value};
use crate::app::export::{ExportOutcome, sieve};
use crate::domain::answers::{AnswerRules, Flaw};
use crate::domain::coverage::ratio;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::teacher::Answered;
use crate::error::Result;
use crate::store::{DatasetRow, Session};

/// Counts the prompts of a dataset that are written with their answers, and those that are left out, by the reason.
pub(super) fn answers(session: &Session<'_>, row: &DatasetRow, taxonomy: &Taxonomy) -> Result<Section> {
    let section = |rows| Section::new(&["outcome", "prompts", "share"], rows);
    let Some(distillation) = session.newest_distillation(row.id)? else {
        return Ok(Section { note: Some("It was put to no teacher.".to_owned()), ..section(Vec::new()) });
    };
    let rules = AnswerRules::default();
    let mut sieve = sieve(&rules, taxonomy)?;
    let mut outcome = ExportOutcome::default();
    session.each_answered(row.id, distillation, |Answered { prompt, response }| {
        outcome.sift(&mut sieve, prompt, response.as_ref());
        Ok(())
    })?;
    let flaws = Flaw::ALL.map(|flaw| (flaw.name(), outcome.left_out.get(&flaw).copied().unwrap_or(0)));
    let dropped = flaws.into_iter().chain([("without_answer", outcome.without_answer)]);
    let dropped = dropped.filter(|(_, prompts)| *prompts > 0);
    let rows = [("written", outcome.written)].into_iter().chain(dropped);
    let rows = rows.map(|(what, prompts)| vec![what.into(), prompts.into(), Value::Share(ratio(prompts, row.size))]);
    let note =
        Some("What `dataset export --with responses` writes by its usual rules, and what it leaves out.".to_owned());
    Ok(Section { note, ..drawn_as(section(rows.collect()), ChartKind::Bars, &[1], "prompts") })
}
