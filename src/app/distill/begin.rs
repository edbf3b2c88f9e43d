//! The beginning of a run, whichever way its questions are put: what was left open before is told, and the run recorded.

use super::plan::{self, Plan, TeacherPlan};
use super::{DistillRequest, Estimate};
use crate::app::clock;
use crate::domain::money::Money;
use crate::error::{Error, Result};
use crate::store::{NewDistillRun, Session, Store};

/// A run that has begun.
pub(super) struct Begun {
    pub plan: Plan,
    /// Its id.
    pub run: i64,
    /// Requests of an earlier run that was killed: nobody knows whether they were charged.
    pub lost: u64,
    /// The most that earlier runs of the same can have cost.
    pub spent: Money,
}

/// Begins a run. No other process asks meanwhile, so what is open without a provider's name for it was left by one that
/// ended.
pub(super) fn begin(
    store: &mut Store,
    request: &DistillRequest,
    teachers: &[TeacherPlan<'_>],
    told: &Estimate,
) -> Result<Begun> {
    let at = clock::now();
    store.write(|session| {
        let lost = lose(session, &at)?;
        let plan = Plan::new(session, request, teachers)?;
        let distillation = plan.record(session, teachers, &at)?;
        let spent = session.spent(distillation)?;
        let json = |value: serde_json::Result<String>| value.map_err(|e| Error::Database(e.to_string()));
        let run = session.begin_distill_run(&NewDistillRun {
            distillation,
            at: &at,
            program: env!("CARGO_PKG_VERSION"),
            options: &json(serde_json::to_string(&plan::options(request, teachers)))?,
            prices: &json(serde_json::to_string(&plan::prices(request, teachers)))?,
            estimate: &json(serde_json::to_string(told))?,
            terms: request.terms.as_deref(),
        })?;
        Ok(Begun { plan, run, lost, spent })
    })
}

/// Gives up what nobody can ask for any more, and returns how many requests that is.
fn lose(session: &Session<'_>, at: &str) -> Result<u64> {
    let mut lost = session.lose_attempts(at)?;
    // Without a name nobody can ask for a batch: it may never have arrived.
    for batch in session.open_batches()?.iter().filter(|batch| batch.remote_id.is_none()) {
        lost += session.lose_batch(batch.id, "the process ended while it was handed over", at)?;
    }
    Ok(lost)
}
