//! Many commands in one order, without waiting for the disk after each of them.
//!
//! Each is judged on the states as the ones before it leave them, although these are not stored yet. Such states are
//! known to the round alone until all of it is stored. Then keys are made for all at once, and the appends are handed to
//! the pen in order; the pen stores what waits in one go. A crash leaves the first so many of them.
//!
//! What rested on an append that was not stored is asked again, one by one: where another node came between, the answers
//! are those that it would have got alone.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use events::facts::case::PolicyRef;
use events::facts::household::HOUSEHOLD;
use events::id::{AgencyId, HouseholdId, StaffId};
use events::log::{Appended, HandedOver, StreamRead};
use futures::future::join_all;

use super::answer::Receipt;
use super::cache::Cache;
use super::commit::Facts;
use super::error::DeskError;
use super::household::Draft;
use super::load::Loaded;
use super::others::Seen;
use super::{Desk, Inner, Order, Submission};
use crate::access::{Caller, Role};
use crate::rules::Decision;
use crate::rules::household::Command;

/// So many commands at most are judged ahead of the log.
const MOST: usize = 512;

/// A command that was accepted, and the receipt it gets once it is stored.
struct Accepted {
    facts: Vec<Facts>,
    reads: Vec<StreamRead>,
    rules: Vec<PolicyRef>,
    behalf: Option<AgencyId>,
    receipt: Receipt,
}

impl Desk {
    /// Does what is asked in the order given, each on what the ones before it left, and answers each of them. All that
    /// is answered with yes is on disk. Households are asked together; everything else waits for those before it.
    pub async fn submit_in_order(&self, submissions: Vec<Submission>) -> Vec<Result<Receipt, DeskError>> {
        let mut answers = Vec::with_capacity(submissions.len());
        let mut together = Vec::new();
        for submission in submissions {
            if goes_together(&submission.order) && together.len() < MOST {
                together.push(submission);
                continue;
            }
            answers.extend(self.together(std::mem::take(&mut together)).await);
            if goes_together(&submission.order) {
                together.push(submission);
            } else {
                answers.push(self.submit(submission).await);
            }
        }
        answers.extend(self.together(together).await);
        answers
    }

    /// Reads households into memory, several at a time. What can't be read is said to whoever needs it.
    pub async fn warm(&self, mut households: Vec<HouseholdId>) {
        households.retain(|id| self.0.households.get(&id.to_string()).is_none());
        let reading = households.into_iter().map(|id| {
            let desk = self.clone();
            tokio::spawn(async move { desk.load_household(id, false).await.map(drop) })
        });
        join_all(reading.collect::<Vec<_>>()).await;
    }

    async fn together(&self, submissions: Vec<Submission>) -> Vec<Result<Receipt, DeskError>> {
        if submissions.len() < 2 {
            let alone = submissions.into_iter().map(|it| self.submit(it));
            return join_all(alone).await;
        }
        let acts = self.who_acts(&submissions).await;
        self.warm(households_of(&submissions)).await;
        let round = self.ahead();
        let mut accepted = Vec::with_capacity(submissions.len());
        for submission in &submissions {
            // Of whom this is not known, it is asked alone.
            let acting = acts.get(&key(&submission.caller));
            accepted.push(if acting.is_some_and(|it| it.scope == submission.caller.scope) {
                round.accepted(submission).await
            } else {
                Err(DeskError::Conflict)
            });
        }
        let mut answers = round.stored(&submissions, accepted).await;
        // From the first one on that was not stored, a no may rest on what did not happen.
        let mut failed = false;
        for (submission, answer) in submissions.into_iter().zip(&mut answers) {
            let Err(error) = answer else { continue };
            failed |= !error.is_judgement() || matches!(error, DeskError::Conflict);
            let again = failed && (error.is_judgement() || matches!(error, DeskError::Done(_)));
            if again {
                *answer = self.submit(submission).await;
            } else if error.is_judgement() {
                let judged = std::mem::replace(answer, Err(DeskError::Conflict));
                *answer = self.first_answer(&submission, judged).await;
            }
        }
        answers
    }

    /// Those callers who act as their tokens say, each asked about once. A role that ended, or holds in fewer places now,
    /// is not among them.
    async fn who_acts(&self, submissions: &[Submission]) -> HashMap<(StaffId, Role), Caller> {
        let callers: HashMap<_, _> = submissions.iter().map(|it| (key(&it.caller), it.caller.clone())).collect();
        let asking = callers.into_iter().map(|(key, caller)| {
            let desk = self.clone();
            tokio::spawn(async move {
                let as_said = matches!(desk.acting(&caller).await, Ok(Cow::Borrowed(_)));
                as_said.then_some((key, caller))
            })
        });
        let answers = join_all(asking.collect::<Vec<_>>()).await;
        answers.into_iter().filter_map(|answer| answer.ok().flatten()).collect()
    }

    /// This desk with states of its own over those that are stored.
    fn ahead(&self) -> Self {
        let Inner { log, pen, vault, mac, households, agencies, models, staff, looked, policies, numbers, erased } =
            &*self.0;
        Self(Arc::new(Inner {
            log: log.clone(),
            pen: pen.clone(),
            vault: vault.clone(),
            mac: mac.clone(),
            households: Arc::new(Cache::over(households)),
            agencies: Arc::new(Cache::over(agencies)),
            models: Arc::new(Cache::over(models)),
            staff: Arc::clone(staff),
            looked: Arc::clone(looked),
            policies: Arc::clone(policies),
            numbers: Arc::clone(numbers),
            erased: Arc::clone(erased),
        }))
    }

    /// Judges a command and goes on with the states that come of it.
    async fn accepted(&self, submission: &Submission) -> Result<Accepted, DeskError> {
        let Order::Household { id, command } = &submission.order else { return Err(DeskError::Conflict) };
        let (id, command): (HouseholdId, &Command) = (*id, command);
        let (loaded, decision, seen) = self.decided(submission, id, command, false).await?;
        let Draft { next, names, facts, reads, rules, behalf } =
            self.drafted(submission, (id, command), loaded, &decision, &seen)?;
        self.others_go_on(&decision, seen)?;
        let receipt = Receipt::foreseen(id.to_string(), names).of_household(&next.state);
        if next.sequence > 0 {
            self.0.households.put_ahead(&id.to_string(), Arc::new(next));
        }
        Ok(Accepted { facts, reads, rules, behalf, receipt })
    }

    fn others_go_on(&self, decision: &Decision, seen: Seen) -> Result<(), DeskError> {
        let Seen { mut others, households, agencies, models } = seen;
        for (id, sequence) in households {
            let facts = || decision.households.iter().filter(|(other, _)| *other == id);
            if let Some(mut state) = others.households.remove(&id).filter(|_| facts().next().is_some()) {
                for (_, fact) in facts() {
                    state.evolve(fact)?;
                }
                let sequence = sequence + facts().count() as u64;
                self.0.households.put_ahead(&id.to_string(), Arc::new(Loaded { state, sequence }));
            }
        }
        for (id, sequence) in agencies {
            let facts = || decision.agencies.iter().filter(|(other, _)| *other == id);
            if let Some(mut state) = others.agencies.remove(&id).filter(|_| facts().next().is_some()) {
                facts().for_each(|(_, fact)| state.evolve(fact));
                let sequence = sequence + facts().count() as u64;
                self.0.agencies.put_ahead(&id.to_string(), Arc::new(Loaded { state, sequence }));
            }
        }
        for (id, sequence) in models {
            let facts = || decision.models.iter().filter(|(other, _)| *other == id);
            if let Some(mut state) = others.models.remove(&id).filter(|_| facts().next().is_some()) {
                facts().for_each(|(_, fact)| state.evolve(fact));
                let sequence = sequence + facts().count() as u64;
                self.0.models.put_ahead(&id.to_string(), Arc::new(Loaded { state, sequence }));
            }
        }
        Ok(())
    }

    /// Makes the keys of all, hands them over in order, and waits for all. What was decided is known to everybody then,
    /// or to nobody.
    async fn stored(
        &self,
        submissions: &[Submission],
        accepted: Vec<Result<Accepted, DeskError>>,
    ) -> Vec<Result<Receipt, DeskError>> {
        let prepared = submissions.iter().zip(accepted).map(|(submission, accepted)| async move {
            let Accepted { facts, reads, rules, behalf, receipt } = accepted?;
            Ok((self.prepared(submission, facts, reads, rules, behalf).await?, receipt))
        });
        let mut handed = Vec::with_capacity(submissions.len());
        for prepared in join_all(prepared).await {
            handed.push(match prepared {
                Ok((append, receipt)) => match self.0.pen.hand_over(append).await {
                    Ok(over) => Ok((over, receipt)),
                    Err(error) => Err(self.not_appended(error)),
                },
                Err(error) => Err(error),
            });
        }
        let mut answers = Vec::with_capacity(handed.len());
        let mut whole = true;
        for handed in handed {
            let answer = match handed {
                Ok((over, receipt)) => self.answered(over).await.map(|appended| receipt.placed(&appended)),
                Err(error) => Err(error),
            };
            whole &= match &answer {
                Ok(_) => true,
                Err(error) => error.is_judgement() && !matches!(error, DeskError::Conflict),
            };
            answers.push(answer);
        }
        if whole {
            self.0.households.settle();
            self.0.agencies.settle();
            self.0.models.settle();
        } else {
            self.0.households.give_up();
            self.0.agencies.give_up();
            self.0.models.give_up();
        }
        answers
    }

    async fn answered(&self, over: HandedOver) -> Result<Appended, DeskError> {
        over.answered().await.map_err(|error| self.not_appended(error))
    }
}

/// Whether an order may be judged ahead of the log. Of an erasure, the keys go before anybody goes on.
const fn goes_together(order: &Order) -> bool {
    matches!(order, Order::Household { command, .. } if !matches!(command, Command::ErasePersonalData(_)))
}

const fn key(caller: &Caller) -> (StaffId, Role) {
    (caller.staff, caller.role)
}

fn households_of(submissions: &[Submission]) -> Vec<HouseholdId> {
    let target = |it: &Submission| it.order.target();
    let ids: BTreeSet<_> = submissions.iter().map(target).filter(|it| it.aggregate_type == HOUSEHOLD).collect();
    ids.into_iter().filter_map(|it| it.aggregate_id.parse().ok()).collect()
}
